// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { synthesize } from '../phone/voice.js'
import { assertSettled, startCall } from './conversation.js'
import { useStack } from './stack.js'

const stack = await useStack()

describe('who has the floor', { concurrency: true }, () => {
  test('a caller who speaks cuts the assistant off; what was not heard was not said', async (t) => {
    const call = await startCall(stack)
    const { phone } = call
    const [agent] = await stack.rows(`
      select a.initial_greeting from frontdesk.agents a
       where a.client_id = :'client'::uuid and a.is_default`, { client: call.client.id })
    const clears = []
    phone.on('clear', (cleared) => clears.push(cleared))

    await phone.waitForSpeech()
    await sleep(800)
    const startedMs = phone.now()
    await phone.speak('i would like to book an appointment')
    assert.equal(clears.length > 0, true, 'the carrier was told to clear')
    t.diagnostic(`clear ${Math.round(clears[0].ms - startedMs)} ms after the caller began, `
      + `${Math.round(clears[0].droppedMs)} ms of speech were dropped`)

    const answer = await call.reply()
    assert.match(answer, /\b(day|when|time|appointment|date|cleaning)\b/i, 'it was understood')
    const over = await call.end()
    const [greeting, said] = over.transcript
    assert.equal(greeting.role, 'assistant')
    assert.equal(greeting.interrupted, true)
    assert.ok(greeting.content.length < agent.initial_greeting.length,
      `cut to what was heard: ${greeting.content}`)
    assert.ok(agent.initial_greeting.startsWith(greeting.content.replace(/[\s.…-]+$/, '')),
      `a beginning of the greeting: ${greeting.content}`)
    assert.equal(said.role, 'user')
    assert.match(said.content, /book an appointment/)
  })

  test('a caller who says nothing is asked, told goodbye and hung up on', async () => {
    const call = await startCall(stack)
    const { phone } = call
    await call.greeting()
    const prompt = await call.newTurn('assistant', 60000)
    assert.match(prompt, /there|hear|help/i)
    const reason = await Promise.race([phone.ended, sleep(120000, 'never', { ref: false })])
    assert.equal(reason, 'twiml', 'the assistant ended the call')
    const over = await call.end()
    assert.match(over.transcript.at(-1).content, /bye/i)
    assert.deepEqual(over.transcript.filter(({ role }) => role === 'user'), [])
    assert.equal(over.status, 'completed')
    await assertSettled(stack, over.id)
  })

  test('a caller who hangs up in the middle of a sentence leaves a settled call', async () => {
    const call = await startCall(stack)
    await call.greeting()
    const speech = await synthesize('i would like to book an appointment tomorrow morning')
    const talking = call.phone.say(speech)
    await sleep(900)
    await call.phone.hangUp()
    await talking
    const over = await call.end()
    assert.equal(over.status, 'completed')
    assert.notEqual(over.ended_at, null)
    await assertSettled(stack, over.id)
  })

  test('callers who hang up before anybody is there have hung up, not been lost', async () => {
    const calls = await Promise.all(Array.from({ length: 6 }, async () => {
      const call = await startCall(stack)
      await call.phone.hangUp()
      return call
    }))

    for (const call of calls) {
      const over = await call.end()
      assert.equal(over.status, 'completed')
      // Whichever of the stream and the carrier's word of the end comes first.
      assert.match(over.ended_reason, /^(caller_hung_up|carrier_completed)$/)
      await assertSettled(stack, over.id)
    }
  })

  test('the greeting is heard at once', async (t) => {
    const call = await startCall(stack)
    assert.equal(await call.phone.waitForSpeech(), true)
    const { phone } = call
    t.diagnostic(`webhook ${Math.round(phone.documents[0].ms)} ms, stream open after `
      + `${Math.round(phone.streamOpenMs)} ms, first frame `
      + `${Math.round(phone.firstFrameMs - phone.streamOpenMs)} ms later`)
    await call.end()
  })
})
