// SPDX-License-Identifier: BSD-2-Clause
/** A worker of nginx's dies: the carrier asks what to do, and its calls go on in new streams. */
import assert from 'node:assert/strict'
import { open } from 'node:fs/promises'
import { dialAll, echoes, hangUpAll, talks } from '../calls.js'
import { activeCalls, metric } from '../invariants.js'

const RESUME_MS = 2000

/** Connections are spread by chance: one worker may have nearly none. */
async function busiest({ processes }) {
  let most = 0
  let found
  for (const pid of await processes.nginxWorkers()) {
    const count = await processes.descriptors(pid)
    if (count > most) {
      most = count
      found = pid
    }
  }
  return found
}

async function killed(world) {
  const echoing = echoes(world.demo, Math.ceil(world.callCount * 0.6))
  const talking = talks(world.demo, world.callCount - echoing.length)
  const calls = [...echoing, ...talking]
  await dialAll(calls)
  await Promise.all(talking.map((call) => call.quiet()))
  const adopted = await metric(world.demo, 'frontdesk_calls_adopted_total')

  const from = performance.now()
  world.signal(await busiest(world), 'SIGKILL')
  await world.sleep(4000)

  /* Each has one slot again: who had the old stream let go of it. */
  const slots = await activeCalls(world.demo)
  const hit = calls.filter((call) => call.opened.length > 1)
  const still = echoing.filter((call) => call.opened.length === 1)
  const talkers = hit.filter((call) => talking.includes(call))
  await world.sleep(3000)
  const figures = {
    resumed: hit.length,
    of: calls.length,
    stream_after_ms: Math.round(Math.max(0, ...hit.map((call) => call.opened[1] - from))),
    speech_after_ms: Math.round(Math.max(0, ...talkers.map((call) => call.firstAfter(from)))),
    others_gap_ms: Math.round(Math.max(0, ...still.map((call) => call.longestGap(from)))),
    slots,
    adopted: await metric(world.demo, 'frontdesk_calls_adopted_total') - adopted
  }
  assert.ok(hit.length > 0, 'it had no calls')
  assert.deepEqual(calls.filter((call) => call.phone.hasEnded), [], 'calls were dropped')
  assert.ok(figures.stream_after_ms <= RESUME_MS * world.patience(), JSON.stringify(figures))
  assert.ok(figures.speech_after_ms <= RESUME_MS * world.patience(), JSON.stringify(figures))
  assert.ok(figures.others_gap_ms <= 200 * world.patience(), JSON.stringify(figures))
  assert.equal(slots, calls.length, 'slots of old streams are held')

  const rows = await world.rowsOf(talkers)
  for (const call of talkers) {
    const { turns } = rows.get(call.callSid)
    assert.match(turns[1].content, /^I'm sorry, I lost you/, 'the conversation went on')
    const ask = call.phone.speak('what time do you open tomorrow')
    await ask
  }
  await Promise.all(talkers.map((call) => call.phone.waitForReply()))
  await world.sleep(1000)
  await hangUpAll(calls)
  return { calls, figures }
}

/** Where shm/desk_layout.h has the process table, an entry's bytes, and its pid. */
const TABLE = { at: 256, bytes: 3712, pid: 16, count: 64 }

/** A word of the process table is damaged: that worker cannot show any more that it lives. */
async function damage(world, pid) {
  const file = await open(`/dev/shm${await world.segmentName()}`, 'r+')
  try {
    const table = Buffer.alloc(TABLE.bytes * TABLE.count)
    await file.read(table, 0, table.length, TABLE.at)
    const index = Array.from({ length: TABLE.count }, (_, i) => i)
      .find((i) => table.readInt32LE(i * TABLE.bytes + TABLE.pid) === pid)
    await file.write(Buffer.alloc(8, 0xff), 0, 8, TABLE.at + index * TABLE.bytes)
  } finally {
    await file.close()
  }
}

/** One that is not of the table any more ends at once, and another comes: as when it is killed. */
async function disowned(world) {
  const calls = echoes(world.demo, world.callCount)
  await dialAll(calls)
  const pid = await busiest(world)
  world.expected.push(/is declared dead: this process ends/)

  const from = performance.now()
  await damage(world, pid)
  await world.sleep(4000)
  const hit = calls.filter((call) => call.opened.length > 1)
  const slots = await activeCalls(world.demo)
  const figures = {
    resumed: hit.length,
    of: calls.length,
    stream_after_ms: Math.round(Math.max(0, ...hit.map((call) => call.opened[1] - from))),
    slots
  }
  assert.ok(hit.length > 0, 'no stream of it was closed')
  assert.deepEqual(calls.filter((call) => call.phone.hasEnded), [], 'calls were dropped')
  assert.ok(figures.stream_after_ms <= RESUME_MS * world.patience(), JSON.stringify(figures))
  assert.equal(slots, calls.length, 'slots of old streams are held')
  await hangUpAll(calls)
  await world.until(async () => {
    const workers = await world.processes.nginxWorkers()
    return workers.length === 2 && !workers.includes(pid)
  }, { timeoutMs: 10000, what: 'another worker of nginx' })
  return { calls, figures }
}

/** A stream breaks and another comes: again and again, on calls with little time left. */
async function broken(world) {
  const calls = echoes(world.demo, world.callCount)
  await dialAll(calls)
  for (let round = 1; round <= 3; round++) {
    await world.sleep(1500)
    calls.forEach((call) => call.phone.breakStream())
    await world.until(() => calls.every((call) => call.opened.length === round + 1
      && call.phone.isConnected), { timeoutMs: 10000, what: 'new streams' })
  }
  await world.sleep(1000)
  const slots = await activeCalls(world.demo)
  assert.equal(slots, calls.length, 'slots of old streams are held')
  const rows = await world.rowsOf(calls)
  const reserved = Math.max(...[...rows.values()].map((row) => row.reserved_seconds))
  assert.ok(reserved <= 60, `${reserved} s were paid ahead for a call of 6 s`)
  await hangUpAll(calls)
  return { calls, figures: { slots, reserved_s: reserved } }
}

export const cases = [
  { name: 'nginx-killed', about: 'a worker of nginx\'s is killed', run: killed },
  { name: 'nginx-disowned', about: 'a worker of nginx\'s loses its place', run: disowned },
  { name: 'streams-broken', about: 'every stream breaks, three times', run: broken }
]
