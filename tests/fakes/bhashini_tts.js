// SPDX-License-Identifier: BSD-2-Clause
/**
 * Bhashini: asked first where to ask; then WAV files of floats at 22,050 Hz, with chunks that stand
 * before their data. Own knobs: config {...}: what the first answer is instead.
 */
import { answer, start, wav } from './tts_base.js'

export async function bhashiniTts(
  { user = 'u1', key = 'k_invented', inferenceKey = 'i_invented' } = {},
) {
  let fake
  const config = () => ({
    pipelineResponseConfig: [{ taskType: 'tts', config: [{ serviceId: 'svc-hi', modelId: 'm',
      language: { sourceLanguage: 'hi' } }] }],
    pipelineInferenceAPIEndPoint: { callbackUrl: `${fake.url}/services/inference/pipeline`,
      inferenceApiKey: { name: 'Authorization', value: inferenceKey } },
  })
  const json = (response, status, body) => {
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(body))
  }

  fake = await start({
    onRequest: async (request, response, body) => {
      const what = JSON.parse(body.toString())
      const { pipelineTasks: [task], inputData, pipelineRequestConfig } = what
      if (request.url.endsWith('/getModelsPipeline')) {
        const status = pipelineRequestConfig?.pipelineId ? 200 : 400
        json(response, status, fake.faults.config ?? config())
        return
      }
      const words = inputData?.input?.[0]?.source
      if (task.taskType !== 'tts' || !task.config.serviceId || typeof words !== 'string') {
        json(response, 400, { detail: { code: 'PARAMETER_MISSING', message: 'no' } })
        return
      }
      const rate = 22050
      const pcm = fake.speak(words, rate)
      const floats = Buffer.from(Float32Array.from(pcm, (sample) => sample / 32768).buffer)
      const extra = [['fact', Buffer.alloc(4)], ['LIST', Buffer.from('INFOxyz')]]
      const file = wav(3, rate, floats, { extra })
      const text = fake.faults.badBase64 ? '%%' : file.toString('base64')
      await answer(fake, response, 'application/json', Buffer.from(JSON.stringify({
        pipelineResponse: [{
          taskType: 'tts', config: { audioFormat: 'wav', samplingRate: rate }, output: null,
          audio: [{ audioContent: text, audioUri: null }],
        }],
      })))
    },
    check: (request) => {
      if (request.url === '/ulca/apis/v0/model/getModelsPipeline') {
        return request.headers.userid === user && request.headers.ulcaapikey === key ? null
          : { status: 401, body: { message: 'Unauthorized' } }
      }
      if (request.url === '/services/inference/pipeline') {
        return request.headers.authorization === inferenceKey ? null : { status: 401, body: {} }
      }
      return { status: 404 }
    },
  })
  return fake
}
