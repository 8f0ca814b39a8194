// SPDX-License-Identifier: BSD-2-Clause
/**
 * ElevenLabs: multi-stream-input with at most five contexts, stream-input, and HTTP. The first text
 * of a context is a single space; settings come with it alone; a keepalive that names a context
 * before that spoils it; what was flushed before close_context is still spoken.
 *
 * Own knobs: snake: names in snake_case; noFinal: as `never`; dieWith {error, code}: told in the
 * middle, then closed with 1008; otherContext; handshake.path: which of the ways is shut.
 */
import { answer, breaks, pieces, start, ulaw } from './tts_base.js'

const LIMIT = 5
const WAYS = /^\/v1\/text-to-speech\/([\w%-]+)\/(multi-stream-input|stream-input|stream)$/

function alignment(fake, text, ms, spelling) {
  const chars = [...text]
  const step = ms / chars.length
  const starts = chars.map((_, i) => i * step)
  const spans = chars.map(() => step)
  return spelling ? { chars, char_start_times_ms: starts, chars_durations_ms: spans }
    : fake.faults.times === 'odd' ? { chars, charsStartTimesMs: starts, charsDurationsMs: spans }
      : { chars, charStartTimesMs: starts, charDurationsMs: spans }
}

export async function elevenlabs({ key = 'k_invented' } = {}) {
  let fake

  const die = (ws, error) => {
    ws.send(JSON.stringify({ message: 'It is not allowed.', error, code: 1008 }))
    ws.close(1008, error)
  }

  /** Speech of one context, with its letters, in the spelling that is asked for. */
  const speak = async (ws, id, text, state) => {
    const { snake, garbage, badBase64, otherContext, dieWith, mute } = fake.faults
    const speech = ulaw(fake.speak(text))
    if (mute) {
      await new Promise(() => {})
    }
    const halves = Math.ceil(text.length / 2)
    const name = otherContext ? 'somebody' : id
    const who = id === null ? {} : snake ? { context_id: name } : { contextId: name }
    return pieces(fake, speech, (piece, at, count) => {
      if (state.dead && !fake.faults.afterCancel) {
        return false
      }
      if (breaks(fake, ws, at, count)) {
        return false
      }
      if (dieWith && at >= count / 2) {
        die(ws, dieWith)
        return false
      }
      if (garbage && at >= count / 2) {
        ws.send('{"audio":"AA')
        return false
      }
      let letters = {}
      if (fake.faults.times !== 'missing' && (at === 0 || at === Math.floor(count / 2))) {
        const part = at === 0 ? text.slice(0, halves) : text.slice(halves)
        const both = alignment(fake, part, speech.length / 16, snake)
        letters = { alignment: both, ...(snake ? {} : { normalizedAlignment: both }) }
      }
      if (ws.readyState === 1) {
        const audio = badBase64 ? '####' : piece.toString('base64')
        ws.send(JSON.stringify({ audio, ...who, isFinal: null, ...letters }))
      }
      return true
    }, 803)
  }

  const final = (ws, id) => {
    if (fake.faults.never || ws.readyState !== 1) {
      return
    }
    const { snake } = fake.faults
    ws.send(JSON.stringify(id === null ? { audio: null, isFinal: true }
      : snake ? { is_final: true, context_id: id } : { isFinal: true, contextId: id }))
  }

  const multi = (ws) => {
    const contexts = new Map()
    const spoiled = new Set()
    ws.on('message', (data) => {
      const message = JSON.parse(data.toString())
      const id = message.context_id
      fake.messages.push(message)
      if (message.close_socket) {
        ws.close(1000)
        return
      }
      const context = contexts.get(id)
      if (message.close_context) {
        if (context && !context.closed) {
          context.closed = true
          context.work.then(() => { contexts.delete(id); final(ws, id) })
        } else if (context) {
          context.state.dead = true
        }
        return
      }
      if (message.text === '') {
        if (id !== undefined && !context) {
          spoiled.add(id)
        }
        return
      }
      if (!context) {
        if (message.text !== ' ' || spoiled.has(id)) {
          die(ws, 'invalid_message')
        } else if (contexts.size >= LIMIT) {
          die(ws, 'max_active_conversations')
        } else {
          contexts.set(id, { text: '', work: Promise.resolve(), state: {} })
        }
        return
      }
      if (message.voice_settings || context.closed) {
        die(ws, 'invalid_message')
        return
      }
      context.text += message.text ?? ''
      if (message.flush) {
        const { text } = context
        context.text = ''
        context.work = context.work.then(() => speak(ws, id, text, context.state))
      }
    })
    ws.on('close', () => contexts.forEach((context) => { context.state.dead = true }))
  }

  const single = (ws) => {
    let begun = false
    let text = ''
    ws.on('message', async (data) => {
      const message = JSON.parse(data.toString())
      fake.messages.push(message)
      if (!begun) {
        begun = true
        if (message.text !== ' ') {
          die(ws, 'invalid_message')
        }
        return
      }
      text += message.text
      if (message.text === '') {
        if (await speak(ws, null, text, {}) !== false) {
          final(ws, null)
          ws.close(1000)
        }
      }
    })
  }

  fake = await start({
    onSocket: (ws, request) => (request.url.includes('/multi-') ? multi(ws) : single(ws)),
    onRequest: async (request, response, body) => {
      const { text, model_id: model } = JSON.parse(body.toString())
      if (!text || !model) {
        response.writeHead(422, { 'content-type': 'application/json' })
        response.end('{"detail":[{"msg":"field required"}]}')
        return
      }
      await answer(fake, response, 'audio/basic', ulaw(fake.speak(text)))
    },
    check: (request) => {
      const url = new URL(request.url, 'http://x')
      const way = WAYS.exec(url.pathname)
      if (!way) {
        return { status: 404 }
      }
      if (request.headers['xi-api-key'] !== key) {
        return { status: 401, body: { detail: { status: 'invalid_api_key', message: 'No' } } }
      }
      if (way[1] === 'nobody') {
        return { status: 400, body: { detail: { status: 'voice_not_found', message: 'no' } } }
      }
      return url.searchParams.get('output_format') === 'ulaw_8000' ? null : { status: 403 }
    },
  })
  return fake
}
