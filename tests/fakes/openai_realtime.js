// SPDX-License-Identifier: BSD-2-Clause
/**
 * OpenAI Realtime over a WebSocket, with G.711: as strict as the real one about order, names,
 * what is active and how much of an item there is. It hears voice where bytes are not silence,
 * and says what `answers` tells, else "All right."; what it was told to say word for word, it says.
 */
import { createServer } from 'node:http'
import { WebSocketServer } from 'ws'

const MS_BYTES = 8
const DELTA_MS = 200
const LETTER_MS = 60
const START_MS = 60

class Refusal extends Error {
  constructor(code, message, param = null) {
    super(message)
    this.code = code
    this.param = param
  }
}

function need(condition, code, message, param) {
  if (!condition) {
    throw new Refusal(code, message, param)
  }
}

/** `shape`: a member's type by name, an object of members, [shape] for lists, or a function. */
function checkShape(value, shape, at) {
  if (typeof shape === 'function') {
    need(shape(value), 'invalid_value', `${at} has no such value`, at)
  } else if (Array.isArray(shape)) {
    need(Array.isArray(value), 'invalid_type', `${at} is a list`, at)
    value.forEach((one, i) => checkShape(one, shape[0], `${at}[${i}]`))
  } else if (typeof shape === 'object') {
    need(value !== null && typeof value === 'object', 'invalid_type', `${at} is an object`, at)
    for (const name of Object.keys(value)) {
      need(name in shape, 'unknown_parameter', `Unknown parameter: '${at}.${name}'.`, name)
      checkShape(value[name], shape[name], `${at}.${name}`)
    }
  } else {
    // eslint-disable-next-line valid-typeof
    need(typeof value === shape, 'invalid_type', `${at} is a ${shape}`, at)
  }
}

const anything = () => true
const oneOf = (...list) => (value) => list.includes(value)
const between = (from, to) => (value) => Number.isFinite(value) && value >= from && value <= to
const format = { type: oneOf('audio/pcmu', 'audio/pcma', 'audio/pcm'), rate: oneOf(24000) }
const tool = {
  type: oneOf('function'), name: (name) => /^[a-zA-Z0-9_-]{1,64}$/.test(name),
  description: 'string', parameters: (schema) => schema?.type === 'object',
}
const SESSION = {
  type: oneOf('realtime'), model: 'string', output_modalities: [oneOf('audio', 'text')],
  instructions: 'string',
  audio: {
    input: {
      format, transcription: { model: 'string', language: 'string', prompt: 'string' },
      noise_reduction: { type: oneOf('near_field', 'far_field') },
      turn_detection: {
        type: oneOf('server_vad'), threshold: between(0, 1), prefix_padding_ms: between(0, 5000),
        silence_duration_ms: between(0, 5000), create_response: 'boolean',
        interrupt_response: 'boolean', idle_timeout_ms: between(5000, 30000),
      },
    },
    output: { format, voice: 'string', speed: between(0.25, 1.5) },
  },
  tools: [tool], tool_choice: oneOf('auto', 'none', 'required'),
  max_output_tokens: between(1, 4096), truncation: anything,
}
const COMMANDS = {
  'session.update': { session: SESSION },
  'input_audio_buffer.append': { audio: 'string' },
  'input_audio_buffer.clear': {},
  'input_audio_buffer.commit': {},
  'conversation.item.create': {
    item: {
      id: 'string', type: oneOf('message', 'function_call_output'), role: oneOf('user', 'system'),
      content: [{ type: oneOf('input_text'), text: 'string' }], call_id: 'string', output: 'string',
    },
  },
  'conversation.item.truncate': {
    item_id: 'string', content_index: between(0, 9), audio_end_ms: between(0, 3.6e6),
  },
  'response.create': {
    response: {
      instructions: 'string', tool_choice: oneOf('auto', 'none', 'required'), metadata: anything,
    },
  },
  'response.cancel': { response_id: 'string' },
}

const BETA = {
  'response.output_audio.delta': 'response.audio.delta',
  'response.output_audio.done': 'response.audio.done',
  'response.output_audio_transcript.delta': 'response.audio_transcript.delta',
  'response.output_audio_transcript.done': 'response.audio_transcript.done',
  'conversation.item.added': 'conversation.item.created',
}

/* Sockets keep the process; a stall that nobody waits for any more does not. */
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms).unref())

/** One connection. What it was told is in `commands`; what it refused in `refused`. */
class Session {
  commands = []
  refused = []
  conversation = []
  items = new Map()
  heardBytes = 0
  #next = 1
  #updated = false
  #voiceMs = 0
  #silenceMs = 0
  #speech = null
  response = null

  constructor(fake, socket, raw) {
    this.fake = fake
    this.socket = socket
    this.raw = raw
    socket.on('message', (data, isBinary) => this.#on(data, isBinary))
    socket.on('error', () => {})
    socket.on('close', () => { this.closed = true; this.response = null })
  }

  id(kind) {
    return `${kind}_${this.#next++}`
  }

  send(type, members = {}) {
    if (this.closed || this.fake.faults.mute) {
      return
    }
    const name = this.fake.faults.beta ? BETA[type] ?? type : type
    this.socket.send(JSON.stringify({ type: name, event_id: this.id('event'), ...members }))
  }

  error(code, message, eventId = null, param = null) {
    this.send('error', {
      error: { type: 'invalid_request_error', code, message, param, event_id: eventId },
    })
  }

  /** The session's time is up. */
  expire() {
    this.send('error', { error: { type: 'invalid_request_error', code: 'session_expired',
      message: 'Your session hit the maximum duration.', param: null, event_id: null } })
    this.socket.close(1001, 'session expired')
  }

  of(type) {
    return this.commands.filter((command) => command.type === type)
  }

  #on(data, isBinary) {
    let command = null
    try {
      need(!isBinary, 'invalid_json', 'text only')
      command = JSON.parse(data.toString())
      const { type, event_id: eventId, ...members } = command
      need(type in COMMANDS, 'invalid_value', `Invalid value: '${type}'.`, 'type')
      need(eventId === undefined || typeof eventId === 'string', 'invalid_type', 'event_id')
      checkShape(members, COMMANDS[type], type)
      if (type !== 'input_audio_buffer.append') {
        this.commands.push(command)
      }
      need(type === 'session.update' || this.#updated, 'not_ready',
        `${type} before session.updated`)
      this[`on_${type.replaceAll('.', '_')}`](members, eventId)
    } catch (error) {
      if (!(error instanceof Refusal) && !(error instanceof SyntaxError)) {
        throw error
      }
      const code = error.code ?? 'invalid_json'
      this.refused.push({ type: command?.type, code, message: error.message })
      this.error(code, error.message, command?.event_id, error.param)
    }
  }

  async on_session_update({ session }) {
    need(session.type === 'realtime', 'missing_required_parameter', 'session.type')
    this.config = session
    await pause(this.fake.faults.updatedMs ?? 0)
    this.#updated = true
    this.send('session.updated', { session })
  }

  on_input_audio_buffer_append({ audio }) {
    const bytes = Buffer.from(audio, 'base64')
    need(bytes.length > 0 && bytes.toString('base64') === audio, 'invalid_value', 'base64', 'audio')
    this.heardBytes += bytes.length
    for (let at = 0; at < bytes.length; at += 20 * MS_BYTES) {
      const piece = bytes.subarray(at, at + 20 * MS_BYTES)
      this.#hear(piece.length / MS_BYTES, piece.some((byte) => (byte & 0x7f) < 0x70))
    }
  }

  /** Server VAD. */
  #hear(ms, voiced) {
    const detection = this.config.audio.input.turn_detection
    if (this.fake.faults.deaf) {
      return
    }
    this.#voiceMs = voiced ? this.#voiceMs + ms : this.#speech ? this.#voiceMs : 0
    this.#silenceMs = voiced ? 0 : this.#silenceMs + ms
    if (!this.#speech && this.#voiceMs >= START_MS) {
      this.startSpeech()
    } else if (this.#speech && this.#silenceMs >= detection.silence_duration_ms) {
      this.stopSpeech()
    }
  }

  startSpeech() {
    this.#speech = { id: this.id('item') }
    this.send('input_audio_buffer.speech_started',
      { audio_start_ms: this.heardBytes / MS_BYTES, item_id: this.#speech.id })
    if (this.response && this.config.audio.input.turn_detection.interrupt_response) {
      this.cancel('turn_detected')
    }
  }

  stopSpeech() {
    const { id } = this.#speech
    const text = this.fake.heard.shift() ?? 'hello'
    this.#speech = null
    this.#voiceMs = 0
    this.send('input_audio_buffer.speech_stopped',
      { audio_end_ms: this.heardBytes / MS_BYTES, item_id: id })
    this.send('input_audio_buffer.committed', { previous_item_id: null, item_id: id })
    this.send('conversation.item.added', { item: { id, type: 'message', role: 'user' } })
    this.conversation.push({ role: 'user', text })
    setTimeout(() => {
      if (this.fake.faults.noTranscript) {
        this.send('conversation.item.input_audio_transcription.failed',
          { item_id: id, content_index: 0, error: { code: 'audio_unintelligible' } })
      } else {
        this.send('conversation.item.input_audio_transcription.completed',
          { item_id: id, content_index: 0, transcript: text })
      }
    }, this.fake.faults.transcriptMs ?? 20)
    if (!this.response) {
      this.respond({})
    }
  }

  on_conversation_item_create({ item }) {
    if (item.type === 'function_call_output') {
      const call = this.items.get(item.call_id)
      need(call && !call.answered, 'item_not_found', 'no such call', 'item.call_id')
      JSON.parse(item.output)
      call.answered = true
      this.conversation.push({ role: 'tool', name: call.name, output: item.output })
    } else {
      need(item.role && item.content, 'missing_required_parameter', 'role, content', 'item')
      this.conversation.push({ role: item.role, text: item.content[0].text })
    }
    this.send('conversation.item.added', { item: { id: this.id('item'), ...item } })
  }

  on_conversation_item_truncate({ item_id: id, content_index: index, audio_end_ms: ms }) {
    const item = this.items.get(id)
    need(item?.bytes !== undefined, 'item_not_found', `no item ${id}`, 'item_id')
    need(index === 0, 'invalid_value', 'content_index', 'content_index')
    need(Number.isInteger(ms) && ms <= item.bytes / MS_BYTES, 'invalid_value',
      `Audio content of ${item.bytes / MS_BYTES}ms is already shorter than ${ms}ms`, 'audio_end_ms')
    item.truncated = ms
    this.send('conversation.item.truncated',
      { item_id: id, content_index: index, audio_end_ms: ms })
  }

  on_response_create({ response }) {
    need(!this.response, 'conversation_already_has_active_response',
      'Conversation already has an active response in progress')
    this.respond(response ?? {})
  }

  on_response_cancel({ response_id: id }) {
    need(this.response && (!id || id === this.response.id), 'response_cancel_not_active',
      'Cancellation failed: no active response found')
    this.cancel('client_cancelled')
  }

  cancel(reason) {
    const response = this.response
    this.response = null
    response.cancelled = true
    /* What was on its way comes all the same. */
    const late = response.late
    this.send('response.done', this.#done(response, 'cancelled', { type: 'cancelled', reason }))
    if (late && this.fake.faults.late) {
      this.send('response.output_audio.delta', late)
    }
  }

  #done(response, status, details = null) {
    return { response: {
      id: response.id, object: 'realtime.response', status, status_details: details,
      output: response.output,
      usage: { total_tokens: 150, input_tokens: 100, output_tokens: 50,
        input_token_details: { text_tokens: 60, audio_tokens: 40, cached_tokens: 10 },
        output_token_details: { text_tokens: 10, audio_tokens: 40 } },
    } }
  }

  async respond({ instructions, tool_choice: choice }) {
    const { faults } = this.fake
    const response = { id: this.id('resp'), output: [] }
    const exactly = instructions?.match(/word for word, and nothing else: "(.*)"$/s)?.[1]
    const answer = exactly ? { text: exactly } : this.fake.answers.shift() ?? { text: 'All right.' }
    this.response = response
    if (faults.silent) {
      return
    }
    await pause(faults.slowMs ?? 0)
    if (response.cancelled) {
      return
    }
    this.send('response.created',
      { response: { id: response.id, status: 'in_progress', output: [] } })
    if (faults.failed) {
      this.response = null
      this.send('response.done', this.#done(response, 'failed',
        { type: 'failed', error: { type: 'server_error', code: faults.failed } }))
      return
    }
    for (const text of [answer.text, answer.more].filter(Boolean)) {
      await this.#speak(response, text)
    }
    for (const call of choice === 'none' ? [] : answer.tools ?? []) {
      this.#call(response, call, faults)
    }
    if (response.cancelled || this.closed || this.response !== response) {
      return
    }
    this.response = null
    this.send('response.done', this.#done(response, answer.incomplete ? 'incomplete' : 'completed'))
    this.send('rate_limits.updated', { rate_limits: [] })
  }

  async #speak(response, text) {
    const { faults } = this.fake
    const item = { id: this.id('item'), bytes: 0, text }
    const to = { response_id: response.id, item_id: item.id,
      output_index: response.output.length, content_index: 0 }
    if (response.cancelled) {
      return
    }
    this.items.set(item.id, item)
    this.send('response.output_item.added', {
      response_id: response.id, output_index: to.output_index,
      item: { id: item.id, type: 'message', role: 'assistant', status: 'in_progress', content: [] },
    })
    this.send('conversation.item.added', { item: { id: item.id } })
    this.send('response.content_part.added', { ...to, part: { type: 'audio' } })
    const words = text.split(/(?<= )/)
    const count = Math.max(1, Math.ceil(text.length * LETTER_MS / DELTA_MS))
    for (let i = 0; i < count; i += 1) {
      await pause(faults.deltaMs ?? 1)
      if (response.cancelled || this.closed) {
        return
      }
      if (faults.stallAfter === i) {
        await pause(1e6)
      } else if (faults.dropAfter === i) {
        this.socket.terminate()
        return
      } else if (faults.closeAfter === i) {
        this.socket.close(1011, 'internal error')
        return
      } else if (faults.garbageAfter === i) {
        this.socket.send('{"type": "response.output_au')
        return
      } else if (faults.freezeAfter === i) {
        this.raw.pause()
        return
      } else if (faults.expireAfter === i) {
        this.expire()
        return
      }
      const sound = Buffer.alloc(DELTA_MS * MS_BYTES)
      for (let at = 0; at < sound.length; at += 1) {
        sound[at] = at % 8 < 4 ? 0x20 : 0xa0
      }
      item.bytes += sound.length
      response.late = { ...to, delta: sound.toString('base64') }
      this.send('response.output_audio.delta', response.late)
      for (const word of words.splice(0, Math.ceil(words.length / (count - i)))) {
        this.send('response.output_audio_transcript.delta', { ...to, delta: word })
      }
    }
    this.send('response.output_audio.done', to)
    this.send('response.output_audio_transcript.done', { ...to, transcript: text })
    const whole = { id: item.id, type: 'message', role: 'assistant', status: 'completed',
      content: [{ type: 'output_audio', transcript: text }] }
    response.output.push(whole)
    this.conversation.push({ role: 'assistant', text })
    this.send('response.output_item.done',
      { response_id: response.id, output_index: to.output_index, item: whole })
  }

  #call(response, { name, args }, faults) {
    if (response.cancelled || this.closed) {
      return
    }
    const call = { id: this.id('item'), call_id: this.id('call'), type: 'function_call', name }
    const text = typeof args === 'string' ? args : JSON.stringify(args ?? {})
    const to = { response_id: response.id, item_id: call.id,
      output_index: response.output.length, call_id: call.call_id }
    this.items.set(call.call_id, call)
    this.send('response.output_item.added', {
      response_id: response.id, output_index: to.output_index,
      item: { ...call, status: 'in_progress', arguments: '' },
    })
    for (const letter of text) {
      this.send('response.function_call_arguments.delta', { ...to, delta: letter })
    }
    this.send('response.function_call_arguments.done',
      faults.beta ? { ...to, arguments: text } : { ...to, name, arguments: text })
    const whole = { ...call, status: 'completed', arguments: text }
    response.output.push(whole)
    this.send('response.output_item.done',
      { response_id: response.id, output_index: to.output_index, item: whole })
  }
}

/**
 * `faults`: status (of the upgrade), hang, createdMs, updatedMs, beta, deaf, mute, silent, slowMs,
 * deltaMs, failed (a code), late, noTranscript, transcriptMs, and {stall,drop,close,garbage,freeze,
 * expire}After: so many deltas. `heard`: what callers will have said.
 */
export async function startOpenaiRealtime({ key = 'sk-test' } = {}) {
  const fake = { sessions: [], requests: [], answers: [], heard: [], faults: {} }
  const server = createServer((req, res) => res.writeHead(426).end())
  const wss = new WebSocketServer({ noServer: true })
  const raws = new Set()
  const refuse = (socket, status, error) => {
    const body = JSON.stringify({ error })
    socket.end(`HTTP/1.1 ${status} No\r\ncontent-type: application/json\r\n`
      + `content-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`)
  }
  server.on('connection', (raw) => {
    raws.add(raw)
    raw.on('close', () => raws.delete(raw))
    raw.on('error', () => {})
  })
  server.on('upgrade', (req, socket, head) => {
    const url = new URL(req.url, 'http://fake')
    const model = url.searchParams.get('model')
    fake.requests.push({ path: url.pathname, model, headers: req.headers })
    if (fake.faults.hang) {
      return
    }
    if (url.pathname !== '/v1/realtime') {
      refuse(socket, 404, { message: 'no such place' })
    } else if (req.headers.authorization !== `Bearer ${key}`) {
      refuse(socket, 401, { type: 'invalid_request_error', code: 'invalid_api_key' })
    } else if (req.headers['openai-beta'] || !model) {
      refuse(socket, 400, { message: 'model, and no beta' })
    } else if (fake.faults.status) {
      refuse(socket, fake.faults.status, { message: 'not now' })
    } else {
      wss.handleUpgrade(req, socket, head, async (ws) => {
        const session = new Session(fake, ws, socket)
        fake.sessions.push(session)
        await pause(fake.faults.createdMs ?? 0)
        session.send('session.created', { session: { id: 'sess_1', type: 'realtime' } })
      })
    }
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  fake.port = server.address().port
  fake.url = `http://127.0.0.1:${fake.port}/v1`
  fake.close = () => {
    raws.forEach((raw) => raw.destroy())
    server.close()
  }
  return fake
}
