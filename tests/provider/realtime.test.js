// SPDX-License-Identifier: BSD-2-Clause
/** provider/realtime_openai.c against a strict fake of OpenAI Realtime. */
import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { startOpenaiRealtime } from '../fakes/openai_realtime.js'
import { Driver } from './driver.js'

let driver, fake

beforeEach(async () => {
  driver = new Driver()
  fake = await startOpenaiRealtime()
})

afterEach(async () => {
  fake.close()
  await driver.stop()
})

function open(members = {}) {
  return driver.tell('realtime', 'open', {
    url: fake.url, key: 'sk-test', instructions: 'You are a receptionist.',
    tools: ['find_slots', 'book'], interruptions: true, ...members,
  })
}

const tell = (id, verb, members = {}) => driver.tell('realtime', verb, { id, ...members })

/** Says something to it, and is silent for long enough to be answered. */
function speak(id) {
  tell(id, 'voice', { ms: 400 })
  tell(id, 'silence', { ms: 600 })
}

const said = (id, item) => driver.of(id, 'text').filter((e) => !item || e.item === item)
  .map((e) => e.text).join('')
const samples = (id) => driver.of(id, 'audio').reduce((sum, e) => sum + e.samples, 0)

async function until(condition, what) {
  const end = Date.now() + 10000
  while (!condition()) {
    assert.ok(Date.now() < end, `never: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

test('a greeting, a question and its answer', async () => {
  fake.heard.push('when are you open')
  fake.answers.push({ text: 'From nine to five.' })
  const id = open({ model: 'gpt-realtime-mini', voice: 'cedar' })
  tell(id, 'say', { text: 'Welcome to the barber.' })
  await driver.event(id, 'done')
  assert.equal(said(id), 'Welcome to the barber.')
  assert.ok(samples(id) > 8000)
  speak(id)
  await driver.event(id, 'begun')
  await driver.event(id, 'ended')
  const heard = await driver.event(id, 'user_text')
  assert.equal(heard.text, 'when are you open')
  assert.equal(heard.utterance, driver.of(id, 'begun')[0].utterance)
  await until(() => driver.of(id, 'done').length === 2, 'a second answer')
  assert.equal(said(id, 2), 'From nine to five.')
  assert.deepEqual(driver.of(id, 'usage')[1],
    { id, event: 'usage', in: 100, cached: 10, out: 50, audio_in: 40, audio_out: 40 })
  const [session] = fake.sessions
  assert.equal(fake.requests[0].model, 'gpt-realtime-mini')
  assert.equal(session.config.audio.output.voice, 'cedar')
  assert.deepEqual(session.config.tools.map((tool) => tool.name), ['find_slots', 'book'])
  assert.deepEqual(session.refused, [])
})

test('what is said before it is ready is heard', async () => {
  fake.faults.createdMs = 300
  fake.faults.updatedMs = 300
  const id = open()
  speak(id)
  await driver.event(id, 'user_text')
  await driver.event(id, 'done')
  assert.deepEqual(fake.sessions[0].refused, [])
  assert.equal(fake.sessions[0].heardBytes, 8000)
})

test('of what is said long before, the last three seconds', async () => {
  fake.faults.createdMs = 300
  const id = open()
  tell(id, 'silence', { ms: 9000 })
  await driver.event(id, 'ready')
  await until(() => fake.sessions[0].heardBytes === 24000, 'three seconds')
})

for (const beta of [false, true]) {
  test(`tools, and what came of them${beta ? ', by the old names' : ''}`, async () => {
    fake.faults.beta = beta
    fake.answers.push({ text: 'One moment.', tools: [
      { name: 'find_slots', args: { day: 'friday' } }, { name: 'book', args: {} }] })
    fake.answers.push({ text: 'It is booked.' })
    const id = open()
    await driver.event(id, 'ready')
    speak(id)
    const first = await driver.event(id, 'tool', (e) => e.name === 'find_slots')
    const second = await driver.event(id, 'tool', (e) => e.name === 'book')
    assert.equal(first.args, '{"day":"friday"}')
    assert.equal(second.args, '{}')
    /* At once, though the response is not over. */
    tell(id, 'result', { call: first.call, result: '{"slots":[]}', answer: true })
    tell(id, 'result', { call: second.call, result: '{"ok":true}', answer: true })
    await until(() => driver.of(id, 'done').length === 2, 'an answer')
    assert.equal(said(id, 2), 'It is booked.')
    assert.equal(fake.sessions[0].of('response.create').length, 1)
    assert.deepEqual(fake.sessions[0].refused, [])
    assert.equal(driver.of(id, 'tool').length, 2)
  })
}

test('a tool whose result wants no answer', async () => {
  fake.answers.push({ text: 'Goodbye.', tools: [{ name: 'book' }] })
  const id = open()
  await driver.event(id, 'ready')
  speak(id)
  const { call } = await driver.event(id, 'tool')
  tell(id, 'result', { call, result: '{"ok":true}' })
  await driver.event(id, 'done')
  tell(id, 'result', { call, result: '{"ok":true}' })
  await driver.event(id, 'failed')
  assert.equal(fake.sessions[0].of('response.create').length, 0)
  assert.deepEqual(fake.sessions[0].refused, [])
})

test('tools without an end are ended', async () => {
  for (let i = 0; i < 12; i += 1) {
    fake.answers.push({ tools: [{ name: 'book' }] })
  }
  const id = open()
  await driver.event(id, 'ready')
  speak(id)
  for (let i = 1; i <= 8; i += 1) {
    await until(() => driver.of(id, 'tool').length >= i, `call ${i}`)
    tell(id, 'result', { call: driver.of(id, 'tool')[i - 1].call, result: '{}', answer: true })
  }
  await until(() => driver.of(id, 'done').length === 9, 'the end')
  assert.equal(driver.of(id, 'tool').length, 8)
  assert.equal(fake.sessions[0].of('response.create').at(-1).response.tool_choice, 'none')
})

test('who interrupts is heard, and it knows what they heard', async () => {
  fake.faults.deltaMs = 20
  fake.faults.late = true
  fake.answers.push({ text: 'We have a great many things to tell you about our business today.' })
  const id = open()
  await driver.event(id, 'ready')
  speak(id)
  await until(() => driver.of(id, 'audio').length > 5, 'some audio')
  tell(id, 'voice', { ms: 200 })
  await until(() => driver.of(id, 'begun').length === 2, 'an interruption')
  tell(id, 'interrupt')
  tell(id, 'truncate', { item: 1, heard_ms: 300 })
  await driver.event(id, 'done', (e) => e.end === 'cut')
  tell(id, 'silence', { ms: 600 })
  await until(() => driver.of(id, 'done').length === 2, 'an answer')
  const [session] = fake.sessions
  assert.equal(session.of('conversation.item.truncate')[0].audio_end_ms, 300)
  assert.deepEqual(session.of('response.cancel'), [])
  assert.deepEqual(session.refused, [])
  assert.equal(said(id, 2), 'All right.')
})

test('never more is truncated than came', async () => {
  fake.faults.deltaMs = 30
  const id = open({ interruptions: false })
  tell(id, 'say', { text: 'We have a great many things to tell you.' })
  await until(() => driver.of(id, 'audio').length > 2, 'some audio')
  tell(id, 'interrupt')
  tell(id, 'truncate', { item: 1, heard_ms: 3000000 })
  await driver.event(id, 'done')
  const [session] = fake.sessions
  await until(() => session.of('conversation.item.truncate').length === 1, 'a truncation')
  assert.equal(session.of('response.cancel').length, 1)
  const { audio_end_ms: ms } = session.of('conversation.item.truncate')[0]
  assert.ok(ms > 0 && ms * 8 <= [...session.items.values()][0].bytes)
  assert.deepEqual(session.refused, [])
  tell(id, 'truncate', { item: 7, heard_ms: 0 })
  await driver.event(id, 'failed')
})

test('of what is canceled nothing more comes', async () => {
  fake.faults.deltaMs = 20
  fake.faults.late = true
  const id = open()
  tell(id, 'say', { text: 'We have a great many things to tell you.' })
  await driver.event(id, 'audio')
  tell(id, 'interrupt')
  const count = (await driver.event(id, 'done')) && driver.of(id, 'audio').length
  speak(id)
  await until(() => driver.of(id, 'done').length === 2, 'an answer')
  const after = driver.events.slice(driver.events.findIndex((e) => e.event === 'done'))
  assert.ok(after.filter((e) => e.event === 'audio').every((e) => e.item === 2))
  assert.ok(count > 0)
})

test('canceled before it began, and told twice', async () => {
  fake.faults.slowMs = 200
  const id = open()
  await driver.event(id, 'ready')
  tell(id, 'interrupt')
  tell(id, 'say', { text: 'Hello.' })
  tell(id, 'interrupt')
  tell(id, 'interrupt')
  await driver.event(id, 'done', (e) => e.end === 'cut')
  fake.faults.slowMs = 0
  speak(id)
  await until(() => said(id) === 'All right.', 'an answer')
})

test('an answer that is cut off by itself', async () => {
  fake.answers.push({ text: 'And so', incomplete: true })
  const id = open()
  await driver.event(id, 'ready')
  speak(id)
  assert.equal((await driver.event(id, 'done')).end, 'partial')
})

test('a caller who is quicker than the greeting is answered, then told what must be', async () => {
  fake.faults.createdMs = 100
  const id = open()
  speak(id)
  tell(id, 'say', { text: 'Goodbye.', must: true })
  await until(() => said(id).includes('Goodbye.'), 'what must be said')
  assert.ok(said(id).startsWith('All right.'))
})

test('keys are told, and answered', async () => {
  fake.answers.push({ text: 'Thank you.' })
  const id = open()
  await driver.event(id, 'ready')
  tell(id, 'tell', { text: 'I keyed 123.' })
  await driver.event(id, 'done')
  assert.equal(said(id), 'Thank you.')
  assert.deepEqual(fake.sessions[0].conversation[0], { role: 'user', text: 'I keyed 123.' })
})

test('what nobody understood', async () => {
  fake.faults.noTranscript = true
  const id = open()
  await driver.event(id, 'ready')
  speak(id)
  assert.equal((await driver.event(id, 'user_text')).text, '')
})

const faults = [
  ['a wrong key', {}, 'refused', { key: 'sk-wrong' }],
  ['too many', { status: 429 }, 'busy'],
  ['it is broken', { status: 500 }, 'lost'],
  ['nobody says hello', { hang: true }, 'lost'],
  ['no session', { createdMs: 60000 }, 'lost'],
  ['a session that is never ready', { updatedMs: 60000 }, 'lost'],
  ['it does not answer', { silent: true }, 'lost'],
  ['it is far too slow', { slowMs: 60000 }, 'lost'],
  ['it falls silent', { stallAfter: 2 }, 'lost'],
  ['the connection breaks', { dropAfter: 2 }, 'lost'],
  ['it closes in the middle', { closeAfter: 2 }, 'lost'],
  ['it is there no more, and nobody says so', { freezeAfter: 2 }, 'lost'],
  ['it talks nonsense', { garbageAfter: 2 }, 'invalid'],
  ['its time is up', { expireAfter: 2 }, 'lost'],
  ['its answer failed', { failed: 'server_error' }, 'lost'],
  ['no money', { failed: 'insufficient_quota' }, 'refused'],
  ['too much money', { failed: 'rate_limit_exceeded' }, 'busy'],
]

for (const [name, given, kind, members] of faults) {
  test(`${name}: it is told once, and soon`, async () => {
    Object.assign(fake.faults, given)
    const id = open(members)
    tell(id, 'say', { text: 'Welcome to the barber, what can we do for you?' })
    const { fault } = await driver.event(id, 'error')
    assert.equal(fault.kind, kind)
    tell(id, 'voice', { ms: 20 })
    await driver.event(id, 'failed')
    tell(id, 'close')
    await driver.event(id, 'closed')
    assert.equal(driver.of(id, 'error').length, 1)
  })
}

for (const when of ['ready', 'begun', 'ended', 'user_text', 'audio', 'text', 'audio_done', 'tool',
  'usage', 'done', 'error']) {
  test(`closed in the middle of "${when}", it says no more`, async () => {
    fake.answers.push({ text: 'One moment.', tools: [{ name: 'book' }] })
    fake.faults.failed = when === 'error' ? 'server_error' : undefined
    const id = open({ closes: when })
    speak(id)
    await driver.event(id, when)
    await until(() => fake.sessions[0]?.closed, 'a closed connection')
    assert.equal(driver.of(id).at(-1).event, when)
  })
}

test('closed before it is open', async () => {
  const id = open()
  tell(id, 'close')
  await driver.event(id, 'closed')
})

test('without a key it is not asked', async () => {
  const id = open({ key: '' })
  assert.equal((await driver.event(id, 'failed')).reason, 'EACCES')
  const other = open({ model: 'a?b=c' })
  await driver.event(other, 'failed')
  assert.equal(fake.requests.length, 0)
})
