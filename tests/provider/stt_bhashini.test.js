// SPDX-License-Identifier: BSD-2-Clause
/** Bhashini: provider/stt_bhashini.c. */
import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { Bhashini } from '../fakes/bhashini_stt.js'
import { json } from '../fakes/stt_base.js'
import { Driver } from './driver.js'
import { Recognizer, until } from './stt.js'

let driver, fake
const open = (members = {}) => new Recognizer(driver, 'bhashini',
  { url: fake.url, key: `${fake.userID}:${fake.ulcaApiKey}`, language: 'hi-IN', ...members })
const speak = (stt) => stt.tell('feed', { silence: 300 }).tell('feed', { voice: 700 })
  .tell('feed', { silence: 300 })

beforeEach(async () => {
  fake = await new Bhashini().open()
  driver = new Driver()
})

afterEach(async () => {
  await driver.stop()
  await fake.close()
})

test('who recognizes is asked once, and then who that is', async () => {
  fake.texts.push('मुझे कल का समय चाहिए', 'हाँ')
  const stt = open()
  speak(stt.begin(1))
  assert.equal(await stt.final(), 'मुझे कल का समय चाहिए')
  assert.deepEqual([fake.heard[0].rate, fake.heard[0].serviceId],
    [8000, 'ai4bharat/conformer-hi-gpu--t4'])
  const other = open()
  speak(other.begin(1))
  assert.equal(await other.final(), 'हाँ')
  assert.equal(fake.told, 1)
  fake.texts.push('ஆம்')
  const tamil = open({ language: 'ta-IN' })
  speak(tamil.begin(1))
  assert.equal(await tamil.final(), 'ஆம்')
  assert.equal(fake.told, 2)
})

test('a key for inference and a service may be set', async () => {
  fake.inferenceKey = 'own-key'
  fake.texts.push('हाँ')
  const stt = open({ key: 'user-1:ulca-2:own-key', model: 'bhashini/conformer' })
  speak(stt.begin(1))
  assert.equal(await stt.final(), 'हाँ')
  assert.equal(fake.heard[0].serviceId, 'bhashini/conformer')
})

test('a key that changed is asked for again', async () => {
  fake.texts.push('हाँ', 'नहीं')
  const stt = open()
  speak(stt.begin(1))
  assert.equal(await stt.final(), 'हाँ')
  fake.inferenceKey = 'inference-4'
  speak(stt.tell('rest').begin(2))
  assert.equal(await stt.final(), 'नहीं')
  assert.equal(fake.told, 2)
})

test('keys that are none are refused', async () => {
  assert.equal((await open({ key: 'user-1:wrong' }).event('error')).fault.kind, 'refused')
  assert.equal((await open({ key: ':' }).event('error')).fault.kind, 'refused')
  await open({ key: 'whatever' }).event('failed')
})

test('where it sends us at a private address is not gone to', async () => {
  fake.callback = 'http://127.0.0.1:9/services/inference/pipeline'
  const stt = open()
  speak(stt.begin(1))
  assert.equal(await stt.final(), '')
  await stt.event('error')
  assert.equal(fake.heard.length, 0)
})

test('who recognizes may come after the question', async () => {
  fake.faults.push({ delay: 400, ...json(503, {}) }, json(429, {}))
  fake.texts.push('हाँ')
  const stt = open()
  speak(stt.begin(1))
  assert.equal(await stt.final(), 'हाँ')
})

test('a pipeline of nonsense is none', async () => {
  const point = (callbackUrl, key) => ({ pipelineInferenceAPIEndPoint: { callbackUrl,
    inferenceApiKey: key }, pipelineResponseConfig: [] })
  for (const answer of [7, {}, [], point(7, {}), point('http://x', { value: 'a\r\nb: c' }),
    point('x'.repeat(600), { value: 'a' }), point('http://x', { name: 'a: b', value: 'c' })]) {
    fake.faults = Array(3).fill(json(200, answer))
    assert.equal((await open().event('error')).fault.kind, 'invalid')
  }
})

test('an answer without an output is tried again', async () => {
  fake.texts.push('हाँ')
  const stt = open()
  await until(() => fake.told === 1)
  speak(stt.begin(1))
  fake.faults.push(json(200, { pipelineResponse: [] }), json(200, []))
  assert.equal(await stt.final(), 'हाँ')
  fake.faults.push(json(200, { pipelineResponse: [{ output: [7, { source: 8 }, {}] }] }))
  speak(stt.tell('rest').begin(2))
  assert.equal(await stt.final(), '')
})

test('it may be closed while it asks either', async () => {
  fake.faults.push({ hang: true })
  const first = open()
  await until(() => fake.requests.length === 1)
  await first.close()
  const second = open()
  await until(() => fake.told === 1)
  fake.faults.push({ hang: true })
  speak(second.begin(1)).finalize()
  await until(() => fake.requests.length === 3)
  await second.close()
})
