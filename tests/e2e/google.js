// SPDX-License-Identifier: BSD-2-Clause
/**
 * Google as far as signing in goes, and stricter than most: what is not exactly right is refused
 * with its own errors. `person` is who sits at the browser, but for those of `people` whom the
 * browser names (login_hint); `faults` is what it does wrong itself.
 */
import { createHash, createSign, generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto'
import http from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

const base64url = (value) => Buffer.from(
  typeof value === 'string' || Buffer.isBuffer(value) ? value : JSON.stringify(value)
).toString('base64url')

const CODE_MS = 60000
const SCOPES = ['openid', 'email', 'profile']

export const CLIENT = '1234.apps.googleusercontent.com'
export const SECRET = 'GOCSPX-only-the-workers-know-this'

function makeKey() {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return { id: randomUUID(), publicKey, privateKey }
}

export class FakeGoogle {
  #codes = new Map()
  #server = http.createServer((request, response) => {
    this.#answer(request, response).catch((error) => {
      response.writeHead(500)
      response.end(String(error))
    })
  })

  keys = [makeKey(), makeKey()]
  secret = SECRET
  redirectUri = ''
  person = null
  people = new Map()
  faults = {}
  /** What was asked: `{ method, path, query, form }`. */
  asked = []

  async open() {
    await new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    this.port = this.#server.address().port
    this.url = `http://127.0.0.1:${this.port}`
  }

  close() {
    this.#server.closeAllConnections()
    return new Promise((resolve) => this.#server.close(resolve))
  }

  get settings() {
    return `google_client_id = ${CLIENT}
google_client_secret = ${SECRET}
google_base_url = ${this.url}
`
  }

  count(path) {
    return this.asked.filter((one) => one.path === path).length
  }

  /** New keys, as every few days. */
  rotate() {
    this.keys = [this.keys[1], makeKey()]
  }

  async #answer(request, response) {
    const { pathname, searchParams } = new URL(request.url, this.url)
    const parts = []
    for await (const part of request) {
      parts.push(part)
    }
    const form = new URLSearchParams(Buffer.concat(parts).toString())
    this.asked.push({ method: request.method, path: pathname, query: searchParams, form })
    const place = `${request.method} ${pathname}`

    if (place === 'GET /o/oauth2/v2/auth') {
      this.#consent(searchParams, response)
    } else if (place === 'POST /token') {
      await this.#token(request, form, response)
    } else if (place === 'GET /oauth2/v3/certs') {
      await this.#certs(response)
    } else {
      response.writeHead(404)
      response.end()
    }
  }

  /** Errors of the link itself are a page for the person, and no way back. */
  #consent(query, response) {
    const wrong = [
      [query.get('client_id') !== CLIENT, 'invalid_client'],
      [query.get('redirect_uri') !== this.redirectUri, 'redirect_uri_mismatch'],
      [query.get('response_type') !== 'code', 'invalid_request'],
      [(query.get('state') ?? '').length < 22, 'invalid_request'],
      [(query.get('nonce') ?? '').length < 22, 'invalid_request'],
      [!/^[\w-]{43}$/.test(query.get('code_challenge') ?? ''), 'invalid_request'],
      [query.get('code_challenge_method') !== 'S256', 'invalid_request'],
      [query.get('scope').split(' ').some((one) => !SCOPES.includes(one)), 'invalid_scope'],
      [!query.get('scope').split(' ').includes('openid'), 'invalid_scope'],
      [new Set(query.keys()).size !== [...query.keys()].length, 'invalid_request']
    ].find(([is]) => is)
    if (wrong !== undefined) {
      response.writeHead(400, { 'content-type': 'text/html' })
      response.end(`<p>Error 400: ${wrong[1]}</p>`)
      return
    }
    const back = new URL(this.redirectUri)
    back.searchParams.set('state', query.get('state'))
    if (this.faults.error !== undefined) {
      back.searchParams.set('error', this.faults.error)
    } else {
      back.searchParams.set('code', this.#code(query))
      back.searchParams.set('scope', 'email profile openid')
      back.searchParams.set('authuser', '0')
      back.searchParams.set('prompt', 'consent')
    }
    response.writeHead(302, { location: back.href })
    response.end()
  }

  #code(query) {
    const code = `4/0A${randomBytes(30).toString('base64url')}`
    this.#codes.set(code, {
      challenge: this.faults.challenge ?? query.get('code_challenge'),
      redirectUri: this.faults.redirectUri ?? query.get('redirect_uri'),
      nonce: query.get('nonce'),
      person: this.people.get(query.get('login_hint')) ?? this.person,
      endsAt: this.faults.expired ? 0 : Date.now() + CODE_MS
    })
    return code
  }

  async #token(request, form, response) {
    if (this.faults.slow) {
      await sleep(this.faults.slow)
    }
    if (this.faults.dead) {
      request.socket.destroy()
      return
    }
    if (this.faults.answer !== undefined) {
      const [status, headers, body] = this.faults.answer
      response.writeHead(status, headers)
      response.end(body)
      return
    }
    const say = (status, body) => {
      response.writeHead(status,
        { 'content-type': 'application/json', 'cache-control': 'no-store' })
      response.end(JSON.stringify(body))
    }
    const known = ['grant_type', 'code', 'client_id', 'client_secret', 'redirect_uri',
      'code_verifier']
    if (request.headers['content-type'] !== 'application/x-www-form-urlencoded'
      || [...form.keys()].sort().join() !== known.sort().join()) {
      say(400, { error: 'invalid_request' })
      return
    }
    if (form.get('client_id') !== CLIENT || form.get('client_secret') !== this.secret) {
      say(401, { error: 'invalid_client', error_description: 'Unauthorized' })
      return
    }
    const code = this.#codes.get(form.get('code'))
    this.#codes.delete(form.get('code'))
    const challenge = createHash('sha256').update(form.get('code_verifier')).digest('base64url')
    if (form.get('grant_type') !== 'authorization_code' || code === undefined
      || code.endsAt < Date.now() || code.challenge !== challenge) {
      say(400, { error: 'invalid_grant', error_description: 'Bad Request' })
      return
    }
    if (code.redirectUri !== form.get('redirect_uri')) {
      say(400, { error: 'redirect_uri_mismatch', error_description: 'Bad Request' })
      return
    }
    say(200, {
      access_token: `ya29.${randomBytes(40).toString('base64url')}`, expires_in: 3599,
      scope: 'openid email profile', token_type: 'Bearer', id_token: this.#idToken(code)
    })
  }

  #idToken({ nonce, person }) {
    const now = Math.floor(Date.now() / 1000)
    const [key] = this.keys.slice(-1)
    const header = base64url({ alg: 'RS256', kid: key.id, typ: 'JWT', ...this.faults.header })
    const claims = base64url({
      iss: 'https://accounts.google.com', azp: CLIENT, aud: CLIENT, nonce, iat: now,
      exp: now + 3600, ...person, ...this.faults.claims
    })
    const signer = createSign('RSA-SHA256').update(`${header}.${claims}`)
    const signature = signer.sign((this.faults.key ?? key).privateKey)
    return `${header}.${claims}.${this.faults.signature ?? base64url(signature)}`
  }

  async #certs(response) {
    if (this.faults.certs !== undefined) {
      const [status, body] = this.faults.certs
      response.writeHead(status)
      response.end(body)
      return
    }
    response.writeHead(200, {
      'content-type': 'application/json', 'cache-control': 'public, max-age=60, must-revalidate'
    })
    response.end(JSON.stringify({
      keys: this.keys.map(({ id, publicKey }) =>
        ({ ...publicKey.export({ format: 'jwk' }), kid: id, use: 'sig', alg: 'RS256' }))
    }))
  }
}

export { makeKey }
