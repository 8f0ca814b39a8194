// SPDX-License-Identifier: BSD-2-Clause
/**
 * What the carrier does with each TwiML verb: a function of the phone, the verb and the URL of
 * its document. It returns where the call goes on: { url, method, params } replaces the
 * document, END hangs up, nothing means the next verb.
 */
import { newSid } from './webhook.js'

export const END = Symbol('end')

const goTo = (base, url, method = 'POST', params = {}) => ({
  url: new URL(url.trim(), base).href, method: method.toUpperCase(), params
})

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

function say(phone, verb) {
  phone.hearText(verb.text.trim())
}

async function play(phone, verb, base) {
  phone.played.push(verb.attributes.digits ?? new URL(verb.text.trim(), base).href)
}

async function pause(phone, verb) {
  await wait(Number(verb.attributes.length ?? 1) * 1000 * phone.options.pace)
}

function hangup() {
  return END
}

function reject(phone, verb) {
  phone.status = verb.attributes.reason === 'busy' ? 'busy' : 'no-answer'
  return END
}

function redirect(phone, verb, base) {
  return goTo(base, verb.text, verb.attributes.method)
}

async function gather(phone, verb, base) {
  const { attributes } = verb
  for (const nested of verb.children) {
    await verbs[nested.name](phone, nested, base)
  }
  phone.started()

  const texts = verb.children.filter((nested) => nested.name === 'Say')
  const input = await phone.options.gather(texts.map((nested) => nested.text.trim()).join(' '))
  if (!input && attributes.actionOnEmptyResult !== 'true') {
    return undefined
  }

  const params = {}
  if (input?.digits) {
    params.Digits = input.digits
  }
  if (input?.speech) {
    params.SpeechResult = input.speech
    params.Confidence = String(input.confidence ?? 0.9)
  }
  return goTo(base, attributes.action ?? base, attributes.method, params)
}

/** The callee hears the whisper and takes the call, or does not. */
async function whisperAccepted(phone, leg, start) {
  for (let next = start; ;) {
    const { verbs: list, url } = await phone.request(next, leg)
    next = undefined
    for (const verb of list) {
      if (verb.name === 'Hangup') {
        return false
      }
      if (verb.name === 'Gather' && phone.options.dial.whisperDigits !== undefined) {
        next = goTo(url, verb.attributes.action ?? url, verb.attributes.method,
          { Digits: phone.options.dial.whisperDigits })
        break
      }
    }
    if (next === undefined) {
      return true
    }
  }
}

async function dial(phone, verb, base) {
  const { status, durationS = 0, ringMs = 0 } = phone.options.dial
  const number = verb.children.find((noun) => noun.name === 'Number')
  const called = (number?.text ?? verb.text).trim()
  const leg = { CallSid: newSid('CA'), ParentCallSid: phone.callSid, To: called }
  let isBridged = status === 'completed'

  phone.started()
  phone.dialed.push(called)
  await wait(ringMs)

  if (isBridged && number?.attributes.url !== undefined) {
    isBridged = await whisperAccepted(phone,
      { ...leg, Direction: 'outbound-dial', CallStatus: 'in-progress' },
      goTo(base, number.attributes.url, number.attributes.method))
  }
  if (isBridged) {
    await wait(durationS * 1000 * phone.options.pace)
  }
  if (verb.attributes.action === undefined) {
    return undefined
  }
  return goTo(base, verb.attributes.action, verb.attributes.method, {
    DialCallStatus: status,
    DialCallSid: leg.CallSid,
    DialBridged: String(isBridged),
    ...(isBridged ? { DialCallDuration: String(durationS) } : {})
  })
}

async function connect(phone, verb, base) {
  const noun = verb.children.find((child) => child.name === 'Stream')
  if (noun === undefined) {
    phone.violate('a <Connect> without <Stream>')
    return undefined
  }

  await phone.connectStream(noun)
  if (verb.attributes.action === undefined) {
    return undefined
  }
  return goTo(base, verb.attributes.action, verb.attributes.method)
}

export const verbs = {
  Say: say,
  Play: play,
  Pause: pause,
  Hangup: hangup,
  Reject: reject,
  Redirect: redirect,
  Gather: gather,
  Dial: dial,
  Connect: connect
}
