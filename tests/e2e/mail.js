// SPDX-License-Identifier: BSD-2-Clause
/** Mail of a stack without a server for it: a file each. */
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parse } from './mailbox.js'

const PATIENCE_MS = 20000

async function mails(stack, to) {
  const folder = join(stack.home, 'mail')
  const names = (await readdir(folder)).filter((name) => name.endsWith('.eml'))
  const all = await Promise.all(names.map(
    async (name) => parse(await readFile(join(folder, name), 'latin1'))))
  return all.filter(({ headers }) => headers.to.includes(to))
}

/** The first mail to an address of which `pick` makes anything, once it is there. */
async function awaitMail(stack, to, pick, what) {
  const until = Date.now() + PATIENCE_MS
  for (;;) {
    for (const mail of await mails(stack, to)) {
      const found = pick(mail)
      if (found) {
        return found
      }
    }
    if (Date.now() > until) {
      throw new Error(`no mail to ${to} ${what}`)
    }
    await sleep(100)
  }
}

/** The mail to an address whose text matches. */
export function mailTo(stack, to, pattern) {
  return awaitMail(stack, to, (mail) => pattern.test(mail.text) && mail, `matches ${pattern}`)
}

/** The token of a link that was mailed and is none of those known. */
export function mailedToken(stack, to, page, known = []) {
  const pattern = new RegExp(`/${page}#token=([A-Za-z0-9_-]{43})`)
  return awaitMail(stack, to, ({ text }) => {
    const token = pattern.exec(text)?.[1]
    return !known.includes(token) && token
  }, `has a link to ${page}`)
}
