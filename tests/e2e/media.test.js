// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Phone } from '../phone/phone.js'
import { assertEchoes, closeCode, invite, streamFor } from './carrier.js'
import { useStack } from './stack.js'

const stack = await useStack()

/** A stream on the echo line that works. */
async function echoStream(faults) {
  const stream = streamFor(stack, await invite(stack), faults)
  await stream.open()
  await assertEchoes(stream)
  return stream
}

/** Sends something and proves that the stream still works. */
async function assertHarmless(send) {
  const stream = await echoStream()
  await send(stream)
  await assertEchoes(stream)
  await stream.stop()
}

/** Sends something that must end the stream with a code. */
async function assertFatal(code, send) {
  const stream = await echoStream()
  await send(stream)
  assert.equal(await closeCode(stream), code)
}

const media = (stream, payload, more = {}) => ({
  event: 'media',
  sequenceNumber: String(++stream.sequence),
  media: { track: 'inbound', chunk: String(++stream.chunk), timestamp: '20', payload },
  streamSid: stream.streamSid,
  ...more
})

describe('what the carrier should never send', { concurrency: true }, () => {
  for (const [what, text] of Object.entries({
    'text that is not JSON': 'hello',
    'half of a message': '{"event":"media","media":{"payl',
    'two messages in one': '{"event":"x"}{"event":"y"}',
    'a byte order mark': '\ufeff{"event":"x"}',
    'trailing bytes': '{"event":"x"} x',
    'an array': '[1,2,3]',
    'a number': '42',
    'nothing': '',
    'null': 'null',
    'an event twice': '{"event":"media","event":"stop"}',
    'a number beyond all numbers': '{"event":"media","sequenceNumber":1e999}',
    'a lone surrogate': '{"event":"\\ud800"}',
    'an unknown event': '{"event":"weather","sun":true}',
    'an event that is no text': '{"event":{"a":1}}'
  })) {
    test(`${what} is dropped`, () => assertHarmless((stream) => stream.sendRaw(text)))
  }

  test('more than ten broken messages end the stream with 1008', () => assertFatal(1008,
    (stream) => Array.from({ length: 12 }).forEach(() => stream.sendRaw('garbage'))))

  test('a binary frame ends the stream with 1003', () => assertFatal(1003,
    (stream) => stream.sendRaw(Buffer.from('{"event":"x"}'))))

  test('a message over 64 KiB ends the stream with 1009', () => assertFatal(1009,
    (stream) => stream.sendJson(media(stream, 'A'.repeat(66000)))))

  test('deep nesting is dropped', () => assertHarmless(
    (stream) => stream.sendRaw(`{"event":"x","a":${'['.repeat(20000)}${']'.repeat(20000)}}`)))

  for (const [what, payload] of Object.entries({
    'that is not base64': '!!!!', 'in the URL alphabet': '-_-_', 'with blanks': 'AAAA AAAA',
    'with wrong padding': 'AAA', 'that is empty': '', 'that is a number': 42, 'that is null': null,
    'that is an object': {}
  })) {
    test(`a payload ${what} is dropped`, () => assertHarmless(
      (stream) => stream.sendJson(media(stream, payload))))
  }

  test('a payload of one byte, and one of half a second, are audio', () => assertHarmless(
    (stream) => {
      stream.sendJson(media(stream, 'qg=='))
      stream.sendJson(media(stream, Buffer.alloc(4000, 0x44).toString('base64')))
    }))

  for (const sequenceNumber of ['1', '-5', '99999999999999999999', 'twelve', '', 7, null, '2']) {
    test(`a sequence number ${JSON.stringify(sequenceNumber)} ends nothing`, () => assertHarmless(
      (stream) => stream.sendJson(media(stream, 'AAAA', { sequenceNumber }))))
  }

  test('timestamps an hour off end nothing', () => assertHarmless((stream) => {
    for (const timestamp of ['3600000', '0', '-1', 'x']) {
      const message = media(stream, 'AAAA')
      message.media.timestamp = timestamp
      stream.sendJson(message)
    }
  }))

  test('digits that are none, and far too many, end nothing', () => assertHarmless((stream) => {
    for (const digit of ['AAAA', '١', '5'.repeat(10000), '', 5, null]) {
      stream.sendJson({
        event: 'dtmf', streamSid: stream.streamSid, sequenceNumber: String(++stream.sequence),
        dtmf: { track: 'inbound_track', digit }
      })
    }
  }))

  test('marks that were never sent end nothing', () => assertHarmless((stream) => {
    for (const name of ['nobody', 'x'.repeat(10240), '', '../../etc', 7]) {
      stream.sendJson({
        event: 'mark', streamSid: stream.streamSid, sequenceNumber: String(++stream.sequence),
        mark: { name }
      })
    }
  }))

  test('media after stop, and a second stop, settle the call once', async () => {
    const stream = await echoStream()
    const stop = () => stream.sendJson({
      event: 'stop', sequenceNumber: String(++stream.sequence), streamSid: stream.streamSid,
      stop: { accountSid: stream.accountSid, callSid: stream.callSid }
    })
    stop()
    stream.sendMedia(Buffer.alloc(160, 0xff))
    stop()
    stream.destroy()
    await sleep(2000)
    const [row] = await stack.rows(`
      select c.status, count(l.id) filter (where l.kind = 'release') as releases
        from frontdesk.calls c left join frontdesk.ledger l
             on l.client_id = c.client_id and l.call_id = c.id
       where c.call_sid = :'sid' group by c.status`, { sid: stream.callSid })
    assert.ok(row.releases <= 1, JSON.stringify(row))
  })

  test('a connection that breaks without a word is noticed', async () => {
    const stream = await echoStream()
    stream.destroy()
    await stream.whenClosed()
  })
})

test('a call goes on undisturbed while others send garbage', async (t) => {
  const phone = await Phone.dial({ demo: stack.demo, to: stack.client('echo').number })
  const sent = new Map()
  const latencies = []
  phone.on('sent', (payload) => sent.set(payload, phone.now()))
  phone.on('media', (payload) => {
    if (sent.has(payload)) {
      latencies.push(phone.now() - sent.get(payload))
      sent.delete(payload)
    }
  })

  const frames = 250
  const talking = phone.say(randomBytes(160 * frames))
  for (let n = 0; n < 20; n++) {
    const stream = await echoStream()
    stream.sendRaw(randomBytes(3000))
    Array.from({ length: 12 }).forEach(() => stream.sendRaw('{"event":'))
    stream.sendRaw('x'.repeat(70000))
    await closeCode(stream)
  }
  await talking
  await sleep(500)
  await phone.hangUp()

  const sorted = latencies.toSorted((a, b) => a - b)
  t.diagnostic(`echo while others misbehaved: ${latencies.length} frames, median `
    + `${sorted[sorted.length >> 1]?.toFixed(1)} ms, worst ${sorted.at(-1)?.toFixed(1)} ms`)
  assert.deepEqual(phone.violations, [])
  assert.ok(latencies.length >= frames, `${latencies.length} of ${frames} frames came back`)
})
