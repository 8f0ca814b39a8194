// SPDX-License-Identifier: BSD-2-Clause
/** Leads: what callers left, as owners work through it. */
import assert from 'node:assert/strict'
import { randomInt, randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import { useStack } from './stack.js'

const stack = await useStack()
const olivia = await stack.api('olivia')
const marco = await stack.api('marco')
const client = stack.client('receptionist', 'olivia').id
const list = `/api/clients/${client}/leads`
const ask = (method, path, body, headers) => olivia.request(method, path, { body, headers })

/** A lead as a call leaves it. */
async function leave(name, reason = 'A question') {
  const id = randomUUID()
  await stack.psql(`
    insert into frontdesk.leads (id, client_id, name, phone, reason)
    values (:'id', :'client', :'name', :'phone', :'reason');
    insert into frontdesk.lead_fields (client_id, lead_id, name, value)
    values (:'client', :'id', 'pet', 'cat')`,
  { id, client, name, phone: `+1555${randomInt(2000000, 9999999)}`, reason })
  return { id, path: `/api/leads/${id}` }
}

describe('leads', { concurrency: true }, () => {
  test('are read, changed and removed', async () => {
    const { path } = await leave('Ann Lead')
    const read = await ask('GET', path)
    assert.equal(read.status, 200, read.text)
    assert.deepEqual(Object.keys(read.json), ['id', 'client_id', 'contact_id', 'call_id', 'name',
      'phone', 'email', 'reason', 'callback_preference', 'status', 'notes', 'fields',
      'created_at', 'updated_at'])
    assert.deepEqual([read.json.status, read.json.fields], ['new', { pet: 'cat' }])
    const changed = await ask('PUT', path,
      { status: 'contacted', notes: 'Called', fields: { pet: 'dog', age: '3' }, email: null },
      { 'if-match': read.headers.etag })
    assert.equal(changed.status, 200, changed.text)
    assert.deepEqual([changed.json.status, changed.json.name, changed.json.fields],
      ['contacted', 'Ann Lead', { age: '3', pet: 'dog' }])
    assert.equal((await ask('PUT', path, { notes: 'x' }, { 'if-match': read.headers.etag }))
      .status, 412)
    assert.equal((await ask('PUT', path, { status: 'lost' })).status, 400)
    assert.equal((await ask('PUT', path, { fields: { 'Bad name': 'x' } })).status, 422)
    assert.equal((await ask('PUT', path, { email: 'nobody' })).status, 400)
    assert.deepEqual((await ask('DELETE', path)).json, { message: 'Lead deleted successfully' })
    assert.equal((await ask('GET', path)).status, 404)
  })

  test('are listed by status and words, also as CSV', async () => {
    const word = `word${randomInt(1e9)}`
    const { path } = await leave('Bob Lead', `About ${word}, "quoted"`)
    await leave('Cay Lead', `More of ${word}`)
    await ask('PUT', path, { status: 'closed' })
    const names = async (query) => (await ask('GET', `${list}?q=${word}&${query}`)).json
      .map(({ name }) => name)
    assert.deepEqual(await names('limit=10'), ['Cay Lead', 'Bob Lead'])
    assert.deepEqual(await names('status=closed'), ['Bob Lead'])
    assert.deepEqual(await names('to=2020-01-01'), [])
    assert.equal((await ask('GET', `/api/leads?q=${word}`)).json.length, 2)
    const csv = await ask('GET', `${list}?q=${word}&format=csv`)
    assert.match(csv.text, /""quoted""/)
    assert.equal((await marco.request('GET', `/api/leads?q=${word}`)).json.length, 0)
    const page = await ask('GET', `${list}?q=${word}&limit=1`)
    const next = /^<([^>]+)>; rel="next"$/.exec(page.headers.link)?.[1]
    assert.deepEqual((await ask('GET', next)).json.map(({ name }) => name), ['Bob Lead'])
  })

  test('get a status many at once, or none', async () => {
    const leads = await Promise.all([leave('One'), leave('Two')])
    const ids = leads.map(({ id }) => id)
    const done = await ask('PUT', list, { ids, status: 'qualified' })
    assert.equal(done.status, 200, done.text)
    assert.deepEqual(done.json, { message: '2 leads updated successfully' })
    assert.equal((await ask('PUT', list, { ids: [...ids, randomUUID()], status: 'new' })).status,
      404)
    assert.equal((await ask('GET', leads[0].path)).json.status, 'qualified')
    assert.equal((await ask('PUT', list, { ids: ['x'], status: 'new' })).status, 422)
    assert.equal((await ask('PUT', list, { ids: [], status: 'new' })).status, 400)
  })

  test("of another's client are not there", async () => {
    const { id, path } = await leave('Hidden')
    assert.equal((await marco.request('GET', path)).status, 404)
    assert.equal((await marco.request('PUT', path, { body: { notes: 'x' } })).status, 404)
    assert.equal((await marco.request('DELETE', path)).status, 404)
    assert.equal((await marco.request('GET', list)).status, 404)
    const body = { ids: [id], status: 'closed' }
    assert.equal((await marco.request('PUT', list, { body })).status, 404)
  })
})
