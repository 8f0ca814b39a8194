// SPDX-License-Identifier: BSD-2-Clause
/**
 * Two nodes of one database. What workers keep of clients, and for how long: a change is the next
 * call's, on every node, whatever becomes of who listens.
 */
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { metric } from '../chaos/invariants.js'
import { Processes } from '../chaos/processes.js'
import { Phone, anyNumber } from '../phone/phone.js'
import { Conversation } from './conversation.js'
import { Stack, freePort } from './stack.js'

/** What a change may take to be everywhere, and what nobody may believe any longer. */
const CHANGE_MS = 1000
const GOOD_MS = 10000
const PATIENCE_MS = 30000

/** What a node has in common with another. */
const SHARED = ['api_database_url', 'worker_database_url', 'jwt_secret', 'call_token_secret',
  'twilio_account_sid', 'twilio_auth_token', 'totp_keys', 'credential_keys']

const stacks = []
let one
let two
let admin
let echo
let killed

async function node(name, workers, more = '') {
  const home = await mkdtemp(join(tmpdir(), `frontdesk-${name}-`))
  const stack = new Stack(home, await freePort())
  stacks.push(stack)
  stack.settings = `node_name = ${name}\nworkers = ${workers}\n${more}`
  await stack.start(stack.settings)
  return stack
}

async function settingsOf(stack, keys) {
  const lines = (await readFile(join(stack.home, 'frontdesk.conf'), 'utf8')).split('\n')
  return lines.filter((line) => keys.includes(line.split(' ')[0])).join('\n')
}

async function until(what, fact) {
  for (const from = performance.now(); performance.now() < from + PATIENCE_MS; await sleep(50)) {
    if (await fact()) {
      return
    }
  }
  assert.fail(`waited too long: ${what}`)
}

before(async () => {
  one = await node('node-1', 2)
  two = await node('node-2', 1, `${await settingsOf(one, SHARED)}\n`)
  // Its own database has nobody; its own processes it knows.
  two.demo = { ...one.demo, base_url: two.demo.base_url, pids: two.demo.pids }
  admin = await one.api('admin')
  echo = one.client('echo')
  for (const stack of stacks) {
    await stack.watchLogs()
    await until('a listener', async () =>
      await metric(stack.demo, 'frontdesk_news_age_seconds') < GOOD_MS / 1000)
  }
})

after(async () => {
  await Promise.all([...Phone.live].map((phone) => phone.hangUp()))
  const alarms = (await Promise.all(stacks.map((stack) => stack.alarms()))).flat()
  for (const stack of stacks.toReversed()) {
    await stack.stop()
    await rm(stack.home, { recursive: true, force: true })
  }
  const others = alarms.filter((line) => !line.includes(`worker ${killed} exited on signal 9`))
  assert.deepEqual(others, [], 'the logs hold alarms')
})

async function looks(stack) {
  const [known, asked] = await Promise.all(['hits', 'misses'].map((kind) =>
    metric(stack.demo, `frontdesk_cache_${kind}_total`)))
  return { known, asked }
}

/** Whether the worker that takes an echo call asks Postgres about the agent: known or asked. */
async function claim(stack) {
  const from = await looks(stack)
  const phone = await Phone.dial({ demo: stack.demo, to: echo.number, from: anyNumber() })
  assert.ok(phone.isConnected, `no stream: ${phone.errors.join('; ')} ${phone.said.join(' ')}`)
  let to
  await until('a claim', async () => {
    to = await looks(stack)
    return to.known + to.asked > from.known + from.asked
  })
  await phone.hangUp()
  await phone.ended
  await until('its end', async () => await metric(stack.demo, 'frontdesk_calls_active') === 0)
  return to.asked > from.asked ? 'asked' : 'known'
}

/** By hand, past every API: the client of the echo calls. */
let changes = 0
function change() {
  changes += 1
  return one.psql("update frontdesk.clients set name = :'name' where id = :'id'",
    { name: `Echo ${changes}`, id: echo.id })
}

const known = (stack) => until('it is known', async () => await claim(stack) === 'known')

/** A call to a client on a node, and its greeting. */
async function talkTo(stack, client) {
  const phone = await Phone.dial({ demo: stack.demo, to: client.number, from: anyNumber() })
  assert.ok(phone.isConnected, `no stream: ${phone.errors.join('; ')} ${phone.said.join(' ')}`)
  const talk = new Conversation(one, phone, admin, client)
  return { talk, greeting: await talk.greeting() }
}

/** Postgres' end of the listeners' connections. */
const listeners = async () => (await one.rows(`
  select pid from pg_stat_activity
   where usename = 'frontdesk_worker' and query ~ 'pg_notify\\(' order by pid`))
  .map(({ pid }) => pid)

const cut = () => one.psql(`
  select count(pg_terminate_backend(pid)) from pg_stat_activity
   where usename = 'frontdesk_worker' and query ~ 'pg_notify\\('`)

test('what is known is not asked for again', async () => {
  for (const stack of stacks) {
    await claim(stack)
    assert.equal(await claim(stack), 'known')
  }
})

test('a change is known on every node within a second, and no other client is asked for',
  async () => {
    await Promise.all(stacks.map(known))
    await one.psql("update frontdesk.clients set name = name where id = :'id'",
      { id: one.client('receptionist').id })
    await sleep(CHANGE_MS)
    assert.equal(await claim(one), 'known', 'it was another client')
    await change()
    await sleep(CHANGE_MS)
    for (const stack of stacks) {
      assert.equal(await claim(stack), 'asked')
      assert.equal(await claim(stack), 'known')
    }
  })

test('the next call on either node hears it', async () => {
  const client = one.client('receptionist')
  const [agent] = await admin.get(`/api/agents?client_id=${client.id}`)
  for (const words of ['Good morning from the bakery.', 'Good evening from the bakery.']) {
    const { status } = await admin.request('PUT', `/api/agents/${agent.id}`,
      { body: { initial_greeting: words } })
    assert.equal(status, 200)
    for (const stack of stacks) {
      const { talk, greeting } = await talkTo(stack, client)
      await talk.end()
      assert.equal(greeting, words)
    }
  }

  // The client's name is said at the end: that is no version of the agent.
  for (const name of ['Rosewood Bakery', 'Maple Bakery']) {
    await one.psql("update frontdesk.clients set name = :'name' where id = :'id'",
      { name, id: client.id })
    await sleep(CHANGE_MS)
    for (const stack of stacks) {
      const { talk } = await talkTo(stack, client)
      const words = await talk.ask('goodbye')
      await talk.end()
      assert.match(words, new RegExp(name))
    }
  }
})

test('what changed while a claim was under way is asked for after it', async () => {
  await known(one)
  const backends = (await one.rows(`
    select pid from pg_stat_activity
     where usename = 'frontdesk_worker' and query ~ 'worker.(call|node|phrases|turn|vocabulary)'`))
    .map(({ pid }) => pid)
  assert.ok(backends.length > 0)
  backends.forEach((pid) => process.kill(pid, 'SIGSTOP'))
  let claimed
  try {
    claimed = claim(one)
    await until('a call', async () => await metric(one.demo, 'frontdesk_calls_active') === 1)
    await sleep(CHANGE_MS / 2)
    await change()
    await sleep(CHANGE_MS)
  } finally {
    backends.forEach((pid) => process.kill(pid, 'SIGCONT'))
  }
  assert.equal(await claimed, 'asked')
  assert.equal(await claim(one), 'known')
})

test('a listener that dies has a successor', async () => {
  await Promise.all(stacks.map(known))
  const were = await listeners()
  assert.equal(were.length, 2)
  killed = Math.min(...await new Processes(one.home).workers())
  process.kill(killed, 'SIGKILL')
  await change()
  await sleep(2 * CHANGE_MS)
  assert.equal(await claim(one), 'asked')
  await until('another listener', async () => {
    const are = await listeners()
    return are.length === 2 && were.some((pid) => !are.includes(pid))
  })
  await known(one)
})

test('a connection that is cut costs questions, and hides no change', async () => {
  await Promise.all(stacks.map(known))
  await cut()
  await change()
  await sleep(CHANGE_MS)
  for (const stack of stacks) {
    assert.equal(await claim(stack), 'asked')
  }
  await Promise.all(stacks.map(known))
})

test('nothing is believed for longer than ten seconds without a word of Postgres', async () => {
  await Promise.all(stacks.map(known))
  await one.psql('alter role frontdesk_worker connection limit 0')
  try {
    await cut()
    await change()
    await sleep(GOOD_MS)
    for (const stack of stacks) {
      assert.equal(await claim(stack), 'asked')
      assert.equal(await claim(stack), 'asked', 'nothing is kept now')
      assert.ok(await metric(stack.demo, 'frontdesk_news_age_seconds') >= GOOD_MS / 1000)
    }
  } finally {
    await one.psql('alter role frontdesk_worker connection limit -1')
  }
  await Promise.all(stacks.map(known))
})

test('a Postgres that stopped and came back is asked about everything', async () => {
  await Promise.all(stacks.map(known))
  const { postgres } = one.demo.pids
  process.kill(postgres, 'SIGINT')
  await until('Postgres is gone', () => new Processes(one.home).isGone(postgres))
  await one.start(one.settings)
  await until('listeners', async () => (await listeners()).length === 2)
  for (const stack of stacks) {
    assert.equal(await claim(stack), 'asked')
  }
  await change()
  await sleep(CHANGE_MS)
  for (const stack of stacks) {
    assert.equal(await claim(stack), 'asked')
    await known(stack)
  }
})
