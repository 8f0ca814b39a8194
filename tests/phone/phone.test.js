// SPDX-License-Identifier: BSD-2-Clause
/** The telephone against a small strict desk of its own: does it do what the carrier does? */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import http from 'node:http'
import { after, test } from 'node:test'
import twilio from 'twilio'
import { WebSocketServer } from 'ws'
import { ulawEncode } from './audio.js'
import { Phone, WebhookError } from './phone.js'
import { Playout } from './stream.js'

const TOKEN = '3f1c9d2a7b6e48f09a51c2d3e4f50617'
const LOUD = Buffer.alloc(160, 0x20)

/** Answers by path: TwiML as text, or a function of the posted parameters. */
async function desk(answers, onStream = () => {}) {
  const posted = []
  const server = http.createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString()
    const params = Object.fromEntries(new URLSearchParams(body))
    const url = `${base}${request.url}`
    if (!twilio.validateRequest(TOKEN, request.headers['x-twilio-signature'] ?? '', url, params)) {
      response.writeHead(403).end('no')
      return
    }
    posted.push({ path: request.url, params })
    const answer = answers[request.url] ?? '<Response/>'
    response.writeHead(200, { 'content-type': 'text/xml' })
    response.end(typeof answer === 'function' ? answer(params) : answer)
  })
  const sockets = new WebSocketServer({ noServer: true })

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const base = `http://127.0.0.1:${server.address().port}`
  server.on('upgrade', (request, socket, head) => {
    const url = `${base.replace('http', 'ws')}${request.url}`
    if (!twilio.validateRequest(TOKEN, request.headers['x-twilio-signature'] ?? '', url, {})) {
      socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n')
      return
    }
    sockets.handleUpgrade(request, socket, head, (ws) => {
      const messages = []
      let streamSid
      ws.on('message', (data) => {
        const message = JSON.parse(data)
        streamSid ??= message.streamSid
        messages.push(message)
        ws.emit('event', message)
      })
      const send = (message) => ws.send(JSON.stringify({ ...message, streamSid }))
      onStream({ ws, messages, send })
    })
  })
  after(() => {
    server.closeAllConnections()
    server.close()
  })

  const demo = {
    base_url: base, twilio_account_sid: `AC${'1'.repeat(32)}`, twilio_auth_token: TOKEN, clients: []
  }
  return {
    posted,
    demo,
    dial: (options) => Phone.dial({ demo, to: '+15550100001', from: '+15552223333', ...options }),
    connect: (then = '') => `<Response><Connect><Stream url="${base.replace('http', 'ws')}/ws/1/2">`
      + `<Parameter name="token" value="abc"/></Stream></Connect>${then}</Response>`
  }
}

test('audio is played in order, marks are reached after what was before them', () => {
  const playout = new Playout()
  playout.add(Buffer.alloc(200, 1))
  playout.mark('a')
  playout.add(Buffer.alloc(60, 2))
  playout.mark('b')
  playout.mark('c')
  assert.deepEqual(playout.play().marks, [])
  const second = playout.play()
  assert.deepEqual(second.marks, ['a', 'b', 'c'])
  assert.deepEqual([...second.audio.subarray(0, 101)],
    [...Buffer.alloc(40, 1), ...Buffer.alloc(60, 2), 0xff])
  assert.equal(playout.play().audio, null)
})

test('cleared audio is gone and its marks come back', () => {
  const playout = new Playout()
  playout.add(Buffer.alloc(8000))
  playout.mark('a')
  assert.equal(playout.pendingBytes, 8000)
  assert.deepEqual(playout.clear(), ['a'])
  assert.equal(playout.isEmpty, true)
})

test('a stream begins with connected and start, then frames in real time', async () => {
  const seen = []
  const it = await desk({ '/voice': () => it.connect() }, ({ messages }) => seen.push(messages))
  const phone = await it.dial()
  const startedAt = performance.now()
  await phone.say(ulawEncode(Int16Array.from({ length: 8000 }, (_, i) => i % 2 ? 9000 : -9000)))
  const took = performance.now() - startedAt
  await phone.hangUp()

  const [[connected, start, ...rest]] = seen
  assert.deepEqual(connected, { event: 'connected', protocol: 'Call', version: '1.0.0' })
  assert.equal(start.event, 'start')
  assert.equal(start.sequenceNumber, '1')
  assert.deepEqual(start.start.customParameters, { token: 'abc' })
  assert.equal(start.start.callSid, phone.callSid)
  assert.equal(start.start.accountSid, it.demo.twilio_account_sid)
  const frames = rest.filter(({ event }) => event === 'media')
  frames.forEach(({ sequenceNumber, media }, i) => {
    assert.equal(sequenceNumber, String(i + 2))
    assert.equal(media.chunk, String(i + 1))
    assert.equal(media.timestamp, String((i + 1) * 20))
    assert.equal(Buffer.from(media.payload, 'base64').length, 160)
  })
  assert.equal(rest.at(-1).event, 'stop')
  assert.ok(took > 900, `a second of speech took ${took} ms`)
  assert.deepEqual(it.posted.map(({ path, params }) => [path, params.CallStatus]),
    [['/voice', 'ringing'], ['/twilio/call-status', 'completed']])
})

test('a mark is echoed when its audio was heard, and at once after clear', async () => {
  const echoes = []
  const it = await desk({ '/voice': () => it.connect() }, ({ ws, send }) => {
    ws.on('event', ({ event, mark }) => {
      if (event === 'start') {
        send({ event: 'mark', mark: { name: 'nothing before' } })
        send({ event: 'media', media: { payload: Buffer.alloc(1600, 0x20).toString('base64') } })
        send({ event: 'mark', mark: { name: 'heard' } })
        send({ event: 'media', media: { payload: Buffer.alloc(80000, 0x20).toString('base64') } })
        send({ event: 'mark', mark: { name: 'cut' } })
        setTimeout(() => send({ event: 'clear' }), 600)
      } else if (event === 'mark') {
        echoes.push([mark.name, performance.now()])
      }
    })
  })
  const phone = await it.dial()
  const openedAt = performance.now()
  await phone.until(() => echoes.length === 3)
  await phone.hangUp()
  const [first, second, third] = echoes.map(([, at]) => at - openedAt)
  assert.deepEqual(echoes.map(([name]) => name), ['nothing before', 'heard', 'cut'])
  assert.ok(second - first >= 150, `200 ms of audio were heard after ${second - first} ms`)
  assert.ok(third < 5000, 'ten seconds of audio were not waited for')
  const heardMs = phone.heard.reduce((sum, { frames }) => sum + frames.length * 20, 0)
  assert.ok(heardMs < 5000, `${heardMs} ms were heard`)
  assert.deepEqual(phone.violations, [])
})

test('what the carrier does not take is written down', async () => {
  const it = await desk({ '/voice': () => it.connect() }, ({ ws, send }) => {
    ws.on('event', ({ event }) => {
      if (event === 'start') {
        ws.send('garbage')
        ws.send(LOUD)
        ws.send(JSON.stringify({ event: 'media', streamSid: 'MZ0', media: { payload: 'AAAA' } }))
        send({ event: 'weather' })
        send({ event: 'media', media: { payload: '*' } })
        send({ event: 'mark', mark: {} })
      }
    })
  })
  const phone = await it.dial()
  await phone.until(() => phone.violations.length === 6)
  await phone.hangUp()
  assert.deepEqual(phone.violations, ['a message that is not JSON', 'a binary frame',
    'a media of another stream', 'an unknown event "weather"', 'a payload that is not base64',
    'a mark without a name'])
})

test('after the server closes the stream the call goes on with its TwiML', async () => {
  const it = await desk({
    '/voice': () => it.connect('<Redirect>/resume</Redirect>'),
    '/resume': '<Response><Say>goodbye</Say><Hangup/></Response>'
  }, ({ ws }) => ws.on('event', ({ event }) => event === 'start' && ws.close(1000)))
  const phone = await it.dial()
  assert.equal(await phone.ended, 'twiml')
  assert.deepEqual(phone.said, ['goodbye'])
  assert.deepEqual(it.posted.map(({ path }) => path), ['/voice', '/resume', '/twilio/call-status'])
})

test('an answer is timed from the last voiced sample to the first frame', async () => {
  const it = await desk({ '/voice': () => it.connect() }, ({ ws, send }) => {
    let loud = false
    ws.on('event', ({ event, media }) => {
      const isLoud = event === 'media' && Buffer.from(media.payload, 'base64').equals(LOUD)
      if (loud && event === 'media' && !isLoud) {
        setTimeout(() => send({ event: 'media', media: { payload: LOUD.toString('base64') } }), 300)
      }
      loud = isLoud
    })
  })
  const phone = await it.dial()
  await phone.say(Buffer.concat([Buffer.alloc(160 * 10, 0x20), Buffer.alloc(160 * 20, 0xff)]))
  await phone.until(() => phone.replies.length === 1)
  await phone.hangUp()
  assert.ok(phone.replies[0].latencyMs >= 300, `${phone.replies[0].latencyMs} ms`)
})

test('an unanswered <Dial> and a <Gather> go on as the carrier does', async () => {
  const it = await desk({
    '/voice': '<Response><Dial action="/dialed"><Number>+15550100999</Number></Dial></Response>',
    '/dialed': ({ DialCallStatus }) => `<Response><Gather action="/said" input="speech"><Say>${
      DialCallStatus}</Say></Gather><Say>nothing said</Say></Response>`,
    '/said': ({ SpeechResult }) => `<Response><Say>${SpeechResult}</Say></Response>`
  })
  const gather = async () => ({ speech: 'hello' })
  const phone = await it.dial({ dial: { status: 'busy' }, gather })
  await phone.ended
  assert.deepEqual(phone.dialed, ['+15550100999'])
  assert.deepEqual(phone.said, ['busy', 'hello'])
  const silent = await it.dial()
  await silent.ended
  assert.deepEqual(silent.said, ['no-answer', 'nothing said'])
})

test('a webhook that is refused ends the call before it began', async () => {
  const it = await desk({})
  await assert.rejects(it.dial({ signature: 'wrong' }), (error) => error instanceof WebhookError
    && error.status === 403)
})
