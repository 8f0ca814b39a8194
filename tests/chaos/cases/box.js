// SPDX-License-Identifier: BSD-2-Clause
/** Everything dies at once: the machine without the machine. */
import assert from 'node:assert/strict'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { dialAll, echoes, hangUpAll, talks } from '../calls.js'

const READY_MS = 3000
const SWEPT_MS = 150000

async function killEverything(world) {
  for (const { pid } of await world.processes.all()) {
    world.killed.add(pid)
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      /* A child of one that was killed before. */
    }
  }
  await world.until(async () => (await world.processes.all()).every(({ state }) => state === 'Z'),
    { what: 'everything to be dead' })
}

async function killed(world) {
  const echoing = echoes(world.demo, Math.ceil(world.callCount * 0.6))
  const talking = talks(world.demo, world.callCount - echoing.length)
  const calls = [...echoing, ...talking]
  await dialAll(calls)
  await Promise.all(talking.map((call) => call.quiet()))

  const from = performance.now()
  await killEverything(world)
  /* Some callers give up at once. */
  const gone = [echoing[0], talking[0]]
  const leaving = hangUpAll(gone).catch(() => undefined)
  const startMs = await world.again()
  await leaving
  const staying = calls.filter((call) => !gone.includes(call))
  await world.until(() => staying.every((call) => call.opened.length > 1 && call.phone.isConnected),
    { timeoutMs: 15000, what: 'all calls to resume' })
  const resumedMs = Math.max(...staying.map((call) => call.opened.at(-1))) - from
  await world.sleep(5000)

  assert.deepEqual(staying.filter((call) => call.phone.hasEnded), [], 'calls were dropped')
  const rows = await world.rowsOf(talking.slice(1))
  for (const call of talking.slice(1)) {
    assert.match(rows.get(call.callSid).turns[1].content, /^I'm sorry, I lost you/)
  }
  const figures = { ready_ms: startMs, resumed_ms: Math.round(resumedMs) }
  await hangUpAll(staying)
  await world.until(async () => [...(await world.rowsOf(gone)).values()]
    .every((row) => row.ended_at !== null), { timeoutMs: 40000, what: 'the others to be closed' })
  assert.ok(startMs <= READY_MS * world.patience(), `ready after ${startMs} ms`)
  return { calls, figures }
}

/** The same, and the shared memory is gone: calls that nobody resumes are swept up. */
async function rebooted(world) {
  const calls = echoes(world.demo, world.callCount)
  await dialAll(calls)
  await world.sleep(2000)
  const settings = await readFile(join(world.home, 'frontdesk.conf'), 'utf8')
  await killEverything(world)
  const gone = calls.slice(0, calls.length >> 1)
  const leaving = hangUpAll(gone).catch(() => undefined)
  await rm(join('/dev/shm', /segment_name = \/(\S+)/.exec(settings)[1]), { force: true })
  const startMs = await world.again()
  await leaving
  const staying = calls.filter((call) => !gone.includes(call))
  await world.until(() => staying.every((call) => call.opened.length > 1 && call.phone.isConnected),
    { timeoutMs: 15000, what: 'all calls to resume' })
  await world.sleep(2000)
  await hangUpAll(staying)
  const sweptMs = await world.until(async () => [...(await world.rowsOf(gone)).values()]
    .every((row) => row.ended_at !== null), { timeoutMs: SWEPT_MS, what: 'the others to be swept',
    everyMs: 500 })
  const rows = [...(await world.rowsOf(gone)).values()]
  rows.forEach((row) => {
    assert.equal(row.ended_reason, 'lost')
    assert.notEqual(row.summary, null)
  })
  return { calls, figures: { ready_ms: startMs, swept_ms: sweptMs } }
}

export const cases = [
  { name: 'box-killed', about: 'every process of the stack is killed', run: killed },
  { name: 'box-rebooted', about: 'and the shared memory is gone', run: rebooted }
]
