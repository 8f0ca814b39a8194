// SPDX-License-Identifier: BSD-2-Clause
/** A stack to break, and how it is broken. */
import { execFile } from 'node:child_process'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Stack, root } from '../e2e/stack.js'
import { Processes, timeUntil } from './processes.js'

const run = promisify(execFile)

const SETTINGS = `workers = 2
call_token_seconds = 30
`

export class World {
  /** What starts or stops parts just now; nothing does any more once it has ended. */
  #scripts = new Set()
  #ended = false

  /**
   * @param {{ home: string, port: number, random: import('./random.js').Random, calls: number,
   *           canFail?: boolean }} options `canFail`: its workers have failpoints
   */
  constructor({ home, port, random, calls, canFail = false }) {
    this.home = home
    this.random = random
    this.callCount = calls
    this.stack = new Stack(home, port)
    this.processes = new Processes(home)
    this.failpoints = join(home, 'failpoints')
    /** Pids that were killed here, and log lines that a case expects. */
    this.killed = new Set()
    this.expected = []
    this.settleMs = 20000
    this.environment = {
      FRONTDESK_HOME: home,
      FRONTDESK_PORT: String(port),
      FRONTDESK_CONF: join(home, 'suite.conf'),
      FRONTDESK_NGINX_WORKERS: '2',
      FRONTDESK_FAILPOINTS: this.failpoints,
      ...(canFail ? { FRONTDESK_BUILD: join(root, 'build', 'failpoints') } : {})
    }
  }

  get demo() {
    return this.stack.demo
  }

  async start() {
    await this.stack.stop()
    await rm(this.home, { recursive: true, force: true })
    await mkdir(this.home, { recursive: true })
    await writeFile(join(this.home, 'suite.conf'), SETTINGS, { mode: 0o600 })
    await this.again()
  }

  /** As shm_open() has it: a slash and a name. */
  async segmentName() {
    const settings = await readFile(join(this.home, 'frontdesk.conf'), 'utf8')
    return /segment_name = (\/\S+)/.exec(settings)[1]
  }

  /** What is in the logs, and what was asked to fail, is not this case's. */
  async beginCase() {
    this.expected = []
    await this.disarm()
    await this.stack.watchLogs()
  }

  /** `make start`, on whatever is there; milliseconds it took. */
  async again() {
    const from = performance.now()
    await this.script('start.sh')
    const ms = Math.round(performance.now() - from)
    await this.stack.load()
    return ms
  }

  async script(name, args = [], environment = {}) {
    if (this.#ended) {
      return new Promise(() => {})
    }
    const running = run(join(root, 'conf', 'bin', name), args, {
      env: { ...process.env, ...this.environment, ...environment }
    })
    this.#scripts.add(running)
    try {
      return (await running).stdout
    } finally {
      this.#scripts.delete(running)
    }
  }

  /** Stops the stack, whatever a case is about to do with it. */
  async end() {
    this.#ended = true
    for (const running of this.#scripts) {
      running.child.kill()
    }
    await Promise.allSettled(this.#scripts)
    await this.stack.stop()
  }

  /** A signal to a process of this stack; a killed one may then be said to be dead. */
  signal(pid, signal) {
    if (signal === 'SIGKILL' || signal === 'SIGABRT') {
      this.killed.add(pid)
    }
    process.kill(pid, signal)
  }

  /** Lines of failpoints: `name action text`. */
  async arm(...lines) {
    await writeFile(this.failpoints, lines.map((line) => `${line}\n`).join(''), { mode: 0o644 })
  }

  async disarm() {
    await rm(this.failpoints, { force: true })
  }

  /** Rows of calls by CallSid. */
  async rowsOf(calls) {
    const rows = await this.stack.rows(`
      select c.*, (select json_agg(json_build_object('role', t.role, 'content', t.content)
                                   order by t.seq)
                     from frontdesk.turns t
                    where t.client_id = c.client_id and t.call_id = c.id) as turns
        from frontdesk.calls c where c.call_sid = any (string_to_array(:'sids', ','))`,
    { sids: calls.map((call) => call.callSid).join(',') })
    return new Map(rows.map((row) => [row.call_sid, row]))
  }

  /** How much longer everything may take where others work, too: 1 on an idle machine. */
  patience() {
    return Math.max(1, loadavg()[0] / (2 * cpus().length))
  }

  until(check, options) {
    return timeUntil(check, options)
  }

  sleep(ms) {
    return sleep(ms)
  }
}
