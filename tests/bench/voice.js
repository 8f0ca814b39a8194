// SPDX-License-Identifier: BSD-2-Clause
/**
 * How fast a call is answered: 500 signed webhooks a second, each at its moment whatever the server
 * does, while 500 echo calls are up. One nginx worker, one AI worker, Postgres and the generators
 * on all cores. One line of JSON a figure.
 *
 *   node tests/bench/voice.js
 *
 * BENCH_RATE      webhooks a second (500)
 * BENCH_CALLS     calls that are up meanwhile (500)
 * BENCH_SECONDS   measured (10), after 2 that are not
 */
import { setTimeout as sleep } from 'node:timers/promises'
import {
  ALL_CORES, build, cpu, generate, main, print, printBar, rounded, target, withStack
} from './host.js'

const WARM_S = 2
const RAMP = 100
const RAMP_PATIENCE_S = 60

const rate = Number(process.env.BENCH_RATE ?? 500)
const calls = Number(process.env.BENCH_CALLS ?? 500)
const seconds = Number(process.env.BENCH_SECONDS ?? 10)

async function up(host) {
  for (let tries = 0; tries < RAMP_PATIENCE_S * 5; tries += 1) {
    const { slots } = await host.health()
    if (slots.total - slots.free >= calls) {
      return
    }
    await sleep(200)
  }
  throw new Error(`${calls} calls are not up after ${RAMP_PATIENCE_S} s`)
}

/** What nginx and Postgres have used, and when. */
async function reading(host) {
  const [nginx, postgres] = [await cpu(host.nginx), await cpu([host.stack.demo.pids.postgres])]
  return { at: performance.now() * 1000, nginx, postgres }
}

/** Of one webhook, beyond what the calls take by themselves. */
function printCosts([idle, from, to]) {
  for (const name of ['nginx', 'postgres']) {
    const calls = (from[name] - idle[name]) / (from.at - idle.at)
    const all = to[name] - from[name] - calls * (to.at - from.at)
    print({ bench: 'voice', figure: `${name}_cpu_us_per_webhook`,
      value: rounded(all / (rate * (WARM_S + seconds)), 0) })
  }
}

const webhooks = (host) => generate('voice', ['--demo', host.demo, '--rate', rate,
  '--seconds', seconds, '--warmup', WARM_S], { cores: ALL_CORES })

main('voice', async () => {
  await build()
  await withStack({}, async (host) => {
    // Its window opens a second after the last call is up, and has room for the webhooks.
    const echo = generate('load', ['--bench', 'voice_echo', '--calls', calls, '--ramp', RAMP,
      '--seconds', WARM_S + seconds + 3, ...target(host)], { cores: ALL_CORES })
    const failed = echo.catch((error) => {
      throw new Error(`no calls beside the webhooks: ${error.message}`)
    })
    await Promise.race([up(host), failed])
    await sleep(1000)
    const readings = [await reading(host)]
    await sleep(2000)
    readings.push(await reading(host))
    const [figure] = await webhooks(host)
    readings.push(await reading(host))
    const [beside] = await failed
    const about = { bench: 'voice', rate, calls: beside.calls }
    printCosts(readings)
    printBar({ ...about, figure: 'p99_ms', value: figure.p99_ms }, { atMost: 10 })
    printBar({ ...about, figure: 'errors', value: figure.errors }, { atMost: 0 })
  })
})
