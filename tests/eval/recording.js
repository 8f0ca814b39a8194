// SPDX-License-Identifier: BSD-2-Clause
/** What a caller said in a recorded call, by utterances: the caller left, the other right. */
import { readFile } from 'node:fs/promises'
import { FRAME_BYTES, LINE_HZ, readChannels, rms, ulawEncode } from '../phone/audio.js'

const VOICED_RMS = 150
/** Kept before and after an utterance. */
const AROUND = 10

const voiced = (samples, frame) =>
  rms(samples.subarray(frame * FRAME_BYTES, (frame + 1) * FRAME_BYTES)) >= VOICED_RMS

/**
 * Utterances of the left channel. One ends where the right channel begins to speak after it: pauses
 * within stay as they were.
 * @param {Int16Array} left @param {Int16Array} right
 * @returns {Buffer[]} µ-law
 */
export function utterances(left, right) {
  const frames = Math.floor(Math.min(left.length, right.length) / FRAME_BYTES)
  const found = []
  let first = -1
  let last = -1

  for (let frame = 0; frame < frames; frame++) {
    if (voiced(left, frame)) {
      first = first < 0 ? frame : first
      last = frame
    } else if (first >= 0 && last < frame - AROUND && voiced(right, frame)) {
      found.push([first, last])
      first = -1
    }
  }
  if (first >= 0) {
    found.push([first, last])
  }
  return found.map(([from, to]) => ulawEncode(left.subarray(
    Math.max(0, from - AROUND) * FRAME_BYTES, Math.min(frames, to + AROUND + 1) * FRAME_BYTES)))
}

/** The same of a file; null when there is none. */
export async function recorded(path) {
  let file
  try {
    file = await readFile(path)
  } catch (error) {
    if (error.code === 'ENOENT') {
      return null
    }
    throw error
  }
  const { rate, channels } = readChannels(file)
  return rate === LINE_HZ && channels.length === 2 ? utterances(...channels) : null
}
