// SPDX-License-Identifier: BSD-2-Clause
/**
 * What benchmarks of a whole stack share: the generators, a fresh stack, processes on their cores,
 * memory, and figures as lines of JSON. Environment:
 *
 * BENCH_PORT      where the stack listens (18480); peers on the ports after it
 * BENCH_REALTIME  1: server and generator before all others, for a machine that is not idle
 * FRONTDESK_BUILD the programs to measure
 */
import { execFile, execFileSync, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Stack, root } from '../e2e/stack.js'

const execute = promisify(execFile)

/** In the order of priority; the database serves, but must not be in the way. */
const REALTIME_PRIORITY = '10'
const REALTIME_BESIDE = '5'
const CFLAGS = [
  '-std=c11', '-D_GNU_SOURCE', '-O2', '-Wall', '-Wextra', '-Wshadow', '-Wstrict-prototypes',
  '-Wmissing-prototypes', '-Wvla', '-Werror', '-Wno-format-truncation'
]
const COMMON = ['load_call.c', 'load_demo.c', 'load_meter.c', 'load_option.c', 'load_twilio.c',
  'load_wire.c']
const PROGRAMS = {
  load: ['load.c', 'load_options.c', ...COMMON],
  paced: ['paced.c', 'load_meter.c', 'load_option.c'],
  short: ['short.c', ...COMMON],
  voice: ['voice.c', ...COMMON],
  epoll_echo: ['peers/epoll_echo.c']
}

const script = (name) => join(root, 'conf', 'bin', name)
const isRealtime = process.env.BENCH_REALTIME === '1'

export const SERVER_CORE = '0'
export const CLIENT_CORE = availableParallelism() > 1 ? '1' : '0'
export const ALL_CORES = `0-${availableParallelism() - 1}`
export const port = Number(process.env.BENCH_PORT ?? 18480)
export const folder = join(root, 'build', 'bench')
export const here = join(root, 'tests', 'bench')

export const print = (figure) => process.stdout.write(`${JSON.stringify(figure)}\n`)

/**
 * A figure beside what it has to be: `atMost`, `atLeast`, or `within` that much of nothing.
 * @returns {boolean} whether it is
 */
export function printBar(figure, { atMost, atLeast, within }) {
  const { value } = figure
  const holds = Number.isFinite(value) && (atMost !== undefined ? value <= atMost
    : atLeast !== undefined ? value >= atLeast
      : Math.abs(value) <= within)
  print({ ...figure, at_most: atMost, at_least: atLeast, within, holds })
  return holds
}

export const rounded = (value, digits = 2) => Number(value.toFixed(digits))

export async function build() {
  await mkdir(folder, { recursive: true })
  for (const [name, sources] of Object.entries(PROGRAMS)) {
    await execute('gcc', [...CFLAGS, '-o', join(folder, name),
      ...sources.map((source) => join(here, source)), '-lcrypto', '-lcjson'])
  }
}

/** A process on a core, all its threads; before all others when that was asked for. */
export async function place(pid, cores, priority = REALTIME_PRIORITY) {
  try {
    await execute('taskset', ['-apc', cores, String(pid)])
    if (isRealtime) {
      await execute('chrt', ['-a', '-f', '-p', priority, String(pid)])
    }
  } catch (error) {
    // Postgres has processes that end when they are done.
    if (existsSync(`/proc/${pid}`)) {
      throw error
    }
  }
}

/** What must not outlive a benchmark: its processes, and its stack. */
const started = new Set()
let homeInUse

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    started.forEach((child) => child.kill())
    if (homeInUse !== undefined) {
      execFileSync(script('stop.sh'), [], {
        env: { ...process.env, FRONTDESK_HOME: homeInUse }, stdio: 'ignore'
      })
    }
    process.exit(1)
  })
}

/** Starts a process that a signal ends too. */
export function launch(command, args, options) {
  const child = spawn(command, args, options)
  started.add(child)
  child.once('close', () => started.delete(child))
  return child
}

/** Processes that another has started. */
export async function children(pid) {
  const list = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')
  return list.trim().split(' ').filter(Boolean).map(Number)
}

/** Runs a generator on its cores; `onFigure` sees each line, all of them come back. */
export async function generate(program, args, { cores = CLIENT_CORE, onFigure = print } = {}) {
  const figures = []
  const child = launch('taskset', ['-c', cores,
    ...(isRealtime ? ['chrt', '-f', REALTIME_PRIORITY] : []),
    join(folder, program), ...args.map(String)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise((resolve) => child.once('close', resolve))
  for await (const line of createInterface({ input: child.stdout })) {
    const figure = JSON.parse(line)
    onFigure(figure)
    figures.push(figure)
  }
  const status = await ended
  if (figures.length === 0) {
    throw new Error(`${program} gave no figure: status ${status}`)
  }
  return figures
}

async function openBalances(stack) {
  await stack.psql(`
    insert into frontdesk.ledger (client_id, kind, seconds, reference, note)
    select id, 'grant', 50000000, 'bench', 'For the benchmarks' from frontdesk.clients
    on conflict (client_id, reference) do nothing`)
}

/** What a benchmark needs to know of a stack that runs. */
async function describe(stack, home) {
  const { pids } = stack.demo
  const conf = await readFile(join(home, 'frontdesk.conf'), 'utf8')
  const [, segment] = /^segment_name = \/(\S+)/m.exec(conf)
  const nginx = await children(pids.nginx)
  const workers = await children(pids.supervisor)
  return {
    stack,
    nginx,
    workers,
    serving: [...nginx, ...workers],
    database: [pids.postgres, ...await children(pids.postgres)],
    segment: `/dev/shm/${segment}`,
    demo: join(home, 'demo.json'),
    health: async () => (await fetch(`${stack.demo.base_url}/health`)).json()
  }
}

/**
 * A stack of its own with an empty database, for as long as `use` takes.
 * @param {{ nginxWorkers?: number, workers?: number, slots?: number, cores?: string }} options
 *   cores: of nginx and the AI workers; Postgres has all of them
 */
export async function withStack({ nginxWorkers = 1, workers = 1, slots = 4096, cores = ALL_CORES },
  use) {
  const home = join(folder, 'home')
  const stack = new Stack(home, port)
  const settings = join(folder, 'bench.conf')
  await mkdir(home, { recursive: true })
  await stack.stop() // what a benchmark that was killed has left
  await rm(home, { recursive: true, force: true })
  await mkdir(home, { recursive: true })
  homeInUse = home
  await writeFile(settings, `slots = ${slots}\nworkers = ${workers}\n`)
  await execute(script('start.sh'), [], {
    env: {
      ...process.env,
      FRONTDESK_HOME: home,
      FRONTDESK_PORT: String(port),
      FRONTDESK_CONF: settings,
      FRONTDESK_NGINX_WORKERS: String(nginxWorkers)
    }
  })
  try {
    await stack.load()
    await openBalances(stack)
    const host = await describe(stack, home)
    await Promise.all(host.serving.map((pid) => place(pid, cores)))
    await Promise.all(host.database.map((pid) => place(pid, ALL_CORES, REALTIME_BESIDE)))
    return await use(host)
  } finally {
    await stack.stop()
    homeInUse = undefined
  }
}

/** What `load` needs to know of such a stack. */
export const target = (host) => ['--demo', host.demo, '--segment', host.segment,
  '--pids', host.serving.join(','), '--beside', host.database.join(',')]

/** Waits until no call is left in its slot, and a little longer. */
export async function quiet(host, seconds = 60) {
  for (let tries = 0; tries < seconds * 5; tries += 1) {
    const { slots } = await host.health()
    if (slots.free === slots.total) {
      await sleep(2000)
      return
    }
    await sleep(200)
  }
  throw new Error(`calls are still in their slots after ${seconds} s`)
}

async function rollup(pids) {
  const sum = { own: 0, shared: 0, file: 0 }
  for (const pid of pids) {
    const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8')
    const kib = (key) => Number(new RegExp(`^${key}: +(\\d+) kB`, 'm').exec(text)[1])
    sum.own += kib('Pss_Anon')
    sum.shared += kib('Pss_Shmem')
    sum.file += kib('Pss_File')
  }
  return sum
}

/**
 * KiB of nginx's and the AI workers together: PSS, of what they allocate and of the segment's pages
 * that they touch; of it, what each kind has to itself; what the segment takes, whoever has touched
 * it; and PSS of files, programs and models, which follows from who else on the machine has mapped
 * them and is in none of the others.
 */
export async function memory(host) {
  const [nginx, workers] = [await rollup(host.nginx), await rollup(host.workers)]
  const { stdout } = await execute('stat', ['-c', '%b', host.segment])
  return {
    pss: nginx.own + workers.own + nginx.shared + workers.shared,
    nginx: nginx.own,
    workers: workers.own,
    segment: Number(stdout) / 2,
    files: nginx.file + workers.file
  }
}

/** Microseconds that the processes and their children have run, all threads. */
export async function cpu(pids) {
  let sum = 0
  for (const pid of [...pids, ...(await Promise.all(pids.map(children))).flat()]) {
    for (const thread of await readdir(`/proc/${pid}/task`)) {
      const [ns] = (await readFile(`/proc/${pid}/task/${thread}/schedstat`, 'utf8')).split(' ')
      sum += Number(ns) / 1000
    }
  }
  return sum
}

/** Open descriptors of the processes. */
export async function descriptors(host) {
  const lists = await Promise.all(host.serving.map((pid) => readdir(`/proc/${pid}/fd`)))
  return lists.reduce((sum, list) => sum + list.length, 0)
}

/** Runs a benchmark; what goes wrong is said, and the exit status tells. */
export function main(name, bench) {
  bench().catch((error) => {
    process.stderr.write(`${name}: ${error.message}\n${error.stdout ?? ''}${error.stderr ?? ''}`)
    process.exitCode = 1
  })
}
