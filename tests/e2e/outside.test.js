// SPDX-License-Identifier: BSD-2-Clause
/**
 * Calls of an agent whose recognizer, model and voice are outside, by strict fakes of them: the
 * client's own key, what is told and paid for, and what callers hear when one of them dies.
 */
import assert from 'node:assert/strict'
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { cartesia } from '../fakes/cartesia.js'
import { startOpenAi } from '../fakes/openai_llm.js'
import { Transcriptions } from '../fakes/openai_stt.js'
import { startCollector } from '../fakes/otlp.js'
import { startCall } from './conversation.js'
import { Stack, freePort } from './stack.js'

const OWN_KEY = 'k_of_the_client'
const stack = new Stack(await mkdtemp(join(tmpdir(), 'frontdesk-outside-')), await freePort())
let ear, model, voice, collector

const agent = {
  stt_provider: 'openai', stt_model: 'gpt-4o-mini-transcribe', llm_provider: 'openai_compatible',
  llm_model: 'small', tts_provider: 'cartesia', tts_model: 'sonic-3',
  tts_voice_id: '11111111-2222-4333-8444-555555555555'
}

before(async () => {
  ear = await new Transcriptions().open()
  model = await startOpenAi({ flavor: 'others', key: null })
  voice = await cartesia({ key: OWN_KEY })
  collector = await startCollector({ token: 'let-me-in' })
  await stack.start(`openai_url = ${ear.url}/v1
openai_keys = sk-invented
compatible_url = ${model.url}
cartesia_url = ${voice.url}
otlp_url = ${collector.url}
otlp_header = "Authorization: Bearer let-me-in"
`)
  const { id } = stack.client('receptionist')
  const owner = await stack.api('olivia')
  const [{ id: agentId }] = await stack.rows(
    'select id from frontdesk.agents where client_id = :\'id\' and is_default', { id })
  const changed = await owner.request('PUT', `/api/agents/${agentId}`, { body: agent })
  assert.equal(changed.status, 200, changed.text)
  const key = await owner.request('PUT', `/api/clients/${id}/providers/tts`,
    { body: { provider: 'cartesia', key: OWN_KEY } })
  assert.equal(key.status, 200, key.text)
  await stack.psql(`
    insert into frontdesk.model_prices (kind, provider, unit, price_micros) values
      ('llm', 'openai_compatible', 'token_in', 1000),
      ('llm', 'openai_compatible', 'token_out', 2000),
      ('stt', 'openai', 'second', 100000), ('tts', 'cartesia', 'character', 40000)`)
})

after(async () => {
  await stack.stop()
  await rm(stack.home, { recursive: true, force: true })
  await Promise.all([ear.close(), model.close(), voice.close(), collector.close()])
})

const usage = async (call) => (await call.callRow()).usage

describe('services outside', () => {
  test('answer a call; what they took is told with it, and a trace', async () => {
    ear.texts.push('when are you open')
    model.next({ say: 'We are open from nine to five.' })
    const call = await startCall(stack)
    await call.greeting()
    const answer = await call.ask('when are you open')
    assert.equal(answer, 'We are open from nine to five.')
    const over = await call.end()
    assert.deepEqual(over.transcript.slice(1).map(({ role, content }) => [role, content]),
      [['user', 'when are you open'], ['assistant', 'We are open from nine to five.']])
    assert.deepEqual(await stack.rows(`
      select e.data from frontdesk.call_events e
       where e.call_id = :'id' and e.kind = 'provider.lost'`, { id: over.id }), [])
    assert.ok(voice.spoken.length >= 1, 'the voice outside has spoken')
    assert.ok(over.transcript[2].timings.token_ms >= 0)

    const units = Object.values(await usage(call)).flat().map(({ kind, provider, unit }) =>
      `${kind} ${provider} ${unit}`).sort()
    assert.deepEqual(units, ['llm openai_compatible token_in', 'llm openai_compatible token_out',
      'stt openai second', 'tts cartesia character'])
    const { cost } = await (await stack.api('olivia')).get(`/api/call-logs/${over.id}`)
    assert.ok(cost.micros > 0, `prices are known: ${JSON.stringify(cost)}`)

    for (let n = 0; n < 100 && !collector.spans.some(({ name }) => name === 'call'); n++) {
      await sleep(50)
    }
    assert.deepEqual(collector.refused, [])
    const names = new Set(collector.spans.map(({ name }) => name))
    for (const part of ['call', 'endpointing', 'stt', 'first_token', 'first_audio', 'playout']) {
      assert.ok(names.has(part), `${part} is in the trace`)
    }
  })

  test('a model that dies in a sentence is followed: the caller hears of it', async () => {
    ear.texts.push('when are you open')
    model.next({ say: 'Let me see. We are open from', reset_after: 900 })
    const call = await startCall(stack)
    await call.greeting()
    const answer = await call.ask('when are you open')
    assert.ok(answer.length > 0)
    const over = await call.end()
    const [lost] = await stack.rows(`
      select e.data from frontdesk.call_events e
       where e.call_id = :'id' and e.kind = 'provider.lost'`, { id: over.id })
    assert.equal(lost.data.kind, 'llm')
    assert.equal(lost.data.to, 'builtin')
  })

  test('all of them dead: the phone is answered by who is inside', async () => {
    await Promise.all([ear.close(), model.close(), voice.close()])
    const call = await startCall(stack)
    assert.match(await call.greeting(), /Bright Smile/)
    const answer = await call.ask('i would like to book an appointment')
    assert.match(answer, /\b(day|when|time|appointment|date|cleaning)\b/i)
    await call.end()
  })

  test('no key and nothing that was said is in a log', async () => {
    const folder = join(stack.home, 'log')
    for (const name of await readdir(folder)) {
      const text = await readFile(join(folder, name), 'utf8')
      assert.equal(text.includes(OWN_KEY), false, name)
      assert.equal(text.includes('sk-invented'), false, name)
      assert.equal(text.includes('when are you open'), false, name)
    }
  })
})
