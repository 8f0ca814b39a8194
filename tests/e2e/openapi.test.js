// SPDX-License-Identifier: BSD-2-Clause
/** The API's description says what the route table and the database say, and routes do it. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { promisify } from 'node:util'
import { createConfig, lintFromString } from '@redocly/openapi-core'
import { describe as describeApi } from '../../conf/openapi/openapi.js'
import { Api } from '../phone/api.js'
import { psql } from '../phone/database.js'
import { root, useStack } from './stack.js'

const run = promisify(execFile)
const stack = await useStack()
const nobody = new Api(stack.demo.base_url)
const local = new Api(stack.demo.base_url)
local.from = '127.0.0.1'
/** Metrics are for this machine; others may be many who log in from one address. */
const askerOf = (path) => (path === '/metrics' ? local : new Api(stack.demo.base_url))
const served = await nobody.request('GET', '/openapi.json')
const rows = (await run(join(root, 'build', 'rows'))).stdout.trim().split('\n')
  .map((line) => JSON.parse(line))

const SOME_ID = '00000000-0000-4000-8000-000000000000'

/** A path with something in place of its {…}. */
const filled = (path) => path.replaceAll(/\{[^}]+\}/g, (part) =>
  (/\{[ab]|\{n/.test(part) && part.length <= 3 ? '1' : SOME_ID))

const operations = Object.entries(served.json.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })))

describe('the description', () => {
  test('is what make openapi would write now', async () => {
    const query = await readFile(join(root, 'conf', 'openapi', 'columns.sql'), 'utf8')
    const columns = JSON.parse(await psql(stack.home, query))
    assert.deepEqual(served.json, JSON.parse(JSON.stringify(describeApi(rows, columns))),
      'run make openapi, and commit html/public/openapi.json')
  })

  test('has nothing that its linter would change', async () => {
    /* A WebSocket has no 2XX. */
    const config = await createConfig({
      extends: ['recommended'], rules: { 'operation-2xx-response': 'off' }
    })
    const problems = await lintFromString({
      source: served.text, absoluteRef: 'openapi.json', config
    })
    assert.deepEqual(problems.map(({ ruleId, message, location }) =>
      `${ruleId}: ${message} ${location[0]?.pointer}`), [])
  })

  test('has each operation of the table, and no other', () => {
    const listed = rows.flatMap(({ methods, path }) =>
      methods.map((method) => `${method} ${path.replaceAll(/:[a-z]+\}/g, '}')}`))
    assert.deepEqual(operations.map(({ method, path }) => `${method} ${path}`).sort(),
      listed.sort())
    assert.equal(new Set(listed).size, listed.length, 'no operation is in the table twice')
  })
})

describe('each route', () => {
  for (const { path, method, operation } of operations) {
    test(`${method} ${path} is there, and asks who comes`, async () => {
      const { status, headers } = await askerOf(path).request(method.toUpperCase(),
        filled(path))
      assert.notEqual(status, 405)
      assert.ok(status < 500 || status === 503, `${status}`)
      if (operation.security.length > 0) {
        assert.equal(status, 401)
        assert.equal(headers['www-authenticate'], 'Bearer')
      } else {
        assert.notEqual(status, 404)
      }
      for (const [name, value] of [
        ['x-content-type-options', /^nosniff$/], ['referrer-policy', /^no-referrer$/],
        ['strict-transport-security', /max-age=\d{8}/], ['x-request-id', /./],
        ['content-security-policy', /default-src 'none'.*frame-ancestors 'none'/],
        ['cross-origin-opener-policy', /^same-origin$/],
        ['cross-origin-resource-policy', /^same-origin$/], ['permissions-policy', /camera=\(\)/]
      ]) {
        assert.match(headers[name] ?? '', path.startsWith('/ws/') && name !== 'x-request-id'
          ? /^/ : value, name)
      }
      assert.equal(headers.server?.includes('/'), false, 'the version is nobody\'s business')
    })
  }

  for (const [path, methods] of Object.entries(served.json.paths)) {
    test(`${path} refuses what it cannot do, and says what it can`, async () => {
      const known = Object.keys(methods)
      const other = ['delete', 'put', 'post', 'get'].find((method) => !known.includes(method))
      if (other === undefined) {
        return
      }
      const { status, headers } = await askerOf(path).request(other.toUpperCase(), filled(path))
      assert.equal(status, 405)
      assert.deepEqual(headers.allow.toLowerCase().split(/, */)
        .filter((method) => method !== 'head').sort(), known.sort())
    })
  }
})
