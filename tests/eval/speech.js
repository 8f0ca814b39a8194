// SPDX-License-Identifier: BSD-2-Clause
/** What a persona says, as a telephone line carries it: pauses within, noise all the time. */
import { LINE_HZ, SILENCE, rms, ulawDecode, ulawEncode, voicedRange } from '../phone/audio.js'
import { synthesize } from '../phone/voice.js'

const silence = (ms) => Buffer.alloc(Math.round(ms * LINE_HZ / 1000), SILENCE)

/** Words with "..." for pauses, as µ-law. */
export async function spoken(text, persona, chance) {
  const pieces = text.split('...').map((piece) => piece.trim()).filter((piece) => piece !== '')
  const audio = []
  for (const [i, piece] of pieces.entries()) {
    if (i > 0) {
      audio.push(silence(chance.between(persona.pauseMs ?? [300, 300])))
    }
    const { voice, stretch } = persona
    audio.push(trimmed(await synthesize(piece, { voice, stretch })))
  }
  return Buffer.concat(audio)
}

/** Pauses are as long as they say: what flite leaves around words is cut. */
function trimmed(ulaw) {
  const range = voicedRange(ulaw)
  return range === null ? ulaw : ulaw.subarray(Math.max(0, range.first - 400), range.end + 400)
}

/** How loud speech is where there is voice. */
function voiceLevel(ulaw) {
  const range = voicedRange(ulaw)
  return range === null ? 0 : rms(ulawDecode(ulaw.subarray(range.first, range.end)))
}

/** A line with white noise below a persona's voice by `snrDb`: a function of a frame. */
export async function noisyLine({ voice, stretch, snrDb }, chance) {
  const level = voiceLevel(await synthesize('i would like to book a cleaning', { voice, stretch }))
  // Evenly spread from -a to a has the mean square a * a / 3.
  const reach = level / 10 ** (snrDb / 20) * Math.sqrt(3)
  return (frame) => {
    const samples = ulawDecode(frame)
    for (let i = 0; i < samples.length; i++) {
      const mixed = samples[i] + (chance.next() * 2 - 1) * reach
      samples[i] = Math.max(-32768, Math.min(32767, Math.round(mixed)))
    }
    return ulawEncode(samples)
  }
}
