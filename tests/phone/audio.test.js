// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  readWav, resample, rms, telephoneBand, ulawDecode, ulawEncode, voicedRange, wavToLine, writeWav
} from './audio.js'

const tone = (hz, rate, seconds, peak = 8000) => Int16Array.from(
  { length: rate * seconds }, (_, i) => Math.round(peak * Math.sin(2 * Math.PI * hz * i / rate)))

/** The middle of some samples, away from the ends of filters. */
const middle = (samples) => samples.subarray(samples.length >> 2, samples.length * 3 >> 2)

test('the µ-law codes of G.711 decode to their values', () => {
  const codes = Buffer.from([0xff, 0x7f, 0x00, 0x80, 0xfe, 0x7e, 0xef, 0x6f])
  assert.deepEqual([...ulawDecode(codes)], [0, 0, -32124, 32124, 8, -8, 132, -132])
})

test('every µ-law code but negative zero survives decoding and encoding', () => {
  const codes = Buffer.from(Array.from({ length: 256 }, (_, i) => i))
  const again = ulawEncode(ulawDecode(codes))
  codes[0x7f] = 0xff
  assert.deepEqual(again, codes)
})

test('samples beyond the range of µ-law are clipped', () => {
  assert.deepEqual([...ulawEncode(Int16Array.of(32767, -32768, 0))], [0x80, 0x00, 0xff])
})

test('a WAV file read back is the one written', () => {
  const left = tone(440, 8000, 0.1)
  const wav = readWav(writeWav([left, left], 8000))
  assert.equal(wav.rate, 8000)
  assert.deepEqual(wav.samples, left)
})

test('a µ-law WAV file goes to the line byte by byte', () => {
  const ulaw = ulawEncode(tone(500, 8000, 0.05))
  const header = writeWav([new Int16Array(0)]).subarray(0, 36)
  header.writeUInt16LE(7, 20)
  header.writeUInt16LE(8, 34)
  const size = Buffer.alloc(8)
  size.write('data', 'latin1')
  size.writeUInt32LE(ulaw.length, 4)
  assert.deepEqual(wavToLine(Buffer.concat([header, size, ulaw])), ulaw)
})

test('what is no WAV file is refused', () => {
  assert.throws(() => readWav(Buffer.from('RIFFxxxxWAVE')), /without format/)
  assert.throws(() => readWav(Buffer.alloc(100)), /not a WAV/)
})

for (const rate of [16000, 44100]) {
  test(`resampling from ${rate} Hz keeps a tone in the band and its level`, () => {
    const out = resample(tone(1000, rate, 0.5), rate, 8000)
    const want = tone(1000, 8000, 0.5)
    assert.equal(out.length, want.length)
    const error = middle(out).map((sample, i) => sample - middle(want)[i])
    assert.ok(rms(error) < 80, `error ${rms(error)}`)
  })

  test(`resampling from ${rate} Hz drops what 8 kHz cannot carry`, () => {
    assert.ok(rms(middle(resample(tone(5500, rate, 0.5), rate, 8000))) < 20)
  })
}

test('the telephone band lets 1 kHz through and stops 100 Hz and 3800 Hz', () => {
  assert.ok(Math.abs(rms(middle(telephoneBand(tone(1000, 8000, 0.5)))) - 5657) < 60)
  assert.ok(rms(middle(telephoneBand(tone(100, 8000, 0.5)))) < 30)
  assert.ok(rms(middle(telephoneBand(tone(3800, 8000, 0.5)))) < 30)
})

test('speech is found between its silences', () => {
  const audio = Buffer.concat([
    Buffer.alloc(1600, 0xff), ulawEncode(tone(700, 8000, 0.3)), Buffer.alloc(800, 0xff)
  ])
  assert.deepEqual(voicedRange(audio), { first: 1600, end: 4000 })
  assert.equal(voicedRange(Buffer.alloc(800, 0xff)), null)
})
