// SPDX-License-Identifier: BSD-2-Clause
/** A recognizer in the driver, as tests speak to it. */
import { speech } from '../fakes/stt_base.js'

/** Waits until it is so: what a fake has seen, for example. */
export async function until(is) {
  for (const end = Date.now() + 20000; !is();) {
    if (Date.now() > end) {
      throw new Error(`not so: ${is}`)
    }
    await new Promise((resolve) => { setTimeout(resolve, 20) })
  }
}

export class Recognizer {
  #request = 0

  constructor(driver, provider, members) {
    this.driver = driver
    this.id = driver.tell('stt', 'open', { provider, language: 'en-US', ...members })
  }

  tell(verb, members = {}) {
    this.driver.tell('stt', verb, { ...members, id: this.id })
    return this
  }

  begin(utterance) {
    return this.tell('begin', { utterance })
  }

  /** Words of the fakes' own speech. */
  speak(text, members = {}) {
    return this.tell('feed', { ulaw: speech(text).toString('base64'), ...members })
  }

  finalize() {
    this.#request++
    this.tell('finalize', { request: this.#request })
    return this.#request
  }

  event(name, is) {
    return this.driver.event(this.id, name, is)
  }

  events(name) {
    return this.driver.of(this.id, name)
  }

  /** The text that a finalize() is answered with. */
  async final(request = this.finalize()) {
    const final = await this.event('final', (e) => e.request === request)
    return final.text
  }

  /** Closes it, and makes sure that all which was said before has been seen. */
  async close() {
    this.tell('close')
    await this.event('closed')
    return this
  }
}
