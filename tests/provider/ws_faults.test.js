// SPDX-License-Identifier: BSD-2-Clause
/** net/ws.c against everything that the other end of a WebSocket may do wrong. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Driver } from './driver.js'
import { accept, blackHole, frame, hello, pour, rawServer, rss } from './peers.js'

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

/* After the upgrade: `then(socket)`. */
const greet = (then) => (socket, head) => {
  socket.write(hello(head))
  socket.silence()
  then(socket)
}

let service = 0
const open = (server, members = {}) => driver.tell('ws', 'open', {
  url: server.url('ws'), service: `s${service += 1}`, ...members,
})
const closed = async (server, members) => driver.event(open(server, members), 'closed')

test('nobody is there, or nobody who answers', async () => {
  const gone = await rawServer(() => {})
  const { port } = gone
  await gone.close()
  assert.equal((await closed({ url: () => `ws://127.0.0.1:${port}/` })).fault.kind, 'lost')
  const silent = await serve(() => {})
  assert.deepEqual((await closed(silent, { connect_ms: 200 })).fault,
    { kind: 'lost', retry_ms: 0, reason: 'it took too long to connect' })
  const hole = await blackHole()
  const told = await driver.event(driver.tell('ws', 'open', {
    url: `ws://127.0.0.1:${hole.port}/`, service: 'hole', connect_ms: 300,
  }), 'closed')
  assert.equal(told.fault.kind, 'lost')
  hole.close()
})

test('an upgrade that is none', async () => {
  const heads = {
    accept: (head) => hello(head).replace(/Accept: ./, 'Accept: !'),
    'no accept': (head) => hello(head).replace(/Sec-.*\r\n/, ''),
    upgrade: (head) => hello(head).replace('websocket', 'h2c'),
    connection: (head) => hello(head).replace('Connection: Upgrade', 'Connection: close'),
    extension: (head) => hello(head, 'Sec-WebSocket-Extensions: permessage-deflate\r\n'),
    protocol: (head) => hello(head, 'Sec-WebSocket-Protocol: chat\r\n'),
    'no HTTP': () => 'SSH-2.0-OpenSSH\r\n\r\n',
  }
  for (const [why, head] of Object.entries(heads)) {
    const server = await serve((socket, asked) => socket.write(head(asked)))
    assert.equal((await closed(server)).fault.kind, 'invalid', why)
  }
  const endless = await serve((socket) => {
    socket.write('HTTP/1.1 101 X\r\n')
    pour(socket, Buffer.from(`X: ${'a'.repeat(100)}\r\n`), 1e8)
  })
  assert.equal((await closed(endless)).fault.kind, 'invalid')
  const line = await serve((socket) => pour(socket, Buffer.alloc(8000, 0x61), 1e8))
  assert.equal((await closed(line)).fault.kind, 'invalid')
})

test('an upgrade in pieces, with the first frames behind it', async () => {
  const server = await serve((socket, head) => {
    const bytes = Buffer.concat([Buffer.from(hello(head)), frame(1, 'one'), frame(2, [1, 2])])
    let at = 0
    const next = () => {
      if (at < bytes.length) {
        socket.write(bytes.subarray(at, at += 1), () => setImmediate(next))
      }
    }
    next()
  })
  const id = open(server)
  assert.equal((await driver.event(id, 'text')).text, 'one')
  assert.equal((await driver.event(id, 'binary')).length, 2)
  driver.tell('ws', 'destroy', { id })
})

test('a refusal is told with its body, in chunks or not, and when to come again', async () => {
  const body = '{"err_code":"INVALID_AUTH","err_msg":"Invalid credentials."}'
  const half = body.length >> 1
  const chunk = (text) => `${text.length.toString(16)}\r\n${text}\r\n`
  for (const [status, more, kind] of [
    ['401 Unauthorized', `Content-Length: ${body.length}\r\n\r\n${body}`, 'refused'],
    ['400 Bad',
      `Transfer-Encoding: chunked\r\n\r\n${chunk(body.slice(0, half))}`
        + `${chunk(body.slice(half))}0\r\n\r\n`,
      'refused'],
    ['429 Later', `Retry-After: 3\r\nContent-Length: ${body.length}\r\n\r\n${body}`, 'busy'],
    ['503 Away', `Connection: close\r\n\r\n${body}`, 'lost'],
  ]) {
    const server = await serve((socket) => {
      socket.write(`HTTP/1.1 ${status}\r\n${more}`)
      if (status.startsWith('503')) {
        socket.end()
      }
    })
    const told = await closed(server)
    assert.deepEqual([told.code, told.text, told.fault.kind, told.fault.retry_ms],
      [0, body, kind, kind === 'busy' ? 3000 : 0], status)
  }
  const slow = await serve((socket) =>
    socket.write(`HTTP/1.1 401 X\r\nContent-Length: 999\r\n\r\n${body}`))
  const told = await closed(slow, { connect_ms: 300 })
  assert.deepEqual([told.text, told.fault.kind], [body, 'refused'])
  const elsewhere = await serve((socket) =>
    socket.end('HTTP/1.1 302 X\r\nLocation: ws://127.0.0.1:9/\r\n\r\n'))
  assert.equal((await closed(elsewhere)).fault.kind, 'invalid')
})

test('messages whole, in parts, with pings between the parts', async () => {
  let said = Buffer.alloc(0)
  const server = await serve(greet((socket) => {
    socket.on('data', (bytes) => { said = Buffer.concat([said, bytes]) })
    socket.write(Buffer.concat([
      frame(1, 'wh', { fin: false }), frame(9, 'mark'), frame(0, 'ole', { fin: false }),
        frame(0, ''),
      frame(2, []), frame(1, ''), frame(10, 'nobody asked'), frame(1, 'é'.repeat(40000)),
    ]))
  }))
  const id = open(server)
  await driver.event(id, 'text', (e) => e.length === 80000)
  assert.deepEqual(driver.of(id).slice(1).map((e) => [e.event, e.length]),
    [['text', 5], ['binary', 0], ['text', 0], ['text', 80000]])
  assert.equal(driver.of(id, 'text')[0].text, 'whole')
  driver.tell('ws', 'close', { id, code: 1000 })
  await driver.event(id, 'closed')
  // A pong of four bytes, masked: and the mask is not the same twice.
  assert.equal(said[0], 0x8a)
  assert.equal(said[1], 0x84)
  const mask = said.subarray(2, 6)
  assert.equal(Buffer.from(said.subarray(6, 10).map((byte, i) => byte ^ mask[i])).toString(),
    'mark')
  assert.equal(said[10], 0x88)
  assert.equal(said[11], 0x82)
  assert.notDeepEqual(said.subarray(12, 16), mask)
})

test('what no server may send', async () => {
  const frames = {
    masked: frame(1, 'abc', { mask: true }),
    reserved: Buffer.from([0xc1, 0x01, 0x61]),
    opcode: frame(3, 'abc'),
    'long ping': frame(9, Buffer.alloc(126)),
    'ping in parts': frame(9, 'a', { fin: false }),
    'part of nothing': frame(0, 'abc'),
    'two at once': Buffer.concat([frame(1, 'a', { fin: false }), frame(1, 'b')]),
    'no UTF-8': frame(1, [0xff, 0xfe]),
    'half a character': frame(1, [0xc3]),
    'a huge length': Buffer.from([0x82, 127, 255, 255, 255, 255, 255, 255, 255, 255]),
    'a goodbye of one byte': frame(8, [3]),
    'a goodbye of a code that is none': frame(8, [0, 1]),
    'a goodbye of a code that nobody may send': frame(8, [3, 0xee]),
  }
  for (const [why, bytes] of Object.entries(frames)) {
    const server = await serve(greet((socket) => socket.write(bytes)))
    const told = await closed(server)
    assert.equal(told.fault?.kind, 'invalid', why)
    assert.equal(driver.of(told.id, 'text').length + driver.of(told.id, 'binary').length, 0, why)
  }
})

test('a message of a gigabyte, in one frame or a million', async () => {
  const first = await rss(driver.child.pid)
  for (const [begin, piece] of [
    [frame(2, '', { length: 1e9 }), Buffer.alloc(65536)],
    [frame(2, 'a', { fin: false }), frame(0, Buffer.alloc(60000), { fin: false })],
  ]) {
    let written
    const server = await serve(greet((socket) => {
      socket.write(begin)
      written = pour(socket, piece, 1e9)
    }))
    assert.equal((await closed(server)).fault.kind, 'invalid')
    assert.ok(written() < 1e8, `${written()}`)
  }
  assert.ok(await rss(driver.child.pid) < first + 40000)
})

test('a flood of pings, of parts without bytes, of parts of one byte', async () => {
  const floods = {
    pings: [frame(9, 'a')],
    'parts without bytes': [frame(2, 'a', { fin: false }), frame(0, '', { fin: false })],
  }
  for (const [why, pieces] of Object.entries(floods)) {
    const server = await serve(greet((socket) => {
      socket.write(pieces[0])
      pour(socket, Buffer.concat(Array(1000).fill(pieces.at(-1))), 1e7)
    }))
    const { fault } = await closed(server)
    assert.deepEqual([fault.kind, fault.reason],
      ['invalid', 'it sends too many frames that say nothing'], why)
  }
  const bytes = await serve(greet((socket) => {
    socket.write(frame(2, 'a', { fin: false }))
    pour(socket, Buffer.concat(Array(1000).fill(frame(0, 'a', { fin: false }))), 1e7)
  }))
  assert.equal((await closed(bytes, { message_max: 100000 })).fault.reason,
    'its message is too long')
})

test('one that is silent is gone, also when it only does not read', async () => {
  const silent = await serve(greet(() => {}))
  assert.deepEqual((await closed(silent, { ping_ms: 200 })).fault,
    { kind: 'lost', retry_ms: 0, reason: 'it is silent' })
  const deaf = await serve(greet((socket) => {
    socket.pause()
    const timer = setInterval(() => socket.write(frame(2, 'a')), 50)
    socket.on('close', () => clearInterval(timer))
  }))
  const id = open(deaf, { ping_ms: 300, queue_max: 50000000, quiet: true })
  await driver.event(id, 'open')
  driver.tell('ws', 'binary', { id, bytes: Buffer.alloc(1000000).toString('base64'), times: 40 })
  assert.equal((await driver.event(id, 'closed')).fault.reason, 'it is silent')
})

test('one that answers pings lives', async () => {
  let pings = 0
  const server = await serve(greet((socket) => socket.on('data', (bytes) => {
    if (bytes[0] === 0x89) {
      pings += 1
      socket.write(frame(10, ''))
    }
    if (pings === 3) {
      socket.write(frame(1, 'still here'))
    }
  })))
  const id = open(server, { ping_ms: 100 })
  await driver.event(id, 'text')
  assert.equal(driver.of(id, 'closed').length, 0)
  driver.tell('ws', 'destroy', { id })
})

test('what waits is bounded, and goes when there is room', async () => {
  let got = 0
  let paused
  const server = await serve(greet((socket) => {
    paused = socket
    socket.pause()
    socket.on('data', (bytes) => { got += bytes.length })
    socket.pause()
  }))
  const id = open(server, { queue_max: 20000000 })
  await driver.event(id, 'open')
  driver.tell('ws', 'binary', { id, bytes: Buffer.alloc(1000000).toString('base64'), times: 30 })
  assert.equal((await driver.event(id, 'failed')).reason, 'EAGAIN')
  driver.tell('ws', 'queued', { id })
  const { bytes } = await driver.event(id, 'queued')
  assert.ok(bytes > 0 && bytes <= 20000000 + 300, `${bytes}`)
  paused.resume()
  driver.tell('ws', 'close', { id, code: 1000 })
  await driver.event(id, 'closed')
  assert.ok(got > 5000000, `${got}`)
})

test('goodbyes and what they mean', async () => {
  const meaning = { 1000: 'lost', 1001: 'lost', 1008: 'refused', 1011: 'lost', 1012: 'lost',
    1013: 'busy', 4001: 'lost' }
  for (const [code, kind] of Object.entries(meaning)) {
    let said = Buffer.alloc(0)
    const server = await serve(greet((socket) => {
      socket.on('data', (bytes) => { said = Buffer.concat([said, bytes]) })
      socket.write(frame(8, Buffer.concat([Buffer.from([code >> 8, code & 255]),
        Buffer.from('so it is')])))
    }))
    const told = await closed(server)
    assert.deepEqual([told.code, told.text, told.fault.kind], [Number(code), 'so it is', kind])
    for (let i = 0; i < 100 && said.length < 8; i += 1) {
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    assert.equal(said[0], 0x88, 'it is answered')
  }
  const silent = await serve(greet((socket) => socket.write(frame(8, ''))))
  assert.deepEqual([(await closed(silent)).code], [1005])
  const cut = await serve(greet((socket) => socket.end()))
  assert.deepEqual([(await closed(cut)).code, (await closed(cut)).fault.kind], [0, 'lost'])
})

test('our goodbye is answered, or not waited for any longer', async () => {
  const server = await serve(greet(() => {}))
  const id = open(server)
  await driver.event(id, 'open')
  driver.tell('ws', 'close', { id, code: 1000 })
  driver.tell('ws', 'text', { id, text: 'late' })
  assert.equal((await driver.event(id, 'failed')).reason, 'EPIPE')
  const told = await driver.event(id, 'closed')
  assert.deepEqual([told.code, told.fault], [0, null])
  const early = open(await serve(() => {}))
  driver.tell('ws', 'close', { id: early, code: 1000 })
  assert.equal((await driver.event(early, 'closed')).fault, null)
})

test('who destroys is told nothing more, whenever that is', async () => {
  const server = await serve(greet((socket) => socket.write(Buffer.concat([
    frame(1, 'a'), frame(1, 'b'), frame(8, [3, 232])]))))
  for (const where of ['open', 'message', 'closed']) {
    const id = open(server, { destroys: where })
    await driver.event(id, 'destroyed')
    await driver.http('http://127.0.0.1:1/', { service: `after-${where}` })
    assert.equal(driver.of(id).at(-1).event, 'destroyed')
  }
  const id = open(server)
  driver.tell('ws', 'destroy', { id })
  await driver.event(id, 'destroyed')
})

test('what is put together in one turn is sent in one write', async () => {
  const pieces = []
  const server = await serve(greet((socket) => socket.on('data', (bytes) => pieces.push(bytes))))
  const id = open(server)
  await driver.event(id, 'open')
  driver.tell('ws', 'text', { id, text: 'abc', times: 100 })
  driver.tell('ws', 'close', { id, code: 1000 })
  await driver.event(id, 'closed')
  assert.equal(Buffer.concat(pieces).length, 100 * 9 + 8)
  assert.ok(pieces.length <= 3, `${pieces.length}`)
})

test('five that are thrown out open the breaker; one that lived is well', async () => {
  const server = await serve(greet((socket) => socket.destroy()))
  for (let i = 0; i < 5; i += 1) {
    const id = driver.tell('ws', 'open', { url: server.url('ws'), service: 'out' })
    assert.equal((await driver.event(id, 'closed')).fault.kind, 'lost')
  }
  const id = driver.tell('ws', 'open', { url: server.url('ws'), service: 'out' })
  assert.equal((await driver.event(id, 'failed')).reason, 'EBUSY')
})

test('the accept of the standard\'s own example', () => {
  assert.equal(accept('Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n'),
    's3pPLMBiTxaQ9kYGzzhZRbK+xOo=')
})
