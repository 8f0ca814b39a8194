// SPDX-License-Identifier: BSD-2-Clause
/**
 * How fast the API is: the list of 50 calls with filters, of a client with 20,000 of them, by 64
 * connections, beside what Postgres gives for it and what two other servers make of the same; how
 * long it takes at half of that; and what logins do to calls. One nginx worker on one core, as each
 * of the others; Postgres and the generator share another, so that who waits for Postgres does not
 * take its processor. Once more nginx and pgbench, with Postgres on either core. One line of JSON a
 * figure, and the exit status tells whether all bars hold.
 *
 *   node tests/bench/api.js [--only PART]   list, logins
 *
 * BENCH_SECONDS   measured of each (5), in each of BENCH_ROUNDS (2): the best of them counts
 * BENCH_CALLS     calls of the client (20000)
 *
 * See host.js for more of them.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { root } from '../e2e/stack.js'
import { Api } from '../phone/api.js'
import {
  ALL_CORES, CLIENT_CORE, SERVER_CORE, build, children, cpu, generate, here, launch, main, place,
  port, print, printBar, quiet, rounded, target, withStack
} from './host.js'

const CONNECTIONS = 64
const WARM_S = 1
const LAG_WINDOW_MS = 61000
const ECHO_CALLS = 200
const LOGINS_AT_ONCE = 8
/** As nginx has: the default of `pg_connections`, of one worker. */
const POOL = 4
const PYTHON = '/usr/bin/python3'
const PGBENCH = '/usr/lib/postgresql/15/bin/pgbench'
const PEERS = {
  fastify: { port: port + 1, command: ['node', 'api.fastify.js'], atLeast: 1.5 },
  fastapi: { port: port + 2, command: [PYTHON, 'api_fastapi.py'], atLeast: 5 }
}

const only = process.argv[2] === '--only' ? process.argv[3] : undefined
const seconds = Number(process.env.BENCH_SECONDS ?? 5)
const rounds = Number(process.env.BENCH_ROUNDS ?? 2)
const calls = Number(process.env.BENCH_CALLS ?? 20000)

function show(figure) {
  print({ bench: 'api', ...figure })
}

function showBar(figure, bar) {
  if (!printBar({ bench: 'api', ...figure }, bar)) {
    process.exitCode = 1
  }
}

/** Runs a program to its end and gives what it said. */
async function output(command, args, options = {}) {
  const child = launch(command, args.map(String), {
    stdio: ['ignore', 'pipe', 'inherit'], ...options
  })
  const ended = new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  const parts = []
  child.stdout.on('data', (part) => parts.push(part))
  const status = await ended
  const said = Buffer.concat(parts).toString()
  if (status !== 0) {
    throw new Error(`${command} ended with ${status}: ${said}`)
  }
  return said
}

/** The settings of the stack that all of them need, and whose list it is. */
async function describe(host) {
  const client = host.stack.client('receptionist')
  const { email } = host.stack.demo.users.find((user) => user.email === client.owner_email)
  const api = await Api.as(host.stack.demo, email)
  const { sub, sid } = JSON.parse(Buffer.from(api.token.split('.')[1], 'base64url'))
  const conf = await readFile(join(host.stack.home, 'frontdesk.conf'), 'utf8')
  const [, secret] = /^jwt_secret = (\S+)/m.exec(conf)
  const [, url] = /^api_database_url = (\S+)/m.exec(conf)
  const [, user, password, database, socket] = /\/\/(.+):(.+)@\/(.+)\?host=(.+)/.exec(url)
  // A week that begins with the month may not have begun: then it is all of them.
  const from = new Date()
  from.setUTCDate(from.getUTCDate() > 8 ? from.getUTCDate() - 7 : 1)
  from.setUTCHours(0, 0, 0, 0)
  return {
    host, api, client, user: { id: sub, session: sid, email }, from: from.toISOString(),
    environment: {
      ...process.env, JWT_SECRET: secret, POOL: String(POOL),
      PGHOST: decodeURIComponent(socket), PGUSER: user, PGPASSWORD: password, PGDATABASE: database,
      PGOPTIONS: '-c TimeZone=UTC -c plan_cache_mode=force_generic_plan'
    }
  }
}

const listOf = ({ client, from }) =>
  `/api/call-logs?client_id=${client.id}&status=completed&from=${from}&limit=50`

async function fill({ host, client }) {
  await host.stack.psql(await readFile(join(here, 'api.sql'), 'utf8'),
    { client: client.id, calls })
}

/**
 * wrk's figure of a path, and what processors the server and Postgres took for an answer; those of
 * the first second are thrown away.
 */
async function wrk(on, at, path, server) {
  const run = async (time) => {
    const said = await output('taskset', ['-c', CLIENT_CORE, 'wrk', '--threads', 1,
      '--connections', CONNECTIONS, '--duration', `${time}s`, '--timeout', '10s', '--latency',
      '--header', `Authorization: Bearer ${on.api.token}`, '--script', join(here, 'api.lua'),
      `http://127.0.0.1:${at}${path}`])
    return JSON.parse(said.trimEnd().split('\n').at(-1))
  }
  const taken = async () => [await cpu(server), await cpu([on.host.stack.demo.pids.postgres])]
  await run(WARM_S)
  const before = await taken()
  const figure = await run(seconds)
  const [own, postgres] = (await taken()).map((us, i) =>
    rounded((us - before[i]) / figure.requests, 0))
  return { ...figure, cpu_us: own, postgres_cpu_us: postgres }
}

/**
 * The same function for the same rows by the same user, as nginx sends it: one batch a
 * transaction. A statement before the first batch has pgbench prepare all of them.
 */
async function pgbench({ client, from, user, environment }, folder) {
  const nulls = (n) => Array(n).fill('null').join(', ')
  const script = join(folder, 'api.pgbench')
  await writeFile(script, `\\if :is_new
select 1;
\\set is_new 0
\\endif
\\startpipeline
select api.act_in_session('${user.id}', '${user.session}', 'bench', '127.0.0.1');
select * from api.call_log_list('${client.id}', ${nulls(2)}, 'completed', ${nulls(2)}, '${from}',
    ${nulls(5)}, 50, ${nulls(3)});
\\endpipeline
`)
  const said = await output('taskset', ['-c', SERVER_CORE, PGBENCH, '--no-vacuum', '--protocol',
    'prepared', '--client', POOL, '--define', 'is_new=1', '--time', seconds, '--file', script],
  { env: environment })
  const failed = /^number of failed transactions: (\d+)/m.exec(said)
  if (failed !== null && failed[1] !== '0') {
    throw new Error(`pgbench: ${failed[1]} transactions failed`)
  }
  return { per_s: Number(/^tps = ([\d.]+)/m.exec(said)[1]) }
}

/** Their answers are ours, but for how exact a time is written. */
async function check(on, name, at) {
  const ask = async (base) => {
    const answer = await fetch(`${base}${listOf(on)}`,
      { headers: { authorization: `Bearer ${on.api.token}` } })
    return answer.status === 200 ? answer.json() : []
  }
  const comparable = (row) => JSON.stringify(Object.entries(row)
    .map(([key, value]) => [key, /_at$/.test(key) && value !== null ? Date.parse(value) : value]))
  const [ours, theirs] = await Promise.all([
    ask(on.host.stack.demo.base_url), ask(`http://127.0.0.1:${at}`)])
  if (ours.length !== 50 || theirs.map(comparable).join() !== ours.map(comparable).join()) {
    throw new Error(`${name} does not answer what we do: ${theirs.length} for ${ours.length} rows`)
  }
  const refused = await fetch(`http://127.0.0.1:${at}${listOf(on)}`,
    { headers: { authorization: `Bearer ${on.api.token.slice(0, -6)}AAAAAA` } })
  if (refused.status !== 401) {
    throw new Error(`${name} takes a token that is not ours`)
  }
}

/** Starts a peer on the server's core; throws when it does not answer as we do. */
async function startPeer(on, name) {
  const { port: at, command: [program, file] } = PEERS[name]
  const child = launch(program, [join(here, 'peers', file), String(at)], {
    cwd: join(root, 'tests'), env: on.environment, stdio: ['ignore', 'ignore', 'inherit']
  })
  let failure
  child.once('error', (error) => { failure = error })
  for (let tries = 0; tries < 100 && child.exitCode === null && failure === undefined; tries += 1) {
    if (await fetch(`http://127.0.0.1:${at}/`).catch(() => undefined) !== undefined) {
      await place(child.pid, SERVER_CORE)
      await check(on, name, at)
      return child
    }
    await sleep(100)
  }
  child.kill()
  throw failure ?? new Error(`${name} did not start`)
}

/** Each in turn, and again: what disturbs one round does not disturb them all. */
async function compare(on, folder) {
  const list = listOf(on)
  const servers = {
    frontdesk: () => wrk(on, port, list, on.host.nginx),
    pgbench: () => pgbench(on, folder)
  }
  const peers = []
  for (const name of Object.keys(PEERS)) {
    try {
      const child = await startPeer(on, name)
      peers.push(child)
      servers[name] = () => wrk(on, PEERS[name].port, list, [child.pid])
    } catch (error) {
      // The others' figures are worth having all the same.
      show({ figure: 'list', peer: name, error: error.message })
      process.exitCode = 1
    }
  }
  const best = {}
  try {
    for (let round = 0; round < rounds; round += 1) {
      for (const [name, measure] of Object.entries(servers)) {
        const figure = await measure()
        show({ figure: 'list', peer: name, round, value: figure.per_s, ...figure })
        if (figure.errors > 0) {
          throw new Error(`${name}: ${figure.errors} of ${figure.requests} answers are errors`)
        }
        if (!(figure.per_s <= best[name]?.per_s)) {
          best[name] = figure
        }
      }
    }
  } finally {
    peers.forEach((child) => child.kill())
  }
  return best
}

/** Postgres' processes, and all that come of them, on these cores. */
async function placePostgres({ host }, cores) {
  const { postgres } = host.stack.demo.pids
  await Promise.all([postgres, ...await children(postgres)].map((pid) => place(pid, cores)))
}

async function printAnywhere(on) {
  const [ours, most] = [await wrk(on, port, listOf(on), on.host.nginx),
    await pgbench(on, on.host.stack.home)]
  show({ figure: 'list_to_pgbench_postgres_anywhere', value: rounded(ours.per_s / most.per_s),
    per_s: ours.per_s, pgbench_per_s: most.per_s, p50_ms: ours.p50_ms, p99_ms: ours.p99_ms })
}

function printComparison(best) {
  const ratio = (name) => rounded(best.frontdesk.per_s / best[name]?.per_s)
  show({ figure: 'list_per_s', peer: 'frontdesk', value: best.frontdesk.per_s,
    p50_ms: best.frontdesk.p50_ms, p99_ms: best.frontdesk.p99_ms })
  showBar({ figure: 'list_to_pgbench', peer: 'pgbench', value: ratio('pgbench') },
    { atLeast: 0.8 })
  for (const [name, { atLeast }] of Object.entries(PEERS)) {
    showBar({ figure: `list_to_${name}`, peer: name, value: ratio(name) }, { atLeast })
  }
}

async function printHalf(on, most) {
  let best
  for (let round = 0; round < rounds; round += 1) {
    const [figure] = await generate('paced', ['--port', port, '--path', listOf(on), '--token',
      on.api.token, '--connections', CONNECTIONS, '--rate', Math.max(1, Math.floor(most / 2)),
      '--seconds', seconds, '--warmup', WARM_S],
    { onFigure: (line) => show({ figure: 'half', round, ...line }) })
    if (!(figure.p99_ms >= best?.p99_ms)) {
      best = figure
    }
  }
  showBar({ figure: 'half_p99_ms', value: best.p99_ms, rate: best.rate }, { atMost: 10 })
  showBar({ figure: 'half_errors', value: best.errors }, { atMost: 0 })
}

async function printList(on) {
  await placePostgres(on, CLIENT_CORE)
  const best = await compare(on, on.host.stack.home)
  printComparison(best)
  const conversations = await wrk(on, port, `/api/clients/${on.client.id}/conversations?limit=50`,
    on.host.nginx)
  show({ figure: 'conversations_per_s', value: conversations.per_s, ...conversations })
  await printHalf(on, best.frontdesk.per_s)
  await quiet(on.host)
  await sleep(LAG_WINDOW_MS) // in which the others have had nginx's core
  await wrk(on, port, listOf(on), on.host.nginx)
  await printLag(on, 'list', { atMost: 5 })
  await placePostgres(on, ALL_CORES)
}

/** People who log in, each from an address of its own, until they are told to stop. */
function startLogins({ host, user }) {
  const { password } = host.stack.demo.users.find(({ email }) => email === user.email)
  const count = { done: 0, failed: 0 }
  let isOver = false
  const one = async () => {
    while (!isOver) {
      await new Api(host.stack.demo.base_url).login(user.email, password)
        .then(() => { count.done += 1 }, (error) => {
          count.failed += 1
          count.why = error.message
        })
    }
  }
  const all = Promise.all(Array.from({ length: LOGINS_AT_ONCE }, one))
  return async () => {
    isOver = true
    await all
    return count
  }
}

const echo = (on, bench) => generate('load', ['--bench', bench, '--calls', ECHO_CALLS,
  '--seconds', seconds, ...target(on.host)])

async function printLogins(on) {
  const [alone] = await echo(on, 'api_echo_alone')
  await quiet(on.host)
  const from = performance.now()
  const stop = startLogins(on)
  let beside
  let logins
  try {
    [beside] = await echo(on, 'api_echo_beside_logins')
  } finally {
    logins = await stop()
  }
  show({ figure: 'logins_per_s', failed: logins.failed, why: logins.why,
    value: rounded(logins.done / (performance.now() - from) * 1000, 1) })
  showBar({ figure: 'logins_failed', value: logins.failed }, { atMost: 0 })
  showBar({ figure: 'echo_p99_rise_ms', calls: beside.calls, alone_ms: alone.p99_ms,
    beside_ms: beside.p99_ms, value: rounded(beside.p99_ms - alone.p99_ms) }, { atMost: 5 })
}

/**
 * How late nginx's timers were at worst, in the minute up to now. Where others may have its core,
 * it is how long they had it.
 */
async function printLag({ host }, after, bar) {
  const text = await (await fetch(`${host.stack.demo.base_url}/metrics`)).text()
  const value = (name) => Number(new RegExp(`^${name}\\{.*\\} (\\S+)$`, 'm').exec(text)?.[1])
  const [sum, count] = [value('frontdesk_loop_lag_seconds_sum'),
    value('frontdesk_loop_lag_seconds_count')]
  const figure = { figure: 'loop_lag_max_ms', after,
    value: rounded(value('frontdesk_loop_lag_seconds_max') * 1000),
    mean_ms: rounded(sum / count * 1000) }
  if (bar === undefined) {
    show(figure)
  } else {
    showBar(figure, bar)
  }
}

main('api', async () => {
  await build()
  await withStack({ cores: SERVER_CORE }, async (host) => {
    const on = await describe(host)
    await fill(on)
    show({ figure: 'machine', cores: cpus().length, model: cpus()[0]?.model, calls,
      connections: CONNECTIONS, postgres_connections: POOL })
    if (only !== 'logins') {
      await printList(on)
    }
    if (only !== 'list') {
      await printLogins(on)
      await printLag(on, 'logins')
    }
    if (only !== 'logins') {
      await printAnywhere(on)
      await printLag(on, 'list with Postgres anywhere')
    }
  })
})
