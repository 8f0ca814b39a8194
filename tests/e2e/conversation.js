// SPDX-License-Identifier: BSD-2-Clause
/** Calls as stories need them: a phone, what the API says of its call, what the database holds. */
import assert from 'node:assert/strict'
import { Phone, anyNumber } from '../phone/phone.js'
import { Transcript } from '../phone/transcript.js'

export class Conversation {
  constructor(stack, phone, api, client) {
    this.stack = stack
    this.phone = phone
    this.client = client
    this.transcript = new Transcript(api, phone, client.id)
    this.answered = -1
  }

  get turns() {
    return this.transcript.turns
  }

  /** The greeting was heard to its end. */
  async greeting() {
    await this.phone.waitForSilence({ ms: 900 })
    return this.newTurn('assistant')
  }

  /** The newest turn of a role beyond those already looked at. */
  async newTurn(role, timeoutMs = 10000) {
    const newest = () => this.turns.findLast(
      (turn) => turn.role === role && turn.seq > this.answered)
    await this.phone.until(() => newest() !== undefined, { timeoutMs, what: `a turn of ${role}` })
    const turn = newest()
    this.answered = turn?.seq ?? this.answered
    return turn?.content ?? ''
  }

  /** Says something and returns the assistant's answer to it. */
  async ask(text, options) {
    await this.phone.speak(text, options)
    return this.reply()
  }

  /** Listens to the assistant's answer to what was said. */
  async reply() {
    await this.phone.waitForReply({ ms: 900 })
    return this.newTurn('assistant')
  }

  /** Ends the call if it has not ended, and returns the call as the API knows it then. */
  async end() {
    await this.phone.hangUp()
    await this.phone.ended
    const conversation = await this.transcript.finish()
    assert.deepEqual(this.phone.violations, [], 'the carrier would object')
    assert.deepEqual(this.phone.errors, [], 'the carrier saw errors')
    return conversation
  }

  async callRow() {
    const [row] = await this.stack.rows(`
      select * from frontdesk.calls where call_sid = :'sid'`, { sid: this.phone.callSid })
    return row
  }
}

/**
 * Calls a client of the stack.
 * @param {import('./stack.js').Stack} stack
 * @param {{ purpose?: string, owner?: string, from?: string }} [options] and those of Phone
 */
export async function startCall(stack, { purpose = 'receptionist', owner, from, ...rest } = {}) {
  const client = stack.client(purpose, owner)
  const api = await stack.api('admin')
  const phone = await Phone.dial(
    { demo: stack.demo, to: client.number, from: from ?? anyNumber(), ...rest })
  assert.ok(phone.isConnected, `no stream: ${phone.errors.join('; ')} ${phone.said.join(' ')}`)
  return new Conversation(stack, phone, api, client)
}

/** Roles of turns in order, tools left out. */
export const spokenRoles = (turns) => turns
  .filter(({ role }) => role === 'user' || role === 'assistant')
  .map(({ role }) => role)

/** Everything a role said, as one text. */
export const spokenBy = (turns, role) => turns
  .filter((turn) => turn.role === role).map((turn) => turn.content).join(' ')

/** A finished call was paid for: the balance is the sum of the ledger, nothing stays reserved. */
export async function assertSettled(stack, callId) {
  const [row] = await stack.rows(`
    select c.settled_seconds, c.reserved_seconds, c.duration, cl.balance_seconds,
           (select coalesce(sum(l.seconds), 0) from frontdesk.ledger l
             where l.client_id = c.client_id) as ledger_seconds,
           (select coalesce(-sum(l.seconds), 0) from frontdesk.ledger l
             where l.client_id = c.client_id and l.call_id = c.id) as paid_seconds
      from frontdesk.calls c join frontdesk.clients cl on cl.id = c.client_id
     where c.id = :'call_id'::uuid`, { call_id: callId })
  assert.notEqual(row.settled_seconds, null, 'the call is not settled')
  assert.equal(row.paid_seconds, row.settled_seconds, 'the ledger of the call')
  assert.equal(row.balance_seconds, row.ledger_seconds, 'balance and ledger')
  assert.ok(Math.abs(row.duration - row.settled_seconds) <= 1, `${JSON.stringify(row)}`)
}
