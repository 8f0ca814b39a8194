// SPDX-License-Identifier: BSD-2-Clause
/**
 * Reads TwiML as strictly as the carrier does: well-formed XML, a <Response>, known verbs only.
 * An element is { name, attributes, children, text }.
 */

const VERBS = new Set([
  'Say', 'Play', 'Pause', 'Hangup', 'Reject', 'Redirect', 'Gather', 'Record', 'Dial', 'Connect'
])
const NOUNS = {
  Gather: new Set(['Say', 'Play', 'Pause']),
  Dial: new Set(['Number', 'Sip', 'Client']),
  Connect: new Set(['Stream', 'ConversationRelay']),
  Stream: new Set(['Parameter'])
}
const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
const LIMIT_BYTES = 64 * 1024

const NAME = /[A-Za-z_][\w.-]*/y
const ATTRIBUTE = /\s+([A-Za-z_][\w.:-]*)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y
// eslint-disable-next-line no-control-regex
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/

export class TwimlError extends Error {}

function unescape(text) {
  return text.replace(/&([^;]*;?)/g, (whole, body) => {
    const name = body.slice(0, -1)
    const number = /^#(?:x([0-9a-fA-F]+)|(\d+))$/.exec(name)
    if (number !== null) {
      return String.fromCodePoint(number[1] ? parseInt(number[1], 16) : Number(number[2]))
    }
    if (!body.endsWith(';') || ENTITIES[name] === undefined) {
      throw new TwimlError(`unknown entity ${whole}`)
    }
    return ENTITIES[name]
  })
}

/** A small XML reader: elements, attributes, text, comments and CDATA. */
class Reader {
  constructor(xml) {
    this.xml = xml
    this.at = 0
  }

  fail(what) {
    throw new TwimlError(`${what} at byte ${this.at}`)
  }

  take(text) {
    if (!this.xml.startsWith(text, this.at)) {
      return false
    }
    this.at += text.length
    return true
  }

  /** Text up to what ends it, which is skipped. */
  until(end) {
    const stop = this.xml.indexOf(end, this.at)
    if (stop < 0) {
      this.fail(`no ${end}`)
    }
    const text = this.xml.slice(this.at, stop)
    this.at = stop + end.length
    return text
  }

  match(pattern) {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.xml)
    if (found !== null) {
      this.at = pattern.lastIndex
    }
    return found
  }

  skipBlanks() {
    for (;;) {
      this.match(/\s*/y)
      if (!this.take('<!--')) {
        return
      }
      this.until('-->')
    }
  }

  document() {
    if (this.take('<?xml')) {
      this.until('?>')
    }
    this.skipBlanks()
    const root = this.element()
    this.skipBlanks()
    if (this.at < this.xml.length) {
      this.fail('text after the root element')
    }
    return root
  }

  element() {
    if (!this.take('<')) {
      this.fail('no element')
    }
    const name = (this.match(NAME) ?? this.fail('no name'))[0]
    const attributes = this.attributes()
    this.match(/\s*/y)
    if (this.take('/>')) {
      return { name, attributes, children: [], text: '' }
    }
    if (!this.take('>')) {
      this.fail(`a broken <${name}>`)
    }
    return { name, attributes, ...this.content(name) }
  }

  attributes() {
    const attributes = {}
    for (let found; (found = this.match(ATTRIBUTE)) !== null;) {
      if (found[1] in attributes) {
        this.fail(`${found[1]} given twice`)
      }
      attributes[found[1]] = unescape(found[2] ?? found[3])
    }
    return attributes
  }

  content(name) {
    const children = []
    let text = ''
    for (;;) {
      text += unescape(this.match(/[^<]*/y)[0])
      if (this.at >= this.xml.length) {
        this.fail(`<${name}> is not closed`)
      } else if (this.take('<!--')) {
        this.until('-->')
      } else if (this.take('<![CDATA[')) {
        text += this.until(']]>')
      } else if (this.take('</')) {
        if (this.until('>').trimEnd() !== name) {
          this.fail(`<${name}> is closed by another name`)
        }
        return { children, text }
      } else {
        children.push(this.element())
      }
    }
  }
}

function checkNouns(element) {
  const allowed = NOUNS[element.name]
  for (const child of element.children) {
    if (allowed === undefined || !allowed.has(child.name)) {
      throw new TwimlError(`<${child.name}> inside <${element.name}>`)
    }
    checkNouns(child)
  }
}

/**
 * The verbs of a TwiML document.
 * @param {string} xml
 * @throws {TwimlError} when the carrier would not take it
 */
export function parseTwiml(xml) {
  if (Buffer.byteLength(xml) > LIMIT_BYTES) {
    throw new TwimlError('a document over 64 kB')
  }
  if (FORBIDDEN.test(xml)) {
    throw new TwimlError('a control character')
  }

  const root = new Reader(xml).document()
  if (root.name !== 'Response') {
    throw new TwimlError(`the root element is <${root.name}>`)
  }
  for (const verb of root.children) {
    if (!VERBS.has(verb.name)) {
      throw new TwimlError(`unknown verb <${verb.name}>`)
    }
    checkNouns(verb)
  }
  return root.children
}
