// SPDX-License-Identifier: BSD-2-Clause
/** What services are sent of a conversation (provider/llm_history.c) is what they accept. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { checkMessages as checkAnthropic } from '../fakes/anthropic.js'
import { checkMessages as checkOpenAi } from '../fakes/openai_llm.js'
import { Driver } from './driver.js'

const FORMS = { openai: checkOpenAi, anthropic: checkAnthropic }
const SEED = Number(process.env.SEED ?? 7)

let driver
before(() => { driver = new Driver() })
after(() => driver.stop())

async function history(form, lists, max = 0) {
  const id = driver.tell('llm', 'history', { form, lists, max })
  return (await driver.event(id, 'history')).made
}

function randomOf(seed) {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor(state / 4294967296 * below)
  }
}

const TEXTS = ['Yes.', 'A cleaning, please.', '', '   ', 'é€😀', '\u0001\u0007',
  '<think>x</think>',
  '"', '\\',
  'word '.repeat(400), '[zq', '\n\n', '(The caller says nothing.)']
const ARGS = ['{}', '', '{"date":"2026-05-04"}', '{"date":', '[]', 'null',
  `{"x":"${'y'.repeat(9000)}"}`, '{"a":{"b":[1]}}']
const RESULTS = ['{"ok":true}', '{"ok":false,"error":"taken"}', '', 'no JSON',
  `{"x":"${'z'.repeat(20000)}"}`]
const IDS = ['call_1', 'call_2', 'toolu_01', '', 'é weird id', 'x'.repeat(200)]
const NAMES = ['find_slots', 'book', '', 'né pas.valid', 'n'.repeat(100)]
const ROLES = ['user', 'user', 'assistant', 'assistant', 'call', 'call', 'result', 'result',
  'system']

function sequence(random) {
  const pick = (list) => list[random(list.length)]
  return Array.from({ length: random(30) }, () => {
    const role = pick(ROLES)
    const isTool = role === 'call' || role === 'result'
    return {
      role,
      text: pick(role === 'call' ? ARGS : role === 'result' ? RESULTS : TEXTS),
      ...(isTool ? { name: pick(NAMES), ...(random(8) === 0 ? {} : { id: pick(IDS) }) } : {}),
      interrupted: random(4) === 0,
      doubtful: random(4) === 0,
    }
  })
}

test('whatever happened in a call, what is sent of it is accepted', async (t) => {
  for (const [form, check] of Object.entries(FORMS)) {
    for (const max of [0, 3000, 1]) {
      await t.test(`${form}, ${max || 'as usual'}`, async () => {
        const random = randomOf(SEED + max)
        for (let round = 0; round < 20; round++) {
          const lists = Array.from({ length: 100 }, () => sequence(random))
          const made = await history(form, lists, max)
          made.forEach((messages, i) => {
            const wrong = check(messages)
            assert.equal(wrong, null,
              `${JSON.stringify(wrong?.body)}\n${JSON.stringify(lists[i])}\n` +
              JSON.stringify(messages))
          })
        }
      })
    }
  }
})

const user = (text, more = {}) => ({ role: 'user', text, ...more })
const assistant = (text, more = {}) => ({ role: 'assistant', text, ...more })
const call = (id, name = 'find_slots', text = '{}') => ({ role: 'call', id, name, text })
const result = (id, text = '{"ok":true}') => ({ role: 'result', id, name: 'find_slots', text })

test('a call and its result stand together, and nothing is lost', async () => {
  const [made] = await history('openai', [[
    assistant('Hello, Brightwell.'), user('Anything tomorrow?'), assistant('One moment.'),
    call('a'), result('a', '{"slots":["09:30"]}'), assistant('Half past nine?'), user('Fine.'),
  ]])
  assert.deepEqual(made, [
    { role: 'user', content: '(The call begins. You answer the telephone.)' },
    { role: 'assistant', content: 'Hello, Brightwell.' },
    { role: 'user', content: 'Anything tomorrow?' },
    { role: 'assistant', content: 'One moment.', tool_calls: [
      { id: 'call00001', type: 'function', function: { name: 'find_slots', arguments: '{}' } }] },
    { role: 'tool', tool_call_id: 'call00001', content: '{"slots":["09:30"]}' },
    { role: 'assistant', content: 'Half past nine?' },
    { role: 'user', content: 'Fine.' },
  ])
})

test('calls made together stay together, their results in order', async () => {
  const [made] = await history('anthropic', [[
    user('Both?'), call('a'), call('b', 'book'), result('b', '{"ok":false}'), user('And?'),
      result('a'),
  ]])
  assert.deepEqual(made.slice(1), [
    { role: 'assistant', content: [{ type: 'tool_use', id: 'call00001', name: 'find_slots',
      input: {} },
      { type: 'tool_use', id: 'call00002', name: 'book', input: {} }] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'call00001',
      content: '{"ok":true}' },
      { type: 'tool_result', tool_use_id: 'call00002', content: '{"ok":false}', is_error: true },
      { type: 'text', text: 'And?' }] },
  ])
})

test('a call without a result was canceled, a result without a call is dropped', async () => {
  const [made] = await history('openai', [[user('Book it.'), call('a', 'book'), result('zz'),
    user('No, wait.')]])
  assert.equal(made[2].role, 'tool')
  assert.match(made[2].content, /"error":"canceled"/)
  assert.equal(made.length, 4)
})

test('what was not heard, and what may not have been said, is told', async () => {
  const [made] = await history('openai', [[
    user('Hours?'), assistant('We are open from', { interrupted: true }),
      user('On Sunday', { doubtful: true }),
  ]])
  assert.equal(made.at(-1).content,
    '(The caller interrupted you, and heard only what stands above.)\nOn Sunday\n' +
    '(The line was bad: this may not be what the caller said.)')
})

test('the assistant is never the last, and somebody always begins', async () => {
  const lists = [[], [assistant('Hello.')], [user('Hm.'), assistant('We', { interrupted: true })],
    [user(' ')]]
  const made = await history('anthropic', lists)
  assert.deepEqual(made[0], [{ role: 'user', content: [{ type: 'text',
    text: '(The call begins. Greet the caller.)' }] }])
  assert.match(made[1].at(-1).content[0].text, /says nothing/)
  assert.match(made[2].at(-1).content[0].text, /heard only what stands above/)
  assert.equal(made[3].length, 1)
})

test('old turns go, whole, and the last stays however long it is', async () => {
  const list = []
  for (let i = 0; i < 50; i++) {
    list.push(user(`Question ${i}`), call(`c${i}`), result(`c${i}`), assistant(`Answer ${i}`))
  }
  const [made] = await history('openai', [list], 3000)
  assert.ok(JSON.stringify(made).length < 3600)
  const note = '(The call began earlier; that part is left out.)\n'
  assert.ok(made[0].content.startsWith(`${note}Question `))
  assert.equal(made.at(-2).content, 'Answer 49')
  const long = [user('x'.repeat(7000)), call('a'), result('a', 'y'.repeat(7000)), call('b'),
    result('b', 'z'.repeat(7000))]
  const [cut] = await history('openai', [long], 6000)
  assert.ok(JSON.stringify(cut).length < 7000)
  assert.match(cut[0].content, /^x+$/)
})
