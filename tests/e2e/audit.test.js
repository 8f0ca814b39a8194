// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { root, useStack } from './stack.js'

const run = promisify(execFile)
const stack = await useStack()
const client = stack.client('receptionist', 'olivia')
const services = `/api/clients/${client.id}/services`
const admin = await stack.api('admin')
const olivia = await stack.api('olivia')
const marco = await stack.api('marco')
const manager = await stack.api('manager')
const viewer = await stack.api('viewer')
const TOLD_MS = 10000

const log = (query) => `/api/audit-log?${new URLSearchParams(query)}`

function is(answer, status) {
  assert.equal(answer.status, status, answer.text)
  return answer
}

/** What is told after the answer has gone. */
async function told(api, query, count = 1) {
  let rows = []
  for (const until = Date.now() + TOLD_MS; Date.now() < until; await sleep(100)) {
    rows = await api.get(log(query))
    if (rows.length >= count) {
      break
    }
  }
  return rows
}

/** A service that the manager made, changed and removed. */
async function changes() {
  const requestId = `e2e-${randomUUID()}`
  const headers = { 'x-request-id': requestId }
  const name = `e2e ${randomUUID()}`
  const { json: { id } } = is(
    await manager.request('POST', services, { body: { name, minutes: 30 }, headers }), 201)
  is(await manager.request('PUT', `/api/services/${id}`, { body: { minutes: 45 }, headers }), 200)
  is(await manager.request('DELETE', `/api/services/${id}`, { headers }), 200)
  return { id, name, requestId }
}

describe('the audit log', { concurrency: true }, () => {
  test('says who changed what, when and from where', async () => {
    const begun = Date.now()
    const { id, name, requestId } = await changes()
    const rows = await olivia.get(log({ object_id: id }))
    assert.deepEqual(rows.map(({ action }) => action), ['delete', 'update', 'create'])
    assert.deepEqual(rows[1].changes, { minutes: [30, 45] })
    assert.deepEqual(rows[2].changes.name, [null, name])
    for (const row of rows) {
      assert.equal(row.client_id, client.id)
      assert.equal(row.object_type, 'services')
      assert.equal(row.actor_user_id, manager.user.id)
      assert.equal(row.actor_name, manager.user.name)
      assert.equal(row.request_id, requestId)
      assert.equal(row.result, 'ok')
      assert.match(row.address, /^127\./)
      assert.ok(Math.abs(new Date(row.at) - begun) < 60000, row.at)
      assert.match(row.hash, /^[0-9a-f]{64}$/)
    }
  })

  test('is read by owners, managers and admins', async () => {
    const { id } = await changes()
    const query = { object_id: id, client_id: client.id }
    for (const api of [olivia, manager, admin]) {
      assert.equal((await api.get(log(query))).length, 3)
    }
    is(await viewer.request('GET', log(query)), 403)
    is(await marco.request('GET', log(query)), 404)
    assert.deepEqual(await viewer.get(log({ object_id: id })), [])
    assert.deepEqual(await marco.get(log({ object_id: id })), [])
    is(await admin.request('GET', log(query), { token: null }), 401)
    assert.ok((await marco.get('/api/audit-log')).every((row) => row.client_id !== client.id))
  })

  test('is filtered, and read page by page', async () => {
    const { id } = await changes()
    const of = (query) => olivia.get(log({ object_id: id, ...query }))
    assert.equal((await of({ action: 'update' })).length, 1)
    assert.equal((await of({ actor: manager.user.id })).length, 3)
    assert.equal((await of({ actor: olivia.user.id })).length, 0)
    assert.equal((await of({ object_type: 'agents' })).length, 0)
    assert.equal((await of({ result: 'refused' })).length, 0)
    assert.equal((await of({ from: '2100-01-01' })).length, 0)
    assert.equal((await of({ to: '2100-01-01' })).length, 3)

    const seen = []
    let path = log({ object_id: id, limit: 2 })
    while (path !== undefined) {
      const { json, headers } = is(await olivia.request('GET', path), 200)
      seen.push(...json.map(({ action }) => action))
      path = /<([^>]+)>; *rel="next"/.exec(headers.link ?? '')?.[1]
    }
    assert.deepEqual(seen, ['delete', 'update', 'create'])
    const csv = is(await olivia.request('GET', log({ object_id: id }),
      { headers: { accept: 'text/csv' } }), 200)
    assert.match(csv.headers['content-type'], /^text\/csv/)
    assert.equal(csv.text.trim().split('\n').length, 4)
  })

  test('has no method that changes it', async () => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      is(await admin.request(method, '/api/audit-log', { body: {} }), 405)
    }
  })

  test('tells refusals of changes, repeated ones as one', async () => {
    const requestId = `e2e-${randomUUID()}`
    const refused = (headers) => viewer.request('POST', services,
      { body: { name: 'e2e', minutes: 30 }, headers })
    is(await refused({ 'x-request-id': requestId }), 403)
    for (let n = 0; n < 5; n++) {
      is(await refused({}), 403)
    }
    const query = { actor: viewer.user.id, result: 'refused', client_id: client.id,
      object_id: 'POST /api/clients/{id}/services' }
    const rows = await told(olivia, query)
    assert.ok(rows.length >= 1)
    assert.equal(rows[0].status, 403)
    assert.equal(rows[0].object_type, 'request')
    assert.ok(rows.length < 6, `${rows.length} rows for six refusals`)
  })

  test('is as it was written', async () => {
    await changes()
    const { stdout } = await run(join(root, 'conf', 'bin', 'audit-verify.sh'), [],
      { env: { ...process.env, FRONTDESK_HOME: stack.home } })
    const [, rows] = /^audit-verify: whole: (\d+) rows in \d+ chains; ends [0-9a-f]{64}$/m
      .exec(stdout) ?? []
    assert.ok(Number(rows) >= 3, stdout)
  })
})
