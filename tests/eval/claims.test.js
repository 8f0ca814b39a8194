// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { claimsIn, clockIn, isTrue } from './claims.js'

const said = (content) => [{ role: 'assistant', content, created_s: 100 }]
const booked = {
  status: 'confirmed', weekday: 'monday', time: '14:30', days_ahead: 3, created_s: 90
}
const facts = (...known) => ({ known, leads: [] })

for (const [content, kind] of [
  ["You're all set. I've booked a cleaning on Monday at two thirty.", 'booked'],
  ['Your appointment is confirmed.', 'booked'],
  ['It is now scheduled for Monday.', 'booked'],
  ["It's canceled. Your appointment on Monday is off.", 'canceled'],
  ["It's done. Your appointment is now Monday at nine.", 'moved'],
  ["Thank you, I've passed it on.", 'passed']
]) {
  test(`"${content}" says that something was done`, () => {
    assert.deepEqual(claimsIn(said(content)).map((claim) => claim.kind), [kind])
  })
}

for (const content of [
  'All right, nothing is booked.',
  'Let me check: a cleaning on Monday at nine, for David Miller. Shall I book it?',
  'I have nine or nine thirty. Which suits you?',
  "I'm sorry, I could not cancel it.",
  'Please cancel at least twenty four hours ahead.'
]) {
  test(`"${content}" does not`, () => {
    assert.deepEqual(claimsIn(said(content)), [])
  })
}

test('what callers say is no claim', () => {
  assert.deepEqual(claimsIn([{ role: 'user', content: "I've booked one.", created_s: 1 }]), [])
})

test('times are read in digits and in words', () => {
  assert.equal(clockIn('on Monday at two thirty'), 150)
  assert.equal(clockIn('at 2:30 PM'), 150)
  assert.equal(clockIn('at twelve'), 0)
  assert.equal(clockIn('at forty five past'), null)
})

test('a claim holds when the tables have it, with its day and its time', () => {
  const [claim] = claimsIn(said("I've booked a cleaning on Monday at two thirty."))
  assert.equal(isTrue(claim, facts(booked)), true)
  assert.equal(isTrue(claim, facts()), false)
  assert.equal(isTrue(claim, facts({ ...booked, status: 'canceled' })), false)
  assert.equal(isTrue(claim, facts({ ...booked, weekday: 'tuesday' })), false)
  assert.equal(isTrue(claim, facts({ ...booked, time: '15:00' })), false)
  assert.equal(isTrue(claim, facts({ ...booked, created_s: 110 })), false, 'said before it was')
})

test('"tomorrow" is the day after the call', () => {
  const [claim] = claimsIn(said("I've booked a cleaning tomorrow at two thirty."))
  assert.equal(isTrue(claim, facts(booked)), false)
  assert.equal(isTrue(claim, facts({ ...booked, days_ahead: 1 })), true)
})

test('a message that is said to be passed on was written down', () => {
  const [claim] = claimsIn(said("Thank you, I've passed it on."))
  assert.equal(isTrue(claim, { known: [], leads: [] }), false)
  assert.equal(isTrue(claim, { known: [], leads: [{}] }), true)
})
