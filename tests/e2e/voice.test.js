// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rms, voicedRange, ulawEncode } from '../phone/audio.js'
import { spokenBy, startCall } from './conversation.js'
import { useStack } from './stack.js'

const stack = await useStack()

const words = (text) => text.toLowerCase().match(/[a-z']+/g) ?? []

test('the receptionist is loud and clear: played to another call it is understood', async (t) => {
  const first = await startCall(stack)
  const said = await first.greeting()
  const heard = first.phone.heardSamples()
  await first.end()

  const voiced = voicedRange(ulawEncode(heard))
  const speech = heard.subarray(voiced.first, voiced.end)
  const level = 20 * Math.log10(rms(speech) / 32768)
  const clipped = speech.filter((sample) => Math.abs(sample) > 32000).length
  assert.ok(level > -35 && level < -8, `${level.toFixed(1)} dBFS`)
  assert.ok(clipped < speech.length / 1000, `${clipped} samples are clipped`)

  const second = await startCall(stack)
  await second.greeting()
  await second.phone.say(heard)
  await second.reply()
  const understood = spokenBy((await second.end()).transcript, 'user')
  const known = new Set(words(understood))
  const right = words(said).filter((word) => known.has(word))
  t.diagnostic(`said "${said}", understood "${understood}", ${level.toFixed(1)} dBFS`)
  assert.ok(right.length >= words(said).length / 2,
    `of "${said}" this was understood: "${understood}"`)
})
