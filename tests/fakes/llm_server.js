// SPDX-License-Identifier: BSD-2-Clause
/**
 * What fakes of language models have in common: one POST, checked as strictly as the real service
 * does, and an answer that is as good or as bad as the test wants. How bad:
 *
 *   status, headers, body      an answer that is none
 *   raw                        this text (or a list of it) in place of events
 *   pieces                     these bytes, each in a write of its own
 *   head_ms, first_ms          before the head, before the first event
 *   pause: { after, ms }       after so many events
 *   split                      bytes in a write; 1: one by one
 *   dribble_ms                 between two writes
 *   reset_after                the connection breaks after so many bytes
 *   hang                       no end comes, until the peer goes
 *   silent                     not even a head comes
 *   crlf, type, comments       line ends, another Content-Type, lines that say nothing
 */
import { createServer } from 'node:http'

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** Events as text, each with its blank line. */
function piecesOf(answer, events) {
  if (answer.pieces) {
    return answer.pieces
  }
  const pieces = answer.raw !== undefined ? [answer.raw].flat() : events
  return pieces.map((piece) => Buffer.from(answer.crlf ? piece.replaceAll('\n', '\r\n') : piece))
}

async function write(res, bytes, answer, sent) {
  const step = answer.split ?? bytes.length
  for (let at = 0; at < bytes.length && !res.destroyed; at += step) {
    let some = bytes.subarray(at, at + step)
    if (answer.reset_after !== undefined) {
      some = some.subarray(0, Math.max(0, answer.reset_after - sent.bytes))
    }
    sent.bytes += some.length
    if (some.length > 0 && !res.write(some)) {
      await new Promise((resolve) => {
        res.once('drain', resolve)
        res.once('close', resolve)
      })
    }
    if (answer.reset_after !== undefined && sent.bytes >= answer.reset_after) {
      await new Promise((resolve) => setImmediate(resolve))
      res.socket?.resetAndDestroy()
      return
    }
    if (answer.split) {
      await new Promise((resolve) => setImmediate(resolve))
    }
    if (answer.dribble_ms) {
      await sleep(answer.dribble_ms)
    }
  }
}

async function send(res, answer, events, record) {
  if (answer.silent) {
    return
  }
  if (answer.head_ms) {
    await sleep(answer.head_ms)
  }
  if (answer.status) {
    const body = answer.body ?? ''
    res.writeHead(answer.status, { 'content-type': answer.type ?? 'application/json',
      ...answer.headers })
    res.end(typeof body === 'string' ? body : JSON.stringify(body))
    return
  }
  res.writeHead(200, { 'content-type': answer.type ?? 'text/event-stream', ...answer.headers })
  res.flushHeaders()
  const sent = { bytes: 0 }
  if (answer.comments) {
    await write(res, Buffer.from(': PROCESSING\n\n'), answer, sent)
  }
  if (answer.first_ms) {
    await sleep(answer.first_ms)
  }
  let count = 0
  for (const piece of piecesOf(answer, events)) {
    await write(res, piece, answer, sent)
    if (answer.pieces) {
      await new Promise((resolve) => setImmediate(resolve))
    }
    if (answer.comments) {
      await write(res, Buffer.from(': PROCESSING\n\n'), answer, sent)
    }
    count += 1
    record.sent = count
    if (answer.pause?.after === count) {
      await sleep(answer.pause.ms)
    }
  }
  if (!answer.hang) {
    res.end()
  }
}

/**
 * `service`: { path, check(headers, body) → null or { status, body }, events(answer, body) →
 * pieces }. Returns { port, url, close, requests, next(...answers), otherwise(answer) }.
 */
export async function startLlm(service) {
  const requests = []
  const answers = []
  let usual = { say: 'Hello.' }
  const server = createServer((req, res) => {
    // Who only wants a connection is no guest.
    if (req.method === 'HEAD') {
      res.writeHead(405, { allow: 'POST' }).end()
      return
    }
    res.setMaxListeners(0) // a long answer waits often
    const chunks = []
    req.on('data', (chunk) => chunks.push(chunk))
    req.on('end', () => {
      const record = {
        headers: req.headers, url: req.url, port: req.socket.remotePort, sent: 0, isAborted: false,
      }
      record.closed = new Promise((resolve) => res.on('close', () => {
        record.isAborted = !res.writableFinished
        resolve()
      }))
      let refusal = null
      try {
        record.text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks))
        record.body = JSON.parse(record.text)
      } catch {
        refusal = service.refuse(400, 'We could not parse the JSON body of your request.')
      }
      requests.push(record)
      if (refusal === null && (req.method !== 'POST' || req.url !== service.path)) {
        refusal = service.refuse(404, `Invalid URL (${req.method} ${req.url})`)
      }
      refusal ??= service.check(req.headers, record.body)
      record.refusal = refusal
      let answer = answers.shift() ?? usual
      answer = typeof answer === 'function' ? answer(record.body) : answer
      const events = refusal || answer.status || answer.raw !== undefined || answer.pieces
        ? [] : service.events(answer, record.body)
      send(res, refusal ?? { headers: { [service.idHeader]: `req_${requests.length}` }, ...answer },
        events, record)
        .catch(() => res.destroy())
    })
  })
  server.keepAliveTimeout = 60000
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: server.address().port,
    url: `http://127.0.0.1:${server.address().port}${service.base}`,
    requests,
    next: (...more) => answers.push(...more),
    otherwise: (answer) => { usual = answer },
    clear: () => { answers.length = 0 },
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Text in pieces of so many characters, as tokens come. */
export function tokens(text, size = 4) {
  return typeof text === 'string' ? text.match(new RegExp(`[^]{1,${size}}`, 'gu')) ?? [] : text
}
