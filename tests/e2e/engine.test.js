// SPDX-License-Identifier: BSD-2-Clause
/** What every route does alike: checks, tags, cursors, keys, CSV. Services of a client show it. */
import assert from 'node:assert/strict'
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import { useStack } from './stack.js'

const stack = await useStack()
const olivia = await stack.api('olivia')
const marco = await stack.api('marco')
const client = stack.client('receptionist').id
const list = `/api/clients/${client}/services`

const name = () => `Service ${randomUUID().slice(0, 13)}`
const ask = (method, path, body, headers) => olivia.request(method, path, { body, headers })
const create = async (body = {}, headers = {}) => {
  const answer = await ask('POST', list, { name: name(), minutes: 30, ...body }, headers)
  assert.equal(answer.status, 201, answer.text)
  return answer
}
const fields = ({ json }) => json.errors?.map(({ field }) => field)

describe('objects', { concurrency: true }, () => {
  test('are made, read, changed and removed', async () => {
    const made = await create({ name: 'A "quoted", ümlaut 🦷', minutes: 45 })
    assert.equal(made.headers.location, `/api/services/${made.json.id}`)
    assert.match(made.headers.etag, /^"[0-9a-f]{32}"$/)
    assert.equal(made.json.name, 'A "quoted", ümlaut 🦷')
    assert.equal(made.json.is_active, true)

    const read = await ask('GET', made.headers.location)
    assert.equal(read.status, 200)
    assert.deepEqual(read.json, made.json)
    assert.equal(read.headers.etag, made.headers.etag)

    const changed = await ask('PUT', made.headers.location, { minutes: 50 })
    assert.equal(changed.status, 200)
    assert.equal(changed.json.minutes, 50)
    assert.equal(changed.json.name, made.json.name)
    assert.notEqual(changed.headers.etag, made.headers.etag)
    const patched = await ask('PATCH', made.headers.location, { is_active: false })
    assert.equal(patched.json.is_active, false)
    assert.equal((await ask('GET', made.headers.location)).headers.etag, patched.headers.etag)

    const removed = await ask('DELETE', made.headers.location)
    assert.equal(removed.status, 200)
    assert.deepEqual(removed.json, { message: 'Service deleted successfully' })
    assert.equal((await ask('GET', made.headers.location)).status, 404)
    assert.equal((await ask('DELETE', made.headers.location)).status, 404)
  })

  test("another owner's are not there", async () => {
    const { headers: { location } } = await create()
    for (const [method, body] of [['GET'], ['PUT', { minutes: 5 }], ['DELETE']]) {
      assert.equal((await marco.request(method, location, { body })).status, 404, method)
    }
    const made = await marco.request('POST', list, { body: { name: name(), minutes: 5 } })
    assert.equal(made.status, 404)
  })

  test('are there once a name', async () => {
    const { json } = await create()
    const again = await ask('POST', list, { name: json.name, minutes: 5 })
    assert.equal(again.status, 409)
    assert.deepEqual(Object.keys(again.json), ['detail'])
  })
})

describe('bodies', { concurrency: true }, () => {
  for (const [what, body, where] of [
    ['a field that is not known', { name: 'x', minutes: 5, colour: 'red' }, ['colour']],
    ['nothing', {}, ['name', 'minutes']],
    ['nothing at all', undefined, ['name', 'minutes']],
    ['null', { name: null, minutes: 5 }, ['name']],
    ['an empty text', { name: '', minutes: 5 }, ['name']],
    ['a long text', { name: '🦷'.repeat(101), minutes: 5 }, ['name']],
    ['a text for a number', { name: 'x', minutes: '5' }, ['minutes']],
    ['half a minute', { name: 'x', minutes: 5.5 }, ['minutes']],
    ['many minutes', { name: 'x', minutes: 1441 }, ['minutes']],
    ['all of it', { name: 5, minutes: 'x', position: -1, is_active: 0, more: 1 },
      ['name', 'minutes', 'position', 'is_active', 'more']]
  ]) {
    test(`with ${what} are refused, and what is wrong is named`, async () => {
      const answer = await ask('POST', list, body)
      assert.equal(answer.status, 400, answer.text)
      assert.deepEqual(fields(answer), where)
      assert.ok(answer.json.errors.every(({ message }) => message.endsWith('.')), answer.text)
    })
  }

  test('of a hundred characters, four bytes each, fit', async () => {
    await create({ name: `${'🦷'.repeat(87)}${randomUUID().slice(0, 13)}` })
  })

  test('that are none of JSON are refused', async () => {
    assert.equal((await ask('POST', list, '{"name":')).status, 400)
    assert.equal((await ask('POST', list, '[]')).status, 400)
    assert.equal((await ask('POST', list, '{"name":"a","name":"b","minutes":5}')).status, 400)
    assert.equal((await ask('POST', list, 'name=x', {
      'content-type': 'application/x-www-form-urlencoded' })).status, 415)
    assert.equal((await ask('POST', list, `"${'x'.repeat(1100000)}"`)).status, 413)
  })

  test('of a GET do not matter', async () => {
    assert.equal((await ask('GET', list, '{"nonsense')).status, 200)
  })
})

describe('queries', { concurrency: true }, () => {
  for (const [query, where] of [
    ['colour=red', ['colour']], ['limit=101', ['limit']], ['limit=0', ['limit']],
    ['offset=-1', ['offset']], ['is_active=maybe', ['is_active']], ['limit', ['limit']],
    ['limit=5&limit=6', ['limit']], ['cursor=abc', ['cursor']], ['is_active=%ff', ['is_active']],
    ['limit=x&offset=y&sort=z', ['limit', 'offset', 'sort']], ['format=xml', ['format']]
  ]) {
    test(`?${query} is refused by name`, async () => {
      const answer = await ask('GET', `${list}?${query}`)
      assert.equal(answer.status, 400, answer.text)
      assert.deepEqual(fields(answer), where)
    })
  }

  test('filter', async () => {
    const { json } = await create({ is_active: false })
    const active = await ask('GET', `${list}?is_active=true&limit=100`)
    const passive = await ask('GET', `${list}?is_active=%66alse&limit=100`)
    assert.ok(!active.json.some(({ id }) => id === json.id))
    assert.ok(passive.json.some(({ id }) => id === json.id))
  })

  test('a list has no objects but its own address', async () => {
    for (const path of ['/api/services', '/api/services/', '/api/services/x',
      `/api/services/${randomUUID()}/x`]) {
      assert.equal((await ask('GET', path)).status, 404, path)
    }
  })
})

test('a list is walked by its links, each row once, whatever comes meanwhile', async () => {
  for (let n = 0; n < 5; n++) {
    await create({ position: 7000 })
  }
  const seen = []
  let path = `${list}?limit=3`
  for (let pages = 0; path !== undefined; pages++) {
    assert.ok(pages < 100, 'there is an end')
    const page = await ask('GET', path)
    assert.equal(page.status, 200, page.text)
    seen.push(...page.json.map(({ id }) => id))
    if (pages === 0) {
      await create({ position: 0 })
    }
    path = /^<([^>]+)>; rel="next"$/.exec(page.headers.link ?? '')?.[1]
  }
  assert.equal(new Set(seen).size, seen.length)
  const all = await ask('GET', `${list}?limit=100`)
  assert.ok(seen.length >= all.json.length - 1)
  assert.equal(Number(all.headers['x-total-count']), all.json.length)
  assert.equal(all.headers.link, undefined)
})

describe('tags', { concurrency: true }, () => {
  test('say that nothing is new', async () => {
    const { headers: { location, etag } } = await create()
    const same = await ask('GET', location, undefined, { 'if-none-match': etag })
    assert.equal(same.status, 304)
    assert.equal(same.text, '')
    assert.equal(same.headers.etag, etag)
    assert.equal((await ask('GET', location, undefined, { 'if-none-match': `W/${etag}` })).status,
      304)
    assert.equal((await ask('GET', location, undefined, { 'if-none-match': '"x"' })).status, 200)
    await ask('PUT', location, { minutes: 31 })
    assert.equal((await ask('GET', location, undefined, { 'if-none-match': etag })).status, 200)
  })

  test('keep who knows an old one from changing', async () => {
    const { headers: { location, etag } } = await create()
    const first = await ask('PUT', location, { minutes: 31 }, { 'if-match': etag })
    assert.equal(first.status, 200, first.text)
    for (const [method, body] of [['PUT', { minutes: 32 }], ['PATCH', { minutes: 32 }],
      ['DELETE']]) {
      const stale = await ask(method, location, body, { 'if-match': etag })
      assert.equal(stale.status, 412, method)
      assert.equal(typeof stale.json.detail, 'string')
    }
    assert.equal((await ask('GET', location)).json.minutes, 31)
    const weak = await ask('PUT', location, { minutes: 32 },
      { 'if-match': `W/${first.headers.etag}` })
    assert.equal(weak.status, 412, 'a weak tag matches nothing')
    const many = await ask('PUT', location, { minutes: 33 },
      { 'if-match': `"x", ${first.headers.etag}` })
    assert.equal(many.status, 200)
    assert.equal((await ask('PUT', location, { minutes: 34 }, { 'if-match': '*' })).status, 200)
    assert.equal((await ask('PUT', location, { minutes: 34 }, { 'if-match': 'x' })).status, 400)
    assert.equal((await ask('PUT', `/api/services/${randomUUID()}`, { minutes: 34 },
      { 'if-match': '*' })).status, 404)
  })

  test('let one of many at once through', async () => {
    const { headers: { location, etag } } = await create()
    const answers = await Promise.all(Array.from({ length: 12 }, (_, n) =>
      ask('PUT', location, { minutes: 40 + n }, { 'if-match': etag })))
    const statuses = answers.map(({ status }) => status).sort()
    assert.deepEqual(statuses, [200, ...Array(11).fill(412)])
    const winner = answers.find(({ status }) => status === 200)
    assert.deepEqual((await ask('GET', location)).json, winner.json)
  })
})

describe('a POST with a key', { concurrency: true }, () => {
  const key = () => ({ 'idempotency-key': randomUUID() })

  test('is done once, and answered with the same bytes', async () => {
    const body = { name: name(), minutes: 20 }
    const headers = key()
    const first = await ask('POST', list, body, headers)
    const second = await ask('POST', list, body, headers)
    assert.equal(first.status, 201, first.text)
    assert.equal(second.status, 201, second.text)
    assert.equal(second.text, first.text)
    assert.equal(second.headers.location, first.headers.location)
    assert.equal(second.headers.etag, first.headers.etag)
    assert.equal(first.headers['idempotency-replayed'], undefined)
    assert.equal(second.headers['idempotency-replayed'], 'true')
    const read = await ask('GET', first.headers.location)
    assert.equal(read.text, first.text, 'and as a GET has it')
    assert.equal(read.headers.etag, first.headers.etag)
  })

  test('is refused with another body, or at another place', async () => {
    const headers = key()
    await create({}, headers)
    assert.equal((await ask('POST', list, { name: name(), minutes: 1 }, headers)).status, 400)
    assert.equal((await ask('POST', list, { name: name(), minutes: 5 }, headers)).status, 422)
  })

  test('that failed may be done again', async () => {
    const headers = key()
    const { json } = await create()
    const body = { name: json.name, minutes: 20 }
    assert.equal((await ask('POST', list, body, headers)).status, 409)
    await ask('DELETE', `/api/services/${json.id}`)
    const again = await ask('POST', list, body, headers)
    assert.equal(again.status, 201)
    assert.equal(again.headers['idempotency-replayed'], undefined)
  })

  test('at once many times makes one', async () => {
    const body = { name: name(), minutes: 20 }
    const headers = key()
    const answers = await Promise.all(Array.from({ length: 10 },
      () => ask('POST', list, body, headers)))
    assert.ok(answers.every(({ status }) => status === 201 || status === 409),
      answers.map(({ status }) => status).join(' '))
    const made = answers.filter(({ status }) => status === 201)
    assert.ok(made.length > 0)
    assert.equal(new Set(made.map(({ text }) => text)).size, 1)
    const all = await ask('GET', `${list}?limit=100`)
    assert.equal(all.json.filter((service) => service.name === body.name).length, 1)
  })

  test("of another user's is another key", async () => {
    const headers = key()
    await create({}, headers)
    const theirs = `/api/clients/${stack.client('receptionist', 'marco').id}/services`
    const answer = await marco.request('POST', theirs,
      { body: { name: name(), minutes: 5 }, headers })
    assert.equal(answer.status, 201, answer.text)
  })

  test('that is none is refused', async () => {
    for (const wrong of ['', 'x'.repeat(256), 'ü']) {
      const answer = await ask('POST', list, { name: name(), minutes: 5 },
        { 'idempotency-key': Buffer.from(wrong).toString('latin1') })
      assert.equal(answer.status, 400, wrong)
    }
  })
})

describe('methods', { concurrency: true }, () => {
  test('that a path does not know are answered with those it does', async () => {
    const { headers: { location } } = await create()
    const post = await ask('POST', location, {})
    assert.equal(post.status, 405)
    assert.equal(post.headers.allow, 'GET, HEAD, PUT, PATCH, DELETE')
    const remove = await ask('DELETE', list)
    assert.equal(remove.status, 405)
    assert.equal(remove.headers.allow, 'GET, HEAD, POST')
  })

  test('HEAD is a GET without its body', async () => {
    const { headers: { location, etag } } = await create()
    const head = await ask('HEAD', location)
    assert.equal(head.status, 200)
    assert.equal(head.text, '')
    assert.equal(head.headers.etag, etag)
  })
})

describe('CSV', { concurrency: true }, () => {
  test('is another form of a list', async () => {
    const { json } = await create({ name: `=1+1,"${randomUUID().slice(0, 8)}"` })
    for (const [path, headers] of [[`${list}?format=csv`, {}], [list, { accept: 'text/csv' }]]) {
      const { status, headers: { 'content-type': type, 'content-disposition': place }, text } =
        await ask('GET', path, undefined, headers)
      assert.equal(status, 200)
      assert.equal(type, 'text/csv; charset=utf-8')
      assert.equal(place, 'attachment; filename="services.csv"')
      const lines = text.split('\r\n')
      assert.equal(lines[0], 'id,client_id,name,minutes,position,is_active,created_at,updated_at')
      const line = lines.find((one) => one.startsWith(json.id))
      assert.ok(line.includes(`,"'${json.name.replaceAll('"', '""')}",30,`), line)
      assert.ok(line.endsWith(`,true,${json.created_at},${json.updated_at}`), line)
    }
    assert.equal((await ask('GET', `${list}?format=csv&limit=10000`)).status, 200)
    assert.equal((await ask('GET', `${list}?limit=10000`)).status, 400)
    assert.equal((await ask('GET', '/api/clients?format=csv')).status, 400)
  })
})

describe('API keys', { concurrency: true }, () => {
  /** One in the database, as it keeps them. */
  const keyOf = async (user, readOnly) => {
    const key = `fdk_${randomBytes(32).toString('base64url')}`
    await stack.psql(`
      insert into frontdesk.api_keys (user_id, name, prefix, key_hash, read_only)
      values (:'user', 'e2e', :'prefix', :'hash', :'read_only')`, {
      user, prefix: key.slice(0, 12), hash: createHash('sha256').update(key).digest('hex'),
      read_only: readOnly
    })
    return key
  }

  test('speak for their user', async () => {
    const token = await keyOf(olivia.user.id, false)
    const body = { name: name(), minutes: 15 }
    const headers = { 'idempotency-key': randomUUID() }
    const made = await olivia.request('POST', list, { token, body, headers })
    assert.equal(made.status, 201, made.text)
    assert.equal((await olivia.request('GET', list, { token })).status, 200)
    const others = stack.client('receptionist', 'marco').id
    assert.equal((await olivia.request('GET', `/api/clients/${others}`, { token })).status, 404)
    assert.equal((await olivia.request('POST', list, { token, body, headers })).text, made.text)
  })

  test('that only read change nothing', async () => {
    const token = await keyOf(olivia.user.id, true)
    const made = await olivia.request('POST', list,
      { token, body: { name: name(), minutes: 15 } })
    assert.equal(made.status, 403, made.text)
    assert.equal((await olivia.request('GET', list, { token })).status, 200)
  })

  test('that nobody has are none', async () => {
    for (const length of [42, 43, 44]) {
      const answer = await olivia.request('GET', list, { token: `fdk_${'A'.repeat(length)}` })
      assert.equal(answer.status, 401, `${length}: ${answer.text}`)
    }
  })
})

test('what changes is told with the request and the address it came from', async () => {
  const id = `e2e-${randomUUID()}`
  const { json } = await create({}, { 'x-request-id': id })
  const [row] = await stack.rows(`
    select request_id, address, action, object_id from frontdesk.audit_log
     where request_id = :'id'`, { id })
  assert.deepEqual(row, { request_id: id, address: olivia.from, action: 'create',
    object_id: json.id })
})
