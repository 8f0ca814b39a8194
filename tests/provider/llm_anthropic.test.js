// SPDX-License-Identifier: BSD-2-Clause
/** Anthropic's messages (provider/llm_anthropic.c) against a strict fake. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { anthropicEvents, startAnthropic } from '../fakes/anthropic.js'
import { Driver } from './driver.js'
import { Model } from './llm.js'

const CALL = { id: 'toolu_01', name: 'find_slots', args: '{"date":"2026-05-04"}' }
const SECOND = { id: 'toolu_02', name: 'end_call', args: '{"reason":"bye é€😀"}' }
const BOTH = [['toolu_01', CALL.name, CALL.args], ['toolu_02', SECOND.name, SECOND.args]]
const SAID = 'Grüße! We have 9:30 – or 4 😀.'

let driver, fake, count = 0
before(async () => { driver = new Driver() })
after(() => driver.stop())

/** A service of its own with a key of its own. */
async function within(options, work) {
  const key = `sk-ant-${++count}`
  fake = await startAnthropic({ key, ...options })
  const open = (members = {}) => new Model(driver, 'anthropic', fake.url, { key, ...members })
  try {
    return await work(open)
  } finally {
    await fake.close()
  }
}

const ask = (answer, members) => within({}, (open) => {
  fake.next(...[answer].flat())
  return open(members).ask()
})

test('words come, then usage, then the end', async () => {
  const answer = await ask({ say: SAID, pings: true, unknown: true, thinking: 'They want a day.' })
  assert.equal(answer.end, 'done')
  assert.equal(answer.text, SAID)
  assert.deepEqual([answer.usage.in, answer.usage.cached, answer.usage.out], [2012, 1800, 19])
  assert.deepEqual(answer.tools, [])
})

test('the request keeps apart what stays and what changes', async () => {
  await ask({ say: 'Yes.' }, { temperature: 1.7 })
  const { body, headers } = fake.requests[0]
  assert.equal(headers['anthropic-version'], '2023-06-01')
  assert.equal(headers.authorization, undefined)
  assert.equal(body.max_tokens, 400)
  assert.equal(body.temperature, 1)
  assert.equal(body.system.length, 2)
  assert.deepEqual(body.system[0].cache_control, { type: 'ephemeral' })
  assert.match(body.system[0].text, /Be kind\./)
  assert.match(body.system[1].text, /^It is now Friday, November 20, 2026/)
  assert.deepEqual(body.tools.map((tool) => tool.name), ['find_slots', 'end_call'])
})

test('several tools of one answer all come, by their blocks', async (t) => {
  const ways = { plain: {}, 'a byte at a time': { args_split: 1 },
    'taking turns': { args_split: 3, interleave: true },
      'among others': { unknown: true, thinking: 'x' },
    'in one piece': { whole: true }, 'crlf, byte by byte': { crlf: true, split: 1 } }
  for (const [name, way] of Object.entries(ways)) {
    await t.test(name, async () => {
      const answer = await ask({ say: 'One moment.', calls: [CALL, SECOND], ...way })
      assert.equal(answer.end, 'done')
      assert.equal(answer.text, 'One moment.')
      assert.deepEqual(answer.tools, BOTH)
    })
  }
  assert.deepEqual((await ask({ calls: [{ ...CALL, args: '' }] })).tools,
    [['toolu_01', 'find_slots', '{}']])
})

test('an answer is the same however its bytes are cut', () => within({}, async (open) => {
  const bytes = Buffer.from(anthropicEvents({ say: SAID, calls: [CALL, SECOND],
    args_split: 5 }).join(''))
  const asked = open()
  for (let at = 1; at < bytes.length; at += at < 1200 ? 3 : 41) {
    fake.next({ pieces: [bytes.subarray(0, at), bytes.subarray(at)] })
    const answer = await asked.ask()
    assert.equal(answer.text, SAID, `${at}`)
    assert.deepEqual(answer.tools, BOTH, `${at}`)
  }
}))

test('an error within the stream ends it', async () => {
  const after = await ask({ say: 'Good morn', error: {} })
  assert.equal(after.end, 'error')
  assert.equal(after.fault, 'busy')
  assert.equal(after.text, 'Good morn')
  const again = await ask([{ error: { after: 1, type: 'api_error' } }, { say: 'Yes.' }])
  assert.equal(again.text, 'Yes.')
  assert.equal(fake.requests.length, 2)
  const overloaded = await ask({ error: { after: 1 } })
  assert.equal(overloaded.fault, 'busy')
  assert.equal(fake.requests.length, 1)
})

test('a stream that breaks off is an error, and its tools are not run', async () => {
  const one = { say: 'Hello.', calls: [CALL], stop: null, end: false }
  const answer = await ask([one, one])
  assert.equal(answer.fault, 'lost')
  assert.deepEqual(answer.tools, [])
  assert.equal((await ask({ say: 'Yes.', end: false })).end, 'done')
  const filtered = await ask({ say: '', stop: 'refusal' })
  assert.equal(filtered.fault, 'invalid')
})

test('a refusal is told by what can be done about it', async (t) => {
  const error = (type, message = 'No.', more = {}) =>
    ({ type: 'error', error: { type, message, ...more } })
  const rows = [
    [400, error('invalid_request_error'), 'refused', 1],
    [401, error('authentication_error'), 'refused', 1],
    [402, error('billing_error'), 'refused', 1],
    [403, error('permission_error'), 'refused', 1],
    [404, error('not_found_error'), 'refused', 1],
    [413, error('request_too_large'), 'refused', 2],
    [429, error('rate_limit_error'), 'busy', 1],
    [429, error('rate_limit_error', 'No.',
      { details: { error_code: 'enforced_spend_limit_reached' } }), 'refused', 1],
    [500, error('api_error'), 'lost', 2],
    [504, error('timeout_error'), 'lost', 2],
    [529, error('overloaded_error'), 'busy', 1],
  ]
  for (const [status, body, fault, asks] of rows) {
    await t.test(`${status} ${body.error.type} is ${fault}`, async () => {
      const one = { status, body }
      const answer = await ask([one, one])
      assert.equal(answer.fault, fault)
      assert.equal(fake.requests.length, asks)
    })
  }
})

test('a conversation that is too long is asked again, shorter', () =>
  within({ context: 30000 }, async (open) => {
  const messages = []
  for (let i = 0; i < 100; i++) {
    messages.push({ role: 'user', text: `${i} ${'word '.repeat(80)}` },
      { role: 'call', name: 'find_slots', id: `x${i}`, text: '{}' },
      { role: 'result', name: 'find_slots', id: `x${i}`, text: '{"ok":true}' },
      { role: 'assistant', text: `Answer ${i}.` })
  }
  messages.push({ role: 'user', text: 'And the last?' })
  const answer = await open().ask(messages)
  assert.equal(answer.end, 'done')
  assert.equal(fake.requests.length, 2)
  assert.equal(fake.requests[1].body.messages.at(-1).content[0].text, 'And the last?')
}))

test('who says nothing in time is given up; who was canceled is aborted', () =>
  within({}, async (open) => {
  fake.next({ pings: true, raw: anthropicEvents({ say: 'x', pings: true }).slice(0, 2),
    hang: true })
  const asked = open()
  const late = await asked.ask()
  assert.equal(late.fault, 'lost')
  await fake.requests[0].closed
  fake.next({ raw: anthropicEvents({ say: 'Hello there.' }).slice(0, 3), hang: true })
  const number = asked.start()
  await driver.event(asked.id, 'text', (e) => e.number === number)
  await asked.cancel(number)
  await fake.requests[1].closed
  assert.equal(fake.requests[1].isAborted, true)
  assert.equal(asked.of(number).at(-1).event, 'text')
}))
