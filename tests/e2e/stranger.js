// SPDX-License-Identifier: BSD-2-Clause
/**
 * What an owner gets who asks for everything of another owner's client, in every operation there
 * is and in every place where an id can stand.
 */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { Business, person } from './business.js'
import {
  KIND_OF_ID, WITH_STEPS, bodyOf, fill, idsAsked, idsIn, namesClient, unknown
} from './operations.js'

const word = () => `zq${randomUUID().replaceAll('-', '').slice(0, 12)}`

/** Two owners with a client each, everything in both. */
export async function twoOwners(stack) {
  const [victimWord, strangerWord] = [word(), word()]
  const [owner, stranger] = await Promise.all(
    [person(stack, victimWord), person(stack, strangerWord)])
  const victim = new Business(stack, owner, victimWord)
  const own = new Business(stack, stranger, strangerWord)
  await Promise.all([victim.fill(), own.fill()])
  return { victim, own, stranger }
}

/** No byte of a business is in an answer. */
export function assertClean(answer, business, what) {
  const bytes = `${answer.status}\n${JSON.stringify(answer.headers)}\n${answer.text}`
  assert.ok(!bytes.includes(business.word), `${what}: ${bytes.slice(0, 2000)}`)
  for (const id of business.ids) {
    assert.ok(!bytes.includes(id), `${what} has ${id}: ${bytes.slice(0, 2000)}`)
  }
}

/** An answer without what is every request's own. */
const plain = ({ status, headers, text }) => {
  const { date, 'x-request-id': id, ...rest } = headers
  return { status, headers: rest, text: text.replaceAll(id, '') }
}

/** As an answer is to a request for other ids: what was asked for may be said again. */
const asAnswerTo = ({ headers: { etag, ...headers }, ...answer }, ids, others) =>
  JSON.parse(Object.entries(ids).reduce((text, [name, id]) => text.replaceAll(id, others[name]),
    JSON.stringify({ ...answer, headers })))

/**
 * Two requests alike but for ids, the victim's and nobody's; their answers are alike. Statuses:
 * those of a refusal; undefined when lists may be empty as well; null when anything may be
 * answered that is said of nobody's, too.
 */
async function assertAlike({ stranger, victim }, method, [known, unknown], what, statuses) {
  const answers = []
  for (const { path, body, headers } of [known, unknown]) {
    answers.push(await stranger.request(method, path, { body, headers }))
  }
  const [answer, other] = answers.map(plain)
  const [first, second] = statuses !== null ? [answer, other]
    : [asAnswerTo(answer, known.ids, unknown.ids), asAnswerTo(other, {}, {})]
  assertClean(first, victim, what)
  assert.deepEqual(first, second, what)
  assert.ok(statuses === null || statuses === undefined || statuses.includes(answer.status),
    `${what}: ${answer.status} ${answer.text.slice(0, 300)}`)
}

const idsOf = ({ client, id, agent }) => JSON.parse(JSON.stringify({ client, id, agent }))

/** The path's object is the victim's; then the client is one's own and only the object is not. */
async function askPaths(two, operation, isRefused) {
  const { victim, own } = two
  const { path, method, kind, hasTag } = operation
  const theirs = await victim.one(kind)
  const body = await bodyOf(operation, own)
  const pairs = [[theirs, unknown(theirs)]]
  if (path.startsWith('/api/clients/{id}/') && path.includes('{', 18) && !theirs.isName) {
    pairs.push(['id', 'client'].map((name) =>
      ({ ...(name === 'id' ? theirs : unknown(theirs)), client: own.client })))
  }
  if (path.startsWith('/api/contacts/{contact}')) {
    pairs.push([theirs.json.phone_number, own.number()].map((id) =>
      ({ id: encodeURIComponent(id) })))
  }
  const headers = hasTag ? [undefined, { 'if-match': '"x"' }] : [undefined]
  for (const pair of pairs) {
    for (const header of headers) {
      await assertAlike(two, method,
        pair.map((object) =>
          ({ path: fill(path, object), body, headers: header, ids: idsOf(object) })),
        `${method} ${fill(path, pair[0])}`, isRefused)
    }
  }
}

/** Everything is one's own but an id in the body. */
async function askBodies(two, operation, isRefused) {
  const { victim, own } = two
  const { path, method, kind } = operation
  for (const name of idsIn(operation)) {
    const object = kind === undefined ? {} : await own.one(kind)
    const [theirs, nobodys] = [(await victim.one(KIND_OF_ID[name])).id, randomUUID()]
    const body = await bodyOf(operation, own)
    await assertAlike(two, method, [theirs, nobodys].map((id) =>
      ({
        path: fill(path, object), body: { ...body, [name]: name === 'ids' ? [id] : id }, ids: { id }
      })),
    `${method} ${path} with ${name}`, isRefused)
  }
}

async function askQueries(two, operation, isRefused) {
  const { victim, own } = two
  const { path, method, kind, query } = operation
  const object = kind === undefined ? {} : await own.one(kind)
  const filled = fill(path, object)
  for (const name of idsAsked(operation)) {
    const theirs = (await victim.one(KIND_OF_ID[name])).id
    await assertAlike(two, method, [theirs, randomUUID()].map((id) =>
      ({ path: `${filled}?${name}=${id}`, ids: { id } })), `${method} ${path}?${name}`,
    isRefused === null ? null : undefined)
  }
  if (query.some(({ name }) => name === 'format')) {
    assertClean(await two.stranger.request(method, `${filled}?format=csv`), victim, path)
  }
}

/** An operation that names nothing: what is "mine" is not the other's. */
async function askMine(two, operation) {
  const { path, method, key, done, right } = operation
  if (method !== 'GET') {
    return
  }
  const answer = await two.stranger.request(method, fill(path, {}))
  assertClean(answer, two.victim, key)
  assert.equal(answer.status, right === 'admin' ? 403 : done, answer.text)
}

/**
 * All of it for one operation.
 * @param {number[] | null} [isRefused] statuses of a refusal; null: only what is given away counts
 */
export async function askAsStranger(two, operation, isRefused = [404]) {
  const { kind, right, key } = operation
  const statuses = right === 'admin' && isRefused !== null ? [403] : isRefused
  if (kind !== undefined) {
    await askPaths(two, operation, statuses)
  } else {
    await askMine(two, operation)
  }
  if (!WITH_STEPS.has(key) && (right !== 'admin' || namesClient(operation))) {
    await askBodies(two, operation, statuses?.[0] === 404 ? [404, 422] : statuses)
  }
  await askQueries(two, operation, isRefused)
}
