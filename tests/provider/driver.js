// SPDX-License-Identifier: BSD-2-Clause
/**
 * The driver program (driver.c) for tests: commands in, events out. Its sanitizers watch all the
 * while; a test ends with stop(), which fails when they, or handles that are left, have something
 * to say.
 */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export const root = join(import.meta.dirname, '..', '..')
const build = process.env.FRONTDESK_BUILD ?? join(root, 'build')
const WAIT_MS = 20000

export class Driver {
  /** What was told, oldest first. */
  events = []
  #waiting = []
  #nextId = 1
  #said = ''

  /** `ca`: a file of certificates that are trusted. */
  constructor(ca) {
    this.child = spawn(join(build, 'asan', 'provider-driver'), ca ? [ca] : [], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        ASAN_OPTIONS: 'detect_leaks=1',
        LSAN_OPTIONS: `suppressions=${join(root, 'tests/unit/lsan.supp')}`,
        UBSAN_OPTIONS: 'print_stacktrace=1',
        // Which nobody may ask for a way out.
        https_proxy: 'http://127.0.0.1:9', http_proxy: 'http://127.0.0.1:9',
      },
    })
    this.child.stderr.on('data', (bytes) => { this.#said += bytes })
    this.ended = new Promise((resolve) => this.child.on('close', (code, signal) => {
      resolve(signal ?? code)
      this.#wake()
    }))
    this.isOver = false
    this.ended.then(() => { this.isOver = true })
    createInterface({ input: this.child.stdout }).on('line', (line) => {
      this.events.push(JSON.parse(line))
      this.#wake()
    })
  }

  #wake() {
    const waiting = this.#waiting
    this.#waiting = []
    waiting.forEach((look) => look())
  }

  /** Tells it a command; returns the id that its events have. */
  tell(to, verb, members = {}) {
    const id = members.id ?? this.#nextId++
    this.child.stdin.write(`${JSON.stringify({ to, do: verb, ...members, id })}\n`)
    return id
  }

  /** The first event, come or to come, of that id and name, or for which `is` is true. */
  async event(id, name, is = () => true) {
    const end = Date.now() + WAIT_MS
    for (;;) {
      const found = this.events.find((e) => e.id === id && (name === '*' || e.event === name)
        && is(e))
      if (found) {
        return found
      }
      if (this.isOver || Date.now() > end) {
        const had = JSON.stringify(this.of(id)).slice(0, 2000)
        throw new Error(`no event ${name} of ${id}: ${had} ${this.#said}`)
      }
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, 500)
        this.#waiting.push(() => { clearTimeout(timer); resolve() })
      })
    }
  }

  of(id, name) {
    return this.events.filter((e) => e.id === id && (!name || e.event === name))
  }

  /** An HTTP request until it is done: { status, fault, head, body, events }. */
  async http(url, members = {}) {
    const { body, ...rest } = members
    const id = this.tell('http', 'start', {
      url, service: 'test', ...rest,
        ...(body ? { body: Buffer.from(body).toString('base64') } : {}),
    })
    const done = await this.event(id, '*', (e) => e.event === 'done' || e.event === 'failed')
    const events = this.of(id)
    return {
      ...done, events,
      head: events.find((e) => e.event === 'head')?.head,
      body: Buffer.concat(this.of(id, 'body')
        .map((e) => Buffer.from(e.bytes, 'base64'))).toString(),
      sse: this.of(id, 'sse').map((e) => [e.name, e.text]),
    }
  }

  /** Closes its stdin and waits: all must be given back. */
  async stop() {
    this.child.stdin.end()
    const code = await this.ended
    if (code !== 0) {
      throw new Error(`the driver ended with ${code}: ${this.#said}`)
    }
  }
}
