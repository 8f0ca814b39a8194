// SPDX-License-Identifier: BSD-2-Clause
/** What stands in front of the API: limits, other origins, the headers of every answer. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { FRIENDLY_ORIGIN as friend } from './settings.js'
import { useStack } from './stack.js'

const stack = await useStack()
const olivia = await stack.api('olivia')
const marco = await stack.api('marco')

/* Only a load balancer of this address is believed whom it speaks for. */
olivia.from = '127.0.0.1'
marco.from = '127.0.0.1'

const get = (path, headers, api = olivia) => api.request('GET', path, { headers })
const from = (address) => ({ 'x-forwarded-for': address })

describe('other origins', { concurrency: true }, () => {
  test('one of the settings may read, without cookies', async () => {
    const { status, headers } = await get('/api/auth/me', { origin: friend })
    assert.equal(status, 200)
    assert.equal(headers['access-control-allow-origin'], friend)
    assert.match(headers.vary, /\bOrigin\b/)
    assert.equal(headers['access-control-allow-credentials'], undefined)
  })

  test('one of the settings may read what nginx refuses, too', async () => {
    const { status, headers } = await get('/api/nothing', { origin: friend })
    assert.equal(status, 404)
    assert.equal(headers['access-control-allow-origin'], friend)
  })

  for (const origin of ['null', 'http://app.example.com', 'https://app.example.com.evil.example',
    'https://evil.example', 'https://xapp.example.com', 'https://app.example.com:444',
    'https://app.example.com https://evil.example', 'HTTPS://APP.EXAMPLE.COM', '*']) {
    test(`${origin} may not`, async () => {
      const { headers } = await get('/api/auth/me', { origin })
      assert.equal(headers['access-control-allow-origin'], undefined)
      assert.match(headers.vary, /\bOrigin\b/)
    })
  }

  test('the browser asks first, and is told', async () => {
    const ask = (origin) => olivia.request('OPTIONS', '/api/clients', {
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization, content-type'
      }
    })
    const yes = await ask(friend)
    assert.equal(yes.status, 204)
    assert.equal(yes.headers['access-control-allow-origin'], friend)
    assert.match(yes.headers['access-control-allow-methods'], /\bPOST\b/)
    assert.match(yes.headers['access-control-allow-headers'], /\bAuthorization\b/)
    assert.equal(yes.headers['access-control-max-age'], '600')
    const no = await ask('https://evil.example')
    assert.equal(no.headers['access-control-allow-origin'], undefined)
    assert.equal(no.headers['access-control-allow-methods'], undefined)
  })
})

/** Asks at once, in a burst that no human makes. */
async function burst(n, ask) {
  const answers = await Promise.all(Array.from({ length: n }, (_, i) => ask(i)))
  const refused = answers.filter(({ status }) => status === 429)
  return { answers, refused }
}

describe('limits', () => {
  test('an address that asks too much waits, and others do not', async () => {
    const { answers, refused } = await burst(300,
      () => get('/api/auth/me', { ...from('203.0.113.10'), authorization: 'Bearer none' }))
    assert.ok(refused.length > 0, 'somebody is told to wait')
    assert.ok(answers.some(({ status }) => status === 401), 'the first ones are heard')
    const [{ headers, json }] = refused
    assert.match(headers['retry-after'], /^\d+$/)
    assert.match(json.detail, /Too many requests/)
    assert.equal((await get('/api/auth/me', from('203.0.113.11'), marco)).status, 200)
  })

  test('a user who asks from many addresses is one user', async () => {
    const { refused } = await burst(120, (i) => get('/api/auth/me', from(`198.51.100.${i}`)))
    assert.ok(refused.length > 0, 'somebody is told to wait')
    assert.equal((await get('/api/auth/me', from('198.51.100.250'), marco)).status, 200)
  })

  test('this machine\'s own programs are not counted', async () => {
    const { refused } = await burst(300, () => get('/api/auth/me', {}, marco))
    assert.equal(refused.length, 0)
  })

  test('the carrier is never turned away', async () => {
    const { refused } = await burst(300, () => olivia.request('POST', '/voice', {
      body: 'CallSid=CA1', headers: {
        'content-type': 'application/x-www-form-urlencoded', ...from('203.0.113.12')
      }
    }))
    assert.equal(refused.length, 0)
  })
})
