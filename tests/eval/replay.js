// SPDX-License-Identifier: BSD-2-Clause
/**
 * `make eval REPLAY=id`: a call of the running stack once more, through its agent as of another
 * version, in a stack of its own with a copy of the business.
 *
 *   node tests/eval/replay.js call-id [--version n]
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Stack, freePort } from '../e2e/stack.js'
import { rows } from '../phone/database.js'
import { Phone } from '../phone/phone.js'
import { Transcript } from '../phone/transcript.js'
import { claimsIn, isTrue } from './claims.js'
import { readCall, writeCopy } from './copy.js'
import { factsOf } from './facts.js'
import { recorded } from './recording.js'
import { columns, quantile } from './score.js'
import { sideBySide } from './sides.js'
import { spoken } from './speech.js'

const QUIET_MS = 900
const ANSWER_MS = 12000
const KEYS = /^[0-9#* ]+$/

const print = (line = '') => process.stdout.write(`${line}\n`)

/** What the caller said, as audio or { keys }: recorded if it was, else spoken anew. */
async function saidIn(home, call, turns) {
  const audio = await recorded(join(home, 'recordings', `${call.call_sid}.wav`))
  if (audio !== null) {
    return { how: 'the recording', said: audio }
  }
  const mine = turns.filter(({ role }) => role === 'user')
  return {
    how: 'a synthetic voice: the call was not recorded',
    said: await Promise.all(mine.map(({ content }) => KEYS.test(content)
      ? { keys: content.replaceAll(' ', '') } : spoken(content, { voice: 'rms' })))
  }
}

async function say(phone, said) {
  for (const one of said) {
    if (!await phone.waitForSilence({ ms: QUIET_MS }).catch(() => false)) {
      return
    }
    if (Buffer.isBuffer(one)) {
      await phone.say(one)
    } else {
      phone.press(one.keys)
    }
    await phone.waitForSpeech({ timeoutMs: ANSWER_MS }).catch(() => false)
  }
  await phone.waitForSilence({ ms: QUIET_MS }).catch(() => false)
}

/** The call once more; facts as of any call. */
async function again(stack, call, said) {
  const client = await writeCopy(stack, call)
  const from = call.caller_phone
  const phone = await Phone.dial({ demo: stack.demo, to: client.number, from })
  if (!phone.isConnected) {
    throw new Error(`no stream: ${phone.errors.join('; ')} ${phone.said.join(' ')}`)
  }
  const [{ call_id: callId }] = await stack.rows(
    "select call_id from frontdesk.call_keys where call_sid = :'sid'", { sid: phone.callSid })
  const transcript = new Transcript(await stack.api('admin'), phone, client.id)
  transcript.callId = callId
  try {
    await say(phone, said)
  } finally {
    await phone.hangUp()
    await transcript.finish()
  }
  const endedBy = await phone.ended
  return factsOf(stack, { callId, from, phone: from, endedBy })
}

function summary({ turns, appointments, leads, ...facts }) {
  const claims = claimsIn(turns)
  const replies = turns.map(({ timings }) => timings?.first_frame_ms).filter(Number.isFinite)
  return {
    turns: turns.filter(({ role }) => role === 'user').length,
    median_ms: quantile(replies, 0.5),
    p95_ms: quantile(replies, 0.95),
    interrupted: turns.filter(({ interrupted }) => interrupted).length,
    booked: appointments.filter(({ status }) => status === 'confirmed')
      .map(({ service, weekday, time }) => `${service} ${weekday} ${time}`).join(', ') || '-',
    messages: leads.length,
    false_claims: claims.filter(
      (claim) => !isTrue(claim, { ...facts, leads })).map(({ sentence }) => sentence).length
  }
}

function report(before, after, versions) {
  print(columns(sideBySide(before.turns, after.turns, versions)).join('\n'))
  print()
  const [left, right] = [summary(before), summary(after)]
  print(columns([['', ...versions], ...Object.keys(left).map(
    (key) => [key, String(left[key] ?? '-'), String(right[key] ?? '-')])]).join('\n'))
  print()
  print(JSON.stringify({ replay: versions, before: left, after: right }))
}

async function main() {
  const { values, positionals: [callId] } = parseArgs({
    allowPositionals: true, options: { version: { type: 'string' } }
  })
  if (!/^[0-9a-f-]{36}$/.test(callId ?? '') || !/^\d{0,9}$/.test(values.version ?? '')) {
    throw new Error('which call? REPLAY=id AGENT_VERSION=n')
  }

  const source = process.env.FRONTDESK_HOME ?? 'var'
  const call = await readCall(source, callId, values.version)
  const before = await factsOf({ rows: (query, given) => rows(source, query, given) },
    { callId, from: call.caller_phone, phone: call.caller_phone })
  const { how, said } = await saidIn(source, call, before.turns)
  const home = await mkdtemp(join(tmpdir(), 'frontdesk-replay-'))
  const stack = new Stack(home, await freePort())
  try {
    await stack.start()
    const after = await again(stack, call, said)
    print(`call ${callId}, ${said.length} utterances from ${how}`)
    print()
    report(before, after,
      [`version ${call.agent_version}, as it was`, `version ${call.version}, replayed`])
  } finally {
    await stack.stop()
    await rm(home, { recursive: true, force: true })
  }
}

main().catch((error) => {
  process.stderr.write(`replay: ${error.message}\n`)
  process.exitCode = 1
})
