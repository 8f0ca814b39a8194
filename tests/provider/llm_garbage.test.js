// SPDX-License-Identifier: BSD-2-Clause
/** Good answers, spoiled at random: each ends once, in one way or the other, and does no harm. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { anthropicEvents, startAnthropic } from '../fakes/anthropic.js'
import { openaiEvents, startOpenAi } from '../fakes/openai_llm.js'
import { Driver } from './driver.js'
import { Model, newKey } from './llm.js'

const ROUNDS = Number(process.env.ROUNDS ?? 1000)
const SEED = Number(process.env.SEED ?? 7)
const ANSWER = {
  say: 'Grüße 😀, one moment.', think: 'hm', thinking: 'hm', unknown: true, args_split: 5,
  calls: [{ id: 'a', name: 'find_slots', args: '{"date":"2026-05-04"}' },
    { id: 'b', name: 'end_call', args: '{}' }],
}

let driver
before(() => { driver = new Driver() })
after(() => driver.stop())

function randomOf(seed) {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor(state / 4294967296 * below)
  }
}

/** Bytes changed, left out, doubled, put in from elsewhere; events in another order. */
function spoil(events, random) {
  const list = [...events]
  for (let i = random(3); i > 0; i--) {
    const [one] = list.splice(random(list.length), 1)
    list.splice(random(list.length + 1), 0, one)
  }
  let bytes = Buffer.from(list.join(''))
  for (let i = 1 + random(4); i > 0; i--) {
    const at = random(bytes.length)
    const some = 1 + random(40)
    const from = random(bytes.length)
    const ways = [
      () => { bytes[at] = random(256) },
      () => { bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + some)]) },
      () => { bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(from, from + some),
        bytes.subarray(at)]) },
      () => { bytes = bytes.subarray(0, at) },
      () => { bytes[at] = 10 },
    ]
    ways[random(ways.length)]()
    if (bytes.length === 0) {
      break
    }
  }
  return bytes
}

for (const [provider, events, start] of [
  ['openai', openaiEvents(ANSWER), () => startOpenAi({ key: null })],
  ['anthropic', anthropicEvents(ANSWER), () => startAnthropic({ key: null })]]) {
  test(`spoiled answers of ${provider} end once and do no harm`, async () => {
    const random = randomOf(SEED)
    const ends = { done: 0, error: 0 }
    for (let round = 0; round < ROUNDS; round += 20) {
      const fake = await start()
      await Promise.all(Array.from({ length: 20 }, async () => {
        const bytes = spoil(events, random)
        fake.otherwise(() => ({ pieces: [spoil(events, random), bytes].slice(random(2)) }))
        const asked = new Model(driver, provider, fake.url, { key: newKey() })
        const answer = await asked.ask()
        ends[answer.end] += 1
        const last = answer.events.filter((e) => e.event === 'done' || e.event === 'error')
        assert.equal(last.length, 1)
        assert.ok(answer.text.isWellFormed())
        assert.doesNotMatch(answer.text, /[\ufffd\u0000-\u0008]/)
        assert.ok(answer.end === 'done' || answer.tools.length === 0)
        await asked.close()
      }))
      await fake.close()
    }
    assert.ok(ends.done > 0 && ends.error > 0, JSON.stringify(ends))
  })
}
