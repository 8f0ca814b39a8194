// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { LINE_HZ, readWav, resample, ulawDecode, writeWav } from '../phone/audio.js'
import { anyNumber } from '../phone/phone.js'
import { synthesize } from '../phone/voice.js'
import { root, useStack } from './stack.js'

const run = promisify(execFile)
const stack = await useStack()
const folder = await mkdtemp(join(tmpdir(), 'frontdesk-call-'))
after(() => rm(folder, { recursive: true, force: true }))

/** `make call` with a sentence at some rate; its lines as objects. */
async function makeCall(sentence, rate, environment) {
  const wav = join(folder, `${randomUUID()}.wav`)
  const line = ulawDecode(await synthesize(sentence))
  await writeFile(wav, writeWav([resample(line, LINE_HZ, rate)], rate))
  const { stdout } = await run(join(root, 'conf', 'bin', 'call.sh'), [], {
    env: { ...process.env, FRONTDESK_HOME: stack.home, AUDIO: wav, ...environment }
  })
  return stdout.trimEnd().split('\n').map((text) => JSON.parse(text))
}

describe('make call', { concurrency: true }, () => {
  for (const rate of [8000, 16000, 44100]) {
    test(`plays a file of ${rate} Hz and prints the turns, then the call`, async () => {
      const from = anyNumber()
      const lines = await makeCall('what time do you open tomorrow', rate, { FROM: from })
      const last = lines.pop()
      assert.deepEqual(lines.map(({ role }) => role), ['assistant', 'user', 'tool', 'assistant'])
      assert.match(lines[1].text, /what time do you open/)
      lines.forEach(({ text, t_ms }) => {
        assert.equal(typeof text, 'string')
        assert.ok(Number.isInteger(t_ms))
      })
      const [row] = await stack.rows(
        "select id, status from frontdesk.calls where caller_phone = :'from'", { from })
      assert.equal(last.call_id, row.id)
      assert.equal(row.status, 'completed')
      assert.equal(last.reply_ms.length, 1)
      assert.deepEqual(last.violations, [])
      const recording = readWav(await readFile(last.recording))
      assert.equal(recording.rate, LINE_HZ)
      assert.ok(recording.samples.length > LINE_HZ * 3)
    })
  }

  test('says what a number without a balance answers', async () => {
    const lines = await makeCall('hello', 8000, { TO: stack.client('no_balance').number })
    assert.equal(lines.at(-1).call_id, null)
    assert.ok(lines.length > 1)
  })
})
