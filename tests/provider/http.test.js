// SPDX-License-Identifier: BSD-2-Clause
/** net/http.c against servers that answer as they should. */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { after, before, test } from 'node:test'
import { Driver } from './driver.js'

let driver, server, base, connections
const seen = []

before(async () => {
  driver = new Driver()
  connections = 0
  server = createServer((req, res) => {
    const chunks = []
    req.on('data', (chunk) => chunks.push(chunk))
    req.on('end', () => {
      seen.push({ method: req.method, url: req.url, headers: req.headers,
        body: Buffer.concat(chunks).toString() })
      if (req.url === '/events') {
        res.writeHead(200, { 'content-type': 'Text/Event-Stream' })
        const bytes = Buffer.from(': hi\n\nevent: a\ndata: é\ndata: 2\n\ndata: [DONE]\r\n\r\n')
        let at = 0
        const next = () => {
          if (at === bytes.length) {
            return res.end()
          }
          res.write(bytes.subarray(at, at + 1), () => setImmediate(next))
          at += 1
        }
        return next()
      }
      res.writeHead(200, { 'content-type': 'application/json', 'x-request-id': 'req-1' })
      res.end('{"ok":true}')
    })
  })
  server.on('connection', () => connections++)
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${server.address().port}`
})

after(async () => {
  await driver.stop()
  server.closeAllConnections()
  server.close()
})

test('a request is answered, and its connection is used again', async () => {
  const first = await driver.http(`${base}/a?b=c`, {
    method: 'POST', headers: ['Authorization: Bearer k', 'Content-Type: application/json'],
      body: '{"x":"é"}',
  })
  assert.equal(first.fault, null)
  assert.equal(first.status, 200)
  assert.deepEqual(first.head, { status: 200, content_type: 'application/json', request_id: 'req-1',
    retry_ms: 0 })
  assert.equal(first.body, '{"ok":true}')
  const asked = seen.at(-1)
  assert.equal(asked.method, 'POST')
  assert.equal(asked.url, '/a?b=c')
  assert.equal(asked.body, '{"x":"é"}')
  assert.equal(asked.headers.authorization, 'Bearer k')
  assert.equal(asked.headers.cookie, undefined)
  await driver.http(`${base}/b`)
  assert.equal(seen.at(-1).method, 'GET')
  assert.equal(connections, 1)
})

test('events come whole, a byte at a time', async () => {
  const answer = await driver.http(`${base}/events`, { sse: true })
  assert.equal(answer.fault, null)
  assert.equal(answer.head.content_type, 'text/event-stream')
  assert.deepEqual(answer.sse, [['a', 'é\n2'], ['', '[DONE]']])
  assert.equal(answer.within, false)
})
