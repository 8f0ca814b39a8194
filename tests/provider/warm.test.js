// SPDX-License-Identifier: BSD-2-Clause
/** net/warm.c: connections that are there before somebody asks. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createServer as createTls } from 'node:tls'
import { Driver } from './driver.js'
import { Authority, hello, rawServer } from './peers.js'

let driver, authority, own
const servers = []

before(async () => {
  authority = await Authority.create()
  own = await authority.make('localhost', 'DNS:localhost')
  driver = new Driver(authority.ca)
})

after(async () => {
  await driver.stop()
  await Promise.all(servers.map((server) => server.close()))
  await authority.close()
})

async function serve(talk) {
  const server = { connections: 0 }
  Object.assign(server, await rawServer(talk, own, (options, on) => createTls(options, (socket) => {
    server.connections += 1
    on(socket)
  })))
  servers.push(server)
  return server
}

async function until(fact) {
  for (let i = 0; i < 1000 && !fact(); i += 1) {
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  assert.ok(fact(), `${fact}`)
}

test('a WebSocket goes over the connection that is ready, and another one is made', async () => {
  const server = await serve((socket, head) => socket.write(hello(head)))
  driver.tell('host', 'warm', { url: server.url('wss'), service: 'a' })
  await until(() => server.connections === 1)
  assert.equal(server.heads.length, 0)
  const first = [...server.sockets][0].remotePort
  let used
  server.sockets.forEach((socket) => socket.on('data', () => { used = socket.remotePort }))
  const id = driver.tell('ws', 'open', { url: server.url('wss', '/listen'), service: 'a' })
  await driver.event(id, 'open')
  assert.equal(used, first)
  await until(() => server.connections === 2)
  assert.equal(server.heads.length, 1)
  driver.tell('ws', 'destroy', { id })
})

test('one that was ready and is not any more is followed by a new one', async () => {
  let first = true
  const server = await serve((socket, head) => {
    if (first) {
      first = false
      socket.destroy()
    } else {
      socket.write(hello(head))
    }
  })
  driver.tell('host', 'warm', { url: server.url('wss'), service: 'b' })
  await until(() => server.connections === 1)
  const id = driver.tell('ws', 'open', { url: server.url('wss'), service: 'b' })
  await driver.event(id, 'open')
  assert.equal(driver.of(id, 'closed').length, 0)
  assert.equal(server.heads.length, 2)
  driver.tell('ws', 'destroy', { id })
})

test('one that ends while nobody asks is made again', async () => {
  const server = await serve(() => {})
  driver.tell('host', 'warm', { url: server.url('wss'), service: 'c' })
  await until(() => server.connections === 1)
  server.sockets.forEach((socket) => socket.end())
  await until(() => server.connections === 2)
})

test('a request finds its connection open', async () => {
  const server = await serve((socket, head) =>
    socket.write(`HTTP/1.1 ${head.startsWith('HEAD') ? 404 : 200} X\r\n`
    + `Content-Length: 2\r\n\r\n${head.startsWith('HEAD') ? '' : 'ok'}`))
  driver.tell('host', 'warm', { url: server.url('https', '/v1/chat'), service: 'd' })
  await until(() => server.heads.length === 1)
  assert.match(server.heads[0], /^HEAD \/ /)
  assert.doesNotMatch(server.heads[0], /authorization/i)
  const { body } = await driver.http(server.url('https', '/v1/chat'),
    { service: 'd', headers: ['Authorization: k'] })
  assert.equal(body, 'ok')
  assert.equal(server.connections, 1)
})

test('what may not be asked is not kept warm', async () => {
  const id = driver.tell('host', 'warm', { url: 'http://example.com/', service: 'e',
    trusted: false })
  assert.equal((await driver.event(id, 'failed')).reason, 'EINVAL')
})
