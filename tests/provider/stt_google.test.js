// SPDX-License-Identifier: BSD-2-Clause
/** Google by requests (provider/stt_google.c), and what all such have in common (stt_post.c). */
import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { GoogleSpeech } from '../fakes/google_stt.js'
import { json } from '../fakes/stt_base.js'
import { Driver } from './driver.js'
import { Recognizer, until } from './stt.js'

let driver, fake
const open = (members = {}) => new Recognizer(driver, 'google',
  { url: fake.url, key: fake.apiKey, ...members })

beforeEach(async () => {
  fake = await new GoogleSpeech().open()
  driver = new Driver()
})

afterEach(async () => {
  await driver.stop()
  await fake.close()
})

test('an utterance is sent as it came, and its text comes back', async () => {
  const stt = open({ keyterms: ['Brightwell', 'x'.repeat(101)] })
  stt.begin(5).speak('one two 200')
  assert.equal(await stt.final(), 'one two')
  const final = await stt.event('final')
  assert.equal(final.utterance, 5)
  assert.ok(Math.abs(final.confidence - 0.94) < 0.001)
  const { config } = JSON.parse(fake.requests.at(-1).body)
  assert.deepEqual(config.speechContexts, [{ phrases: ['Brightwell'] }])
  assert.equal(config.model, 'phone_call')
  stt.tell('sent')
  assert.equal((await stt.event('sent')).samples, fake.heard[0].length)
})

test('an access token will do instead of a key', async () => {
  const stt = open({ key: fake.token, language: 'hi-IN', model: 'latest_short' })
  stt.begin(1).speak('three 200')
  assert.equal(await stt.final(), 'three')
  assert.equal(fake.requests.at(-1).query.has('key'), false)
})

test('an utterance that goes on is asked about again, as a whole', async () => {
  const stt = open()
  stt.begin(1).speak('one 200')
  assert.equal(await stt.final(), 'one')
  stt.speak('two 200')
  assert.equal(await stt.final(), 'one two')
  stt.tell('rest').begin(2).speak('three')
  assert.equal(await stt.final(), 'three')
})

test('after silence alone nobody is asked again', async () => {
  const stt = open()
  stt.begin(1).tell('feed', { silence: 300 }).tell('feed', { voice: 700 })
    .tell('feed', { silence: 300 })
  assert.equal(await stt.final(), '')
  stt.tell('feed', { silence: 400 })
  assert.equal(await stt.final(), '')
  assert.equal(fake.heard.length, 1)
  // The voice, with some silence around it.
  assert.ok(fake.heard[0].length > 700 * 8 && fake.heard[0].length < 1300 * 8)
})

test('of silence nobody is asked', async () => {
  const stt = open()
  stt.begin(1).tell('feed', { silence: 900 })
  assert.equal(await stt.final(), '')
  assert.equal(fake.heard.length, 0)
})

test('of two requests only the newer is answered', async () => {
  fake.faults.push({ delay: 700 })
  const stt = open()
  stt.begin(1).speak('one 200')
  const older = stt.finalize()
  await until(() => fake.requests.some((r) => r.method === 'POST'))
  stt.speak('two 200')
  assert.equal(await stt.final(), 'one two')
  await new Promise((resolve) => { setTimeout(resolve, 900) })
  assert.ok(stt.events('final').every((e) => e.request !== older))
})

test('an utterance is no longer than half a minute', async () => {
  const stt = open()
  stt.begin(1)
  for (let i = 0; i < 20; i++) {
    stt.tell('feed', { voice: 1700 }).tell('feed', { silence: 300 })
  }
  assert.equal(await stt.final(), '')
  assert.ok(fake.heard[0].length > 29 * 8000 && fake.heard[0].length <= 30 * 8000)
})

for (const [name, fault] of Object.entries({
  '429': json(429, { error: { code: 429, status: 'RESOURCE_EXHAUSTED' } }),
  '429 with Retry-After': json(429, {}, { 'Retry-After': '1' }),
  '500': json(500, {}), '503': json(503, {}), 'a reset': { reset: true },
  'garbage': { garbage: '<html>' }, 'half of an answer': { garbage: '{"results":[' },
})) {
  test(`after ${name} it is asked again`, async () => {
    fake.faults.push(fault)
    const stt = open()
    stt.begin(1).speak('one 200')
    assert.equal(await stt.final(), 'one')
    assert.equal(stt.events('error').length, 0)
  })
}

test('three times in a row is enough', async () => {
  fake.faults.push(...Array(9).fill(json(503, {})))
  const stt = open()
  stt.begin(1).speak('one 200')
  assert.equal(await stt.final(), '')
  const { fault } = await stt.event('error')
  assert.equal(fault.kind, 'lost')
  assert.equal(fake.faults.length, 6)
  await stt.tell('finalize', { request: 9 }).event('failed')
})

test('who wants half a minute of patience is not waited for', async () => {
  fake.faults.push(json(429, {}, { 'Retry-After': '30' }))
  const stt = open()
  stt.begin(1).speak('one 200')
  assert.equal(await stt.final(), '')
  const { fault } = await stt.event('error')
  assert.deepEqual([fault.kind, fault.retry_ms], ['busy', 30000])
})

for (const status of [400, 401, 403]) {
  test(`${status} is told at once`, async () => {
    fake.faults.push(json(status, { error: { code: status, message: 'no', status: 'X' } }))
    const stt = open()
    stt.begin(1).speak('one 200')
    assert.equal(await stt.final(), '')
    assert.equal((await stt.event('error')).fault.kind, 'refused')
    assert.equal(fake.requests.filter((r) => r.method === 'POST').length, 1)
  })
}

test('a wrong key is refused, an absent one is not even tried', async () => {
  const stt = open({ key: 'AIzaWrong' })
  stt.begin(1).speak('one 200').finalize()
  assert.equal((await stt.event('error')).fault.kind, 'refused')
  await open({ key: '' }).event('failed')
})

for (const [name, fault] of Object.entries({ 'says nothing': { hang: true },
  'says a byte a second': { trickle: true } })) {
  test(`who ${name} is waited for once, and then no more`, async () => {
    fake.faults.push(fault, fault)
    const stt = open()
    stt.begin(1).speak('one 200')
    assert.equal(await stt.final(), '')
    assert.equal(stt.events('error').length, 0)
    stt.speak('two 200')
    assert.equal(await stt.final(), '')
    assert.equal((await stt.event('error')).fault.kind, 'lost')
  })
}

test('who says far too much is not listened to', async () => {
  fake.faults.push({ flood: true })
  const stt = open()
  stt.begin(1).speak('one 200')
  assert.equal(await stt.final(), 'one')
})

test('answers that make no sense are empty, or wrong', async () => {
  const answers = [{ results: 7 }, { results: [7, null, {}, { alternatives: [] }] },
    { results: [{ alternatives: [{ transcript: 8, confidence: 'NaN' }] }] },
    { results: [{ alternatives: [{ transcript: 'x'.repeat(100000) }] }] }]
  const stt = open()
  for (const [i, answer] of answers.entries()) {
    fake.faults.push(json(200, answer))
    stt.begin(i).speak('one 200')
    assert.equal(await stt.final(), '')
  }
  fake.faults.push(json(200, { results: [{ alternatives: [{ transcript: 'a', confidence: 7 }] },
    { alternatives: [{ transcript: ' b' }] }] }))
  stt.begin(9).speak('one 200')
  assert.equal(await stt.final(), 'a b')
})

test('it may be closed in any event, and in any state', async () => {
  for (const closes of ['final', 'error']) {
    fake.faults.push(...(closes === 'error' ? [json(403, {})] : []))
    const stt = open({ closes })
    stt.begin(1).speak('one 200').finalize()
    await stt.event('closed')
  }
  await open().close()
  fake.faults.push({ hang: true })
  const asking = open().begin(1).speak('one 200')
  asking.finalize()
  await asking.close()
  fake.faults = [json(503, {}), json(503, {})]
  const failing = open().begin(1).speak('one 200')
  failing.finalize()
  await until(() => fake.faults.length === 0)
  await failing.close()
})

test('another utterance may begin in an answer', async () => {
  const stt = open({ begins: 'final' })
  stt.begin(1).speak('one 200')
  assert.equal(await stt.final(), 'one')
  stt.speak('two 200')
  assert.equal(await stt.final(), 'two')
  assert.equal(stt.events('final').at(-1).utterance, 1000)
})
