// SPDX-License-Identifier: BSD-2-Clause
/** Appointments by hand: the same calendar that callers book into. */
import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { describe, test } from 'node:test'
import { useStack } from './stack.js'

const stack = await useStack()
const olivia = await stack.api('olivia')
const marco = await stack.api('marco')
const client = stack.client('receptionist', 'olivia').id
const list = `/api/clients/${client}/appointments`
const ask = (method, path, body, headers) => olivia.request(method, path, { body, headers })

/** A time nobody else of the suite books: far ahead, at midnight. */
const someTime = () => new Date(Date.UTC(2031, 0, 1 + randomInt(20000), 4)).toISOString()
const later = (time, minutes) => new Date(Date.parse(time) + minutes * 60000).toISOString()

describe('appointments', { concurrency: true }, () => {
  test('are made, moved, called off and removed', async () => {
    const time = someTime()
    const made = await ask('POST', list,
      { starts_at: time, minutes: 60, customer_name: 'Ann', customer_phone: '+15550100777' })
    assert.equal(made.status, 201, made.text)
    assert.equal(made.headers.location, `/api/appointments/${made.json.id}`)
    assert.equal(made.json.outside_hours, true, 'midnight is not refused, but told')
    assert.equal(Date.parse(made.json.ends_at) - Date.parse(time), 3600000)
    assert.equal(made.json.status, 'confirmed')

    const moved = await ask('PUT', made.headers.location, { starts_at: later(time, 720) },
      { 'if-match': made.headers.etag })
    assert.equal(moved.status, 200, moved.text)
    assert.equal(Date.parse(moved.json.ends_at) - Date.parse(moved.json.starts_at), 3600000)
    assert.equal(moved.json.customer_name, 'Ann')
    assert.equal((await ask('PUT', made.headers.location, { notes: 'x' },
      { 'if-match': made.headers.etag })).status, 412)

    const off = await ask('PUT', made.headers.location, { status: 'canceled' })
    assert.equal(off.json.status, 'canceled')
    const day = `from=${time}&to=${later(time, 1440)}`
    assert.equal((await ask('GET', `${list}?${day}&status=canceled`)).json.length, 1)
    assert.equal((await ask('GET', `${list}?${day}&status=confirmed`)).json.length, 0)
    assert.deepEqual((await ask('DELETE', made.headers.location)).json,
      { message: 'Appointment deleted successfully' })
    assert.equal((await ask('GET', made.headers.location)).status, 404)
  })

  test('are never two at once, and the refusal says what is free', async () => {
    const time = someTime()
    const answers = await Promise.all(Array.from({ length: 8 }, () =>
      ask('POST', list, { starts_at: time, minutes: 30 })))
    const statuses = answers.map(({ status }) => status).sort()
    assert.deepEqual(statuses, [201, ...Array(7).fill(409)])
    const refused = answers.find(({ status }) => status === 409)
    assert.match(refused.json.detail, /^That time is taken; free are \d{4}-\d\d-\d\d \d\d:\d\d/)
    assert.deepEqual(refused.json.errors?.map(({ field }) => field), ['starts_at'])
  })

  test('that make no sense are refused', async () => {
    const time = someTime()
    for (const [body, status] of [
      [{}, 400], [{ starts_at: 'tomorrow' }, 400], [{ starts_at: time, minutes: 1 }, 400],
      [{ starts_at: time, ends_at: time }, 422], [{ starts_at: time, ends_at: later(time, 2000) },
        422], [{ starts_at: time, service_id: client }, 422],
      [{ starts_at: time, contact_id: client }, 422], [{ starts_at: time, status: 'maybe' }, 400],
      [{ starts_at: time, customer_phone: '12' }, 400]
    ]) {
      const answer = await ask('POST', list, body)
      assert.equal(answer.status, status, `${JSON.stringify(body)}: ${answer.text}`)
    }
  })

  test("of another's client are not there", async () => {
    const made = await ask('POST', list, { starts_at: someTime() })
    const path = made.headers.location
    assert.equal((await marco.request('GET', path)).status, 404)
    assert.equal((await marco.request('PUT', path, { body: { notes: 'x' } })).status, 404)
    assert.equal((await marco.request('DELETE', path)).status, 404)
    const body = { starts_at: someTime() }
    assert.equal((await marco.request('POST', list, { body })).status, 404)
  })

  test('are walked by links, soonest first', async () => {
    const time = someTime()
    for (const minutes of [0, 120, 240]) {
      await ask('POST', list, { starts_at: later(time, minutes), minutes: 30 })
    }
    const seen = []
    let path = `${list}?from=${time}&to=${later(time, 300)}&limit=2`
    while (path !== undefined) {
      const page = await ask('GET', path)
      assert.equal(page.status, 200, page.text)
      seen.push(...page.json.map(({ starts_at: starts }) => Date.parse(starts)))
      path = /^<([^>]+)>; rel="next"$/.exec(page.headers.link ?? '')?.[1]
    }
    assert.deepEqual(seen, [0, 120, 240].map((minutes) => Date.parse(later(time, minutes))))
  })
})
