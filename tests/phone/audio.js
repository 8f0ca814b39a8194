// SPDX-License-Identifier: BSD-2-Clause
/**
 * Telephone audio: G.711 µ-law, WAV files, resampling and the band of a telephone line.
 * Linear samples are Int16Array, one channel; µ-law is a Buffer, a byte a sample.
 */

export const LINE_HZ = 8000
export const FRAME_MS = 20
export const FRAME_BYTES = LINE_HZ / 1000 * FRAME_MS
export const SILENCE = 0xff

const ULAW_BIAS = 0x84
const ULAW_CLIP = 32635

const WAV_PCM = 1
const WAV_ULAW = 7
const WAV_EXTENSIBLE = 0xfffe

const decodeTable = new Int16Array(256)

for (let code = 0; code < 256; code++) {
  const bits = ~code & 0xff
  const exponent = bits >> 4 & 7
  const magnitude = ((bits & 15) << 3) + ULAW_BIAS << exponent
  decodeTable[code] = bits & 0x80 ? ULAW_BIAS - magnitude : magnitude - ULAW_BIAS
}

/** One linear sample as µ-law. */
function encodeSample(sample) {
  const sign = sample < 0 ? 0x80 : 0
  const magnitude = Math.min(Math.abs(sample), ULAW_CLIP) + ULAW_BIAS
  const exponent = 31 - Math.clz32(magnitude) - 7
  const mantissa = magnitude >> exponent + 3 & 15
  return ~(sign | exponent << 4 | mantissa) & 0xff
}

/** @param {Int16Array} samples @returns {Buffer} */
export function ulawEncode(samples) {
  const out = Buffer.alloc(samples.length)
  for (let i = 0; i < samples.length; i++) {
    out[i] = encodeSample(samples[i])
  }
  return out
}

/** @param {Buffer} ulaw @returns {Int16Array} */
export function ulawDecode(ulaw) {
  const out = new Int16Array(ulaw.length)
  for (let i = 0; i < ulaw.length; i++) {
    out[i] = decodeTable[ulaw[i]]
  }
  return out
}

/** The chunks of a RIFF file by their names; sizes that lie are cut at the end of the file. */
function wavChunks(file) {
  if (file.length < 12 || file.toString('latin1', 0, 4) !== 'RIFF'
      || file.toString('latin1', 8, 12) !== 'WAVE') {
    throw new Error('not a WAV file')
  }

  const chunks = new Map()
  let at = 12
  while (at + 8 <= file.length) {
    const size = file.readUInt32LE(at + 4)
    chunks.set(file.toString('latin1', at, at + 4), file.subarray(at + 8, at + 8 + size))
    at += 8 + size + size % 2
  }
  return chunks
}

/** Several channels become one: their mean. */
function mixDown(samples, channels) {
  if (channels === 1) {
    return samples
  }

  const out = new Int16Array(Math.floor(samples.length / channels))
  for (let i = 0; i < out.length; i++) {
    let sum = 0
    for (let c = 0; c < channels; c++) {
      sum += samples[i * channels + c]
    }
    out[i] = Math.round(sum / channels)
  }
  return out
}

/**
 * Reads 16-bit PCM or µ-law of any rate.
 * @param {Buffer} file
 * @returns {{ rate: number, channels: number, samples: Int16Array }} channels in turn
 */
function readInterleaved(file) {
  const chunks = wavChunks(file)
  const format = chunks.get('fmt ')
  const data = chunks.get('data')

  if (format === undefined || format.length < 16 || data === undefined) {
    throw new Error('a WAV file without format or data')
  }

  let coding = format.readUInt16LE(0)
  if (coding === WAV_EXTENSIBLE && format.length >= 26) {
    coding = format.readUInt16LE(24)
  }
  const channels = format.readUInt16LE(2)
  const rate = format.readUInt32LE(4)
  const bits = format.readUInt16LE(14)

  if (channels < 1 || rate < 1000 || rate > 192000) {
    throw new Error(`a WAV file of ${channels} channels at ${rate} Hz`)
  }

  if (coding === WAV_ULAW && bits === 8) {
    return { rate, channels, samples: ulawDecode(data) }
  }

  if (coding === WAV_PCM && bits === 16) {
    const samples = new Int16Array(data.length >> 1)
    for (let i = 0; i < samples.length; i++) {
      samples[i] = data.readInt16LE(i * 2)
    }
    return { rate, channels, samples }
  }

  throw new Error(`a WAV file of coding ${coding} with ${bits} bits`)
}

/** A WAV file as one channel: the mean of all. @returns {{ rate: number, samples: Int16Array }} */
export function readWav(file) {
  const { rate, channels, samples } = readInterleaved(file)
  return { rate, samples: mixDown(samples, channels) }
}

/** A WAV file's channels apart. @returns {{ rate: number, channels: Int16Array[] }} */
export function readChannels(file) {
  const { rate, channels, samples } = readInterleaved(file)
  const length = Math.floor(samples.length / channels)
  return {
    rate,
    channels: Array.from({ length: channels },
      (_, c) => Int16Array.from({ length }, (_none, i) => samples[i * channels + c]))
  }
}

/**
 * A 16-bit PCM file; channels of unlike length are padded with silence.
 * @param {Int16Array[]} channels
 */
export function writeWav(channels, rate = LINE_HZ) {
  const length = Math.max(0, ...channels.map((samples) => samples.length))
  const stride = channels.length * 2
  const out = Buffer.alloc(44 + length * stride)

  out.write('RIFF', 0, 'latin1')
  out.writeUInt32LE(out.length - 8, 4)
  out.write('WAVEfmt ', 8, 'latin1')
  out.writeUInt32LE(16, 16)
  out.writeUInt16LE(WAV_PCM, 20)
  out.writeUInt16LE(channels.length, 22)
  out.writeUInt32LE(rate, 24)
  out.writeUInt32LE(rate * stride, 28)
  out.writeUInt16LE(stride, 32)
  out.writeUInt16LE(16, 34)
  out.write('data', 36, 'latin1')
  out.writeUInt32LE(length * stride, 40)

  channels.forEach((samples, c) => {
    for (let i = 0; i < samples.length; i++) {
      out.writeInt16LE(samples[i], 44 + i * stride + c * 2)
    }
  })
  return out
}

const sinc = (x) => x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)
const clip = (x) => Math.max(-32768, Math.min(32767, Math.round(x)))

/** Blackman window, x from -1 to 1. */
const windowAt = (x) => 0.42 + 0.5 * Math.cos(Math.PI * x) + 0.08 * Math.cos(2 * Math.PI * x)

/** Windowed-sinc resampling; what the lower rate cannot carry is filtered away. */
export function resample(samples, from, to) {
  if (from === to) {
    return samples
  }

  const crossings = 32
  const cutoff = 0.94 * Math.min(1, to / from)
  const reach = crossings / cutoff
  const out = new Int16Array(Math.floor(samples.length * to / from))

  for (let i = 0; i < out.length; i++) {
    const center = i * from / to
    const first = Math.max(0, Math.ceil(center - reach))
    const last = Math.min(samples.length - 1, Math.floor(center + reach))
    let sum = 0
    for (let n = first; n <= last; n++) {
      const x = n - center
      sum += samples[n] * cutoff * sinc(x * cutoff) * windowAt(x / reach)
    }
    out[i] = clip(sum)
  }
  return out
}

const BAND_REACH = 160
const bandTaps = new Float64Array(2 * BAND_REACH + 1)

for (let n = -BAND_REACH; n <= BAND_REACH; n++) {
  const lowPass = (hz) => 2 * hz / LINE_HZ * sinc(2 * hz / LINE_HZ * n)
  bandTaps[n + BAND_REACH] = (lowPass(3400) - lowPass(300)) * windowAt(n / (BAND_REACH + 1))
}

/** What a telephone line lets through of 8 kHz samples: 300 to 3400 Hz. */
export function telephoneBand(samples) {
  const out = new Int16Array(samples.length)
  for (let i = 0; i < samples.length; i++) {
    const first = Math.max(0, i - BAND_REACH)
    const last = Math.min(samples.length - 1, i + BAND_REACH)
    let sum = 0
    for (let n = first; n <= last; n++) {
      sum += samples[n] * bandTaps[n - i + BAND_REACH]
    }
    out[i] = clip(sum)
  }
  return out
}

/** Samples of any rate as they leave a telephone. @returns {Buffer} µ-law */
export function toLine(samples, rate) {
  return ulawEncode(telephoneBand(resample(samples, rate, LINE_HZ)))
}

/** A WAV file as it leaves a telephone; µ-law at 8 kHz is taken as it is. */
export function wavToLine(file) {
  const { rate, samples } = readWav(file)
  return rate === LINE_HZ ? ulawEncode(samples) : toLine(samples, rate)
}

/** Root mean square of linear samples. */
export function rms(samples) {
  let sum = 0
  for (const sample of samples) {
    sum += sample * sample
  }
  return samples.length === 0 ? 0 : Math.sqrt(sum / samples.length)
}

/**
 * Where speech is in µ-law audio, by the loudness of 10 ms pieces.
 * @returns {{ first: number, end: number } | null} samples; `end` is after the last voiced one
 */
export function voicedRange(ulaw) {
  const piece = LINE_HZ / 100
  const samples = ulawDecode(ulaw)
  const levels = []

  for (let i = 0; i < samples.length; i += piece) {
    levels.push(rms(samples.subarray(i, i + piece)))
  }

  const threshold = Math.max(100, Math.max(...levels, 0) * 0.05)
  const first = levels.findIndex((level) => level >= threshold)
  if (first < 0) {
    return null
  }
  const last = levels.findLastIndex((level) => level >= threshold)
  return { first: first * piece, end: Math.min(ulaw.length, (last + 1) * piece) }
}
