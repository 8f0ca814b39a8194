// SPDX-License-Identifier: BSD-2-Clause
/**
 * What the fakes of speech services share: a server with knobs, and speech that is a tone, whose
 * frequency tells which text it is of: so a test knows of every sample where it is from.
 *
 * `faults` are knobs, all off at first:
 *   handshake {status, body, retryAfter}; hang: connections are taken and never answered; reset:
 *   the connection is cut in the middle; closeCode: closed so in the middle; firstMs; chunkMs;
 *   chunkBytes; silenceMs: of silence before the speech; silent: nothing but silence; empty: no
 *   audio; never: no end is told; mute: neither audio nor end; dribble: a byte a second;
 *   garbage: bytes that are no message; badBase64; afterCancel: audio of what was canceled goes
 *   on; endless: an hour of audio; mp3; times: 'late', 'missing', 'odd'. Others are the fakes' own.
 */
import { createServer } from 'node:http'
import { WebSocketServer } from 'ws'

export const RATE = 8000
const MS_PER_LETTER = 30
const CLIP = 32635

export function ulaw(pcm) {
  const out = Buffer.alloc(pcm.length)
  for (let i = 0; i < pcm.length; i++) {
    const sign = pcm[i] < 0 ? 0x80 : 0
    const level = Math.min(Math.abs(pcm[i]), CLIP) + 132
    let exponent = 7
    while (exponent > 0 && !(level & (1 << (exponent + 7)))) {
      exponent--
    }
    out[i] = ~(sign | exponent << 4 | (level >> (exponent + 3)) & 15) & 0xff
  }
  return out
}

export function tone(hz, ms, rate = RATE) {
  const pcm = new Int16Array(Math.round(ms * rate / 1000))
  for (let i = 0; i < pcm.length; i++) {
    pcm[i] = Math.round(9000 * Math.sin(2 * Math.PI * hz * i / rate))
  }
  return pcm
}

export const bytesOf = (pcm) => Buffer.from(pcm.buffer, pcm.byteOffset, pcm.byteLength)

const chunk = (name, body) => {
  const head = Buffer.alloc(8)
  head.write(name, 0, 'latin1')
  head.writeUInt32LE(body.length, 4)
  return Buffer.concat([head, body, Buffer.alloc(body.length & 1)])
}

/** A WAV file: format 1 (s16), 3 (f32) or 7 (u-law); `extra` chunks come before its data. */
export function wav(format, rate, data, { extra = [], size, channels = 1 } = {}) {
  const width = { 1: 2, 3: 4, 7: 1 }[format]
  const fmt = Buffer.alloc(format === 1 ? 16 : 18)
  fmt.writeUInt16LE(format, 0)
  fmt.writeUInt16LE(channels, 2)
  fmt.writeUInt32LE(rate, 4)
  fmt.writeUInt32LE(rate * width * channels, 8)
  fmt.writeUInt16LE(width * channels, 12)
  fmt.writeUInt16LE(width * 8, 14)
  const body = chunk('data', data)
  if (size !== undefined) {
    body.writeUInt32LE(size, 4)
  }
  return chunk('RIFF', Buffer.concat([Buffer.from('WAVE'), chunk('fmt ', fmt),
    ...extra.map(([name, bytes]) => chunk(name, bytes)), body]))
}

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/**
 * `onRequest(request, response, body)` answers HTTP, `onSocket(socket, request)` has what was
 * upgraded; `check(request)` returns what is wrong with a request before that:
 * { status, body } or nothing.
 */
export async function start({ onRequest, onSocket, check }) {
  const fake = { requests: [], sockets: [], spoken: [], faults: {}, messages: [] }
  const open = new Set()
  let voices = 0

  /** The tone of a text: another one for each request. */
  fake.speak = (text, rate = RATE) => {
    const hz = 400 + 60 * (voices++ % 40)
    const ms = fake.faults.endless ? 3600000 : Math.max(200, text.trim().length * MS_PER_LETTER)
    fake.spoken.push({ text, hz, ms })
    const { silenceMs = 0, silent, empty } = fake.faults
    if (empty) {
      return new Int16Array(0)
    }
    const pcm = silent ? new Int16Array(ms * rate / 1000)
      : tone(hz, fake.faults.endless ? 150000 : ms, rate)
    const before = new Int16Array(silenceMs * rate / 1000)
    const all = new Int16Array(before.length + pcm.length)
    all.set(pcm, before.length)
    return all
  }

  const refusal = (request) => {
    const { handshake } = fake.faults
    if (handshake && (!handshake.path || request.url.includes(handshake.path))) {
      return handshake
    }
    return check?.(request)
  }

  const server = createServer(async (request, response) => {
    const parts = []
    for await (const part of request) {
      parts.push(part)
    }
    const body = Buffer.concat(parts)
    fake.requests.push({ url: request.url, headers: request.headers, body: body.toString() })
    const wrong = refusal(request)
    if (fake.faults.hang) {
      return
    }
    if (wrong) {
      response.writeHead(wrong.status, {
        'content-type': 'application/json',
        ...(wrong.retryAfter ? { 'retry-after': wrong.retryAfter } : {}),
      })
      response.end(typeof wrong.body === 'string' ? wrong.body : JSON.stringify(wrong.body ?? {}))
      return
    }
    if (!onRequest) {
      response.writeHead(404)
      response.end('{}')
      return
    }
    await onRequest(request, response, body)
  })
  server.on('connection', (socket) => {
    open.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => open.delete(socket))
  })

  const upgrades = new WebSocketServer({ noServer: true })
  server.on('upgrade', (request, socket, head) => {
    fake.requests.push({ url: request.url, headers: request.headers, upgrade: true })
    const wrong = refusal(request)
    if (fake.faults.hang) {
      return
    }
    if (wrong || !onSocket) {
      const { status = 404, body = '{}', retryAfter } = wrong ?? {}
      const text = typeof body === 'string' ? body : JSON.stringify(body)
      socket.end(`HTTP/1.1 ${status} No\r\ncontent-type: application/json\r\n${
        retryAfter ? `retry-after: ${retryAfter}\r\n` : ''
      }content-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n${text}`)
      return
    }
    upgrades.handleUpgrade(request, socket, head, (ws) => {
      ws.on('error', () => {})
      ws.raw = socket
      fake.sockets.push(ws)
      onSocket(ws, request)
    })
  })

  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  fake.port = server.address().port
  fake.url = `http://127.0.0.1:${fake.port}`
  fake.close = async () => {
    fake.isClosed = true
    open.forEach((socket) => socket.destroy())
    await new Promise((resolve) => server.close(resolve))
  }
  return fake
}

/** Breaks a connection as the knobs say when it is half through; whether it did. */
export function breaks(fake, ws, at, count) {
  const { reset, closeCode } = fake.faults
  if (at < count / 2 || !(reset || closeCode)) {
    return false
  }
  if (reset) {
    ws.raw.resetAndDestroy()
  } else {
    ws.close(closeCode, 'NET-0001')
  }
  return true
}

/** Bytes in the pieces that the knobs say, each given to `send`, which returns false to stop. */
export async function pieces(fake, bytes, send, size = 1600) {
  const { firstMs, chunkMs, chunkBytes = size, dribble } = fake.faults
  const step = dribble ? 1 : chunkBytes
  const count = Math.ceil(bytes.length / step)
  if (firstMs) {
    await sleep(firstMs)
  }
  for (let i = 0; i < count; i++) {
    if (fake.isClosed || await send(bytes.subarray(i * step, (i + 1) * step), i, count) === false) {
      return false
    }
    if (chunkMs || dribble) {
      await sleep(dribble ? 1000 : chunkMs)
    }
  }
  return true
}

/** An answer of audio over HTTP, in pieces. */
export async function answer(fake, response, type, bytes) {
  if (fake.faults.mute) {
    return
  }
  response.writeHead(200, { 'content-type': type })
  const whole = await pieces(fake, bytes, (piece, at, count) => {
    if (response.destroyed) {
      return false
    }
    if (fake.faults.reset && at >= count / 2) {
      response.socket.resetAndDestroy()
      return false
    }
    return new Promise((resolve) => response.write(piece, () => resolve(true)))
  }, 4801)
  if (whole && !fake.faults.never) {
    response.end()
  }
}
