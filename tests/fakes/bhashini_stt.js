// SPDX-License-Identifier: BSD-2-Clause
/**
 * Bhashini's recognition: the call that tells who recognizes a language, and the one that does.
 * `texts` are what is understood next; `heard` the audio of each request, `told` how many asked
 * who recognizes.
 */
import { Fake, json } from './stt_base.js'
import { wav } from './openai_stt.js'

const SERVICES = { hi: 'ai4bharat/conformer-hi-gpu--t4', ta: 'ai4bharat/conformer-ta' }
const unauthenticated = () => json(401, { detail: { message: 'Not authenticated' } })

export class Bhashini extends Fake {
  userID = 'user-1'
  ulcaApiKey = 'ulca-2'
  inferenceKey = 'inference-3'
  callback
  heard = []
  texts = []
  told = 0

  answer = (request) => {
    if (request.method !== 'POST' || request.headers['content-type'] !== 'application/json') {
      return json(415, { message: 'JSON is wanted' })
    }
    const body = JSON.parse(request.body)
    return {
      '/ulca/apis/v0/model/getModelsPipeline': () => this.#pipeline(request, body),
      '/services/inference/pipeline': () => this.#infer(request, body),
    }[request.path]?.() ?? json(404, { message: 'no such path' })
  }

  #pipeline({ headers }, { pipelineTasks, pipelineRequestConfig }) {
    if (headers.userid !== this.userID || headers.ulcaapikey !== this.ulcaApiKey) {
      return json(401, { message: 'invalid key' })
    }
    const language = pipelineTasks?.[0]?.config?.language?.sourceLanguage
    if (pipelineTasks?.[0]?.taskType !== 'asr' || !SERVICES[language]
      || !/^[0-9a-f]{24}$/.test(pipelineRequestConfig?.pipelineId ?? '')) {
      return json(400, { code: 'Bad Request', message: 'no such pipeline' })
    }
    this.told++
    return json(200, {
      languages: [{ sourceLanguage: language, targetLanguageList: [] }],
      pipelineResponseConfig: [{ taskType: 'asr', config: [{ serviceId: SERVICES[language],
        modelId: '1', language: { sourceLanguage: language } }] }],
      pipelineInferenceAPIEndPoint: {
        callbackUrl: this.callback ?? `${this.url}/services/inference/pipeline`,
        inferenceApiKey: { name: 'Authorization', value: this.inferenceKey },
        isMultilingualEnabled: true,
      },
    })
  }

  #infer({ headers }, { pipelineTasks, inputData, controlConfig }) {
    if (headers.authorization !== this.inferenceKey) {
      return unauthenticated()
    }
    const { taskType, config } = pipelineTasks?.[0] ?? {}
    if (taskType !== 'asr' || controlConfig?.dataTracking !== false) {
      return json(200, { pipelineResponse: [] })
    }
    const sound = wav(Buffer.from(inputData?.audio?.[0]?.audioContent ?? '', 'base64'))
    if (!sound || config.audioFormat !== 'wav' || config.samplingRate !== sound.rate
      || config.samplingRate < 8000) {
      return json(422, { detail: [{ msg: 'invalid audio' }] })
    }
    this.heard.push({ ...sound, serviceId: config.serviceId })
    return json(200, { pipelineResponse: [{ taskType, config: { ...config, encoding: null },
      output: [{ source: this.texts.shift() ?? '' }], audio: null }] })
  }
}
