// SPDX-License-Identifier: BSD-2-Clause
/** People of a story's own, beside those of the demo data, and the mail they get. */
import { randomUUID } from 'node:crypto'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Api } from '../phone/api.js'

const MAIL_MS = 30000

/** Somebody new with the password of the demo users, logged in. */
export async function newcomer(stack, name = 'New Comer') {
  const email = `e2e-${randomUUID()}@example.com`
  await stack.psql(`
    insert into frontdesk.users (email, name, role, password_hash, email_verified_at)
    select :'email', :'name', 'owner', u.password_hash, now()
      from frontdesk.users u where u.email = 'olivia@brightsmile.example'`, { email, name })
  const api = new Api(stack.demo.base_url)
  await api.login(email, stack.demo.users[0].password)
  return api
}

async function mailsTo(folder, email) {
  const names = await readdir(folder).catch(() => [])
  const mails = await Promise.all(names.filter((name) => name.endsWith('.eml'))
    .map((name) => readFile(join(folder, name), 'utf8')))
  return mails.filter((mail) => mail.includes(email))
}

/** The token in the mail that invites an address, once it is there. */
export async function invitationToken(stack, email) {
  for (const until = Date.now() + MAIL_MS; Date.now() < until; await sleep(200)) {
    for (const mail of await mailsTo(join(stack.home, 'mail'), email)) {
      // Long lines of a mail are folded.
      const [, token] = /\/invitation#token=(?:3D)?([0-9a-f]{64})/.exec(
        mail.replace(/=\r?\n/g, '').replace(/=3D/g, '=')) ?? []
      if (token !== undefined) {
        return token
      }
    }
  }
  throw new Error(`no invitation came to ${email}`)
}
