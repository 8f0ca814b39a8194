// SPDX-License-Identifier: BSD-2-Clause
/**
 * A caller's telephone and the carrier behind it: posts signed webhooks, follows their TwiML,
 * opens media streams and talks in real time.
 *
 *   const phone = await Phone.dial({ demo, to: '+15550100001' })
 *   await phone.waitForSilence()          // the greeting was heard
 *   await phone.speak('what time do you open')
 *   await phone.waitForSpeech()
 *   await phone.hangUp()
 */
import { EventEmitter } from 'node:events'
import { randomInt } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import {
  FRAME_BYTES, FRAME_MS, LINE_HZ, SILENCE, rms, ulawDecode, ulawEncode, voicedRange, wavToLine,
  writeWav
} from './audio.js'
import { MediaStream, StreamRefused } from './stream.js'
import { parseTwiml, TwimlError } from './twiml.js'
import { END, verbs } from './verbs.js'
import { synthesize } from './voice.js'
import { newSid, post, sign, WebhookError } from './webhook.js'

const DOCUMENTS_MAX = 50
const VOICED_RMS = 150
const RETRY_PAUSE_MS = 100
/** Silent frames an echo line sends without end. */
const MURMUR_BYTES = 5 * FRAME_BYTES
const SILENT_FRAME = Buffer.alloc(FRAME_BYTES, SILENCE)

const DEFAULTS = {
  /** Path of the number's voice URL. */
  voicePath: '/voice',
  /** Path of the number's status callback; null sends none. */
  statusPath: '/twilio/call-status',
  /** Parameters of the webhook beside the usual ones, or in their place. */
  params: {},
  /** Signature of the webhooks in place of the right one; null sends none. */
  signature: undefined,
  /** What the stream does wrong: see MediaStream. */
  stream: {},
  /** How a <Dial> ends: status, durationS, ringMs, whisperDigits. */
  dial: { status: 'no-answer' },
  /** What the caller says or presses at a <Gather>: { speech, digits } or null. */
  gather: async () => null,
  /** How long a webhook is tried that cannot be delivered; the carrier does so for 15 s. */
  retryMs: 0,
  /** Seconds of <Pause> and of bridged calls are multiplied by this. */
  pace: 1,
  /** What the line makes of the caller's frames: 160 bytes to 160 bytes. */
  line: (frame) => frame
}

/** A number nobody else calls from. */
export const anyNumber = () => `+1555${randomInt(2000000, 9999999)}`

/** A demo client by its purpose, the owner's if given. */
export function clientFor(demo, purpose, owner) {
  const found = demo.clients.find((client) => client.purpose === purpose
    && (owner === undefined || client.owner_email.startsWith(owner)))
  if (found === undefined) {
    throw new Error(`no client for ${purpose}`)
  }
  return found
}

/**
 * Events: `hello` (a stream opened), `media`, `sent`, `mark`, `clear`, `violation`, `reply`,
 * `text` (spoken by the carrier), `ended`.
 */
export class Phone extends EventEmitter {
  /** Phones whose calls are not over. */
  static live = new Set()

  #startedAt = performance.now()
  #clock = null
  #nextTickAt = 0
  #mouth = []
  #recording = { caller: [], assistant: [] }
  #lastPlayedMs = -Infinity
  #lastVoicedMs = -Infinity
  #awaitedReply = null
  #cookies = new Map()
  #resolveStarted
  #resolveEnded

  constructor(options) {
    super()
    this.options = { ...DEFAULTS, ...options }
    this.demo = options.demo
    this.to = options.to ?? clientFor(options.demo, 'receptionist').number
    this.from = options.from ?? anyNumber()
    this.callSid = options.callSid ?? newSid('CA')
    this.status = 'ringing'
    /** TwiML documents as they came: { url, status, type, xml, ms }. */
    this.documents = []
    /** What the carrier was told to say. */
    this.said = []
    this.played = []
    this.dialed = []
    this.streams = []
    /** What the server did that its carrier would not take. */
    this.violations = []
    /** Why documents or streams failed. */
    this.errors = []
    /** What was played to the caller: { startMs, endMs, audio }. */
    this.heard = []
    /** { speechEndMs, firstFrameMs, latencyMs } for each time the caller was answered. */
    this.replies = []
    this.firstFrameMs = null
    this.streamOpenMs = null
    this.statusAnswers = []
    this.hasEnded = false
    this.started_ = new Promise((resolve) => { this.#resolveStarted = resolve })
    /** Resolves with the reason when the call is over: caller, twiml, error. */
    this.ended = new Promise((resolve) => { this.#resolveEnded = resolve })
  }

  /**
   * Calls a number; resolves when the call talks: a stream is open, a menu waits, or it is over.
   * @throws {WebhookError} when the webhook is not answered with TwiML
   */
  static async dial(options) {
    const phone = new Phone(options)
    Phone.live.add(phone)
    phone.ended.then(() => Phone.live.delete(phone))
    try {
      const voice = phone.#absolute(phone.options.voicePath)
      phone.#follow(await phone.request({ url: voice, method: 'POST', params: {} }))
    } catch (error) {
      Phone.live.delete(phone)
      throw error
    }
    await phone.started_
    return phone
  }

  /** Milliseconds since the number was dialed. */
  now() {
    return performance.now() - this.#startedAt
  }

  get stream() {
    return this.streams.at(-1)
  }

  get isConnected() {
    return this.stream?.isOpen === true
  }

  #absolute(path) {
    return new URL(path, this.demo.base_url).href
  }

  violate(what) {
    this.violations.push(what)
    this.emit('violation', what)
  }

  hearText(text) {
    this.said.push(text)
    this.emit('text', text)
  }

  /** The call has come to something that talks or waits. */
  started() {
    this.#resolveStarted()
  }

  // ---- documents ----

  #standardParams() {
    return {
      AccountSid: this.demo.twilio_account_sid,
      ApiVersion: '2010-04-01',
      CallSid: this.callSid,
      CallStatus: this.status,
      Called: this.to,
      Caller: this.from,
      Direction: 'inbound',
      From: this.from,
      To: this.to,
      FromCity: '',
      FromCountry: 'US',
      ToCountry: 'US',
      ...this.options.params
    }
  }

  /** Posts one signed webhook with what is usual in it. */
  async #post(url, params) {
    const answer = await post({
      url,
      params: { ...this.#standardParams(), ...params },
      token: this.demo.twilio_auth_token,
      signature: this.options.signature,
      headers: this.#cookies.size === 0 ? {} : { cookie: [...this.#cookies.values()].join('; ') }
    })
    for (const cookie of answer.headers.getSetCookie()) {
      const pair = cookie.split(';')[0]
      this.#cookies.set(pair.split('=')[0], pair)
    }
    return answer
  }

  async #get(url, params) {
    const target = new URL(url)
    for (const [name, value] of Object.entries({ ...this.#standardParams(), ...params })) {
      target.searchParams.append(name, value)
    }
    const response = await fetch(target, {
      redirect: 'manual',
      headers: { 'x-twilio-signature': sign(this.demo.twilio_auth_token, target.href) }
    })
    return {
      url,
      status: response.status,
      type: response.headers.get('content-type') ?? '',
      body: await response.text()
    }
  }

  /** Nobody listens, or hangs up: tried again for a while. An answer is an answer. */
  async #deliver(attempt) {
    const deadline = performance.now() + this.options.retryMs
    for (;;) {
      try {
        return await attempt()
      } catch (error) {
        if (performance.now() >= deadline || this.hasEnded) {
          throw error
        }
        await new Promise((resolve) => setTimeout(resolve, RETRY_PAUSE_MS))
      }
    }
  }

  /** Fetches and reads a TwiML document. */
  async request({ url, method, params = {} }, extra = {}) {
    const answer = await this.#deliver(() => method === 'GET'
      ? this.#get(url, { ...params, ...extra })
      : this.#post(url, { ...params, ...extra }))
    const { status, type, body, ms } = answer

    this.documents.push({ url, status, type, xml: body, ms })
    if (status !== 200) {
      throw new WebhookError(url, status, body)
    }
    if (!/^(text|application)\/xml\b/.test(type)) {
      throw new TwimlError(`${new URL(url).pathname} answered with ${type}`)
    }
    return { url, verbs: parseTwiml(body) }
  }

  /** Runs documents until one ends the call. */
  async #follow(document) {
    let reason = 'twiml'
    try {
      for (let next = document; next !== undefined;) {
        const goal = await this.#runVerbs(next)
        if (goal === END || goal === undefined || this.hasEnded) {
          break
        }
        if (this.documents.length >= DOCUMENTS_MAX) {
          throw new TwimlError('too many documents in one call')
        }
        next = await this.request(goal)
      }
    } catch (error) {
      this.errors.push(error)
      reason = 'error'
    }
    await this.#finish(reason)
  }

  async #runVerbs({ url, verbs: list }) {
    for (const verb of list) {
      if (this.hasEnded) {
        return END
      }
      if (verb.name !== 'Reject' && verb.name !== 'Pause' && this.status === 'ringing') {
        this.status = 'in-progress'
        this.answeredAt = performance.now()
      }
      const run = verbs[verb.name]
      if (run === undefined) {
        this.violate(`<${verb.name}> is not expected here`)
        continue
      }
      const goal = await run(this, verb, url)
      if (goal !== undefined) {
        return goal
      }
    }
    return END
  }

  // ---- the stream ----

  #checkStreamUrl(url) {
    const { protocol, search } = new URL(url)
    const wanted = new URL(this.demo.base_url).protocol === 'https:' ? 'wss:' : 'ws:'
    if (protocol !== wanted || search !== '') {
      this.violate(`a stream URL of ${protocol} ${search}`)
    }
  }

  #parametersOf(noun) {
    const parameters = {}
    for (const { attributes: { name, value } } of noun.children) {
      if (`${name}${value}`.length >= 500) {
        this.violate(`the parameter ${name} is too long`)
      }
      parameters[name] = value
    }
    return parameters
  }

  /** Opens a stream and resolves when it is over, whoever ended it. */
  async connectStream(noun) {
    const { url } = noun.attributes
    this.#checkStreamUrl(url)

    const stream = new MediaStream({
      url,
      token: this.demo.twilio_auth_token,
      callSid: this.callSid,
      accountSid: this.demo.twilio_account_sid,
      parameters: this.#parametersOf(noun),
      faults: this.options.stream
    })
    this.#listen(stream)
    this.streams.push(stream)

    try {
      await stream.open()
    } catch (error) {
      this.errors.push(error)
      this.started()
      return
    }
    this.streamOpenMs ??= this.now()
    this.#startClock()
    this.started()
    this.emit('hello', stream)
    await stream.whenClosed()
  }

  #listen(stream) {
    stream.on('violation', (what) => this.violate(what))
    stream.on('sent', (payload) => this.emit('sent', payload))
    stream.on('mark', (name) => this.emit('mark', name))
    stream.on('media', (payload, audio) => {
      this.firstFrameMs ??= this.now()
      this.#noteReply()
      this.emit('media', payload, audio)
    })
    stream.on('clear', (droppedBytes) => {
      if (this.#awaitedReply !== null) {
        this.#awaitedReply.isBehind = false
      }
      this.emit('clear', { ms: this.now(), droppedMs: droppedBytes / LINE_HZ * 1000 })
    })
  }

  /** The first frame after the caller's last word, unless it still belongs to what was before. */
  #noteReply() {
    const awaited = this.#awaitedReply
    if (awaited === null || awaited.isBehind) {
      return
    }
    const firstFrameMs = this.now()
    const reply = {
      speechEndMs: awaited.speechEndMs,
      firstFrameMs,
      latencyMs: Math.round(firstFrameMs - awaited.speechEndMs)
    }
    this.#awaitedReply = null
    this.replies.push(reply)
    this.emit('reply', reply)
  }

  // ---- the clock ----

  /** Frames leave on an absolute schedule: what comes late is made up for, nothing drifts. */
  #startClock() {
    if (this.#clock !== null) {
      return
    }
    this.#nextTickAt = performance.now() + FRAME_MS
    const run = () => {
      while (this.#nextTickAt <= performance.now() && !this.hasEnded) {
        this.#nextTickAt += FRAME_MS
        this.#tick()
      }
      if (!this.hasEnded) {
        this.#clock = setTimeout(run, Math.max(1, this.#nextTickAt - performance.now()))
      }
    }
    this.#clock = setTimeout(run, FRAME_MS)
  }

  #tick() {
    const spoken = this.#nextFrame()
    const sent = this.options.line(spoken.frame)
    const played = this.stream.tick(sent)

    this.#recording.caller.push(sent)
    this.#recording.assistant.push(played ?? SILENT_FRAME)
    if (played !== null) {
      this.#hear(played)
    }
    if (this.#awaitedReply?.isBehind && this.stream.playout.isEmpty) {
      this.#awaitedReply.isBehind = false
    }
    if (spoken.hasLastVoice) {
      this.#awaitedReply = {
        speechEndMs: this.now(), isBehind: !this.stream.playout.isEmpty
      }
    }
    spoken.done?.()
  }

  #hear(audio) {
    const nowMs = this.now()
    const last = this.heard.at(-1)

    if (last !== undefined && nowMs - this.#lastPlayedMs < 3 * FRAME_MS) {
      last.frames.push(audio)
      last.endMs = nowMs
    } else {
      this.heard.push({ startMs: nowMs - FRAME_MS, endMs: nowMs, frames: [audio] })
    }
    this.#lastPlayedMs = nowMs
    if (rms(ulawDecode(audio)) >= VOICED_RMS) {
      this.#lastVoicedMs = nowMs
    }
  }

  /** The next 160 bytes of what the caller says, silence when nothing. */
  #nextFrame() {
    const speech = this.#mouth[0]
    if (speech === undefined) {
      return { frame: SILENT_FRAME }
    }

    const frame = Buffer.alloc(FRAME_BYTES, SILENCE)
    speech.ulaw.copy(frame, 0, speech.at, speech.at + FRAME_BYTES)
    const hasLastVoice = speech.voicedEnd > speech.at
      && speech.voicedEnd <= speech.at + FRAME_BYTES
    speech.at += FRAME_BYTES
    if (speech.at < speech.ulaw.length) {
      return { frame, hasLastVoice }
    }
    this.#mouth.shift()
    return { frame, hasLastVoice, done: speech.resolve }
  }

  // ---- what the caller does ----

  /**
   * Says recorded speech in real time; resolves when its last sample was sent.
   * @param {string | Buffer | Int16Array} speech a WAV file's path, µ-law, or 8 kHz samples
   */
  async say(speech) {
    let ulaw = speech
    if (typeof speech === 'string') {
      ulaw = wavToLine(await readFile(speech))
    } else if (speech instanceof Int16Array) {
      ulaw = ulawEncode(speech)
    }
    if (this.hasEnded || ulaw.length === 0) {
      return
    }
    const voicedEnd = voicedRange(ulaw)?.end ?? -1
    const spoken = new Promise((resolve) => {
      this.#mouth.push({ ulaw, at: 0, voicedEnd, resolve })
    })
    await spoken
  }

  /** Says a sentence with a synthetic voice. */
  async speak(text, options) {
    await this.say(await synthesize(text, options))
  }

  /** Stops talking in the middle of a word. */
  fallSilent() {
    this.#mouth.splice(0).forEach((speech) => speech.resolve())
  }

  press(digits) {
    for (const digit of digits) {
      this.stream.sendDigit(digit)
    }
  }

  /** True when `check` came true, false when the call ended before. */
  async until(check, { timeoutMs = 30000, what = 'the call' } = {}) {
    const deadline = performance.now() + timeoutMs
    while (!check()) {
      if (this.hasEnded) {
        return false
      }
      if (performance.now() > deadline) {
        throw new Error(`waited ${timeoutMs} ms for ${what}`)
      }
      await new Promise((resolve) => setTimeout(resolve, FRAME_MS))
    }
    return true
  }

  /** The assistant is heard speaking, from now on. */
  waitForSpeech({ timeoutMs = 30000 } = {}) {
    const sinceMs = this.now()
    return this.until(() => this.#lastVoicedMs > sinceMs, { timeoutMs, what: 'speech' })
  }

  /** Nothing was said for `ms`, and nothing that could be speech waits to be played. */
  isQuiet(ms) {
    const waiting = this.isConnected ? this.stream.playout.pendingBytes : 0
    return this.firstFrameMs !== null && waiting <= MURMUR_BYTES
      && this.now() - Math.max(this.#lastVoicedMs, this.firstFrameMs) >= ms
  }

  /** The assistant has finished: everything was played and nothing was said for `ms`. */
  waitForSilence({ ms = 700, timeoutMs = 60000 } = {}) {
    return this.until(() => this.isQuiet(ms), { timeoutMs, what: 'silence' })
  }

  /** Speech came after now and is over again. */
  async waitForReply({ ms = 700, timeoutMs = 60000 } = {}) {
    return await this.waitForSpeech({ timeoutMs }) && this.waitForSilence({ ms, timeoutMs })
  }

  async hangUp() {
    if (this.hasEnded) {
      return this.ended
    }
    return this.#finish('caller')
  }

  /** The carrier's connection breaks; the call itself goes on where TwiML says. */
  breakStream() {
    this.stream.destroy()
  }

  async #finish(reason) {
    if (this.finishing === undefined) {
      this.hasEnded = true
      clearTimeout(this.#clock)
      this.finishing = this.#close(reason)
    }
    return this.finishing
  }

  async #close(reason) {
    if (this.status === 'ringing') {
      this.status = 'no-answer'
    } else if (this.status === 'in-progress') {
      this.status = 'completed'
    }
    await this.stream?.stop()
    this.started()
    if (this.options.statusPath !== null) {
      await this.#reportStatus()
    }
    this.fallSilent()
    this.endedMs = this.now()
    this.#resolveEnded(reason)
    this.emit('ended', reason)
    return reason
  }

  async #reportStatus() {
    const seconds = this.answeredAt === undefined
      ? 0 : Math.ceil((performance.now() - this.answeredAt) / 1000)
    try {
      await this.sendStatus(this.status, 3, { CallDuration: String(seconds), Duration: '1' })
    } catch (error) {
      this.errors.push(error)
    }
  }

  /** Posts a status callback; a test may send them in any order. */
  async sendStatus(status, sequence, extra = {}) {
    const answer = await this.#post(this.#absolute(this.options.statusPath), {
      CallStatus: status,
      CallbackSource: 'call-progress-events',
      SequenceNumber: String(sequence),
      Timestamp: new Date().toUTCString().replace('GMT', '+0000'),
      ...extra
    })
    this.statusAnswers.push(answer.status)
    return answer
  }

  // ---- recordings ----

  /** Everything played to the caller, one after the other, as linear samples. */
  heardSamples() {
    return ulawDecode(Buffer.concat(this.heard.flatMap(({ frames }) => frames)))
  }

  /** The call as it was: the caller left, the assistant right. */
  async saveWav(path) {
    const channel = (frames) => ulawDecode(Buffer.concat(frames))
    await writeFile(path, writeWav(
      [channel(this.#recording.caller), channel(this.#recording.assistant)]))
  }

  /** The assistant alone. */
  async saveAssistantWav(path) {
    await writeFile(path, writeWav([ulawDecode(Buffer.concat(this.#recording.assistant))]))
  }
}

export { StreamRefused, TwimlError, WebhookError }
