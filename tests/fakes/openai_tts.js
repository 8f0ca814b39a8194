// SPDX-License-Identifier: BSD-2-Clause
/**
 * audio/speech as OpenAI has it: samples of 24 kHz in pieces that split them. Own knob: wavRate:
 * as local servers send it, a WAV file of that rate whose size says nothing.
 */
import { answer, bytesOf, start, wav } from './tts_base.js'

const FORMATS = ['mp3', 'opus', 'aac', 'flac', 'wav', 'pcm']
const bad = (status, code) => ({
  status, body: { error: { message: 'No.', type: 'requests', param: null, code } },
})

export async function openaiTts({ key = 'k_invented' } = {}) {
  const fake = await start({
    onRequest: async (request, response, body) => {
      const { model, voice, input, response_format: format = 'mp3' } = JSON.parse(body.toString())
      if (!model || !voice || !input || input.length > 4096 || !FORMATS.includes(format)) {
        response.writeHead(400, { 'content-type': 'application/json' })
        response.end(JSON.stringify(bad(400, null).body))
        return
      }
      const { mp3, wavRate, garbage } = fake.faults
      if (format !== 'pcm' || mp3) {
        const frame = Buffer.concat([Buffer.from([0xff, 0xfb, 0x90, 0]), Buffer.alloc(4000)])
        await answer(fake, response, 'audio/mpeg', frame)
      } else if (garbage) {
        const film = Buffer.concat([Buffer.from('RIFF\0\0\0\0AVI '), Buffer.alloc(4000)])
        await answer(fake, response, 'audio/pcm', film)
      } else if (wavRate) {
        const file = wav(1, wavRate, bytesOf(fake.speak(input, wavRate)), { size: 0xffffffff })
        await answer(fake, response, 'audio/wav', file)
      } else {
        await answer(fake, response, 'audio/pcm', bytesOf(fake.speak(input, 24000)))
      }
    },
    check: (request) => {
      if (request.url !== '/v1/audio/speech' || request.method !== 'POST') {
        return bad(404, null)
      }
      return !key || request.headers.authorization === `Bearer ${key}` ? null
        : bad(401, 'invalid_api_key')
    },
  })
  return fake
}
