// SPDX-License-Identifier: BSD-2-Clause
/** net/ws.c against a server that does as it should. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { WebSocketServer } from 'ws'
import { Driver } from './driver.js'

let driver, server, url

before(async () => {
  driver = new Driver()
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  server.on('connection', (socket, request) => {
    socket.send(JSON.stringify({ url: request.url, auth: request.headers.authorization }))
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }))
  })
  await new Promise((resolve) => server.on('listening', resolve))
  url = `ws://127.0.0.1:${server.address().port}/v1/listen?model=a`
})

after(async () => {
  await driver.stop()
  server.clients.forEach((socket) => socket.terminate())
  server.close()
})

test('what is sent comes back, and both say goodbye', async () => {
  const id = driver.tell('ws', 'open', { url, service: 'test',
    headers: ['Authorization: Token k'] })
  driver.tell('ws', 'text', { id, text: 'early' })
  await driver.event(id, 'open')
  const hello = await driver.event(id, 'text')
  assert.deepEqual(JSON.parse(hello.text), { url: '/v1/listen?model=a', auth: 'Token k' })
  await driver.event(id, 'text', (e) => e.text === 'early')
  driver.tell('ws', 'binary', { id, bytes: Buffer.from([0, 1, 255]).toString('base64') })
  const back = await driver.event(id, 'binary')
  assert.deepEqual([...Buffer.from(back.bytes, 'base64')], [0, 1, 255])
  driver.tell('ws', 'close', { id, code: 1000 })
  const closed = await driver.event(id, 'closed')
  assert.equal(closed.fault, null)
  assert.equal(closed.code, 1000)
})
