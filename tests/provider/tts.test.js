// SPDX-License-Identifier: BSD-2-Clause
/** What every speech service has to do, with each of them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sleep } from '../fakes/tts_base.js'
import { services, Session, withSession } from './tts.js'

const ONE = 'We open at eight in the morning.'
const TWO = 'Shall I book that for you?'
const THREE = 'Thank you for calling.'

for (const [name, service] of Object.entries(services)) {
  const is = (what, run, options) => test(`${name}: ${what}`, () => withSession(name, run, options))

  is('sentences are spoken in their order, each with its own audio', async (s) => {
    s.say(1, ONE)
    s.say(2, TWO)
    s.say(3, THREE)
    await s.done(1, ONE)
    await s.done(2, TWO)
    await s.done(3, THREE)
    const order = s.driver.of(s.id)
      .filter((e) => e.event === 'audio' || e.event === 'done').map((e) => e.request)
    assert.deepEqual(order, [...order].sort((a, b) => a - b))
  })

  is('what is for eyes is not sent, and what has no words is done at once', async (s, fake) => {
    s.say(1, '  ... \u{1F600} --- ')
    assert.equal((await s.end(1)).event, 'done')
    s.say(2, '**We open** at\u0007 [eight](http://x.test/a?b=c), see https://x.test/page.\n')
    assert.equal((await s.end(2)).event, 'done')
    assert.deepEqual(fake.spoken.map((one) => one.text.trim()), ['We open at eight, see .'])
  })

  is('the characters that are sent are counted', async (s, fake) => {
    s.say(1, 'Grüß Gott, Frau Müller.')
    await s.end(1)
    const [usage] = s.of(1).filter((e) => e.event === 'usage')
    assert.equal(usage.characters, [...'Grüß Gott, Frau Müller. '].length)
    assert.equal(fake.spoken.length, 1)
  })

  is('pieces of any size are put together', async (s) => {
    s.say(1, TWO)
    await s.done(1, TWO)
  }, { faults: { chunkBytes: 7 } })

  is('what is canceled before its audio is never heard', async (s) => {
    s.say(1, ONE)
    s.say(2, TWO)
    s.tell('cancel')
    s.say(3, THREE)
    await s.done(3, THREE)
    assert.deepEqual(s.of(1).concat(s.of(2)).filter((e) => e.event !== 'usage'), [])
  }, { faults: { firstMs: 60 } })

  is('what is canceled while it is heard ends there, and late audio is dropped', async (s) => {
    const long = `${ONE} ${ONE} ${ONE}`
    s.say(1, long)
    s.say(2, TWO)
    await s.first(1)
    s.tell('cancel')
    await s.driver.event(s.id, 'canceled')
    const at = s.driver.events.length
    s.say(3, THREE)
    await s.done(3, THREE)
    assert.ok(s.driver.events.slice(at).every((e) => e.request === 3))
  }, { faults: { chunkMs: 20, afterCancel: !['google', 'bhashini'].includes(name) } })

  is('cancel after all was given does no harm', async (s) => {
    s.say(1, ONE)
    await s.done(1, ONE)
    s.tell('cancel')
    s.tell('cancel')
    s.say(2, TWO)
    await s.done(2, TWO)
  })

  for (const then of ['cancel', 'close', 'say']) {
    for (const at of ['audio', 'done']) {
      is(`a handler may ${then} at ${at}`, async (s) => {
        s.say(1, ONE)
        s.say(2, TWO)
        await s.driver.event(s.id, then)
        if (then === 'say') {
          await s.done(2, TWO)
          await s.done(99, 'Another one.')
        } else if (then === 'cancel') {
          s.say(3, THREE)
          await s.done(3, THREE)
          assert.equal(s.of(2).filter((e) => e.event !== 'usage').length, 0)
        } else {
          await sleep(300)
        }
      }, { at, then })
    }
  }

  is('closing with all under way tells nothing more', async (s) => {
    s.say(1, ONE)
    s.say(2, TWO)
    await s.first(1)
    s.tell('close')
    const closed = await s.driver.event(s.id, 'closed')
    await sleep(200)
    const after = s.driver.events.slice(s.driver.events.indexOf(closed) + 1)
    assert.deepEqual(after, [])
  }, { faults: { chunkMs: 10 } })

  is('a wrong key is refused, and not tried again', async (s, fake) => {
    s.say(1, ONE)
    assert.equal((await s.fault(1)).kind, 'refused')
    const asked = fake.requests.length
    s.say(2, TWO)
    assert.equal((await s.fault(2)).kind, 'refused')
    assert.equal(fake.requests.length, asked)
  }, { key: name === 'bhashini' ? 'u1:k_wrong' : 'k_wrong' })

  is('who is busy says until when', async (s) => {
    s.say(1, ONE)
    const fault = await s.fault(1)
    assert.equal(fault.kind, 'busy')
    assert.equal(fault.retry_ms, 7000)
  }, { faults: { handshake: { status: 429, retryAfter: '7', body: {} } } })

  is('who fails is lost', async (s) => {
    s.say(1, ONE)
    assert.equal((await s.fault(1)).kind, 'lost')
  }, { faults: { handshake: { status: 503, body: 'no' } } })

  is('who takes a connection and says nothing is lost in time', async (s, fake) => {
    s.say(1, ONE)
    assert.equal((await s.fault(1)).kind, 'lost')
    fake.faults.hang = false
    s.say(2, TWO)
    await s.done(2, TWO)
  }, { faults: { hang: true } })

  is('who takes text and gives no audio is lost, and what follows is spoken', async (s, fake) => {
    s.say(1, ONE)
    assert.equal((await s.fault(1)).kind, 'lost')
    fake.faults.mute = false
    s.say(2, TWO)
    await s.done(2, TWO)
  }, { faults: { mute: true } })

  is('a connection that is cut in the middle is lost, what follows is spoken', async (s, fake) => {
    const long = `${ONE} ${ONE}`
    s.say(1, long)
    await s.first(1).catch(() => {})
    assert.equal((await s.fault(1)).kind, 'lost')
    fake.faults.reset = false
    s.say(2, TWO)
    await s.done(2, TWO)
  }, { faults: { reset: true, ...(service.base64 ? { chunkBytes: 500 } : { chunkMs: 5 }) } })

  is('a byte a second is not enough', async (s) => {
    s.say(1, ONE)
    assert.equal((await s.fault(1)).kind, 'lost')
  }, { faults: { dribble: true } })

  is('no audio, or nothing but silence, is invalid', async (s, fake) => {
    s.say(1, ONE)
    assert.equal((await s.fault(1)).kind, 'invalid')
    Object.assign(fake.faults, { empty: false, silent: true })
    s.say(2, TWO)
    assert.equal((await s.fault(2)).kind, 'invalid')
    fake.faults.silent = false
    s.say(3, THREE)
    await s.done(3, THREE)
  }, { faults: { empty: true } })

  is('silence before speech stays', async (s) => {
    s.say(1, ONE)
    assert.equal((await s.end(1)).event, 'done')
    assert.ok(Math.abs(s.audio(1).length / 8 - ONE.length * 30 - 300) < 12)
  }, { faults: { silenceMs: 300 } })

  is('more audio than any sentence has ends as a fault', async (s) => {
    s.say(1, ONE)
    assert.equal((await s.fault(1)).kind, 'invalid')
    assert.ok(s.audio(1).length <= 960000)
  }, { faults: { endless: true }, holds: true })

  if (name !== 'openai' && name !== 'deepgram') {
    is('base64 that is none is invalid', async (s, fake) => {
      s.say(1, ONE)
      assert.equal((await s.fault(1)).kind, 'invalid')
      fake.faults.badBase64 = false
      s.say(2, TWO)
      await s.done(2, TWO)
    }, { faults: { badBase64: true } })
  }

  if (name !== 'bhashini') {
    is('a message that is none is invalid', async (s, fake) => {
      s.say(1, ONE)
      assert.equal((await s.fault(1)).kind, 'invalid')
      fake.faults.garbage = false
      s.say(2, TWO)
      await s.done(2, TWO)
    }, { faults: { garbage: true } })
  }

  is('stock phrases are kept, and spoken while the service is down', async (s, fake) => {
    s.say(1, ONE)
    await s.done(1, ONE)
    const asked = fake.messages.length + fake.requests.length
    s.say(2, ONE)
    assert.equal((await s.end(2)).event, 'done')
    assert.deepEqual(s.audio(2), s.audio(1))
    assert.equal(fake.messages.length + fake.requests.length, asked)
    const other = await Session.open(s.driver, name, fake, { stock: [ONE] })
    fake.faults.handshake = { status: 503 }
    fake.sockets.forEach((socket) => socket.terminate())
    other.say(3, ONE)
    assert.equal((await other.end(3)).event, 'done')
    assert.deepEqual(other.audio(3), s.audio(1))
  }, { stock: [ONE] })

  if (service.words) {
    is('words are told with their place and time', async (s) => {
      s.say(1, `*We* open ${'at'} eight.`)
      s.say(2, TWO)
      await s.end(1)
      await s.end(2)
      assert.deepEqual(s.words(1).map((w) => w.text), [1, 5, 10, 13])
      assert.deepEqual(s.words(2).map((w) => TWO.slice(w.text).split(/\W/)[0]), TWO.match(/\w+/g))
      assert.ok(s.words(2)[0].begins < 300, 'they begin with their own audio')
      for (const request of [1, 2]) {
        const all = s.words(request)
        all.forEach((w, i) => {
          assert.ok(w.ends >= w.begins && (i === 0 || w.begins >= all[i - 1].begins))
        })
        assert.ok(all.at(-1).ends <= s.audio(request).length + 160)
      }
    })

    for (const times of ['missing', 'odd', 'late']) {
      is(`times that are ${times} do no harm`, async (s) => {
        s.say(1, ONE)
        await s.done(1, ONE)
        s.words(1).forEach((w) => assert.ok(w.text < ONE.length))
      }, { faults: { times } })
    }
  }
}
