// SPDX-License-Identifier: BSD-2-Clause
/** The supervisor is gone, and a new one takes its place. */
import assert from 'node:assert/strict'
import { dialAll, echoes, hangUpAll, talks } from '../calls.js'

async function killed(world) {
  const echoing = echoes(world.demo, world.callCount - 4)
  const talking = talks(world.demo, 4)
  const calls = [...echoing, ...talking]
  await dialAll(calls)
  const before = await world.processes.workers()
  const old = await world.processes.supervisor()
  const from = performance.now()

  world.signal(old, 'SIGKILL')
  await world.sleep(1500)
  const startMs = await world.again()
  await world.sleep(1000)
  const gap = Math.max(...echoing.map((call) => call.longestGap(from)))
  assert.notEqual(await world.processes.supervisor(), old)
  assert.deepEqual((await world.processes.workers()).sort(), before.sort(), 'workers live on')
  assert.ok(gap <= 100 * world.patience(), `a gap of ${gap} ms`)

  /* The new one watches: a worker that dies is replaced, its calls go on. */
  const killedAt = performance.now()
  world.signal(world.random.pick(before), 'SIGKILL')
  await world.sleep(4000)
  const after = Math.max(...echoing.map((call) => call.longestGap(killedAt)))
  assert.ok(after <= 1500 * world.patience(), `a gap of ${after} ms`)
  assert.deepEqual(calls.filter((call) => call.phone.hasEnded), [], 'calls were dropped')
  await hangUpAll(calls)
  return {
    calls,
    figures: { start_ms: startMs, gap_ms: Math.round(gap), worker_gap_ms: Math.round(after) }
  }
}

export const cases = [
  { name: 'supervisor-killed', about: 'the supervisor is killed and started again', run: killed }
]
