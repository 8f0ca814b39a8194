// SPDX-License-Identifier: BSD-2-Clause
/** People who register with a stack, and what their authenticators show. */
import { createHmac, randomBytes } from 'node:crypto'
import { Api } from '../phone/api.js'
import { mailedToken } from './mail.js'

export const newPassword = () => `quartz-${randomBytes(6).toString('hex')}-fjord`

export const newEmail = (name = 'nina') =>
  `${name}.${randomBytes(5).toString('hex')}@person.example`

/** Somebody who just registered: an Api that is logged in. */
export async function register(stack, { email = newEmail(), password = newPassword(),
  name = 'Nina New', headers } = {}) {
  const api = new Api(stack.demo.base_url)
  const answer = await api.request('POST', '/api/auth/register',
    { body: { email, password, name }, headers })
  if (answer.status !== 201) {
    throw new Error(`register answered ${answer.status}: ${answer.text.slice(0, 200)}`)
  }
  api.token = answer.json.access_token
  return { api, email, password, answer }
}

/** The same, and the mail is answered. */
export async function registerVerified(stack, options) {
  const person = await register(stack, options)
  const token = await mailedToken(stack, person.email, 'verify-email')
  const answer = await person.api.request('POST', '/api/auth/verify-email', { body: { token } })
  if (answer.status !== 200) {
    throw new Error(`verify-email answered ${answer.status}: ${answer.text.slice(0, 200)}`)
  }
  return person
}

/** A login from an address of its own: the answer, and the Api that is logged in if it is. */
export async function login(stack, body, headers) {
  const api = new Api(stack.demo.base_url)
  const answer = await api.request('POST', '/api/auth/login', { body, headers })
  if (answer.status === 200) {
    api.token = answer.json.access_token
  }
  return { api, answer }
}

function fromBase32(text) {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const bits = [...text].map((letter) => letters.indexOf(letter).toString(2).padStart(5, '0'))
  return Buffer.from(bits.join('').match(/.{8}/g).map((byte) => parseInt(byte, 2)))
}

/** The code of six digits that an authenticator shows, some steps of 30 s from now. */
export function code(secret, steps = 0) {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000) + steps))
  const mac = createHmac('sha1', fromBase32(secret)).update(counter).digest()
  const value = mac.readUInt32BE(mac[19] & 15) & 0x7fffffff
  return String(value % 1000000).padStart(6, '0')
}
