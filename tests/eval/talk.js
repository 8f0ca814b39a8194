// SPDX-License-Identifier: BSD-2-Clause
/**
 * One conversation of a persona: it reads what the assistant says as the API shows it, hears on the
 * line when it says it, and answers as such a caller would. No model is asked.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { voicedRange, LINE_HZ } from '../phone/audio.js'
import { Caller } from '../phone/caller.js'
import { Phone } from '../phone/phone.js'
import { Transcript } from '../phone/transcript.js'
import { Chance } from './chance.js'
import { ERRANDS } from './errands.js'
import { noisyLine, spoken } from './speech.js'

const TURNS_MAX = 16
/** So often something is said again. */
const TIMES_MAX = 2
const CALL_MS = 150000
const PATIENCE_MS = 900
/** The assistant is talking when it was heard within this. */
const TALKING_MS = 150
const OFFERS_MESSAGE = /\b(?:take|leave) a message\?/i
const DICTATED = '+15552349876'

/** A caller of this persona with this errand: what is said to what is heard. */
export class Mouth extends Caller {
  #last = null
  #times = 0

  constructor(persona, errand, chance) {
    super({ ...errand.person, phone: persona.phone, errands: [] })
    const wish = persona.whole ? errand.whole : errand.wish
    const lead = persona.lead === undefined ? '' : `${chance.of(persona.lead)} `
    this.persona = persona
    this.errand = errand
    this.chance = chance
    this.wish = `${lead}${wish}`
    this.errands = [...(persona.aside === undefined ? [] : [chance.of(persona.aside)]), this.wish]
    this.lastSaid = this.errands[0]
  }

  /** Nobody says the same thing for ever: after twice comes what they came for. */
  answer(text) {
    let said = OFFERS_MESSAGE.test(text) && !this.errand.takesMessage
      ? this.#refuse() : super.answer(text)
    if (said !== null && said === this.#last && this.errands.length > 0) {
      said = this.nextErrand()
    }
    this.#times = said === this.#last ? this.#times + 1 : 0
    this.#last = said
    this.lastSaid = said ?? this.lastSaid
    return this.#times > TIMES_MAX ? null : said
  }

  #refuse() {
    return this.errands.length > 0 ? `no ... ${this.nextErrand()}` : 'no thank you'
  }

  /** The same words as this persona says them. */
  manner(text) {
    const { fillers, filled } = this.persona
    return fillers !== undefined && text !== this.wish && this.chance.next() < filled
      ? `${this.chance.of(fillers)} ${text}` : text
  }
}

export class Talk {
  /** @param {{ stack, api, client, persona, errand: string, seed: number, nth: number }} what */
  constructor(what) {
    Object.assign(this, what)
    const name = what.errand
    this.chance = new Chance(what.seed, what.persona.name, name)
    this.wanted = ERRANDS[name](this.chance)
    this.mouth = new Mouth(what.persona, this.wanted, this.chance)
    this.number = `+1555${String(3000000 + what.seed % 1000 * 1000 + what.nth)}`
    this.from = what.persona.withheld ? 'anonymous' : this.number
    this.phoneWanted = what.persona.withheld ? DICTATED : this.number
    /** What was said while the assistant talked: { silenceMs, cleared, gaveWay }. */
    this.interruptions = []
    /** How often the assistant began before the caller was done. */
    this.cutIns = 0
  }

  /** Dials, talks, and resolves when the call is over and written. */
  async run() {
    const { stack, client, persona } = this
    const line = persona.snrDb === undefined
      ? undefined : await noisyLine(persona, new Chance(this.seed, 'line', this.nth))
    this.phone = await Phone.dial({
      demo: stack.demo, to: client.number, from: this.from, ...(line === undefined ? {} : { line })
    })
    if (!this.phone.isConnected) {
      throw new Error(`no stream: ${this.phone.errors.join('; ')} ${this.phone.said.join(' ')}`)
    }
    this.transcript = new Transcript(this.api, this.phone, client.id)
    this.transcript.callId = await this.#callId()
    await this.#talk()
    this.endedBy = await this.phone.ended
    this.conversation = await this.transcript.finish()
    return this
  }

  /** By the carrier's id: callers who withhold their number are many. */
  async #callId() {
    const [row] = await this.stack.rows(
      "select call_id from frontdesk.call_keys where call_sid = :'sid'",
      { sid: this.phone.callSid })
    return row.call_id
  }

  async #talk() {
    const { phone, persona } = this
    const clock = setTimeout(() => phone.hangUp(), CALL_MS)
    try {
      if (persona.mute) {
        await phone.ended
      } else {
        await this.#turns()
      }
    } finally {
      clearTimeout(clock)
    }
    if (!phone.hasEnded) {
      await phone.until(() => false, { timeoutMs: 3000 }).catch(() => false)
      await phone.hangUp()
    }
  }

  async #turns() {
    const { phone, persona } = this
    const ms = persona.patienceMs ?? PATIENCE_MS
    let heard = -1

    for (let utterance = 0; utterance < TURNS_MAX && !phone.hasEnded; utterance++) {
      const interrupt = persona.interrupts?.find((one) => one.utterance === utterance)
      const blurt = interrupt === undefined ? undefined : this.wanted.blurts.shift()
      if (blurt !== undefined && await this.#interrupt(interrupt, blurt)) {
        if (utterance === 0) {
          this.mouth.nextErrand()
        }
        continue
      }
      if (!await this.#listened(ms)) {
        return
      }
      const turn = await this.#newTurn(heard)
      heard = turn?.seq ?? heard
      const answer = turn === undefined ? this.mouth.lastSaid : this.mouth.answer(turn.content)
      if (answer === null) {
        return
      }
      await this.#say(answer)
      await phone.waitForSpeech({ timeoutMs: 12000 }).catch(() => false)
    }
  }

  /** The assistant has finished; false when the call is over or nothing ever comes. */
  #listened(ms) {
    return this.phone.waitForSilence({ ms }).catch(() => false)
  }

  async #newTurn(heard) {
    const newest = () => this.transcript.turns.findLast(
      ({ role, seq }) => role === 'assistant' && seq > heard)
    await this.phone.until(() => newest() !== undefined, { timeoutMs: 4000 }).catch(() => false)
    return newest()
  }

  async #say(answer) {
    if (answer.keys !== undefined) {
      this.phone.press(answer.keys)
      return
    }
    const audio = await spoken(this.mouth.manner(answer), this.persona, this.chance)
    const cut = () => { isCut = true }
    let isCut = false
    this.phone.on('media', cut)
    await this.phone.say(audio)
    this.phone.off('media', cut)
    this.cutIns += isCut ? 1 : 0
  }

  /** Speaks while the assistant does; false when it was silent again before that. */
  async #interrupt({ afterMs }, words) {
    const { phone } = this
    const audio = await spoken(words, this.persona, this.chance)
    if (phone.isQuiet(TALKING_MS)) {
      await phone.waitForSpeech({ timeoutMs: 12000 }).catch(() => false)
    }
    await sleep(afterMs)
    if (phone.hasEnded || phone.isQuiet(TALKING_MS)) {
      return false
    }

    const onsetMs = phone.now() + voicedRange(audio).first / LINE_HZ * 1000
    const heardBefore = phone.heard.at(-1)
    let clearedMs = Infinity
    const cleared = ({ ms }) => { clearedMs = Math.min(clearedMs, ms) }
    phone.on('clear', cleared)
    await phone.say(audio)
    phone.off('clear', cleared)
    this.interruptions.push({
      silenceMs: Math.round(heardBefore.endMs - onsetMs),
      cleared: clearedMs !== Infinity,
      gaveWay: clearedMs !== Infinity && phone.isQuiet(TALKING_MS)
    })
    await phone.waitForSpeech({ timeoutMs: 12000 }).catch(() => false)
    return true
  }
}
