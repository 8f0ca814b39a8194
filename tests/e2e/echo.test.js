// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Phone } from '../phone/phone.js'
import { assertSettled } from './conversation.js'
import { useStack } from './stack.js'

const stack = await useStack()

/** Says some noise on the echo line and collects what comes back. */
async function echoes(noise, options = {}) {
  const phone = await Phone.dial({ demo: stack.demo, to: stack.client('echo').number, ...options })
  const back = []
  phone.on('media', (payload, audio) => back.push(audio))
  await phone.say(noise)
  await sleep(1000)
  await phone.hangUp()
  assert.deepEqual(phone.violations, [])
  assert.deepEqual(phone.errors, [])
  return { phone, back: Buffer.concat(back) }
}

describe('the echo line', { concurrency: true }, () => {
  test('plays every frame back, in order, unchanged', async () => {
    const noise = randomBytes(160 * 150)
    const { phone, back } = await echoes(noise)
    assert.ok(back.includes(noise), 'the noise came back in one piece')
    const [row] = await stack.rows(
      "select id from frontdesk.calls where call_sid = :'sid'", { sid: phone.callSid })
    await assertSettled(stack, row.id)
  })

  test('plays back what comes in bursts', async () => {
    const noise = randomBytes(160 * 150)
    const { back } = await echoes(noise, { stream: { burst: 10 } })
    assert.ok(back.includes(noise), 'the noise came back in one piece')
  })

  test('keeps ten calls at once apart', async () => {
    const noises = Array.from({ length: 10 }, () => randomBytes(160 * 100))
    const calls = await Promise.all(noises.map((noise) => echoes(noise)))
    calls.forEach(({ back }, i) => assert.ok(back.includes(noises[i]), `call ${i}`))
  })

  test('lives on when a caller never reads, and that caller alone suffers', async () => {
    const deaf = await Phone.dial({
      demo: stack.demo, to: stack.client('echo').number, stream: { deaf: true }
    })
    const noise = randomBytes(160 * 100)
    const { back } = await echoes(noise)
    assert.ok(back.includes(noise))
    deaf.breakStream()
    await deaf.hangUp()
  })

  test('is resumed on a new stream when the connection breaks', async () => {
    const phone = await Phone.dial({ demo: stack.demo, to: stack.client('echo').number })
    await phone.waitForSilence({ ms: 100 }).catch(() => false)
    phone.breakStream()
    await phone.until(() => phone.streams.length === 2 && phone.isConnected,
      { what: 'a second stream' })
    const noise = randomBytes(160 * 50)
    const back = []
    phone.on('media', (payload, audio) => back.push(audio))
    await phone.say(noise)
    await sleep(1000)
    await phone.hangUp()
    assert.ok(Buffer.concat(back).includes(noise))
    assert.deepEqual(phone.errors, [])
    const found = await stack.rows(
      "select id from frontdesk.calls where call_sid = :'sid'", { sid: phone.callSid })
    assert.equal(found.length, 1, 'one call for both streams')
  })
})
