// SPDX-License-Identifier: BSD-2-Clause
/** Calls that know what they should hear: their own pattern on the echo line, or speech. */
import { setTimeout as sleep } from 'node:timers/promises'
import { FRAME_BYTES, rms, ulawDecode } from '../phone/audio.js'
import { Phone } from '../phone/phone.js'
import { clientFor } from '../phone/phone.js'

const MARK = 0x5a
const UNIT = 8
const CHUNK_FRAMES = 100
const VOICED_RMS = 150
const TICK_MS = 10
const MARK_NEAR_MS = 60
/** How long the carrier tries to reach us. */
export const RETRY_MS = 15000

let nextPattern = 1

/** 20 ms that only one call sends, and only once: mark, call and number, over and over. */
function patternFrame(call, number) {
  const frame = Buffer.alloc(FRAME_BYTES)
  frame.writeUInt16BE(MARK << 8 | MARK ^ 0xff, 0)
  frame.writeUInt16BE(call, 2)
  frame.writeUInt32BE(number, 4)
  for (let at = UNIT; at < FRAME_BYTES; at += UNIT) {
    frame.copy(frame, at, 0, UNIT)
  }
  return frame
}

/** { call, number } of such a frame, `silent` for silence, undefined for anything else. */
function readFrame(frame) {
  if (frame.every((byte) => byte === 0xff)) {
    return { silent: true }
  }
  const head = frame.subarray(0, UNIT)
  for (let at = 0; at < frame.length; at += UNIT) {
    if (!frame.subarray(at, at + UNIT).equals(head)) {
      return undefined
    }
  }
  return head.readUInt16BE(0) === (MARK << 8 | MARK ^ 0xff)
    ? { call: head.readUInt16BE(2), number: head.readUInt32BE(4) } : undefined
}

/** When this process was not let run: { from, to }. */
const naps = []
let lastTick = performance.now()

setInterval(() => {
  const now = performance.now()
  if (now - lastTick > 2 * TICK_MS) {
    naps.push({ from: lastTick + TICK_MS, to: now })
  }
  lastTick = now
}, TICK_MS).unref()

function sleptBetween(from, to) {
  let slept = 0
  for (let i = naps.length - 1; i >= 0 && naps[i].to > from; i--) {
    slept += Math.max(0, Math.min(to, naps[i].to) - Math.max(from, naps[i].from))
  }
  return slept
}

class Call {
  constructor(demo, client, options) {
    this.demo = demo
    this.client = client
    this.options = { retryMs: RETRY_MS, ...options }
    /** When a stream opened, by performance.now(). */
    this.opened = []
    this.arrivals = []
  }

  async dial() {
    this.phone = await Phone.dial({ demo: this.demo, to: this.client.number, ...this.options })
    if (!this.phone.isConnected) {
      throw new Error(`no stream: ${this.phone.errors.join('; ')} ${this.phone.said.join(' ')}`)
    }
    this.opened.push(performance.now())
    this.phone.on('hello', () => this.opened.push(performance.now()))
    this.phone.on('media', (payload, audio) => this.hear(audio, performance.now()))
    return this
  }

  get callSid() {
    return this.phone.callSid
  }

  async hangUp() {
    await this.phone.hangUp()
  }

  /**
   * The longest time in which nothing came, between two moments; what the telephones themselves
   * slept of it is not counted.
   */
  longestGap(from, to = performance.now()) {
    let last = from
    let longest = 0
    for (const at of [...this.arrivals, to]) {
      if (at > from && at <= to) {
        longest = Math.max(longest, at - last - sleptBetween(last, at))
        last = at
      }
    }
    return longest
  }

  /** Milliseconds from a moment to the first thing that came after it. */
  firstAfter(from) {
    const at = this.arrivals.find((one) => one > from)
    return at === undefined ? Infinity : at - from
  }
}

/** On the echo line: sends its pattern without end, and looks at all that comes back. */
export class EchoCall extends Call {
  constructor(demo, options) {
    super(demo, clientFor(demo, 'echo'), options)
    this.pattern = nextPattern++
    this.sent = 0
    this.seen = new Set()
    this.foreign = 0
    this.doubled = 0
  }

  async dial() {
    await super.dial()
    this.talking = this.#talk()
    return this
  }

  async #talk() {
    while (!this.phone.hasEnded) {
      const frames = []
      for (let i = 0; i < CHUNK_FRAMES; i++) {
        frames.push(patternFrame(this.pattern, this.sent++))
      }
      await this.phone.say(Buffer.concat(frames))
    }
  }

  hear(audio, now) {
    for (let at = 0; at < audio.length; at += FRAME_BYTES) {
      const frame = readFrame(audio.subarray(at, at + FRAME_BYTES))
      if (frame === undefined || (!frame.silent && frame.call !== this.pattern)) {
        this.foreign += 1
      } else if (!frame.silent) {
        this.doubled += this.seen.has(frame.number) ? 1 : 0
        this.seen.add(frame.number)
        this.arrivals.push(now)
      }
    }
  }

  /** Frames that were sent and never came back, the last ones under way apart. */
  get lost() {
    let last = -1
    for (const number of this.seen) {
      last = Math.max(last, number)
    }
    return last + 1 - this.seen.size
  }
}

/** With the receptionist: arrivals are what is voice. */
export class TalkCall extends Call {
  constructor(demo, options = {}) {
    super(demo, clientFor(demo, 'receptionist', options.owner ?? 'olivia'), options)
  }

  async dial() {
    await super.dial()
    this.marks = []
    this.phone.on('mark', () => this.marks.push(this.phone.now()))
    return this
  }

  hear(audio, now) {
    if (rms(ulawDecode(audio)) >= VOICED_RMS) {
      this.arrivals.push(now)
    }
  }

  /** The longest silence within a sentence: playing stopped where no mark stood. */
  get longestBreak() {
    let longest = 0
    this.phone.heard.forEach(({ startMs }, i, heard) => {
      const { endMs } = heard[i - 1] ?? {}
      if (endMs !== undefined && !this.marks.some((at) => Math.abs(at - endMs) < MARK_NEAR_MS)) {
        longest = Math.max(longest, startMs - endMs)
      }
    })
    return longest
  }

  /** The assistant has finished what it was saying. */
  async quiet(ms = 900) {
    await this.phone.waitForSilence({ ms })
  }
}

/** Starts calls a little apart, as they come; all are up when it resolves. */
export async function dialAll(calls, apartMs = 60) {
  const dialing = []
  for (const call of calls) {
    dialing.push(call.dial())
    await sleep(apartMs)
  }
  return Promise.all(dialing)
}

export const hangUpAll = (calls) => Promise.all(calls.map((call) => call.hangUp()))

export const echoes = (demo, count) => Array.from({ length: count }, () => new EchoCall(demo))
export const talks = (demo, count, options) => Array.from(
  { length: count }, () => new TalkCall(demo, options))
