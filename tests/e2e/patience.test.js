// SPDX-License-Identifier: BSD-2-Clause
/** How long a peer of a media stream is waited for: never as long as it likes. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { newSid } from '../phone/webhook.js'
import { hangUp, invite } from './carrier.js'
import { OPCODE, RawSocket, frame, handshake } from './rawws.js'
import { useStack } from './stack.js'

const stack = await useStack()
const token = stack.demo.twilio_auth_token
const { text, binary, ping } = OPCODE
const connected = JSON.stringify({ event: 'connected', protocol: 'Call', version: '1.0.0' })

async function open() {
  const invitation = await invite(stack)
  const socket = new RawSocket(invitation.url)
  socket.write(handshake(invitation.url, token))
  assert.equal((await socket.head()).status, 101)
  return { socket, invitation }
}

/** Goes on sending; how long until the connection was cut, in ms. */
async function cutAfter(socket, everyMs, maxMs, bytes) {
  const begun = performance.now()
  while (!socket.isOver && performance.now() - begun < maxMs) {
    socket.write(bytes())
    await sleep(everyMs)
  }
  assert.equal(socket.isOver, true, 'the connection is cut')
  return performance.now() - begun
}

describe('a peer that goes on talking', { concurrency: true }, () => {
  test('and never says start is cut in ten seconds', async () => {
    const { socket, invitation } = await open()
    const took = await cutAfter(socket, 400, 15000,
      () => Buffer.concat([frame(ping, 'x'), frame(text, connected)]))
    assert.ok(took > 8000 && took < 12500, `after ${took} ms`)
    await hangUp(stack, invitation)
  })

  test('a byte at a time, in a frame without end, is cut in ten seconds', async () => {
    const { socket, invitation } = await open()
    const bytes = frame(text, 'x'.repeat(60000))
    let at = 0
    const took = await cutAfter(socket, 300, 15000, () => bytes.subarray(at, ++at))
    assert.ok(took > 8000 && took < 12500, `after ${took} ms`)
    await hangUp(stack, invitation)
  })

  test('after a close from here, and does not answer it, is cut in five', async () => {
    const { socket, invitation } = await open()
    socket.write(frame(binary, randomBytes(20)))
    assert.equal(await socket.closeCode(), 1003)
    const took = await cutAfter(socket, 200, 9000, () => frame(text, connected))
    assert.ok(took < 6500, `after ${took} ms`)
    await hangUp(stack, invitation)
  })

  test('after a frame that is none is cut in five', async () => {
    const { socket, invitation } = await open()
    socket.write(frame(text, 'x', { rsv: 4 }))
    assert.equal(await socket.closeCode(), 1002)
    const took = await cutAfter(socket, 200, 9000, () => frame(text, connected))
    assert.ok(took < 6500, `after ${took} ms`)
    await hangUp(stack, invitation)
  })
})

test('a stream that is live and talks is waited for', async () => {
  const { socket, invitation } = await open()
  const { callSid, parameters } = invitation
  const streamSid = newSid('MZ')
  const accountSid = stack.demo.twilio_account_sid
  const payload = randomBytes(160).toString('base64')
  const media = (n) => frame(text, JSON.stringify({
    event: 'media', sequenceNumber: String(n), streamSid,
    media: { track: 'inbound', chunk: String(n), timestamp: String(n * 20), payload }
  }))

  socket.write(frame(text, connected))
  socket.write(frame(text, JSON.stringify({
    event: 'start', sequenceNumber: '1', streamSid,
    start: {
      accountSid, streamSid, callSid, tracks: ['inbound'], customParameters: parameters,
      mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 }
    }
  })))
  for (let n = 2; n < 14; n++) {
    await sleep(1000)
    assert.equal(socket.isOver, false, `still there at ${n} s`)
    socket.write(media(n))
  }
  socket.destroy()
  await hangUp(stack, invitation)
})
