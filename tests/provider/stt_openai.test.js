// SPDX-License-Identifier: BSD-2-Clause
/** Transcriptions by OpenAI and those who do the same: provider/stt_openai.c. */
import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { Transcriptions } from '../fakes/openai_stt.js'
import { json } from '../fakes/stt_base.js'
import { Driver } from './driver.js'
import { Recognizer, until } from './stt.js'

let driver, fake
const open = (members = {}) => new Recognizer(driver, 'openai',
  { url: `${fake.url}/v1`, key: fake.key, model: 'gpt-4o-mini-transcribe', ...members })
const speak = (stt, voice = 700) => stt.tell('feed', { silence: 300 }).tell('feed', { voice })
  .tell('feed', { silence: 300 })

beforeEach(async () => {
  fake = await new Transcriptions().open()
  driver = new Driver()
})

afterEach(async () => {
  await driver.stop()
  await fake.close()
})

test('an utterance goes as a file of 16 kHz, and its text comes back', async () => {
  fake.texts.push('Please hold the line.')
  const stt = open({ keyterms: ['Brightwell', 'Dr. Söhne'] })
  speak(stt.begin(2))
  assert.equal(await stt.final(), 'Please hold the line.')
  const [{ model, language, prompt, response_format, pcm, rate }] = fake.heard
  assert.deepEqual({ model, language, prompt, response_format }, { model: 'gpt-4o-mini-transcribe',
    language: 'en', prompt: 'Brightwell, Dr. Söhne', response_format: 'json' })
  assert.equal(rate, 16000)
  stt.tell('sent')
  assert.equal((await stt.event('sent')).samples, pcm.length / 4)
  const loud = Array.from({ length: pcm.length / 2 }, (_, i) => Math.abs(pcm.readInt16LE(i * 2)))
  assert.ok(Math.max(...loud) > 3000)
})

test('Whisper tells how sure it is', async () => {
  fake.texts.push('Hello there.')
  const stt = open({ model: 'whisper-1' })
  speak(stt.begin(1))
  assert.equal(await stt.final(), 'Hello there.')
  assert.ok(Math.abs((await stt.event('final')).confidence - Math.exp(-0.2)) < 0.01)
})

test('what Whisper made up of nothing is not taken', async () => {
  const segment = (text, no_speech_prob, avg_logprob) => ({ text, no_speech_prob, avg_logprob })
  const answers = [
    [{ text: ' Thank you.', segments: [segment(' Thank you.', 0.9, -1.4)] }, ''],
    [{ text: ' Yes. Hm', segments: [segment(' Yes.', 0.1, -0.1), segment(' Hm', 0.9, -2)] },
      'Yes.'],
    [{ text: '[BLANK_AUDIO]' }, ''], [{ text: ' (wind blowing) ' }, ''],
    [{ text: 'Thanks for watching!' }, ''], [{ text: ' ... ' }, ''], [{ text: ' \n' }, ''],
    [{ text: 'Thank you.' }, 'Thank you.'],
    [{ text: 'odd', segments: [7, { text: 8 }, {}] }, ''],
  ]
  const stt = open({ model: 'whisper-1' })
  for (const [i, [answer, text]] of answers.entries()) {
    fake.texts.push(answer)
    speak(stt.begin(i))
    assert.equal(await stt.final(), text, JSON.stringify(answer))
    stt.tell('rest')
  }
  fake.texts.push({ text: 'Thank you.' })
  speak(stt.begin(99), 120)
  assert.equal(await stt.final(), '')
})

test('whisper.cpp has a path, errors and blanks of its own', async () => {
  fake.kind = 'whisper.cpp'
  fake.texts.push('Hello.', { error: 'failed to process audio' }, 'Again.')
  const stt = open({ url: `${fake.url}/inference`, key: '', model: '' })
  speak(stt.begin(1))
  assert.equal(await stt.final(), 'Hello.')
  assert.equal(fake.requests.at(-1).headers.authorization, undefined)
  speak(stt.tell('rest').begin(2))
  assert.equal(await stt.final(), 'Again.')
  fake.texts.push(...Array(9).fill({ error: 'failed to process audio' }))
  speak(stt.tell('rest').begin(3))
  assert.equal(await stt.final(), '')
  assert.equal((await stt.event('error')).fault.kind, 'invalid')
})

test('an absent key is tried nowhere but elsewhere', async () => {
  await open({ url: '', key: '' }).event('failed')
})

test('a revoked key is told at once', async () => {
  const stt = open({ key: 'sk-old' })
  speak(stt.begin(1)).finalize()
  assert.equal((await stt.event('error')).fault.kind, 'refused')
  assert.equal(fake.requests.filter((r) => r.method === 'POST').length, 1)
})

test('what fails once is asked again', async () => {
  for (const fault of [json(429, {}), json(500, {}), { reset: true }, { garbage: 'text' }]) {
    fake.faults = [fault]
    fake.texts = ['Yes.', 'Yes.']
    const stt = open()
    speak(stt.begin(1))
    assert.equal(await stt.final(), 'Yes.')
    await stt.close()
  }
})

test('it may be closed while it is asked', async () => {
  fake.faults.push({ hang: true })
  const stt = open()
  speak(stt.begin(1)).finalize()
  await until(() => fake.requests.length > 0)
  await stt.close()
  const other = open({ closes: 'final' })
  speak(other.begin(1)).finalize()
  await other.event('closed')
})
