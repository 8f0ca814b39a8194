// SPDX-License-Identifier: BSD-2-Clause
/**
 * What calls take of memory and give back: nginx worker, AI worker and what is touched of the
 * segment, each page of several processes counted once (PSS), without the pages of programs and
 * models, which calls have no part in. One line of JSON a figure.
 *
 *   node tests/bench/memory.js [echo | conversation | short]
 *
 * First some hundred calls warm everything up: allocators' arenas, pools, caches of speech,
 * decoders. Then echo calls and conversations are held, few and many, and what each more takes is
 * the difference. Another stack, warmed up like that and with every slot used once by a
 * conversation, then gets 10,000 short calls, and what is left of them is told in percent.
 *
 * BENCH_CALLS     conversations held: few,many (10,50)
 * BENCH_SHORT     short calls (10000), half of them conversations, and BENCH_RATE of them a second
 *                 (150)
 * BENCH_SECONDS   for which conversations are held (40); the last whole periods of what callers say
 *                 count
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { synthesize } from '../phone/voice.js'
import {
  ALL_CORES, build, descriptors, folder, generate, main, memory, print, printBar, quiet, rounded,
  target, withStack
} from './host.js'

const ECHO_CALLS = [50, 450]
/** An echo's rings are full after two seconds. */
const ECHO_S = 6
const WARM_CALLS = 200
const SLOTS = 512
/** Of the stack that short calls come to: all of them are used before, so that none is new. */
const SHORT_SLOTS = 96
/** More than the ring of what the caller says holds. */
const FILL_S = 11
const LOOK_MS = 500
const SAMPLES = 7
const SILENCE = 0xff
/** A caller says something this often: what all of them say has to be recognized on two cores. */
const PERIOD_S = 16
const PERIOD_BYTES = PERIOD_S * 8000

const [few, many] = (process.env.BENCH_CALLS ?? '10,50').split(',').map(Number)
const shortCalls = Number(process.env.BENCH_SHORT ?? 10000)
const rate = Number(process.env.BENCH_RATE ?? 150)
const seconds = Number(process.env.BENCH_SECONDS ?? 40)

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)]
const mean = (list) => list.reduce((sum, value) => sum + value, 0) / list.length
const KEYS = ['pss', 'nginx', 'workers', 'segment', 'files']

const each = (of, samples) =>
  Object.fromEntries(KEYS.map((key) => [key, of(samples.map((sample) => sample[key]))]))

/** At rest. */
async function still(host) {
  await quiet(host)
  const samples = []
  for (let i = 0; i < SAMPLES; i += 1) {
    samples.push(await memory(host))
    await sleep(LOOK_MS)
  }
  return { ...each(median, samples), descriptors: await descriptors(host) }
}

/** While just so many calls are up, over whole periods of what they say: the mean, the most. */
async function during(host, count, args, seconds) {
  const samples = []
  let isOver = false
  const load = generate('load', ['--bench', 'memory_calls', '--calls', count, '--seconds', seconds,
    ...target(host), ...args], { cores: ALL_CORES }).finally(() => { isOver = true })
  load.catch(() => {})
  while (!isOver) {
    const { slots } = await host.health()
    if (slots.total - slots.free === count) {
      samples.push({ at: performance.now(), ...await memory(host) })
    }
    await sleep(LOOK_MS)
  }
  await load
  // The first seconds are those of pages that are touched once.
  const whole = Math.max(1, Math.floor(seconds / PERIOD_S)) * PERIOD_S * 1000
  const from = samples.at(-1)?.at - Math.min(whole, seconds * 1000 * 0.8)
  const later = samples.filter(({ at }) => at >= from)
  if (later.length < SAMPLES) {
    throw new Error(`${count} calls were not up for long enough`)
  }
  return { mean: each(mean, later), most: Math.max(...later.map(({ pss }) => pss)) }
}

async function perCall(host, kind, [low, high], { args, seconds, bar }) {
  await quiet(host)
  const below = await during(host, low, args, seconds)
  await quiet(host)
  const above = await during(host, high, args, seconds)
  const share = (key) => rounded((above.mean[key] - below.mean[key]) / (high - low), 1)
  // `own` is what is over the segment, whose pages are the two rings of each call.
  printBar({
    bench: 'memory', figure: `pss_kib_per_${kind}`, calls: high, beyond: low, value: share('pss'),
    own: rounded(share('nginx') + share('workers'), 1), nginx_own: share('nginx'),
    workers_own: share('workers'), segment: share('segment'),
    most: rounded((above.most - below.mean.pss) / (high - low), 1)
  }, { atMost: bar })
}

async function recording() {
  const file = join(folder, 'caller.ulaw')
  const speech = await synthesize('What are your opening hours on Saturday?')
  const all = Buffer.alloc(PERIOD_BYTES, SILENCE)
  speech.copy(all)
  await writeFile(file, all)
  return file
}

/** So many of them begin a second: at this rate they are everywhere in what they say. */
const talking = async (ramp) =>
  ['--purpose', 'receptionist', '--audio', await recording(), '--ramp', ramp]

const short = (host, purpose, calls, args = []) => generate('short', ['--demo', host.demo,
  '--purpose', purpose, '--calls', calls, '--rate', rate, '--at-once', 12, ...args],
{ cores: ALL_CORES })

async function growth(host) {
  const before = await still(host)
  const half = Math.round(shortCalls / 2)
  await short(host, 'echo', half)
  await short(host, 'receptionist', shortCalls - half)
  const after = await still(host)

  const percent = (key) => rounded((after[key] - before[key]) / before[key] * 100)
  print({ bench: 'memory', figure: 'at_rest', before, after })
  for (const key of ['pss', 'nginx', 'workers']) {
    printBar({ bench: 'memory', figure: `${key}_growth_percent`, calls: shortCalls,
      value: percent(key), kib: after[key] - before[key] }, { within: 1 })
  }
  printBar({ bench: 'memory', figure: 'segment_growth_kib', calls: shortCalls,
    value: after.segment - before.segment }, { atMost: 0 })
  printBar({ bench: 'memory', figure: 'descriptors_growth', calls: shortCalls,
    value: after.descriptors - before.descriptors }, { atMost: 0 })
}

/** All of them speak at once, so every thread has decoded, and has its arena. */
const warmSpeech = async (host) => generate('load', ['--bench', 'memory_warm', '--calls', few,
  '--seconds', 2 * PERIOD_S, ...target(host), ...await talking(100)], { cores: ALL_CORES })

/** Few at a time: slots that were used keep their memory, and must not be counted out. */
const warm = async (host) => {
  const gently = ['--at-once', 4, '--rate', 40]
  await short(host, 'echo', WARM_CALLS, gently)
  await short(host, 'receptionist', WARM_CALLS, gently)
}

const PARTS = {
  echo: () => withStack({ slots: SLOTS }, async (host) => {
    await warm(host)
    await perCall(host, 'echo_call', ECHO_CALLS,
      { args: ['--ramp', 60], seconds: ECHO_S, bar: 32 })
  }),
  conversation: async () => {
    const talk = await talking(Math.ceil(many / PERIOD_S))
    await withStack({ slots: SLOTS }, async (host) => {
      await warm(host)
      await warmSpeech(host)
      await perCall(host, 'conversation', [few, many], { args: talk, seconds, bar: 64 })
    })
  },
  short: async () => {
    const talk = await talking(10)
    await withStack({ slots: SHORT_SLOTS }, async (host) => {
      await generate('load', ['--bench', 'memory_slots', '--calls', SHORT_SLOTS,
        '--seconds', FILL_S, ...target(host), ...talk], { cores: ALL_CORES })
      await warm(host)
      await growth(host)
    })
  }
}

main('memory', async () => {
  const only = process.argv[2]
  if (only !== undefined && PARTS[only] === undefined) {
    throw new Error(`no such part: ${only}; there are ${Object.keys(PARTS).join(', ')}`)
  }
  await build()
  for (const [name, run] of Object.entries(PARTS)) {
    if (only === undefined || only === name) {
      await run()
    }
  }
})
