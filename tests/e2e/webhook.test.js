// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { request } from '../phone/http.js'
import { Phone } from '../phone/phone.js'
import { newSid, sign } from '../phone/webhook.js'
import { hangUp, standardParams, verbsOf, webhook } from './carrier.js'
import { useStack } from './stack.js'

const stack = await useStack()
const callRow = async (sid) => (await stack.rows(
  "select * from frontdesk.calls where call_sid = :'sid'", { sid }))[0]
const names = (verbs) => verbs.map(({ name }) => name)

describe('webhooks', { concurrency: true }, () => {
  for (const path of ['/voice', '/incoming-call', '/twilio/voice']) {
    test(`${path} answers a call with a stream and a way back`, async () => {
      const params = standardParams(stack)
      const [connect, redirect] = verbsOf(await webhook(stack, params, { path }))
      assert.equal(connect.name, 'Connect')
      assert.match(connect.children[0].attributes.url, /^wss?:\/\/[^?#]+$/)
      assert.equal(redirect.name, 'Redirect')
      await hangUp(stack, { callSid: params.CallSid })
    })
  }

  test('a number nobody has is told so, without a call', async () => {
    const params = standardParams(stack, { To: '+15550109999' })
    const verbs = names(verbsOf(await webhook(stack, params)))
    assert.equal(verbs.includes('Connect'), false)
    assert.equal(await callRow(params.CallSid), undefined)
  })

  test('without a balance the caller is told, and nothing is charged', async () => {
    const phone = await Phone.dial({ demo: stack.demo, to: stack.client('no_balance').number })
    assert.equal(await phone.ended, 'twiml')
    assert.deepEqual(phone.streams, [])
    assert.deepEqual(phone.violations, [])
    assert.equal(phone.said.length > 0 || phone.status !== 'completed', true)
    const [{ balance }] = await stack.rows(
      "select balance_seconds as balance from frontdesk.clients where id = :'id'::uuid",
      { id: stack.client('no_balance').id })
    assert.equal(balance, 0)
  })

  for (const [what, fault] of Object.entries({
    'no signature': { signature: null },
    'a signature of nothing': { signature: '' },
    'a wrong signature': { signature: 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=' },
    'a signature that is not base64': { signature: '%%%' },
    "another account's token": { token: '0'.repeat(32) }
  })) {
    test(`a webhook with ${what} is refused and leaves nothing`, async () => {
      const params = standardParams(stack)
      assert.equal((await webhook(stack, params, fault)).status, 403)
      assert.equal(await callRow(params.CallSid), undefined)
    })
  }

  test('a parameter changed after signing is refused', async () => {
    const params = standardParams(stack)
    const url = new URL('/voice', stack.demo.base_url).href
    const signature = sign(stack.demo.twilio_auth_token, url, params)
    const changed = { ...params, To: stack.client('receptionist').number }
    assert.equal((await webhook(stack, changed, { signature })).status, 403)
  })

  test('a signature for another path, a slash or a query is refused', async () => {
    for (const other of ['/voice/', '/voice?a=1', '/twilio/voice']) {
      const params = standardParams(stack)
      const url = new URL(other, stack.demo.base_url).href
      const signature = sign(stack.demo.twilio_auth_token, url, params)
      assert.equal((await webhook(stack, params, { signature })).status, 403, other)
    }
  })

  test('a query in the URL is part of what is signed', async () => {
    const params = standardParams(stack, { To: '+15550109999' })
    assert.equal((await webhook(stack, params, { path: '/voice?tenant=7' })).status, 200)
  })

  test('repeated, empty, unknown and unusual parameters are signed as they are', async () => {
    const params = standardParams(stack, {
      To: '+15550109999', ForwardedFrom: '', Twice: ['b', 'a', 'a'], callsid: 'lower',
      CallerName: "Zoë O'Neil & Sons 👍 +%2B", SomethingNew: ' blanks '
    })
    assert.equal((await webhook(stack, params)).status, 200)
  })

  test('a call of another account is refused', async () => {
    const params = standardParams(stack, { AccountSid: newSid('AC') })
    assert.equal((await webhook(stack, params)).status, 403)
    assert.equal(await callRow(params.CallSid), undefined)
  })

  test('the same webhook again, even at once, is answered alike and makes one call', async () => {
    const params = standardParams(stack, { To: stack.client('receptionist').number })
    const answers = await Promise.all([1, 2, 3].map(() => webhook(stack, params)))
    answers.push(await webhook(stack, params))
    answers.forEach((answer) => verbsOf(answer))
    assert.deepEqual([...new Set(answers.map(({ body }) => body))].length, 1)
    const [{ count }] = await stack.rows(
      "select count(*) from frontdesk.calls where call_sid = :'sid'", { sid: params.CallSid })
    assert.equal(count, 1)
    await hangUp(stack, { callSid: params.CallSid })
  })

  for (const from of ['anonymous', '+266696687', 'client:alice', 'sip:bob@example.com', '',
    '9'.repeat(200), '📞', '"><script>alert(1)</script>', "'; drop table calls; --"]) {
    test(`a caller shown as ${JSON.stringify(from.slice(0, 30))} is answered`, async () => {
      const params = standardParams(stack, { From: from })
      const [connect] = verbsOf(await webhook(stack, params))
      assert.equal(connect.name, 'Connect')
      await hangUp(stack, { callSid: params.CallSid })
    })
  }

  test('the owner is rung first, and the assistant answers when nobody does', async () => {
    const phone = await Phone.dial({
      demo: stack.demo, to: stack.client('owner_first').number, dial: { status: 'no-answer' }
    })
    await phone.until(() => phone.isConnected, { what: 'a stream' })
    assert.deepEqual(phone.dialed, ['+15550100999'])
    assert.equal(await phone.waitForSpeech(), true)
    await phone.hangUp()
    assert.deepEqual(phone.violations, [])
    assert.deepEqual(phone.errors, [])
  })

  test('an owner who takes the call has it, and the assistant stays out', async () => {
    const phone = await Phone.dial({
      demo: stack.demo,
      to: stack.client('owner_first').number,
      dial: { status: 'completed', durationS: 1, whisperDigits: '1' }
    })
    assert.equal(await phone.ended, 'twiml')
    assert.deepEqual(phone.streams, [])
    assert.deepEqual(phone.errors, [])
    const row = await callRow(phone.callSid)
    assert.equal(row.call_type, 'human')
    assert.equal(row.status, 'completed')
    assert.notEqual(row.settled_at, null)
    assert.equal(row.settled_seconds, 0, 'people cost nothing')
  })

  test('a status callback never takes a call back from its end', async () => {
    const params = standardParams(stack, { To: stack.client('receptionist').number })
    verbsOf(await webhook(stack, params))
    const path = '/twilio/call-status'
    for (const [status, sequence] of [['completed', '3'], ['ringing', '1'], ['in-progress', '2'],
      ['completed', '3'], ['busy', '9']]) {
      const answer = await webhook(stack,
        { ...params, CallStatus: status, SequenceNumber: sequence, CallDuration: '4' }, { path })
      assert.equal(Math.floor(answer.status / 100), 2, `${status}: ${answer.body}`)
    }
    const row = await callRow(params.CallSid)
    assert.equal(row.status, 'completed')
    assert.notEqual(row.ended_at, null)
  })

  test('status callbacks of unknown calls, or without a signature, change nothing', async () => {
    const params = standardParams(stack, { CallStatus: 'completed', SequenceNumber: '0' })
    const path = '/twilio/call-status'
    assert.equal(Math.floor((await webhook(stack, params, { path })).status / 100), 2)
    assert.equal((await webhook(stack, params, { path, signature: null })).status, 403)
  })

  test('asking to resume a call that is over, or never was, hangs up', async () => {
    const params = standardParams(stack)
    const verbs = names(verbsOf(await webhook(stack, params, { path: '/twilio/resume' })))
    assert.equal(verbs.includes('Connect'), false)
    assert.equal(verbs.at(-1), 'Hangup')
  })

  test('a webhook is posted or got, signed, with a form', async () => {
    const url = new URL('/voice', stack.demo.base_url)
    assert.equal((await request('GET', url)).status, 403, 'a GET is signed as well')
    const put = await request('PUT', url, { body: '' })
    assert.equal(put.status, 405)
    assert.match(put.headers.allow, /POST/)
    const json = await request('POST', url, {
      headers: { 'content-type': 'application/json' }, body: '{}'
    })
    assert.ok([400, 403, 415].includes(json.status), `${json.status}`)
  })
})
