// SPDX-License-Identifier: BSD-2-Clause
/** What must hold after every case, whatever was killed in it. */
import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { timeUntil } from './processes.js'

/** Descriptors that come and go: a connection to Postgres, a file being written. */
const SPARE_DESCRIPTORS = 6

const BROKEN_CALLS = `
  select c.id, c.status, c.ended_reason, c.settled_seconds, c.duration, c.reserved_seconds,
         coalesce(t.turns, 0) as turns, t.first, t.last, c.turn_count, coalesce(l.paid, 0) as paid
    from frontdesk.calls c
    left join lateral (
         select count(*)::int as turns, min(seq) as first, max(seq) as last
           from frontdesk.turns t
          where t.client_id = c.client_id and t.call_id = c.id) t on true
    left join lateral (
         select -sum(seconds)::int as paid
           from frontdesk.ledger l
          where l.client_id = c.client_id and l.call_id = c.id) l on true
   where c.status in ('ringing', 'in_progress')
      or c.settled_at is null
      or c.settled_seconds <> coalesce(l.paid, 0)
      or c.duration < c.settled_seconds - 1
      or (t.turns > 0 and (t.first <> 1 or t.last <> t.turns))
      or c.turn_count <> coalesce(t.turns, 0)`

const BROKEN_BALANCES = `
  select c.name, c.balance_seconds, coalesce(sum(l.seconds), 0)::int as ledger,
         min(l.balance_after) as lowest
    from frontdesk.clients c left join frontdesk.ledger l on l.client_id = c.id
   group by c.id
  having c.balance_seconds <> coalesce(sum(l.seconds), 0) or c.balance_seconds < 0
      or min(l.balance_after) < 0`

const DOUBLE_CALLS = `
  select call_sid from frontdesk.calls where call_sid is not null
   group by call_sid having count(*) > 1`

/** A line of metrics as a number. */
export async function metric(demo, name) {
  const text = await (await fetch(`${demo.base_url}/metrics`)).text()
  const line = text.split('\n').find((one) => one.startsWith(`${name} `))
  return line === undefined ? undefined : Number(line.split(' ')[1])
}

export const activeCalls = (demo) => metric(demo, 'frontdesk_calls_active')

async function mostDescriptors(processes, pids) {
  return Math.max(0, ...await Promise.all(pids.map((pid) => processes.descriptors(pid))))
}

/** What a stack at rest holds; later states are compared with it. */
export async function takeBaseline(world) {
  const { processes } = world
  return {
    workers: (await processes.workers()).length,
    nginxWorkers: (await processes.nginxWorkers()).length,
    workerDescriptors: await mostDescriptors(processes, await processes.workers()),
    nginxDescriptors: await mostDescriptors(processes, await processes.nginxWorkers()),
    supervisorDescriptors: await mostDescriptors(processes, [await processes.supervisor()])
  }
}

function checkPhones(calls) {
  for (const call of calls) {
    assert.deepEqual(call.phone.violations, [], 'the carrier would object')
    assert.equal(call.foreign ?? 0, 0, 'audio of another call was heard')
    assert.equal(call.doubled ?? 0, 0, 'audio was heard twice')
  }
}

async function checkProcesses(world, baseline) {
  const { processes } = world
  await timeUntil(async () => (await processes.workers()).length === baseline.workers,
    { what: 'the pool to be whole' })
  await timeUntil(async () => {
    const workers = await processes.nginxWorkers()
    const others = await processes.nginxOthers()
    return workers.length === baseline.nginxWorkers && others.length === workers.length
  }, { what: 'old processes of nginx to go' })

  const zombies = (await processes.all()).filter(({ state, parent }) => state === 'Z' && parent > 1)
  assert.deepEqual(zombies, [], 'somebody does not bury its children')

  let most
  await timeUntil(async () => {
    most = await takeBaseline(world)
    return ['workerDescriptors', 'nginxDescriptors', 'supervisorDescriptors']
      .every((name) => most[name] <= baseline[name] + SPARE_DESCRIPTORS)
  }, { timeoutMs: 10000, everyMs: 500 }).catch(() => {
    assert.fail(`descriptors: ${JSON.stringify(most)} after ${JSON.stringify(baseline)}`)
  })
}

async function checkSegments(world) {
  const name = (await world.segmentName()).slice(1)
  const found = (await readdir('/dev/shm')).filter((one) => one.startsWith(name))
  assert.deepEqual(found, [name], 'shared memory of this stack')
}

/** Lines in the logs that nobody asked for: what the test killed may be said to be dead. */
async function checkLogs(world) {
  const alarms = (await world.stack.alarms()).filter((line) => {
    const killed = /(?:worker(?: process)?|process) (\d+) exited on signal (\d+)/.exec(line)
    return killed === null || !world.killed.has(Number(killed[1]))
  }).filter((line) => !world.expected.some((pattern) => pattern.test(line)))
  assert.deepEqual(alarms, [], 'alarms in the logs')
}

/** @param {import('./world.js').World} world @param {import('./calls.js').Call[]} calls */
export async function checkInvariants(world, calls, baseline) {
  checkPhones(calls)
  const settleMs = await timeUntil(async () => await activeCalls(world.demo) === 0,
    { timeoutMs: 30000, what: 'all slots to be free', everyMs: 100 })
  await timeUntil(async () => (await world.stack.rows(`
    select id from frontdesk.calls where status in ('ringing', 'in_progress')`)).length === 0,
  { timeoutMs: world.settleMs, what: 'all calls to be over', everyMs: 200 })
    .catch(() => undefined)
  assert.deepEqual(await world.stack.rows(BROKEN_CALLS), [], 'calls that do not add up')
  assert.deepEqual(await world.stack.rows(BROKEN_BALANCES), [], 'balances that do not add up')
  assert.deepEqual(await world.stack.rows(DOUBLE_CALLS), [], 'calls that are there twice')
  await checkProcesses(world, baseline)
  await checkSegments(world)
  await checkLogs(world)
  return { settle_ms: settleMs }
}
