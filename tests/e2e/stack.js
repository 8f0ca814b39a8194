// SPDX-License-Identifier: BSD-2-Clause
/**
 * The stack the stories run against: the suite's one, or, when a story is run by itself, one of
 * its own. After each file the logs must hold no alarm.
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Api, readDemo } from '../phone/api.js'
import { psql, rows } from '../phone/database.js'
import { clientFor, Phone } from '../phone/phone.js'
import { MediaStream } from '../phone/stream.js'
import { settings } from './settings.js'

const run = promisify(execFile)

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const script = (name) => join(root, 'conf', 'bin', name)

/** What must never stand in a log. */
const ALARM = /\[(?:alert|emerg)\]|Sanitizer|runtime error:|exited on signal|core dumped|PANIC/

export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}

export class Stack {
  #logSizes = new Map()

  /** @param {string} home @param {number} [port] only to start it */
  constructor(home, port) {
    this.home = home
    this.port = port
  }

  async #script(name, environment = {}) {
    const { stdout } = await run(script(name), [], {
      env: {
        ...process.env,
        FRONTDESK_HOME: this.home,
        ...(this.port === undefined ? {} : { FRONTDESK_PORT: String(this.port) }),
        ...environment
      }
    })
    return stdout
  }

  /** Starts it with the suite's settings, and more when a story needs others, or another build. */
  async start(more = '', environment = {}) {
    const file = join(this.home, 'suite.conf')
    await writeFile(file, settings + more, { mode: 0o600 })
    const said = await this.#script('start.sh', { FRONTDESK_CONF: file, ...environment })
    await this.load()
    return said
  }

  stop() {
    return this.#script('stop.sh')
  }

  async load() {
    this.demo = await readDemo(this.home)
    return this
  }

  client(purpose, owner) {
    return clientFor(this.demo, purpose, owner)
  }

  /** The API as a demo user: `admin`, `olivia`, `marco`. */
  api(who) {
    return Api.as(this.demo, who)
  }

  rows(query, variables) {
    return rows(this.home, query, variables)
  }

  psql(statement, variables) {
    return psql(this.home, statement, variables)
  }

  async #logs() {
    const folder = join(this.home, 'log')
    const names = (await readdir(folder)).filter((name) => name.endsWith('.log'))
    return names.map((name) => join(folder, name))
  }

  /** What is in the logs already is not this file's doing. */
  async watchLogs() {
    for (const file of await this.#logs()) {
      this.#logSizes.set(file, (await stat(file)).size)
    }
  }

  /** Lines with an alarm since watchLogs(). */
  async alarms() {
    const found = []
    for (const file of await this.#logs()) {
      const fresh = (await readFile(file)).subarray(this.#logSizes.get(file) ?? 0).toString()
      found.push(...fresh.split('\n').filter((line) => ALARM.test(line)))
    }
    return found
  }
}

/** The stack of this file's stories. */
export async function useStack() {
  const shared = process.env.FRONTDESK_E2E_HOME
  const home = shared ?? await mkdtemp(join(tmpdir(), 'frontdesk-e2e-'))
  const stack = new Stack(home, shared === undefined ? await freePort() : undefined)

  if (shared === undefined) {
    await stack.start()
  } else {
    await stack.load()
  }
  await stack.watchLogs()

  after(async () => {
    // A story that failed left its line open.
    await Promise.all([...Phone.live].map((phone) => phone.hangUp()))
    MediaStream.live.forEach((stream) => stream.destroy())
    const alarms = await stack.alarms()
    if (shared === undefined) {
      await stack.stop()
      await rm(home, { recursive: true, force: true })
    }
    assert.deepEqual(alarms, [], 'the logs hold alarms')
  })
  return stack
}
