// SPDX-License-Identifier: BSD-2-Clause
/**
 * POST /v1/audio/transcriptions as OpenAI has it, or (`kind`: 'whisper.cpp') as whisper.cpp's
 * server. `heard` are its requests: { model, language, prompt, response_format, pcm, rate }.
 * `texts` are what is understood next: a text, or what the whole answer holds.
 */
import { Fake, json } from './stt_base.js'

const FIELDS = ['file', 'model', 'language', 'prompt', 'response_format', 'temperature',
  'timestamp_granularities[]', 'stream', 'chunking_strategy', 'include[]']
const error = (status, type, message, code = null) => json(status,
  { error: { message, type, param: null, code } })

/** Parts by name: { name: { headers, value } }, or undefined when it is not multipart. */
function parts(type, body) {
  const [, boundary] = /^multipart\/form-data; boundary=([A-Za-z0-9'()+_,./:=?-]{1,70})$/
    .exec(type) ?? []
  const bytes = body.toString('latin1')
  if (!boundary || !bytes.startsWith(`--${boundary}\r\n`)
    || !bytes.endsWith(`\r\n--${boundary}--\r\n`)) {
    return undefined
  }
  return Object.fromEntries(bytes.slice(boundary.length + 4, -boundary.length - 8)
    .split(`\r\n--${boundary}\r\n`).map((part) => {
      const end = part.indexOf('\r\n\r\n')
      const headers = part.slice(0, end)
      const value = Buffer.from(part.slice(end + 4), 'latin1')
      return [/name="([^"]+)"/.exec(headers)[1], { headers, value }]
    }))
}

/** A RIFF file of 16 bits, mono: { rate, pcm }, or undefined. */
export function wav(file) {
  if (file.length < 44 || file.toString('latin1', 0, 4) !== 'RIFF'
    || file.readUInt32LE(4) !== file.length - 8 || file.toString('latin1', 8, 16) !== 'WAVEfmt '
    || file.readUInt16LE(20) !== 1 || file.readUInt16LE(22) !== 1 || file.readUInt16LE(34) !== 16
    || file.readUInt32LE(28) !== file.readUInt32LE(24) * 2 || file.readUInt16LE(32) !== 2
    || file.toString('latin1', 36, 40) !== 'data' || file.readUInt32LE(40) !== file.length - 44) {
    return undefined
  }
  return { rate: file.readUInt32LE(24), pcm: file.subarray(44) }
}

export class Transcriptions extends Fake {
  key = 'sk-invented'
  kind = 'openai'
  heard = []
  texts = []

  answer = (request) => (this.kind === 'openai' ? this.#openai(request) : this.#whisper(request))

  #openai({ method, path, headers, body }) {
    if (method !== 'POST' || path !== '/v1/audio/transcriptions') {
      return error(404, 'invalid_request_error', 'Invalid URL')
    }
    if (headers.authorization !== `Bearer ${this.key}`) {
      return error(401, 'invalid_request_error', 'Incorrect API key', 'invalid_api_key')
    }
    const form = parts(headers['content-type'] ?? '', body)
    const odd = form && Object.keys(form).find((name) => !FIELDS.includes(name))
    if (!form || odd) {
      return error(400, 'invalid_request_error', `Unrecognized request argument: ${odd}`)
    }
    const value = (name) => form[name]?.value.toString() ?? ''
    const sound = form.file && /filename="[^"]+\.wav"/.test(form.file.headers)
      && /Content-Type: audio\/wav/.test(form.file.headers) && wav(form.file.value)
    if (!sound || sound.pcm.length / 2 / sound.rate < 0.1) {
      return error(400, 'invalid_request_error', 'Invalid file format.')
    }
    if (!/^[a-z]{2}$/.test(value('language')) || !value('model')) {
      return error(400, 'invalid_request_error', 'Invalid language or no model')
    }
    const format = value('response_format')
    if (!(value('model') === 'whisper-1' ? ['json', 'verbose_json', 'text'] : ['json'])
      .includes(format)) {
      return error(400, 'invalid_request_error', `response_format ${format} is not compatible`)
    }
    this.heard.push({ model: value('model'), language: value('language'), prompt: value('prompt'),
      response_format: format, ...sound })
    return json(200, this.#says(format, sound))
  }

  #says(format, { pcm, rate }) {
    const next = this.texts.shift() ?? ''
    const seconds = pcm.length / 2 / rate
    if (typeof next === 'object') {
      return next
    }
    return format === 'json'
      ? { text: next, usage: { type: 'duration', seconds: Math.ceil(seconds) } }
      : { task: 'transcribe', language: 'english', duration: seconds, text: next,
        segments: [{ id: 0, seek: 0, start: 0, end: seconds, text: ` ${next}`, tokens: [1],
          temperature: 0, avg_logprob: -0.2, compression_ratio: 1.1, no_speech_prob: 0.02 }] }
  }

  /** Errors come with 200, and text has the blanks it was written with. */
  #whisper({ path, headers, body }) {
    if (path !== '/inference') {
      return { status: 404, headers: { 'Content-Type': 'text/plain' }, body: 'File Not Found' }
    }
    const form = parts(headers['content-type'] ?? '', body)
    const sound = form?.file && wav(form.file.value)
    if (!sound) {
      return json(200, { error: form?.file ? 'failed to read audio data' : "no 'file' field" })
    }
    this.heard.push({ ...sound })
    const next = this.texts.shift() ?? ''
    return json(200, typeof next === 'object' ? next : { text: ` ${next}\n` })
  }
}
