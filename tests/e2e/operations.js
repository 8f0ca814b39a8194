// SPDX-License-Identifier: BSD-2-Clause
/**
 * Every operation of the API's description, who may use it, and requests that it takes. What is
 * not derived from the path and the description stands in the tables below, each with its reason:
 * an operation that fits nowhere fails the matrix.
 */
import { randomUUID } from 'node:crypto'

/** Everybody may come, or it is no request; with the story that has it. */
export const ELSEWHERE = new Map(Object.entries({
  'get /voice': 'signed by the carrier: webhook.test.js',
  'post /voice': 'signed by the carrier: webhook.test.js',
  'get /incoming-call': 'signed by the carrier: webhook.test.js',
  'post /incoming-call': 'signed by the carrier: webhook.test.js',
  'get /twilio/voice': 'signed by the carrier: webhook.test.js',
  'post /twilio/voice': 'signed by the carrier: webhook.test.js',
  'get /twilio/resume': 'signed by the carrier: webhook.test.js',
  'post /twilio/resume': 'signed by the carrier: webhook.test.js',
  'get /twilio/transfer-status': 'signed by the carrier: webhook.test.js',
  'post /twilio/transfer-status': 'signed by the carrier: webhook.test.js',
  'get /transfer-callback': 'signed by the carrier: webhook.test.js',
  'post /transfer-callback': 'signed by the carrier: webhook.test.js',
  'get /twilio/call-status': 'signed by the carrier: webhook.test.js',
  'post /twilio/call-status': 'signed by the carrier: webhook.test.js',
  'get /ws/{client_id}/{caller_phone}': 'a WebSocket with a token of its own: token.test.js',
  'get /health': 'no data of anybody: stack.test.js',
  'get /health/live': 'no data of anybody: stack.test.js',
  'get /health/ready': 'no data of anybody: stack.test.js',
  'get /metrics': 'by address: stack.test.js',
  'post /api/auth/register': 'before there is a user: accounts.test.js',
  'post /api/auth/login': 'before there is a token: accounts.test.js',
  'post /auth/login': 'before there is a token: accounts.test.js',
  'post /api/auth/refresh': 'by its cookie: accounts.test.js',
  'post /auth/refresh': 'by its cookie: accounts.test.js',
  'post /api/auth/logout': 'by its cookie: accounts.test.js',
  'post /auth/logout': 'by its cookie: accounts.test.js',
  'get /api/auth/methods': 'the same for everybody: google.test.js',
  'post /api/auth/google/initiate': 'before there is a token: google.test.js',
  'post /auth/google/initiate': 'before there is a token: google.test.js',
  'get /api/auth/google/callback': 'by its state and cookie: google.test.js',
  'get /auth/google/callback': 'by its state and cookie: google.test.js',
  'post /api/auth/google/callback': 'by its state and cookie: google.test.js',
  'post /auth/google/callback': 'by its state and cookie: google.test.js',
  'post /api/auth/verify-email': 'by a token that was mailed: accounts.test.js',
  'post /api/auth/forgot-password': 'before there is a token: accounts.test.js',
  'post /api/auth/reset-password': 'by a token that was mailed: accounts.test.js'
}))

/** Want more than a request; here only who has no token, and another's. */
export const WITH_STEPS = new Map(Object.entries({
  'post /api/auth/resend-verification': 'of an address that is not verified: accounts.test.js',
  'post /api/auth/totp/confirm': 'a code of an authenticator: accounts.test.js',
  'delete /api/auth/totp': 'a code of an authenticator: accounts.test.js',
  'post /api/auth/totp/recovery-codes': 'a code of an authenticator: accounts.test.js',
  'post /api/invitations/accept': 'a token that was mailed: team.test.js'
}))

/** For owners of the client and admins; a manager is refused like a viewer. */
export const OWNERS = new Map(Object.entries({
  'delete /api/clients/{id}': 'the business ends with it',
  'post /api/clients/{id}/members': 'who is in the team is the owners\' choice',
  'put /api/clients/{id}/members/{user_id}': 'nobody gives themselves a role',
  'patch /api/clients/{id}/members/{user_id}': 'nobody gives themselves a role',
  'delete /api/clients/{id}/members/{user_id}': 'who is in the team is the owners\' choice',
  'get /api/clients/{id}/invitations': 'addresses of people who are not in the team yet',
  'get /api/clients/{id}/invitations/{invitation_id}': 'addresses of people not in the team yet',
  'delete /api/clients/{id}/invitations/{invitation_id}': 'as the invitation itself',
  'put /api/clients/{id}/providers/{kind}': 'who has the key pays',
  'delete /api/clients/{id}/providers/{kind}': 'who has the key pays',
  'get /api/invitations/{id}': 'addresses of people who are not in the team yet',
  'delete /api/invitations/{id}': 'as the invitation itself'
}))

/** Not a client's but the user's own: the same for everybody who has logged in. */
const OWN = [
  /^\/api\/auth\//, /^\/api\/api-keys/, /^\/api\/invitations\/accept$/, /^\/api\/templates/
]

/** What is made of nothing: everybody may. */
const ANYBODY = new Set(['post /api/clients'])

/** POSTs that change nothing. */
const READING = new Set(['post /api/clients/{id}/knowledge/search'])

/** The kind of object whose id ends a path, by what stands in front of the id. */
const KINDS = {
  clients: 'clients', 'admin/clients': 'clients', 'admin/client': 'clients',
  'admin/users': 'users', 'admin/conversation': 'conversations', 'admin/jobs': 'jobs',
  'auth/sessions': 'sessions', 'call-logs': 'conversations', transcripts: 'conversations',
  'conversation-logs': 'conversations', 'agent-versions': 'versions'
}

/** The same for all. */
const KEYS = { '/api/templates/{key}': 'general' }

export function kindOf(path) {
  if (!/^\/api\/.*\{/.test(path) || path in KEYS) {
    return undefined
  }
  if (path.startsWith('/api/agents/{id}/versions')) {
    return 'versions'
  }
  const [, item] = /^\/api\/clients\/\{id\}\/([a-z-]+)\/\{/.exec(path) ?? []
  const [, first] = /^\/api\/([a-z/-]+)\/\{/.exec(path)
  return item ?? KINDS[first] ?? first
}

/** elsewhere | admin | own | anybody | owners | reads | writes */
export function rightOf(key, path, method) {
  if (ELSEWHERE.has(key)) {
    return 'elsewhere'
  }
  if (path.startsWith('/api/admin/')) {
    return 'admin'
  }
  if (OWN.some((pattern) => pattern.test(path))) {
    return 'own'
  }
  if (ANYBODY.has(key)) {
    return 'anybody'
  }
  if (OWNERS.has(key)) {
    return 'owners'
  }
  return method === 'get' || READING.has(key) ? 'reads' : 'writes'
}

/** @returns the operations of a description, each with what the tables say of it */
export function operationsOf(description) {
  return Object.entries(description.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const key = `${method} ${path}`
      const content = operation.requestBody?.content
      return {
        key, path, method: method.toUpperCase(), right: rightOf(key, path, method),
        kind: kindOf(path), isPublic: operation.security.length === 0,
        hasTag: '412' in operation.responses,
        done: Number(Object.keys(operation.responses).find((status) => status.startsWith('2'))),
        schema: content?.['application/json']?.schema,
        query: (operation.parameters ?? []).filter((one) => one.in === 'query')
      }
    }))
}

/** Whose id the body names, beside those of the path. */
export const namesClient = ({ schema }) => schema?.properties?.client_id !== undefined

/** What an id in a body or a query is of. */
export const KIND_OF_ID = {
  client_id: 'clients', agent_id: 'agents', department_id: 'departments', service_id: 'services',
  contact_id: 'contacts', campaign_id: 'campaigns', owner_user_id: 'users', actor: 'users',
  ids: 'leads'
}

const isId = (name, schema) => schema.format === 'uuid' || name === 'ids'

/** Fields of the body and of the query that are ids of something else. */
export const idsIn = ({ schema }) => Object.entries(schema?.properties ?? {})
  .filter(([name, property]) => isId(name, property)).map(([name]) => name)
export const idsAsked = ({ query }) => query.filter(({ name, schema }) => isId(name, schema))
  .map(({ name }) => name)

/** A path with an object in it: `{ client, id, agent, n }`. */
export function fill(path, object) {
  const names = path.match(/\{[^}]+\}/g) ?? []
  const values = path.startsWith('/api/agents/{id}/versions')
    ? [object.agent, object.n, object.n]
    : path.startsWith('/api/clients/') ? [object.client, object.id]
      : [KEYS[path] ?? object.id]
  return names.reduce((filled, name, i) => filled.replace(name, values[i]), path)
}

/** The same kind of object, that there is not; a name is the same for every client. */
export const unknown = ({ n, id, isName }) => ({
  client: randomUUID(), id: isName ? id : randomUUID(), agent: randomUUID(), n
})

/** A change that hurts nobody, when no field is required. */
const CHANGES = ['name', 'question', 'note', 'notes', 'role', 'transcript_days', 'routing',
  'status']

let appointments = 0

/** Bodies that a schema alone does not give. */
const BODIES = {
  'put /api/clients/{id}/business-hours': () => ({
    timezone: 'America/New_York', hours: [{ weekday: 1, opens: '09:00', closes: '17:00' }]
  }),
  'put /api/clients/{id}/holidays': ({ text }) => ({
    holidays: [{ day: '2031-01-01', name: text() }]
  }),
  'put /api/clients/{id}/leads': async ({ one }) => ({
    ids: [(await one('leads')).id], status: 'contacted'
  }),
  'post /api/clients/{id}/contacts/import': ({ number, text }) => ({
    rows: [{ phone_number: number(), name: text() }]
  }),
  'post /api/clients/{id}/appointments': ({ text }) => ({
    // Each at a time and a place of its own.
    starts_at: new Date(Date.UTC(2031, 0, 1, appointments++)).toISOString(),
    minutes: 30, resource: text(), customer_name: text()
  }),
  'put /api/clients/{id}/providers/{kind}': () => ({ provider: 'openai', key: randomUUID() }),
  'post /api/admin/settings': () => ({ key: 'e2e_matrix', value: 'x' })
}

function valueOf(name, schema, business) {
  const type = [schema.type].flat()[0]
  if (name === 'client_id') {
    return business.client
  } else if (/phone/.test(name)) {
    return business.number()
  } else if (schema.format === 'email') {
    return `${business.text().replaceAll(' ', '-')}@person.example`
  } else if (schema.enum !== undefined) {
    return name === 'role' ? 'viewer' : schema.enum[0]
  } else if (type === 'integer') {
    return Math.max(schema.minimum ?? 1, 30)
  } else if (type === 'string') {
    return business.text().slice(0, schema.maxLength)
  }
  throw new Error(`what is ${name} to be?`)
}

/** A body that is taken; undefined when there is none. */
export async function bodyOf({ key, schema }, business) {
  if (BODIES[key] !== undefined) {
    return BODIES[key](business)
  }
  if (schema === undefined) {
    return undefined
  }
  const names = schema.required ?? CHANGES.filter((name) => name in schema.properties).slice(0, 1)
  return Object.fromEntries(names.map((name) =>
    [name, valueOf(name, schema.properties[name], business)]))
}
