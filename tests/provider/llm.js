// SPDX-License-Identifier: BSD-2-Clause
/** A language model of the driver: asked, and what it answered. */

let keys = 0

/** A key of its own for each test: breakers are a service's and a key's. */
export const newKey = () => `sk-test-${++keys}`

const LAST = new Set(['done', 'error', 'unasked'])

export class Model {
  #number = 0

  constructor(driver, provider, url, members = {}) {
    this.driver = driver
    this.id = driver.tell('llm', 'open', {
      provider, base_url: url, key: 'sk-test', model: '', tools: ['find_slots', 'end_call'],
      temperature: 0.4, prompt: 'Be kind.', ...members,
    })
  }

  opened() {
    return this.driver.event(this.id, '*', (e) => e.event === 'open' || e.event === 'failed')
  }

  /** `messages`: a text of the caller, or all of them. Returns the request's number. */
  start(messages = 'Do you have anything tomorrow?', members = {}) {
    const number = ++this.#number
    const list = typeof messages === 'string' ? [{ role: 'user', text: messages }] : messages
    // 2026-11-20, 9:05 in the morning of New York.
    this.driver.tell('llm', 'ask', {
      llm: this.id, number, messages: list, now_ms: 1795183500000, ...members,
    })
    return number
  }

  of(number) {
    return this.driver.of(this.id).filter((e) => e.number === number)
  }

  /** How a request ended, and all that came before: { end, text, tools, usage, fault, events }. */
  async answer(number) {
    const last = await this.driver.event(this.id, '*',
      (e) => e.number === number && LAST.has(e.event))
    const events = this.of(number)
    return {
      end: last.event,
      fault: last.fault?.kind,
      reason: last.fault?.reason,
      retry_ms: last.fault?.retry_ms,
      text: events.filter((e) => e.event === 'text').map((e) => e.text).join(''),
      tools: events.filter((e) => e.event === 'tool').map((e) => [e.call, e.name, e.args]),
      usage: events.find((e) => e.event === 'usage'),
      events,
    }
  }

  ask(messages, members) {
    return this.answer(this.start(messages, members))
  }

  cancel(number) {
    const id = this.driver.tell('llm', 'cancel', { llm: this.id, number })
    return this.driver.event(id, 'stopped')
  }

  close() {
    const id = this.driver.tell('llm', 'close', { llm: this.id })
    return this.driver.event(id, 'stopped')
  }
}
