// SPDX-License-Identifier: BSD-2-Clause
/**
 * Breaks a stack under live calls, case after case, and checks after each that nothing was lost,
 * paid twice or left behind.
 *
 *   node tests/chaos/run.js [--seed n] [--calls n] [case...]
 */
import { parseArgs } from 'node:util'
import { join } from 'node:path'
import { freePort, root } from '../e2e/stack.js'
import { cases as box } from './cases/box.js'
import { cases as drain } from './cases/drain.js'
import { cases as nginx } from './cases/nginx.js'
import { cases as reload } from './cases/reload.js'
import { cases as supervisor } from './cases/supervisor.js'
import { cases as workers } from './cases/workers.js'
import { checkInvariants, takeBaseline } from './invariants.js'
import { Random } from './random.js'
import { World } from './world.js'

const ALL = [...workers, ...supervisor, ...nginx, ...reload, ...drain, ...box]
const CASE_MS = 180000

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: 'string' }, calls: { type: 'string', default: '20' } }
})
const seed = Number(values.seed ?? Date.now() % 100000)
const chosen = positionals.length === 0
  ? ALL : ALL.filter(({ name }) => positionals.some((wanted) => name.startsWith(wanted)))

function withinTime(promise, name) {
  let clock
  const late = new Promise((resolve, reject) => {
    clock = setTimeout(() => reject(new Error(`${name} takes more than ${CASE_MS} ms`)), CASE_MS)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(clock))
}

async function runCase(world, one) {
  const from = performance.now()
  const line = { case: one.name }
  await world.beginCase()
  try {
    const baseline = await takeBaseline(world)
    const { calls, figures } = await withinTime(one.run(world), one.name)
    Object.assign(line, { ok: true, calls: calls.length }, figures,
      await checkInvariants(world, calls, baseline))
  } catch (error) {
    Object.assign(line, { ok: false, error: error.message })
    process.stderr.write(`${one.name}: ${error.stack}\n`)
  }
  line.seconds = Math.round((performance.now() - from) / 1000)
  process.stdout.write(`${JSON.stringify(line)}\n`)
  return line.ok
}

async function main() {
  const world = new World({
    home: process.env.FRONTDESK_HOME ?? join(root, 'build', 'chaos'),
    port: Number(process.env.FRONTDESK_PORT ?? await freePort()),
    random: new Random(seed),
    calls: Number(values.calls),
    canFail: true
  })
  let failed = 0

  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => world.end().finally(() => process.exit(1)))
  }

  const summary = { seed, calls: world.callCount, cases: chosen.length }
  process.stdout.write(`${JSON.stringify(summary)}\n`)
  try {
    await world.start()
    for (const one of chosen) {
      if (!await runCase(world, one)) {
        failed += 1
        if (process.env.CHAOS_KEEP) { process.exit(1) }
        /* What a failed case left behind is not the next one's. */
        await world.start()
      }
    }
  } finally {
    await world.end()
  }
  process.exit(failed === 0 ? 0 : 1)
}

await main()
