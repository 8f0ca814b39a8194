// SPDX-License-Identifier: BSD-2-Clause
/**
 * Cartesia's WebSocket: contexts whose inputs must not change, that die a second after their
 * last audio, a flush_done for each input, errors in the old and the new shape.
 *
 * Own knobs: error {status_code, error_code}, in the middle; errorWithout: no context_id in it;
 * otherContext: audio bears the name of a context that was never asked for; expireMs; limit: of
 * active contexts; oldErrors: as before 2026-03-01.
 */
import { breaks, pieces, sleep, start, ulaw } from './tts_base.js'

const SAME = ['model_id', 'voice', 'language', 'output_format', 'add_timestamps',
  'use_normalized_timestamps', 'max_buffer_delay_ms', 'generation_config']

const sameOf = (message) => JSON.stringify(SAME.map((name) => message[name]))

function times(fake, text, fromS, ms) {
  const words = text.trim().split(/\s+/)
  const step = ms / 1000 / words.length
  const shown = fake.faults.times === 'odd' ? words.map((word) => ` ${word}! `) : words
  return {
    words: shown,
    start: words.map((_, i) => fromS + i * step),
    end: words.map((_, i) => fromS + (i + 1) * step),
  }
}

export async function cartesia({ key = 'k_invented' } = {}) {
  let fake
  const structured = (request) => (request.headers['cartesia-version'] ?? '') >= '2026-03-01'
    && !fake.faults.oldErrors

  const onSocket = (ws, request) => {
    const contexts = new Map()
    const tell = (message) => ws.readyState === 1 && ws.send(JSON.stringify(message))
    const fail = (id, status, code, title) => tell({
      type: 'error', status_code: status, done: true,
      ...(id && !fake.faults.errorWithout ? { context_id: id } : {}),
      ...(structured(request) ? { error_code: code, title, message: title, request_id: 'r1' }
        : { error: `${title}: ${title}` }),
    })

    const run = async (id, context) => {
      context.running = true
      for (let input; (input = context.inputs.shift()) !== undefined;) {
        await speak(id, context, input)
        if (context.dead) {
          return
        }
      }
      context.running = false
      if (context.last) {
        contexts.delete(id)
        if (!fake.faults.never) {
          tell({ type: 'done', context_id: id, status_code: 200, done: true })
        }
        return
      }
      clearTimeout(context.expiry)
      context.expiry = setTimeout(() => {
        context.dead = true
        contexts.delete(id)
        contexts.expired.add(id)
      }, fake.faults.expireMs ?? 1000)
    }

    const speak = async (id, context, text) => {
      const speech = ulaw(fake.speak(text))
      const flush = ++context.flush
      const base = context.samples / 8000
      const ms = speech.length / 8
      const { never, mute, garbage, badBase64, error, otherContext } = fake.faults
      if (mute) {
        await new Promise(() => {})
      }
      const stamps = { type: 'timestamps', context_id: id, status_code: 206, done: false,
        word_timestamps: times(fake, text, base, ms) }
      if (!fake.faults.times || fake.faults.times === 'odd') {
        tell(stamps)
      }
      const whole = await pieces(fake, speech, (piece, at, count) => {
        if (context.dead && !fake.faults.afterCancel) {
          return false
        }
        if (breaks(fake, ws, at, count)) {
          return false
        }
        if (error && at >= count / 2) {
          context.dead = true
          contexts.delete(id)
          fail(id, error.status_code, error.error_code, 'It failed')
          return false
        }
        if (garbage && at >= count / 2) {
          ws.send('{"type":"chunk","context')
          return false
        }
        tell({
          type: 'chunk', context_id: otherContext ? 'somebody-else' : id, status_code: 206,
          done: false, data: badBase64 ? '!!!!' : piece.toString('base64'), step_time: 1,
          flush_id: flush,
        })
        return true
      })
      context.samples += speech.length
      if (fake.faults.times === 'late') {
        await sleep(50)
        tell(stamps)
      }
      if (whole && !never && !context.dead) {
        tell({
          type: 'flush_done', context_id: id, status_code: 206, done: false, flush_id: flush,
          flush_done: true,
        })
      }
    }

    contexts.expired = new Set()
    ws.on('message', (data, isBinary) => {
      const message = isBinary ? null : JSON.parse(data.toString())
      fake.messages.push(message)
      if (!message?.context_id) {
        fail(null, 400, 'bad_request', 'No context')
        return
      }
      const id = message.context_id
      let context = contexts.get(id)
      if (message.cancel) {
        if (context) {
          context.dead = true
          contexts.delete(id)
        }
        return
      }
      if (contexts.expired.has(id)) {
        fail(id, 400, 'context_expired', 'Context has expired')
        return
      }
      const format = message.output_format
      if (!message.model_id || message.voice?.mode !== 'id' || format?.container !== 'raw'
          || typeof message.transcript !== 'string'
          || (message.transcript === '' && message.continue !== false)) {
        fail(id, 400, 'bad_request', 'Invalid request')
        return
      }
      if (!context) {
        if (contexts.size >= (fake.faults.limit ?? 5)) {
          fail(id, 429, 'concurrency_limited', 'Too many concurrent requests')
          return
        }
        context = { inputs: [], flush: 0, samples: 0, same: sameOf(message) }
        contexts.set(id, context)
      }
      if (context.same !== sameOf(message) || context.last) {
        fail(id, 400, 'bad_request', 'Fields changed within a context')
        return
      }
      clearTimeout(context.expiry)
      context.last = !message.continue
      if (message.transcript !== '') {
        context.inputs.push(message.transcript)
      }
      if (!context.running) {
        run(id, context)
      }
    })
    ws.on('close', () => contexts.forEach((context) => {
      context.dead = true
      clearTimeout(context.expiry)
    }))
  }

  fake = await start({
    onSocket,
    check: (request) => {
      const path = request.url.split('?')[0]
      if (path !== '/tts/websocket') {
        return { status: 404 }
      }
      if (!request.headers['cartesia-version']) {
        return { status: 400, body: 'missing version' }
      }
      return request.headers['x-api-key'] === key ? null
        : { status: 401, body: { error_code: 'unauthorized', title: 'No', message: 'no' } }
    },
  })
  return fake
}
