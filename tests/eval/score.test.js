// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LINE_HZ, writeWav, readChannels } from '../phone/audio.js'
import { Chance } from './chance.js'
import { renamed } from './copy.js'
import { conversations } from './personas.js'
import { utterances } from './recording.js'
import { faults, quantile, table, total } from './score.js'
import { sideBySide } from './sides.js'

const row = (more = {}) => ({
  persona: 'plain', errand: 'booking', met: true, missing: null, turns: 3, reply_ms: [300, 500],
  interruptions: 2, gave_way: 2, obeyed: 1, cut_ins: 0, claims: 1, false_claims: [],
  leaked: false, violations: [], ...more
})
const bars = { met: 0.5, gaveWay: 0.5 }

test('quantiles are values that were measured', () => {
  assert.equal(quantile([5, 1, 3], 0.5), 3)
  assert.equal(quantile([1, 2, 3, 4], 0.95), 4)
  assert.equal(quantile([], 0.5), null)
})

test('conversations add up', () => {
  const all = total([row(), row({ met: false, reply_ms: [900] })])
  assert.deepEqual([all.calls, all.met, all.turns, all.median_ms, all.p95_ms], [2, 1, 6, 500, 900])
  assert.match(table([row()]), /plain +booking +1\/1 +3 +300 +500 +2\/2 +1\/2/)
})

for (const [what, more] of [
  ['a goal too few', { met: false }],
  ['an interruption that was not heard', { gave_way: 0 }],
  ['something false', { false_claims: ["I've booked it."] }],
  ['what is another caller\'s', { leaked: true }],
  ['what the carrier would not take', { violations: ['a binary frame'] }]
]) {
  test(`a pipeline is below its bars with ${what}`, () => {
    assert.deepEqual(faults([row()], bars), [])
    assert.equal(faults([row(more)], bars).length, 1)
  })
}

test('chance comes out the same for the same seed, and else differently', () => {
  const drawn = (...seed) => {
    const chance = new Chance(...seed)
    return Array.from({ length: 5 }, () => chance.between([0, 1000]))
  }
  assert.deepEqual(drawn(1, 'a'), drawn(1, 'a'))
  assert.notDeepEqual(drawn(1, 'a'), drawn(2, 'a'))
})

test('personas are chosen by name and errand', () => {
  assert.deepEqual(conversations({ only: ['keys'] }).map(({ errand }) => errand), ['message'])
  assert.ok(conversations({ errand: 'booking' }).length >= 8)
  assert.ok(new Set(conversations().map(({ persona }) => persona.name)).size >= 9)
})

/** Seconds of a tone or of silence, one after the other. */
const tones = (...parts) => Int16Array.from(parts.flatMap(([seconds, level]) =>
  Array.from({ length: seconds * LINE_HZ }, (_, i) => level * Math.sin(i / 3))))

test('a recorded caller\'s utterances end where the other side begins', () => {
  const left = tones([1, 0], [1, 5000], [1, 0], [1, 5000], [2, 0], [1, 5000], [1, 0])
  const right = tones([1, 5000], [3.5, 0], [1, 5000], [2.5, 0])
  const { channels } = readChannels(writeWav([left, right]))
  const seconds = utterances(...channels).map(({ length }) => length / LINE_HZ)
  assert.equal(seconds.length, 2, 'the pause within the first is its own')
  assert.ok(Math.abs(seconds[0] - 3.4) < 0.1, `${seconds}`)
  assert.ok(Math.abs(seconds[1] - 1.4) < 0.1, `${seconds}`)
})

test('transcripts stand side by side, with a sign where they differ', () => {
  const turn = (role, content) => ({ role, content })
  const lines = sideBySide(
    [turn('assistant', 'Hello.'), turn('user', 'hi'), turn('tool', '{}'),
      turn('assistant', 'Yes?')],
    [turn('assistant', 'Hello!'), turn('user', 'hi'), turn('assistant', 'What?')], ['1', '2'])
  assert.deepEqual(lines, [['', '1', '', '2'], ['assistant', 'Hello.', '', 'Hello!'],
    ['user', 'hi', '', 'hi'], ['assistant', 'Yes?', '!', 'What?']])
})

test('a copied business has ids of its own, which fit together', () => {
  const none = { business_hours: [], holiday_hours: [], knowledge_entries: [] }
  const [client, service] = ['00000000-0000-4000-8000-000000000101',
    '00000000-0000-4000-8000-000000000102']
  const copy = renamed({ client_id: client, client: { id: client },
    services: [{ id: service, client_id: client }],
    appointments: [{ id: '00000000-0000-4000-8000-000000000103', service_id: service }], ...none })
  assert.notEqual(copy.client_id, client)
  assert.equal(copy.client.id, copy.client_id)
  assert.equal(copy.services[0].client_id, copy.client_id)
  assert.notEqual(copy.services[0].id, service)
  assert.equal(copy.appointments[0].service_id, copy.services[0].id)
})
