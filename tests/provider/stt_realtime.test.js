// SPDX-License-Identifier: BSD-2-Clause
/** OpenAI Realtime's transcription sessions: provider/stt_realtime.c. */
import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { RealtimeTranscription } from '../fakes/openai_realtime_stt.js'
import { json } from '../fakes/stt_base.js'
import { Driver } from './driver.js'
import { Recognizer, until } from './stt.js'

let driver, fake
const open = (members = {}) => new Recognizer(driver, 'openai_realtime',
  { url: `${fake.url}/v1`, key: fake.key, ...members })

beforeEach(async () => {
  fake = await new RealtimeTranscription().open()
  driver = new Driver()
})

afterEach(async () => {
  await driver.stop()
  await fake.close()
})

test('an utterance is committed, and its text comes', async () => {
  const stt = open({ keyterms: ['Brightwell', 'Alder'] })
  stt.begin(4).speak('one two 200')
  assert.equal(await stt.final(), 'one two')
  const final = await stt.event('final')
  assert.equal(final.utterance, 4)
  assert.ok(Math.abs(final.confidence - Math.exp(-0.1)) < 0.01)
  assert.deepEqual(stt.events('partial').map((e) => e.text), ['one', 'one two'])
  const { audio, type } = fake.lines[0].session
  assert.equal(type, 'transcription')
  assert.deepEqual(audio.input.transcription,
    { model: 'gpt-4o-mini-transcribe', language: 'en', prompt: 'Brightwell, Alder' })
  assert.equal(audio.input.turn_detection, null)
  stt.tell('sent')
  assert.equal((await stt.event('sent')).samples, fake.lines[0].total)
})

test('each question is one more item, and the answer is all of them', async () => {
  const stt = open()
  stt.begin(1).speak('one 200')
  assert.equal(await stt.final(), 'one')
  stt.speak('two 200')
  assert.equal(await stt.final(), 'one two')
  assert.equal(await stt.final(), 'one two')
  assert.equal(fake.lines[0].items, 2)
  stt.tell('rest').begin(2).speak('three 200')
  assert.equal(await stt.final(), 'three')
})

test('items that come in another order are put into theirs', async () => {
  fake.next.push({ late: true })
  const stt = open()
  stt.begin(1).speak('one 200')
  stt.finalize()
  await until(() => fake.lines[0]?.items === 1)
  stt.speak('two 200')
  assert.equal(await stt.final(), 'one two')
})

test('what was not committed does not become part of the next', async () => {
  const stt = open()
  stt.begin(1).speak('one 200')
  await until(() => fake.lines[0]?.total > 0)
  stt.tell('rest').begin(2).speak('two 200')
  assert.equal(await stt.final(), 'two')
  assert.ok(fake.lines[0].said.some((m) => m.type === 'input_audio_buffer.clear'))
})

test('of nothing the text is empty', async () => {
  const stt = open()
  stt.begin(1)
  assert.equal(await stt.final(), '')
  stt.tell('feed', { silence: 60 })
  assert.equal(await stt.final(), '')
  stt.tell('feed', { silence: 400 })
  assert.equal(await stt.final(), '')
})

test('an item that failed is empty', async () => {
  fake.next.push({ failed: true })
  const stt = open()
  stt.begin(1).speak('one 200')
  assert.equal(await stt.final(), '')
})

test('when the text is late what has come is the answer', async () => {
  fake.next.push({ mute: true })
  const stt = open()
  stt.begin(1).speak('one two 200')
  assert.equal(await stt.final(), 'one two')
})

for (const [name, how] of Object.entries({ '1011': { code: 1011, reason: '' }, 'a reset': {},
  '1001': { code: 1001, reason: 'session expired' } })) {
  test(`after ${name} it hears what has no text yet`, async () => {
    fake.next.push({ dieAt: 0.7, ...how })
    const stt = open()
    stt.begin(1).speak('one 200')
    assert.equal(await stt.final(), 'one')
    stt.speak('two three 200')
    assert.equal(await stt.final(), 'one two three')
    assert.equal(fake.lines.length, 2)
    assert.equal(fake.lines[1].total, 600 * 8)
  })
}

test('a session that expired is another session', async () => {
  fake.next.push({ say: ['{"type":"error","error":{"code":"session_expired"}}'] })
  const stt = open()
  stt.begin(1).speak('one 200')
  await until(() => fake.lines.length === 2)
  assert.equal(await stt.final(), 'one')
})

test('refusals are told at once, at the door and behind it', async () => {
  fake.faults.push(json(401, { error: { code: 'invalid_api_key' } }))
  assert.equal((await open().event('error')).fault.kind, 'refused')
  fake.next.push({ refuse: 'model_not_found' })
  assert.equal((await open().event('error')).fault.kind, 'refused')
  assert.equal((await open({ model: 'tts-1' }).event('error')).fault.kind, 'refused')
  await open({ key: '' }).event('failed')
  assert.equal(fake.requests.length, 3)
})

test('a session that does not begin is given up', async () => {
  fake.next.push(...Array(9).fill({ unready: true }))
  const stt = open()
  assert.equal((await stt.event('error')).fault.kind, 'lost')
  assert.ok(fake.lines.length <= 4)
})

test('nonsense is not taken', async () => {
  const about = (type, more) => JSON.stringify({
    type: `conversation.item.input_audio_transcription.${type}`, ...more })
  fake.next.push({ say: ['', '{}', '[]', '{"type":"error"}', '{"type":"error","error":7}',
    '{"type":"input_audio_buffer.committed"}', about('delta', { item_id: 'y', delta: 'z' }),
    about('completed', { item_id: 'y', transcript: 'z' }), about('completed', {}),
    about('failed', { item_id: 7 }), about('', {}), '{"type":"rate_limits.updated"}'] })
  const stt = open()
  stt.begin(1).speak('one 200')
  assert.equal(await stt.final(), 'one')
  assert.equal(stt.events('error').length, 0)
})

test('it may be closed in any event, and in any state', async () => {
  for (const closes of ['partial', 'final', 'error']) {
    fake.faults.push(...(closes === 'error' ? [json(401, {})] : []))
    const stt = open({ closes })
    stt.begin(1).speak('one two 200').finalize()
    await stt.event('closed')
  }
  await open().close()
  fake.next.push({ unready: true })
  const unready = open().begin(1).speak('one')
  await until(() => fake.next.length === 0)
  await unready.close()
})

test('another utterance may begin in any event', async () => {
  for (const begins of ['partial', 'final']) {
    const stt = open({ begins })
    stt.begin(1).speak('one two 200').finalize()
    await stt.event(begins)
    stt.speak('five 200')
    assert.equal(await stt.final(), 'five')
    await stt.close()
  }
})
