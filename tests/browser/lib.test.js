// SPDX-License-Identifier: BSD-2-Clause
/** The dashboard's own reckoning, without a browser. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { differences, refusedRequest, subject } from '../../html/src/lib/audit.js'
import { browserName, isHandheld } from '../../html/src/lib/browsers.js'
import { argument, clock, initials, isNumber, median, phone, relative } from
  '../../html/src/lib/format.js'
import { breakdown, overview } from '../../html/src/lib/latency.js'
import { readTool } from '../../html/src/lib/tool.js'
import { addWeeks, hoursOf, layOut, weekOf, weekSpan } from '../../html/src/lib/week.js'
import de from '../../html/src/locales/de.js'
import en from '../../html/src/locales/en.js'

const NEW_YORK = 'America/New_York'

/** Every message by its path, with the names it is given. */
function messages(tree, path = '') {
  return Object.entries(tree).flatMap(([key, value]) => (typeof value === 'string'
    ? [`${path}${key} ${(value.match(/\{\w+\}/g) ?? []).sort().join('')}`]
    : messages(value, `${path}${key}.`)))
}

test('every language says everything, with the same names in it', () => {
  assert.deepEqual(messages(de).sort(), messages(en).sort())
})

test('numbers, names and lengths are written for people', () => {
  assert.equal(phone('+15550100001'), '+1 (555) 010-0001')
  assert.equal(phone('+491701234567'), '+49 170 123 4567')
  assert.equal(isNumber('anonymous'), false)
  assert.equal(clock(7), '0:07')
  assert.equal(clock(3723), '1:02:03')
  assert.equal(clock(-2), '0:00')
  assert.equal(clock(null), '0:00')
  assert.equal(initials('Bright Smile Dental'), 'BD')
  assert.equal(initials(null), '')
  assert.equal(relative('2026-11-20T10:00:00Z', Date.parse('2026-11-20T10:03:10Z'), 'en'),
    '3 minutes ago')
  assert.equal(argument('2026-11-21T09:00', 'en'), 'Sat, Nov 21, 9:00 AM')
  assert.equal(argument('2026-99-21', 'en'), '2026-99-21')
  assert.equal(median([]), null)
  assert.equal(median([4, 1, 3]), 3)
  assert.equal(median([4, 1]), 2.5)
})

test('an answer\'s time is split into stages that fill the bar', () => {
  const one = breakdown(
    { endpoint_ms: 300, stt_ms: 50, llm_ms: 0, tts_ms: 40, send_ms: 10, first_frame_ms: 400 })
  assert.equal(one.total_ms, 400)
  assert.deepEqual(one.parts.map(({ name, ms }) => [name, ms]),
    [['endpoint', 300], ['stt', 50], ['tts', 40], ['delivery', 10]])
  assert.equal(Math.round(one.parts.reduce((sum, { width }) => sum + width, 0)), 100)
  assert.equal(breakdown(null), null)
  assert.equal(breakdown({ endpoint_ms: 300, stt_ms: 50 }), null, 'nothing was heard')
  assert.equal(breakdown({ first_frame_ms: 'soon' }), null)
})

test('a call\'s median leaves the greeting out', () => {
  const turns = [
    { timings: { tts_ms: 2, first_frame_ms: 4 } },
    { timings: { endpoint_ms: 300, first_frame_ms: 400 } },
    { timings: null },
    { timings: { endpoint_ms: 320, first_frame_ms: 500 } }
  ]
  assert.equal(overview(turns).median_ms, 450)
  assert.equal(overview(turns).slowest_ms, 500)
  assert.equal(overview(turns.slice(0, 1)), null)
})

test('an entry of the audit log names its object and shows what was and is', () => {
  assert.equal(subject({ minutes: [30, 45] }), '')
  assert.equal(subject({ name: [null, 'Cleaning'] }), 'Cleaning')
  assert.equal(subject({ name: ['Cleaning', null] }), 'Cleaning')
  assert.equal(subject({ email: ['[hidden]', '[hidden]'] }), '')
  assert.equal(subject(null), '')
  assert.deepEqual(differences({
    notes: ['[hidden]', '[hidden]'], is_active: [true, false], tags: [[], ['a', 'b']],
    owner_user_id: [null, 'x'], repeats: 'no pair'
  }), [
    { field: 'is_active', label: 'Is active', before: 'true', after: 'false', hidden: false },
    { field: 'notes', label: 'Notes', before: '[hidden]', after: '[hidden]', hidden: true },
    { field: 'owner_user_id', label: 'Owner user', before: null, after: 'x', hidden: false },
    { field: 'tags', label: 'Tags', before: null, after: 'a, b', hidden: false }
  ])
  assert.deepEqual(refusedRequest('PUT /api/clients/{id}/business-hours'),
    { method: 'PUT', object: 'business hours' })
  assert.deepEqual(refusedRequest('*'), { method: null, object: '' })
})

test('a browser is known by what it says of itself', () => {
  const desktop = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
  assert.equal(browserName(desktop), 'Firefox, Linux')
  const phoneOf = 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15'
    + ' (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1'
  assert.equal(browserName(phoneOf), 'Safari, iOS')
  assert.equal(isHandheld(phoneOf), true)
  assert.equal(browserName('something else'), '')
  assert.equal(browserName(null), '')
})

test('a tool\'s turn is read whatever it holds', () => {
  const tool = readTool('{"name":"book_appointment","arguments":{"start":"2026-11-21T09:00"},'
    + '"result":{"ok":false,"error":"taken"}}')
  assert.equal(tool.name, 'book_appointment')
  assert.deepEqual(tool.args, [['start', '2026-11-21T09:00']])
  assert.equal(tool.failed, true)
  assert.equal(readTool('no JSON').result, 'no JSON')
  assert.equal(readTool('[1]').result, '[1]')
  assert.deepEqual(readTool('{"name":"end_call"}'),
    { name: 'end_call', args: [], result: '', failed: false })
  assert.equal(readTool(null).result, '')
})

test('a week is the client\'s, also when its clocks change', () => {
  assert.equal(weekOf(Date.parse('2026-11-16T04:00:00Z'), NEW_YORK), '2026-11-09')
  assert.equal(weekOf('2026-11-22', NEW_YORK), '2026-11-16')
  assert.equal(addWeeks('2026-10-26', 1, NEW_YORK), '2026-11-02')
  assert.deepEqual(weekSpan('2026-10-26', NEW_YORK),
    { from: '2026-10-26T04:00:00Z', to: '2026-11-02T05:00:00Z' })
  assert.match(weekOf('nonsense', NEW_YORK), /^\d{4}-\d\d-\d\d$/)
})

const at = (id, from, to) => ({
  id, starts_at: `2026-11-20T${from}:00Z`, ends_at: `2026-11-20T${to}:00Z`
})

test('appointments that overlap stand side by side, others take the whole width', () => {
  const days = layOut('2026-11-16', NEW_YORK,
    [at(1, '14:00', '15:00'), at(2, '14:30', '15:30'), at(3, '15:00', '15:30'),
      at(4, '16:00', '16:30')],
    Date.parse('2026-11-20T12:00:00Z'), 'en')
  const friday = days[4]
  assert.equal(friday.today, true)
  assert.deepEqual(friday.entries.map(({ appointment, from, lane, lanes }) =>
    [appointment.id, from, lane, lanes]), [[1, 540, 0, 2], [2, 570, 1, 2], [3, 600, 0, 2],
    [4, 660, 0, 1]])
  assert.ok(days.every((day, i) => i === 4 || day.entries.length === 0))
  assert.deepEqual(hoursOf(days), { first: 8, last: 18 })
})

test('an early or late appointment stretches the grid, one over midnight is on both days', () => {
  const days = layOut('2026-11-16', NEW_YORK,
    [{ id: 1, starts_at: '2026-11-21T04:30:00Z', ends_at: '2026-11-21T05:30:00Z' }], 0, 'en')
  assert.deepEqual(days.map((day) => day.entries.length), [0, 0, 0, 0, 1, 1, 0])
  assert.deepEqual(hoursOf(days), { first: 0, last: 24 })
})
