// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Chance } from './chance.js'
import { ERRANDS } from './errands.js'
import { Mouth } from './talk.js'

const HELP = 'Thank you for calling. How can I help you?'
const LOST = "Sorry, I didn't catch that. Could you say it again?"

function mouth(persona, errand) {
  const chance = new Chance(1)
  return new Mouth({ name: 'somebody', ...persona }, ERRANDS[errand](chance), chance)
}

test('who is off topic begins with that, then says what they came for', () => {
  const caller = mouth({ aside: ['tell me a joke'] }, 'message')
  assert.equal(caller.answer(HELP), 'tell me a joke')
  assert.equal(caller.answer(LOST), 'i would like to leave a message')
})

test('nobody says the same thing for ever', () => {
  const caller = mouth({}, 'message')
  const said = [HELP, LOST, LOST, LOST].map((text) => caller.answer(text))
  assert.deepEqual(said.slice(0, 3), Array(3).fill('i would like to leave a message'))
  assert.equal(said[3], null)
})

test('who wants no message takes none, and says what they want', () => {
  const caller = mouth({ aside: ['tell me a joke'] }, 'booking')
  caller.answer(HELP)
  assert.match(caller.answer('Shall I take a message?'), /^no \.\.\. i would like to book/)
  assert.equal(caller.answer('Shall I take a message?'), 'no thank you')
  assert.equal(mouth({}, 'message').answer('Shall I take a message?'), 'yes please')
})

test('who is in a hurry says all at once; keys are keys', () => {
  assert.match(mouth({ whole: true }, 'booking').answer(HELP), /cleaning on .+ my name is/)
  const phone = { keys: '5552349876' }
  assert.equal(mouth({ phone }, 'message').answer('What number can we reach you at?'), phone)
})
