// SPDX-License-Identifier: BSD-2-Clause
/** Agents: several of a client, their drafts and versions, and what a call hears of a change. */
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

const ask = (method, path, body, headers) => owner.request(method, path, { body, headers })
const fields = ({ json }) => json.errors?.map(({ field }) => field)
const number = () => `+1555${randomInt(3000000, 9999999)}`

async function made(path, body) {
  const answer = await ask('POST', path, body)
  assert.equal(answer.status, 201, answer.text)
  return answer
}

const client = async (body = {}) =>
  (await made('/api/clients', { name: `Agents ${randomUUID()}`, ...body })).json

async function greetingOf(line) {
  const phone = await Phone.dial({ demo: stack.demo, to: line.phone_number, from: anyNumber() })
  assert.ok(phone.isConnected, `no stream: ${phone.errors.join('; ')} ${phone.said.join(' ')}`)
  const talk = new Conversation(stack, phone, admin, { id: line.client_id })
  const greeting = await talk.greeting()
  await talk.end()
  return greeting
}

describe('agents', { concurrency: true }, () => {
  test('are made, read, changed and removed', async () => {
    const { id, agent_id: first } = await client()
    const { json: agent, headers } = await made(`/api/clients/${id}/agents`, {
      name: 'Night', temperature: 0.2, language: 'en-GB', tts_speed: 1.1, max_call_seconds: 600,
      template: 'legal'
    })
    assert.equal(headers.location, `/api/agents/${agent.id}`)
    for (const field of ['name', 'llm_provider', 'llm_model', 'temperature', 'stt_provider',
      'stt_model', 'language', 'tts_provider', 'tts_model', 'tts_voice_id', 'tts_speed',
      'system_prompt', 'initial_greeting', 'enabled_tools', 'interruptions', 'endpointing_ms',
      'max_call_seconds', 'pipeline']) {
      assert.ok(field in agent, field)
    }
    assert.match(agent.system_prompt, /law firm/)
    const second = await made('/api/agents', { client_id: id, name: 'Other' })
    const names = (await owner.get(`/api/clients/${id}/agents`)).map(({ name }) => name)
    assert.deepEqual(names.sort(), ['General business receptionist', 'Night', 'Other'])
    assert.equal((await owner.get(`/api/agents?client_id=${id}`)).length, 3)

    assert.equal((await ask('DELETE', `/api/agents/${first}`)).status, 409, 'the default one')
    assert.equal((await ask('PUT', headers.location, { is_default: true })).json.is_default, true)
    assert.equal((await ask('GET', `/api/clients/${id}`)).json.agent_id, agent.id)
    assert.equal((await ask('DELETE', `/api/agents/${first}`)).status, 200)
    assert.equal((await ask('DELETE', second.headers.location)).status, 200)
  })

  for (const [what, body, status, field] of [
    ['too hot', { temperature: 2.5 }, 400, 'temperature'],
    ['of a pipeline there is not', { pipeline: 'magic' }, 400, 'pipeline'],
    ['with a tool there is not', { enabled_tools: ['rm'] }, 422, 'enabled_tools'],
    ['with a tool twice', { enabled_tools: ['end_call', 'end_call'] }, 422, 'enabled_tools'],
    ['with a greeting to fill in', { initial_greeting: 'Hi [name]' }, 422, 'initial_greeting'],
    ['of a language that is none', { language: 'English' }, 400, 'language'],
    ['at a version', { version: 3 }, 400, 'version']
  ]) {
    test(`are not made ${what}`, async () => {
      const { id } = await client()
      const answer = await ask('POST', `/api/clients/${id}/agents`, { name: 'Refused', ...body })
      assert.equal(answer.status, status, answer.text)
      assert.deepEqual(fields(answer), [field])
    })
  }

  test('keep their versions', async () => {
    const { agent_id: id } = await client()
    const path = `/api/agents/${id}`
    const first = (await ask('GET', path)).json
    assert.equal(first.version, 1)
    assert.equal((await ask('PUT', path, { initial_greeting: 'Two.' })).json.version, 2)
    const draft = await made(`${path}/versions`, { note: 'for spring', initial_greeting: 'Three.' })
    assert.equal(draft.json.version, 3)
    assert.equal(draft.json.is_live, false)
    assert.equal((await ask('GET', draft.headers.location)).json.note, 'for spring')
    assert.equal((await ask('GET', path)).json.initial_greeting, 'Two.')
    const differences = await owner.get(`${path}/versions/2/diff/3`)
    assert.deepEqual(differences,
      [{ field: 'initial_greeting', before: 'Two.', after: 'Three.' }])

    const published = await ask('POST', `${path}/versions/3/publish`)
    assert.equal(published.status, 200, published.text)
    assert.equal(published.json.initial_greeting, 'Three.')
    const restored = await ask('POST', `${path}/versions/1/restore`)
    assert.equal(restored.json.initial_greeting, first.initial_greeting)
    assert.equal(restored.json.version, 4)
    const versions = await owner.get(`${path}/versions`)
    assert.deepEqual(versions.map(({ version, is_live: live }) => [version, live]),
      [[4, true], [3, false], [2, false], [1, false]])
    assert.equal(versions[0].author_name, 'Olga Owner')
    const [newest] = (await ask('GET', `${path}/versions?limit=1`)).json
    assert.equal(newest.version, 4)
    assert.equal((await ask('POST', `${path}/versions/9/publish`)).status, 404)
    assert.equal((await ask('POST', `${path}/versions/1/publish`)).status, 409)
  })

  test('answer the numbers that are given to them, each in its words', async () => {
    const { id } = await client()
    await stack.psql(`insert into frontdesk.ledger (client_id, kind, seconds, reference)
                      values (:'id', 'grant', 3600, 'e2e')`, { id })
    const { json: night } = await made(`/api/clients/${id}/agents`,
      { name: 'Night', initial_greeting: 'Good evening, this is the night desk.' })
    const { json: line } = await made(`/api/clients/${id}/phone-numbers`,
      { phone_number: number(), agent_id: night.id })
    assert.match(await greetingOf(line), /night desk/i)
    await ask('PUT', `/api/agents/${night.id}`,
      { initial_greeting: 'Good evening, this is the new desk.' })
    assert.match(await greetingOf(line), /new desk/i)
  })
})
