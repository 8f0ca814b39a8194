// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { Api } from '../phone/api.js'
import { mailTo, mailedToken } from './mail.js'
import { code, login, newEmail, newPassword, register, registerVerified } from './person.js'
import { useStack } from './stack.js'

const stack = await useStack()

const anyone = () => new Api(stack.demo.base_url)
const me = (api) => api.request('GET', '/api/auth/me')
const refresh = (api) => api.request('POST', '/api/auth/refresh', { token: null })
const fields = ({ json }) => (json?.errors ?? []).map(({ field }) => field)

describe('registering', { concurrency: true }, () => {
  test('logs in, and the mail verifies the address, once', async () => {
    const email = newEmail('Nina')
    const { api, answer } = await register(stack, { email })
    assert.equal(answer.headers.location, '/api/auth/me')
    assert.equal(answer.json.user.email, email.toLowerCase())
    assert.equal(answer.json.user.role, 'owner')
    assert.match(answer.headers['set-cookie'][0], /HttpOnly/)

    const before = (await me(api)).json
    assert.equal(before.email_verified, false)
    assert.deepEqual(before.clients, [])
    const early = await api.request('POST', '/api/api-keys', { body: { name: 'mine' } })
    assert.equal(early.status, 403, 'a key before the address is verified')

    const token = await mailedToken(stack, email.toLowerCase(), 'verify-email')
    const verify = () => anyone().request('POST', '/api/auth/verify-email', { body: { token } })
    assert.equal((await verify()).status, 200)
    assert.equal((await verify()).status, 400)
    assert.equal((await me(api)).json.email_verified, true)
    assert.equal((await api.request('POST', '/api/auth/resend-verification')).status, 409)
  })

  test('with an address that is somebody\'s says nothing, and tells them', async () => {
    const { email, password } = await register(stack)
    const answer = await anyone().request('POST', '/api/auth/register',
      { body: { email, password: newPassword(), name: 'Mallory' } })
    assert.equal(answer.status, 409)
    assert.doesNotMatch(answer.text, /email|address|exist/i)
    await mailTo(stack, email, /already|tried to|somebody|someone/i)
    assert.equal((await login(stack, { email, password })).answer.status, 200)
  })

  test('sends the mail again when asked, and the link before is no good then', async () => {
    const { api, email } = await register(stack)
    const first = await mailedToken(stack, email, 'verify-email')
    assert.equal((await api.request('POST', '/api/auth/resend-verification')).status, 200)
    const second = await mailedToken(stack, email, 'verify-email', [first])
    const verify = (token) => anyone().request('POST', '/api/auth/verify-email',
      { body: { token } })
    assert.equal((await verify(first)).status, 400)
    assert.equal((await verify(second)).status, 200)
  })

  for (const [what, password] of Object.entries({
    'nine characters': 'kR7#vQ2mX',
    'a hundred and twenty-nine': 'kR7#vQ2mX'.repeat(15).slice(0, 129),
    'a word everybody tries': 'Password123!',
    'a row of the keyboard': 'qwertyuiop123',
    'one letter': 'aaaaaaaaaaaa',
    'the address': 'nina.person#1',
    'a line break': 'kR7#vQ2m\nXtuba'
  })) {
    test(`refuses a password of ${what}`, async () => {
      const answer = await anyone().request('POST', '/api/auth/register',
        { body: { email: 'nina.person@person.example', password, name: 'N' } })
      assert.ok([400, 422].includes(answer.status), `${answer.status} ${answer.text}`)
      assert.deepEqual(fields(answer), ['password'], answer.text)
      assert.equal(answer.text.includes(password), false, 'the password is not repeated')
    })
  }

  for (const [what, change] of Object.entries({
    'no address': { email: undefined },
    'two addresses': { email: 'a@person.example, b@person.example' },
    'an address with a line break': { email: 'a@person.example\r\nBcc: b@person.example' },
    'no name': { name: '' },
    'a name with a line break': { name: 'N\r\nBcc: b@person.example' },
    'a role': { role: 'admin' }
  })) {
    test(`refuses ${what}`, async () => {
      const body = { email: newEmail(), password: newPassword(), name: 'N', ...change }
      const answer = await anyone().request('POST', '/api/auth/register', { body })
      assert.ok([400, 422].includes(answer.status), `${answer.status} ${answer.text}`)
    })
  }

  test('is for our own pages only', async () => {
    const body = { email: newEmail(), password: newPassword(), name: 'N' }
    const far = await anyone().request('POST', '/api/auth/register',
      { body, headers: { origin: 'https://evil.example' } })
    assert.equal(far.status, 403)
    const form = await anyone().request('POST', '/api/auth/register', {
      body: 'email=a', headers: { 'content-type': 'application/x-www-form-urlencoded' }
    })
    assert.equal(form.status, 415)
  })

  test('a password of 128 characters counts to its last, spaces and all', async () => {
    const password = `${'kR7#vQ2mXt wa'.repeat(9)}kR7#vQ2mXt `
    assert.equal(password.length, 128)
    const { email } = await register(stack, { password })
    assert.equal((await login(stack, { email, password })).answer.status, 200)
    for (const other of [password.slice(0, -1), `${password.slice(0, -1)}x`]) {
      assert.equal((await login(stack, { email, password: other })).answer.status, 401)
    }
  })
})

describe('a password that was forgotten', { concurrency: true }, () => {
  const forgot = (email) => anyone().request('POST', '/api/auth/forgot-password',
    { body: { email } })
  const reset = (token, password) => anyone().request('POST', '/api/auth/reset-password',
    { body: { token, password } })

  test('is asked for alike by who is known and who is not', async () => {
    const { email } = await register(stack)
    const answers = await Promise.all([forgot(email), forgot(newEmail('nobody'))])
    assert.deepEqual(answers.map(({ status }) => status), [202, 202])
    assert.deepEqual(answers[0].json, answers[1].json)
  })

  test('is set anew by the mailed link, which logs out everywhere', async () => {
    const { api, email, password } = await register(stack)
    await forgot(email.toUpperCase())
    const token = await mailedToken(stack, email, 'reset-password')

    const weak = await reset(token, 'password12345')
    assert.equal(weak.status, 422)
    assert.deepEqual(fields(weak), ['password'])
    const next = newPassword()
    assert.equal((await reset(token, next)).status, 200, 'a refused password uses no link up')
    assert.equal((await reset(token, newPassword())).status, 400)

    assert.equal((await me(api)).status, 401, 'the access token of before')
    assert.equal((await refresh(api)).status, 401, 'and the refresh token')
    assert.equal((await login(stack, { email, password })).answer.status, 401)
    assert.equal((await login(stack, { email, password: next })).answer.status, 200)
    await mailTo(stack, email, /password (has been|was|is) changed|changed/i)
  })

  test('no guessed, used or other link will do, and none is told from another', async () => {
    const { email } = await register(stack)
    await forgot(email)
    const good = await mailedToken(stack, email, 'reset-password')
    const verify = await mailedToken(stack, email, 'verify-email')
    const wrong = good.replace(/.$/, (letter) => letter === 'A' ? 'B' : 'A')
    const answers = []
    for (const token of [verify, wrong, 'A'.repeat(43), '../../x', "' or 1=1 --"]) {
      answers.push(await reset(token, newPassword()))
    }
    assert.deepEqual(answers.map(({ status }) => status), [400, 400, 400, 400, 400])
    assert.equal(new Set(answers.map(({ text }) => text)).size, 1)
    assert.equal((await reset(good, newPassword())).status, 200)
  })

  test('of a link that two follow at once one wins', async () => {
    const { email } = await register(stack)
    await forgot(email)
    const token = await mailedToken(stack, email, 'reset-password')
    const answers = await Promise.all(Array.from({ length: 4 }, () => reset(token, newPassword())))
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 400, 400, 400])
  })
})

describe('failed logins', { concurrency: true }, () => {
  test('are five a minute from anywhere, but for where one has been before', async () => {
    const { api, email, password } = await register(stack)
    const statuses = []
    for (let n = 0; n < 6; n++) {
      statuses.push((await login(stack, { email, password: 'wrong-password' })).answer)
    }
    assert.deepEqual(statuses.map(({ status }) => status), [401, 401, 401, 401, 401, 429])
    const wait = Number(statuses[5].headers['retry-after'])
    assert.ok(wait > 0 && wait <= 60, `Retry-After: ${wait}`)

    const right = await login(stack, { email, password })
    assert.equal(right.answer.status, 429, 'the right password from another place')
    const home = await api.request('POST', '/api/auth/login',
      { body: { email, password }, token: null })
    assert.equal(home.status, 200, 'and from where the user has been')
  })

  test('of nobody are counted too', async () => {
    const email = newEmail('nobody')
    const answers = []
    for (let n = 0; n < 6; n++) {
      answers.push((await login(stack, { email, password: 'wrong-password' })).answer.status)
    }
    assert.deepEqual(answers, [401, 401, 401, 401, 401, 429])
  })

  test('many at once guess no more than a few', async () => {
    const { email } = await register(stack)
    const answers = await Promise.all(Array.from({ length: 12 },
      () => login(stack, { email, password: 'wrong-password' })))
    const wrong = answers.filter(({ answer }) => answer.status === 401).length
    assert.equal(wrong, 5)
    assert.equal(answers.filter(({ answer }) => answer.status === 429).length, 7)
  })
})

describe('second factors', { concurrency: true }, () => {
  const setUp = async () => {
    const person = await register(stack)
    const { status, json } = await person.api.request('POST', '/api/auth/totp')
    assert.equal(status, 200)
    return { ...person, secret: json.secret, url: json.otpauth_url }
  }
  const confirm = (api, value) => api.request('POST', '/api/auth/totp/confirm',
    { body: { code: value } })

  test('are set up, asked for at login, and good once', async () => {
    const { api, email, password, secret, url } = await setUp()
    assert.match(secret, /^[A-Z2-7]{32}$/)
    const parsed = new URL(url)
    assert.equal(parsed.protocol, 'otpauth:')
    assert.equal(parsed.searchParams.get('secret'), secret)
    assert.ok(decodeURIComponent(parsed.pathname).endsWith(`:${email}`), url)

    assert.equal((await me(api)).json.totp_enabled, false)
    assert.equal((await login(stack, { email, password })).answer.status, 200,
      'it does not count before a first code')
    const wrong = await confirm(api, code(secret, 20))
    assert.equal(wrong.status, 422)
    assert.deepEqual(fields(wrong), ['code'])
    const confirmed = await confirm(api, code(secret))
    assert.equal(confirmed.status, 200, confirmed.text)
    const codes = confirmed.json.recovery_codes
    assert.equal(new Set(codes).size, 10)
    assert.equal((await me(api)).json.totp_enabled, true)
    assert.equal((await confirm(api, code(secret, 1))).status, 409)
    assert.equal((await api.request('POST', '/api/auth/totp')).status, 409)

    const asked = (await login(stack, { email, password })).answer
    assert.equal(asked.status, 401)
    assert.deepEqual(fields(asked), ['totp_code'])
    assert.equal(asked.headers['set-cookie'], undefined)
    const guess = (await login(stack, { email, password: 'wrong-password',
      totp_code: code(secret, 1) })).answer
    assert.deepEqual(fields(guess), [], 'a wrong password is told before any code')

    const totp_code = code(secret, 1)
    assert.equal((await login(stack, { email, password, totp_code })).answer.status, 200)
    const again = (await login(stack, { email, password, totp_code })).answer
    assert.equal(again.status, 401, 'a code is good once')
    assert.deepEqual(fields(again), ['totp_code'])

    const recovery = { email, password, recovery_code: codes[3].toUpperCase() }
    assert.equal((await login(stack, recovery)).answer.status, 200)
    const spent = (await login(stack, recovery)).answer
    assert.equal(spent.status, 401, 'a recovery code too')
    assert.deepEqual(fields(spent), ['recovery_code'])
    assert.equal((await me(api)).json.recovery_codes_left, 9)
  })

  test('are removed, and get new recovery codes, with the password, not without', async () => {
    const { api, email, password, secret } = await setUp()
    const [old] = (await confirm(api, code(secret))).json.recovery_codes
    const renew = (body) => api.request('POST', '/api/auth/totp/recovery-codes', { body })
    assert.equal((await renew({ password: 'wrong-password' })).status, 403)
    const renewed = await renew({ password })
    assert.equal(renewed.status, 200)
    assert.equal(renewed.json.recovery_codes.includes(old), false)
    assert.equal((await login(stack, { email, password, recovery_code: old })).answer.status, 401)
    const remove = (body) => api.request('DELETE', '/api/auth/totp', { body })
    assert.equal((await remove({})).status, 400)
    assert.equal((await remove({ password: 'wrong-password' })).status, 403)
    assert.equal((await remove({ code: code(secret, 20) })).status, 403)
    assert.equal((await remove({ password })).status, 200)
    assert.equal((await remove({ password })).status, 404)
    assert.equal((await login(stack, { email, password })).answer.status, 200)
  })

  test('are sealed in the database', async () => {
    const { secret, email } = await setUp()
    const [row] = await stack.rows(`select encode(t.secret, 'hex') as sealed
        from frontdesk.totp_secrets t join frontdesk.users u on u.id = t.user_id
       where u.email = :'email'`, { email })
    assert.match(row.sealed, /^01000000012?/)
    assert.equal(row.sealed.length, 2 * (20 + 33))
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
    const bits = [...secret].map((c) => letters.indexOf(c).toString(2).padStart(5, '0')).join('')
    const plain = bits.match(/.{4}/g).map((four) => parseInt(four, 2).toString(16)).join('')
    assert.equal(row.sealed.includes(plain), false)
  })

  test('of a row that was moved to another user open nothing', async () => {
    const victim = await setUp()
    const thief = await setUp()
    await confirm(victim.api, code(victim.secret))
    await stack.psql(`update frontdesk.totp_secrets t
         set secret = (select o.secret from frontdesk.totp_secrets o
                         join frontdesk.users v on v.id = o.user_id where v.email = :'thief')
        from frontdesk.users u where u.id = t.user_id and u.email = :'victim'`,
    { thief: thief.email, victim: victim.email })
    const { answer } = await login(stack, { email: victim.email, password: victim.password,
      totp_code: code(thief.secret, 1) })
    assert.equal(answer.status, 503)
  })
})

describe('sessions', { concurrency: true }, () => {
  const agent = (name) => ({ 'user-agent': name })

  test('are listed, and end one by one or all together, at once', async () => {
    const { api, email, password } = await registerVerified(stack,
      { headers: agent('Here/1.0') })
    const there = (await login(stack, { email, password }, agent('There/2.0'))).api
    const third = (await login(stack, { email, password }, agent('Third/3.0'))).api
    await mailTo(stack, email, /There\/2\.0/)

    const list = await api.get('/api/auth/sessions')
    assert.deepEqual(list.map((row) => [row.user_agent, row.is_current]),
      [['Third/3.0', false], ['There/2.0', false], ['Here/1.0', true]])
    assert.equal(list[1].address, there.from)
    assert.deepEqual(Object.keys(list[0]).sort(), ['address', 'created_at', 'id', 'is_current',
      'last_used_at', 'user_agent'])

    const end = (id) => api.request('DELETE', `/api/auth/sessions/${id}`)
    assert.equal((await end(list[1].id)).status, 200)
    assert.equal((await end(list[1].id)).status, 404)
    assert.equal((await me(there)).status, 401)
    assert.equal((await refresh(there)).status, 401)
    assert.equal((await me(third)).status, 200)

    const stranger = await register(stack)
    assert.equal((await stranger.api.request('DELETE', `/api/auth/sessions/${list[0].id}`)).status,
      404)

    const out = await api.request('POST', '/api/auth/logout-all')
    assert.equal(out.status, 200)
    assert.match(out.headers['set-cookie'][0], /Max-Age=0/)
    for (const each of [api, third]) {
      assert.equal((await me(each)).status, 401)
      assert.equal((await refresh(each)).status, 401)
    }
  })

  test('a logout ends the access token too', async () => {
    const { api } = await register(stack)
    assert.equal((await api.request('POST', '/api/auth/logout')).status, 200)
    assert.equal((await me(api)).status, 401)
  })

  test('a refresh token that is used again ends the access token too', async () => {
    const { api } = await register(stack)
    const first = api.cookie
    const newest = await refresh(api)
    assert.equal((await refresh(api)).status, 200)
    api.cookie = first
    assert.equal((await refresh(api)).status, 401)
    assert.equal((await anyone().request('GET', '/api/auth/me',
      { token: newest.json.access_token })).status, 401)
  })

  test('end when the user is switched off, and a lower role counts at once', async () => {
    const { api, email } = await register(stack)
    const id = (await me(api)).json.id
    await stack.psql("update frontdesk.users set role = 'admin' where id = :'id'", { id })
    const admin = await refresh(api)
    assert.equal(admin.json.user.role, 'admin')
    const all = () => anyone().request('GET', '/api/clients',
      { token: admin.json.access_token })
    assert.ok((await all()).json.length >= stack.demo.clients.length)
    await stack.psql("update frontdesk.users set role = 'owner' where id = :'id'", { id })
    assert.deepEqual((await all()).json, [], 'the token of an admin who is none any more')

    await stack.psql("update frontdesk.users set is_active = false where email = :'email'",
      { email })
    assert.equal((await all()).status, 401)
    assert.equal((await refresh(api)).status, 401)
  })
})

describe('one\'s own account', { concurrency: true }, () => {
  const put = (api, body) => api.request('PUT', '/api/auth/me', { body })

  test('has a name that may be changed', async () => {
    const { api } = await register(stack)
    const { status, json, headers } = await put(api, { name: 'Nina Newer' })
    assert.equal(status, 200)
    assert.equal(json.name, 'Nina Newer')
    assert.equal(headers.etag, (await me(api)).headers.etag)
    assert.equal((await put(api, { role: 'admin' })).status, 400)
    const stale = await api.request('PUT', '/api/auth/me',
      { body: { name: 'Late' }, headers: { 'if-match': `"${'0'.repeat(32)}"` } })
    assert.equal(stale.status, 412)
    const fresh = await api.request('PUT', '/api/auth/me',
      { body: { name: 'Nina Again' }, headers: { 'if-match': headers.etag } })
    assert.equal(fresh.status, 200)
    assert.equal((await put(api, { name: '' })).status, 400)
  })

  test('gets another password for the one it has, and keeps this session alone', async () => {
    const { api, email, password } = await register(stack)
    const other = (await login(stack, { email, password })).api
    const next = newPassword()
    const none = await put(api, { password: next })
    assert.equal(none.status, 400)
    assert.deepEqual(fields(none), ['current_password'])
    const wrong = await put(api, { password: next, current_password: 'wrong-password' })
    assert.equal(wrong.status, 403)
    const weak = await put(api, { password: 'letmein12345', current_password: password })
    assert.equal(weak.status, 422)
    assert.equal((await put(api, { password: next, current_password: password })).status, 200)
    assert.equal((await me(api)).status, 200)
    assert.equal((await refresh(api)).status, 200)
    assert.equal((await me(other)).status, 401)
    assert.equal((await refresh(other)).status, 401)
    assert.equal((await login(stack, { email, password: next })).answer.status, 200)
  })

  test('gets another address once the mail sent there is answered', async () => {
    const { api, email, password } = await register(stack)
    const next = newEmail('newer')
    const asked = await put(api, { email: next, current_password: password })
    assert.equal(asked.status, 200)
    assert.equal(asked.json.email, email)
    assert.equal(asked.json.pending_email, next)
    assert.equal((await login(stack, { email: next, password })).answer.status, 401)
    const token = await mailedToken(stack, next, 'verify-email')
    assert.equal((await anyone().request('POST', '/api/auth/verify-email',
      { body: { token } })).status, 200)
    const now = (await me(api)).json
    assert.deepEqual([now.email, now.email_verified, now.pending_email], [next, true, null])
    assert.equal((await login(stack, { email: next, password })).answer.status, 200)
    assert.equal((await login(stack, { email, password })).answer.status, 401)
  })

  test('never gets somebody else\'s, and is not told whose it is', async () => {
    const victim = await register(stack)
    const { api, password } = await register(stack)
    const taken = await put(api, { email: victim.email, current_password: password })
    const free = newEmail()
    const other = await put(api, { email: free, current_password: password })
    assert.equal(taken.status, other.status)
    assert.equal(taken.json.pending_email, victim.email)
    assert.equal(other.json.pending_email, free)
  })
})

describe('API keys', { concurrency: true }, () => {
  const create = (api, body) => api.request('POST', '/api/api-keys', { body })
  const as = (key, method, path, body) => anyone().request(method, path, { token: key, body })

  test('are shown once, act for their user, and end', async () => {
    const { api } = await registerVerified(stack)
    const made = await create(api, { name: 'ours' })
    assert.equal(made.status, 201)
    const { id, key, prefix } = made.json
    assert.match(key, /^fdk_[A-Za-z0-9_-]{43}$/)
    assert.equal(made.headers.location, `/api/api-keys/${id}`)
    const list = await api.request('GET', '/api/api-keys')
    assert.deepEqual(list.json.map((row) => [row.name, row.prefix]), [['ours', prefix]])
    assert.equal(list.text.includes(key), false)

    assert.equal((await as(key, 'GET', '/api/auth/me')).status, 200)
    assert.equal((await api.request('GET', `/api/api-keys/${id}`)).json.last_used_at === null,
      false)
    assert.equal((await api.request('DELETE', `/api/api-keys/${id}`)).status, 200)
    assert.equal((await as(key, 'GET', '/api/auth/me')).status, 401)
    assert.equal((await api.request('DELETE', `/api/api-keys/${id}`)).status, 404)
  })

  test('change no account', async () => {
    const { api, password } = await registerVerified(stack)
    const { key } = (await create(api, { name: 'ours' })).json
    for (const [method, path, body] of [
      ['PUT', '/api/auth/me', { name: 'X' }],
      ['PUT', '/api/auth/me', { password: newPassword(), current_password: password }],
      ['POST', '/api/auth/totp'],
      ['DELETE', '/api/auth/totp', { password }],
      ['GET', '/api/auth/sessions'],
      ['POST', '/api/auth/logout-all'],
      ['GET', '/api/api-keys'],
      ['POST', '/api/api-keys', { name: 'child' }]
    ]) {
      assert.equal((await as(key, method, path, body)).status, 403, `${method} ${path}`)
    }
    assert.equal((await me(api)).status, 200)
  })

  test('of one client see that alone', async () => {
    const olivia = await stack.api('olivia')
    const mine = stack.client('receptionist', 'olivia').id
    const theirs = stack.client('receptionist', 'marco').id
    const made = await create(olivia, { name: 'one', client_id: mine, read_only: true })
    assert.equal(made.status, 201, made.text)
    const { id, key } = made.json
    assert.deepEqual((await as(key, 'GET', '/api/clients')).json.map((row) => row.id), [mine])
    assert.equal((await as(key, 'GET', `/api/clients/${theirs}`)).status, 404)
    assert.equal((await create(olivia, { name: 'x', client_id: theirs })).status, 404)
    assert.equal((await olivia.request('DELETE', `/api/api-keys/${id}`)).status, 200)
  })

  test('that are made up are none', async () => {
    for (const key of ['fdk_', `fdk_${'A'.repeat(43)}`, `fdk_${'A'.repeat(42)}`,
      `fdk_${'A'.repeat(4096)}`, `FDK_${'A'.repeat(43)}`]) {
      assert.equal((await as(key, 'GET', '/api/auth/me')).status, 401, key.slice(0, 60))
    }
  })
})

test('passwords, tokens, codes and keys are in no log', async () => {
  const { api, email, password } = await registerVerified(stack)
  const { json: { key } } = await api.request('POST', '/api/api-keys', { body: { name: 'log' } })
  const { json: { secret } } = await api.request('POST', '/api/auth/totp')
  const { json } = await api.request('POST', '/api/auth/totp/confirm',
    { body: { code: code(secret) } })
  await anyone().request('POST', '/api/auth/forgot-password', { body: { email } })
  const token = await mailedToken(stack, email, 'reset-password')
  const next = newPassword()
  await anyone().request('POST', '/api/auth/reset-password', { body: { token, password: next } })
  for (const name of ['nginx.log', 'workers.log', 'postgres.log', 'access.log']) {
    const log = await readFile(join(stack.home, 'log', name), 'utf8').catch(() => '')
    for (const word of [email, password, next, key, secret, token, json.recovery_codes[0],
      api.token.split('.')[2]]) {
      assert.equal(log.includes(word), false, `${name} holds ${word}`)
    }
  }
})

describe('a POST with an Idempotency-Key', { concurrency: true }, () => {
  const key = () => ({ 'idempotency-key': randomUUID() })
  const post = (api, path, body, headers) => api.request('POST', path, { body, headers })
  const shownOnce = (answer) => {
    assert.equal(answer.status, 409, answer.text)
    assert.deepEqual(fields(answer), ['Idempotency-Key'])
    assert.match(answer.json.detail, /shown once/)
  }
  const replayed = (answer, first) => {
    assert.equal(answer.status, first.status, answer.text)
    assert.equal(answer.headers['idempotency-replayed'], 'true')
    assert.equal(first.headers['idempotency-replayed'], undefined)
    assert.equal(answer.text, first.text)
  }
  const newUser = () => ({ email: newEmail(), password: newPassword(), name: 'Once' })

  test('registers once, and the session is in the first answer alone', async () => {
    const [api, headers, body] = [anyone(), key(), newUser()]
    assert.equal((await post(api, '/api/auth/register', body, headers)).status, 201)
    shownOnce(await post(api, '/api/auth/register', body, headers))
    assert.equal((await post(api, '/api/auth/register', newUser(), headers)).status, 422)
    assert.equal((await post(api, '/api/auth/forgot-password', { email: body.email }, headers))
      .status, 422, 'nor at another place')
    const stranger = await post(anyone(), '/api/auth/register', newUser(), headers)
    assert.equal(stranger.status, 201, 'who comes from elsewhere has keys of their own')
  })

  test('at once many times registers one, and tells of nobody else', async () => {
    const [api, headers, body] = [anyone(), key(), newUser()]
    const answers = await Promise.all(Array.from({ length: 6 },
      () => post(api, '/api/auth/register', body, headers)))
    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 409, 409, 409, 409, 409])
    answers.filter(({ status }) => status === 409).forEach((answer) =>
      assert.deepEqual(fields(answer), ['Idempotency-Key']))
  })

  test('that was refused may be sent again', async () => {
    const { api: known, email } = await register(stack)
    const [api, headers] = [anyone(), key()]
    const body = { ...newUser(), email }
    for (let i = 0; i < 2; i++) {
      const answer = await post(api, '/api/auth/register', body, headers)
      assert.equal(answer.status, 409)
      assert.deepEqual(fields(answer), [], 'as any registered address')
    }
    assert.equal((await me(known)).status, 200)
    const wrong = { email, password: 'not the password' }
    const other = key()
    for (let i = 0; i < 2; i++) {
      assert.equal((await post(api, '/api/auth/login', wrong, other)).status, 401)
    }
  })

  test('logs in once', async () => {
    const { email, password } = await register(stack)
    const [api, headers] = [anyone(), key()]
    assert.equal((await post(api, '/api/auth/login', { email, password }, headers)).status, 200)
    shownOnce(await post(api, '/api/auth/login', { email, password }, headers))
  })

  test('uses a link up once, and says again that it did', async () => {
    const { email } = await register(stack)
    const [api, headers] = [anyone(), key()]
    const token = await mailedToken(stack, email, 'verify-email')
    const first = await post(api, '/api/auth/verify-email', { token }, headers)
    assert.equal(first.status, 200)
    replayed(await post(api, '/api/auth/verify-email', { token }, headers), first)
    assert.equal((await post(api, '/api/auth/verify-email', { token }, key())).status, 400)
  })

  test('mails one link for a password, and sets it once', async () => {
    const { email } = await register(stack)
    const [api, headers] = [anyone(), key()]
    const first = await post(api, '/api/auth/forgot-password', { email }, headers)
    assert.equal(first.status, 202)
    replayed(await post(api, '/api/auth/forgot-password', { email }, headers), first)
    const [{ count }] = await stack.rows(`select count(*) from frontdesk.one_time_tokens t
      join frontdesk.users u on u.id = t.user_id
     where u.email = :'email' and t.kind = 'reset'`, { email })
    assert.equal(Number(count), 1)

    const token = await mailedToken(stack, email, 'reset-password')
    const body = { token, password: newPassword() }
    const other = key()
    const changed = await post(api, '/api/auth/reset-password', body, other)
    assert.equal(changed.status, 200, changed.text)
    replayed(await post(api, '/api/auth/reset-password', body, other), changed)
    assert.equal((await login(stack, { email, password: body.password })).answer.status, 200)
  })

  test('sets a second factor up once', async () => {
    const { api, password } = await register(stack)
    const [making, confirming, renewing] = [key(), key(), key()]
    const { json: { secret } } = await post(api, '/api/auth/totp', undefined, making)
    shownOnce(await post(api, '/api/auth/totp', undefined, making))
    const proof = { code: code(secret) }
    assert.equal((await post(api, '/api/auth/totp/confirm', { code: '000000' }, confirming)).status,
      422)
    assert.equal((await post(api, '/api/auth/totp/confirm', proof, confirming)).status, 200,
      'what failed is not kept')
    shownOnce(await post(api, '/api/auth/totp/confirm', proof, confirming))
    const renew = (headers) => post(api, '/api/auth/totp/recovery-codes', { password }, headers)
    assert.equal((await renew(renewing)).status, 200)
    shownOnce(await renew(renewing))
    assert.equal((await post(api, '/api/clients', { name: 'Once' }, renewing)).status, 422,
      'one user, one set of keys')
  })

  test('that is none is refused', async () => {
    for (const wrong of ['', 'x'.repeat(256), '\u00fc']) {
      const answer = await post(anyone(), '/api/auth/register', newUser(),
        { 'idempotency-key': wrong })
      assert.equal(answer.status, 400)
    }
  })

  test('leaves nothing to guess a password by', async () => {
    const [api, headers, body] = [anyone(), key(), newUser()]
    assert.equal((await post(api, '/api/auth/register', body, headers)).status, 201)
    const [row] = await stack.rows(`select body_hash, body,
        encode(sha256(:'body'::bytea), 'hex') as plain
      from frontdesk.idempotency_guests where key = :'key'`,
    { key: headers['idempotency-key'], body: JSON.stringify(body) })
    assert.notEqual(row.body_hash, row.plain)
    assert.equal(row.body, null)
  })
})
