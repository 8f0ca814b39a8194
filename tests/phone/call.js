// SPDX-License-Identifier: BSD-2-Clause
/**
 * Places one call with recorded speech and prints its turns as JSON lines.
 *
 *   node tests/phone/call.js speech.wav [--to +15550100001] [--from +15552223333] [--now]
 *
 * The speech starts when the greeting was heard; with --now as soon as the line is open. When it
 * is over the caller listens to the answer and hangs up. The last line has the call's id, its
 * times in milliseconds and where its recording is.
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Api, readDemo } from './api.js'
import { Phone, anyNumber, clientFor } from './phone.js'
import { Transcript, median } from './transcript.js'

const GREETING_MS = 20000
const ANSWER_MS = 8000
const QUIET_MS = 1500

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { to: { type: 'string' }, from: { type: 'string' }, now: { type: 'boolean' } }
})

const print = (line) => process.stdout.write(`${JSON.stringify(line)}\n`)

/** Waits, but not for ever: what did not come is no error here. */
const atMost = (waiting) => waiting.catch(() => false)

async function talk(phone, audio) {
  if (!values.now) {
    await atMost(phone.waitForSilence({ timeoutMs: GREETING_MS }))
  }
  await phone.say(audio)
  if (await atMost(phone.waitForSpeech({ timeoutMs: ANSWER_MS }))) {
    await atMost(phone.waitForSilence({ ms: QUIET_MS }))
  }
  await phone.hangUp()
}

/** What is known of a call that was answered without a stream. */
function printWithoutStream(phone) {
  phone.said.forEach((text) => print({ role: 'assistant', text, t_ms: 0 }))
  print({ call_id: null, call_sid: phone.callSid, status: phone.status,
    errors: phone.errors.map((error) => error.message) })
}

function summaryOf(phone, conversation, recording) {
  const timings = (conversation?.transcript ?? [])
    .filter((turn) => turn.timings && Object.keys(turn.timings).length > 0)
    .map(({ seq, timings: times }) => ({ seq, ...times }))
  return {
    call_id: conversation?.id ?? null,
    call_sid: phone.callSid,
    status: conversation?.status ?? phone.status,
    ended_reason: conversation?.ended_reason ?? null,
    duration_ms: Math.round(phone.endedMs),
    greeting_ms: phone.firstFrameMs === null
      ? null : Math.round(phone.firstFrameMs - phone.streamOpenMs),
    reply_ms: phone.replies.map((reply) => reply.latencyMs),
    reply_median_ms: median(phone.replies.map((reply) => reply.latencyMs)),
    timings,
    recording,
    violations: phone.violations,
    errors: phone.errors.map((error) => error.message)
  }
}

async function main() {
  const [audio] = positionals
  if (audio === undefined) {
    throw new Error('which file? AUDIO=speech.wav')
  }

  const home = process.env.FRONTDESK_HOME ?? 'var'
  const demo = await readDemo(home)
  const to = values.to ?? clientFor(demo, 'receptionist').number
  const client = demo.clients.find(({ number }) => number === to)
  const api = await Api.as(demo)
  const phone = await Phone.dial({ demo, to, from: values.from ?? anyNumber() })

  if (!phone.isConnected) {
    await phone.ended
    printWithoutStream(phone)
    return
  }

  const transcript = new Transcript(api, phone, client.id)
  transcript.on('turn', ({ role, content, t_ms, interrupted }) => print(
    { role, text: content, t_ms, ...(interrupted ? { interrupted } : {}) }))
  await talk(phone, audio)
  await phone.ended

  const folder = join(home, 'recordings')
  const recording = join(folder, `${phone.callSid}.wav`)
  await mkdir(folder, { recursive: true })
  await phone.saveWav(recording)
  print(summaryOf(phone, await transcript.finish(), recording))
}

main().catch((error) => {
  process.stderr.write(`call: ${error.message}\n`)
  process.exitCode = 1
})
