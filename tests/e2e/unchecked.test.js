// SPDX-License-Identifier: BSD-2-Clause
/**
 * What is left when checks are taken away. First the module is one that looks at no role: Postgres
 * refuses all the same. Then its functions do not ask whose a client is either: row level security
 * alone gives nothing away, and lets nothing be changed.
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { Api } from '../phone/api.js'
import { operationsOf } from './operations.js'
import { Stack, freePort, root } from './stack.js'
import { askAsStranger, twoOwners } from './stranger.js'

const AT_ONCE = 6

/* What says 404 or 403 before a row is looked for. */
const CHECKS = ['client_seen', 'client_write', 'client_own', 'client_manage']

await promisify(execFile)('make', ['-s', 'unchecked-stack'], { cwd: root })
const home = await mkdtemp(join(tmpdir(), 'frontdesk-unchecked-'))
const stack = new Stack(home, await freePort())
after(async () => {
  await stack.stop()
  await rm(home, { recursive: true, force: true })
})
await stack.start('', { FRONTDESK_BUILD: join(root, 'build', 'unchecked') })
await stack.watchLogs()

const nobody = new Api(stack.demo.base_url)
const operations = operationsOf((await nobody.request('GET', '/openapi.json')).json)
  .filter(({ isPublic }) => !isPublic)
const two = await twoOwners(stack)
await two.victim.remember()

describe('a module that looks at no role gives nothing away', { concurrency: AT_ONCE }, () => {
  for (const operation of operations) {
    test(`by ${operation.key}`, () => askAsStranger(two, operation))
  }
})

test('and functions are made that ask nothing', async () => {
  for (const name of CHECKS) {
    await stack.psql(`
      create or replace function private.${name}(p_client_id uuid) returns uuid
      language sql stable as 'select p_client_id'`)
  }
})

describe('rows protect themselves', { concurrency: AT_ONCE }, () => {
  for (const operation of operations) {
    test(`from ${operation.key}`, () => askAsStranger(two, operation, null))
  }
})

test('and nothing has changed, and nothing crashed', async () => {
  assert.deepEqual(await two.victim.changed(), [])
  assert.deepEqual(await stack.alarms(), [])
})
