// SPDX-License-Identifier: BSD-2-Clause
/** service/trace.c against a collector. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { startCollector } from '../fakes/otlp.js'
import { Driver } from './driver.js'

const CALL = '5b0e3a52-3ad2-4f8a-93f8-3fb1a0b1a2c3'
let driver, collector

before(async () => {
  collector = await startCollector({ token: 'let-me-in' })
  driver = new Driver()
})

after(async () => {
  await driver.stop()
  collector.close()
})

async function tell(verb, members) {
  return (await driver.event(driver.tell('trace', verb, members), '*')).event
}

const open = (members = {}) => tell('open', {
  url: collector.url, header: 'Authorization: Bearer let-me-in', call: CALL, begun: 1000, now: 5000,
  ...members
})

async function spans(count) {
  for (let n = 0; collector.spans.length < count && n < 200; n++) {
    await sleep(25)
  }
  return collector.spans.splice(0)
}

test('a call is a trace: its parts are below it', async () => {
  assert.equal(await open(), 'ok')
  await tell('add', { name: 'stt', begun: 2000, ended: 2150, text: 'deepgram' })
  await tell('add', { name: 'never begun', begun: 0, ended: 10 })
  await tell('add', { name: 'ends before', begun: 10, ended: 9 })
  await tell('close', { now: 6000, text: 'completed' })
  const [part, call, ...more] = await spans(2)
  assert.deepEqual(collector.refused, [])
  assert.equal(more.length, 0)
  assert.equal(call.name, 'call')
  assert.equal(call.traceId, CALL.replaceAll('-', ''))
  assert.equal(call.parentSpanId, undefined)
  assert.equal(part.traceId, call.traceId)
  assert.equal(part.parentSpanId, call.spanId)
  assert.notEqual(part.spanId, call.spanId)
  assert.deepEqual(part.attributes, { text: 'deepgram', number: '-7' })
  const ms = (from, to) => Number((BigInt(to) - BigInt(from)) / 1000000n)
  assert.equal(ms(part.startTimeUnixNano, part.endTimeUnixNano), 150)
  assert.equal(ms(call.startTimeUnixNano, part.startTimeUnixNano), 1000)
  assert.equal(ms(call.startTimeUnixNano, call.endTimeUnixNano), 5000)
  assert.ok(Math.abs(Number(BigInt(call.endTimeUnixNano) / 1000000n) - 1000 - Date.now()) < 60000)
  assert.deepEqual(collector.resources.pop(),
    { 'service.name': 'frontdesk', 'service.instance.id': 'node-1' })
})

test('a long call is sent in pieces, and no two spans are alike', async () => {
  await open()
  for (let n = 0; n < 150; n++) {
    await tell('add', { name: 'tts', begun: 2000 + n, ended: 2000 + n })
  }
  await tell('close', { now: 6000 })
  const all = await spans(151)
  assert.equal(all.length, 151)
  assert.equal(new Set(all.map((span) => span.spanId)).size, 151)
  assert.equal(new Set(all.map((span) => span.traceId)).size, 1)
})

test('no call id is no trace, and who is not let in, or not there, costs nothing', async () => {
  assert.equal(await open({ call: 'not a uuid' }), 'refused')
  assert.equal(await open({ call: `${CALL}00` }), 'refused')
  await open({ header: 'Authorization: Bearer stranger' })
  await tell('close', { now: 6000 })
  for (let n = 0; collector.refused.length === 0 && n < 200; n++) {
    await sleep(25)
  }
  assert.deepEqual(collector.refused, ['who are you'])
  await open({ url: 'http://127.0.0.1:9/v1/traces' })
  assert.equal(await tell('close', { now: 6000 }), 'ok')
})
