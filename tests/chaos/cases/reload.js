// SPDX-License-Identifier: BSD-2-Clause
/** nginx gets new settings, or is replaced itself, while calls are up. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { open, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { dialAll, echoes, hangUpAll, talks } from '../calls.js'

const run = promisify(execFile)

/** Beyond what a busy machine does to the telephones themselves. */
const GAP_MS = 100
const GONE_MS = 1000
/** Of the layout's version in desk_header_t, behind the magic. */
const LAYOUT_AT = 8

/** Calls on the echo line, and some that are being greeted. */
async function begin(world) {
  const echoing = echoes(world.demo, world.callCount - 4)
  const talking = talks(world.demo, 4)
  await dialAll(echoing)
  await dialAll(talking)
  await world.sleep(500)
  return { echoing, talking, calls: [...echoing, ...talking], from: performance.now() }
}

function gapOf({ echoing, talking, from }) {
  return Math.round(Math.max(...echoing.map((call) => call.longestGap(from)),
    ...talking.map((call) => call.longestBreak)))
}

/** No stream broke, nothing was lost, and nobody heard a gap. */
function check(world, fleet) {
  const gap = gapOf(fleet)
  assert.deepEqual(fleet.calls.filter((call) => call.phone.hasEnded || call.opened.length > 1), [],
    'streams were broken')
  assert.ok(gap <= GAP_MS * world.patience(), `a gap of ${gap} ms`)
  return gap
}

async function end(world, { calls }) {
  await hangUpAll(calls)
  assert.equal(calls.reduce((sum, call) => sum + (call.lost ?? 0), 0), 0, 'frames were lost')
  const master = await world.processes.master()
  const gone = await world.until(async () => {
    const young = await world.processes.nginxWorkers(master)
    return (await world.processes.nginxOthers()).length === young.length && young.length === 2
  }, { what: 'old workers to go' })
  assert.ok(gone <= GONE_MS * world.patience(), `old workers were gone after ${gone} ms`)
  return gone
}

/** What `nginx -s reload` does when the settings are right. */
async function reload(world) {
  process.kill(await world.processes.master(), 'SIGHUP')
}

/** The same as an administrator does it. */
async function reloadByHand(world) {
  await run('/usr/sbin/nginx', ['-p', world.home, '-c', join(world.home, 'nginx.conf'),
    '-e', join(world.home, 'log', 'reload.log'), '-s', 'reload'])
}

async function health(world) {
  return (await fetch(`${world.demo.base_url}/health`)).json()
}

async function generation(world, old) {
  await world.until(async () => (await world.processes.nginxWorkers())
    .some((pid) => !old.includes(pid)), { what: 'new workers' })
}

async function thrice(world) {
  const fleet = await begin(world)
  for (let i = 0; i < 3; i++) {
    const old = await world.processes.nginxWorkers()
    await reload(world)
    await generation(world, old)
    await world.sleep(700)
  }
  const gap = check(world, fleet)
  const workers = (await world.processes.nginxOthers()).length
  assert.ok(workers <= 4, `${workers} workers after three reloads`)
  const gone = await end(world, fleet)
  return { calls: fleet.calls, figures: { gap_ms: gap, gone_ms: gone } }
}

async function fifty(world) {
  const fleet = await begin(world)
  for (let i = 0; i < 50; i++) {
    await reload(world)
    await world.sleep(60)
  }
  await world.sleep(1500)
  const gap = check(world, fleet)
  const workers = (await world.processes.nginxOthers()).length
  assert.ok(workers <= 8, `${workers} workers after fifty reloads`)
  const gone = await end(world, fleet)
  return { calls: fleet.calls, figures: { gap_ms: gap, workers, gone_ms: gone } }
}

/** The layout's version in a segment's header; a new one is written. */
async function layoutOf(segment, version) {
  const file = await open(segment, 'r+')
  const word = Buffer.alloc(4)
  try {
    if (version === undefined) {
      await file.read(word, 0, 4, LAYOUT_AT)
    } else {
      word.writeUInt32LE(version)
      await file.write(word, 0, 4, LAYOUT_AT)
    }
  } finally {
    await file.close()
  }
  return word.readUInt32LE()
}

async function brokenSettings(world) {
  const fleet = await begin(world)
  const file = join(world.home, 'nginx.conf')
  const good = await readFile(file, 'utf8')
  const settings = join(world.home, 'frontdesk.conf')
  const goodSettings = await readFile(settings, 'utf8')
  const before = await world.processes.nginxWorkers()

  for (const [path, bad] of [[file, `${good}\nnonsense on;\n`],
    [settings, `${goodSettings}\nslots = many\n`]]) {
    await writeFile(path, bad)
    await assert.rejects(reloadByHand(world), (error) => error.code !== 0, 'it says so')
    process.kill(await world.processes.master(), 'SIGHUP')
    await world.sleep(700)
    await writeFile(path, path === file ? good : goodSettings)
  }

  /* A module of another layout: here the segment says that it is the other one. */
  const segment = join('/dev/shm', /segment_name = \/(\S+)/.exec(goodSettings)[1])
  const version = await layoutOf(segment)
  await layoutOf(segment, version + 1)
  await assert.rejects(reloadByHand(world), (error) => /layout/.test(error.stderr), 'it says so')
  await reload(world)
  await world.sleep(700)
  await layoutOf(segment, version)
  world.expected.push(/\[emerg\].*(nonsense|slots|layout)/)
  assert.deepEqual(await world.processes.nginxWorkers(), before, 'the old workers serve on')
  const late = echoes(world.demo, 1)
  await dialAll(late)
  const gap = check(world, fleet)
  fleet.calls.push(...late)
  await hangUpAll(fleet.calls)
  return { calls: fleet.calls, figures: { gap_ms: gap } }
}

/** Sizes of the segment are of its making: other ones in the settings wait for the next. */
async function otherSizes(world) {
  const fleet = await begin(world)
  const file = join(world.home, 'frontdesk.conf')
  const good = await readFile(file, 'utf8')
  const slots = (await health(world)).slots.total
  const old = await world.processes.nginxWorkers()

  await writeFile(file, `${good}\nslots = ${slots * 2}\nup_ring_bytes = 131072\n`)
  await reload(world)
  await generation(world, old)
  const late = echoes(world.demo, 3)
  await dialAll(late)
  assert.equal((await health(world)).slots.total, slots)
  await world.sleep(1000)
  await writeFile(file, good)
  const gap = check(world, fleet)
  assert.deepEqual(late.filter((call) => call.seen.size === 0), [], 'new calls are served')
  await hangUpAll(late)
  await reload(world)
  const gone = await end(world, fleet)
  return { calls: [...fleet.calls, ...late], figures: { gap_ms: gap, gone_ms: gone } }
}

async function workerCount(world) {
  const fleet = await begin(world)
  const file = join(world.home, 'nginx.conf')
  const good = await readFile(file, 'utf8')
  for (const count of [4, 1, 2]) {
    await writeFile(file, good.replace(/^worker_processes .*;/m, `worker_processes ${count};`))
    await reload(world)
    await world.until(async () => (await world.processes.nginxOthers()).length >= count
      && (await world.processes.nginxWorkers()).length - 2 <= count + 2, { what: 'that many' })
    await world.sleep(700)
  }
  await writeFile(file, good)
  const gap = check(world, fleet)
  const gone = await end(world, fleet)
  return { calls: fleet.calls, figures: { gap_ms: gap, gone_ms: gone } }
}

/** A new binary beside the old one; resolves with the new master's pid. */
async function upgrade(world) {
  const old = await world.processes.master()
  process.kill(old, 'SIGUSR2')
  await world.until(async () => {
    const now = await world.processes.master().catch(() => old)
    return now > 0 && now !== old && (await world.processes.nginxWorkers(now)).length === 2
  }, { what: 'the new master and its workers' })
  process.kill(old, 'SIGWINCH')
  await world.sleep(700)
  return { old, master: await world.processes.master() }
}

async function upgraded(world) {
  const fleet = await begin(world)

  const first = await upgrade(world)
  const during = echoes(world.demo, 3)
  await dialAll(during)

  /* Back: the old master takes over, the new one lets its calls end. */
  process.kill(first.old, 'SIGHUP')
  await world.until(async () => (await world.processes.nginxWorkers(first.old)).length >= 2,
    { what: 'workers of the old master' })
  process.kill(first.master, 'SIGQUIT')
  await world.sleep(500)
  assert.deepEqual(during.filter((call) => !call.phone.isConnected), [])
  await hangUpAll(during)
  await world.until(() => world.processes.isGone(first.master), { what: 'the new master to go' })
  await world.until(async () => await world.processes.master() === first.old,
    { what: 'the old master\'s pid file' })

  const second = await upgrade(world)
  process.kill(second.old, 'SIGQUIT')
  await world.sleep(1000)
  const late = echoes(world.demo, 3)
  await dialAll(late)
  const gap = check(world, fleet)
  await hangUpAll(late)
  await hangUpAll(fleet.calls)
  assert.equal(fleet.echoing.reduce((sum, call) => sum + call.lost, 0), 0, 'frames were lost')
  const gone = await world.until(() => world.processes.isGone(second.old),
    { what: 'the old master to go' })
  assert.ok(gone <= GONE_MS * world.patience(), `the old master was gone after ${gone} ms`)
  return { calls: [...fleet.calls, ...during, ...late], figures: { gap_ms: gap, gone_ms: gone } }
}

export const cases = [
  { name: 'reload-3', about: 'three reloads', run: thrice },
  { name: 'reload-50', about: 'fifty reloads in a row', run: fifty },
  { name: 'reload-broken', about: 'a reload with broken settings', run: brokenSettings },
  { name: 'reload-sizes', about: 'reloads with other sizes of the segment', run: otherSizes },
  { name: 'reload-workers', about: 'reloads with other numbers of workers', run: workerCount },
  { name: 'upgrade', about: 'a binary upgrade, back, and again', run: upgraded }
]
