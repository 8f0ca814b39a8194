// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { spokenBy, startCall } from './conversation.js'
import { useStack } from './stack.js'

const stack = await useStack()

describe('questions', { concurrency: true }, () => {
  test('opening hours are those of the client, for the day that was asked', async () => {
    const call = await startCall(stack)
    assert.notEqual(await call.greeting(), '')
    const answer = await call.ask('what time do you open on monday')
    assert.match(answer, /monday/i)
    assert.match(answer, /\b(9|nine)\b/i)
    assert.match(answer, /\b(5|five)\b/i)
    const over = await call.end()
    assert.match(spokenBy(over.transcript, 'user'), /open/)
  })

  test('a question of the knowledge base is answered from it', async () => {
    const call = await startCall(stack)
    await call.greeting()
    assert.match(await call.ask('do you have parking'), /\bpark/i)
    await call.end()
  })

  test('the clients of two owners answer from their own knowledge', async () => {
    const call = await startCall(stack, { owner: 'marco' })
    assert.match(await call.greeting(), /bistro/i)
    const answer = await call.ask('what time do you open tomorrow')
    assert.match(answer, /\b(11|eleven)\b/i)
    await call.end()
  })

  test('what is not understood is asked again, then a message is offered', async () => {
    const call = await startCall(stack)
    await call.greeting()
    const nonsense = 'zymurgy quixotic bandersnatch frumious galumphing'
    const answers = []
    for (let n = 0; n < 4 && call.phone.isConnected; n++) {
      await call.phone.speak(nonsense, { voice: 'awb' })
      if (!await call.phone.waitForReply({ ms: 900 })) {
        break
      }
      answers.push(await call.newTurn('assistant').catch(() => ''))
    }
    assert.equal(new Set(answers).size > 1, true, 'the assistant does not repeat itself for ever')
    assert.match(answers.join(' '), /message|call (you )?back|someone/i)
    await call.end()
  })
})
