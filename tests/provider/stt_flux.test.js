// SPDX-License-Identifier: BSD-2-Clause
/** Deepgram Flux, which finds turns: provider/stt_flux.c. */
import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { Deepgram } from '../fakes/deepgram_stt.js'
import { json } from '../fakes/stt_base.js'
import { Driver } from './driver.js'
import { Recognizer, until } from './stt.js'

let driver, fake
const open = (members = {}) => new Recognizer(driver, 'deepgram_flux',
  { url: fake.url, key: fake.key, ...members })
const turns = (stt) => stt.events('turn').map((e) => `${e.turn} ${e.text}`)

beforeEach(async () => {
  fake = await new Deepgram().open()
  driver = new Driver()
})

afterEach(async () => {
  await driver.stop()
  await fake.close()
})

test('a turn is told from its begin to its end', async () => {
  const stt = open({ keyterms: ['Alder'] })
  stt.begin(3).speak('200 one two 700')
  const over = await stt.event('turn', (e) => e.turn === 'over')
  assert.equal(over.text, 'one two')
  assert.equal(over.utterance, 3)
  assert.ok(over.confidence > 0.8 && over.confidence <= 1)
  assert.deepEqual(stt.events('turn').map((e) => e.turn), ['begun', 'eager', 'over'])
  assert.equal(stt.events('turn')[1].text, 'one two')
  assert.equal(await stt.final(), 'one two')
  const { query } = fake.requests[0]
  assert.equal(query.get('model'), 'flux-general-en')
  assert.deepEqual(query.getAll('keyterm'), ['Alder'])
})

test('one that was not over is resumed', async () => {
  const stt = open()
  stt.begin(1).speak('one 400 two 700')
  await stt.event('turn', (e) => e.turn === 'over')
  assert.deepEqual(turns(stt),
    ['begun one', 'eager one', 'resumed one two', 'eager one two', 'over one two'])
})

test('several turns are one utterance if its caller says so', async () => {
  const stt = open()
  stt.begin(1).speak('one two 700 three 700 four 200')
  assert.equal(await stt.final(), 'one two three four')
  assert.equal(stt.events('turn').filter((e) => e.turn === 'over').length, 2)
})

test('updates replace each other', async () => {
  const stt = open()
  stt.begin(1).speak('one two three four 200')
  await stt.event('partial', (e) => e.text === 'one two three four')
  const texts = stt.events('partial').map((e) => e.text)
  assert.ok(texts.every((text) => 'one two three four'.startsWith(text)), String(texts))
})

test('what follows a turn that was cut off is another utterance', async () => {
  const stt = open()
  stt.begin(1).speak('one two 200')
  assert.equal(await stt.final(), 'one two')
  stt.tell('rest').begin(2).speak('three 200')
  assert.equal(await stt.final(), 'three')
  assert.ok(fake.lines[0].said.some((m) => m.type === 'ForceEndTurn'))
})

test('that goes without the times of words as well', async () => {
  fake.next.push({ untimed: true })
  const stt = open()
  stt.begin(1).speak('one two 200')
  assert.equal(await stt.final(), 'one two')
  stt.tell('rest').begin(2).speak('three 200')
  assert.equal(await stt.final(), 'three')
})

test('when no audio comes silence is sent, and the turn ends', async () => {
  const stt = open()
  stt.begin(1).speak('one two 160')
  const over = await stt.event('turn', (e) => e.turn === 'over')
  assert.equal(over.text, 'one two')
})

test('of nothing the text is empty', async () => {
  const stt = open()
  stt.begin(1).tell('feed', { silence: 300 })
  assert.equal(await stt.final(), '')
})

test('the multilingual model is told which language to expect', async () => {
  await open({ language: 'hi-IN' }).begin(1).speak('one 200').final()
  const { query } = fake.requests[0]
  assert.equal(query.get('model'), 'flux-general-multi')
  assert.deepEqual(query.getAll('language_hint'), ['hi'])
})

for (const [name, how] of Object.entries({
  '1011': { code: 1011, reason: 'NET-0000' }, 'a reset': {},
})) {
  test(`after ${name} within a turn it is heard again`, async () => {
    fake.next.push({ dieAt: 1.2, ...how })
    const stt = open()
    stt.begin(1).speak('one 700 two three four 200')
    assert.equal(await stt.final(), 'one two three four')
    assert.equal(fake.lines.length, 2)
    assert.equal(stt.events('error').length, 0)
  })
}

test('an Error is another connection', async () => {
  fake.next.push({ silent: true, say: [JSON.stringify({ type: 'Error', sequence_id: 7,
    code: 'INTERNAL_SERVER_ERROR', description: 'x' })] })
  fake.next[0].silent = false
  const stt = open()
  stt.begin(1).speak('one 200')
  await until(() => fake.lines.length === 2)
  assert.equal(await stt.final(), 'one')
})

test('a session that does not begin is given up', async () => {
  fake.next.push(...Array(9).fill({ unready: true }))
  const stt = open()
  stt.begin(1).speak('one 200')
  assert.equal(await stt.final(), '')
  const { fault } = await stt.event('error')
  assert.equal(fault.kind, 'lost')
  assert.ok(fake.lines.length <= 4)
})

test('a refusal is told at once', async () => {
  fake.faults.push(json(402, { err_code: 'ASR_PAYMENT_REQUIRED' }))
  const { fault } = await open().event('error')
  assert.equal(fault.kind, 'refused')
  assert.equal(fake.requests.length, 1)
})

test('nonsense is not taken', async () => {
  const info = (more) => JSON.stringify({ type: 'TurnInfo', event: 'EndOfTurn', sequence_id: 1,
    turn_index: 0, audio_window_start: 0, audio_window_end: 0.1, transcript: 'x', words: [],
    ...more })
  fake.next.push({ say: [
    '', '7', '{"type":"TurnInfo"}', info({ sequence_id: 0 }), info({ turn_index: -1 }),
    info({ transcript: null, sequence_id: 0.1 }), info({ event: 3, sequence_id: 0.2 }),
    info({ audio_window_start: 9, sequence_id: 0.3 }),
    info({ audio_window_start: 900, audio_window_end: 901, sequence_id: 0.4 }),
    info({ transcript: 'x'.repeat(100000), sequence_id: 0.5 }),
  ] })
  const stt = open()
  stt.begin(1).speak('one two 200')
  assert.equal(await stt.final(), 'one two')
})

test('silence does not close it', { timeout: 30000 }, async () => {
  fake.idleMs = 5000
  const stt = open()
  await until(() => fake.lines.length === 1)
  await new Promise((resolve) => { setTimeout(resolve, 9000) })
  stt.begin(1).speak('one 200')
  assert.equal(await stt.final(), 'one')
  assert.equal(fake.lines.length, 1)
  assert.ok(!fake.lines[0].said.some((m) => m.type === 'KeepAlive'))
})

test('it may be closed in any event, and in any state', async () => {
  for (const closes of ['partial', 'turn', 'final', 'error']) {
    if (closes === 'error') {
      fake.faults.push(json(401, {}))
    }
    const stt = open({ closes })
    stt.begin(1).speak('one two 400 three 200')
    stt.finalize()
    await stt.event('closed')
  }
  await open().close()
  fake.next.push({ unready: true })
  const unready = open().begin(1).speak('one')
  await until(() => fake.next.length === 0)
  await unready.close()
})

test('another utterance may begin in any event', async () => {
  for (const begins of ['partial', 'turn', 'final']) {
    const stt = open({ begins })
    stt.begin(1).speak('one two three 700')
    stt.finalize()
    await stt.event(begins)
    stt.speak('five 200')
    assert.match(await stt.final(), /five$/)
    await stt.close()
  }
})
