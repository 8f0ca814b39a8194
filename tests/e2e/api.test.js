// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { createHmac, randomUUID } from 'node:crypto'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Api } from '../phone/api.js'
import { request } from '../phone/http.js'
import { Phone } from '../phone/phone.js'
import { useStack } from './stack.js'

const stack = await useStack()
const admin = await stack.api('admin')
const olivia = await stack.api('olivia')
const marco = await stack.api('marco')
const password = stack.demo.users[0].password

const get = (api, path, options) => api.request('GET', path, options)
const isError = ({ json }) => typeof json?.detail === 'string' && json.detail !== ''

describe('logging in', { concurrency: true }, () => {
  test('gives a token, the user, and a refresh cookie scripts cannot read', async () => {
    const api = new Api(stack.demo.base_url)
    const { json, headers } = await api.login('olivia@brightsmile.example', password)
    assert.equal(json.token_type, 'Bearer')
    assert.ok(json.expires_in > 0)
    assert.deepEqual(Object.keys(json.user).sort(), ['email', 'id', 'name', 'role'])
    assert.equal(json.user.role, 'owner')
    const [cookie] = headers['set-cookie']
    for (const attribute of [/HttpOnly/i, /SameSite=Strict/i, /Path=/i]) {
      assert.match(cookie, attribute)
    }
    assert.equal(json.refresh_token, undefined, 'the refresh token is in the cookie alone')
    const me = await get(api, '/api/auth/me')
    assert.equal(me.status, 200)
    assert.equal(me.json.email, 'olivia@brightsmile.example')
  })

  test('fails alike for a wrong password and for nobody', async () => {
    const wrong = { email: 'olivia@brightsmile.example', password: 'wrong-password' }
    const nobody = { email: 'nobody@example.com', password }
    const api = () => new Api(stack.demo.base_url)
    const answers = await Promise.all([wrong, nobody].map(
      (body) => api().request('POST', '/api/auth/login', { body })))
    assert.deepEqual(answers.map(({ status }) => status), [401, 401])
    assert.deepEqual(answers[0].json, answers[1].json)
  })

  for (const [what, body, statuses] of [
    ['no body', '', [400]],
    ['half a body', '{"email":', [400]],
    ['an array', '[]', [400, 422]],
    ['no password', { email: 'olivia@brightsmile.example' }, [400, 422]],
    ['a number for a password', { email: 'a@b.example', password: 1 }, [400, 422]],
    ['an unknown field', { email: 'a@b.example', password: 'x', role: 'admin' }, [400]],
    ['a NUL in the address', { email: 'a\u0000@b.example', password: 'x' }, [400, 401, 422]]
  ]) {
    test(`refuses ${what}`, async () => {
      const answer = await new Api(stack.demo.base_url).request('POST', '/api/auth/login', { body })
      assert.ok(statuses.includes(answer.status), `${answer.status} ${answer.text}`)
      assert.ok(isError(answer), answer.text)
    })
  }

  test('refuses a form', async () => {
    const answer = await new Api(stack.demo.base_url).request('POST', '/api/auth/login', {
      body: 'email=a', headers: { 'content-type': 'application/x-www-form-urlencoded' }
    })
    assert.equal(answer.status, 415)
  })

  test('more than a few times a minute from one address is answered 429', async () => {
    const api = new Api(stack.demo.base_url)
    const statuses = []
    for (let n = 0; n < 12; n++) {
      const answer = await api.request('POST', '/api/auth/login',
        { body: { email: 'nobody@example.com', password: 'x'.repeat(12) } })
      statuses.push(answer.status)
      if (answer.status === 429) {
        assert.ok(Number(answer.headers['retry-after']) > 0, 'says when to come again')
        break
      }
    }
    assert.equal(statuses.at(-1), 429, statuses.join(' '))
  })

  test('a refresh rotates the cookie, and the old one used later ends them all', async () => {
    const api = await stack.api('marco')
    const first = api.cookie
    assert.equal((await api.request('POST', '/api/auth/refresh', { token: null })).status, 200)
    const second = api.cookie
    assert.notEqual(second, first)
    assert.equal((await api.request('POST', '/api/auth/refresh', { token: null })).status, 200)

    api.cookie = first
    assert.equal((await api.request('POST', '/api/auth/refresh', { token: null })).status, 401)
    api.cookie = second
    assert.equal((await api.request('POST', '/api/auth/refresh', { token: null })).status, 401)
  })

  test('a lost answer to a refresh may be asked for again at once', async () => {
    const api = await stack.api('marco')
    const { cookie } = api
    assert.equal((await api.request('POST', '/api/auth/refresh', { token: null })).status, 200)
    api.cookie = cookie
    await sleep(200)
    assert.equal((await api.request('POST', '/api/auth/refresh', { token: null })).status, 200)
  })

  test('logging out ends the session', async () => {
    const api = await stack.api('olivia')
    const { cookie } = api
    const out = await api.request('POST', '/api/auth/logout')
    assert.equal(Math.floor(out.status / 100), 2)
    api.cookie = cookie
    assert.equal((await api.request('POST', '/api/auth/refresh', { token: null })).status, 401)
  })

  test('a refresh without a cookie, or with a made-up one, is answered 401', async () => {
    const api = new Api(stack.demo.base_url)
    assert.equal((await api.request('POST', '/api/auth/refresh')).status, 401)
    api.cookie = `${olivia.cookie.split('=')[0]}=${'A'.repeat(43)}`
    assert.equal((await api.request('POST', '/api/auth/refresh')).status, 401)
  })
})

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A token of the server with its parts changed, signed with a key of our own. */
function forged(token, header, claims, key = 'another key') {
  const [head, body] = token.split('.').map((part) => Buffer.from(part, 'base64url'))
  const parts = `${encode({ ...JSON.parse(head), ...header })}.${
    encode({ ...JSON.parse(body), ...claims })}`
  return `${parts}.${createHmac('sha256', key).update(parts).digest('base64url')}`
}

describe('access tokens', { concurrency: true }, () => {
  for (const [what, change] of Object.entries({
    'nothing': () => '',
    'a word': () => 'token',
    'another key': (token) => forged(token, {}, {}),
    'an empty key': (token) => forged(token, {}, {}, ''),
    'no algorithm': (token) => `${encode({ alg: 'none', typ: 'JWT' })}.${token.split('.')[1]}.`,
    'another algorithm': (token) => forged(token, { alg: 'HS512' }, {}),
    'one letter changed in its claims': (token) => token.replace(/\.e/, '.f'),
    'no signature': (token) => token.split('.').slice(0, 2).join('.'),
    'an empty signature': (token) => `${token.split('.').slice(0, 2).join('.')}.`,
    'four parts': (token) => `${token}.x`,
    'a blank at its end': (token) => `${token} x`,
    'padding': (token) => `${token}=`,
    'sixty kilobytes': () => 'a'.repeat(6000)
  })) {
    test(`with ${what} are answered 401`, async () => {
      const answer = await get(new Api(stack.demo.base_url), '/api/auth/me',
        { token: change(olivia.token) })
      assert.equal(answer.status, 401)
      assert.ok(isError(answer))
      assert.match(answer.headers['www-authenticate'] ?? 'Bearer', /^Bearer/)
    })
  }

  test('in the query or a cookie are none', async () => {
    const api = new Api(stack.demo.base_url)
    assert.equal((await get(api, `/api/auth/me?access_token=${olivia.token}`)).status, 401)
    api.cookie = `access_token=${olivia.token}`
    assert.equal((await get(api, '/api/auth/me')).status, 401)
  })
})

describe('what is whose', { concurrency: true }, () => {
  test('owners see their own clients, admins see all', async () => {
    const names = async (api) => (await api.get('/api/clients?sort=created_at'))
      .map(({ name }) => name).sort()
    const all = stack.demo.clients
    const of = (email) => all.filter((client) => client.owner_email === email)
      .map(({ name }) => name).sort()
    assert.deepEqual(await names(olivia), of('olivia@brightsmile.example'))
    assert.deepEqual(await names(marco), of('marco@harborbistro.example'))
    const seen = await names(admin) // and those that other stories make meanwhile
    assert.deepEqual(all.filter(({ name }) => !seen.includes(name)), [])
  })

  test("another owner's id is answered as one that is nobody's", async () => {
    const theirs = stack.client('receptionist', 'marco').id
    const nobodys = randomUUID()
    for (const path of ['', '/conversations', '/appointments']) {
      const [foreign, unknown] = await Promise.all([theirs, nobodys].map(
        (id) => get(olivia, `/api/clients/${id}${path}`)))
      assert.equal(foreign.status, 404, path)
      assert.equal(foreign.text, unknown.text, path)
      assert.equal((await get(admin, `/api/clients/${theirs}${path}`)).status, 200, path)
    }
  })

  test("another owner's call is not there", async () => {
    const client = stack.client('receptionist', 'marco')
    const phone = await Phone.dial({ demo: stack.demo, to: client.number })
    await phone.waitForSpeech()
    const id = await marco.findCall(client.id, phone.from)
    assert.ok(id)
    const active = await olivia.get('/api/active-calls')
    assert.deepEqual(active.filter((call) => call.call_id === id), [])
    assert.equal((await get(olivia, `/api/conversations/${id}`)).status, 404)
    const [mine] = (await marco.get('/api/active-calls')).filter((call) => call.call_id === id)
    assert.deepEqual(Object.keys(mine).sort(), ['call_id', 'caller_phone', 'client_id',
      'client_name', 'node', 'owner_user_id', 'start_time', 'state'])
    await phone.hangUp()
    const conversation = await marco.conversation(id)
    assert.equal(conversation.id, id)
    assert.ok(Array.isArray(conversation.transcript))
    const left = await marco.get('/api/active-calls')
    assert.deepEqual(left.filter((call) => call.call_id === id), [])
  })

  test('a client has the fields that were promised', async () => {
    const client = await olivia.get(`/api/clients/${stack.client('receptionist').id}`)
    for (const field of ['id', 'name', 'phone_number', 'owner_phone', 'timezone', 'calendar_id',
      'system_prompt', 'initial_greeting', 'llm_model', 'stt_model', 'tts_provider', 'tts_model',
      'tts_voice_id', 'enabled_tools', 'routing', 'voice_mode', 'balance_seconds', 'is_active',
      'created_at', 'updated_at']) {
      assert.ok(field in client, field)
    }
    assert.equal(client.phone_number, '+15550100001')
    assert.ok(Array.isArray(client.enabled_tools))
    assert.match(client.created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)$/)
  })

  test('lists obey limit and offset, and refuse nonsense', async () => {
    const first = await get(admin, '/api/clients?limit=2')
    const second = await get(admin, '/api/clients?limit=2&offset=2')
    assert.equal(first.json.length, 2)
    assert.equal(second.json.length, 2)
    assert.notDeepEqual(first.json, second.json)
    for (const query of ['limit=-1', 'limit=x', 'limit=1e3', 'offset=-1',
      'limit=99999999999999999999']) {
      const answer = await get(admin, `/api/clients?${query}`)
      assert.ok([400, 422].includes(answer.status), `${query}: ${answer.status}`)
    }
  })

  for (const id of ['0', '-1', 'null', '..%2f..%2fetc', '%00', "'; select 1; --",
    '00000000-0000-0000-0000-00000000000g', 'a'.repeat(500)]) {
    test(`the id ${id.slice(0, 30)} is nothing`, async () => {
      const answer = await get(admin, `/api/clients/${encodeURI(id)}`)
      assert.ok([400, 404, 422].includes(answer.status), `${answer.status}`)
    })
  }
})

const ROUTES = [
  ['/api/auth/login', 'POST'], ['/api/auth/refresh', 'POST'], ['/api/auth/logout', 'POST'],
  ['/api/auth/me', 'GET', 'PUT'], ['/api/clients', 'GET', 'POST'], ['/api/active-calls', 'GET'],
  [`/api/clients/${randomUUID()}`, 'GET', 'PUT', 'DELETE'],
  [`/api/clients/${randomUUID()}/conversations`, 'GET'],
  [`/api/clients/${randomUUID()}/appointments`, 'GET', 'POST'],
  [`/api/conversations/${randomUUID()}`, 'GET', 'DELETE'],
  ['/health', 'GET'], ['/health/live', 'GET'], ['/health/ready', 'GET'], ['/voice', 'POST'],
  ['/twilio/call-status', 'POST'],
  ['/twilio/resume', 'POST']
]
/** The carrier may be told to GET its webhooks. */
const isWebhook = (path) => /^\/(voice|twilio)/.test(path)

describe('routes', { concurrency: true }, () => {
  const url = (path) => new URL(path, stack.demo.base_url)

  for (const [path, method, ...more] of ROUTES) {
    test(`${path.replace(/[0-9a-f-]{36}/, '{id}')} knows its methods`, async () => {
      const others = ['PROPFIND', 'DELETE', 'PUT', 'GET', 'POST']
        .filter((name) => name !== method && !more.includes(name))
      for (const wrong of others.filter((name) => !(isWebhook(path) && name === 'GET'))) {
        const answer = await request(wrong, url(path), {
          headers: { authorization: `Bearer ${admin.token}` }
        })
        assert.equal(answer.status, 405, `${wrong}: ${answer.status}`)
        assert.match(answer.headers.allow ?? '', new RegExp(method), wrong)
      }
    })
  }

  for (const [path] of ROUTES.filter(([path, method]) => path.startsWith('/api/')
    && method === 'GET')) {
    test(`${path.replace(/[0-9a-f-]{36}/, '{id}')} wants a token`, async () => {
      assert.equal((await request('GET', url(path))).status, 401)
    })
  }

  test('unknown paths are answered 404 with an error in JSON', async () => {
    for (const path of ['/api/', '/api/nothing', '/api/clients/x/y/z', '/api/auth',
      '/twilio/nothing']) {
      const answer = await request('GET', url(path), {
        headers: { authorization: `Bearer ${admin.token}` }
      })
      assert.equal(answer.status, 404, path)
    }
    assert.ok(isError(await request('GET', url('/api/nothing'))))
  })

  test('every answer forbids sniffing and framing, and carries its request id', async () => {
    for (const [path, method] of [...ROUTES, ['/', 'GET'], ['/api/nothing', 'GET']]) {
      const { headers } = await request(method, url(path), {
        headers: { 'x-request-id': 'e2e-0123456789' },
        ...(method === 'POST' ? { body: '' } : {})
      })
      assert.equal(headers['x-content-type-options'], 'nosniff', path)
      assert.match(headers['content-security-policy'] ?? '', /frame-ancestors 'none'/, path)
      assert.ok(headers['referrer-policy'], path)
      assert.doesNotMatch(headers.server ?? '', /\d/, `${path}: a version`)
    }
    const { headers } = await request('GET', url('/api/auth/me'), {
      headers: { 'x-request-id': 'e2e-0123456789' }
    })
    assert.equal(headers['x-request-id'], 'e2e-0123456789')
  })

  test('answers of the API are not kept', async () => {
    const { headers } = await get(olivia, '/api/auth/me')
    assert.match(headers['cache-control'] ?? '', /no-store/)
  })

  test('the dashboard is served with a policy that allows no inline script', async () => {
    const page = await request('GET', url('/'))
    assert.equal(page.status, 200)
    assert.match(page.headers['content-type'], /text\/html/)
    const policy = page.headers['content-security-policy']
    assert.match(policy, /script-src 'self'|default-src 'self'/)
    assert.doesNotMatch(policy, /(script|default)-src[^;]*unsafe/)
    const deep = await request('GET', url('/calls'))
    assert.equal(deep.status, 200, 'a page of the dashboard by its address')
  })

  test('a path that climbs out of the dashboard finds nothing', async () => {
    for (const path of ['/..%2f..%2fetc/passwd', '/%2e%2e/%2e%2e/etc/passwd',
      '/assets/../../../etc/passwd']) {
      const answer = await request('GET', `${stack.demo.base_url}${path}`)
      assert.doesNotMatch(answer.text, /root:/)
    }
  })

  test('health says how things are', async () => {
    const health = await request('GET', url('/health'))
    assert.equal(health.status, 200)
    assert.equal(health.json.status, 'ok')
    assert.match(health.json.timestamp, /^\d{4}-\d\d-\d\dT/)
    assert.equal((await request('GET', url('/health/live'))).status, 200)
    assert.equal((await request('GET', url('/health/ready'))).status, 200)
  })

  test('metrics are Prometheus text', async () => {
    const { status, headers, text } = await request('GET', url('/metrics'))
    assert.equal(status, 200)
    assert.match(headers['content-type'], /^text\/plain/)
    for (const line of text.trimEnd().split('\n')) {
      assert.match(line, /^(# (HELP|TYPE) \w+ .+|\w+(\{[^}]*\})? -?[0-9.eE+-]+)$/)
    }
    assert.match(text, /^frontdesk_/m)
    assert.match(text, /^# TYPE frontdesk_service_breakers_open gauge$/m)
  })

  test('passwords are checked behind the event loop', async () => {
    await Api.as(stack.demo, 'olivia')
    const niceness = async (stat) => Number((await readFile(stat, 'utf8'))
      .replace(/^.*\) /s, '').split(' ')[16])
    const { nginx } = stack.demo.pids
    const children = await readFile(`/proc/${nginx}/task/${nginx}/children`, 'utf8')
    const found = []
    for (const pid of children.trim().split(' ')) {
      const loop = await niceness(`/proc/${pid}/stat`)
      for (const task of await readdir(`/proc/${pid}/task`)) {
        const own = await niceness(`/proc/${pid}/task/${task}/stat`)
        found.push(own - loop)
        assert.ok(task !== pid || own === loop)
      }
      assert.ok(loop === await niceness(`/proc/${nginx}/stat`), 'the loop itself yields')
    }
    assert.ok(found.some((more) => more > 0), `${found}`)
  })

  test('nginx measures how late its timers are', async () => {
    const read = async () => {
      const { text } = await request('GET', url('/metrics'))
      const [, pid, count] = /^frontdesk_loop_lag_seconds_count\{pid="(\d+)"\} (\d+)$/m.exec(text)
      const [sum, max] = ['sum', 'max'].map((name) => Number(new RegExp(
        `^frontdesk_loop_lag_seconds_${name}\\{pid="${pid}"\\} (\\S+)$`, 'm').exec(text)[1]))
      assert.ok(sum >= 0 && max >= 0 && max <= sum, text)
      return [pid, Number(count)]
    }
    const counts = new Map()
    let hasGrown = false
    for (let tries = 0; tries < 100 && !hasGrown; tries += 1) {
      const [pid, count] = await read()
      hasGrown = count > (counts.get(pid) ?? count)
      counts.set(pid, count)
      await sleep(20)
    }
    assert.ok(hasGrown, 'no timer ran')
  })
})

test('secrets, numbers and speech are in no log', async () => {
  const from = '+15557654321'
  const to = stack.client('receptionist').number
  const phone = await Phone.dial({ demo: stack.demo, to, from })
  await phone.waitForSilence({ ms: 900 })
  await phone.speak('do you have parking')
  await phone.waitForReply()
  await phone.hangUp()
  for (const name of ['nginx.log', 'workers.log', 'postgres.log', 'access.log']) {
    const log = await readFile(join(stack.home, 'log', name), 'utf8').catch(() => '')
    for (const secret of [from, from.slice(2), password, stack.demo.twilio_auth_token,
      'do you have parking', olivia.token.split('.')[2]]) {
      assert.equal(log.includes(secret), false, `${name} holds ${secret}`)
    }
  }
})
