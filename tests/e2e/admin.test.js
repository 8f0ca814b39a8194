// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Phone } from '../phone/phone.js'
import { newcomer } from './people.js'
import { useStack } from './stack.js'

const stack = await useStack()
const client = stack.client('receptionist', 'marco')
const admin = await stack.api('admin')
const olivia = await stack.api('olivia')
const NODE_MS = 30000

function is(answer, status) {
  assert.equal(answer.status, status, answer.text)
  return answer
}

const ROUTES = [
  ['GET', '/api/admin/dashboard'], ['GET', '/api/admin/users'],
  ['GET', `/api/admin/users/${randomUUID()}`],
  ['POST', `/api/admin/users/${randomUUID()}/toggle-status`],
  ['GET', '/api/admin/clients'], ['GET', `/api/admin/clients/${client.id}`],
  ['PUT', `/api/admin/clients/${client.id}`, { is_active: false }],
  ['POST', '/api/admin/adjust-balance', { client_id: client.id, seconds: 60 }],
  ['GET', `/api/admin/client/${client.id}/ledger`], ['GET', '/api/admin/balances'],
  ['GET', `/api/admin/conversation/${randomUUID()}`], ['GET', '/api/admin/active-calls'],
  ['GET', '/api/admin/analytics'], ['GET', '/api/admin/analytics/by-service'],
  ['GET', '/api/admin/analytics/by-client'], ['GET', '/api/admin/analytics/top-calls'],
  ['GET', '/api/admin/settings'],
  ['POST', '/api/admin/settings', { key: 'mine', value: 'x' }], ['GET', '/api/admin/nodes']
]

describe('what is for admins', { concurrency: true }, () => {
  for (const [method, path, body] of ROUTES) {
    test(`${method} ${path.replace(/[0-9a-f-]{36}/, '{id}')} is for nobody else`, async () => {
      is(await olivia.request(method, path, { body }), 403)
      is(await admin.request(method, path, { body, token: null }), 401)
    })
  }

  test('is closed to a token that was made for an admin who is none any more', async () => {
    const person = await newcomer(stack)
    const { email } = person.user
    await stack.psql("update frontdesk.users set role = 'admin' where email = :'email'", { email })
    await person.login(email, stack.demo.users[0].password)
    is(await person.request('GET', '/api/admin/dashboard'), 200)
    await stack.psql("update frontdesk.users set role = 'owner' where email = :'email'", { email })
    is(await person.request('GET', '/api/admin/dashboard'), 403)
  })
})

describe('an admin', { concurrency: true }, () => {
  test('sees the platform at a glance', async () => {
    const board = await admin.get('/api/admin/dashboard')
    assert.ok(board.users >= 5 && board.clients >= 6, JSON.stringify(board))
    for (const field of ['calls_today', 'minutes_today', 'active_calls', 'balance_seconds',
      'jobs_queued', 'jobs_dead', 'refusals_today', 'nodes_alive']) {
      assert.equal(typeof board[field], 'number', field)
    }
    assert.ok(Array.isArray(board.revenue))
  })

  test('finds people, and switches one off and on', async () => {
    const person = await newcomer(stack, 'Terry Toggle')
    const { id, email } = person.user
    const [found] = await admin.get(`/api/admin/users?q=${encodeURIComponent(email)}`)
    assert.equal(found.id, id)
    assert.equal(found.is_active, true)
    is(await person.request('GET', '/api/auth/me'), 200)

    const off = is(await admin.request('POST', `/api/admin/users/${id}/toggle-status`), 200)
    assert.equal(off.json.is_active, false)
    is(await person.request('GET', '/api/auth/me'), 401)
    is(await person.request('POST', '/api/auth/refresh', { token: null }), 401)
    const on = is(await admin.request('POST', `/api/admin/users/${id}/toggle-status`), 200)
    assert.equal(on.json.is_active, true)
    is(await person.request('POST', '/api/auth/refresh', { token: null }), 401)
    await person.login(email, stack.demo.users[0].password)
  })

  test('does not switch itself off', async () => {
    is(await admin.request('POST', `/api/admin/users/${admin.user.id}/toggle-status`), 422)
    is(await admin.request('POST', `/api/admin/users/${randomUUID()}/toggle-status`), 404)
  })

  test('sees all clients, page by page', async () => {
    const names = []
    let path = '/api/admin/clients?limit=2'
    while (path !== undefined) {
      const { json, headers } = is(await admin.request('GET', path), 200)
      names.push(...json.map(({ name }) => name))
      path = /<([^>]+)>; *rel="next"/.exec(headers.link ?? '')?.[1]
    }
    for (const { name } of stack.demo.clients) {
      assert.equal(names.filter((other) => other === name).length, 1, name)
    }
  })

  test('changes a client, unless it was changed meanwhile', async () => {
    // One that nobody calls: its balance stays, and with it its tag.
    const path = `/api/admin/clients/${stack.client('no_balance').id}`
    const { json, headers: { etag } } = is(await admin.request('GET', path), 200)
    assert.equal(json.owner_email, 'olivia@brightsmile.example')
    is(await admin.request('PUT', path,
      { body: { routing: json.routing }, headers: { 'if-match': '"stale"' } }), 412)
    const put = is(await admin.request('PUT', path,
      { body: { routing: json.routing }, headers: { 'if-match': etag } }), 200)
    assert.equal(put.json.routing, json.routing)
    is(await admin.request('PUT', path, { body: { routing: 'none' } }), 400)
    is(await admin.request('PUT', path, { body: { balance_seconds: 5 } }), 400)
    is(await admin.request('PUT', path, { body: { owner_user_id: randomUUID() } }), 422)
  })

  test('gives and takes seconds, each time once', async () => {
    const note = `e2e ${randomUUID()}`
    const adjust = (seconds, key) => admin.request('POST', '/api/admin/adjust-balance', {
      body: { client_id: client.id, seconds, note },
      headers: { 'idempotency-key': key }
    })
    const key = randomUUID()
    const [one, two] = [is(await adjust(120, key), 200), is(await adjust(120, key), 200)]
    assert.equal(one.text, two.text)
    is(await adjust(-120, randomUUID()), 200)
    is(await adjust(-300000000, randomUUID()), 422)
    is(await adjust(0, randomUUID()), 422)
    const rows = (await admin.get(`/api/admin/client/${client.id}/ledger?kind=adjustment`))
      .filter((row) => row.note === note)
    assert.deepEqual(rows.map(({ seconds }) => seconds), [-120, 120])
    assert.ok(rows.every((row) => row.created_by === admin.user.id))
    assert.ok((await admin.get('/api/admin/balances')).some((row) => row.client_id === client.id))
  })

  test('sees a call while it goes on and when it is over', async () => {
    const phone = await Phone.dial({ demo: stack.demo, to: client.number })
    await phone.waitForSpeech()
    const [live] = (await admin.get('/api/admin/active-calls'))
      .filter((call) => call.caller_phone === phone.from)
    assert.equal(live.client_id, client.id)
    await phone.hangUp()
    const conversation = await admin.get(`/api/admin/conversation/${live.call_id}`)
    assert.equal(conversation.client_id, client.id)
    const days = await admin.get('/api/admin/analytics')
    assert.ok(days.reduce((sum, day) => sum + day.calls, 0) >= 1)
    const clients = await admin.get('/api/admin/analytics/by-client?limit=100')
    assert.ok(clients.find((row) => row.client_id === client.id).calls >= 1)
    const kinds = (await admin.get('/api/admin/analytics/by-service')).map(({ kind }) => kind)
    assert.deepEqual([...new Set(kinds)].sort(), ['llm', 'stt', 'tts'])
    assert.ok(Array.isArray(await admin.get('/api/admin/analytics/top-calls?limit=5')))
    is(await admin.request('GET', '/api/admin/analytics?from=2001-02-01&to=2001-01-01'), 422)
  })

  test('sets what is no secret', async () => {
    const key = `e2e_${randomUUID().replaceAll('-', '')}`
    const set = (body) => admin.request('POST', '/api/admin/settings', { body })
    is(await set({ key, value: 'one' }), 200)
    is(await set({ key, value: 'two' }), 200)
    const found = (await admin.get('/api/admin/settings')).filter((row) => row.key === key)
    assert.deepEqual(found.map(({ value }) => value), ['two'])
    for (const secret of ['stripe_secret', 'twilio_auth_token', 'smtp_password', 'api_key']) {
      is(await set({ key: secret, value: 'hunter2' }), 422)
    }
    is(await set({ key: 'Not a key', value: 'x' }), 422)
  })

  test('sees the machines', async () => {
    let nodes = []
    for (const until = Date.now() + NODE_MS; Date.now() < until; await sleep(500)) {
      nodes = (await admin.get('/api/admin/nodes')).filter((node) => node.is_alive)
      if (nodes.length > 0) {
        break
      }
    }
    assert.equal(nodes.length, 1)
    assert.ok(nodes[0].load.slots > 0 && nodes[0].load.workers > 0, JSON.stringify(nodes[0]))
  })
})
