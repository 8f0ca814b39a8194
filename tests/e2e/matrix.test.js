// SPDX-License-Identifier: BSD-2-Clause
/** Every operation of the API for everybody there is. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Api } from '../phone/api.js'
import { Business, expired, person } from './business.js'
import { ELSEWHERE, OWNERS, WITH_STEPS, bodyOf, fill, operationsOf } from './operations.js'
import { askAsStranger, assertClean, twoOwners } from './stranger.js'
import { useStack } from './stack.js'

const AT_ONCE = 6

const stack = await useStack()
const nobody = new Api(stack.demo.base_url)
const operations = operationsOf((await nobody.request('GET', '/openapi.json')).json)
const protectedOnes = operations.filter(({ isPublic }) => !isPublic)

const two = await twoOwners(stack)
const { victim } = two
const owner = victim.api
const [viewer, manager, admin] = await Promise.all(
  [['vic'], ['mia'], ['ada', 'admin']].map(([word, role]) => person(stack, word, role)))
await victim.join(viewer.user, 'viewer')
await victim.join(manager.user, 'manager')
const late = await expired(stack, owner)

describe('the tables', () => {
  test('name what is there, and say of each public operation why it is not here', () => {
    const keys = operations.map(({ key }) => key)
    for (const table of [ELSEWHERE, WITH_STEPS, OWNERS]) {
      assert.deepEqual([...table.keys()].filter((key) => !keys.includes(key)), [])
    }
    assert.deepEqual(operations.filter(({ isPublic }) => isPublic).map(({ key }) => key).sort(),
      [...ELSEWHERE.keys()].sort())
  })

  test('of the database all have something of the client', async () => {
    assert.deepEqual(await victim.missing(), [])
  })
})

/** A request with an object of the owner's that is there. */
async function ask(api, operation, object, options = {}) {
  const { path, method } = operation
  const body = await bodyOf(operation, victim)
  return api.request(method, fill(path, object), { body, ...options })
}

const shared = ({ kind }) => kind === undefined ? {} : victim.one(kind)

describe('without a token that is good', { concurrency: AT_ONCE }, () => {
  for (const operation of protectedOnes) {
    test(`${operation.key} is refused`, async () => {
      for (const token of [null, late]) {
        const answer = await ask(nobody, operation, await shared(operation), { token })
        assert.equal(answer.status, 401, answer.text)
        assertClean(answer, victim, operation.key)
      }
    })
  }
})

await victim.remember()

describe('another owner is told nothing', { concurrency: AT_ONCE }, () => {
  for (const operation of protectedOnes) {
    test(`by ${operation.key}`, () => askAsStranger(two, operation))
  }
})

/** What a person may, by what the operation is; nothing is said of what is missing. */
const RIGHTS = {
  viewer: ['reads'], manager: ['reads', 'writes'], owner: ['reads', 'writes', 'owners'],
  admin: ['reads', 'writes', 'owners', 'admin']
}

const ofClients = protectedOnes.filter(({ right }) => right in
  { reads: 0, writes: 0, owners: 0, admin: 0 })

function refuses(who, api) {
  describe(`a ${who}`, { concurrency: AT_ONCE }, () => {
    for (const operation of ofClients.filter(({ right }) => !RIGHTS[who].includes(right))) {
      test(`may not ${operation.key}`, async () => {
        const answer = await ask(api, operation, await shared(operation))
        assert.equal(answer.status, 403, answer.text)
        assertClean(answer, two.own, operation.key)
      })
    }
  })
}

refuses('viewer', viewer)
refuses('manager', manager)
refuses('owner', owner)

test('nobody who was refused has changed anything', async () => {
  assert.deepEqual(await victim.changed(), [])
})

/** An object for one operation: its own, when that may change it. */
function object({ kind, right, method }) {
  if (kind === undefined) {
    return {}
  }
  const changes = right !== 'reads' && method !== 'GET'
  // Of a new client a manager is none.
  return changes && !(kind === 'clients' && right === 'writes')
    ? victim.make(kind) : victim.one(kind)
}

function allows(who, api) {
  describe(`a ${who}`, { concurrency: AT_ONCE }, () => {
    for (const operation of ofClients.filter(({ right }) => RIGHTS[who].includes(right))) {
      test(`may ${operation.key}`, async () => {
        const answer = await ask(api, operation, await object(operation))
        assert.equal(answer.status, operation.done, answer.text)
        if (who !== 'admin') {
          assertClean(answer, two.own, operation.key)
        }
      })
    }
  })
}

allows('viewer', viewer)
allows('manager', manager)
allows('owner', owner)
allows('admin', admin)

describe('what is the user\'s own', { concurrency: AT_ONCE }, () => {
  const mine = protectedOnes.filter(({ key, right }) =>
    (right === 'own' || right === 'anybody') && !WITH_STEPS.has(key))

  for (const operation of mine) {
    test(`anybody may ${operation.key}`, async () => {
      const somebody = new Business(stack, await person(stack, 'sam'), 'sam')
      const made = operation.kind === undefined ? {} : await somebody.make(operation.kind)
      const body = await bodyOf(operation, somebody)
      const answer = await somebody.api.request(operation.method, fill(operation.path, made),
        { body })
      assert.equal(answer.status, operation.done, answer.text)
      assertClean(answer, victim, operation.key)
    })
  }

  for (const operation of mine.filter(({ kind }) => kind !== undefined)) {
    test(`nobody else may ${operation.key}, not even in the same team`, async () => {
      for (const api of [viewer, manager, admin]) {
        const answer = await ask(api, operation, await victim.one(operation.kind))
        assert.equal(answer.status, 404, answer.text)
        assertClean(answer, victim, operation.key)
      }
    })
  }
})
