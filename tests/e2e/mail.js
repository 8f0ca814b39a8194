// SPDX-License-Identifier: BSD-2-Clause
/** Mail of a stack without a server for it: a file each. */
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const PATIENCE_MS = 20000

function decoded(part) {
  const [head, ...rest] = part.split('\n\n')
  const body = rest.join('\n\n')
  if (/^content-transfer-encoding: *base64/im.test(head)) {
    return Buffer.from(body, 'base64').toString()
  }
  if (/^content-transfer-encoding: *quoted-printable/im.test(head)) {
    const bytes = body.replace(/=\n/g, '').replace(/=([0-9A-F]{2})/g,
      (_, hex) => String.fromCharCode(parseInt(hex, 16)))
    return Buffer.from(bytes, 'latin1').toString()
  }
  return body
}

/** @returns {{ to: string, subject: string, text: string }} with the text of all its parts */
function parsed(raw) {
  const mail = raw.replace(/\r\n/g, '\n')
  const head = mail.slice(0, mail.indexOf('\n\n')).replace(/\n[ \t]+/g, ' ')
  const field = (name) => new RegExp(`^${name}: *(.*)$`, 'im').exec(head)?.[1] ?? ''
  const [, boundary] = /boundary="?([^";\n]+)/i.exec(head) ?? []
  const parts = boundary === undefined ? [mail]
    : mail.split(`--${boundary}`).slice(1, -1).map((part) => part.replace(/^\n/, ''))
  return { to: field('to'), subject: field('subject'), text: parts.map(decoded).join('\n') }
}

async function mails(stack, to) {
  const folder = join(stack.home, 'mail')
  const names = (await readdir(folder)).filter((name) => name.endsWith('.eml'))
  const all = await Promise.all(names.map(
    async (name) => parsed(await readFile(join(folder, name), 'utf8'))))
  return all.filter((mail) => mail.to.includes(to))
}

/** The mail to an address whose text matches, once it is there. */
export async function mailTo(stack, to, pattern) {
  const until = Date.now() + PATIENCE_MS
  for (;;) {
    const found = (await mails(stack, to)).find(({ text }) => pattern.test(text))
    if (found !== undefined) {
      return found
    }
    if (Date.now() > until) {
      throw new Error(`no mail to ${to} matches ${pattern}`)
    }
    await sleep(100)
  }
}

/** The token of a link that was mailed and is none of those known. */
export async function mailedToken(stack, to, page, known = []) {
  const pattern = new RegExp(`/${page}#token=([A-Za-z0-9_-]{43})`)
  const until = Date.now() + PATIENCE_MS
  for (;;) {
    for (const { text } of await mails(stack, to)) {
      const token = pattern.exec(text)?.[1]
      if (token !== undefined && !known.includes(token)) {
        return token
      }
    }
    if (Date.now() > until) {
      throw new Error(`no mail to ${to} has a link to ${page}`)
    }
    await sleep(100)
  }
}
