// SPDX-License-Identifier: BSD-2-Clause
/**
 * Whatever a recognizer says, nothing breaks: real messages with members taken away, doubled or
 * replaced by what does not belong there. The seed is printed when it fails.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Deepgram } from '../fakes/deepgram_stt.js'
import { RealtimeTranscription } from '../fakes/openai_realtime_stt.js'
import { Driver } from './driver.js'
import { Recognizer, until } from './stt.js'

const seed = Number(process.env.SEED ?? Date.now() % 1e9)
const ODD = [null, true, -1, 0, 1e300, -1e300, 1e-300, 2 ** 53, 0.5, '', 'NaN', '\u0000',
  'é'.repeat(500), [], {}, [[]], [null], { start: 1 }, 'item_1', 'EndOfTurn', 'x '.repeat(3000)]

/** Numbers from 0 to n - 1, the same for the same seed. */
function dice(state) {
  return (n) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
    return Math.floor(state / 0x80000000 * n)
  }
}

function spoil(value, roll) {
  if (value === null || typeof value !== 'object' || roll(6) === 0) {
    return roll(5) === 0 ? ODD[roll(ODD.length)] : value
  }
  if (Array.isArray(value)) {
    const items = value.map((item) => spoil(item, roll))
    return roll(4) === 0 ? [...items, ...items] : items
  }
  return Object.fromEntries(Object.entries(value).filter(() => roll(12) > 0)
    .map(([name, item]) => [name, spoil(item, roll)]))
}

const word = { word: 'one', start: 0.1, end: 0.3, confidence: 0.9, punctuated_word: 'One.' }
const item = { item_id: 'item_1', content_index: 0 }
const about = 'conversation.item.input_audio_transcription'
const KINDS = {
  deepgram: [Deepgram, '', [
    { type: 'Results', start: 0, duration: 0.4, is_final: true, speech_final: true,
      from_finalize: true, channel: { alternatives: [{ transcript: 'one', confidence: 0.9,
        words: [word, word] }] }, metadata: { request_id: '1' } },
    { type: 'Results', start: 0.1, duration: 0.2, is_final: false, channel: { alternatives: [
      { transcript: 'one two', confidence: 0.9, words: [word] }] } },
    { type: 'UtteranceEnd', last_word_end: -1 }, { type: 'SpeechStarted', timestamp: 0 }]],
  deepgram_flux: [Deepgram, '', ['StartOfTurn', 'Update', 'EagerEndOfTurn', 'TurnResumed',
    'EndOfTurn'].map((event, i) => ({ type: 'TurnInfo', event, sequence_id: 1e6 + i, turn_index: 0,
    audio_window_start: 0, audio_window_end: 0.3, transcript: 'one', words: [word, word] }))],
  openai_realtime: [RealtimeTranscription, '/v1', [
    { type: 'input_audio_buffer.committed', previous_item_id: null, item_id: 'item_1' },
    { type: `${about}.delta`, ...item, delta: ' one' },
    { type: `${about}.completed`, ...item, transcript: 'one', logprobs: [{ logprob: -0.1 }] },
    { type: `${about}.failed`, ...item, error: { code: 'x' } },
    { type: 'error', error: { code: 'input_audio_buffer_commit_empty' } }]],
}

for (const [provider, [Service, path, messages]] of Object.entries(KINDS)) {
  test(`${provider} survives nonsense (seed ${seed})`, async () => {
    const roll = dice(seed)
    const fake = await new Service().open()
    const driver = new Driver()
    for (let round = 0; round < 12; round++) {
      const say = Array.from({ length: 300 }, () => {
        const message = spoil(messages[roll(messages.length)], roll)
        if (provider === 'deepgram_flux' && message instanceof Object && roll(3) > 0) {
          message.sequence_id = 10 + round * 300 + roll(1000)
        }
        return JSON.stringify(message) ?? 'null'
      })
      fake.next.push({ say })
      const stt = new Recognizer(driver, provider, { url: fake.url + path, key: fake.key })
      stt.begin(1).speak('one two 300 three')
      const requests = [stt.finalize()]
      await until(() => fake.next.length === 0 || stt.events('error').length > 0)
      stt.speak('four 200')
      requests.push(stt.finalize())
      await stt.event('*', (e) => e.event === 'error'
        || (e.event === 'final' && e.request === requests[1]))
      stt.tell('rest').begin(2).speak('five 200').finalize()
      await stt.close()
      for (const request of requests) {
        assert.ok(stt.events('final').filter((e) => e.request === request).length <= 1)
      }
      assert.ok(stt.events('final').every((e) => e.confidence >= 0 && e.confidence <= 1))
      assert.ok(stt.events('error').length <= 1)
    }
    await driver.stop()
    await fake.close()
  })
}
