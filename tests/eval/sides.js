// SPDX-License-Identifier: BSD-2-Clause
/** Two transcripts side by side. */

const WIDTH = 56

/** Turns after each of the caller's: [[greeting], [user, assistant...], ...]. */
function exchanges(turns) {
  const found = [[]]
  for (const { role, content, interrupted } of turns) {
    if (role === 'user') {
      found.push([])
    }
    if (role !== 'tool') {
      found.at(-1).push({ role, text: `${content}${interrupted ? ' (cut off)' : ''}` })
    }
  }
  return found
}

/** Text in lines of at most WIDTH characters, cut between words. */
export function wrapped(text) {
  const lines = ['']
  for (const word of text.split(/\s+/)) {
    const longer = lines.at(-1) === '' ? word : `${lines.at(-1)} ${word}`
    if (longer.length <= WIDTH) {
      lines[lines.length - 1] = longer
    } else {
      lines.push(word)
    }
  }
  return lines
}

const plain = (text) => text?.toLowerCase().replace(/[^a-z0-9]+/g, ' ').trim()

/** Rows of cells: who, what before, a sign when it differs, what after. */
export function sideBySide(before, after, [left, right]) {
  const lines = [['', left, '', right]]
  const [a, b] = [exchanges(before), exchanges(after)]
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const [one, other] = [a[i] ?? [], b[i] ?? []]
    for (let k = 0; k < Math.max(one.length, other.length); k++) {
      const sign = plain(one[k]?.text) === plain(other[k]?.text) ? '' : '!'
      const texts = [wrapped(one[k]?.text ?? ''), wrapped(other[k]?.text ?? '')]
      for (let n = 0; n < Math.max(texts[0].length, texts[1].length); n++) {
        lines.push([n === 0 ? (one[k] ?? other[k]).role : '', texts[0][n] ?? '',
          n === 0 ? sign : '', texts[1][n] ?? ''])
      }
    }
  }
  return lines
}
