// SPDX-License-Identifier: BSD-2-Clause
/** A node is taken out of service, or nearly. */
import assert from 'node:assert/strict'
import { request } from '../../phone/http.js'
import { Phone, clientFor } from '../../phone/phone.js'
import { dialAll, echoes, hangUpAll, talks } from '../calls.js'

async function health(world) {
  const answer = await request('GET', `${world.demo.base_url}/health`)
  return answer.json ?? JSON.parse(answer.text)
}

async function drained(world) {
  const echoing = echoes(world.demo, world.callCount - 2)
  const talking = talks(world.demo, 2)
  const calls = [...echoing, ...talking]
  await dialAll(calls)
  const from = performance.now()

  await world.script('drain.sh', [], { FRONTDESK_DRAIN_SECONDS: '0' })
  const during = await health(world)
  assert.equal(during.draining, true)
  assert.equal(during.active_calls, calls.length)
  const ready = await request('GET', `${world.demo.base_url}/health/ready`)
  assert.equal(ready.status, 503, 'balancers send calls elsewhere')

  /* New calls: the owner's phone where there is one, else a sentence. */
  const refused = await Phone.dial({ demo: world.demo, to: clientFor(world.demo, 'echo').number })
  await refused.ended
  assert.equal(refused.streams.length, 0)
  assert.ok(refused.dialed.length > 0 || /lines are busy/.test(refused.said.join(' ')),
    `${refused.said}`)
  assert.deepEqual(refused.documents.map(({ status }) => status).filter((one) => one !== 200), [])

  /* One that is there may lose its stream and come back. */
  echoing[0].phone.breakStream()
  await world.until(() => echoing[0].opened.length === 2 && echoing[0].phone.isConnected,
    { what: 'the resumed stream' })

  /* Somebody thinks better of it. */
  await world.script('drain.sh', ['abort'])
  assert.equal((await health(world)).draining, false)
  const late = echoes(world.demo, 2)
  await dialAll(late)
  assert.ok(Math.max(...echoing.slice(1).map((call) => call.longestGap(from)))
    <= 100 * world.patience())

  /* And again, to the end. */
  const draining = world.script('drain.sh', [], { FRONTDESK_DRAIN_SECONDS: '30' })
  await world.sleep(500)
  const all = [...calls, ...late]
  for (const call of all) {
    await call.hangUp()
  }
  const said = await draining
  assert.match(said, /: 0 calls are left/)
  assert.equal((await health(world)).active_calls, 0)
  await world.script('drain.sh', ['abort'])
  await hangUpAll(all)
  return { calls: all, figures: { steps: said.trim().split('\n').length } }
}

export const cases = [
  { name: 'drain', about: 'a node drains, is told not to, and drains', run: drained }
]
