// SPDX-License-Identifier: BSD-2-Clause
/**
 * Postgres away, half there, full, slow: the API says so in time, everything that needs no
 * database goes on, and so do calls; when Postgres is back, nobody has to do anything.
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { request } from '../phone/http.js'
import { Phone } from '../phone/phone.js'
import { standardParams, verbsOf, webhook } from './carrier.js'
import { Gate } from './gate.js'
import { freePort, Stack } from './stack.js'

const run = promisify(execFile)

/** Longer than the default, so that there is time to look around while Postgres is silent. */
const TIMEOUT_MS = 3000
/** A machine that is busy may take so much longer than the deadline. */
const PATIENCE_MS = 12000

const home = await mkdtemp(join(tmpdir(), 'frontdesk-postgres-'))
const stack = new Stack(home, await freePort())
const gate = new Gate(home)
let api, client

async function settings() {
  const passwords = await readFile(join(home, 'passwords'), 'utf8')
  const [, ours] = /^api_password=(.*)$/m.exec(passwords)
  const [, workers] = /^worker_password=(.*)$/m.exec(passwords)
  const place = `127.0.0.1:${gate.port}/frontdesk`
  return `pg_timeout_ms = ${TIMEOUT_MS}
api_database_url = postgresql://frontdesk_api:${ours}@${place}
worker_database_url = postgresql://frontdesk_worker:${workers}@${place}
`
}

before(async () => {
  await stack.start()
  await gate.open()
  await stack.stop()
  await stack.start(await settings())
  api = await stack.api('olivia')
  client = stack.client('receptionist', 'olivia')
})

after(async () => {
  gate.pass()
  await Promise.all([...Phone.live].map((phone) => phone.hangUp()))
  const alarms = await stack.alarms()
  await stack.stop()
  await gate.close()
  await rm(home, { recursive: true, force: true })
  assert.deepEqual(alarms, [], 'the logs hold alarms')
})

const list = () => api.request('GET', `/api/clients/${client.id}/services`)

/** A refusal as the contract has it, and soon enough. */
function assertAway(answer) {
  assert.equal(answer.status, 503, answer.text)
  assert.match(answer.headers['retry-after'], /^[1-9]\d*$/)
  assert.match(answer.headers['content-type'], /^application\/json/)
  assert.equal(typeof answer.json.detail, 'string')
  assert.deepEqual(Object.keys(answer.json), ['detail'])
  assert.ok(answer.headers['x-request-id'])
}

async function inTime(asked) {
  const late = Symbol('late')
  const answer = await Promise.race([asked, sleep(PATIENCE_MS, late, { ref: false })])
  assert.notEqual(answer, late, 'an answer came before anybody would give up')
  return answer
}

/** Asks until all processes answer again, and says how long it took. */
async function recovered(t) {
  const from = performance.now()
  for (let good = 0; good < 8;) {
    good = (await inTime(list())).status === 200 ? good + 1 : 0
    assert.ok(performance.now() - from < 4 * PATIENCE_MS, 'it recovers by itself')
    await sleep(good > 0 ? 0 : 20)
  }
  t.diagnostic(`whole again after ${Math.round(performance.now() - from)} ms`)
}

/** What needs no database is answered while somebody waits for it. */
async function othersAreServed(waiting) {
  let over = 0
  waiting.forEach((asked) => asked.then(() => { over++ }))
  for (const path of ['/health/live', '/metrics', '/', '/openapi.json', '/docs']) {
    assert.equal((await request('GET', stack.demo.base_url + path)).status, 200, path)
  }
  assert.equal(over, 0, 'they did not wait for those who wait for Postgres')
}

/** The latest timer of a process within the last minute. */
async function lag() {
  const { text } = await request('GET', `${stack.demo.base_url}/metrics`)
  return Number(/^frontdesk_loop_lag_seconds_max\{.*\} (.*)$/m.exec(text)[1])
}

async function talking() {
  const phone = await Phone.dial({ demo: stack.demo, to: stack.client('echo').number })
  return phone
}

/** The caller is still heard, and hears. */
async function assertTalking(phone) {
  const back = []
  const noise = randomBytes(160 * 50)
  const hear = (payload, audio) => back.push(audio)
  phone.on('media', hear)
  await phone.say(noise)
  await phone.until(() => Buffer.concat(back).includes(noise), { what: 'the echo' })
  phone.off('media', hear)
}

async function endCall(phone) {
  await phone.hangUp()
  assert.deepEqual(phone.errors, [])
  assert.deepEqual(phone.violations, [])
  assert.equal(phone.streams.length, 1, 'one stream from beginning to end')
}

afterEach(() => gate.pass())

test('half-open: packets vanish', async (t) => {
  const phone = await talking()
  gate.hole()

  const waiting = Array.from({ length: 12 }, () => list())
  await othersAreServed(waiting)
  await assertTalking(phone)
  for (const answer of await inTime(Promise.all(waiting))) {
    assertAway(answer)
  }

  // A call that comes now is held, not refused.
  const answer = await inTime(webhook(stack, standardParams(stack)))
  assert.equal(answer.status, 200)
  assert.ok(verbsOf(answer).length > 0)
  assert.equal((await request('GET', `${stack.demo.base_url}/health`)).status, 503)
  await inTime((async () => {
    while ((await request('GET', `${stack.demo.base_url}/health/ready`)).status !== 503) {
      await sleep(20)
    }
  })())
  await assertTalking(phone)

  gate.pass()
  await recovered(t)
  assert.equal((await request('GET', `${stack.demo.base_url}/health/ready`)).status, 200)
  const late = await lag()
  t.diagnostic(`the latest timer: ${late} s`)
  assert.ok(late < TIMEOUT_MS / 1000, 'nothing waited for Postgres itself')
  await endCall(phone)
})

test('half-open, and nobody asks until it is over', async (t) => {
  gate.hole()
  const ready = async () => (await request('GET', `${stack.demo.base_url}/health/ready`)).status
  await inTime((async () => {
    for (let away = 0; away < 8; away = await ready() === 503 ? away + 1 : 0) {
      await sleep(20)
    }
  })())
  gate.pass()
  await recovered(t)
})

test('a pause in the network is waited for', async () => {
  gate.stall()
  const waiting = Array.from({ length: 4 }, () => list())
  await othersAreServed(waiting)
  gate.pass()
  for (const { status, text } of await inTime(Promise.all(waiting))) {
    assert.equal(status, 200, text)
  }
})

test('a slow network makes it slow, and no more', async () => {
  gate.slow(100)
  const asked = Array.from({ length: 4 }, () => list())
  await othersAreServed(asked)
  for (const { status } of await inTime(Promise.all(asked))) {
    assert.equal(status, 200)
  }
})

test('a network that is slower than anybody waits', async (t) => {
  gate.slow(2 * TIMEOUT_MS)
  const waiting = Array.from({ length: 4 }, () => list())
  await othersAreServed(waiting)
  for (const answer of await inTime(Promise.all(waiting))) {
    assertAway(answer)
  }
  gate.pass()
  await recovered(t)
})

test('stopped and started again', async (t) => {
  const phone = await talking()
  process.kill(stack.demo.pids.postgres, 'SIGINT') // a fast shutdown
  for (let status = 200; status !== 503;) {
    const answer = await inTime(list())
    status = answer.status
    assert.ok([200, 503].includes(status), answer.text)
    if (status === 503) {
      assertAway(answer)
    }
  }
  // What changes something is refused as well, and is not done later.
  const lost = await api.request('POST', `/api/clients/${client.id}/services`,
    { body: { name: 'Never made', minutes: 30 } })
  assertAway(lost)
  await assertTalking(phone)
  assert.equal((await request('GET', `${stack.demo.base_url}/health/live`)).status, 200)

  await run(join(import.meta.dirname, '..', '..', 'conf', 'bin', 'start.sh'), [], {
    env: {
      ...process.env, FRONTDESK_HOME: home, FRONTDESK_PORT: String(stack.port),
      FRONTDESK_CONF: join(home, 'suite.conf')
    }
  })
  await stack.load()
  await recovered(t)
  const names = (await list()).json.map(({ name }) => name)
  assert.equal(names.includes('Never made'), false)
  await assertTalking(phone)
  await endCall(phone)
})

test('a crash of one of its processes, which it recovers from', async (t) => {
  const [{ pid }] = await stack.rows(`select pid from pg_stat_activity
    where usename = 'frontdesk_api' limit 1`)
  process.kill(pid, 'SIGKILL')
  await recovered(t)
})

test('full: no connection is left for the API', async (t) => {
  await stack.psql('alter role frontdesk_api connection limit 0')
  await stack.psql(`select pg_terminate_backend(pid) from pg_stat_activity
    where usename = 'frontdesk_api'`)
  let answer
  do {
    answer = await inTime(list())
  } while (answer.status === 200)
  assertAway(answer)
  await othersAreServed([])
  await stack.psql('alter role frontdesk_api connection limit -1')
  await recovered(t)
})

test('full, but for one connection: that one serves', async (t) => {
  await stack.psql('alter role frontdesk_api connection limit 1')
  const [{ count }] = await stack.rows(`select count(pg_terminate_backend(pid))
    from pg_stat_activity where usename = 'frontdesk_api'`)
  assert.ok(Number(count) > 1)
  // Which of nginx's processes has it is chance; the others say that they have none.
  await inTime((async () => {
    while ((await list()).status !== 200) {
      await sleep(20)
    }
  })())
  await stack.psql('alter role frontdesk_api connection limit -1')
  await recovered(t)
})

test('a row that somebody locks: that request is refused in time, others are not', async () => {
  const made = await api.request('POST', `/api/clients/${client.id}/services`,
    { body: { name: 'Locked for a while', minutes: 30 } })
  assert.equal(made.status, 201)
  const path = made.headers.location
  const held = stack.psql(`begin; select pg_advisory_lock_shared(7);
    select from frontdesk.services where id = :'id' for update; select pg_sleep(8); commit`,
  { id: made.json.id })
  await inTime((async () => {
    while ((await stack.rows(`select from pg_locks
      where locktype = 'advisory' and objid = 7`)).length === 0) {
      await sleep(20)
    }
  })())

  const change = api.request('PATCH', path, { body: { minutes: 45 } })
  await othersAreServed([change])
  assert.equal((await inTime(list())).status, 200, 'who only reads does not wait')
  assertAway(await inTime(change))
  await held
  assert.equal((await api.request('PATCH', path, { body: { minutes: 45 } })).status, 200)
  assert.equal((await api.request('DELETE', path)).status, 200)
})
