// SPDX-License-Identifier: BSD-2-Clause
/**
 * Wrong input in every operation of the API: fields there are not, values that fields do not take,
 * filters, cursors and pages that are made up, changes that have been overtaken, POSTs that come
 * twice. What is refused is refused with 400 or 422 and by name; nothing is ever a fault of ours.
 */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import { Api } from '../phone/api.js'
import { Business, person } from './business.js'
import { NEVER, TEXTS, rawBody, wrongJson, wrongQuery } from './nonsense.js'
import { bodyOf, fill, operationsOf } from './operations.js'
import { useStack } from './stack.js'

const AT_ONCE = 6
const WORD = `in${randomUUID().slice(0, 8)}`

const stack = await useStack()
const nobody = new Api(stack.demo.base_url)
const operations = operationsOf((await nobody.request('GET', '/openapi.json')).json)
  .filter(({ isPublic }) => !isPublic)
const owner = await person(stack, WORD)
const admin = await person(stack, 'ada', 'admin')
const business = await new Business(stack, owner, WORD).fill()

/** Each body once, though several operations have it. */
const withBodies = [...new Map(operations.filter(({ schema }) => schema !== undefined)
  .reverse().map((operation) => [JSON.stringify(operation.schema), operation])).values()]

const apiOf = ({ right }) => right === 'admin' ? admin : owner
const pathOf = async ({ path, kind }) =>
  fill(path, kind === undefined ? {} : await business.one(kind))

async function send(operation, body, headers) {
  const { method } = operation
  return apiOf(operation).request(method, await pathOf(operation), { body, headers })
}

/** A body that is fine, though it be of an operation that wants more than that. */
const goodBody = (operation) => bodyOf(operation, business)

function assertRefused(answer, field, what) {
  assert.ok([400, 413, 422].includes(answer.status), `${what}: ${answer.status} ${answer.text}`)
  const { detail, errors } = answer.json
  assert.equal(typeof detail, 'string', what)
  assert.ok(errors === undefined || errors.some((error) => error.field.startsWith(field)),
    `${what}: ${answer.text}`)
}

/** Free text, but for what would log everybody out. */
const isText = ([name, { type, format, enum: choices, pattern }]) =>
  [type].flat().includes('string') && format === undefined && choices === undefined
    && pattern === undefined && !/password/.test(name)

/** In words: a conflict, a wrong value, a code or a token that is none. */
const REFUSALS = [400, 401, 403, 404, 409, 422, 429]

/** What a search must not choke on. */
const BOMBS = ['(((((((((a+)+)+)+)+)+)+)+)+$', 'a & b | !c <-> d:*', '"', "'", ':*', '\\', '%', '_',
  'a '.repeat(50)]

/** They are not ids of anything, however they are read. */
const IDS = ['0', '-1', 'null', 'undefined', '*', '\0', '{00000000-0000-4000-8000-000000000000}',
  '00000000-0000-4000-8000-00000000000g', '["x"]', "' or ''='", '$1', '%2e%2e', '\ud7ff']

/** A field of a body with another value, where a fresh body may be the same again. */
const another = (body) => 'seconds' in body ? { seconds: body.seconds + 1 }
  : 'value' in body ? { value: randomUUID() }
    : 'client_id' in body ? { name: randomUUID() } : {}

describe('ids', { concurrency: AT_ONCE }, () => {
  for (const operation of operations.filter(({ kind }) => kind !== undefined)) {
    const { key, path, method, schema } = operation

    test(`${key} knows none that are no ids`, async () => {
      const body = schema === undefined ? undefined : await goodBody(operation)
      for (const id of IDS) {
        const answer = await apiOf(operation).request(method,
          path.replaceAll(/\{[^}]+\}/g, encodeURIComponent(id)), { body })
        assert.ok([400, 404].includes(answer.status), `${id}: ${answer.status} ${answer.text}`)
        assert.equal(typeof answer.json.detail, 'string')
      }
    })
  }
})

// First, as long as no text of the client is one of these.
describe('queries', { concurrency: AT_ONCE }, () => {
  for (const operation of operations.filter(({ query }) => query.length > 0)) {
    const { key, method, query } = operation

    test(`${key} takes nothing else for its filters`, async () => {
      const path = await pathOf(operation)
      for (const { name, schema } of query) {
        for (const text of wrongQuery(name, schema)) {
          const answer = await apiOf(operation).request(method, `${path}?${name}=${text}`)
          assertRefused(answer, name, `${name}=${text.slice(0, 60)}`)
        }
      }
      for (const name of ['tenant_id', 'order_by', 'select', 'user_id', query[0].name]) {
        const twice = name === query[0].name ? `${name}=1&` : ''
        const answer = await apiOf(operation).request(method, `${path}?${twice}${name}=1`)
        assertRefused(answer, name, name)
      }
    })

    test(`${key} looks for words as they are, and for pages that are not there`, async () => {
      const path = await pathOf(operation)
      const pages = query.some(({ name }) => name === 'offset') ? ['offset=1000000'] : []
      const words = query.filter(({ name, schema }) => isText([name, schema]) && name !== 'cursor')
        .flatMap(({ name, schema }) => Object.values(TEXTS).concat(BOMBS)
          .map((text) => `${name}=${encodeURIComponent(text.slice(0, schema.maxLength))}`))
      for (const asked of [...pages, ...words]) {
        const answer = await apiOf(operation).request(method, `${path}?${asked}`)
        assert.ok(answer.status === 200 || (REFUSALS.includes(answer.status)
          && !asked.startsWith('q=')), `${asked}: ${answer.status} ${answer.text}`)
        assert.ok(!asked.startsWith('q=') || !answer.text.includes(WORD), `${asked} found all`)
        assert.ok(!pages.includes(asked) || answer.text === '[]', answer.text.slice(0, 200))
      }
    })
  }
})

describe('bodies', { concurrency: AT_ONCE }, () => {
  for (const operation of withBodies) {
    const { key, schema } = operation

    test(`${key} takes no field that is not its own`, async () => {
      const body = await goodBody(operation)
      for (const name of NEVER.filter((one) => !Object.hasOwn(schema.properties, one))) {
        const answer = await send(operation, rawBody(body, name, '"x"'))
        assert.equal(answer.status, 400, `${name}: ${answer.text}`)
        assertRefused(answer, name, name)
      }
    })

    test(`${key} keeps texts as they are, or refuses them`, async () => {
      for (const [name, property] of Object.entries(schema.properties).filter(isText)) {
        for (const [what, text] of Object.entries(TEXTS)) {
          const cut = text.slice(0, property.maxLength)
          const answer = await send(operation, { ...await goodBody(operation), [name]: cut })
          if (answer.status < 300) {
            // Secrets are not read back.
            const kept = answer.json[name] ?? cut
            assert.ok([cut, cut.trim()].includes(kept) || kept.startsWith('****'),
              `${name}, ${what}: ${answer.text}`)
          } else {
            assert.ok(REFUSALS.includes(answer.status), `${name}, ${what}: ${answer.text}`)
          }
        }
      }
    })

    test(`${key} takes nothing else for its fields`, async () => {
      const body = await goodBody(operation)
      for (const [name, property] of Object.entries(schema.properties)) {
        for (const raw of wrongJson(property, schema.required?.includes(name))) {
          assertRefused(await send(operation, rawBody(body, name, raw)), name,
            `${name}: ${raw.slice(0, 60)}`)
        }
      }
      for (const raw of ['[]', 'null', '"x"', '5', '', '{', '{}{}', '[{}]', '{"a":1,"a":1}']) {
        const answer = await send(operation, raw, { 'content-type': 'application/json' })
        const isEmpty = raw === '' && schema.required === undefined
        assert.ok(isEmpty || answer.status === 400, `${raw}: ${answer.status} ${answer.text}`)
      }
    })
  }
})

describe('changes', { concurrency: AT_ONCE }, () => {
  const places = new Map(operations.filter(({ method }) => method === 'GET')
    .map((operation) => [operation.path, operation]))

  for (const operation of operations.filter(({ hasTag, path, right }) =>
    hasTag && places.has(path) && right !== 'own')) {
    const { key, path, method, kind } = operation

    test(`${key} that has been overtaken is refused`, async () => {
      const api = apiOf(operation)
      const place = fill(path, await business.make(kind))
      const before = await api.request('GET', place)
      assert.equal(before.status, 200, before.text)
      const body = await goodBody(operation)
      const stale = await api.request(method, place, { body, headers: { 'if-match': '"stale"' } })
      assert.equal(stale.status, 412, stale.text)
      const { headers: { etag }, text } = await api.request('GET', place)
      assert.equal(text, before.text)
      if (method === 'DELETE') {
        return
      }
      const answers = await Promise.all([1, 2].map(async () => api.request(method, place,
        { body: await goodBody(operation), headers: { 'if-match': etag } })))
      const same = answers.every((answer) => answer.headers.etag === etag)
      assert.deepEqual(answers.map(({ status }) => status).sort(), [200, same ? 200 : 412],
        answers.map((answer) => answer.text).join())
    })
  }
})

describe('POSTs', { concurrency: AT_ONCE }, () => {
  for (const operation of operations.filter(({ method, right }) =>
    method === 'POST' && right !== 'own')) {
    test(`${operation.key} with one key is done once`, async () => {
      const object = operation.kind === undefined ? {} : await business.make(operation.kind)
      const path = fill(operation.path, object)
      const body = await goodBody(operation)
      const headers = { 'idempotency-key': randomUUID() }
      const post = (what) => apiOf(operation).request('POST', path, { body: what, headers })

      const answers = await Promise.all([1, 2, 3].map(() => post(body)))
      const done = answers.filter(({ status }) => status === operation.done)
      assert.ok(done.length > 0 && answers.every(({ status }) =>
        status === operation.done || status === 409), answers.map(({ text }) => text).join())
      const again = await post(body)
      assert.equal(again.headers['idempotency-replayed'], 'true')
      assert.deepEqual(new Set([...done, again].map(({ text }) => text)).size, 1)
      if (body !== undefined) {
        assert.equal((await post({ ...await goodBody(operation), ...another(body) })).status, 422)
      }
    })
  }
})

test('who speaks for another address is not believed, nor who says another host', async () => {
  const id = `e2e-${randomUUID()}`
  const path = `/api/clients/${business.client}/services`
  const answer = await owner.request('POST', path, {
    body: { name: business.text(), minutes: 30 },
    headers: {
      'x-request-id': id, host: 'evil.example', 'x-forwarded-for': '203.0.113.77',
      'x-real-ip': '203.0.113.77', forwarded: 'for=203.0.113.77',
      'x-forwarded-host': 'evil.example', 'x-original-url': '/api/admin/users',
      'x-http-method-override': 'DELETE', 'x-tenant-id': '1',
      'x-client-id': stack.client('receptionist', 'marco').id
    }
  })
  assert.equal(answer.status, 201, answer.text)
  assert.equal(answer.json.client_id, business.client)
  assert.ok(!JSON.stringify([answer.headers, answer.text]).includes('evil'), answer.text)
  const [row] = await stack.rows(`
    select address from frontdesk.audit_log where request_id = :'id'`, { id })
  assert.equal(row.address, owner.from)
})

test('a number that is somebody\'s here is refused alike, whoever that is', async () => {
  const place = `/api/clients/${business.client}/phone-numbers`
  const mine = await business.make('phone-numbers')
  const known = [mine.json.phone_number, stack.client('receptionist', 'marco').number]
  const answers = await Promise.all(known.map((number) =>
    owner.request('POST', place, { body: { phone_number: number } })))
  assert.deepEqual(answers.map(({ status }) => status), [409, 409])
  assert.equal(answers[0].text, answers[1].text)
})
