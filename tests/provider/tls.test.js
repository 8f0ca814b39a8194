// SPDX-License-Identifier: BSD-2-Clause
/** Whom we believe to be who they say they are; and HTTP/2, which comes with it. */
import assert from 'node:assert/strict'
import { createSecureServer } from 'node:http2'
import { after, before, test } from 'node:test'
import { createServer as createTls } from 'node:tls'
import { Authority, hello, rawServer } from './peers.js'
import { Driver } from './driver.js'

let driver, authority, good
const closing = []

before(async () => {
  authority = await Authority.create()
  good = await authority.make('localhost', 'DNS:localhost')
  driver = new Driver(authority.ca)
})

after(async () => {
  await driver.stop()
  await Promise.all(closing.map((close) => close()))
  await authority.close()
})

const ok = (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')

async function serve(options, talk = ok) {
  const server = await rawServer(talk, options, createTls)
  closing.push(server.close)
  return server
}

let service = 0
const ask = (url, members) => driver.http(url, { service: `t${service += 1}`, ...members })

test('who shows a certificate of our authority is spoken to', async () => {
  const server = await serve(good)
  const { fault, body } = await ask(server.url('https'))
  assert.deepEqual([fault, body], [null, 'ok'])
})

test('expired, not yet good, of another name, signed by itself: nothing is said', async () => {
  const other = await Authority.create()
  closing.push(() => other.close())
  for (const [why, own] of [
    ['expired', await authority.make('old', 'DNS:localhost', '20200101000000Z', '20210101000000Z')],
    ['early', await authority.make('early', 'DNS:localhost', '20990101000000Z', '20991231000000Z')],
    ['name', await authority.make('elsewhere', 'DNS:example.com')],
    ['stranger', await other.make('localhost', 'DNS:localhost')],
  ]) {
    const server = await serve(own)
    const { status, fault } = await ask(server.url('https'))
    assert.deepEqual([status, fault.kind], [0, 'invalid'], why)
    const socket = await driver.event(driver.tell('ws', 'open',
      { url: server.url('wss'), service: why }), 'closed')
    assert.equal(socket.fault.kind, 'invalid', why)
    assert.equal(server.heads.length, 0)
  }
})

test('an old TLS is refused', async () => {
  const server = await serve({ ...good, minVersion: 'TLSv1', maxVersion: 'TLSv1.1',
    ciphers: 'ALL:@SECLEVEL=0' })
  const { status, fault } = await ask(server.url('https'))
  assert.deepEqual([status, fault.kind], [0, 'lost'])
  assert.equal(server.heads.length, 0)
})

test('requests share one connection of HTTP/2, and one of them may fail alone', async () => {
  let sessions = 0
  const server = createSecureServer({ ...good, allowHTTP1: false })
  server.on('session', (session) => {
    sessions += 1
    closing.push(async () => session.destroy())
  })
  server.on('stream', (stream, headers) => {
    stream.on('error', () => {})
    const path = headers[':path']
    if (path === '/reset') {
      return stream.close(2)
    }
    stream.respond({ ':status': path === '/busy' ? 429 : 200, 'content-type': 'text/event-stream',
      'retry-after': '3' })
    if (path === '/stop') {
      return stream.write('data: a\n\n')
    }
    return stream.end('data: a\n\ndata: [DONE]\n\n')
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => new Promise((resolve) => server.close(resolve)))
  const url = (path) => `https://localhost:${server.address().port}${path}`
  assert.equal((await ask(url('/'), { sse: true })).fault, null)
  const [well, reset, busy, stop] = await Promise.all(
    ['/', '/reset', '/busy', '/stop'].map((path) => ask(url(path), { sse: true, idle: 300 })))
  assert.deepEqual([well.fault, well.sse], [null, [['', 'a'], ['', '[DONE]']]])
  assert.deepEqual([reset.status, reset.fault.kind], [0, 'lost'])
  assert.deepEqual([busy.status, busy.fault.kind, busy.fault.retry_ms], [429, 'busy', 3000])
  assert.deepEqual([stop.status, stop.fault.reason], [200, 'it stopped in its answer'])
  assert.equal(sessions, 1)
})

test('a WebSocket asks for HTTP/1.1 alone, and is a WebSocket over TLS', async () => {
  const asked = []
  const server = await serve({ ...good, ALPNCallback: ({ protocols }) => {
    asked.push(protocols)
    return protocols[0]
  } }, (socket, head) => socket.write(hello(head)))
  const id = driver.tell('ws', 'open', { url: server.url('wss'), service: 'alpn' })
  await driver.event(id, 'open')
  assert.deepEqual(asked, [['http/1.1']])
  driver.tell('ws', 'destroy', { id })
})

test('one that speaks HTTP/2 alone has no WebSocket', async () => {
  const server = await serve({ ...good, ALPNProtocols: ['h2'] })
  const { fault } = await driver.event(driver.tell('ws', 'open',
    { url: server.url('wss'), service: 'h2' }), 'closed')
  assert.equal(fault.kind, 'lost')
  assert.equal(server.heads.length, 0)
})
