// SPDX-License-Identifier: BSD-2-Clause
/** Deepgram's nova models: provider/stt_deepgram.c. */
import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { Deepgram } from '../fakes/deepgram_stt.js'
import { json } from '../fakes/stt_base.js'
import { Driver } from './driver.js'
import { Recognizer, until } from './stt.js'

let driver, fake
const open = (members = {}) => new Recognizer(driver, 'deepgram',
  { url: fake.url, key: fake.key, ...members })

beforeEach(async () => {
  fake = await new Deepgram().open()
  driver = new Driver()
})

afterEach(async () => {
  await driver.stop()
  await fake.close()
})

test('an utterance is understood, and its parts are put together', async () => {
  const stt = open({ keyterms: ['Brightwell Dental', 'Dr. O’Neill & Söhne'] })
  stt.begin(7).speak('200 one two 400 three 500 four five six')
  assert.equal(await stt.final(), 'one two three four five six')
  const final = await stt.event('final')
  assert.equal(final.utterance, 7)
  assert.ok(final.confidence > 0.9 && final.confidence <= 1)
  assert.ok(stt.events('partial').some((e) => e.text === 'one two'))
  stt.tell('rest').begin(8).speak('seven 200')
  assert.equal(await stt.final(), 'seven')
  const { query } = fake.requests[0]
  assert.deepEqual(query.getAll('keyterm'), ['Brightwell Dental', 'Dr. O’Neill & Söhne'])
  assert.equal(query.get('encoding'), 'mulaw')
  assert.equal(query.get('language'), 'en-US')
})

test('finalize() without ending it: more is fed, and asked about', async () => {
  const stt = open()
  stt.begin(1).speak('one 200')
  assert.equal(await stt.final(), 'one')
  stt.speak('two three 200')
  assert.equal(await stt.final(), 'one two three')
  assert.equal(await stt.final(), 'one two three')
})

test('of two requests the newer is answered, once, with all', async () => {
  const stt = open()
  stt.begin(1).speak('one 200')
  const older = stt.finalize()
  stt.speak('two 200')
  const newer = stt.finalize()
  assert.equal(await stt.final(newer), 'one two')
  await stt.close()
  assert.equal(stt.events('final').filter((e) => e.request === newer).length, 1)
  assert.ok(stt.events('final').filter((e) => e.request === older).length <= 1)
})

test('of nothing the text is empty', async () => {
  const stt = open()
  stt.begin(1)
  assert.equal(await stt.final(), '')
  stt.tell('rest').begin(2).tell('feed', { silence: 300 })
  assert.equal(await stt.final(), '')
})

test('who does not answer Finalize is answered for by the best there is', async () => {
  fake.next.push({ mute: true })
  const stt = open()
  stt.begin(1).speak('one two three four five 100 six')
  assert.equal(await stt.final(), 'one two three four five')
})

test('an answer that is too late belongs to nobody, but is not lost', async () => {
  fake.next.push({ late: 1200 })
  const stt = open()
  stt.begin(1).speak('one 200')
  const first = stt.finalize()
  assert.equal(await stt.final(first), '')
  await stt.event('partial', (e) => e.text === 'one')
  assert.equal(stt.events('final').length, 1)
  stt.tell('rest').begin(2).speak('two 200')
  const second = stt.finalize()
  await stt.event('final', (e) => e.request === second)
  stt.tell('rest').begin(3)
  assert.equal(await stt.final(), '')
})

test('finals said twice are taken once', async () => {
  fake.next.push({ twice: true })
  const stt = open()
  stt.begin(1).speak('one two 400 three')
  assert.equal(await stt.final(), 'one two three')
  await stt.close()
  assert.equal(stt.events('final').length, 1)
})

test('empty finals are answers all the same', async () => {
  fake.next.push({ empty: true })
  const stt = open()
  stt.begin(1).speak('one two 400 three')
  assert.equal(await stt.final(), '')
})

for (const [name, how] of Object.entries({
  '1011 NET-0000': { code: 1011, reason: 'NET-0000' },
  '1011 NET-0001': { code: 1011, reason: 'NET-0001' },
  'a reset': {},
  '1000': { code: 1000, reason: '' },
})) {
  test(`after ${name} in the middle it hears what it missed`, async () => {
    fake.next.push({ dieAt: 1.5, ...how })
    const stt = open()
    stt.begin(1).speak('200 one two 400 three four 100 five')
    assert.equal(await stt.final(), 'one two three four five')
    assert.equal(fake.lines.length, 2)
    assert.deepEqual(fake.requests[1].query, fake.requests[0].query)
    stt.speak('six 200')
    assert.equal(await stt.final(), 'one two three four five six')
    assert.equal(stt.events('error').length, 0)
  })
}

test('a connection that dies each time is given up after three more', async () => {
  fake.next.push(...Array(9).fill({ dieAt: 0.2, code: 1011, reason: 'NET-0000' }))
  const stt = open()
  stt.begin(1).speak('one two three')
  const request = stt.finalize()
  const { fault } = await stt.event('error')
  assert.equal(fault.kind, 'lost')
  assert.equal(fake.lines.length, 4)
  assert.equal(await stt.final(request), '')
  const failed = stt.tell('finalize', { request: 99 })
  await failed.event('failed')
})

test('1008 DATA-0000 is not tried again', async () => {
  fake.next.push({ dieAt: 0.2, code: 1008, reason: 'DATA-0000' })
  const stt = open()
  stt.begin(1).speak('one two')
  const { fault } = await stt.event('error')
  assert.equal(fault.kind, 'refused')
  assert.equal(fake.requests.length, 1)
})

for (const status of [400, 401, 402, 403]) {
  test(`${status} is told at once, and once`, async () => {
    fake.faults.push(json(status, { err_code: 'X', err_msg: 'no', request_id: '1' }))
    const stt = open()
    const { fault } = await stt.event('error')
    assert.equal(fault.kind, 'refused')
    await stt.close()
    assert.equal(fake.requests.length, 1)
    assert.equal(stt.events('error').length, 1)
  })
}

test('a key that is none is refused by the service, an absent one by us', async () => {
  const { fault } = await open({ key: 'another' }).event('error')
  assert.equal(fault.kind, 'refused')
  await open({ key: '' }).event('failed')
})

test('without TLS nobody is spoken to whom the settings do not name', async () => {
  await open({ trusted: false }).event('failed')
  assert.equal(fake.requests.length, 0)
})

test('429 is tried again, and what it asks for is honored', async () => {
  fake.faults.push(json(429, { err_code: 'TOO_MANY_REQUESTS' }),
    json(429, { err_code: 'TOO_MANY_REQUESTS' }, { 'Retry-After': '1' }))
  const stt = open()
  stt.begin(1).speak('one 200')
  await until(() => fake.lines.length === 1)
  assert.equal(fake.requests.length, 3)
  assert.equal(await stt.final(), 'one')
  fake.faults.push(json(429, {}, { 'Retry-After': '30' }))
  const other = open()
  const { fault } = await other.event('error')
  assert.equal(fault.kind, 'busy')
  assert.equal(fault.retry_ms, 30000)
})

test('503 is tried again, but not for ever', async () => {
  fake.faults.push(json(503, {}))
  const stt = open()
  stt.begin(1).speak('one 200')
  await until(() => fake.lines.length === 1)
  assert.equal(await stt.final(), 'one')
  fake.faults.push(...Array(9).fill(json(503, {})))
  const { fault } = await open().event('error')
  assert.match(fault.kind, /lost|busy/)
  assert.ok(fake.faults.length >= 5)
})

test('who accepts and says nothing is another connection', async () => {
  fake.next.push({ silent: true })
  const stt = open()
  stt.begin(1).speak('one 200')
  await until(() => fake.lines.length === 1)
  assert.equal(await stt.final(), '')
  assert.equal(await stt.final(), '')
  await until(() => fake.lines.length === 2)
  assert.equal(await stt.final(), 'one')
})

test('a handshake that hangs is tried again', async () => {
  fake.faults.push({ hang: true }, { reset: true })
  const stt = open()
  stt.begin(1).speak('one 200')
  stt.finalize()
  await stt.event('final')
  await until(() => fake.lines.length > 0)
  assert.equal(await stt.final(), 'one')
})

test('nonsense is not taken', async () => {
  const results = (more) => JSON.stringify({ type: 'Results', start: 0, duration: 0.2,
    is_final: true, channel: { alternatives: [{ transcript: 'x', confidence: 1, words: [] }] },
    ...more })
  fake.next.push({ say: [
    '', '[]', 'null', '{', '{"type":7}', '{"type":"Results"}', results({ channel: {} }),
    results({ channel: { alternatives: [] } }), results({ channel: { alternatives: [{}] } }),
    results({ start: -1 }), results({ start: 'NaN' }), results({ start: 1e300 }),
    results({ start: 500 }), results({ duration: null }), '[[[[[[[['.repeat(500),
    JSON.stringify({ type: 'Error', description: 'x', message: 'y', variant: 'z' }),
    results({ channel: { alternatives: [{ transcript: 'x'.repeat(100000), confidence: 1 }] } }),
  ] })
  const stt = open()
  stt.begin(1).speak('one two 200')
  assert.equal(await stt.final(), 'one two')
  assert.equal(stt.events('error').length, 0)
})

test('what makes no sense within a result is done without', async () => {
  const say = (words, confidence) => JSON.stringify({ type: 'Results', start: 0, duration: 0.3,
    is_final: true, channel: { alternatives: [{ transcript: 'kept once', confidence, words }] } })
  fake.next.push({ silent: true, say: [
    say([{ word: 'kept', start: 2, end: 1, confidence: 'NaN' }, 7, null], 'NaN'),
    say([], 1), say([], 1)] })
  const stt = open()
  stt.begin(1).speak('one two')
  assert.equal(await stt.final(), 'kept once')
  assert.equal((await stt.event('final')).confidence, 0)
})

test('what belongs to another request is not ours', async () => {
  const say = (id, transcript, start) => JSON.stringify({ type: 'Results', start, duration: 0.1,
    is_final: true, metadata: { request_id: id },
    channel: { alternatives: [{ transcript, confidence: 1, words: [] }] } })
  fake.next.push({ silent: true, say: [say('a', 'mine', 0), say('b', 'yours', 0.1)] })
  const stt = open()
  stt.begin(1).speak('one two')
  assert.equal(await stt.final(), 'mine')
})

test('a megabyte of text is not', async () => {
  fake.next.push({ say: [JSON.stringify({ type: 'Results', start: 0, duration: 0.2, is_final: true,
    channel: { alternatives: [{ transcript: 'x'.repeat(1 << 20), confidence: 1 }] } })] })
  const stt = open()
  stt.begin(1).speak('one two 200')
  stt.finalize()
  await stt.event('final')
  assert.equal(await stt.final(), 'one two')
})

test('it may be closed in any event, and in any state', async () => {
  for (const closes of ['partial', 'final', 'error']) {
    if (closes === 'error') {
      fake.faults.push(json(401, {}))
    }
    const stt = open({ closes })
    stt.begin(1).speak('one two 400 three')
    stt.finalize()
    await stt.event('closed')
  }
  await open().close()
  const begun = open().begin(1).speak('one')
  begun.finalize()
  await begun.close()
  fake.faults.push({ hang: true })
  await open().close()
  fake.next.push({ dieAt: 0, code: 1011, reason: 'NET-0000' }, { dieAt: 0 })
  const lost = open().begin(1).speak('one two')
  await until(() => fake.next.length === 0)
  await lost.close()
})

test('another utterance may begin in the answer of one', async () => {
  const stt = open({ begins: 'final' })
  stt.begin(1).speak('one 200')
  assert.equal(await stt.final(), 'one')
  stt.speak('two 200')
  assert.equal(await stt.final(), 'two')
  assert.equal(stt.events('final').at(-1).utterance, 1000)
})

test('keyterms are counted, and those that are too many stay at home', async () => {
  const keyterms = Array.from({ length: 400 }, (_, i) => `Alderwood${i}`)
  await open({ keyterms }).begin(1).speak('one 200').final()
  const sent = fake.requests[0].query.getAll('keyterm').length
  assert.ok(sent > 50 && sent < 400)
  await open({ keyterms: ['Alder'], model: 'nova-2' }).begin(1).speak('one 200').final()
  assert.deepEqual(fake.requests[1].query.getAll('keywords'), ['Alder'])
})

test('silence does not close it', { timeout: 40000 }, async () => {
  fake.idleMs = 5000
  const stt = open()
  const other = open()
  other.begin(1).speak('one 200')
  assert.equal(await other.final(), 'one')
  other.tell('rest')
  await new Promise((resolve) => { setTimeout(resolve, 9500) })
  other.begin(2).speak('two 200')
  assert.equal(await other.final(), 'two')
  stt.begin(1).speak('three 200')
  assert.equal(await stt.final(), 'three')
  assert.equal(fake.lines.length, 2)
  const kept = fake.lines.map((line) => line.said.filter((m) => m.type === 'KeepAlive').length)
  assert.ok(kept.every((count) => count > 0), String(kept))
})

test('it says goodbye, and tells how much it has sent', async () => {
  const stt = open()
  stt.begin(1).speak('one two 200')
  await stt.final()
  stt.tell('sent')
  assert.equal((await stt.event('sent')).samples, 600 * 8)
  await stt.close()
  await until(() => !fake.lines[0].isOpen)
  assert.equal(fake.lines[0].said.at(-1).type, 'CloseStream')
  assert.equal(fake.lines[0].closed.code, 1000)
})
