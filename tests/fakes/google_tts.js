// SPDX-License-Identifier: BSD-2-Clause
/** Google's text:synthesize: MULAW in a WAV file, in base64, in JSON; a whole sentence at once. */
import { answer, start, ulaw, wav } from './tts_base.js'

const bad = (status, name, message) => ({
  status, body: { error: { code: status, message, status: name } },
})

export async function googleTts({ key = 'AIza_invented', token = 'k_invented' } = {}) {
  const fake = await start({
    onRequest: async (request, response, body) => {
      const { input, voice, audioConfig } = JSON.parse(body.toString())
      if (!input?.text || !voice?.languageCode || audioConfig?.audioEncoding !== 'MULAW'
          || Buffer.byteLength(input.text) > 5000) {
        const wrong = bad(400, 'INVALID_ARGUMENT', 'Invalid input.')
        response.writeHead(400, { 'content-type': 'application/json' })
        response.end(JSON.stringify(wrong.body))
        return
      }
      const { garbage, badBase64, rate = audioConfig.sampleRateHertz, cut } = fake.faults
      const file = wav(7, rate, ulaw(fake.speak(input.text, rate)),
        { extra: [['fact', Buffer.alloc(4)], ['LIST', Buffer.from('INFOISFT\x05\0\0\0fake\0')]] })
      const audioContent = badBase64 ? '!!' : file.toString('base64')
      let text = JSON.stringify({ audioContent }, null, 2)
      text = garbage ? '<html>no</html>' : cut ? text.slice(0, text.length / 2) : text
      await answer(fake, response, 'application/json; charset=UTF-8', Buffer.from(text))
    },
    check: (request) => {
      if (request.url !== '/v1/text:synthesize' || request.method !== 'POST') {
        return bad(404, 'NOT_FOUND', 'no')
      }
      return request.headers['x-goog-api-key'] === key
        || request.headers.authorization === `Bearer ${token}`
        ? null : bad(403, 'PERMISSION_DENIED', 'no')
    },
  })
  return fake
}
