// SPDX-License-Identifier: BSD-2-Clause
/** The processes of one stack, as /proc has them. */
import { readFileSync, readdirSync } from 'node:fs'
import { readFile, readdir, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** { pid, name, state, parent, session } or undefined when it is gone. */
function stat(pid) {
  let line = ''
  try {
    line = readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return undefined
  }
  const parts = /^(\d+) \((.*)\) (\S) (\d+) \d+ (\d+)/s.exec(line)
  return parts === null ? undefined : {
    pid: Number(parts[1]), name: parts[2], state: parts[3], parent: Number(parts[4]),
    session: Number(parts[5])
  }
}

export class Processes {
  constructor(home) {
    this.home = home
  }

  /**
   * All of this stack: those in the sessions that its daemons lead. Read at once, for that takes
   * the telephones of this process a few milliseconds, and many small steps take more.
   */
  async all() {
    const sessions = (await readFile(join(this.home, 'run', 'sessions'), 'utf8'))
      .trim().split('\n').map((line) => Number(line.split(' ')[0]))
    const found = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(stat)
    return found.filter((one) => one !== undefined && sessions.includes(one.session))
  }

  async pidIn(file) {
    return Number((await readFile(join(this.home, 'run', file), 'utf8')).trim())
  }

  supervisor() {
    return this.pidIn('supervisor.pid')
  }

  master() {
    return this.pidIn('nginx.pid')
  }

  /** AI workers, whoever is their parent. */
  async workers() {
    const supervisor = await this.supervisor()
    return (await this.all()).filter(({ name, pid, state }) => name.startsWith('frontdesk')
      && pid !== supervisor && state !== 'Z').map(({ pid }) => pid)
  }

  /** Workers of a master, of the present one by default. */
  async nginxWorkers(master) {
    const parent = master ?? await this.master()
    return (await this.all()).filter((one) => one.name === 'nginx' && one.parent === parent
      && one.state !== 'Z').map(({ pid }) => pid)
  }

  /** Every process of nginx's but its present master. */
  async nginxOthers() {
    const master = await this.master()
    return (await this.all()).filter((one) => one.name === 'nginx' && one.pid !== master
      && one.state !== 'Z').map(({ pid }) => pid)
  }

  async descriptors(pid) {
    const names = await readdir(`/proc/${pid}/fd`).catch(() => [])
    const targets = await Promise.all(names.map(
      (name) => readlink(`/proc/${pid}/fd/${name}`).catch(() => '')))
    return targets.filter((target) => target !== '').length
  }

  async isGone(pid) {
    const one = stat(pid)
    return one === undefined || one.state === 'Z'
  }
}

/** Milliseconds until `check` came true. */
export async function timeUntil(check, { timeoutMs = 20000, what = 'it', everyMs = 40 } = {}) {
  const from = performance.now()
  while (!await check()) {
    if (performance.now() - from > timeoutMs) {
      throw new Error(`waited ${timeoutMs} ms for ${what}`)
    }
    await sleep(everyMs)
  }
  return Math.round(performance.now() - from)
}
