// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { Caller } from '../phone/caller.js'
import { startCall } from './conversation.js'
import { root, useStack } from './stack.js'

const stack = await useStack()
const shared = process.env.FRONTDESK_SHARED ?? join(root, '..', 'shared')

/** A real person says "three three four oh six nine eight two". */
const dictated = join(shared, 'audio', 'human-digits-8k-ulaw.wav')

test('a message is taken with a number that a real person dictates', async () => {
  await access(dictated)
  const call = await startCall(stack, { from: 'anonymous' })
  const caller = new Caller({
    errands: ['i would like to leave a message'],
    name: 'thomas baker',
    phone: { audio: dictated }
  })
  await caller.talk(call.phone, call.transcript)
  const over = await call.end()

  const [lead] = await stack.rows(
    "select * from frontdesk.leads where call_id = :'id'::uuid", { id: over.id })
  assert.ok(lead, `no lead: ${JSON.stringify(over.transcript)}`)
  assert.match(lead.name, /thomas/i)
  // The recording loses one sound on a telephone line: an "oh" between two digits.
  assert.match(lead.phone, /3340?6982/)
})
