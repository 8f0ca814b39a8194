// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Caller } from '../phone/caller.js'
import { anyNumber } from '../phone/phone.js'
import { assertSettled, spokenBy, spokenRoles, startCall } from './conversation.js'
import { useStack } from './stack.js'

const stack = await useStack()

const appointmentsOf = (from) => stack.rows(`
  select a.*, to_char(a.starts_at at time zone c.timezone, 'YYYY-MM-DD HH24:MI') as local_start,
         to_char(now() at time zone c.timezone + interval '1 day', 'YYYY-MM-DD') as tomorrow
    from frontdesk.appointments a join frontdesk.clients c on c.id = a.client_id
   where a.customer_phone = :'from' order by a.created_at`, { from })

/** A whole call of a caller with errands. */
async function callWith(person, options) {
  const conversation = await startCall(stack, options)
  await new Caller(person).talk(conversation.phone, conversation.transcript, person)
  return conversation.end()
}

describe('booking', { concurrency: true }, () => {
  test('a caller books, moves and cancels an appointment in three calls', async () => {
    const from = anyNumber()

    const first = await callWith({
      errands: ['i would like to book an appointment for a cleaning tomorrow morning'],
      name: 'david miller'
    }, { from })
    const said = spokenBy(first.transcript, 'assistant')
    const [booked] = await appointmentsOf(from)
    assert.ok(booked, `nothing booked: ${JSON.stringify(first.transcript)}`)
    assert.equal(booked.status, 'confirmed')
    assert.equal(booked.call_id, first.id)
    assert.match(booked.customer_name, /david/i)
    assert.equal(booked.local_start.slice(0, 10), booked.tomorrow)
    assert.ok(booked.local_start.slice(11) < '12:00', `in the morning: ${booked.local_start}`)
    assert.match(said, /david/i)
    assert.equal(spokenRoles(first.transcript)[0], 'assistant', 'the greeting comes first')
    first.transcript.forEach(({ t_ms }, i, turns) => {
      assert.ok(i === 0 || t_ms >= turns[i - 1].t_ms, 'turns are in the order of their times')
    })
    assert.equal(first.status, 'completed')
    await assertSettled(stack, first.id)

    const second = await callWith({
      errands: ['i need to reschedule my appointment'],
      when: "monday at two o'clock"
    }, { from })
    const [moved, ...others] = await appointmentsOf(from)
    assert.deepEqual(others, [], 'it was moved, not booked again')
    assert.equal(moved.id, booked.id)
    assert.equal(moved.status, 'confirmed')
    assert.match(moved.local_start, / 14:00$/, JSON.stringify(second.transcript))

    const third = await callWith({ errands: ['i would like to cancel my appointment'] }, { from })
    const [canceled] = await appointmentsOf(from)
    assert.equal(canceled.status, 'canceled', JSON.stringify(third.transcript))
  })

  test('a table is booked at the other owner\'s bistro', async () => {
    const from = anyNumber()
    const call = await callWith({
      errands: ['i would like to book a table for two people tomorrow evening'],
      when: 'tomorrow evening', name: 'michael brown'
    }, { from, owner: 'marco' })
    const [booked] = await appointmentsOf(from)
    assert.ok(booked, `nothing booked: ${JSON.stringify(call.transcript)}`)
    assert.equal(booked.call_id, call.id)
    assert.equal(booked.local_start.slice(0, 10), booked.tomorrow)
  })

  test('what is taken is not offered again and cannot be booked twice', async () => {
    const errands = ["i would like to book an appointment on tuesday at eleven o'clock"]
    const when = "tuesday at eleven o'clock"
    await callWith({ errands, when })
    await callWith({ errands, when, name: 'thomas baker' })
    const twice = await stack.rows(`
      select a.starts_at, count(*) from frontdesk.appointments a
       where a.client_id = :'client'::uuid and a.status = 'confirmed'
       group by a.starts_at having count(*) > 1`, { client: stack.client('receptionist').id })
    assert.deepEqual(twice, [])
  })
})
