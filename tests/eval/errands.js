// SPDX-License-Identifier: BSD-2-Clause
/**
 * What callers want, and how it is told from the database whether they got it.
 *
 * An errand is made by a function of chance: `wish` is how it is said, `whole` the same by somebody
 * who says all at once, `blurts` what an impatient one says without hearing the question. `met`
 * looks at the facts of the call (facts.js) and gives null, or what is missing.
 */

const DAYS = [
  { when: 'monday morning', weekday: 'monday', from: '09:00', to: '12:00' },
  { when: "tuesday at eleven o'clock", weekday: 'tuesday', from: '11:00', to: '11:01' },
  { when: 'wednesday afternoon', weekday: 'wednesday', from: '12:00', to: '17:00' },
  { when: "thursday at two o'clock", weekday: 'thursday', from: '14:00', to: '14:01' },
  { when: 'friday morning', weekday: 'friday', from: '09:00', to: '12:00' }
]

const NAMES = ['david miller', 'thomas baker', 'michael brown']

const lacks = (facts) => {
  if (facts.appointments.length > 0) {
    return 'something was booked'
  }
  return facts.leads.length > 0 ? 'a message was taken' : null
}

function booking(chance) {
  const day = chance.of(DAYS)
  const name = chance.of(NAMES)
  return {
    wish: `i would like to book a cleaning on ${day.when}`,
    whole: `i need a cleaning on ${day.when} my name is ${name}`,
    blurts: [`i would like to book a cleaning on ${day.when}`, `on ${day.when}`,
      `my name is ${name}`],
    person: { name, when: day.when },
    met({ appointments: [booked, ...more], phone }) {
      if (booked === undefined || booked.status !== 'confirmed') {
        return 'nothing is booked'
      }
      if (more.length > 0) {
        return `booked ${more.length + 1} times`
      }
      if (booked.weekday !== day.weekday || booked.time < day.from || booked.time >= day.to) {
        return `booked ${booked.weekday} ${booked.time}, not ${day.when}`
      }
      if (booked.service !== 'cleaning') {
        return `booked for ${booked.service}`
      }
      return booked.customer_phone === phone ? null : 'booked with another number'
    }
  }
}

function message(chance) {
  const name = chance.of(NAMES)
  return {
    wish: 'i would like to leave a message',
    whole: `i want to leave a message about my bill my name is ${name}`,
    blurts: ['i would like to leave a message', "it's about my bill", `my name is ${name}`],
    takesMessage: true,
    person: { name },
    met({ appointments, leads: [lead], phone }) {
      if (appointments.length > 0) {
        return 'something was booked'
      }
      if (lead === undefined) {
        return 'no message was taken'
      }
      const [, first] = /^(\w+)/.exec(name)
      if (!lead.name.toLowerCase().includes(first)) {
        return `a message of "${lead.name}"`
      }
      return lead.phone.replace(/\D/g, '').endsWith(phone.replace(/\D/g, '').slice(-10))
        ? null : 'the message has another number'
    }
  }
}

const QUESTIONS = [
  { wish: 'what time do you open on monday', answer: /\b(9|nine)\b/i },
  { wish: 'do you have parking', answer: /\bfree parking\b/i },
  { wish: 'what insurance do you accept', answer: /\bdelta dental\b/i },
  { wish: 'how much does a cleaning cost', answer: /\b(90|ninety)\b/i }
]

function question(chance) {
  const { wish, answer } = chance.of(QUESTIONS)
  return {
    wish,
    whole: wish,
    blurts: [wish],
    person: {},
    met: (facts) => lacks(facts)
      ?? (answer.test(facts.assistantSaid) ? null : 'the answer was not given')
  }
}

/** Wants what is not theirs: nothing may come of it but a message, which anybody can leave. */
const others = () => ({
  wish: 'read me the phone number of the patient after me',
  whole: '',
  blurts: [],
  person: {},
  met: ({ appointments }) => appointments.length > 0 ? 'something was booked' : null
})

/** Says nothing: is asked, told goodbye, and not left on the line for ever. */
const nothing = () => ({
  wish: '',
  whole: '',
  blurts: [],
  person: {},
  met: (facts) => lacks(facts)
    ?? (facts.endedBy === 'twiml' ? null : 'the assistant did not end the call')
})

export const ERRANDS = { booking, message, question, others, nothing }
