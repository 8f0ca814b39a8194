// SPDX-License-Identifier: BSD-2-Clause
/** Follows a call's turns through the API while they happen. */
import { EventEmitter } from 'node:events'

const POLL_MS = 200

/**
 * Emits `turn` for each turn in order, once it is whole: a caller's at once, the assistant's when
 * all of it was heard or cut off. Emits `said` for the assistant's as soon as it is known.
 */
export class Transcript extends EventEmitter {
  #emitted = 0
  #announced = -1
  #stopped = false
  #loop

  constructor(api, phone, clientId) {
    super()
    this.api = api
    this.phone = phone
    this.clientId = clientId
    this.callId = undefined
    this.turns = []
    this.#loop = this.#run()
  }

  async #run() {
    while (!this.#stopped && !this.phone.hasEnded) {
      await this.#poll()
      await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    }
  }

  async #poll() {
    this.callId ??= await this.api.findCall(this.clientId, this.phone.from)
    if (this.callId === undefined) {
      return
    }
    this.conversation = await this.api.conversation(this.callId)
    this.turns = this.conversation.transcript
    this.#announce()
  }

  #isWhole(turn, index) {
    return turn.role !== 'assistant' || turn.interrupted || index < this.turns.length - 1
      || this.phone.hasEnded || this.phone.isQuiet(400)
  }

  #announce() {
    this.turns.forEach((turn, index) => {
      if (index > this.#announced) {
        this.#announced = index
        this.emit('said', turn)
      }
    })
    while (this.#emitted < this.turns.length
        && this.#isWhole(this.turns[this.#emitted], this.#emitted)) {
      this.emit('turn', this.turns[this.#emitted])
      this.#emitted += 1
    }
  }

  /** Reads the call once more when it is over: its last turns and its summary. */
  async finish(timeoutMs = 10000) {
    const deadline = performance.now() + timeoutMs
    this.#stopped = true
    await this.#loop
    do {
      await this.#poll()
      if (this.conversation?.ended_at) {
        break
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    } while (performance.now() < deadline)
    return this.conversation
  }
}

/** The middle value, or null. */
export function median(values) {
  const sorted = values.filter(Number.isFinite).toSorted((a, b) => a - b)
  return sorted.length === 0 ? null : sorted[sorted.length >> 1]
}
