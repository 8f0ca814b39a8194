// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { newSid } from '../phone/webhook.js'
import { hangUp, invite } from './carrier.js'
import { OPCODE, RawSocket, closeFrame, frame, handshake } from './rawws.js'
import { useStack } from './stack.js'

const stack = await useStack()
const token = stack.demo.twilio_auth_token
const { text, binary, continuation, close, ping, pong } = OPCODE

/** The carrier's first messages on an invitation, and one frame of audio. */
function messages({ callSid, parameters }) {
  const streamSid = newSid('MZ')
  const accountSid = stack.demo.twilio_account_sid
  const payload = randomBytes(160).toString('base64')
  return {
    payload,
    connected: JSON.stringify({ event: 'connected', protocol: 'Call', version: '1.0.0' }),
    start: JSON.stringify({
      event: 'start', sequenceNumber: '1', streamSid,
      start: {
        accountSid, streamSid, callSid, tracks: ['inbound'], customParameters: parameters,
        mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 }
      }
    }),
    media: JSON.stringify({
      event: 'media', sequenceNumber: '2', streamSid,
      media: { track: 'inbound', chunk: '1', timestamp: '20', payload }
    })
  }
}

/** An answer to a handshake that is not as it should be. */
async function answerTo(shape) {
  const invitation = await invite(stack)
  const socket = new RawSocket(invitation.url)
  socket.write(handshake(invitation.url, token, shape))
  const head = await socket.head()
  socket.destroy()
  await hangUp(stack, invitation)
  return head
}

/** A socket after its handshake, with the stream's messages for it. */
async function open() {
  const invitation = await invite(stack)
  const socket = new RawSocket(invitation.url)
  socket.write(handshake(invitation.url, token))
  assert.equal((await socket.head()).status, 101)
  return { socket, invitation, ...messages(invitation) }
}

/** The payload comes back on the echo line. */
async function assertEcho(socket, payload) {
  for (;;) {
    const found = await socket.frame()
    assert.notEqual(found, null, 'no echo')
    if (found.opcode === text && String(found.payload).includes(payload)) {
      return
    }
  }
}

/** Bytes after the handshake are answered with a close of this code. */
async function assertCloses(codes, ...bytes) {
  const { socket, invitation, connected, start } = await open()
  socket.write(Buffer.concat([frame(text, connected), frame(text, start), ...bytes]))
  const code = await socket.closeCode()
  assert.ok([codes].flat().includes(code), `closed with ${code}`)
  assert.equal(await socket.whenOver(), true, 'the connection is cut')
  await hangUp(stack, invitation)
}

describe('handshakes', { concurrency: true }, () => {
  test('a right one is answered with the proof of its key', async () => {
    const key = randomBytes(16).toString('base64')
    const { status, headers } = await answerTo({ headers: { 'Sec-WebSocket-Key': key } })
    assert.equal(status, 101)
    assert.equal(headers['sec-websocket-accept'], createHash('sha1')
      .update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64'))
  })

  for (const [what, key] of Object.entries({
    'without a key': null,
    'with a key of 8 bytes': 'AAAAAAAAAAA=',
    'with a key that is no base64': '!!!!!!!!!!!!!!!!!!!!!!==',
    'with two keys': ['AAAAAAAAAAAAAAAAAAAAAA==', 'BBBBBBBBBBBBBBBBBBBBBA==']
  })) {
    test(`one ${what} is answered 400`, async () => {
      assert.equal((await answerTo({ headers: { 'Sec-WebSocket-Key': key } })).status, 400)
    })
  }

  for (const version of ['8', '14', '', 'x', null]) {
    test(`version ${version} is answered 426`, async () => {
      const { status, headers } = await answerTo({ headers: { 'Sec-WebSocket-Version': version } })
      assert.equal(status, 426)
      assert.equal(headers['sec-websocket-version'], '13')
    })
  }

  for (const [what, shape] of Object.entries({
    'a POST': { method: 'POST', headers: { 'Content-Length': '0' } },
    'HTTP/1.0': { version: '1.0' },
    'a body': { headers: { 'Content-Length': '5' }, body: 'hello' },
    'no upgrade': { headers: { Upgrade: null } },
    'another upgrade': { headers: { Upgrade: 'h2c' } },
    'no connection header': { headers: { Connection: 'close' } }
  })) {
    test(`one with ${what} opens nothing`, async () => {
      const head = await answerTo(shape)
      assert.ok(head !== null && [400, 405, 426].includes(head.status), JSON.stringify(head))
    })
  }

  test('one with a header of 64 KiB is answered 4xx', async () => {
    const head = await answerTo({ headers: { 'X-Long': 'a'.repeat(65536) } })
    assert.ok(head !== null && head.status >= 400 && head.status < 500, JSON.stringify(head))
  })

  test('compression is not agreed to', async () => {
    const { status, headers } = await answerTo({
      headers: { 'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits' }
    })
    assert.equal(status, 101)
    assert.equal(headers['sec-websocket-extensions'], undefined)
  })

  test('one that is never finished is cut', async () => {
    const { host, hostname, port } = new URL(stack.demo.base_url)
    const socket = new RawSocket(`ws://${hostname}:${port}/`)
    socket.write(`GET /ws/1/2 HTTP/1.1\r\nHost: ${host}\r\nUpgr`)
    await socket.whenOver(60000)
    assert.equal(socket.isOver, true)
  })
})

describe('frames', { concurrency: true }, () => {
  test('glued to the handshake are read', async () => {
    const invitation = await invite(stack)
    const { connected, start, media, payload } = messages(invitation)
    const socket = new RawSocket(invitation.url)
    socket.write(Buffer.concat([Buffer.from(handshake(invitation.url, token)),
      frame(text, connected), frame(text, start), frame(text, media)]))
    assert.equal((await socket.head()).status, 101)
    await assertEcho(socket, payload)
    socket.write(closeFrame(1000))
    assert.equal(await socket.closeCode(), 1000)
  })

  test('that come byte by byte are read', async () => {
    const { socket, connected, start, media, payload } = await open()
    const bytes = Buffer.concat([frame(text, connected), frame(text, start), frame(text, media)])
    for (const byte of bytes) {
      socket.write(Buffer.from([byte]))
      await sleep(0)
    }
    await assertEcho(socket, payload)
    socket.write(closeFrame(1000))
    assert.equal(await socket.closeCode(), 1000)
  })

  test('cut into fragments, with a ping between, are read', async () => {
    const { socket, connected, start, media, payload } = await open()
    socket.write(Buffer.concat([
      frame(text, connected), frame(text, start),
      frame(text, media.slice(0, 10), { fin: false }),
      frame(ping, 'between'),
      frame(continuation, media.slice(10, 40), { fin: false }),
      frame(continuation, ''.padEnd(0), { fin: false }),
      frame(continuation, media.slice(40))
    ]))
    const answer = await socket.controlFrame()
    assert.deepEqual([answer.opcode, String(answer.payload)], [pong, 'between'])
    await assertEcho(socket, payload)
    socket.write(closeFrame(1000))
    assert.equal(await socket.closeCode(), 1000)
  })

  test('a pong nobody asked for is ignored', async () => {
    const { socket, connected, start, media, payload } = await open()
    socket.write(Buffer.concat([frame(pong, 'hello'), frame(text, connected), frame(pong),
      frame(text, start), frame(pong, 'x'.repeat(125)), frame(text, media)]))
    await assertEcho(socket, payload)
    socket.destroy()
  })

  for (const [what, codes, ...bytes] of [
    ['without a mask', 1002, frame(text, '{}', { masked: false })],
    ...[1, 2, 4, 7].map((rsv) => [`with reserved bits ${rsv}`, 1002, frame(text, '{}', { rsv })]),
    ...[3, 4, 7, 11, 15].map((opcode) => [`of opcode ${opcode}`, 1002, frame(opcode, '{}')]),
    ['a ping of 126 bytes', 1002, frame(ping, 'x'.repeat(126))],
    ['a ping in fragments', 1002, frame(ping, 'x', { fin: false })],
    ['a close in fragments', 1002, frame(close, '', { fin: false })],
    ['a continuation of nothing', 1002, frame(continuation, 'x')],
    ['a new message inside another', 1002, frame(text, '{', { fin: false }), frame(text, '}')],
    ['binary', 1003, frame(binary, 'x')],
    ['text that is not UTF-8', 1007, frame(text, Buffer.from([0x7b, 0xc3, 0x28, 0x7d]))],
    ['overlong UTF-8', 1007, frame(text, Buffer.from([0xc0, 0xaf]))],
    ['UTF-8 of a surrogate', 1007, frame(text, Buffer.from([0xed, 0xa0, 0x80]))],
    ['UTF-8 beyond Unicode', 1007, frame(text, Buffer.from([0xf4, 0x90, 0x80, 0x80]))],
    ['a character cut off at the end', 1007, frame(text, Buffer.from([0xe2, 0x82]))],
    ['bad UTF-8 in a second fragment', 1007, frame(text, Buffer.from([0xe2]), { fin: false }),
      frame(continuation, Buffer.from([0x28, 0xa1]))],
    ['that claims 2^63 bytes', [1002, 1009], frame(text, 'x'.repeat(100), { length: 1n << 63n })],
    ['that claims 2^63-1 bytes', [1002, 1009],
      frame(text, 'x'.repeat(100), { length: (1n << 63n) - 1n })],
    ['that claims 2^32+1 bytes', 1009, frame(text, 'x'.repeat(100), { length: (1n << 32n) + 1n })],
    ['with a length said in too many bytes', 1002, frame(text, '{}', { form: 16 })],
    ['with a length said in far too many bytes', 1002, frame(text, '{}', { form: 64 })],
    ['of 65,537 bytes', 1009, frame(text, 'x'.repeat(65537))],
    ['in fragments of more than 64 KiB', 1009, frame(text, 'x'.repeat(40000), { fin: false }),
      frame(continuation, 'x'.repeat(40000))]
  ]) {
    test(`${what} close with ${codes}`, () => assertCloses(codes, ...bytes))
  }

  for (const code of [0, 999, 1004, 1005, 1006, 1016, 2000, 2999, 65535]) {
    test(`a close with code ${code} is answered 1002`, () => assertCloses(1002, closeFrame(code)))
  }
  test('a close of one byte is answered 1002', () => assertCloses(1002, frame(close, 'x')))
  test('a close with a reason that is not UTF-8 is answered 1007', () => assertCloses([1002, 1007],
    frame(close, Buffer.from([0x03, 0xe8, 0xc3, 0x28]))))
  for (const code of [1000, 1001, 3000, 4999]) {
    test(`a close with code ${code} is answered in kind`, () => assertCloses([code, 1000],
      closeFrame(code, 'bye')))
  }
  test('an empty close is answered', () => assertCloses([1000, 1005], frame(close)))

  test('data after a close are ignored', async () => {
    const { socket, connected, start, media, invitation } = await open()
    socket.write(Buffer.concat([frame(text, connected), frame(text, start), closeFrame(1000),
      frame(text, media), frame(3, 'x')]))
    assert.equal(await socket.closeCode(), 1000)
    assert.equal(await socket.whenOver(), true)
    await hangUp(stack, invitation)
  })

  test('empty fragments without end are cut', async () => {
    const { socket, invitation } = await open()
    const many = Buffer.concat(Array.from({ length: 20000 },
      () => frame(continuation, '', { fin: false })))
    socket.write(frame(text, '{', { fin: false }))
    for (let n = 0; n < 10 && !socket.isOver; n++) {
      socket.write(many)
      await sleep(50)
    }
    const code = await socket.closeCode()
    assert.ok([0, 1008, 1009].includes(code), `closed with ${code}`)
    await hangUp(stack, invitation)
  })
})
