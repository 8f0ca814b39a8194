// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { request } from '../phone/http.js'
import { Phone } from '../phone/phone.js'
import { useStack, freePort, Stack } from './stack.js'

const stack = await useStack()

/** Processes that have a path in their command line. */
async function processesWith(path) {
  const found = []
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
    if (line.includes(path) && Number(pid) !== process.pid) {
      found.push(`${pid} ${line.replaceAll('\0', ' ')}`)
    }
  }
  return found
}

test('a second stack lives beside the first, and leaves nothing but its data', async (t) => {
  const home = await mkdtemp(join(tmpdir(), 'frontdesk-second-'))
  const second = new Stack(home, await freePort())
  t.after(async () => {
    await second.stop()
    await rm(home, { recursive: true, force: true })
  })

  await second.start()
  const { demo } = second
  for (const pid of Object.values(demo.pids)) {
    assert.ok((await readFile(`/proc/${pid}/stat`, 'utf8')).length > 0)
  }
  assert.notEqual(demo.twilio_auth_token, stack.demo.twilio_auth_token, 'secrets of its own')
  assert.match(await second.start(), /already running/)
  assert.deepEqual((await readFile(join(home, 'demo.json'), 'utf8')).includes(demo.base_url), true)

  const phones = await Promise.all([stack, second].map((one) => Phone.dial(
    { demo: one.demo, to: one.client('receptionist').number })))
  for (const phone of phones) {
    assert.equal(await phone.waitForSpeech(), true)
  }
  await Promise.all(phones.map((phone) => phone.hangUp()))
  const calls = await second.rows('select id from frontdesk.calls')
  assert.equal(calls.length, 1, 'the other stack\'s call is not here')

  const settings = await readFile(join(home, 'frontdesk.conf'), 'utf8')
  const segment = /segment_name = \/(\S+)/.exec(settings)[1]
  assert.ok((await readdir('/dev/shm')).includes(segment))
  assert.match(await second.stop(), /is down/)
  assert.deepEqual(await processesWith(home), [])
  assert.equal((await readdir('/dev/shm')).includes(segment), false)
  await assert.rejects(request('GET', `${demo.base_url}/health`))
  assert.match(await second.stop(), /not running/)

  await second.start()
  assert.deepEqual(await second.rows('select id from frontdesk.calls'), calls, 'data are kept')
  assert.equal(second.demo.twilio_auth_token, demo.twilio_auth_token, 'and secrets')
  assert.equal((await request('GET', `${stack.demo.base_url}/health`)).status, 200,
    'the first stack never noticed')
})

test('stop takes what is left when the parents were killed', async (t) => {
  const home = await mkdtemp(join(tmpdir(), 'frontdesk-killed-'))
  const victim = new Stack(home, await freePort())
  t.after(async () => {
    await victim.stop()
    await rm(home, { recursive: true, force: true })
  })
  await victim.start()
  const { nginx, supervisor, postgres } = victim.demo.pids
  for (const pid of [supervisor, nginx, postgres]) {
    process.kill(pid, 'SIGKILL')
  }
  await victim.stop()
  assert.deepEqual(await processesWith(home), [])
  await victim.start()
  assert.equal((await request('GET', `${victim.demo.base_url}/health/ready`)).status, 200)
})
