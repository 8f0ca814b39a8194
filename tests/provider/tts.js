// SPDX-License-Identifier: BSD-2-Clause
/** What tests of speech share: one open session of the driver, and ears. */
import assert from 'node:assert/strict'
import { Driver } from './driver.js'
import { bhashiniTts } from '../fakes/bhashini_tts.js'
import { cartesia } from '../fakes/cartesia.js'
import { deepgramTts } from '../fakes/deepgram_tts.js'
import { elevenlabs } from '../fakes/elevenlabs.js'
import { googleTts } from '../fakes/google_tts.js'
import { openaiTts } from '../fakes/openai_tts.js'

export const KEY = 'k_invented'

/** Each service: its fake, what it is opened with, and what of it differs in tests. */
export const services = {
  cartesia: { fake: cartesia, voice: '11111111-2222-4333-8444-555555555555', words: true },
  elevenlabs: { fake: elevenlabs, voice: 'voice1', words: true },
  deepgram: { fake: deepgramTts, voice: 'aura-2-thalia-en' },
  google: { fake: googleTts, voice: 'en-IN-Neural2-A', key: 'AIza_invented', base64: true },
  openai: { fake: openaiTts, voice: 'coral', path: '/v1' },
  bhashini: {
    fake: bhashiniTts, voice: 'female', key: `u1:${KEY}`, language: 'hi-IN', base64: true,
  },
}

export function decode(ulaw) {
  return Int16Array.from(ulaw, (code) => {
    const bits = ~code & 0xff
    const level = (((bits & 15) << 3) + 132 << (bits >> 4 & 7)) - 132
    return bits & 0x80 ? -level : level
  })
}

/** The tone of speech; what is silent does not count. */
export function hzOf(ulaw) {
  const pcm = decode(ulaw)
  let [first, last, ups] = [-1, -1, 0]
  for (let i = 1; i < pcm.length; i++) {
    if (pcm[i - 1] < 0 && pcm[i] >= 0 && (pcm[i] > 300 || pcm[i - 1] < -300)) {
      first = first < 0 ? i : first
      last = i
      ups++
    }
  }
  return ups > 1 ? (ups - 1) * 8000 / (last - first) : 0
}

export class Session {
  constructor(driver, id, fake) {
    this.driver = driver
    this.id = id
    this.fake = fake
  }

  static async open(driver, name, fake, members = {}) {
    const { voice, key = KEY, path = '', language = 'en-US' } = services[name]
    const id = driver.tell('tts', 'open', {
      provider: name, voice, language, speed: 1, key, base_url: fake.url + path, ...members,
    })
    const session = new Session(driver, id, fake)
    await driver.event(id, 'opened')
    return session
  }

  say(request, text) {
    this.driver.tell('tts', 'say', { id: this.id, request, text })
  }

  tell(verb, members) {
    this.driver.tell('tts', verb, { id: this.id, ...members })
  }

  /** The end of a request: its event "done" or "error". */
  end(request) {
    return this.driver.event(this.id, '*',
      (e) => e.request === request && (e.event === 'done' || e.event === 'error'))
  }

  first(request) {
    return this.driver.event(this.id, 'audio', (e) => e.request === request)
  }

  audio(request) {
    return Buffer.concat(this.driver.of(this.id, 'audio').filter((e) => e.request === request)
      .map((e) => Buffer.from(e.ulaw, 'base64')))
  }

  of(request) {
    return this.driver.of(this.id).filter((e) => e.request === request)
  }

  words(request) {
    return this.of(request).filter((e) => e.event === 'words').flatMap((e) => e.words)
  }

  /** That all of a request is the tone of its text, as long as it should be, and nothing else. */
  isOf(request, text) {
    const made = this.fake.spoken.filter((one) => one.text.trim() === text.trim())
    const heard = this.audio(request)
    const hz = hzOf(heard)
    assert.ok(made.some((one) => Math.abs(one.hz - hz) < 8),
      `${hz} Hz, not ${JSON.stringify(made)}`)
    const { ms } = made.at(-1)
    assert.ok(Math.abs(heard.length / 8 - ms) < 12, `${heard.length / 8} ms of ${ms}`)
  }

  async done(request, text) {
    const end = await this.end(request)
    assert.equal(end.event, 'done', JSON.stringify(end))
    this.isOf(request, text)
  }

  async fault(request) {
    const end = await this.end(request)
    assert.equal(end.event, 'error', JSON.stringify(this.of(request).map((e) => e.event)))
    return end.fault
  }
}

/** Runs a test with a driver, a fake of that service, and a session; all ends well. */
export async function withSession(name, run, { faults = {}, fakeOptions, ...members } = {}) {
  const driver = new Driver()
  const fake = await services[name].fake(fakeOptions)
  Object.assign(fake.faults, faults)
  try {
    const session = await Session.open(driver, name, fake, members)
    await run(session, fake, driver)
    assert.equal(driver.events.find((e) => e.after_close), undefined)
    await driver.stop()
  } finally {
    driver.child.kill()
    await fake.close()
  }
}
