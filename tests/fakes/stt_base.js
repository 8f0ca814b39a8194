// SPDX-License-Identifier: BSD-2-Clause
/**
 * What the fakes of recognizers share: a server on loopback, faults that are told to it, and a
 * speech of their own. In that speech the word of number n is 200 ms of the u-law byte n, and all
 * else is silence: so what a fake understands is what really arrived, word by word.
 */
import { createServer } from 'node:http'
import { WebSocketServer } from 'ws'

export const RATE = 8000
const WORD = 1600
const WORDS = ['', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten',
  'eleven', 'twelve', 'thirteen', 'fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen',
  'nineteen', 'twenty']

/** u-law of a text in numbers; a number in it is so many milliseconds of silence. */
export function speech(text) {
  return Buffer.concat(text.split(' ').map((word) => (/^\d+$/.test(word)
    ? Buffer.alloc(Number(word) * 8, 0xff)
    : Buffer.alloc(WORD, WORDS.indexOf(word)))))
}

/** Words in u-law: { word, start, end } in seconds from the buffer's begin, plus `offset`. */
export function hear(ulaw, offset = 0) {
  const words = []
  for (let at = 0; at < ulaw.length;) {
    let end = at
    while (end < ulaw.length && ulaw[end] === ulaw[at]) {
      end++
    }
    if (ulaw[at] !== 0xff && WORDS[ulaw[at]]) {
      const count = Math.round((end - at) / WORD)
      for (let i = 0; i < count; i++) {
        words.push({
          word: WORDS[ulaw[at]],
          start: offset + (at + (end - at) * i / count) / RATE,
          end: offset + (at + (end - at) * (i + 1) / count) / RATE,
        })
      }
    }
    at = end
  }
  return words
}

export const text = (words) => words.map((w) => w.word).join(' ')

export const json = (status, body, headers = {}) => ({
  status, headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(body),
})

/**
 * A fake: `requests` are those that came (method, path, query, headers, body), but for those that
 * only open a connection (`warmed`); `faults` what the next ones meet, one each: { status, body,
 * headers }, { hang }, { reset }, { delay }, { trickle }, { garbage }, { flood }.
 */
export class Fake {
  requests = []
  warmed = []
  faults = []
  sockets = new Set()
  #server = createServer((request, response) => this.#take(request, response))

  async open(port = 0) {
    this.#server.on('connection', (socket) => {
      this.sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => this.sockets.delete(socket))
    })
    await new Promise((resolve) => this.#server.listen(port, '127.0.0.1', resolve))
    this.port = this.#server.address().port
    this.url = `http://127.0.0.1:${this.port}`
    return this
  }

  /** Takes WebSockets: `admit(request)` returns an answer that refuses, or undefined. */
  serve(admit, welcome, headers = () => []) {
    const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false })
    sockets.on('headers', (lines, request) => lines.push(...headers(request)))
    this.#server.on('upgrade', (request, socket, head) => {
      const url = new URL(request.url, this.url)
      const seen = { method: 'WS', path: url.pathname, query: url.searchParams,
        headers: request.headers }
      this.requests.push(seen)
      const fault = this.faults.shift()
      if (fault?.hang) {
        return
      }
      if (fault?.reset) {
        socket.resetAndDestroy()
        return
      }
      const refusal = fault ?? admit(seen)
      if (refusal) {
        this.#refuse(socket, refusal)
        return
      }
      sockets.handleUpgrade(request, socket, head, (ws) => {
        ws.on('error', () => {})
        welcome(ws, seen, socket)
      })
    })
  }

  #refuse(socket, { status, body = '', headers = {} }) {
    const lines = Object.entries({ ...headers, 'Content-Length': Buffer.byteLength(body),
      Connection: 'close' }).map(([name, value]) => `${name}: ${value}\r\n`).join('')
    socket.end(`HTTP/1.1 ${status} Refused\r\n${lines}\r\n${body}`)
  }

  /** Whoever has requests answers them: (request) => { status, headers, body }. */
  answer = () => json(404, { error: 'no such path' })

  async #take(request, response) {
    const chunks = []
    for await (const chunk of request) {
      chunks.push(chunk)
    }
    const url = new URL(request.url, this.url)
    const seen = { method: request.method, path: url.pathname, query: url.searchParams,
      headers: request.headers, body: Buffer.concat(chunks) }
    if (request.method !== 'POST') {
      this.warmed.push(seen)
      response.writeHead(404).end()
      return
    }
    this.requests.push(seen)
    const fault = this.faults.shift() ?? {}
    if (fault.hang) {
      return
    }
    if (fault.reset) {
      request.socket.resetAndDestroy()
      return
    }
    const { status, headers, body } = fault.status ? fault : this.answer(seen)
    if (fault.delay) {
      await new Promise((resolve) => { setTimeout(resolve, fault.delay) })
    }
    response.writeHead(status, headers)
    if (fault.trickle) {
      this.#trickle(response, body)
    } else if (fault.flood) {
      response.on('error', () => {})
      const more = () => { while (!response.destroyed && response.write(' '.repeat(65536))); }
      response.on('drain', more)
      more()
    } else {
      response.end(fault.garbage ?? body)
    }
  }

  /** A byte a second. */
  #trickle(response, body) {
    let at = 0
    const timer = setInterval(() => {
      if (response.destroyed || at === body.length) {
        clearInterval(timer)
      } else {
        response.write(body[at++])
      }
    }, 1000)
  }

  async close() {
    this.sockets.forEach((socket) => socket.destroy())
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
