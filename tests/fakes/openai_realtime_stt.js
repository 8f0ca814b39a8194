// SPDX-License-Identifier: BSD-2-Clause
/**
 * OpenAI Realtime's transcription sessions, in their GA shape. `lines` are the connections; what
 * `next` holds is for those to come: { dieAt: seconds of audio, code, reason }, { unready },
 * { refuse: the code of an error before the session }, { mute: no text comes }, { failed },
 * { late: the first item's text comes after the second's }, { say: what is said when ready }.
 */
import { Fake, RATE, hear, json, text } from './stt_base.js'

const FORMATS = ['audio/pcmu', 'audio/pcma', 'audio/pcm']
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/

/** What is wrong with a session's settings, or undefined. */
function fault({ type, audio, include = [], ...rest }) {
  const input = audio?.input ?? {}
  const odd = Object.keys(rest)[0]
    ?? Object.keys(input).find((name) => !['format', 'transcription', 'noise_reduction',
      'turn_detection'].includes(name))
    ?? Object.keys(input.transcription ?? {}).find((name) => !['model', 'language', 'prompt']
      .includes(name))
  if (odd) {
    return `Unknown parameter: '${odd}'.`
  }
  if (type !== 'transcription' || !FORMATS.includes(input.format?.type)) {
    return 'Invalid session.'
  }
  if (!/transcribe|whisper/.test(input.transcription?.model ?? '')
    || !/^[a-z]{2}$/.test(input.transcription?.language ?? 'en')) {
    return 'Invalid transcription.'
  }
  return include.some((name) => name !== 'item.input_audio_transcription.logprobs')
    ? 'Invalid include.' : undefined
}

class Session {
  said = []
  audio = Buffer.alloc(0)
  total = 0
  items = 0
  last = null
  held = []

  constructor(ws, how, socket) {
    Object.assign(this, { ws, how, socket, isOpen: true })
    ws.on('close', (code) => { this.isOpen = false; this.closed = code })
    ws.on('message', (data, isBinary) => this.#on(data, isBinary))
    if (how.refuse) {
      this.error(how.refuse)
    } else if (!how.unready) {
      this.say({ type: 'session.created', session: { type: 'transcription', id: 'sess_1' } })
    }
  }

  say(message) {
    if (this.isOpen) {
      this.ws.send(JSON.stringify({ event_id: `event_${Math.random()}`, ...message }))
    }
  }

  error(code, message = 'no') {
    this.say({ type: 'error', error: { type: 'invalid_request_error', code, message } })
  }

  #on(data, isBinary) {
    let message = {}
    try {
      message = JSON.parse(data)
    } catch {
      // Which is as wrong as an unknown type.
    }
    this.said.push(message)
    const act = isBinary ? undefined : {
      'session.update': () => this.#update(message.session),
      'input_audio_buffer.append': () => this.#append(message.audio),
      'input_audio_buffer.commit': () => this.#commit(),
      'input_audio_buffer.clear': () => {
        this.audio = Buffer.alloc(0)
        this.say({ type: 'input_audio_buffer.cleared' })
      },
    }[message.type]
    act ? act() : this.error('invalid_value', `Invalid value: '${message.type}'.`)
  }

  #update(session) {
    const wrong = fault(session ?? {})
    if (wrong) {
      this.error('invalid_value', wrong)
      return
    }
    this.session = session
    this.say({ type: 'session.updated', session })
    this.how.say?.forEach((message) => this.ws.send(message))
  }

  #append(audio) {
    if (!this.session || !BASE64.test(audio ?? '*')) {
      this.error('invalid_value', 'Invalid audio.')
      return
    }
    const bytes = Buffer.from(audio, 'base64')
    this.audio = Buffer.concat([this.audio, bytes])
    this.total += bytes.length
    const { dieAt, code, reason } = this.how
    if (dieAt !== undefined && this.total >= dieAt * RATE) {
      code ? this.ws.close(code, reason) : this.socket.resetAndDestroy()
    }
  }

  #commit() {
    if (this.audio.length < RATE / 10) {
      this.error('input_audio_buffer_commit_empty', 'buffer too small')
      return
    }
    const words = hear(this.audio)
    const item_id = `item_${++this.items}`
    this.audio = Buffer.alloc(0)
    this.say({ type: 'input_audio_buffer.committed', previous_item_id: this.last, item_id })
    this.last = item_id
    if (this.how.late && this.items === 1) {
      this.held.push(() => this.#write(item_id, words))
      return
    }
    this.#write(item_id, words)
    this.held.splice(0).forEach((write) => write())
  }

  #write(item_id, words) {
    const about = { item_id, content_index: 0 }
    const prefix = 'conversation.item.input_audio_transcription'
    if (this.how.failed) {
      this.say({ type: `${prefix}.failed`, ...about, error: { code: 'audio_unintelligible' } })
      return
    }
    words.forEach(({ word }, i) => this.say({ type: `${prefix}.delta`, ...about,
      delta: i === 0 ? word : ` ${word}` }))
    if (!this.how.mute) {
      this.say({ type: `${prefix}.completed`, ...about, transcript: text(words),
        logprobs: words.map(({ word }) => ({ token: word, logprob: -0.1, bytes: [] })),
        usage: { type: 'duration', seconds: 1 } })
    }
  }
}

export class RealtimeTranscription extends Fake {
  key = 'sk-invented'
  lines = []
  next = []

  async open(port) {
    await super.open(port)
    this.serve(({ path, query, headers }) => {
      const refuse = (status, code) => json(status, { error: { message: 'no', code } })
      if (path !== '/v1/realtime') {
        return refuse(404, 'not_found')
      }
      if (headers.authorization !== `Bearer ${this.key}` || headers['openai-beta']) {
        return refuse(401, 'invalid_api_key')
      }
      return query.toString() === 'intent=transcription' ? undefined : refuse(400, 'invalid_value')
    }, (ws, request, socket) => {
      this.lines.push(new Session(ws, this.next.shift() ?? {}, socket))
    })
    return this
  }
}
