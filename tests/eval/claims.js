// SPDX-License-Identifier: BSD-2-Clause
/**
 * What the assistant says of bookings, held against the tables. A sentence that says something was
 * done must be true when it is said, with the day and the time that it names.
 */

const KINDS = [
  ['canceled', /\b(?:is|it's|'ve|have|been|was) cancell?ed\b/i],
  ['moved', /\b(?:is|it's|'ve|have|been) (?:moved|rescheduled)\b|\byour \w+(?: \w+)? is now\b/i],
  ['booked', new RegExp("\\b(?:i've|i have|you're|you are|it's|it is|that's|that is|is|are|has been"
    + '|have been)(?: \\w+)? (?:booked|scheduled|reserved|confirmed)\\b', 'i')],
  ['passed', new RegExp("\\b(?:i've|i have) (?:passed|sent|taken|saved) (?:it|your|the|that)\\b"
    + '|\\bmessage (?:is|has been) (?:sent|saved|passed)\\b', 'i')]
]
const DENIED = new RegExp("\\b(?:not|nothing|no|never|couldn't|can't|cannot|unable|isn't"
  + '|if|unless|once|when)\\b', 'i')

const HOURS = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten',
  'eleven', 'twelve']
const MINUTES = { fifteen: 15, thirty: 30, 'forty five': 45, ten: 10, twenty: 20, forty: 40,
  fifty: 50 }
const CLOCK = new RegExp(`\\bat (?:(\\d{1,2})(?::(\\d\\d))?|(${HOURS.join('|')})`
  + `(?:[ -](${Object.keys(MINUTES).join('|').replace(' ', '[ -]')}))?)\\b`, 'i')
const WEEKDAY = /\b(monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b/i

/** A turn's time is reckoned from the call's answer, by another clock than the appointment's. */
const CLOCKS_S = 1

/** Minutes within half a day of the time that a sentence names; null when it names none. */
export function clockIn(sentence) {
  const found = CLOCK.exec(sentence)
  if (found === null) {
    return null
  }
  const [, digits, minutes, word, more] = found
  const hour = digits === undefined ? HOURS.indexOf(word.toLowerCase()) + 1 : Number(digits)
  const past = digits === undefined
    ? MINUTES[more?.toLowerCase().replace('-', ' ')] ?? 0 : Number(minutes ?? 0)
  return hour % 12 * 60 + past
}

/** Sentences that say something was done: { kind, sentence, saidAt }. */
export function claimsIn(turns) {
  return turns.filter(({ role }) => role === 'assistant').flatMap((turn) => {
    const sentences = turn.content.match(/[^.?!]+(?:[.?!]+|$)/g) ?? []
    return sentences.filter((one) => !one.includes('?') && !DENIED.test(one)).flatMap((one) => {
      const kind = KINDS.find(([, words]) => words.test(one))?.[0]
      return kind === undefined
        ? [] : [{ kind, sentence: one.trim(), saidAt: turn.created_s }]
    })
  })
}

function fits(sentence, appointment) {
  const weekday = WEEKDAY.exec(sentence)?.[1].toLowerCase()
  if (weekday !== undefined && weekday !== appointment.weekday) {
    return false
  }
  if (/\btomorrow\b/i.test(sentence) && appointment.days_ahead !== 1) {
    return false
  }
  if (/\btoday\b/i.test(sentence) && appointment.days_ahead !== 0) {
    return false
  }
  const clock = clockIn(sentence)
  const [hour, minute] = appointment.time.split(':').map(Number)
  return clock === null || clock === hour % 12 * 60 + minute
}

/** Whether a claim is true of what the tables hold. */
export function isTrue({ kind, sentence, saidAt }, { known, leads }) {
  if (kind === 'passed') {
    return leads.length > 0
  }
  const status = kind === 'canceled' ? 'canceled' : 'confirmed'
  return known.some((appointment) => appointment.status === status
    && appointment.created_s <= saidAt + CLOCKS_S && fits(sentence, appointment))
}
