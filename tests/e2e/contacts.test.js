// SPDX-License-Identifier: BSD-2-Clause
/** People known to a client: by id and by number, in tables, and erased. */
import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { useStack } from './stack.js'

const stack = await useStack()
const olivia = await stack.api('olivia')
const marco = await stack.api('marco')
const admin = await stack.api('admin')
const client = stack.client('receptionist', 'olivia').id
const theirs = stack.client('receptionist', 'marco').id
const list = `/api/clients/${client}/contacts`

const number = () => `+1555${randomInt(2000000, 9999999)}`
const at = (phone) => `/api/contacts/${encodeURIComponent(phone)}`
const ask = (method, path, body, headers) => olivia.request(method, path, { body, headers })
const create = async (body = {}) => {
  const answer = await ask('POST', list, { phone_number: number(), ...body })
  assert.equal(answer.status, 201, answer.text)
  return answer
}

describe('contacts', { concurrency: true }, () => {
  test('are made, found by id and by number, changed and removed', async () => {
    const made = await create({ name: 'Ann', tags: ['vip'], notes: 'Likes tea' })
    const { id, phone_number: phone } = made.json
    assert.equal(made.headers.location, `/api/contacts/${id}`)
    assert.deepEqual(Object.keys(made.json), ['id', 'client_id', 'phone_number', 'name', 'notes',
      'tags', 'is_blocked', 'created_at', 'updated_at'])
    for (const path of [made.headers.location, at(phone)]) {
      const read = await ask('GET', path)
      assert.equal(read.status, 200, path)
      assert.deepEqual(read.json, made.json)
      assert.equal(read.headers.etag, made.headers.etag)
    }
    const changed = await ask('PUT', at(phone), { is_blocked: true, tags: [] },
      { 'if-match': made.headers.etag })
    assert.equal(changed.status, 200, changed.text)
    assert.deepEqual([changed.json.name, changed.json.is_blocked, changed.json.tags],
      ['Ann', true, []])
    const stale = await ask('PUT', at(phone), { name: 'x' }, { 'if-match': made.headers.etag })
    assert.equal(stale.status, 412)
    assert.deepEqual((await ask('DELETE', at(phone))).json,
      { message: 'Contact deleted successfully' })
    assert.equal((await ask('GET', at(phone))).status, 404)
  })

  test('are one a number, and may be made with the client in the body', async () => {
    const phone = number()
    const body = { client_id: client, phone_number: phone, name: 'Bob' }
    assert.equal((await ask('POST', '/api/contacts', body)).status, 201)
    const again = await ask('POST', '/api/contacts', body)
    assert.equal(again.status, 409)
    assert.equal((await ask('POST', '/api/contacts', { ...body, client_id: theirs })).status, 404)
    assert.equal((await ask('POST', '/api/contacts', { phone_number: phone })).status, 400)
  })

  test('of two clients with one number have to be told apart', async () => {
    const phone = number()
    await create({ phone_number: phone, name: 'Here' })
    const body = { phone_number: phone, name: 'There' }
    const there = await marco.request('POST', `/api/clients/${theirs}/contacts`, { body })
    assert.equal(there.status, 201, there.text)
    assert.equal((await ask('GET', at(phone))).json.name, 'Here')
    assert.equal((await marco.request('GET', at(phone))).json.name, 'There')
    const both = await admin.request('GET', at(phone))
    assert.equal(both.status, 409)
    assert.deepEqual(both.json.errors?.map(({ field }) => field), ['client_id'])
    const told = await admin.request('GET', `${at(phone)}?client_id=${theirs}`)
    assert.equal(told.json.name, 'There')
    assert.equal((await ask('GET', `/api/contacts/${there.json.id}`)).status, 404)
    assert.equal((await ask('DELETE', `/api/contacts/${there.json.id}`)).status, 404)
  })

  test('with anything else for a number are refused', async () => {
    for (const phone of ['5550100', 'call me', '+0123456789', '+1', '']) {
      assert.equal((await ask('POST', list, { phone_number: phone })).status, 400, phone)
    }
    for (const path of ['/api/contacts/x', '/api/contacts/+1%27--', '/api/contacts/%00']) {
      assert.ok([400, 404].includes((await ask('GET', path)).status), path)
    }
  })

  test('are searched, tagged and sorted', async () => {
    const tag = `tag${randomInt(1e9)}`
    await create({ name: 'zoe', tags: [tag] })
    await create({ name: 'Yan', tags: [tag], notes: `100% ${tag}x` })
    const names = async (query) => {
      const { status, json, text } = await ask('GET', `${list}?tag=${tag}&${query}`)
      assert.equal(status, 200, text)
      return json.map(({ name }) => name)
    }
    assert.deepEqual(await names('sort=name'), ['Yan', 'zoe'])
    assert.deepEqual(await names('sort=created_at'), ['zoe', 'Yan'])
    assert.deepEqual(await names('q=ZO'), ['zoe'])
    assert.deepEqual(await names('q=100%25'), ['Yan'])
    assert.deepEqual((await ask('GET', `/api/contacts?tag=${tag}`)).json.length, 2)
    assert.equal((await marco.request('GET', `/api/contacts?tag=${tag}`)).json.length, 0)
    assert.equal((await marco.request('GET', list)).status, 404)
  })
})

describe('tables', { concurrency: true }, () => {
  const csv = (text) => ask('POST', `${list}/import`, text, { 'content-type': 'text/csv' })

  test('come in as CSV, and what is wrong is told row by row', async () => {
    const known = await create({ name: 'Old name', notes: 'Old notes' })
    const fresh = number()
    const answer = await csv('phone_number,name,tags\r\n' +
      `"(212) ${fresh.slice(5, 8)}-${fresh.slice(8)}",Cay,"vip; new"\r\n` +
      `${known.json.phone_number},"New, name",\r\n` +
      'nonsense,Nobody,\r\n')
    assert.equal(answer.status, 200, answer.text)
    assert.equal(answer.json.created, 1)
    assert.equal(answer.json.updated, 1)
    assert.deepEqual(answer.json.errors.map(({ row, field }) => [row, field]),
      [[3, 'phone_number']])
    const { json } = await ask('GET', known.headers.location)
    assert.deepEqual([json.name, json.notes], ['New, name', 'Old notes'])
    const { json: made } = await ask('GET', at(`+1212${fresh.slice(5)}`))
    assert.deepEqual([made.name, made.tags], ['Cay', ['new', 'vip']])
  })

  test('go out as CSV, and come in again', async () => {
    const tag = `out${randomInt(1e9)}`
    const made = await create({ name: '=cmd()', tags: [tag, 'vip'] })
    const out = await ask('GET', `${list}?tag=${tag}&format=csv`)
    assert.equal(out.status, 200)
    assert.equal(out.headers['content-type'], 'text/csv; charset=utf-8')
    const again = await csv(out.text)
    assert.equal(again.status, 200, again.text)
    assert.deepEqual(again.json, { created: 0, updated: 1, errors: [] })
    const { json } = await ask('GET', made.headers.location)
    assert.deepEqual(json.tags, [tag, 'vip'])
  })

  test('fill a table of thousands of lines, which nobody needs to wait for', async () => {
    const { json: made } = await ask('POST', '/api/clients', { name: 'Many callers' })
    await stack.psql(`
      insert into frontdesk.contacts (client_id, phone_number, name)
      select :'client', '+1555' || (3000000 + n), 'Caller ' || n from generate_series(1, 2300) n`,
    { client: made.id })
    const path = `/api/clients/${made.id}/contacts?format=csv&limit=10000`
    for (let ms = 0; ms < 40; ms += 2) {
      const gone = fetch(new URL(path, stack.demo.base_url), {
        headers: { authorization: `Bearer ${olivia.token}` }, signal: AbortSignal.timeout(ms + 1)
      })
      await gone.then((answer) => answer.text()).catch(() => {})
    }
    const { status, text } = await ask('GET', path)
    assert.equal(status, 200)
    const [head, ...lines] = text.trimEnd().split('\r\n')
    assert.match(head, /^id,client_id,phone_number,/)
    const names = new Set(lines.map((line) => /,(Caller \d+),/.exec(line)[1]))
    assert.deepEqual([lines.length, names.size], [2300, 2300])
  })

  test('come in as JSON, once a key', async () => {
    const rows = [{ phone_number: number(), name: 'A' }, { phone_number: number() }]
    const headers = { 'idempotency-key': `import-${randomInt(1e9)}` }
    const first = await ask('POST', `${list}/import`, { rows }, headers)
    assert.equal(first.status, 200, first.text)
    assert.equal(first.json.created, 2)
    const second = await ask('POST', `${list}/import`, { rows }, headers)
    assert.equal(second.text, first.text)
    assert.equal((await ask('POST', `${list}/import`, { rows: [] })).status, 400)
    const foreign = await ask('POST', `/api/clients/${theirs}/contacts/import`, { rows })
    assert.equal(foreign.status, 404)
  })
})

test('a person is erased by a job, and the proof says how much', async () => {
  const { json } = await create({ name: 'Gone Soon', notes: 'secret' })
  const asked = await ask('POST', `${at(json.phone_number)}/erase`)
  assert.equal(asked.status, 201, asked.text)
  assert.equal(asked.headers.location, `/api/erasures/${asked.json.id}`)
  assert.equal(asked.json.status, 'waiting')
  assert.ok(!asked.text.includes(json.phone_number), 'the proof has no number')
  assert.equal((await marco.request('GET', asked.headers.location)).status, 404)
  let proof
  for (let tries = 0; tries < 100; tries++) {
    proof = (await ask('GET', asked.headers.location)).json
    if (proof.status === 'done') {
      break
    }
    await sleep(200)
  }
  assert.equal(proof.status, 'done')
  assert.equal(proof.rows_erased.contacts, 1)
  assert.equal((await ask('GET', at(json.phone_number))).status, 404)
  const erasures = await ask('GET', `/api/clients/${client}/erasures`)
  assert.ok(erasures.json.some(({ id }) => id === proof.id))
})

test('how long things are kept is the client\'s own', async () => {
  const path = `/api/clients/${client}/retention`
  const before = await ask('GET', path)
  assert.equal(before.status, 200, before.text)
  const changed = await ask('PUT', path, { recording_days: 30 })
  assert.equal(changed.status, 200, changed.text)
  assert.equal(changed.json.recording_days, 30)
  assert.equal(changed.json.call_days, before.json.call_days)
  assert.equal((await ask('PUT', path, { recording_days: 4000 })).status, 400)
  assert.equal((await ask('PUT', path, { call_days: 5 })).status, 422)
  assert.equal((await marco.request('GET', path)).status, 404)
})
