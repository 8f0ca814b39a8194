// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseTwiml, TwimlError } from './twiml.js'

test('a stream with its parameters is read', () => {
  const [connect, redirect] = parseTwiml(`<?xml version="1.0" encoding="UTF-8"?>
    <Response>
      <!-- a comment -->
      <Connect action='https://desk.example/a?b=1&amp;c=2'>
        <Stream url="wss://desk.example/ws/1/2"><Parameter name="token" value="a&quot;b"/></Stream>
      </Connect>
      <Redirect>/twilio/resume</Redirect>
    </Response>`)
  assert.equal(connect.attributes.action, 'https://desk.example/a?b=1&c=2')
  assert.equal(connect.children[0].attributes.url, 'wss://desk.example/ws/1/2')
  assert.deepEqual(connect.children[0].children[0].attributes, { name: 'token', value: 'a"b' })
  assert.equal(redirect.text, '/twilio/resume')
})

test('escaped text and CDATA come out as written', () => {
  const [say] = parseTwiml(
    '<Response><Say>Fish &amp; Chips &#x41;&#66;<![CDATA[ <3]]></Say></Response>')
  assert.equal(say.text, 'Fish & Chips AB <3')
})

for (const [what, xml] of Object.entries({
  'an unknown verb': '<Response><Speak>hello</Speak></Response>',
  'a verb in lower case': '<Response><say>hello</say></Response>',
  'a noun in the wrong verb': '<Response><Say><Stream url="wss://a/b"/></Say></Response>',
  'another root': '<Reply></Reply>',
  'a bare ampersand': '<Response><Say>Fish & Chips</Say></Response>',
  'an unclosed element': '<Response><Say>hello</Response>',
  'two roots': '<Response/><Response/>',
  'an attribute given twice': '<Response><Pause length="1" length="2"/></Response>',
  'an unquoted attribute': '<Response><Pause length=1/></Response>',
  'a control character': '<Response><Say>\u0007</Say></Response>',
  'more than 64 kB': `<Response><Say>${'a'.repeat(65536)}</Say></Response>`,
  'nothing': ''
})) {
  test(`${what} is refused`, () => {
    assert.throws(() => parseTwiml(xml), TwimlError)
  })
}
