// SPDX-License-Identifier: BSD-2-Clause
/** Synthetic callers: flite speaks, a telephone line carries. */
import { execFile } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { readWav, toLine } from './audio.js'

const run = promisify(execFile)
const cacheFolder = join(tmpdir(), `frontdesk-voices-${userInfo().uid}`)

async function flite(text, { voice, stretch }, wav) {
  await run('flite', ['-voice', voice, '--setf', `duration_stretch=${stretch}`, '-t', text,
    '-o', wav])
  try {
    const { rate, samples } = readWav(await readFile(wav))
    return toLine(samples, rate)
  } finally {
    await rm(wav, { force: true })
  }
}

/**
 * Speech as 8 kHz µ-law; each sentence is synthesized once and kept.
 * @param {string} text
 * @param {{ voice?: string, stretch?: number }} [options] `rms`, `awb`, `slt`, `kal`; how long
 *   sounds are: 0.8 is quick
 * @returns {Promise<Buffer>}
 */
export async function synthesize(text, { voice = 'rms', stretch = 1 } = {}) {
  const manner = stretch === 1 ? voice : `${voice} ${stretch}`
  const key = createHash('sha256').update(`${manner}\n${text}`).digest('hex').slice(0, 32)
  const kept = join(cacheFolder, `${key}.ulaw`)

  try {
    return await readFile(kept)
  } catch (error) {
    if (error.code !== 'ENOENT') {
      throw error
    }
  }

  await mkdir(cacheFolder, { recursive: true, mode: 0o700 })
  const fresh = join(cacheFolder, randomUUID())
  const ulaw = await flite(text, { voice, stretch }, `${fresh}.wav`)
  await writeFile(fresh, ulaw)
  await rename(fresh, kept)
  return ulaw
}
