// SPDX-License-Identifier: BSD-2-Clause
/** A WebSocket client that can break every rule: bytes in, bytes out. */
import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { sign } from '../phone/webhook.js'

export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 }

/**
 * One frame of bytes.
 * @param {number} opcode
 * @param {Buffer | string} payload
 * @param {{ fin?: boolean, rsv?: number, masked?: boolean, length?: bigint, form?: 7 | 16 | 64 }}
 *   [shape] `length` is what the header says in place of the truth, `form` how it says it
 */
export function frame(opcode, payload = '', shape = {}) {
  const { fin = true, rsv = 0, masked = true } = shape
  const data = Buffer.from(payload)
  const length = shape.length ?? BigInt(data.length)
  const form = shape.form ?? (length < 126n ? 7 : length < 65536n ? 16 : 64)
  const bit = masked ? 0x80 : 0
  const first = (fin ? 0x80 : 0) | rsv << 4 | opcode
  let header

  if (form === 7) {
    header = Buffer.from([first, bit | Number(length)])
  } else if (form === 16) {
    header = Buffer.from([first, bit | 126, 0, 0])
    header.writeUInt16BE(Number(length), 2)
  } else {
    header = Buffer.concat([Buffer.from([first, bit | 127]), Buffer.alloc(8)])
    header.writeBigUInt64BE(length, 2)
  }
  if (!masked) {
    return Buffer.concat([header, data])
  }
  const mask = randomBytes(4)
  return Buffer.concat([header, mask, data.map((byte, i) => byte ^ mask[i % 4])])
}

/** A close frame with a code and a reason. */
export function closeFrame(code, reason = '') {
  const head = Buffer.alloc(2)
  head.writeUInt16BE(code)
  return frame(OPCODE.close, Buffer.concat([head, Buffer.from(reason)]))
}

export class RawSocket {
  #buffer = Buffer.alloc(0)
  #socket
  #waiting = null

  constructor(url) {
    this.url = new URL(url)
    this.isOver = false
    this.#socket = connect(Number(this.url.port || 80), this.url.hostname)
    this.#socket.on('data', (data) => {
      this.#buffer = Buffer.concat([this.#buffer, data])
      this.#waiting?.()
    })
    this.#socket.on('error', () => {})
    this.#socket.on('close', () => {
      this.isOver = true
      this.#waiting?.()
    })
  }

  write(data) {
    if (!this.isOver) {
      this.#socket.write(data)
    }
  }

  destroy() {
    this.#socket.destroy()
  }

  /** What `take` makes of the bytes so far; null when the connection or the time ends first. */
  async #read(take, timeoutMs) {
    const deadline = performance.now() + timeoutMs
    for (;;) {
      const found = take()
      if (found !== null || this.isOver || performance.now() >= deadline) {
        return found
      }
      await new Promise((resolve) => {
        const clock = setTimeout(resolve, Math.max(1, deadline - performance.now()))
        this.#waiting = () => {
          clearTimeout(clock)
          resolve()
        }
      })
    }
  }

  /** The answer's head: { status, headers }; null when there is none. */
  head(timeoutMs = 10000) {
    return this.#read(() => {
      const end = this.#buffer.indexOf('\r\n\r\n')
      if (end < 0) {
        return null
      }
      const [first, ...lines] = this.#buffer.toString('latin1', 0, end).split('\r\n')
      this.#buffer = this.#buffer.subarray(end + 4)
      const headers = Object.fromEntries(lines.map((line) => {
        const colon = line.indexOf(':')
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
      }))
      return { status: Number(first.split(' ')[1]), headers }
    }, timeoutMs)
  }

  /** The server's next frame: { opcode, payload, fin }; null when there is none. */
  frame(timeoutMs = 10000) {
    return this.#read(() => {
      const buffer = this.#buffer
      if (buffer.length < 2) {
        return null
      }
      const short = buffer[1] & 0x7f
      const at = short === 126 ? 4 : short === 127 ? 10 : 2
      if (buffer.length < at) {
        return null
      }
      const length = short === 126 ? buffer.readUInt16BE(2)
        : short === 127 ? Number(buffer.readBigUInt64BE(2)) : short
      if (buffer.length < at + length) {
        return null
      }
      this.#buffer = buffer.subarray(at + length)
      return {
        fin: (buffer[0] & 0x80) !== 0,
        opcode: buffer[0] & 15,
        payload: Buffer.from(buffer.subarray(at, at + length))
      }
    }, timeoutMs)
  }

  /** The next frame that is no audio, mark or ping. */
  async controlFrame(timeoutMs = 10000) {
    for (;;) {
      const found = await this.frame(timeoutMs)
      if (found === null || found.opcode === OPCODE.close || found.opcode === OPCODE.pong) {
        return found
      }
    }
  }

  /** The code the server closes with: 0 when it only cuts, null when it stays. */
  async closeCode(timeoutMs = 10000) {
    for (;;) {
      const found = await this.controlFrame(timeoutMs)
      if (found === null) {
        return this.isOver ? 0 : null
      }
      if (found.opcode === OPCODE.close) {
        return found.payload.length >= 2 ? found.payload.readUInt16BE(0) : 1005
      }
    }
  }

  async whenOver(timeoutMs = 10000) {
    await this.#read(() => null, timeoutMs)
    while (!this.isOver && (await this.frame(timeoutMs)) !== null) {
      // what still came is of no interest
    }
    return this.isOver
  }
}

/**
 * The bytes of a handshake; a header set to null is left out, an array is sent several times.
 * @param {{ method?: string, version?: string, headers?: object, body?: string }} [shape]
 */
export function handshake(url, token, shape = {}) {
  const { method = 'GET', version = '1.1', headers = {}, body = '' } = shape
  const { host, pathname } = new URL(url)
  const all = {
    Host: host,
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
    'Sec-WebSocket-Version': '13',
    'x-twilio-signature': sign(token, url),
    ...headers
  }
  const lines = Object.entries(all).flatMap(([name, value]) => [value].flat()
    .filter((one) => one !== null).map((one) => `${name}: ${one}`))
  return `${method} ${pathname} HTTP/${version}\r\n${lines.join('\r\n')}\r\n\r\n${body}`
}
