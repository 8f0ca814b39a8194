// SPDX-License-Identifier: BSD-2-Clause
/** Sign-in with Google: there and back, everything that may go wrong on the way, whose it is. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import http from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Processes } from '../chaos/processes.js'
import { Api } from '../phone/api.js'
import { request } from '../phone/http.js'
import { CLIENT, FakeGoogle, makeKey, SECRET } from './google.js'
import { mailedToken } from './mail.js'
import { code, login, register, registerVerified } from './person.js'
import { freePort, Stack } from './stack.js'

const home = await mkdtemp(join(tmpdir(), 'frontdesk-google-'))
const stack = new Stack(home, await freePort())
const google = new FakeGoogle()

/** Somebody with an account at Google that nobody here has seen. */
const someone = (more = {}) => {
  const id = randomBytes(5).toString('hex')
  return {
    sub: `1${BigInt(`0x${id}`)}`, email: `ann.${id}@gmail.com`, email_verified: true,
    name: 'Ann Example', ...more
  }
}

const visitor = () => new Api(stack.demo.base_url)
const fields = ({ json }) => (json?.errors ?? []).map(({ field }) => field)
const users = (email) => stack.rows(
  "select * from frontdesk.users where email = :'email'", { email })

async function initiate(api, path = '/api/auth/google/initiate') {
  const answer = await api.request('POST', path, { body: {} })
  assert.equal(answer.status, 200, answer.text)
  return new URL(answer.json.authorization_url)
}

/** Consents at Google: where it sends the browser then. */
async function consent(url, person = someone()) {
  google.person = person
  const answer = await request('GET', url)
  assert.equal(answer.status, 302, answer.text)
  return new URL(answer.headers.location)
}

const paramsOf = (url) => Object.fromEntries(
  ['state', 'code'].map((name) => [name, url.searchParams.get(name)]))

/** The way back of a program, and of a browser. */
const post = (api, url, more) => api.request('POST', '/api/auth/google/callback',
  { body: { ...paramsOf(url), ...more } })
const get = (api, url) => api.request('GET', url.pathname + url.search)

/** All the way. */
async function signIn(person, api = visitor()) {
  return post(api, await consent(await initiate(api), person))
}

before(async () => {
  await google.open()
  google.redirectUri = `http://127.0.0.1:${stack.port}/api/auth/google/callback`
  await stack.start(google.settings)
})

afterEach(() => {
  google.faults = {}
  google.secret = SECRET
})

/** Workers killed on purpose. */
const killed = []

after(async () => {
  const alarms = (await stack.alarms()).filter((line) =>
    !killed.some((pid) => line.includes(`worker ${pid} exited on signal 9`)))
  await stack.stop()
  await google.close()
  await rm(home, { recursive: true, force: true })
  assert.deepEqual(alarms, [], 'the logs hold alarms')
})

test('it is offered', async () => {
  const { status, json } = await visitor().request('GET', '/api/auth/methods')
  assert.equal(status, 200)
  assert.deepEqual(json, { password: true, google: true })
})

test('the address is as Google wants it, and new each time', async () => {
  const api = visitor()
  const url = await initiate(api)
  const again = await initiate(visitor(), '/auth/google/initiate')
  assert.equal(url.origin + url.pathname, `${google.url}/o/oauth2/v2/auth`)
  const query = Object.fromEntries(url.searchParams)
  assert.equal(query.client_id, CLIENT)
  assert.equal(query.redirect_uri, google.redirectUri)
  assert.equal(query.scope, 'openid email profile')
  assert.equal(query.code_challenge_method, 'S256')
  for (const name of ['state', 'nonce', 'code_challenge']) {
    assert.match(query[name], /^[\w-]{43}$/, name)
    assert.notEqual(query[name], again.searchParams.get(name), name)
  }
  assert.equal(api.cookie, `frontdesk-google=${query.state}`)
  const [row] = await stack.rows(`select * from frontdesk.oauth_state_tokens
    where nonce = :'nonce'`, { nonce: query.nonce })
  assert.notEqual(row.state_hash, query.state, 'only its hash is kept')
})

test('a program signs in, and is a user from then on', async () => {
  const api = visitor()
  const person = someone()
  const answer = await signIn(person, api)
  assert.equal(answer.status, 200, answer.text)
  assert.equal(answer.json.token_type, 'Bearer')
  assert.deepEqual({ ...answer.json.user, id: '' },
    { id: '', email: person.email, name: 'Ann Example', role: 'owner' })
  assert.match(api.cookie, /^frontdesk-rt=./)
  api.token = answer.json.access_token
  assert.equal((await api.get('/api/auth/me')).email_verified, true)
  assert.equal((await api.request('POST', '/api/auth/refresh', { token: null })).status, 200)

  const second = await signIn({ ...person, email: `other-${person.email}`, name: 'Changed' })
  assert.equal(second.json.user.id, answer.json.user.id, 'the account counts, not its address')
  assert.equal(second.json.user.email, person.email)
  assert.equal((await login(stack, { email: person.email, password: '' })).answer.status, 400)
  assert.equal((await login(stack, { email: person.email, password: 'anything at all' }))
    .answer.status, 401, 'there is no password')
})

test('a browser comes back into the dashboard', async () => {
  const api = visitor()
  const back = await consent(await initiate(api))
  const answer = await get(api, back)
  assert.equal(answer.status, 303)
  assert.equal(answer.headers.location, '/signed-in')
  assert.equal(answer.text, '')
  assert.equal(answer.headers['cache-control'], 'no-store')
  const cookies = answer.headers['set-cookie']
  assert.ok(cookies.some((one) => /^frontdesk-google=; .*Max-Age=0/.test(one)))
  assert.ok(cookies.some((one) => /^frontdesk-rt=[^;]+; .*HttpOnly; SameSite=Strict$/.test(one)))
  const { status, json } = await api.request('POST', '/api/auth/refresh', { token: null })
  assert.equal(status, 200)
  assert.equal(json.user.email, google.person.email)
})

test('the other path takes it as well', async () => {
  const api = visitor()
  const back = await consent(await initiate(api))
  back.pathname = '/auth/google/callback'
  assert.equal((await get(api, back)).headers.location, '/signed-in')
})

test('the token is asked for as agreed, and nobody else hears the secret', async () => {
  google.asked = []
  const api = visitor()
  const back = await consent(await initiate(api))
  assert.equal((await post(api, back)).status, 200)
  const { form } = google.asked.find(({ path }) => path === '/token')
  assert.equal(form.get('code'), back.searchParams.get('code'))
  assert.equal(form.get('client_secret'), SECRET)
  assert.equal(google.asked.some(({ query }) => [...query.values()].includes(SECRET)), false)
  const folder = join(home, 'log')
  for (const name of await readdir(folder)) {
    const text = await readFile(join(folder, name), 'utf8')
    for (const word of [SECRET, back.searchParams.get('code'), back.searchParams.get('state'),
      form.get('code_verifier'), google.person.email]) {
      assert.equal(text.includes(word), false, `${name} has none of it`)
    }
  }
})

describe('a way back that is not right', () => {
  const over = (answer) => {
    assert.equal(answer.status, 400, answer.text)
    assert.deepEqual(fields(answer), ['state'])
  }

  test('without the cookie, or in another browser', async () => {
    const api = visitor()
    const back = await consent(await initiate(api))
    over(await post(visitor(), back))
    const other = visitor()
    await initiate(other)
    over(await post(other, back))
    assert.equal((await get(other, back)).headers.location, '/login?google=again')
    assert.deepEqual(await users(google.person.email), [])
    assert.equal((await post(api, back)).status, 200, 'whose it is can still use it')
  })

  test('with a state that was never given', async () => {
    const api = visitor()
    api.cookie = `frontdesk-google=${'A'.repeat(43)}`
    over(await api.request('POST', '/api/auth/google/callback',
      { body: { state: 'A'.repeat(43), code: '4/0A' } }))
  })

  test('twice', async () => {
    const api = visitor()
    const { cookie } = (await initiate(api), api)
    const back = await consent(await initiate(api))
    const { cookie: own } = api
    assert.equal((await post(api, back)).status, 200)
    api.cookie = own
    over(await post(api, back))
    api.cookie = cookie
    over(await post(api, back))
  })

  test('many at once: one wins', async () => {
    const api = visitor()
    const back = await consent(await initiate(api))
    const others = Array.from({ length: 6 }, () => {
      const one = visitor()
      one.cookie = api.cookie
      return one
    })
    const answers = await Promise.all(others.map((one) => post(one, back)))
    assert.equal(answers.filter(({ status }) => status === 200).length, 1)
    assert.equal(answers.filter(({ status }) => status === 400).length, 5)
    assert.equal((await users(google.person.email)).length, 1)
  })

  test('too late', async () => {
    const api = visitor()
    const back = await consent(await initiate(api))
    await stack.psql(`update frontdesk.oauth_state_tokens set expires_at = now()
      where state_hash = encode(sha256(:'state'::bytea), 'hex')`, paramsOf(back))
    over(await post(api, back))
  })

  test('from another page than ours', async () => {
    const api = visitor()
    const back = await consent(await initiate(api))
    assert.equal((await api.request('POST', '/api/auth/google/callback',
      { body: paramsOf(back), headers: { origin: 'https://evil.example' } })).status, 403)
    assert.equal((await api.request('POST', '/api/auth/google/initiate',
      { body: {}, headers: { 'sec-fetch-site': 'cross-site' } })).status, 403)
  })

  test('without what it needs, or with more', async () => {
    for (const body of [{}, { state: 'short' }, { state: 'A'.repeat(43), more: 1 },
      { state: 'A'.repeat(43), code: 'x'.repeat(2049) }, { state: 7 }]) {
      assert.equal((await visitor().request('POST', '/api/auth/google/callback', { body }))
        .status, 400)
    }
    for (const query of ['', '?state=x', '?code=x', '?state=&code=', `?state=%00&code=%ff`]) {
      const answer = await visitor().request('GET', `/api/auth/google/callback${query}`)
      assert.equal(answer.headers.location, '/login?google=again')
    }
  })

  test('by a HEAD, which uses nothing up', async () => {
    const api = visitor()
    const back = await consent(await initiate(api))
    const { status, headers } = await api.request('HEAD', back.pathname + back.search)
    assert.equal(status, 303)
    assert.equal(headers.location, '/login?google=again')
    assert.equal((await get(api, back)).headers.location, '/signed-in')
  })

  test('because the person said no; their words are not repeated', async () => {
    google.faults = { error: '<script>alert(1)</script>' }
    const api = visitor()
    const back = await consent(await initiate(api))
    const answer = await get(api, back)
    assert.equal(answer.status, 303)
    assert.equal(answer.headers.location, '/login?google=denied')
    assert.equal(answer.text, '')
  })
})

describe('a code that Google refuses', () => {
  const cases = {
    'another verifier': { challenge: 'x'.repeat(43) },
    'an expired code': { expired: true }
  }
  for (const [what, faults] of Object.entries(cases)) {
    test(what, async () => {
      google.faults = faults
      const answer = await signIn(someone())
      assert.equal(answer.status, 400, answer.text)
      assert.deepEqual(fields(answer), ['code'])
      assert.deepEqual(await users(google.person.email), [])
    })
  }

  test('a code that was used', async () => {
    const api = visitor()
    const first = await consent(await initiate(api))
    assert.equal((await post(api, first)).status, 200)
    const second = await consent(await initiate(api))
    second.searchParams.set('code', first.searchParams.get('code'))
    assert.equal((await post(api, second)).status, 400)
  })

  for (const [what, set] of Object.entries({
    'another secret': () => { google.secret = 'another' },
    'another redirect_uri': () => { google.faults = { redirectUri: 'https://x.example/' } }
  })) {
    test(`${what}: the settings are wrong, and the log says so`, async () => {
      set()
      const answer = await signIn(someone())
      assert.equal(answer.status, 503)
      assert.match(await readFile(join(home, 'log', 'workers.log'), 'utf8'),
        /Google refuses us: (?:invalid_client|redirect_uri_mismatch)/)
    })
  }
})

describe('a token that is not believed', () => {
  const now = () => Math.floor(Date.now() / 1000)
  const cases = {
    'no signature at all': () => ({ header: { alg: 'none' }, signature: '' }),
    'a symmetric algorithm': () => ({ header: { alg: 'HS256' } }),
    'signed by somebody else': () => ({ key: makeKey() }),
    'a signature of nothing': () => ({ signature: 'AAAA' }),
    'a key that is not there': () => ({ header: { kid: 'nobody' } }),
    'a header that must be understood': () => ({ header: { crit: ['exp'] } }),
    'for another client': () => ({ claims: { aud: 'other.apps.googleusercontent.com' } }),
    'for another client as well': () => ({ claims: { aud: [CLIENT, 'other'] } }),
    'of another party': () => ({ claims: { azp: 'other.apps.googleusercontent.com' } }),
    'of somebody else than Google': () => ({ claims: { iss: 'https://evil.example' } }),
    'over for two minutes': () => ({ claims: { exp: now() - 120, iat: now() - 3720 } }),
    'of tomorrow': () => ({ claims: { iat: now() + 86400, exp: now() + 90000 } }),
    'good for years': () => ({ claims: { exp: now() + 1e8 } }),
    'without an end': () => ({ claims: { exp: undefined } }),
    'another nonce': () => ({ claims: { nonce: 'x'.repeat(43) } }),
    'no nonce': () => ({ claims: { nonce: undefined } }),
    'nobody\'s': () => ({ claims: { sub: undefined } }),
    'without an address': () => ({ claims: { email: undefined } })
  }
  for (const [what, faults] of Object.entries(cases)) {
    test(what, async () => {
      google.faults = faults()
      const answer = await signIn(someone())
      assert.equal(answer.status, 400, answer.text)
      assert.deepEqual(fields(answer), ['code'])
      assert.deepEqual(await users(google.person.email), [])
    })
  }

  test('but Google may call itself by its short name', async () => {
    google.faults = { claims: { iss: 'accounts.google.com' } }
    assert.equal((await signIn(someone())).status, 200)
  })
})

test('the keys are kept as long as they may be, and fetched when they are new', async () => {
  // The stack may have several workers: each has keys of its own.
  for (let i = 0; i < 6; i++) {
    assert.equal((await signIn(someone())).status, 200)
  }
  const before = google.count('/oauth2/v3/certs')
  for (let i = 0; i < 6; i++) {
    assert.equal((await signIn(someone())).status, 200)
  }
  assert.ok(google.count('/oauth2/v3/certs') - before < 6)
  google.rotate()
  assert.equal((await signIn(someone())).status, 200)
  assert.ok(google.count('/oauth2/v3/certs') > before)
})

describe('Google is away', () => {
  const away = async () => {
    const answer = await signIn(someone())
    assert.equal(answer.status, 503, answer.text)
    assert.match(answer.headers['retry-after'], /^[1-9]\d*$/)
    assert.deepEqual(await users(google.person.email), [])
  }

  const cases = {
    'it hangs up': { dead: true },
    'it is too slow': { slow: 6000 },
    'it has an error': { answer: [500, {}, 'sorry'] },
    'it answers no JSON': { answer: [200, {}, '<html>'] },
    'it answers nothing': { answer: [200, {}, ''] },
    'it answers without a token': { answer: [200, {}, '{"access_token":"x"}'] },
    'it never stops answering': { answer: [200, {}, 'x'.repeat(1 << 20)] }
  }
  for (const [what, faults] of Object.entries(cases)) {
    test(what, async () => {
      google.faults = faults
      await away()
      google.faults = {}
      assert.equal((await signIn(someone())).status, 200, 'and is back')
    })
  }

  test('it sends us elsewhere: nobody goes', async (t) => {
    let visits = 0
    const elsewhere = http.createServer((asked, response) => {
      visits++
      response.end('{}')
    })
    await new Promise((resolve) => elsewhere.listen(0, '127.0.0.1', resolve))
    t.after(() => elsewhere.close())
    google.faults = {
      answer: [307, { location: `http://127.0.0.1:${elsewhere.address().port}/` }, '']
    }
    await away()
    assert.equal(visits, 0)
  })

  test('its keys are none', async () => {
    google.rotate()
    for (const certs of [[500, ''], [200, '{"keys":[]}'], [200, 'x']]) {
      google.faults = { certs }
      await away()
    }
  })
})

describe('whose it is', () => {
  test('an account of the same address is joined when both sides have verified it', async () => {
    const person = someone()
    const known = await registerVerified(stack, { email: person.email })
    const answer = await signIn(person)
    assert.equal(answer.status, 200, answer.text)
    assert.equal(answer.json.user.id, known.answer.json.user.id)
    assert.equal((await login(stack, known)).answer.status, 400, 'more than login takes')
    const { email, password } = known
    assert.equal((await login(stack, { email, password })).answer.status, 200,
      'the password is good as before')
    const other = await signIn({ ...person, sub: '999' })
    assert.equal(other.status, 409, 'a second account there does not get in by the address')
  })

  test('nobody waits in a strange address for its owner', async () => {
    const person = someone()
    const squatter = await register(stack, { email: person.email })
    const api = visitor()
    const back = await consent(await initiate(api), person)
    assert.equal((await get(api, back)).headers.location, '/login?google=known')
    assert.equal((await signIn(person)).status, 409)
    assert.deepEqual(await stack.rows(`select from frontdesk.user_identities i
      join frontdesk.users u on u.id = i.user_id where u.email = :'email'`,
    { email: person.email }), [])
    assert.equal((await squatter.api.get('/api/auth/me')).email_verified, false)
  })

  test('an address that Google has not verified is nobody\'s', async () => {
    for (const email_verified of [false, 'true', 1, undefined]) {
      const person = someone({ email_verified })
      assert.equal((await signIn(person)).status, 403)
      assert.deepEqual(await users(person.email), [])
    }
    const api = visitor()
    const back = await consent(await initiate(api), someone({ email_verified: false }))
    assert.equal((await get(api, back)).headers.location, '/login?google=unverified')
  })

  test('where Google does not give addresses away, it does not open accounts by them', async () => {
    const email = `bob.${randomBytes(5).toString('hex')}@person.example`
    await registerVerified(stack, { email })
    assert.equal((await signIn(someone({ email }))).status, 409)
    assert.equal((await signIn(someone({ email, hd: 'other.example' }))).status, 409)
    assert.equal((await signIn(someone({ email, hd: 'person.example' }))).status, 200)
  })

  test('and a new user answers our own mail first', async () => {
    const email = `eve.${randomBytes(5).toString('hex')}@person.example`
    const api = visitor()
    const { json } = await signIn(someone({ email }), api)
    api.token = json.access_token
    assert.equal((await api.get('/api/auth/me')).email_verified, false)
    const token = await mailedToken(stack, email, 'verify-email')
    assert.equal((await api.request('POST', '/api/auth/verify-email', { body: { token } }))
      .status, 200)
    assert.equal((await api.get('/api/auth/me')).email_verified, true)
  })

  test('a user who was switched off stays out', async () => {
    const person = someone()
    assert.equal((await signIn(person)).status, 200)
    await stack.psql("update frontdesk.users set is_active = false where email = :'email'",
      { email: person.email })
    assert.equal((await signIn(person)).status, 401)
    const api = visitor()
    const back = await consent(await initiate(api), person)
    assert.equal((await get(api, back)).headers.location, '/login?google=off')
  })

  test('what Google says of a name is cut to what a name may be', async () => {
    const { json } = await signIn(someone({ name: `A\nb\t${'c'.repeat(300)}` }))
    assert.match(json.user.name, /^Abc{198}$/)
    assert.match((await signIn(someone({ name: undefined }))).json.user.name, /^ann\./)
  })
})

describe('a second factor', () => {
  async function withFactor() {
    const person = someone()
    const known = await registerVerified(stack, { email: person.email })
    const { json: { secret } } = await known.api.request('POST', '/api/auth/totp')
    const { json: { recovery_codes: codes } } = await known.api.request('POST',
      '/api/auth/totp/confirm', { body: { code: code(secret) } })
    return { person, secret, codes }
  }
  const factor = (api, state, more) => api.request('POST', '/api/auth/google/callback',
    { body: { state, ...more } })

  test('is asked for, and opens once', async () => {
    const { person, secret } = await withFactor()
    const api = visitor()
    const back = await consent(await initiate(api), person)
    const { state } = paramsOf(back)
    const asked = await post(api, back)
    assert.equal(asked.status, 401)
    assert.deepEqual(fields(asked), ['totp_code'])
    assert.equal((await factor(visitor(), state, { totp_code: code(secret, 1) })).status, 400,
      'in this browser alone')
    const wrong = await factor(api, state, { totp_code: '000000' })
    assert.equal(wrong.status, 401)
    assert.deepEqual(fields(wrong), ['totp_code'])
    const { cookie } = api
    assert.equal((await factor(api, state, { totp_code: code(secret, 1) })).status, 200)
    api.cookie = cookie
    assert.equal((await factor(api, state, { totp_code: code(secret, 1) })).status, 400)
  })

  test('or a recovery code in its place', async () => {
    const { person, codes } = await withFactor()
    const api = visitor()
    const back = await consent(await initiate(api), person)
    const { state } = paramsOf(back)
    assert.equal((await post(api, back)).status, 401)
    const wrong = await factor(api, state, { recovery_code: 'aaaaa-aaaaa' })
    assert.equal(wrong.status, 401)
    assert.deepEqual(fields(wrong), ['recovery_code'])
    assert.equal((await factor(api, state, { recovery_code: codes[0] })).status, 200)
  })

  test('a browser is taken to where it is asked for', async () => {
    const { person, secret } = await withFactor()
    const api = visitor()
    const back = await consent(await initiate(api), person)
    const { headers } = await get(api, back)
    assert.equal(headers.location, `/login?google=code#token=${paramsOf(back).state}`)
    assert.equal((await factor(api, paramsOf(back).state, { totp_code: code(secret, 1) })).status,
      200)
  })

  test('guesses are counted as at any login', async () => {
    const { person, secret } = await withFactor()
    const api = visitor()
    const back = await consent(await initiate(api), person)
    const { state } = paramsOf(back)
    await post(api, back)
    const statuses = []
    for (let i = 0; i < 6; i++) {
      const other = visitor()
      other.cookie = api.cookie
      statuses.push((await factor(other, state, { totp_code: '000000' })).status)
    }
    assert.deepEqual([...new Set(statuses)], [401, 429])
    assert.equal((await factor(api, state, { totp_code: code(secret, 1) })).status, 429)
  })
})

describe('while a worker asks Google', () => {
  const processes = new Processes(home)

  /** A sign-in that Google has been asked for and has not answered: its answer, one day. */
  async function underWay(ms) {
    google.faults = { slow: ms }
    const before = google.count('/token')
    const api = visitor()
    const answer = post(api, await consent(await initiate(api)))
    while (google.count('/token') === before) {
      await sleep(10)
    }
    return { answer }
  }

  test('nginx is reloaded: who waits is answered', async () => {
    const { answer } = await underWay(1500)
    process.kill(await processes.master(), 'SIGHUP')
    assert.equal((await answer).status, 200)
    google.faults = {}
    assert.equal((await signIn(someone())).status, 200)
  })

  test('the person leaves: nobody else is told', async () => {
    google.faults = { slow: 1000 }
    const before = google.count('/token')
    const api = visitor()
    const back = await consent(await initiate(api))
    const leaving = http.request(new URL(back.pathname + back.search, stack.demo.base_url),
      { headers: { cookie: api.cookie }, agent: false })
    leaving.on('error', () => {})
    leaving.end()
    while (google.count('/token') === before) {
      await sleep(10)
    }
    leaving.destroy()
    google.faults = {}
    await Promise.all(Array.from({ length: 8 }, async () => {
      const person = someone()
      const other = visitor()
      const url = await initiate(other)
      google.people.set(person.email, person)
      url.searchParams.set('login_hint', person.email)
      const answer = await post(other, new URL((await request('GET', url)).headers.location))
      assert.equal(answer.status, 200, answer.text)
      assert.equal(answer.json.user.email, person.email)
    }))
  })

  test('it dies: a clear answer in time, and the next works', async () => {
    const { answer } = await underWay(3000)
    for (const pid of await processes.workers()) {
      killed.push(pid)
      process.kill(pid, 'SIGKILL')
    }
    assert.equal((await answer).status, 503)
    google.faults = {}
    while ((await signIn(someone())).status !== 200) {
      await sleep(100)
    }
  })
})

test('without settings it is not offered', async () => {
  await stack.stop()
  await stack.start()
  assert.deepEqual((await visitor().request('GET', '/api/auth/methods')).json,
    { password: true, google: false })
  const answer = await visitor().request('POST', '/api/auth/google/initiate', { body: {} })
  assert.equal(answer.status, 503)
  assert.match(answer.json.detail, /not set up/)
})
