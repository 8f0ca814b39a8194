// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Caller, firstTime } from './caller.js'

const caller = () => new Caller({ errands: ['what time do you open', 'book me in'] })

for (const [heard, said] of [
  ['Thank you for calling. How can I help you?', 'what time do you open'],
  ['I can do that. What day would you like?', 'tomorrow morning'],
  ['Tomorrow I have 9 AM, 9:30 AM or 10 AM. Which would you prefer?', "nine o'clock"],
  ['I have nine thirty or ten. Which one works for you?', 'nine thirty'],
  ['May I have your name, please?', 'my name is david miller'],
  ['Is this number the best one to reach you?', 'yes'],
  ["And what's the best phone number for you?",
    'five five five two three four nine eight seven six'],
  ['A cleaning tomorrow at nine. Shall I book it?', 'yes please'],
  ["I'm sorry, could you say that again?", 'what time do you open'],
  ['Which service would you like: cleaning, checkup or whitening?', 'a cleaning'],
  ['What is it for, say cleaning, checkup or whitening?', 'a cleaning'],
  ['What is it about?', "it's about my bill"],
  ['Sure. What day would suit you?', 'tomorrow morning'],
  ['I have nine or nine thirty tomorrow morning. Which suits you?', "nine o'clock"],
  ['I have ten. Does that suit you?', 'yes please'],
  ['Shall I use the number you are calling from?', 'yes please'],
  ['Is the number you are calling from all right? Yes or no?', 'yes'],
  ['Please tell me the number digit by digit.',
    'five five five two three four nine eight seven six'],
  ['Let me check: a cleaning tomorrow at nine, for David Miller. Shall I book it?', 'yes please'],
  ['It is canceled. Shall I book a new one?', 'no thank you'],
  ['Would you like to book, to ask a question, or to leave a message?', 'what time do you open']
]) {
  test(`to "${heard}" the caller says "${said}"`, () => {
    assert.equal(caller().answer(heard), said)
  })
}

test('when the errands are done the caller says so, and hangs up after the farewell', () => {
  const david = caller()
  david.nextErrand()
  david.nextErrand()
  assert.equal(david.answer('Is there anything else I can help you with?'),
    "no that's all thank you")
  assert.equal(david.answer('You are welcome. Goodbye!'), null)
})

test('times of day are heard in digits and in words', () => {
  assert.equal(firstTime('I have 10:30 am'), 'ten thirty')
  assert.equal(firstTime("at eleven o'clock"), "eleven o'clock")
  assert.equal(firstTime('no time at all'), null)
})
