// SPDX-License-Identifier: BSD-2-Clause
/**
 * The media path under load: echo calls against a stack of one nginx worker and one AI worker on
 * one core, with the generator on another, and against the yardsticks of peers/ in the same way;
 * then the most calls that each of them holds, and how these compare. One line of JSON a figure.
 *
 *   node tests/bench/echo.js [--full] [--only NAME]
 *       frontdesk, epoll_echo, ws_echo, uvicorn_echo
 *   node tests/bench/echo.js --free       server and generator wherever the system puts them
 *   node tests/bench/echo.js --processes  two nginx workers and two AI workers, likewise
 *
 * BENCH_CALLS     numbers of calls instead of the usual ones: 50,400
 * BENCH_SECONDS   measured at each of them
 * BENCH_SPIN      1: the generator never sleeps, so that nobody has to wake it: a wake costs the
 *                 server more than a frame, and a network card needs none
 *
 * See host.js for more of them.
 */
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { root } from '../e2e/stack.js'
import {
  ALL_CORES, SERVER_CORE, build, folder, generate, here, launch, main, place, port, print,
  printBar, rounded, target, withStack
} from './host.js'

const LIMIT_MS = 20
const RATIO_AT = 1000
/** Looking closer for the most calls: so many tries between the last good and the first bad. */
const TRIES = 4
/** Python of the system, whose packages Debian has. */
const PYTHON = '/usr/bin/python3'

const option = (name) => process.argv.includes(name)
  ? process.argv[process.argv.indexOf(name) + 1] ?? ''
  : undefined

const isFull = option('--full') !== undefined
const only = option('--only')
const calls = process.env.BENCH_CALLS
const seconds = process.env.BENCH_SECONDS ?? (isFull ? '10' : '2')

/** Numbers of calls that are held whatever comes, and those beyond while all is well. */
const LOADS = {
  frontdesk: ['50,100,400,800,1000,1600', '1800,2000,2200,2400'],
  epoll_echo: ['50,100,400,800,1000', '1600,2000,2200,2400'],
  ws_echo: ['50,100,400', '600,800,1000,1200,1400'],
  uvicorn_echo: ['50,100', '200,300,400,500,600,800']
}

const isWell = (figure) => figure.p99_ms < LIMIT_MS && figure.lost === 0
  && figure.calls === figure.wanted && figure.dropped === 0

const load = (wanted, search, args, where) => generate('load', [
  '--calls', wanted, ...(search === undefined ? [] : ['--search', search]),
  '--seconds', seconds, '--limit-ms', LIMIT_MS, '--spin', process.env.BENCH_SPIN ?? 0, ...args
], where)

const mostCalls = (figures) =>
  Math.max(0, ...figures.filter(isWell).map((figure) => figure.wanted))

/** The fewest calls that are more than were ever held well. */
const firstBad = (figures) => Math.min(...figures.map((figure) => figure.wanted)
  .filter((count) => count > mostCalls(figures)))

/** What was too much is tried again, for it may have been an accident, and what would follow. */
function again(figures, coarse) {
  const bad = firstBad(figures)
  return Number.isFinite(bad) ? [bad, ...coarse.filter((count) => count > bad)] : []
}

/** Between what is well and what is not. */
function between(figures) {
  const [good, bad] = [mostCalls(figures), firstBad(figures)]
  if (!Number.isFinite(bad)) {
    return []
  }
  const steps = Array.from({ length: TRIES }, (_, i) => good + (bad - good) * (i + 1) / (TRIES + 1))
  return [...new Set(steps.map((count) => Math.round(count / 10) * 10))]
    .filter((count) => count > good && count < bad)
}

/** Measures a server: the usual numbers of calls, then what lies around the most it can hold. */
async function measure(name, args) {
  const all = ['--name', name, ...args]
  if (calls !== undefined) {
    return load(calls, undefined, all)
  }
  const [wanted, search] = LOADS[name]
  const coarse = `${wanted},${search}`.split(',').map(Number)
  const figures = await load(wanted, search, all)
  for (const look of [again, between]) {
    const [first, ...more] = look(figures, coarse)
    if (first !== undefined) {
      figures.push(...await load(first, more.length > 0 ? more.join(',') : undefined, all))
    }
  }
  return figures
}

/** The most calls of those tried that were served as they should be. */
function printMost(name, figures) {
  const most = mostCalls(figures)
  const above = figures.findLast((figure) => figure.wanted === firstBad(figures))
  const figure = {
    bench: 'echo',
    figure: 'calls_within_20_ms',
    server: name,
    value: most,
    first_bad: above?.calls,
    // Then the server might have held more.
    generator_at_limit: above === undefined || above.generator_late_p99_ms > LIMIT_MS / 4
  }
  if (name === 'frontdesk') {
    printBar(figure, { atLeast: 1600 })
  } else {
    print(figure)
  }
}

const frontdesk = () => withStack({ cores: SERVER_CORE }, (host) =>
  measure('frontdesk', [...target(host), '--ramp', 80]))

async function answers(child, at) {
  for (let tries = 0; tries < 50 && child.exitCode === null; tries += 1) {
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
  throw new Error(child.exitCode === null ? `nothing listens on port ${at}`
    : `it did not start: status ${child.exitCode}`)
}

async function peer(name, at, command) {
  const child = launch(command[0], [...command.slice(1), String(at)], {
    cwd: join(root, 'tests'), stdio: ['ignore', 'ignore', 'inherit']
  })
  child.on('error', (error) => process.stderr.write(`${name}: ${error.message}\n`))
  try {
    await answers(child, at)
    await place(child.pid, SERVER_CORE)
    return await measure(name, ['--raw', `ws://127.0.0.1:${at}/`, '--ramp', 1000,
      '--pids', child.pid])
  } finally {
    child.kill()
  }
}

const servers = {
  frontdesk,
  epoll_echo: () => peer('epoll_echo', port + 1, [join(folder, 'epoll_echo')]),
  ws_echo: () => peer('ws_echo', port + 2, ['node', join(here, 'peers', 'ws_echo.js')]),
  uvicorn_echo: () => peer('uvicorn_echo', port + 3,
    [PYTHON, join(here, 'peers', 'uvicorn_echo.py')])
}

const CALLS_TO = { ws_echo: 1.7, uvicorn_echo: 4.5 }
const CPU_TO = { epoll_echo: 1.5 }
const CPU_AT = { 50: 60, 800: 18 }
const TRIP_AT_50 = { p50_ms: 0.15, p99_ms: 0.4 }

function printComparison(results) {
  const ours = results.frontdesk
  if (ours === undefined) {
    return
  }
  const at = (name, count) => results[name]?.find((figure) => figure.calls === count)

  for (const [count, atMost] of Object.entries(CPU_AT)) {
    const figure = at('frontdesk', Number(count))
    if (figure !== undefined) {
      printBar({ bench: 'echo', figure: 'cpu_us_per_frame', calls: Number(count),
        value: figure.cpu_us_per_frame }, { atMost })
    }
  }
  for (const [name, atMost] of Object.entries(TRIP_AT_50)) {
    const figure = at('frontdesk', 50)
    if (figure !== undefined) {
      printBar({ bench: 'echo', figure: name, calls: 50, value: figure[name] }, { atMost })
    }
  }
  // Without a figure it does not hold: one of them was not that far, or was not tried.
  for (const [name, atMost] of Object.entries(CPU_TO)) {
    if (results[name] !== undefined && calls === undefined) {
      const [one, other] = [at('frontdesk', RATIO_AT), at(name, RATIO_AT)]
      printBar({ bench: 'echo', figure: `cpu_per_frame_to_${name}`, calls: RATIO_AT,
        value: rounded(one?.cpu_us_per_frame / other?.cpu_us_per_frame) }, { atMost })
    }
  }
  for (const [name, atLeast] of Object.entries(CALLS_TO)) {
    if (results[name] !== undefined && calls === undefined) {
      printBar({ bench: 'echo', figure: `calls_to_${name}`,
        value: rounded(mostCalls(ours) / mostCalls(results[name])) }, { atLeast })
    }
  }
}

/** One after the other, each with the machine to itself. */
async function pinned() {
  const results = {}
  for (const [name, serve] of Object.entries(servers)) {
    if (only !== undefined && only !== name) {
      continue
    }
    try {
      results[name] = await serve()
      printMost(name, results[name])
    } catch (error) {
      // The others' figures are worth having all the same.
      print({ bench: 'echo', server: name, error: error.message })
      process.stderr.write(`echo: ${name} was not measured: ${error.message}\n`)
      process.exitCode = 1
    }
  }
  printComparison(results)
}

const P99_FREE = { 500: 3, 1000: 5 }
const WORST_FREE_MS = 40

/** Both cores for all of them. */
async function free() {
  const figures = await withStack({}, (host) => load(calls ?? '500,1000', undefined,
    ['--bench', 'echo_free', ...target(host)], { cores: ALL_CORES }))
  for (const figure of figures) {
    const about = { bench: 'echo_free', calls: figure.calls }
    if (P99_FREE[figure.calls] !== undefined) {
      printBar({ ...about, figure: 'p99_ms', value: figure.p99_ms },
        { atMost: P99_FREE[figure.calls] })
    }
    printBar({ ...about, figure: 'worst_ms', value: figure.max_ms }, { atMost: WORST_FREE_MS })
    printBar({ ...about, figure: 'lost', value: figure.lost }, { atMost: 0 })
  }
}

/** How many calls each process has: its sockets, by what it had without any. */
async function processes() {
  await withStack({ nginxWorkers: 2, workers: 2 }, (host) => load(calls ?? '400,800', undefined,
    ['--bench', 'echo_2_nginx_2_workers', '--each', 1, ...target(host)], { cores: ALL_CORES }))
}

main('echo', async () => {
  await build()
  if (option('--free') !== undefined) {
    await free()
  } else if (option('--processes') !== undefined) {
    await processes()
  } else {
    await pinned()
  }
})
