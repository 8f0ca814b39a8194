// SPDX-License-Identifier: BSD-2-Clause
/** A business from its making to its end, as its owner has it: made, called, changed, deleted. */
import assert from 'node:assert/strict'
import { randomInt, randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Phone, anyNumber } from '../phone/phone.js'
import { Conversation } from './conversation.js'
import { newcomer } from './people.js'
import { useStack } from './stack.js'

const stack = await useStack()
const admin = await stack.api('admin')
const owner = await newcomer(stack, 'Olga Owner')
const other = await newcomer(stack, 'Otto Other')

const ask = (method, path, body, headers) => owner.request(method, path, { body, headers })
const fields = ({ json }) => json.errors?.map(({ field }) => field)
const number = () => `+1555${randomInt(3000000, 9999999)}`

async function make(body = {}) {
  const answer = await ask('POST', '/api/clients', { name: `Made ${randomUUID()}`, ...body })
  assert.equal(answer.status, 201, answer.text)
  return answer
}

/** Seconds to talk, which only the ledger gives. */
function pay(clientId) {
  return stack.psql(`
    insert into frontdesk.ledger (client_id, kind, seconds, reference)
    values (:'id', 'grant', 3600, 'e2e')`, { id: clientId })
}

async function call(client) {
  const phone = await Phone.dial(
    { demo: stack.demo, to: client.phone_number, from: anyNumber() })
  assert.ok(phone.isConnected, `no stream: ${phone.errors.join('; ')} ${phone.said.join(' ')}`)
  return new Conversation(stack, phone, admin, client)
}

describe('clients', { concurrency: true }, () => {
  test('are made of a template, and answer a call as it says', async () => {
    const { json: client } = await make({
      name: 'Blue Door Salon', template: 'salon', timezone: 'America/New_York',
      phone_number: number()
    })
    await pay(client.id)
    const talk = await call(client)
    const greeting = await talk.greeting()
    assert.match(greeting, /thank you for calling Blue Door Salon/i)
    await talk.end()
  })

  test('answer by the hours that were set', async () => {
    const { json: client } = await make({ phone_number: number(), timezone: 'America/New_York' })
    await pay(client.id)
    const hours = [1, 2, 3, 4, 5, 6, 7].map(
      (weekday) => ({ weekday, opens: '07:00', closes: '15:00' }))
    const set = await ask('PUT', `/api/clients/${client.id}/business-hours`, { hours })
    assert.equal(set.status, 200, set.text)
    assert.deepEqual(set.json.hours, hours)
    const talk = await call(client)
    await talk.greeting()
    const answer = await talk.ask('what time do you open on monday')
    assert.match(answer, /\b(7|seven)\b/i)
    await talk.end()
  })

  test('are read, changed and listed', async () => {
    const made = await make({ owner_phone: '+15550001111', routing: 'owner_first' })
    const { json: client, headers } = made
    assert.equal(headers.location, `/api/clients/${client.id}`)
    const read = await ask('GET', headers.location)
    assert.deepEqual(read.json, client)
    assert.equal(read.headers.etag, headers.etag)
    for (const field of ['id', 'name', 'phone_number', 'owner_phone', 'timezone', 'calendar_id',
      'system_prompt', 'initial_greeting', 'llm_model', 'stt_model', 'tts_provider', 'tts_model',
      'tts_voice_id', 'enabled_tools', 'routing', 'voice_mode', 'balance_seconds', 'is_active',
      'created_at', 'updated_at']) {
      assert.ok(field in client, field)
    }

    const changed = await ask('PUT', headers.location,
      { initial_greeting: 'Good day.', owner_phone: null, enabled_tools: ['end_call'] },
      { 'if-match': headers.etag })
    assert.equal(changed.status, 200, changed.text)
    assert.equal(changed.json.initial_greeting, 'Good day.')
    assert.equal(changed.json.owner_phone, null)
    assert.deepEqual(changed.json.enabled_tools, ['end_call'])
    assert.equal(changed.json.routing, 'owner_first')
    const late = await ask('PUT', headers.location, { name: 'Late' }, { 'if-match': headers.etag })
    assert.equal(late.status, 412)

    const found = await owner.get(`/api/clients?q=${client.name.slice(-12)}`)
    assert.deepEqual(found.map(({ id }) => id), [client.id])
  })

  test('are listed page by page', async () => {
    const tag = randomUUID()
    const made = await Promise.all([3, 1, 5, 2, 4].map((n) => make({ name: `Page ${n} ${tag}` })))
    const seen = []
    for (let path = `/api/clients?limit=2&q=${tag}`; path !== undefined;) {
      const { json, headers } = await ask('GET', path)
      seen.push(...json.map(({ name }) => name))
      path = headers.link?.match(/<([^>]+)>; rel="next"/)?.[1]
    }
    assert.deepEqual(seen, made.map(({ json: { name } }) => name).sort())
  })

  test('tell who listens that they changed, and not of their balance', async () => {
    const { json: { id } } = await make()
    const told = (statement) => stack.psql(`listen frontdesk_client; ${statement}`, { id })
    const service = `insert into frontdesk.services (client_id, name, minutes)
                     values (:'id', 'heard', 30)`
    assert.match(await told(service), new RegExp(`"frontdesk_client".*"${id}"`))
    assert.match(await told("update frontdesk.clients set timezone = 'UTC' where id = :'id'"),
      new RegExp(id))
    assert.doesNotMatch(await told(`insert into frontdesk.ledger (client_id, kind, seconds)
                                    values (:'id', 'grant', 60)`), new RegExp(id))
  })

  for (const [what, body, status, field] of [
    ['a balance', { balance_seconds: 5 }, 400, 'balance_seconds'],
    ['an owner', { owner_user_id: randomUUID() }, 400, 'owner_user_id'],
    ['a time zone there is not', { timezone: 'Mars/Base' }, 422, 'timezone'],
    ['a route there is not', { routing: 'nowhere' }, 400, 'routing'],
    ['a template there is not', { template: 'zoo' }, 422, 'template'],
    ['a phone that is none', { owner_phone: '911' }, 400, 'owner_phone'],
    ['a tool there is not', { enabled_tools: ['format_disk'] }, 422, 'enabled_tools'],
    ['a name of blanks', { name: '  ' }, 422, 'name']
  ]) {
    test(`are not made with ${what}`, async () => {
      const answer = await ask('POST', '/api/clients', { name: 'Refused', ...body })
      assert.equal(answer.status, status, answer.text)
      assert.deepEqual(fields(answer), [field])
    })
  }

  test('are made once for an idempotency key', async () => {
    const body = { name: `Once ${randomUUID()}`, template: 'legal' }
    const headers = { 'idempotency-key': randomUUID() }
    const [first, second] = [await ask('POST', '/api/clients', body, headers),
      await ask('POST', '/api/clients', body, headers)]
    assert.equal(first.status, 201, first.text)
    assert.equal(second.json.id, first.json.id)
    assert.equal((await owner.get(`/api/clients?q=${body.name.slice(-12)}`)).length, 1)
  })

  test('are deleted, and then nobody sees or reaches them', async () => {
    const { json: client, headers } = await make({ phone_number: number() })
    const removed = await ask('DELETE', headers.location)
    assert.equal(removed.status, 200, removed.text)
    assert.deepEqual(removed.json, { message: 'Client deleted successfully' })
    for (const api of [owner, admin]) {
      assert.equal((await api.request('GET', headers.location)).status, 404)
    }
    assert.equal((await ask('GET', `/api/agents/${client.agent_id}`)).status, 404)
    assert.equal((await ask('DELETE', headers.location)).status, 404)
    const phone = await Phone.dial(
      { demo: stack.demo, to: client.phone_number, from: anyNumber() })
    assert.equal(phone.isConnected, false)
    await phone.hangUp()
    const again = await make({ phone_number: client.phone_number })
    assert.equal(again.json.phone_number, client.phone_number, 'the number is free')
  })

  test('are erased once they are deleted, but for their ledger', async () => {
    const { json: { id }, headers } = await make(
      { template: 'medical', owner_phone: '+15550001111' })
    await pay(id)
    assert.equal((await ask('DELETE', headers.location)).status, 200)
    const left = () => stack.rows(`
      select c.name, c.owner_phone, (select count(*)::int from frontdesk.agents a
                                      where a.client_id = c.id) as agents,
             (select count(*)::int from frontdesk.agent_versions v
               where v.client_id = c.id) as versions,
             (select count(*)::int from frontdesk.knowledge_entries k
               where k.client_id = c.id) as entries,
             (select sum(l.seconds)::int from frontdesk.ledger l
               where l.client_id = c.id) as seconds
        from frontdesk.clients c where c.id = :'id'`, { id })
    for (const until = Date.now() + 60000; Date.now() < until; await sleep(500)) {
      if ((await left())[0].name === 'Erased') {
        break
      }
    }
    assert.deepEqual(await left(), [{
      name: 'Erased', owner_phone: null, agents: 0, versions: 0, entries: 0, seconds: 3600
    }])
  })
})

describe('what belongs to a client', { concurrency: true }, () => {
  test('templates are six, and whole', async () => {
    const list = await owner.get('/api/templates')
    assert.deepEqual(list.map(({ key }) => key).sort(),
      ['general', 'home_services', 'legal', 'medical', 'restaurant', 'salon'])
    const medical = await owner.get('/api/templates/medical')
    assert.match(medical.agent.system_prompt, /nine one one/)
    assert.ok(medical.knowledge.length >= 10)
    assert.equal((await ask('GET', '/api/templates/zoo')).status, 404)
  })

  test('numbers are registered, assigned and given back', async () => {
    const { json: client } = await make()
    const list = `/api/clients/${client.id}/phone-numbers`
    const made = await ask('POST', list, { phone_number: number() })
    assert.equal(made.status, 201, made.text)
    assert.equal(made.headers.location, `/api/phone-numbers/${made.json.id}`)
    assert.equal(made.json.monthly_cost, 0)
    const taken = await ask('POST', list,
      { phone_number: stack.client('receptionist').number })
    assert.equal(taken.status, 409)
    assert.doesNotMatch(taken.text, /dental|client/i)
    const assigned = await ask('PUT', made.headers.location, { agent_id: client.agent_id })
    assert.equal(assigned.json.agent_id, client.agent_id)
    assert.equal((await ask('PUT', made.headers.location, { status: 'suspended' })).status, 403)
    assert.equal((await owner.get(list)).length, 1)
    const nested = `${list}/${made.json.id}`
    assert.equal((await ask('GET', nested)).json.id, made.json.id)
    assert.equal((await ask('DELETE', nested)).status, 200)
    assert.deepEqual(await owner.get(list), [])
  })

  test('hours and holidays are replaced as a whole; what is wrong is named', async () => {
    const { json: client } = await make()
    const path = `/api/clients/${client.id}/business-hours`
    const before = await ask('GET', path)
    assert.deepEqual(before.json.hours.map(({ weekday }) => weekday), [1, 2, 3, 4, 5])
    const overlap = await ask('PUT', path, {
      hours: [{ weekday: 1, opens: '09:00', closes: '12:00' },
        { weekday: 1, opens: '11:00', closes: '13:00' }]
    })
    assert.equal(overlap.status, 422)
    assert.deepEqual(fields(overlap), ['hours[1]'])
    assert.deepEqual((await ask('GET', path)).json, before.json)
    assert.equal((await ask('PUT', path, { hours: [{ weekday: 9, opens: '9' }] })).status, 400)
    const stale = await ask('PUT', path, { hours: [] }, { 'if-match': '"0"' })
    assert.equal(stale.status, 412)
    const night = await ask('PUT', path, {
      timezone: 'Europe/Berlin', hours: [{ weekday: 7, opens: '20:00', closes: '24:00' }]
    })
    assert.equal(night.json.timezone, 'Europe/Berlin')
    assert.deepEqual(night.json.hours, [{ weekday: 7, opens: '20:00', closes: '24:00' }])

    const days = `/api/clients/${client.id}/holidays`
    const holidays = [{ day: '2027-12-24', name: 'Eve', opens: '09:00', closes: '12:00' },
      { day: '2027-12-25', name: 'Christmas', opens: null, closes: null }]
    assert.deepEqual((await ask('PUT', days, { holidays })).json.holidays, holidays)
    assert.deepEqual((await ask('GET', days)).json.holidays, holidays)
    const half = await ask('PUT', days, { holidays: [{ day: '2027-01-01', opens: '09:00' }] })
    assert.equal(half.status, 422)
    assert.deepEqual(fields(half), ['holidays[0]'])
  })

  test('departments and transfer targets', async () => {
    const { json: client } = await make()
    const base = `/api/clients/${client.id}`
    const department = await ask('POST', `${base}/departments`,
      { name: 'Billing', hours: [{ weekday: 1, opens: '09:00', closes: '12:00' }] })
    assert.equal(department.status, 201, department.text)
    const target = await ask('POST', `${base}/transfer-targets`,
      { name: 'Cara', phone_number: '+15550223344', department_id: department.json.id })
    assert.equal(target.status, 201, target.text)
    assert.equal((await ask('PUT', target.headers.location, { priority: 5 })).json.priority, 5)
    assert.equal((await ask('POST', `${base}/departments`, { name: 'billing' })).status, 409)
    const foreign = await ask('PUT', target.headers.location, { department_id: randomUUID() })
    assert.equal(foreign.status, 422)
    const nested = `${base}/departments/${department.json.id}`
    assert.equal((await ask('PUT', nested, { name: 'Invoices' })).json.name, 'Invoices')
    assert.equal((await ask('DELETE', nested)).status, 200)
    assert.equal((await ask('GET', target.headers.location)).json.department_id, null)
    assert.equal((await owner.get(`${base}/transfer-targets`)).length, 1)
  })

  test('keys of providers are written, told by their end, and kept sealed', async () => {
    const { json: { id } } = await make()
    const path = `/api/clients/${id}/providers`
    const key = `sk-test-${randomUUID()}`
    assert.equal((await ask('GET', `${path}/llm`)).status, 404)
    const set = await ask('PUT', `${path}/llm`, { provider: 'openai', key })
    assert.equal(set.status, 200, set.text)
    assert.equal(set.json.key, `****${key.slice(-4)}`)
    assert.equal(set.json.provider, 'openai')
    const again = await ask('GET', `${path}/llm`)
    assert.deepEqual(again.json, set.json)
    assert.equal(again.headers.etag, set.headers.etag)
    assert.equal((await owner.get(path)).length, 1)
    const short = await ask('PUT', `${path}/tts`, { provider: 'cartesia', key: 'abcdefgh' })
    assert.equal(short.json.key, '****', 'of a short key no end is shown')

    const [row] = await stack.rows(`
      select encode(ciphertext, 'escape') as text, get_byte(ciphertext, 0) as version,
             octet_length(ciphertext) as bytes
        from frontdesk.provider_credentials where client_id = :'id' and kind = 'llm'`, { id })
    assert.equal(row.version, 1)
    assert.equal(row.bytes, key.length + 33)
    assert.equal(row.text.includes(key.slice(0, 12)), false)
    const log = await owner.request('GET', `/api/audit-log?client_id=${id}`)
    assert.equal(log.text.includes(key), false)

    for (const [body, field] of [[{ provider: 'openai' }, 'key'], [{ key }, 'provider'],
      [{ provider: 'openai', key: 'short' }, 'key'],
      [{ provider: 'openai', key, kind: 'x' }, 'kind'],
      [{ provider: '"}', key }, 'provider']]) {
      const refused = await ask('PUT', `${path}/llm`, body)
      assert.ok([400, 422].includes(refused.status), refused.text)
      assert.deepEqual(fields(refused), [field])
    }
    assert.equal((await ask('PUT', `${path}/fax`, { provider: 'openai', key })).status, 404)
    const theirs = await other.request('PUT', `${path}/llm`, { body: { provider: 'openai', key } })
    assert.equal(theirs.status, 404)
    assert.equal((await other.request('GET', path)).status, 404)
    assert.equal((await ask('DELETE', `${path}/llm`)).status, 200)
    assert.equal((await ask('DELETE', `${path}/llm`)).status, 404)
  })

  test('is not there for another owner, whatever is asked', async () => {
    const { json: client, headers } = await make({ template: 'salon', phone_number: number() })
    const base = `/api/clients/${client.id}`
    const [numbers, [entry], department, target] = [
      await owner.get(`${base}/phone-numbers`), await owner.get(`${base}/knowledge`),
      await ask('POST', `${base}/departments`, { name: 'Desk' }),
      await ask('POST', `${base}/transfer-targets`, { name: 'Dan', phone_number: '+15550223355' })]
    const items = [`/api/agents/${client.agent_id}`, `${base}/agents/${client.agent_id}`,
      `/api/phone-numbers/${numbers[0].id}`, `${base}/phone-numbers/${numbers[0].id}`,
      `/api/knowledge/${entry.id}`, `${base}/knowledge/${entry.id}`,
      department.headers.location, target.headers.location]
    const lists = ['agents', 'phone-numbers', 'departments', 'transfer-targets', 'knowledge']
    const tries = [
      ['GET', headers.location], ['PUT', headers.location, { name: 'Mine' }],
      ['DELETE', headers.location],
      ...items.flatMap((path) => [['GET', path], ['PUT', path, {}], ['DELETE', path]]),
      ...lists.map((path) => ['GET', `${base}/${path}`]),
      ['POST', `${base}/agents`, { name: 'Mine' }],
      ['POST', '/api/agents', { name: 'Mine', client_id: client.id }],
      ['POST', `${base}/phone-numbers`, { phone_number: number() }],
      ['POST', `${base}/departments`, { name: 'Mine' }],
      ['POST', `${base}/transfer-targets`, { name: 'Mine', phone_number: '+15550223366' }],
      ['POST', `${base}/knowledge`, { question: 'Mine?', answer: 'Yes.' }],
      ['POST', `${base}/knowledge/search`, { query: 'parking' }],
      ['POST', `${base}/knowledge/import`, { title: 'T', content: 'Some text.' }],
      ['GET', `${base}/business-hours`], ['PUT', `${base}/business-hours`, { hours: [] }],
      ['GET', `${base}/holidays`], ['PUT', `${base}/holidays`, { holidays: [] }],
      ['GET', `/api/agents/${client.agent_id}/versions`],
      ['GET', `/api/agents/${client.agent_id}/versions/1`],
      ['GET', `/api/agents/${client.agent_id}/versions/1/diff/1`],
      ['POST', `/api/agents/${client.agent_id}/versions`, {}],
      ['POST', `/api/agents/${client.agent_id}/versions/1/publish`],
      ['POST', `/api/agents/${client.agent_id}/versions/1/restore`]]
    for (const [method, path, body] of tries) {
      const answer = await other.request(method, path, { body })
      assert.equal(answer.status, 404, `${method} ${path}: ${answer.status} ${answer.text}`)
    }
    const own = (await other.request('POST', '/api/clients', { body: { name: 'Own' } }))
      .headers.location
    for (const [method, path] of [['GET', `${own}/agents/${client.agent_id}`],
      ['DELETE', `${own}/knowledge/${entry.id}`]]) {
      assert.equal((await other.request(method, path)).status, 404, path)
    }
    assert.deepEqual((await ask('GET', headers.location)).json, client)
  })
})
