// SPDX-License-Identifier: BSD-2-Clause
/** net/http.c against everything a service, or the way to it, may do wrong. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { Driver } from './driver.js'
import { blackHole, pour, rawServer, rss } from './peers.js'

let driver
const servers = []

before(() => { driver = new Driver() })
after(async () => {
  await driver.stop()
  await Promise.all(servers.map((server) => server.close()))
})

async function serve(talk, options) {
  const server = await rawServer(talk, options)
  servers.push(server)
  return server
}

/* Each test has a service of its own: breakers are not shared between them. */
let service = 0
async function ask(url, members = {}) {
  service += 1
  return driver.http(url, { service: `s${service}`, ...members })
}

const answer = (status, headers, body = '') => (socket) =>
  socket.end(`HTTP/1.1 ${status} X\r\n${headers}Content-Length: ${body.length}\r\n\r\n${body}`)

test('nobody listens', async () => {
  const server = await rawServer(() => {})
  const url = server.url('http')
  await server.close()
  const { status, fault } = await ask(url)
  assert.equal(status, 0)
  assert.equal(fault.kind, 'lost')
})

test('its packets are swallowed', async () => {
  const hole = await blackHole()
  try {
    const { fault, status } = await ask(`http://127.0.0.1:${hole.port}/`, { connect: 300 })
    assert.deepEqual([status, fault.kind], [0, 'lost'])
  } finally {
    hole.close()
  }
})

test('its name does not exist', async () => {
  const { fault } = await ask('https://nobody.invalid/')
  assert.equal(fault.kind, 'lost')
})

test('it takes the connection and says nothing: TLS, then HTTP', async () => {
  const server = await serve(() => {})
  const tls = await ask(server.url('https'), { connect: 200 })
  assert.deepEqual([tls.status, tls.fault.kind], [0, 'lost'])
  const http = await ask(server.url('http'), { head: 200 })
  assert.deepEqual([http.status, http.fault], [0, {
    kind: 'lost', retry_ms: 0, reason: 'it did not begin to answer in time',
  }])
})

test('it does not read what it is sent', async () => {
  const server = await serve(() => {}, { pauseOnConnect: true })
  const { fault } = await ask(server.url('http'),
    { method: 'POST', body: 'x'.repeat(3e6), head: 300 })
  assert.equal(fault.reason, 'it did not begin to answer in time')
  assert.equal(server.heads.length, 0)
})

test('it stops in its answer', async () => {
  const server = await serve((socket) =>
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc'))
  const { status, fault, body } = await ask(server.url('http'), { idle: 200 })
  assert.deepEqual([status, body, fault.reason], [200, 'abc', 'it stopped in its answer'])
})

test('it is cut off in its answer', async () => {
  const server = await serve((socket) =>
    socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc'))
  const { status, fault, body } = await ask(server.url('http'))
  assert.deepEqual([status, body, fault.kind], [200, 'abc', 'lost'])
})

test('a byte now and then does not hold up the end', async () => {
  const server = await serve((socket) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n')
    const timer = setInterval(() => socket.write('x'), 20)
    socket.on('close', () => clearInterval(timer))
  })
  const { fault } = await ask(server.url('http'), { idle: 500, total: 700 })
  assert.equal(fault.reason, 'its answer took too long')
})

test('it has too much to do, for a while or not', async () => {
  const later = await serve(answer(429, 'Retry-After: 7\r\n', '{"error":1}'))
  const { status, fault, body } = await ask(later.url('http'))
  assert.deepEqual([status, body, fault.kind, fault.retry_ms], [429, '{"error":1}', 'busy', 7000])
  const soon = await serve(answer(429, ''))
  assert.deepEqual((await ask(soon.url('http'))).fault,
    { kind: 'busy', retry_ms: 0, reason: 'its status' })
  const ms = await serve(answer(429, 'retry-after-ms: 40\r\n'))
  assert.equal((await ask(ms.url('http'))).fault.retry_ms, 40)
})

test('one that wants to be left alone is, and by its credential alone', async () => {
  const server = await serve(answer(429, 'Retry-After: 30\r\n'))
  await driver.http(server.url('http'), { service: 'rest', credential: 'a' })
  const again = await driver.http(server.url('http'), { service: 'rest', credential: 'a' })
  assert.deepEqual([again.event, again.reason], ['failed', 'EBUSY'])
  assert.equal(server.heads.length, 1)
  const other = await driver.http(server.url('http'), { service: 'rest', credential: 'b' })
  assert.equal(other.status, 429)
})

test('a key that is none; money that is out; an error in HTML', async () => {
  for (const [status, kind] of [[401, 'refused'], [402, 'refused'], [403, 'refused'],
    [400, 'refused'],
    [404, 'refused'], [500, 'lost'], [502, 'lost'], [503, 'lost'], [529, 'busy']]) {
    const server = await serve(answer(status, 'Content-Type: text/html\r\n', '<h1>No</h1>'))
    const told = await ask(server.url('http'))
    assert.deepEqual([told.status, told.fault.kind, told.body, told.head.content_type],
      [status, kind, '<h1>No</h1>', 'text/html'])
  }
})

test('five faults open the breaker, and what is well for the service does not count', async () => {
  const bad = await serve(answer(500, ''))
  for (let i = 0; i < 5; i += 1) {
    assert.equal((await driver.http(bad.url('http'), { service: 'five' })).status, 500)
  }
  assert.equal((await driver.http(bad.url('http'), { service: 'five' })).reason, 'EBUSY')
  assert.equal(bad.heads.length, 5)
  const missing = await serve(answer(404, ''))
  for (let i = 0; i < 7; i += 1) {
    assert.equal((await driver.http(missing.url('http'), { service: 'missing' })).status, 404)
  }
})

test('an answer without end', async () => {
  let written
  const server = await serve((socket) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n')
    written = pour(socket, Buffer.alloc(65536, 0x61), 1e9)
  })
  const first = await rss(driver.child.pid)
  const { fault, bytes } = await ask(server.url('http'), { quiet: true })
  assert.deepEqual([fault.kind, fault.reason], ['invalid', 'its answer is too long'])
  assert.ok(bytes <= 1048576, `${bytes}`)
  assert.ok(written() < 1e8, `${written()}`)
  assert.ok(await rss(driver.child.pid) < first + 40000)
})

test('a head without end: lines, one line, early answers', async () => {
  for (const [begin, piece] of [
    ['HTTP/1.1 200 OK\r\n', `X-A: ${'b'.repeat(1000)}\r\n`],
    ['HTTP/1.1 200 OK\r\nX-A: ', 'b'.repeat(8000)],
    ['', 'HTTP/1.1 100 Continue\r\n\r\n'],
  ]) {
    const server = await serve((socket) => {
      socket.write(begin)
      pour(socket, Buffer.from(piece), 1e8)
    })
    const { status, fault } = await ask(server.url('http'))
    assert.equal(status, 0)
    assert.ok(['invalid', 'lost'].includes(fault.kind), fault.kind)
  }
})

test('chunks that are none', async () => {
  for (const chunks of ['zz\r\nabc\r\n', 'ffffffffffffffffff\r\nabc', '-5\r\nabc\r\n',
    '3\r\nabcdef\r\n']) {
    const server = await serve((socket) =>
      socket.end(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}`))
    const { fault } = await ask(server.url('http'))
    assert.ok(fault !== null, chunks)
  }
})

test('what is squeezed is not let out', async () => {
  const bomb = gzipSync(Buffer.alloc(50e6))
  const server = await serve((socket) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n'
      + `Content-Length: ${bomb.length}\r\n\r\n`)
    socket.end(bomb)
  })
  const { fault, bytes } = await ask(server.url('http'), { quiet: true })
  assert.deepEqual([fault.kind, fault.reason, bytes], ['invalid', 'its body is encoded', 0])
  assert.match(server.heads[0], /accept-encoding: identity/i)
})

test('it does not speak HTTP', async () => {
  for (const text of ['<h1>hello</h1>\n', 'SSH-2.0-x\r\n', '\0\0\0\x05hello', '']) {
    const server = await serve((socket) => socket.end(text))
    const { status, fault } = await ask(server.url('http'))
    assert.equal(status, 0, text)
    assert.ok(['invalid', 'lost'].includes(fault.kind), text)
  }
})

test('who sends us elsewhere is not followed', async () => {
  const inner = await serve(answer(200, '', 'secret'))
  for (const to of [inner.url('http'), 'http://169.254.169.254/latest/', 'file:///etc/passwd']) {
    const server = await serve(answer(302, `Location: ${to}\r\n`))
    const { status, fault } = await ask(server.url('http'))
    assert.deepEqual([status, fault.kind], [302, 'invalid'])
  }
  assert.equal(inner.heads.length, 0)
})

test('no cookie is kept, no challenge is answered', async () => {
  const server = await serve((socket) => socket.write('HTTP/1.1 401 X\r\nSet-Cookie: a=b\r\n'
    + 'WWW-Authenticate: Basic realm="x"\r\nAlt-Svc: h2="127.0.0.1:9"\r\n'
    + 'Content-Length: 0\r\n\r\n'))
  await ask(server.url('http'))
  await ask(server.url('http'))
  assert.equal(server.heads.length, 2)
  for (const head of server.heads) {
    assert.doesNotMatch(head, /cookie|authorization|proxy/i)
  }
})

test('who is not trusted is asked at a public address only, by whatever name', async () => {
  const inner = await serve(answer(200, ''))
  for (const host of ['localhost', '127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '0x7f.1',
    '2130706433', '127.1',
    '169.254.169.254', '10.0.0.1', '0.0.0.0', '[64:ff9b::7f00:1]']) {
    for (const scheme of ['https', 'wss']) {
      const told = scheme === 'https'
        ? await ask(`https://${host}/`, { trusted: false, connect: 2000 })
        : await driver.event(driver.tell('ws', 'open', {
          url: `wss://${host}/`, service: `w${host}`, trusted: false,
        }), 'closed')
      assert.deepEqual([told.fault.kind, told.fault.reason],
        ['refused', 'its address is not public'], host)
    }
  }
  assert.equal(inner.heads.length, 0)
})

test('what may not be asked at all is not', async () => {
  for (const url of ['http://example.com/', 'https://example.com:22/', 'https://example.com:5432/',
    'https://user@example.com/', 'https://user:word@example.com/', 'ftp://example.com/',
      'file:///etc/passwd',
    'gopher://example.com/', 'https://', 'example.com', '', 'https://exa mple.com/',
      'ws://example.com/']) {
    const told = await ask(url, { trusted: false })
    assert.deepEqual([told.event, told.reason], ['failed', 'EINVAL'], url)
  }
  const trusted = await ask('file:///etc/passwd')
  assert.equal(trusted.reason, 'EINVAL')
  for (const header of ['X-A: b\r\nX-C: d', 'X-A', ': x', 'X-A: b\n']) {
    assert.equal((await ask('https://example.com/', { headers: [header] })).reason, 'EINVAL')
  }
  assert.equal((await ask('https://example.com/', { method: 'GET / HTTP/1.1\r\nX: ' })).reason,
    'EINVAL')
})

test('who cancels is told nothing more, whenever that is', async () => {
  const server = await serve((socket, head) => {
    if (!head.startsWith('GET /silent')) {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc')
    }
  })
  for (const where of ['head', 'body']) {
    const id = driver.tell('http', 'start', { url: server.url('http'), service: 'c',
      cancels: where })
    await driver.event(id, 'cancelled')
    assert.equal(driver.of(id, 'done').length, 0)
  }
  const id = driver.tell('http', 'start', { url: server.url('http', '/silent'), service: 'c' })
  driver.tell('http', 'cancel', { id })
  await driver.event(id, 'cancelled')
  assert.equal((await driver.http(server.url('http'), { service: 'c', idle: 100 })).fault.kind,
    'lost')
  assert.deepEqual(driver.of(id).map((e) => e.event), ['cancelled'])
})

test('a kept connection that has died is replaced, and the body sent again', async () => {
  let first = true
  const server = await serve((socket, head) => {
    if (first) {
      first = false
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
      socket.silence()
      socket.once('data', () => socket.destroy())
    } else {
      socket.end(`HTTP/1.1 200 OK\r\nContent-Length: ${head.length}\r\n\r\n${head}`)
    }
  })
  for (const size of [4, 200000]) {
    first = true
    server.heads.length = 0
    await driver.http(server.url('http'), { service: `kept${size}` })
    const again = await driver.http(server.url('http'),
      { service: `kept${size}`, method: 'POST', body: 'b'.repeat(size) })
    assert.equal(again.fault, null)
    assert.match(again.body, /^POST /)
    assert.equal(server.heads.length, 2)
  }
})

test('a new connection that dies is not tried again', async () => {
  const server = await serve((socket) => socket.destroy())
  assert.equal((await ask(server.url('http'), { method: 'POST', body: 'x' })).fault.kind, 'lost')
  assert.equal(server.heads.length, 1)
})

test('many at once', async () => {
  const server = await serve((socket) =>
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'))
  const all = await Promise.all(Array.from({ length: 100 },
    () => driver.http(server.url('http'), { service: 'm' })))
  assert.ok(all.every((told) => told.body === 'ok' && told.fault === null))
})
