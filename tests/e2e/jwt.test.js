// SPDX-License-Identifier: BSD-2-Clause
/**
 * Access tokens of every kind but the right one: most are rightly signed, with the key that only
 * the server has, so that it is not the signature alone that keeps them out.
 */
import assert from 'node:assert/strict'
import { createHmac, generateKeyPairSync, randomUUID, sign } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { Api } from '../phone/api.js'
import { newPassword, register } from './person.js'
import { useStack } from './stack.js'

const stack = await useStack()
const { api } = await register(stack)
const other = await register(stack)

const settings = await readFile(join(stack.home, 'frontdesk.conf'), 'utf8')
const [, key] = /^jwt_secret *= *"?([^"\n]+)"?$/m.exec(settings)

const encode = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))
  .toString('base64url')
const decode = (part) => JSON.parse(Buffer.from(part, 'base64url'))
const [head, claims] = api.token.split('.').slice(0, 2).map(decode)
const now = Math.floor(Date.now() / 1000)

function signed(header, body, { secret = key, hash = 'sha256' } = {}) {
  const parts = `${encode(header)}.${encode(body)}`
  return `${parts}.${createHmac(hash, secret).update(parts).digest('base64url')}`
}

const withHead = (change) => signed({ ...head, ...change }, claims)
const withClaims = (change) => signed(head, { ...claims, ...change })
const [headPart, claimsPart, macPart] = api.token.split('.')

async function status(token, path = '/api/auth/me') {
  const answer = await new Api(stack.demo.base_url).request('GET', path, { token })
  return answer.status
}

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const rs256 = () => {
  const parts = `${encode({ ...head, alg: 'RS256' })}.${claimsPart}`
  return `${parts}.${sign('sha256', Buffer.from(parts), privateKey).toString('base64url')}`
}

test('a token that is forged with the right key and the right claims is as good as ours',
  async () => {
    assert.equal(await status(signed(head, claims)), 200)
    assert.equal(await status(withClaims({ nbf: now })), 200)
    // A minute of leeway, for clocks that differ.
    assert.equal(await status(withClaims({ iat: now + 30 })), 200)
  })

describe('refused with 401 are tokens', { concurrency: true }, () => {
  for (const [what, token] of Object.entries({
    'of algorithm none': `${encode({ ...head, alg: 'none' })}.${claimsPart}.`,
    'of algorithm None, with a signature': withHead({ alg: 'None' }),
    'of algorithm NONE': `${encode({ ...head, alg: 'NONE' })}.${claimsPart}.${macPart}`,
    'of no algorithm': withHead({ alg: '' }),
    'of algorithm hs256': withHead({ alg: 'hs256' }),
    'of algorithm HS384': signed({ ...head, alg: 'HS384' }, claims, { hash: 'sha384' }),
    'of algorithm HS512': signed({ ...head, alg: 'HS512' }, claims, { hash: 'sha512' }),
    'of algorithm RS256': rs256(),
    'signed with a public key': signed(head, claims,
      { secret: publicKey.export({ type: 'spki', format: 'pem' }) }),
    'signed with no key': signed(head, claims, { secret: '' }),
    'with a jwk': withHead({ jwk: { kty: 'oct', k: encode('x') } }),
    'with a jku': withHead({ jku: 'https://evil.example/keys' }),
    'with an x5u': withHead({ x5u: 'https://evil.example/cert' }),
    'with an x5c': withHead({ x5c: ['MIIB'] }),
    'with a crit': withHead({ crit: ['exp'] }),
    'with b64 false': withHead({ b64: false, crit: ['b64'] }),
    'with a kid that is a path': withHead({ kid: '../../../dev/null' }),
    'with a kid that is SQL': withHead({ kid: "' union select 'x" }),
    'with a kid of two kilobytes': withHead({ kid: 'k'.repeat(2048) }),
    'of type JWT': withHead({ typ: 'JWT' }),
    'of no type': signed({ alg: 'HS256' }, claims),
    'that have expired': withClaims({ exp: now - 61, iat: now - 700 }),
    'that never expire': withClaims({ exp: undefined }),
    'that expire at a text': withClaims({ exp: String(now + 600) }),
    'that expire at a fraction': withClaims({ exp: now + 600.5 }),
    'that expire far too late': signed(head,
      JSON.stringify(claims).replace(/"exp":\d+/, '"exp":9223372036854775808')),
    'that expire before time began': withClaims({ exp: -1 }),
    'that expire at null': withClaims({ exp: null }),
    'that are not good yet': withClaims({ nbf: now + 90 }),
    'of the future': withClaims({ iat: now + 90 }),
    'without a beginning': withClaims({ iat: undefined }),
    'of another issuer': withClaims({ iss: 'https://evil.example' }),
    'of an issuer that begins like ours': withClaims({ iss: `${claims.iss}.evil.example` }),
    'of no issuer': withClaims({ iss: undefined }),
    'for another audience': withClaims({ aud: 'other-api' }),
    'for many audiences': withClaims({ aud: ['frontdesk-api', 'other-api'] }),
    'for no audience': withClaims({ aud: undefined }),
    'of nobody': withClaims({ sub: undefined }),
    'of a user who is not there': withClaims({ sub: randomUUID() }),
    'of a user that is no id': withClaims({ sub: "' or 1=1 --" }),
    'of a session that is not there': withClaims({ sid: randomUUID() }),
    'of no session': withClaims({ sid: undefined }),
    'of another user\'s session': withClaims({
      sid: decode(other.api.token.split('.')[1]).sid }),
    'of a session that is no id': withClaims({ sid: '1' }),
    'of two exps': signed(head, `${JSON.stringify(claims).slice(0, -1)},"exp":${now + 9999}}`),
    'whose claims are a list': signed(head, [claims]),
    'whose claims are cut': `${headPart}.${claimsPart.slice(0, -4)}.${macPart}`,
    'whose signature is cut': `${headPart}.${claimsPart}.${macPart.slice(0, -1)}`,
    'whose signature is longer': `${api.token}A`,
    'whose signature has padding': `${api.token}=`,
    'whose signature is another\'s': `${headPart}.${claimsPart}.${other.api.token.split('.')[2]}`,
    'of two parts': `${headPart}.${claimsPart}`,
    'of four parts': `${api.token}.${macPart}`,
    'of five parts': `${headPart}..${claimsPart}..${macPart}`,
    'in base64 of another alphabet': signed(head, { ...claims, x: '\u{3fffe}>>>???' })
      .replace(/-/g, '+').replace(/_/g, '/'),
    'in the JSON form': JSON.stringify({ protected: headPart, payload: claimsPart,
      signature: macPart }),
    'of seven kilobytes': signed(head, { ...claims, x: 'x'.repeat(5000) }),
    'that are refresh tokens': other.api.cookie.split('=')[1]
  })) {
    test(what, async () => assert.equal(await status(token), 401))
  }

  test('with any one bit turned', async () => {
    const wrong = []
    for (const [part, name] of ['header', 'claims', 'signature'].entries()) {
      const bytes = Buffer.from(api.token.split('.')[part], 'base64url')
      for (let n = 0; n < bytes.length; n += 1 + Math.floor(bytes.length / 24)) {
        const turned = Buffer.from(bytes)
        turned[n] ^= 1 << n % 8
        const parts = api.token.split('.')
        parts[part] = turned.toString('base64url')
        if (await status(parts.join('.')) !== 401) {
          wrong.push(`${name} ${n}`)
        }
      }
    }
    assert.deepEqual(wrong, [])
  })

  test('whose last letter spells the same bytes another way', async () => {
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const last = letters.indexOf(macPart.at(-1))
    const same = letters[last % 4 === 3 ? last - 1 : last + 1]
    assert.equal(await status(`${headPart}.${claimsPart}.${macPart.slice(0, -1)}${same}`), 401)
  })
})

test('the role of a token is not believed', async () => {
  const token = withClaims({ role: 'admin' })
  assert.equal(await status(token), 200)
  const clients = await new Api(stack.demo.base_url).request('GET', '/api/clients', { token })
  assert.deepEqual(clients.json, [])
  const users = await new Api(stack.demo.base_url).request('GET', '/api/admin/users', { token })
  assert.ok([403, 404].includes(users.status), `${users.status}`)
})

test('a user who is removed is nobody', async () => {
  const gone = await register(stack, { password: newPassword() })
  await stack.psql("delete from frontdesk.users where email = :'email'", { email: gone.email })
  assert.equal(await status(gone.api.token), 401)
})
