// SPDX-License-Identifier: BSD-2-Clause
/**
 * Deepgram's live streaming, v1/listen and v2/listen (Flux), as strict as the real one. `lines`
 * are the connections that were made, with what came over each. What `next` holds is for the
 * connections to come: { dieAt: seconds of audio, code, reason } (no code: reset), { silent },
 * { mute: no answer to Finalize }, { late: its milliseconds }, { twice }, { empty },
 * { say: what is said at the first audio }, { unready }.
 */
import { randomUUID } from 'node:crypto'
import { Fake, RATE, hear, json, text } from './stt_base.js'

const bool = (value) => value === 'true' || value === 'false'
const between = (low, high) => (value) => Number(value) >= low && Number(value) <= high
const any = (value) => value !== ''

const V1 = {
  model: (v) => /^(nova-3|nova-2|nova|enhanced|base)(-[a-z]+)?$/.test(v),
  language: (v) => v === 'multi' || /^[a-z]{2,3}(-[A-Za-z0-9]+)*$/.test(v),
  encoding: (v) => ['mulaw', 'alaw', 'linear16', 'flac', 'opus'].includes(v),
  sample_rate: between(8000, 48000), channels: between(1, 8), multichannel: bool,
  interim_results: bool, endpointing: (v) => v === 'false' || between(0, 10000)(v),
  utterance_end_ms: between(1000, 5000), vad_events: bool, smart_format: bool, no_delay: bool,
  punctuate: bool, numerals: bool, profanity_filter: bool, dictation: bool, filler_words: bool,
  keyterm: any, keywords: any, redact: any, tag: any, mip_opt_out: bool,
}
const V2 = {
  model: (v) => v === 'flux-general-en' || v === 'flux-general-multi',
  encoding: V1.encoding, sample_rate: V1.sample_rate, eot_threshold: between(0.5, 1),
  eager_eot_threshold: between(0.3, 0.9), eot_timeout_ms: between(500, 60000), keyterm: any,
  language_hint: any, numerals: bool, profanity_filter: bool, redact: any, tag: any,
  mip_opt_out: bool,
}
const REPEATED = ['keyterm', 'keywords', 'language_hint', 'redact', 'tag']

/** What is wrong with a query, or undefined. */
function fault(query, rules) {
  for (const [name, value] of query) {
    if (!Object.hasOwn(rules, name)) {
      return `unknown parameter ${name}`
    }
    if (!rules[name](value) || (!REPEATED.includes(name) && query.getAll(name).length > 1)) {
      return `invalid ${name}`
    }
  }
  if (query.has('encoding') !== query.has('sample_rate')) {
    return 'encoding and sample_rate go together'
  }
  if (query.has('utterance_end_ms') && query.get('interim_results') !== 'true') {
    return 'utterance_end_ms needs interim_results'
  }
  const model = query.get('model') ?? ''
  if (query.has('keyterm') && !/^(nova-3|flux)/.test(model)) {
    return 'keyterm is of nova-3'
  }
  if (query.has('keywords') && /^nova-3/.test(model)) {
    return 'keywords are of older models'
  }
  if (query.has('language_hint') && model !== 'flux-general-multi') {
    return 'language_hint is of flux-general-multi'
  }
  if (Number(query.get('eager_eot_threshold') ?? 0) > Number(query.get('eot_threshold') ?? 0.7)) {
    return 'eager_eot_threshold is above eot_threshold'
  }
  const tokens = query.getAll('keyterm').join(' ').split(/[\s-]+/)
    .reduce((sum, word) => sum + Math.ceil(word.length / 4), 0)
  return tokens > 500 ? 'more than 500 tokens' : undefined
}

/** What both versions have in common of a connection. */
class Line {
  audio = Buffer.alloc(0)
  said = []
  opened = Date.now()
  constructor(ws, request, socket, how, idleMs) {
    Object.assign(this, { ws, request, how, id: request.id, isOpen: true })
    this.idle = setTimeout(() => this.shut(1011, 'NET-0001'), idleMs)
    ws.on('close', (code, reason) => {
      this.isOpen = false
      this.closed = { code, reason: String(reason) }
      clearTimeout(this.idle)
    })
    ws.on('message', (data, isBinary) => {
      // KeepAlive keeps no stream alive that never had any audio.
      if (isBinary || this.audio.length > 0) {
        this.idle.refresh()
      }
      if (!isBinary) {
        this.#onText(String(data))
      } else if (data.length === 0) {
        this.finish()
      } else {
        this.#onAudio(data, socket)
      }
    })
  }

  #onText(data) {
    let message
    try {
      message = JSON.parse(data)
    } catch {
      message = {}
    }
    this.said.push(message)
    if (!this.onMessage(message)) {
      this.shut(1008, 'DATA-0000')
    }
  }

  #onAudio(data, socket) {
    const first = this.audio.length === 0
    this.audio = Buffer.concat([this.audio, data])
    const { dieAt, code, reason, say, silent } = this.how
    if (dieAt !== undefined && this.audio.length >= dieAt * RATE) {
      code ? this.shut(code, reason) : socket.resetAndDestroy()
      return
    }
    if (first && say) {
      say.forEach((message) => this.ws.send(message))
    }
    if (!silent) {
      this.onAudio()
    }
  }

  get seconds() {
    return this.audio.length / RATE
  }

  say(message) {
    if (this.isOpen && !this.how.silent) {
      this.ws.send(JSON.stringify(message))
    }
  }

  shut(code, reason) {
    this.ws.close(code, reason)
  }
}

class Listen extends Line {
  finalTo = 0
  interimTo = 0
  ended = true

  #results(from, to, flags) {
    const words = this.how.empty ? [] : hear(this.audio.subarray(from, to), from / RATE)
    const [first] = words
    this.say({
      type: 'Results', channel_index: [0, 1], start: from / RATE, duration: (to - from) / RATE,
      is_final: false, speech_final: false, from_finalize: false, ...flags,
      channel: { alternatives: [{ transcript: text(words), confidence: first ? 0.98 : 0,
        words: words.map((w) => ({ ...w, confidence: 0.98, punctuated_word: w.word })) }] },
      metadata: { request_id: this.id, model_info: { name: 'nova-3' }, model_uuid: randomUUID() },
    })
    return words
  }

  #final(flags) {
    const from = this.finalTo
    this.finalTo = this.audio.length
    this.interimTo = this.finalTo
    const say = () => {
      const words = this.#results(from, this.finalTo, { is_final: true, ...flags })
      if (this.how.twice) {
        this.#results(from, this.finalTo, { is_final: true, ...flags })
      }
      return words
    }
    return this.how.late ? setTimeout(say, this.how.late) : say()
  }

  onAudio() {
    const { query } = this.request
    const now = this.audio.length
    const words = hear(this.audio.subarray(this.finalTo), this.finalTo / RATE)
    const quiet = words.length ? this.seconds - words.at(-1).end : 0
    if (words.length && this.ended && query.get('vad_events') === 'true') {
      this.ended = false
      this.say({ type: 'SpeechStarted', channel: [0, 1], timestamp: words[0].start })
    }
    if (words.length && quiet * 1000 >= Number(query.get('endpointing') ?? 10)) {
      this.#final({ speech_final: true })
      this.ended = true
    } else if (now - this.finalTo >= 5 * RATE) {
      this.#final({})
    } else if (query.get('interim_results') === 'true' && now - this.interimTo >= RATE) {
      this.interimTo = now
      this.#results(this.finalTo, now, {})
    }
  }

  onMessage({ type }) {
    if (type === 'Finalize') {
      // Of nothing there is no answer.
      if (!this.how.mute && this.audio.length > this.finalTo) {
        this.#final({ from_finalize: true })
      }
    } else if (type === 'CloseStream') {
      this.finish()
    }
    return ['KeepAlive', 'Finalize', 'CloseStream'].includes(type)
  }

  finish() {
    if (this.audio.length > this.finalTo) {
      this.#final({})
    }
    this.say({ type: 'Metadata', transaction_key: 'deprecated', request_id: this.id,
      sha256: '0'.repeat(64), created: new Date().toISOString(), duration: this.seconds,
      channels: 1 })
    this.shut(1000)
  }
}

class Flux extends Line {
  sequence = 0
  turn = 0
  turnFrom = 0
  told = 0
  isOn = false
  isEager = false

  begin() {
    if (!this.how.unready) {
      this.#tell({ type: 'Connected' })
    }
  }

  #tell(message) {
    this.say({ ...message, request_id: this.id, sequence_id: this.sequence++ })
  }

  #info(event, more = {}) {
    const words = hear(this.audio.subarray(this.turnFrom), this.turnFrom / RATE)
    this.#tell({
      type: 'TurnInfo', event, turn_index: this.turn, audio_window_start: this.turnFrom / RATE,
      audio_window_end: this.seconds, transcript: text(words), end_of_turn_confidence: 0.8,
      words: words.map(({ word, start, end }) => ({ word, confidence: 0.9,
        ...(this.how.untimed ? {} : { start, end }) })), ...more,
    })
  }

  #end(trigger) {
    this.#info('EndOfTurn', { trigger })
    this.turn++
    this.turnFrom = this.audio.length
    this.isOn = false
    this.isEager = false
  }

  onAudio() {
    const words = hear(this.audio.subarray(this.turnFrom), this.turnFrom / RATE)
    const quiet = words.length ? this.seconds - words.at(-1).end : 0
    if (words.length && !this.isOn) {
      this.isOn = true
      this.#info('StartOfTurn')
    } else if (this.isEager && quiet < 0.3) {
      this.isEager = false
      this.#info('TurnResumed')
    } else if (this.isOn && !this.isEager && quiet >= 0.3 && quiet < 0.6
      && this.request.query.has('eager_eot_threshold')) {
      this.isEager = true
      this.#info('EagerEndOfTurn')
    } else if (this.isOn && quiet >= 0.6) {
      this.#end('model')
    } else if (this.audio.length - this.told >= RATE / 4) {
      this.told = this.audio.length
      this.#info('Update')
    }
  }

  onMessage({ type }) {
    if (type === 'ForceEndTurn' && this.isOn) {
      this.#end('manual')
    } else if (type === 'CloseStream') {
      this.finish()
    }
    return ['CloseStream', 'Configure', 'ForceEndTurn'].includes(type)
  }

  /** The turn stays as it is, and there is no status code. */
  finish() {
    this.ws.close()
  }
}

export class Deepgram extends Fake {
  key = 'dg_key_invented'
  lines = []
  next = []
  idleMs = 10000

  async open(port) {
    await super.open(port)
    this.serve((request) => this.#admit(request), (ws, request, socket) => {
      const Kind = request.path === '/v1/listen' ? Listen : Flux
      const line = new Kind(ws, request, socket, this.next.shift() ?? {}, this.idleMs)
      this.lines.push(line)
      line.begin?.()
    }, (request) => [`dg-request-id: ${request.id ??= randomUUID()}`])
    return this
  }

  #admit(request) {
    request.id = randomUUID()
    const refuse = (status, code, message) => json(status,
      { err_code: code, err_msg: message, request_id: request.id },
      { 'dg-request-id': request.id, 'dg-error': message })
    if (request.headers.authorization !== `Token ${this.key}`) {
      return refuse(401, 'INVALID_AUTH', 'Invalid credentials.')
    }
    const rules = { '/v1/listen': V1, '/v2/listen': V2 }[request.path]
    if (!rules) {
      return refuse(404, 'NOT_FOUND', 'No such path.')
    }
    const wrong = fault(request.query, rules)
    return wrong ? refuse(400, 'Bad Request', wrong) : undefined
  }
}
