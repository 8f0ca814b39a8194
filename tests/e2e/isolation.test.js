// SPDX-License-Identifier: BSD-2-Clause
/**
 * Two owners ask at once, many queries share a connection to Postgres, and connections are killed
 * at random: nobody ever sees a row of the other. ISOLATION_QUERIES says how many; `make proof`
 * asks a million.
 */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Stack, freePort } from './stack.js'

const QUERIES = Number(process.env.ISOLATION_QUERIES ?? 20000)
const AT_ONCE = 64
const KILL_EVERY_MS = 100

/* A stack of its own: others would miss the connections. */
const stack = new Stack(await mkdtemp(join(tmpdir(), 'frontdesk-isolation-')), await freePort())
await stack.start()
after(async () => {
  await stack.stop()
  await rm(stack.home, { recursive: true, force: true })
})

const base = new URL(stack.demo.base_url)
const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })

/** An owner, what to ask, and the ids that must never be in an answer. */
async function personOf(name) {
  const api = await stack.api(name)
  const mine = (await api.request('GET', '/api/clients')).json.map(({ id }) => id)
  const [{ ids }] = await stack.rows(`
    select json_agg(c.id) as ids from frontdesk.clients c
     where not exists (select from frontdesk.client_members m join frontdesk.users u
                           on u.id = m.user_id and u.email like :'name' || '@%'
                        where m.client_id = c.id)`, { name })
  assert.ok(mine.length > 0 && ids.length > 0)
  assert.equal(ids.filter((id) => mine.includes(id)).length, 0)
  const paths = ['/api/clients', '/api/auth/me', '/api/contacts', '/api/active-calls',
    ...mine.slice(0, 2).flatMap((id) => [`/api/clients/${id}`, `/api/clients/${id}/conversations`,
      `/api/clients/${id}/services`])]
  return { token: api.token, email: api.user.email, paths, foreign: ids }
}

function ask(person, path) {
  return new Promise((resolve, reject) => {
    const out = request({
      host: base.hostname, port: base.port, path, agent,
      headers: { authorization: `Bearer ${person.token}` }
    }, (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (part) => { text += part })
      answer.on('end', () => resolve({ status: answer.statusCode, text }))
    })
    out.on('error', reject)
    out.end()
  })
}

test(`${QUERIES} queries of two owners, with connections killed, show nobody the other`, {
  timeout: 60000 + 4 * QUERIES
}, async () => {
  const people = [await personOf('olivia'), await personOf('marco')]
  const statuses = new Map()
  let asked = 0

  async function one() {
    while (asked < QUERIES) {
      const person = people[asked % 2]
      const path = person.paths[(asked >> 1) % person.paths.length]
      asked += 1
      const { status, text } = await ask(person, path)
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
      const stranger = person.foreign.find((id) => text.includes(id))
      assert.equal(stranger, undefined, `${person.email} ${path}: ${stranger}`)
      if (path === '/api/auth/me' && status === 200) {
        assert.equal(JSON.parse(text).email, person.email)
      }
    }
  }

  let killed = 0
  const killer = (async () => {
    while (asked < QUERIES) {
      await sleep(Math.random() * 2 * KILL_EVERY_MS)
      const gone = await stack.psql(`
        select count(pg_terminate_backend(a.pid)) from (
            select pid from pg_stat_activity where usename = 'frontdesk_api'
             order by random() limit 1) a`)
      killed += Number(gone)
    }
  })()

  await Promise.all(Array.from({ length: AT_ONCE }, one))
  await killer
  agent.destroy()

  const fine = statuses.get(200) ?? 0
  assert.deepEqual([...statuses.keys()].filter((status) => ![200, 503].includes(status)), [])
  assert.ok(fine > QUERIES * 0.9, `${fine} of ${QUERIES} were answered`)
  assert.ok(killed > 0, 'connections were killed')
})
