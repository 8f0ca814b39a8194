// SPDX-License-Identifier: BSD-2-Clause
/**
 * A caller with errands: hears what the assistant says and knows what to answer. Nothing is
 * scripted by time; the same caller gets along with other wordings and other orders.
 */

const NUMBERS = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten',
  'eleven', 'twelve']
const MINUTES = { 15: 'fifteen', 30: 'thirty', 45: 'forty five' }
const CLOCK_WORDS = new RegExp(
  `(?<!\\b(?:which|this|that|any|the|another) )\\b(${NUMBERS.join('|')})`
    + "( thirty| fifteen| forty[ -]five| o'clock)?\\b", 'i')
const CLOCK_DIGITS = /\b(1[0-2]|[1-9])(?::([0-5]\d))?\s*(?:a\.?m|p\.?m|o'clock)/i

/** The first time of day named in a sentence, as a caller says it; null when there is none. */
export function firstTime(text) {
  const digits = CLOCK_DIGITS.exec(text)
  if (digits !== null) {
    const hour = NUMBERS[digits[1] - 1]
    return MINUTES[digits[2]] === undefined ? `${hour} o'clock` : `${hour} ${MINUTES[digits[2]]}`
  }
  const words = CLOCK_WORDS.exec(text)
  if (words === null) {
    return null
  }
  const rest = (words[2] ?? " o'clock").trim().replace('-', ' ').toLowerCase()
  return `${words[1].toLowerCase()} ${rest}`
}

/** What is asked: the last question, or all of it when nothing is. */
function questionIn(text) {
  const sentences = text.match(/[^.?!]+[.?!]*/g) ?? [text]
  return sentences.filter((sentence) => sentence.includes('?')).at(-1) ?? text
}

const ANSWERS = [
  // what is heard, what is said: text, or a function of the caller and the question
  [/\b(say (that|it) again|repeat|rephrase|didn't (quite )?(catch|get|hear|understand))/i,
    (caller) => caller.lastSaid],
  [/\bare you (still )?there\b|\bto ask a question\b/i, (caller) => caller.lastSaid],
  [/\b(any ?thing else|else i can|how (can|may|else can) i help|what can i (do|help))/i,
    (caller) => caller.nextErrand()],
  [/\b(new one|another one)\b/i, 'no thank you'],
  [/\b(is that|is this|did i get that|that's) (all )?(right|correct|okay|good)\b|\bcorrect\?/i,
    'yes'],
  [/\b((shall|should) i|may i (book|schedule|confirm)|would you like me to)\b/i, 'yes please'],
  [/\b(go ahead|confirm)\b.*\?|\bdoes that (work|suit)\b/i, 'yes please'],
  [/\b(this|same) (phone )?number\b.*\?|\bnumber you('re| are) calling from\b/i, 'yes'],
  [/\bspell\b/i, (caller) => caller.name],
  [/\b(phone|telephone|callback|contact|best)?\s*number\b|\barea code\b/i,
    (caller) => caller.phone],
  [/\bname\b|\bwho('s| is| am i)\b/i, (caller) => `my name is ${caller.name}`],
  [/\b(what|which) (kind|type|sort|service)|\b(come in|is it|would it be|appointment) for\b/i,
    (caller) => caller.service],
  [/\bit about\b/i, (caller) => caller.reason],
  [/\bhow many (people|guests)\b/i, 'two people'],
  [/\b(message|call (you )?back|take (down )?your details)\b/i, 'yes please'],
  [/\b(what|which) (day|date)\b|\bwhat day and time\b|\bwhen (would|do|should|are)\b/i,
    (caller) => caller.when],
  [/\b(which|what time|work|works|prefer|best|suit|suits|would you like|how about|available|open)/i,
    (caller, question, text) => firstTime(question) ?? firstTime(text) ?? caller.when]
]

const FAREWELL = /\b(goodbye|good bye|bye|have a (great|good|nice|lovely|wonderful))\b/i

export class Caller {
  /**
   * @param {{ errands: string[], name?: string, phone?: string, when?: string,
   *           service?: string, reason?: string,
   *           farewell?: string }} person `errands` are opening sentences; what
   *   is said may also be recorded: { audio: 'file.wav' }
   */
  constructor(person) {
    this.name = person.name ?? 'david miller'
    this.phone = person.phone ?? 'five five five two three four nine eight seven six'
    this.when = person.when ?? 'tomorrow morning'
    this.service = person.service ?? 'a cleaning'
    this.reason = person.reason ?? "it's about my bill"
    this.farewell = person.farewell ?? "no that's all thank you"
    this.errands = [...person.errands]
    this.lastSaid = this.errands[0]
  }

  nextErrand() {
    return this.errands.shift() ?? this.farewell
  }

  /** What to say to what was heard; null: the call is over, hang up. */
  answer(text) {
    const said = this.#find(text)
    if (said !== null) {
      this.lastSaid = said
    }
    return said
  }

  #find(text) {
    const question = questionIn(text)
    if (FAREWELL.test(text) && !question.includes('?')) {
      return null
    }
    for (const [heard, said] of ANSWERS) {
      if (heard.test(question)) {
        return typeof said === 'function' ? said(this, question, text) : said
      }
    }
    return question.includes('?') ? 'yes' : this.nextErrand()
  }

  /**
   * Holds the whole conversation; resolves when the call is over.
   * @param {import('./phone.js').Phone} phone
   * @param {import('./transcript.js').Transcript} transcript
   */
  async talk(phone, transcript, { voice = 'rms', turnsMax = 20 } = {}) {
    let heard = -1

    if (!await phone.waitForSilence({ ms: 900 })) {
      return
    }
    for (let n = 0; n < turnsMax && !phone.hasEnded; n++) {
      const turn = await this.#newTurn(phone, transcript, heard)
      heard = turn?.seq ?? heard
      const said = turn === undefined ? this.lastSaid : this.answer(turn.content)
      if (said === null) {
        break
      }
      await (said.audio === undefined ? phone.speak(said, { voice }) : phone.say(said.audio))
      if (!await phone.waitForReply({ ms: 900 }).catch(() => false)) {
        break
      }
    }
    if (!phone.hasEnded) {
      await phone.until(() => false, { timeoutMs: 3000 }).catch(() => false)
      await phone.hangUp()
    }
  }

  /** The assistant's newest turn beyond one that was answered; undefined when none comes. */
  async #newTurn(phone, transcript, heard) {
    const newest = () => transcript.turns.findLast(
      ({ role, seq }) => role === 'assistant' && seq > heard)
    await phone.until(() => newest() !== undefined, { timeoutMs: 5000 }).catch(() => false)
    return newest()
  }
}
