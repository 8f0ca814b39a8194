// SPDX-License-Identifier: BSD-2-Clause
/**
 * The carrier's end of a media stream: a WebSocket client that sends the caller's frames and
 * plays what comes back as a telephone does, in order, at 8,000 bytes a second.
 */
import { EventEmitter } from 'node:events'
import twilio from 'twilio'
import WebSocket from 'ws'
import { FRAME_BYTES, FRAME_MS, SILENCE } from './audio.js'
import { newSid } from './webhook.js'

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/
const OPEN_TIMEOUT_MS = 10000

/** Audio and marks on their way to the caller's ear. */
export class Playout {
  #queue = []

  get isEmpty() {
    return this.#queue.length === 0
  }

  /** Bytes not played yet. */
  get pendingBytes() {
    return this.#queue.reduce((sum, entry) => sum + (entry.audio?.length ?? 0), 0)
  }

  add(audio) {
    this.#queue.push({ audio })
  }

  mark(name) {
    this.#queue.push({ mark: name })
  }

  /** Drops the audio; the marks that waited for it. */
  clear() {
    const marks = this.#queue.filter((entry) => entry.mark !== undefined)
    this.#queue = []
    return marks.map((entry) => entry.mark)
  }

  /** One frame's worth: { audio: Buffer | null, marks: string[] } that were reached by it. */
  play() {
    const frame = Buffer.alloc(FRAME_BYTES, SILENCE)
    const marks = this.#reachedMarks()
    let filled = 0

    while (filled < FRAME_BYTES && this.#queue.length > 0) {
      const head = this.#queue[0]
      const part = head.audio.subarray(0, FRAME_BYTES - filled)
      part.copy(frame, filled)
      filled += part.length
      head.audio = head.audio.subarray(part.length)
      if (head.audio.length === 0) {
        this.#queue.shift()
        marks.push(...this.#reachedMarks())
      }
    }
    return { audio: filled > 0 ? frame : null, marks }
  }

  #reachedMarks() {
    const marks = []
    while (this.#queue.length > 0 && this.#queue[0].mark !== undefined) {
      marks.push(this.#queue.shift().mark)
    }
    return marks
  }
}

export class StreamRefused extends Error {
  constructor(status) {
    super(`the stream was answered ${status}`)
    this.status = status
  }
}

/**
 * What a test may make the stream do wrong:
 * - `signature`: another x-twilio-signature; null sends none
 * - `parameters(params)`: other custom parameters
 * - `connected: false`, `start: false`: these messages are not sent
 * - `startCallSid`, `startAccountSid`, `mediaFormat`: what the start message says
 * - `mediaStreamSid`: the streamSid of media messages
 * - `burst`: frames are kept back and sent so many at a time
 * - `deaf: true`: nothing is read from the socket
 *
 * Emits `media` (payload, audio), `mark` (name), `clear`, `violation` (text), `sent` (payload)
 * and `close` ({ code, reason, by }).
 */
export class MediaStream extends EventEmitter {
  /** Streams that are open. */
  static live = new Set()

  constructor({ url, token, callSid, accountSid, parameters, faults = {} }) {
    super()
    this.url = url
    this.streamSid = newSid('MZ')
    this.playout = new Playout()
    this.isOpen = false
    this.closed = null
    this.clears = []
    this.received = 0
    this.callSid = callSid
    this.accountSid = accountSid
    this.parameters = parameters
    this.faults = faults
    this.token = token
    this.sequence = 0
    this.chunk = 0
    this.heldBack = []
  }

  /** Resolves when `start` is sent. @throws {StreamRefused} */
  async open() {
    const { faults } = this
    const signature = faults.signature === undefined
      ? twilio.getExpectedTwilioSignature(this.token, this.url, {})
      : faults.signature

    this.socket = new WebSocket(this.url, {
      perMessageDeflate: false,
      handshakeTimeout: OPEN_TIMEOUT_MS,
      headers: signature === null ? {} : { 'x-twilio-signature': signature }
    })
    await this.#connected()

    this.isOpen = true
    MediaStream.live.add(this)
    this.openedAt = performance.now()
    if (faults.deaf) {
      this.socket.pause()
    }
    if (faults.connected !== false) {
      this.sendJson({ event: 'connected', protocol: 'Call', version: '1.0.0' })
    }
    if (faults.start !== false) {
      this.sendStart()
    }
  }

  #connected() {
    const { socket } = this
    return new Promise((resolve, reject) => {
      socket.on('unexpected-response', (request, response) => {
        response.resume()
        request.destroy()
        reject(new StreamRefused(response.statusCode))
      })
      socket.on('error', reject)
      socket.on('open', resolve)
      socket.on('message', (data, isBinary) => this.#onMessage(data, isBinary))
      socket.on('close', (code, reason) => this.#onClose(code, String(reason)))
    })
  }

  sendJson(message) {
    this.sendRaw(JSON.stringify(message))
  }

  /** Anything at all; a Buffer goes as a binary frame. */
  sendRaw(data) {
    if (this.socket.readyState === WebSocket.OPEN) {
      this.socket.send(data)
    }
  }

  #sendNumbered(event, fields) {
    this.sequence += 1
    this.sendJson({
      event, sequenceNumber: String(this.sequence), ...fields, streamSid: this.streamSid
    })
  }

  sendStart() {
    const { faults, parameters } = this
    this.#sendNumbered('start', {
      start: {
        accountSid: faults.startAccountSid ?? this.accountSid,
        streamSid: this.streamSid,
        callSid: faults.startCallSid ?? this.callSid,
        tracks: ['inbound'],
        mediaFormat: faults.mediaFormat
          ?? { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
        customParameters: faults.parameters ? faults.parameters(parameters) : parameters
      }
    })
  }

  /** The caller's next 20 ms go out; returns what the caller hears in them, or null. */
  tick(frame) {
    if (!this.isOpen) {
      return null
    }

    this.heldBack.push(frame)
    if (this.heldBack.length >= (this.faults.burst ?? 1)) {
      this.heldBack.splice(0).forEach((one) => this.sendMedia(one))
    }

    const { audio, marks } = this.playout.play()
    marks.forEach((name) => this.#echo(name))
    return audio
  }

  sendMedia(frame) {
    const payload = frame.toString('base64')
    this.chunk += 1
    this.sequence += 1
    this.sendJson({
      event: 'media',
      sequenceNumber: String(this.sequence),
      media: {
        track: 'inbound',
        chunk: String(this.chunk),
        timestamp: String(this.chunk * FRAME_MS),
        payload
      },
      streamSid: this.faults.mediaStreamSid ?? this.streamSid
    })
    this.emit('sent', payload)
  }

  sendDigit(digit) {
    this.sequence += 1
    this.sendJson({
      event: 'dtmf',
      streamSid: this.streamSid,
      sequenceNumber: String(this.sequence),
      dtmf: { track: 'inbound_track', digit }
    })
  }

  #echo(name) {
    this.#sendNumbered('mark', { mark: { name } })
    this.emit('mark', name)
  }

  /** The caller hung up: the carrier says so and closes. */
  async stop() {
    if (!this.isOpen) {
      return
    }
    this.#sendNumbered('stop', { stop: { accountSid: this.accountSid, callSid: this.callSid } })
    this.by = 'carrier'
    this.socket.close(1000)
    await this.whenClosed()
  }

  /** The connection is gone without a word. */
  destroy() {
    this.by = 'carrier'
    this.socket?.terminate()
  }

  whenClosed() {
    return this.closed === null
      ? new Promise((resolve) => this.once('close', resolve))
      : Promise.resolve(this.closed)
  }

  #onClose(code, reason) {
    this.isOpen = false
    MediaStream.live.delete(this)
    this.closed = { code, reason, by: this.by ?? 'server' }
    this.emit('close', this.closed)
  }

  #violate(what) {
    this.emit('violation', what)
  }

  #onMessage(data, isBinary) {
    let message

    if (isBinary) {
      this.#violate('a binary frame')
      return
    }
    try {
      message = JSON.parse(String(data))
    } catch {
      this.#violate('a message that is not JSON')
      return
    }
    if (message === null || typeof message !== 'object') {
      this.#violate('a message that is no object')
    } else if (message.streamSid !== this.streamSid) {
      this.#violate(`a ${message.event} of another stream`)
    } else if (message.event === 'media') {
      this.#onMedia(message.media?.payload)
    } else if (message.event === 'mark') {
      this.#onMark(message.mark?.name)
    } else if (message.event === 'clear') {
      this.#onClear()
    } else {
      this.#violate(`an unknown event ${JSON.stringify(message.event)}`)
    }
  }

  #onMedia(payload) {
    if (typeof payload !== 'string' || payload === '' || !BASE64.test(payload)) {
      this.#violate('a payload that is not base64')
      return
    }
    const audio = Buffer.from(payload, 'base64')
    this.received += 1
    this.emit('media', payload, audio)
    this.playout.add(audio)
  }

  #onMark(name) {
    if (typeof name !== 'string' || name === '') {
      this.#violate('a mark without a name')
    } else if (this.playout.isEmpty) {
      this.#echo(name)
    } else {
      this.playout.mark(name)
    }
  }

  #onClear() {
    this.clears.push(performance.now())
    this.emit('clear', this.playout.pendingBytes)
    this.playout.clear().forEach((name) => this.#echo(name))
  }
}
