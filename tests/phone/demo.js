// SPDX-License-Identifier: BSD-2-Clause
/**
 * The demonstration: a caller asks when the dentist opens and books an appointment for tomorrow
 * morning, in real time and with real speech. Prints what is said as it is said, then what the
 * database holds. Exits with 1 when nothing was booked.
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Api, readDemo } from './api.js'
import { Caller } from './caller.js'
import { rows } from './database.js'
import { Phone, clientFor } from './phone.js'
import { Transcript, median } from './transcript.js'

const isColored = process.stdout.isTTY && process.env.NO_COLOR === undefined
const paint = (code) => (text) => isColored ? `\u001b[${code}m${text}\u001b[0m` : text
const dim = paint('2')
const bold = paint('1')
const speakers = {
  user: paint('36;1')('Caller   '),
  assistant: paint('32;1')('Assistant'),
  tool: dim('Tool     '),
  human: paint('35;1')('Human    ')
}

const print = (line = '') => process.stdout.write(`${line}\n`)

/** Parts of an answer's time, in the order they pass. */
function split(timings) {
  const parts = ['endpoint', 'stt', 'llm', 'tts']
    .filter((part) => Number.isFinite(timings?.[`${part}_ms`]))
    .map((part) => `${part} ${timings[`${part}_ms`]}`)
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`
}

/** What was asked of a tool; its whole result is in the dashboard. */
function toolCall(content) {
  const { name, arguments: given } = JSON.parse(content)
  const told = Object.entries(given ?? {}).map(([key, value]) => `${key}: ${value}`)
  return `${name}(${told.join(', ')})`
}

class Report {
  #shown = 0

  constructor(phone) {
    this.phone = phone
    this.timings = null
  }

  turn({ role, content, interrupted, timings, t_ms }) {
    const clock = dim(`${(t_ms / 1000).toFixed(1).padStart(6)} s`)
    const text = role === 'tool' ? dim(toolCall(content)) : content
    print(`${clock}  ${speakers[role] ?? role}  ${text}${interrupted ? dim(' (cut off)') : ''}`)
    if (role === 'user') {
      this.timings = timings
    } else if (role === 'assistant') {
      this.#latency({ ...this.timings, ...timings })
      this.timings = null
    }
  }

  #latency(timings) {
    const reply = this.phone.replies[this.#shown]
    if (reply !== undefined) {
      this.#shown += 1
      print(dim(`                     heard ${reply.latencyMs} ms after the caller's last word`
        + split(timings)))
    }
  }

  summary() {
    const { phone } = this
    const greeting = Math.round(phone.firstFrameMs - phone.streamOpenMs)
    print()
    print(`The greeting's first sound came ${greeting} ms after the line was open; the median `
      + `answer ${median(phone.replies.map((reply) => reply.latencyMs))} ms after the caller's `
      + 'last word.')
  }
}

/** The appointment this call booked, as the database has it. */
async function booked(home, callId) {
  const [row] = await rows(home, `
    select a.service, a.customer_name, a.customer_phone, a.status,
           to_char(a.starts_at at time zone c.timezone, 'FMDay, FMMonth FMDD YYYY, HH24:MI')
               as starts,
           c.name as client, c.timezone
      from frontdesk.appointments a join frontdesk.clients c on c.id = a.client_id
     where a.call_id = :'call_id'::uuid and a.status = 'confirmed'`, { call_id: callId })
  return row
}

function printBooked(row) {
  print()
  print(bold('In the database'))
  print(`  ${row.client}: ${row.service || 'appointment'} on ${row.starts} (${row.timezone})`)
  print(`  for ${row.customer_name}, ${row.customer_phone}: ${row.status}`)
}

function printLogins(demo) {
  print()
  print(bold(`The dashboard: ${demo.base_url}/`))
  for (const { email, password, role } of demo.users) {
    print(`  ${role.padEnd(7)}  ${email.padEnd(28)}  ${password}`)
  }
}

async function main() {
  const home = process.env.FRONTDESK_HOME ?? 'var'
  const demo = await readDemo(home)
  const client = clientFor(demo, 'receptionist')
  const api = await Api.as(demo)
  const caller = new Caller({
    errands: ['hello what time do you open tomorrow',
      'i would like to book an appointment tomorrow morning']
  })

  print(bold(`A call to ${client.name}, ${client.number}`))
  print()
  const phone = await Phone.dial({ demo, to: client.number })
  if (!phone.isConnected) {
    throw new Error(`the call was not answered: ${phone.errors.join('; ') || phone.said.join(' ')}`)
  }

  const report = new Report(phone)
  const transcript = new Transcript(api, phone, client.id)
  transcript.on('turn', (turn) => report.turn(turn))
  await caller.talk(phone, transcript)
  await phone.ended

  const conversation = await transcript.finish()
  await mkdir(join(home, 'recordings'), { recursive: true })
  await phone.saveWav(join(home, 'recordings', `${phone.callSid}.wav`))
  report.summary()
  const row = conversation && await booked(home, conversation.id)
  if (row === undefined) {
    throw new Error('the call booked no appointment')
  }
  printBooked(row)
  printLogins(demo)
}

main().catch((error) => {
  process.stderr.write(`demonstration: ${error.message}\n`)
  process.exitCode = 1
})
