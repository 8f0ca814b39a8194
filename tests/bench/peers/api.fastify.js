// SPDX-License-Identifier: BSD-2-Clause
/**
 * A yardstick: the list of calls on Fastify and node-postgres: the same token is checked, the same
 * user acted as, the same function asked in a transaction, and the same fields answered.
 *
 *   JWT_SECRET=... POOL=4 PGHOST=... node api.fastify.js PORT
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import Fastify from 'fastify'
import pg from 'pg'

const ACT = { name: 'act', text: 'select api.act_in_session($1, $2)' }
/** As FrontDesk asks: what is absent is a parameter too. */
const LIST = {
  name: 'list',
  text: 'select * from api.call_log_list($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, '
    + '$14, $15, $16)'
}
const valuesOf = (query) => [
  query.client_id, null, null, query.status, null, null, query.from, null, null, null, null, null,
  query.limit, null, null, null
]
const UUID = { type: 'string', format: 'uuid' }
const TEXT = { type: 'string', nullable: true }
const TIME = { type: 'string', format: 'date-time', nullable: true }
const COUNT = { type: 'integer', nullable: true }
const FLAG = { type: 'boolean', nullable: true }

/** With a schema Fastify makes a function that writes this JSON, which is its quickest way. */
const CALLS = {
  type: 'array',
  items: {
    type: 'object',
    properties: {
      id: UUID, client_id: UUID, agent_id: TEXT, agent_name: TEXT, campaign_id: TEXT,
      contact_id: TEXT, contact_name: TEXT, caller_phone: TEXT, called_phone: TEXT,
      direction: TEXT, call_type: TEXT, status: TEXT, ended_reason: TEXT, created_at: TIME,
      answered_at: TIME, ended_at: TIME, duration: COUNT, settled_seconds: COUNT,
      turn_count: COUNT, summary: TEXT, sentiment: TEXT, has_lead: FLAG, has_appointment: FLAG,
      node: TEXT, erased_at: TIME
    }
  }
}
const QUERY = {
  type: 'object',
  required: ['client_id'],
  additionalProperties: false,
  properties: {
    client_id: UUID,
    status: { type: 'string', enum: ['completed', 'failed', 'busy', 'no_answer', 'canceled'] },
    from: { type: 'string', format: 'date-time' },
    limit: { type: 'integer', minimum: 1, maximum: 10000, default: 50 }
  }
}

const pool = new pg.Pool({ max: Number(process.env.POOL) })
pool.on('error', (error) => process.stderr.write(`api.fastify: ${error.message}\n`))
const secret = process.env.JWT_SECRET

/** The claims of a token that is ours and has not expired; undefined of any other. */
function claimsOf(token) {
  const [header, payload, mac] = token.split('.')
  if (mac === undefined) {
    return undefined
  }
  const given = Buffer.from(mac, 'base64url')
  const right = createHmac('sha256', secret).update(`${header}.${payload}`).digest()
  if (given.length !== right.length || !timingSafeEqual(given, right)
    || JSON.parse(Buffer.from(header, 'base64url')).alg !== 'HS256') {
    return undefined
  }
  const claims = JSON.parse(Buffer.from(payload, 'base64url'))
  return claims.exp > Date.now() / 1000 ? claims : undefined
}

async function callsOf(claims, query) {
  const connection = await pool.connect()
  try {
    await connection.query('begin')
    await connection.query({ ...ACT, values: [claims.sub, claims.sid] })
    const { rows } = await connection.query({ ...LIST, values: valuesOf(query) })
    await connection.query('commit')
    connection.release()
    return rows
  } catch (error) {
    connection.release(error)
    throw error
  }
}

const app = Fastify()
app.get('/api/call-logs', { schema: { querystring: QUERY, response: { 200: CALLS } } },
  async (request, reply) => {
    const [kind, token] = (request.headers.authorization ?? '').split(' ')
    const claims = kind === 'Bearer' && token !== undefined ? claimsOf(token) : undefined
    if (claims === undefined) {
      return reply.code(401).send()
    }
    return callsOf(claims, request.query)
  })

await app.listen({ host: '127.0.0.1', port: Number(process.argv[2]), backlog: 4096 })
