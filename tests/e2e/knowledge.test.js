// SPDX-License-Identifier: BSD-2-Clause
/** What a receptionist knows: entries, documents, and a caller who asks. */
import assert from 'node:assert/strict'
import { randomInt, randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import { Phone, anyNumber } from '../phone/phone.js'
import { Conversation } from './conversation.js'
import { newcomer } from './people.js'
import { useStack } from './stack.js'

const stack = await useStack()
const admin = await stack.api('admin')
const owner = await newcomer(stack, 'Olga Owner')

const ask = (method, path, body) => owner.request(method, path, { body })
const fields = ({ json }) => json.errors?.map(({ field }) => field)

async function client(body = {}) {
  const answer = await ask('POST', '/api/clients', { name: `Knows ${randomUUID()}`, ...body })
  assert.equal(answer.status, 201, answer.text)
  return { ...answer.json, path: `/api/clients/${answer.json.id}/knowledge` }
}

describe('knowledge', { concurrency: true }, () => {
  test('is written, found, changed and removed', async () => {
    const { path } = await client()
    const made = await ask('POST', path, {
      question: 'Do you sell gift cards?', answer: 'Yes, at the desk.', category: 'money',
      keywords: ['gift card', 'voucher'], priority: 5
    })
    assert.equal(made.status, 201, made.text)
    assert.equal(made.headers.location, `/api/knowledge/${made.json.id}`)
    assert.deepEqual(made.json.keywords, ['gift card', 'voucher'])
    const search = () => ask('POST', `${path}/search`, { query: 'any vouchers', limit: 3 })
    const found = await search()
    assert.equal(found.status, 200, found.text)
    assert.deepEqual(found.json.map(({ id }) => id), [made.json.id])
    assert.ok(found.json[0].rank > 0 && found.json[0].rank <= 1)

    const off = await ask('PUT', made.headers.location, { is_active: false })
    assert.equal(off.json.is_active, false)
    assert.deepEqual((await search()).json, [])
    assert.equal((await owner.get(`${path}?is_active=false&q=GIFT`)).length, 1)
    assert.equal((await owner.get(`${path}?category=other`)).length, 0)
    assert.equal((await ask('DELETE', `${path}/${made.json.id}`)).status, 200)
    assert.equal((await ask('GET', made.headers.location)).status, 404)
  })

  test('of a template waits until it is filled in', async () => {
    const { path } = await client({ template: 'restaurant' })
    const waiting = await owner.get(`${path}?is_active=false&sort=question`)
    const entry = waiting.find(({ question }) => question === 'Where can I park?')
    const on = await ask('PUT', `/api/knowledge/${entry.id}`, { is_active: true })
    assert.equal(on.status, 422, 'nobody hears brackets')
    assert.deepEqual(fields(on), ['answer'])
    const filled = await ask('PUT', `/api/knowledge/${entry.id}`,
      { is_active: true, answer: 'In the garage next door.' })
    assert.equal(filled.status, 200, filled.text)
  })

  test('comes out of documents', async () => {
    const { path } = await client()
    const imported = await ask('POST', `${path}/import`, {
      title: 'Handbook', format: 'markdown',
      content: '# Handbook\n\n## Wifi\nThe **password** is `blue door`.\n\n## Pets\n- Dogs\n'
    })
    assert.equal(imported.status, 200, imported.text)
    assert.equal(imported.json.created, 2)
    assert.deepEqual(imported.json.entries.map(({ question }) => question), ['Wifi', 'Pets'])
    const [pets, wifi] = await owner.get(`${path}?sort=question`)
    assert.equal(wifi.answer, 'The password is blue door.')
    assert.equal(pets.answer, 'Dogs.')
    assert.equal(pets.category, 'Handbook')
    const large = await ask('POST', `${path}/import`, { title: 'T', content: 'x'.repeat(1 << 21) })
    assert.equal(large.status, 413)
    const pdf = await ask('POST', `${path}/import`, { title: 'T', content: 'x', format: 'pdf' })
    assert.equal(pdf.status, 400)
  })

  test('answers a caller', async () => {
    const made = await client({ phone_number: `+1555${randomInt(3000000, 9999999)}` })
    await stack.psql(`insert into frontdesk.ledger (client_id, kind, seconds, reference)
                      values (:'id', 'grant', 3600, 'e2e')`, { id: made.id })
    await ask('POST', made.path, {
      question: 'Where can I park?', answer: 'There is a garage under the library.',
      keywords: ['parking', 'park', 'car']
    })
    const phone = await Phone.dial(
      { demo: stack.demo, to: made.phone_number, from: anyNumber() })
    assert.ok(phone.isConnected, `no stream: ${phone.errors.join('; ')} ${phone.said.join(' ')}`)
    const talk = new Conversation(stack, phone, admin, made)
    await talk.greeting()
    assert.match(await talk.ask('do you have parking'), /library/i)
    await talk.end()
  })
})
