// SPDX-License-Identifier: BSD-2-Clause
/**
 * Deepgram's v1/speak: audio in binary frames without a name, Flushed after it, Cleared after what
 * was dropped; text frames that it does not know, or too long ones, close the socket.
 *
 * Own knobs: flushLimit (20 a minute): above it a Warning and nothing is spoken; noCleared;
 * lateMs: how long audio of what was cleared goes on.
 */
import { breaks, pieces, sleep, start, ulaw } from './tts_base.js'

export async function deepgramTts({ key = 'k_invented' } = {}) {
  let fake

  const onSocket = (ws) => {
    let text = []
    let generation = 0
    let sequence = 0
    let flushes = 0
    let work = Promise.resolve()
    const tell = (message) => ws.readyState === 1 && ws.send(JSON.stringify(message))

    const speak = async (words, mine) => {
      if (mine !== generation) {
        return
      }
      const speech = ulaw(fake.speak(words))
      const { mute, never, garbage } = fake.faults
      if (mute) {
        return
      }
      const whole = await pieces(fake, speech, async (piece, at, count) => {
        if (mine !== generation && !fake.faults.afterCancel) {
          return false
        }
        if (breaks(fake, ws, at, count)) {
          return false
        }
        if (garbage) {
          ws.send('{"type":')
          return false
        }
        if (ws.readyState === 1) {
          ws.send(piece)
        }
        return true
      }, 801)
      if (whole && !never && mine === generation) {
        tell({ type: 'Flushed', sequence_id: sequence++ })
      }
    }

    tell({ type: 'Metadata', request_id: 'r1', model_name: 'aura-2', model_version: '1' })
    ws.on('message', (data, isBinary) => {
      if (isBinary) {
        ws.close(1003, 'MESSAGE-0000')
        return
      }
      const message = JSON.parse(data.toString())
      fake.messages.push(message)
      if (message.type === 'Speak') {
        if (typeof message.text !== 'string' || message.text.length > 2000) {
          ws.close(1008, 'DATA-0001')
          return
        }
        text.push(message.text)
      } else if (message.type === 'Flush') {
        const words = text.join('')
        const mine = generation
        text = []
        if (++flushes > (fake.faults.flushLimit ?? 20)) {
          tell({ type: 'Warning', code: 'FLUSH_LIMIT', description: 'Maximum flushes per minute' })
          return
        }
        work = work.then(() => speak(words, mine))
      } else if (message.type === 'Clear') {
        generation++
        text = []
        const before = fake.faults.afterCancel ? work : Promise.resolve()
        work = Promise.all([before, sleep(fake.faults.lateMs ?? 0)]).then(() => {
          if (!fake.faults.noCleared) {
            tell({ type: 'Cleared', sequence_id: sequence++ })
          }
        })
      } else if (message.type === 'Close') {
        ws.close(1000)
      } else {
        ws.close(1008, 'DATA-0000')
      }
    })
  }

  fake = await start({
    onSocket,
    check: (request) => {
      const url = new URL(request.url, 'http://x')
      if (url.pathname !== '/v1/speak') {
        return { status: 404 }
      }
      if (request.headers.authorization !== `Token ${key}`) {
        return { status: 401, body: { err_code: 'INVALID_AUTH', err_msg: 'No.' } }
      }
      const q = url.searchParams
      return q.get('encoding') === 'mulaw' && q.get('sample_rate') === '8000'
        && /^aura-/.test(q.get('model'))
        ? null : { status: 400, body: { err_code: 'Bad Request', err_msg: 'model' } }
    },
  })
  return fake
}
