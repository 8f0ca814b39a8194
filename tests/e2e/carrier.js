// SPDX-License-Identifier: BSD-2-Clause
/** The carrier without a caller: single webhooks, and streams that do as a story wants. */
import assert from 'node:assert/strict'
import { anyNumber } from '../phone/phone.js'
import { MediaStream, StreamRefused } from '../phone/stream.js'
import { parseTwiml } from '../phone/twiml.js'
import { newSid, post } from '../phone/webhook.js'

export const standardParams = (stack, extra = {}) => ({
  AccountSid: stack.demo.twilio_account_sid,
  ApiVersion: '2010-04-01',
  CallSid: newSid('CA'),
  CallStatus: 'ringing',
  Direction: 'inbound',
  From: anyNumber(),
  To: stack.client('echo').number,
  ...extra
})

/** Posts a webhook as the carrier does; `signature` and `headers` as webhook.js has them. */
export const webhook = (stack, params, { path = '/voice', ...rest } = {}) => post({
  url: new URL(path, stack.demo.base_url).href,
  params,
  token: stack.demo.twilio_auth_token,
  ...rest
})

/** Verbs of an answer that must be good TwiML. */
export function verbsOf(answer) {
  assert.equal(answer.status, 200, answer.body)
  assert.match(answer.type, /^text\/xml/)
  return parseTwiml(answer.body)
}

/** Calls a number and returns what its stream needs: { url, parameters, callSid }. */
export async function invite(stack, extra) {
  const params = standardParams(stack, extra)
  const [connect] = verbsOf(await webhook(stack, params))
  const [noun] = connect.children
  return {
    url: noun.attributes.url,
    callSid: params.CallSid,
    parameters: Object.fromEntries(noun.children.map(
      ({ attributes: { name, value } }) => [name, value]))
  }
}

/** Tells the stack that a call is over. */
export const hangUp = (stack, { callSid }) => webhook(stack,
  standardParams(stack, { CallSid: callSid, CallStatus: 'completed', SequenceNumber: '3' }),
  { path: '/twilio/call-status' })

/** A stream on an invitation, not opened yet. */
export const streamFor = (stack, invitation, faults = {}) => new MediaStream({
  ...invitation,
  token: stack.demo.twilio_auth_token,
  accountSid: stack.demo.twilio_account_sid,
  faults
})

/** Opens a stream that must not live: its close code, or the status of its handshake. */
export async function refusal(stream, timeoutMs = 15000) {
  try {
    await stream.open()
  } catch (error) {
    if (error instanceof StreamRefused) {
      return error.status
    }
    throw error
  }
  return closeCode(stream, timeoutMs)
}

/** The code a stream is closed with; it must be closed by the server. */
export async function closeCode(stream, timeoutMs = 15000) {
  const clock = setTimeout(() => stream.destroy(), timeoutMs)
  const { code, by } = await stream.whenClosed()
  clearTimeout(clock)
  assert.equal(by, 'server', `the stream lives on after ${timeoutMs} ms`)
  return code
}

/** A stream on the echo line works: what is said comes back. */
export async function assertEchoes(stream, { timeoutMs = 10000 } = {}) {
  const frame = Buffer.alloc(160, 0x5a)
  const wanted = frame.toString('base64')
  await new Promise((resolve, reject) => {
    const clock = setTimeout(() => reject(new Error('no echo came back')), timeoutMs)
    stream.on('media', function heard(payload, audio) {
      if (payload === wanted || audio.includes(frame)) {
        clearTimeout(clock)
        stream.off('media', heard)
        resolve()
      }
    })
    stream.sendMedia(frame)
  })
}
