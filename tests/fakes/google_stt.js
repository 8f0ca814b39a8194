// SPDX-License-Identifier: BSD-2-Clause
/**
 * Google Cloud Speech-to-Text v1, speech:recognize, as strict as the real one about fields and
 * who asks. `heard` are the u-law bytes of each request.
 */
import { Fake, hear, json, text } from './stt_base.js'

const CONFIG = {
  encoding: ['MULAW', 'LINEAR16', 'FLAC'], sampleRateHertz: 'number', audioChannelCount: 'number',
  languageCode: 'string', alternativeLanguageCodes: 'object', maxAlternatives: 'number',
  model: ['latest_long', 'latest_short', 'phone_call', 'command_and_search', 'video', 'default'],
  useEnhanced: 'boolean', enableAutomaticPunctuation: 'boolean', enableWordTimeOffsets: 'boolean',
  speechContexts: 'object',
}

const error = (code, status, message) => json(code, { error: { code, message, status } })

/** What is wrong with a request, or undefined. */
function fault(request) {
  const known = (object, names) => Object.keys(object).find((name) => !names.includes(name))
  const odd = known(request, ['config', 'audio'])
    ?? known(request.config ?? {}, Object.keys(CONFIG))
    ?? known(request.audio ?? {}, ['content', 'uri'])
  if (odd) {
    return `Invalid JSON payload received. Unknown name "${odd}"`
  }
  for (const [name, value] of Object.entries(request.config ?? {})) {
    const rule = CONFIG[name]
    if (Array.isArray(rule) ? !rule.includes(value) : typeof value !== rule) {
      return `Invalid value at '${name}'`
    }
  }
  const { encoding, sampleRateHertz, languageCode, useEnhanced, model } = request.config ?? {}
  if (encoding === 'MULAW' && sampleRateHertz !== 8000) {
    return 'sample_rate_hertz must be 8000 for MULAW'
  }
  if (!/^[a-z]{2,3}-[A-Z]{2}$/.test(languageCode ?? '')) {
    return 'bad language code'
  }
  if (useEnhanced && model !== 'phone_call' && model !== 'video') {
    return 'no enhanced model'
  }
  for (const { phrases } of request.config.speechContexts ?? []) {
    if (phrases.length > 500 || phrases.some((phrase) => phrase.length > 100)) {
      return 'too many phrases'
    }
  }
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(request.audio?.content ?? '')) {
    return 'audio.content is no base64'
  }
  return undefined
}

export class GoogleSpeech extends Fake {
  apiKey = 'AIzaInvented-Key_1'
  token = 'ya29.invented'
  heard = []

  answer = (request) => {
    const { authorization } = request.headers
    const key = request.query.get('key')
    if (request.method !== 'POST' || request.path !== '/v1/speech:recognize') {
      return error(404, 'NOT_FOUND', 'Not found')
    }
    if (key !== null && key !== this.apiKey) {
      return error(400, 'INVALID_ARGUMENT', 'API key not valid.')
    }
    if (key === null && authorization !== `Bearer ${this.token}`) {
      return error(401, 'UNAUTHENTICATED', 'Request had invalid authentication credentials.')
    }
    if (request.headers['content-type'] !== 'application/json') {
      return error(400, 'INVALID_ARGUMENT', 'not JSON')
    }
    const what = JSON.parse(request.body)
    const wrong = fault(what)
    if (wrong) {
      return error(400, 'INVALID_ARGUMENT', wrong)
    }
    const audio = Buffer.from(what.audio.content, 'base64')
    this.heard.push(audio)
    if (audio.length > 60 * 8000) {
      return error(400, 'INVALID_ARGUMENT', 'Sync input too long.')
    }
    const words = hear(audio)
    return json(200, {
      ...(words.length ? { results: [{ alternatives: [{ transcript: text(words),
        confidence: 0.94 }], resultEndTime: `${(audio.length / 8000).toFixed(3)}s`,
      languageCode: what.config.languageCode.toLowerCase() }] } : {}),
      totalBilledTime: `${Math.ceil(audio.length / 8000)}s`, requestId: '4415926535',
    })
  }
}
