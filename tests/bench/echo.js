// SPDX-License-Identifier: BSD-2-Clause
/**
 * The media path under load: echo calls against a stack of one nginx worker and one AI worker on
 * one core, with the generator on another, and against the yardsticks of peers/ in the same way.
 * One line of JSON a figure.
 *
 *   node tests/bench/echo.js [--full] [--only NAME]   frontdesk, epoll_echo, ws_echo
 *
 * BENCH_CALLS     numbers of calls instead of the usual ones: 50,400
 * BENCH_SECONDS   measured at each of them
 * BENCH_REALTIME  1: server and generator before all others, for a machine that is not idle
 * BENCH_SPIN      1: the generator never sleeps, so that nobody has to wake it: a wake costs the
 *                 server more than a frame, and a network card needs none
 * BENCH_PORT      where the stack listens (18480); peers on the next two
 * FRONTDESK_BUILD the programs to measure
 */
import { execFile, spawn } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Stack, root } from '../e2e/stack.js'

const run = promisify(execFile)

const LIMIT_MS = 20
const RATIO_AT = 1000
const SLOTS = 4096
/** In the order of priority; the database serves, but must not be in the way. */
const REALTIME_PRIORITY = '10'
const REALTIME_BESIDE = '5'
const SERVER_CORE = '0'
const CLIENT_CORE = availableParallelism() > 1 ? '1' : '0'
const ALL_CORES = [...new Set([SERVER_CORE, CLIENT_CORE])].join(',')
const CFLAGS = [
  '-std=c11', '-D_GNU_SOURCE', '-O2', '-Wall', '-Wextra', '-Wshadow', '-Wstrict-prototypes',
  '-Wmissing-prototypes', '-Wvla', '-Werror', '-Wno-format-truncation'
]

const isFull = process.argv.includes('--full')
const only = process.argv.includes('--only')
  ? process.argv[process.argv.indexOf('--only') + 1]
  : undefined
const calls = process.env.BENCH_CALLS ?? '50,100,400,800,1000,1600'
const seconds = process.env.BENCH_SECONDS ?? (isFull ? '10' : '2')
const isRealtime = process.env.BENCH_REALTIME === '1'
const port = Number(process.env.BENCH_PORT ?? 18480)
const folder = join(root, 'build', 'bench')
const here = join(root, 'tests', 'bench')

/** More calls than asked for, to see how many there can be. */
const search = process.env.BENCH_CALLS !== undefined
  ? undefined
  : isFull ? '1800,2000,2200,2400,2600,2800,3000' : '2000'

const print = (figure) => process.stdout.write(`${JSON.stringify(figure)}\n`)

const compile = (name, sources, libraries) => run('gcc', [
  ...CFLAGS, '-o', join(folder, name), ...sources.map((source) => join(here, source)), ...libraries
])

async function build() {
  await mkdir(folder, { recursive: true })
  await compile('load', ['load.c', 'load_call.c', 'load_meter.c', 'load_options.c',
    'load_twilio.c', 'load_wire.c'], ['-lcrypto', '-lcjson'])
  await compile('epoll_echo', ['peers/epoll_echo.c'], ['-lcrypto'])
}

/** A process on a core, all its threads; before all others when that was asked for. */
async function place(pid, core, priority = REALTIME_PRIORITY) {
  await run('taskset', ['-apc', core, String(pid)])
  if (isRealtime) {
    await run('chrt', ['-a', '-f', '-p', priority, String(pid)])
  }
}

async function children(pid) {
  const list = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')
  return list.trim().split(' ').filter(Boolean).map(Number)
}

/** Measures and prints a server; its lines come back. */
async function measure(name, target, pids, beside = []) {
  const figures = []
  const command = [
    ...(isRealtime ? ['chrt', '-f', REALTIME_PRIORITY] : []),
    join(folder, 'load'), '--name', name, '--calls', calls, '--seconds', seconds,
    '--limit-ms', String(LIMIT_MS), '--spin', process.env.BENCH_SPIN ?? '0',
    '--pids', pids.join(','), ...target,
    ...(search === undefined ? [] : ['--search', search]),
    ...(beside.length === 0 ? [] : ['--beside', beside.join(',')])
  ]
  const child = spawn('taskset', ['-c', CLIENT_CORE, ...command], {
    stdio: ['ignore', 'pipe', 'inherit']
  })
  const ended = new Promise((resolve) => child.once('close', resolve))
  for await (const line of createInterface({ input: child.stdout })) {
    process.stdout.write(`${line}\n`)
    figures.push(JSON.parse(line))
  }
  await ended
  return figures
}

const isWell = (figure) => figure.p99_ms < LIMIT_MS && figure.lost === 0 && figure.not_begun === 0
  && figure.dropped === 0

/** The most calls of those tried that were served as they should be. */
function printMost(name, figures) {
  print({
    bench: 'echo',
    figure: 'calls_within_20_ms',
    server: name,
    value: Math.max(0, ...figures.filter(isWell).map((figure) => figure.calls)),
    tried: Math.max(0, ...figures.map((figure) => figure.calls))
  })
}

async function openBalance(stack) {
  await stack.psql(`
    insert into frontdesk.ledger (client_id, kind, seconds, reference, note)
    values (:'client'::uuid, 'grant', 50000000, 'bench', 'For the benchmarks')
    on conflict (client_id, reference) do nothing`, { client: stack.client('echo').id })
}

async function frontdesk() {
  const home = join(folder, 'home')
  const stack = new Stack(home, port)
  const settings = join(folder, 'bench.conf')
  await mkdir(home, { recursive: true })
  await writeFile(settings, `slots = ${SLOTS}\nworkers = 1\n`)
  await run(join(root, 'conf', 'bin', 'start.sh'), [], {
    env: {
      ...process.env,
      FRONTDESK_HOME: home,
      FRONTDESK_PORT: String(port),
      FRONTDESK_CONF: settings,
      FRONTDESK_NGINX_WORKERS: '1'
    }
  })
  try {
    await stack.load()
    await openBalance(stack)
    const { pids } = stack.demo
    const serving = [...await children(pids.nginx), ...await children(pids.supervisor)]
    await Promise.all(serving.map((pid) => place(pid, SERVER_CORE)))
    const database = [pids.postgres, ...await children(pids.postgres)]
    await Promise.all(database.map((pid) => place(pid, ALL_CORES, REALTIME_BESIDE)))
    const conf = await readFile(join(home, 'frontdesk.conf'), 'utf8')
    const [, segment] = /^segment_name = \/(\S+)/m.exec(conf)
    return await measure('frontdesk', ['--demo', join(home, 'demo.json'), '--ramp', '80',
      '--segment', `/dev/shm/${segment}`], serving, database)
  } finally {
    await stack.stop()
  }
}

async function answers(at) {
  for (let tries = 0; tries < 50; tries += 1) {
    const isThere = await new Promise((resolve) => {
      const socket = connect(at, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false))
      socket.unref()
      setTimeout(() => socket.destroy(), 1000).unref()
    })
    if (isThere) {
      return
    }
    await sleep(100)
  }
  throw new Error(`nothing listens on port ${at}`)
}

async function peer(name, at, command) {
  const child = spawn(command[0], [...command.slice(1), String(at)], {
    cwd: join(root, 'tests'), stdio: ['ignore', 'ignore', 'inherit']
  })
  try {
    await answers(at)
    await place(child.pid, SERVER_CORE)
    return await measure(name, ['--raw', `ws://127.0.0.1:${at}/`, '--ramp', '1000'], [child.pid])
  } finally {
    child.kill()
  }
}

const servers = {
  frontdesk,
  epoll_echo: () => peer('epoll_echo', port + 1, [join(folder, 'epoll_echo')]),
  ws_echo: () => peer('ws_echo', port + 2, ['node', join(here, 'peers', 'ws_echo.js')])
}

function printComparison(results) {
  const at = (name, count) => results[name]?.find((figure) => figure.calls === count)
  for (const other of ['epoll_echo', 'ws_echo']) {
    const ours = at('frontdesk', RATIO_AT)
    const theirs = at(other, RATIO_AT)
    if (ours !== undefined && theirs !== undefined) {
      print({
        bench: 'echo',
        figure: `cpu_per_frame_to_${other}`,
        calls: RATIO_AT,
        value: Number((ours.cpu_us_per_frame / theirs.cpu_us_per_frame).toFixed(2))
      })
    }
  }
}

async function main() {
  await build()
  const results = {}
  for (const [name, serve] of Object.entries(servers)) {
    if (only === undefined || only === name) {
      results[name] = await serve()
      printMost(name, results[name])
    }
  }
  printComparison(results)
}

main().catch((error) => {
  process.stderr.write(`echo: ${error.message}\n${error.stdout ?? ''}${error.stderr ?? ''}`)
  process.exitCode = 1
})
