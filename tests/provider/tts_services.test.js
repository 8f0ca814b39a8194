// SPDX-License-Identifier: BSD-2-Clause
/** What each speech service has of its own: contexts, limits, names for faults, other forms. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sleep } from '../fakes/tts_base.js'
import { withSession } from './tts.js'

const ONE = 'We open at eight in the morning.'
const TWO = 'Shall I book that for you?'
const THREE = 'Thank you for calling.'

const is = (what, name, run, options) => {
  test(`${name}: ${what}`, () => withSession(name, run, options))
}

const until = async (is) => {
  for (let i = 0; i < 400 && !is(); i++) {
    await sleep(20)
  }
  assert.ok(is())
}

// ---- Cartesia ----

is('an answer is one context, which ends in silence', 'cartesia', async (s, fake) => {
  s.say(1, ONE)
  s.say(2, TWO)
  await s.done(1, ONE)
  await s.done(2, TWO)
  const ids = new Set(fake.messages.map((m) => m.context_id))
  assert.equal(ids.size, 1)
  await until(() => fake.messages.at(-1).continue === false)
  assert.equal(fake.messages.at(-1).transcript, '')
  s.say(3, THREE)
  await s.done(3, THREE)
  assert.ok(!ids.has(fake.messages.at(-1).context_id))
})

is('an answer that is whole ends its context at once', 'cartesia', async (s, fake) => {
  s.say(1, ONE)
  await s.done(1, ONE)
  s.tell('whole')
  await until(() => fake.messages.at(-1).continue === false)
  s.say(2, TWO)
  await s.done(2, TWO)
})

is('a canceled context is told, and the next is another', 'cartesia', async (s, fake) => {
  s.say(1, `${ONE} ${ONE}`)
  await s.first(1)
  s.tell('cancel')
  s.say(2, TWO)
  await s.done(2, TWO)
  const [first] = fake.messages
  const cancel = fake.messages.find((m) => m.cancel)
  assert.equal(cancel.context_id, first.context_id)
  assert.notEqual(fake.messages.at(-1).context_id, first.context_id)
}, { faults: { chunkMs: 15 } })

is('a context that has died is another one', 'cartesia', async (s, fake) => {
  s.say(1, ONE)
  await s.done(1, ONE)
  await sleep(150)
  s.say(2, TWO)
  await s.done(2, TWO)
  assert.equal(new Set(fake.messages.filter((m) => m.transcript).map((m) => m.context_id)).size, 2)
}, { faults: { expireMs: 20 } })

is('audio of a context that was never asked for is not heard', 'cartesia', async (s) => {
  s.say(1, ONE)
  assert.equal((await s.fault(1)).kind, 'invalid')
  assert.equal(s.audio(1).length, 0)
}, { faults: { otherContext: true } })

const errors = [[429, 'concurrency_limited', 'busy'], [402, 'quota_exceeded', 'refused'],
  [500, null, 'lost'], [400, 'bad_request', 'invalid']]

for (const [status, code, kind] of errors) {
  for (const knobs of [{}, { errorWithout: true }, { oldErrors: true }]) {
    is(`an error of ${status} is ${kind} ${Object.keys(knobs)}`, 'cartesia', async (s) => {
      s.say(1, ONE)
      assert.equal((await s.fault(1)).kind, kind)
    }, { faults: { error: { status_code: status, error_code: code }, ...knobs } })
  }
}

is('no end is told: what follows is spoken all the same', 'cartesia', async (s, fake) => {
  s.say(1, TWO)
  assert.equal((await s.fault(1)).kind, 'lost')
  fake.faults.never = false
  s.say(2, THREE)
  await s.done(2, THREE)
}, { faults: { never: true } })

for (const name of ['cartesia', 'elevenlabs', 'deepgram']) {
  is('one that was closed while nothing was said is opened again', name, async (s, fake) => {
    s.say(1, ONE)
    await s.done(1, ONE)
    fake.sockets.forEach((socket) => socket.close(1000))
    await sleep(100)
    s.say(2, TWO)
    await s.done(2, TWO)
    assert.equal(fake.sockets.length, 2)
  })

  is('a connection that is cut before any audio is tried once more', name, async (s, fake) => {
    s.say(1, ONE)
    await until(() => fake.sockets.length === 1 && fake.messages.length > 0)
    fake.sockets[0].terminate()
    await s.done(1, ONE)
  }, { faults: { firstMs: 200 } })

  is('a socket that is closed in the middle is lost', name, async (s) => {
    s.say(1, `${ONE} ${ONE}`)
    assert.equal((await s.fault(1)).kind, 'lost')
  }, { faults: { closeCode: 1011 } })
}

// ---- ElevenLabs ----

is('a hundred interruptions leave no more than five contexts', 'elevenlabs', async (s) => {
  for (let i = 1; i <= 100; i++) {
    s.say(i, ONE)
    s.tell('cancel')
  }
  s.say(200, TWO)
  await s.done(200, TWO)
}, { faults: { chunkMs: 1 } })

is('other spellings are understood', 'elevenlabs', async (s) => {
  s.say(1, ONE)
  await s.done(1, ONE)
  assert.equal(s.words(1).length, ONE.split(' ').length)
}, { faults: { snake: true } })

is('a context is closed with its text', 'elevenlabs', async (s, fake) => {
  s.say(1, ONE)
  await s.done(1, ONE)
  const [first, text, end] = fake.messages
  assert.equal(first.text, ' ')
  assert.ok(first.voice_settings && !text.voice_settings)
  assert.equal(text.text, `${ONE} `)
  assert.equal(end.close_context, true)
})

is('audio of another context is not heard', 'elevenlabs', async (s) => {
  s.say(1, ONE)
  assert.equal((await s.fault(1)).kind, 'invalid')
  assert.equal(s.audio(1).length, 0)
}, { faults: { otherContext: true } })

for (const [shut, way] of [['/multi-stream-input', '/stream-input'], ['-input', '/stream?']]) {
  is(`where ${shut} is shut, ${way} serves`, 'elevenlabs', async (s, fake) => {
    s.say(1, ONE)
    s.say(2, TWO)
    await s.done(1, ONE)
    await s.done(2, TWO)
    assert.ok(fake.requests.at(-1).url.includes(way), fake.requests.at(-1).url)
    s.say(3, `${ONE} ${ONE}`)
    await s.first(3)
    s.tell('cancel')
    s.say(4, THREE)
    await s.done(4, THREE)
  }, { faults: { handshake: { status: 403, body: {}, path: shut } } })
}

for (const [dieWith, kind] of [['quota_exceeded', 'refused'], ['max_active_conversations', 'lost'],
  ['content_policy', 'invalid'], ['system_busy', 'busy']]) {
  is(`to be closed for ${dieWith} is ${kind}`, 'elevenlabs', async (s) => {
    s.say(1, ONE)
    assert.equal((await s.fault(1)).kind, kind)
  }, { faults: { dieWith } })
}

is('a voice that is none is refused', 'elevenlabs', async (s) => {
  s.say(1, ONE)
  assert.equal((await s.fault(1)).kind, 'refused')
}, { voice: 'nobody' })

// ---- Deepgram ----

is('what comes before Cleared is not heard, however late it is', 'deepgram', async (s) => {
  s.say(1, `${ONE} ${ONE}`)
  await s.first(1)
  s.tell('cancel')
  s.say(2, TWO)
  await s.done(2, TWO)
}, { faults: { chunkMs: 5, afterCancel: true, lateMs: 200 } })

is('without Cleared another socket serves', 'deepgram', async (s, fake) => {
  s.say(1, `${ONE} ${ONE}`)
  await s.first(1)
  s.tell('cancel')
  s.say(2, TWO)
  assert.equal((await s.fault(2)).kind, 'lost')
  s.say(3, THREE)
  await s.done(3, THREE)
  assert.equal(fake.sockets.length, 2)
}, { faults: { chunkMs: 5, noCleared: true } })

is('more sentences than a socket may flush', 'deepgram', async (s, fake) => {
  for (let i = 1; i <= 30; i++) {
    s.say(i, `Sentence ${i}.`)
  }
  await s.done(30, 'Sentence 30.')
  for (let i = 1; i < 30; i++) {
    await s.done(i, `Sentence ${i}.`)
  }
  assert.equal(fake.sockets.length, 2)
})

is('a long text goes in parts', 'deepgram', async (s, fake) => {
  const long = Array.from({ length: 400 }, (_, i) => `word${i}`).join(' ')
  s.say(1, long)
  await s.done(1, long)
  assert.ok(fake.messages.filter((m) => m.type === 'Speak').length > 1)
})

// ---- REST ----

for (const wavRate of [8000, 22050, 44100]) {
  is(`a WAV file at ${wavRate} Hz whose size says nothing`, 'openai', async (s) => {
    s.say(1, ONE)
    await s.done(1, ONE)
  }, { faults: { wavRate, chunkBytes: 333 } })
}

is('MP3 is not played', 'openai', async (s) => {
  s.say(1, ONE)
  assert.equal((await s.fault(1)).kind, 'invalid')
  assert.equal(s.audio(1).length, 0)
}, { faults: { mp3: true } })

is('a server of one\'s own needs no key', 'openai', async (s, fake) => {
  s.say(1, ONE)
  await s.done(1, ONE)
  assert.equal(fake.requests[0].headers.authorization, undefined)
}, { key: '', fakeOptions: { key: '' } })

is('the next sentence is asked for while this one comes', 'openai', async (s, fake) => {
  for (let i = 1; i <= 4; i++) {
    s.say(i, ONE)
  }
  await s.first(1)
  assert.ok(fake.requests.length <= 2)
  await s.end(4)
}, { faults: { chunkMs: 20 } })

is('an answer that stops in the middle is a fault', 'google', async (s) => {
  s.say(1, ONE)
  assert.equal((await s.fault(1)).kind, 'invalid')
}, { faults: { cut: true } })

is('a rate that was not asked for is changed', 'google', async (s) => {
  s.say(1, ONE)
  await s.done(1, ONE)
}, { faults: { rate: 16000 } })

is('it asks where to ask once', 'bhashini', async (s, fake) => {
  s.say(1, ONE)
  s.say(2, TWO)
  await s.done(1, ONE)
  await s.done(2, TWO)
  assert.equal(fake.requests.filter((r) => r.url.includes('getModelsPipeline')).length, 1)
  assert.equal(JSON.parse(fake.requests.at(-1).body).pipelineTasks[0].config.serviceId, 'svc-hi')
})

const point = (more) => ({ pipelineInferenceAPIEndPoint: more })
const injected = { name: 'X: y\r\nZ', value: 'v' }

for (const config of [{}, [], point({ callbackUrl: 5 }),
  point({ callbackUrl: 'http://127.0.0.1:9', inferenceApiKey: injected })]) {
  is(`an answer like ${JSON.stringify(config).slice(0, 40)} is invalid`, 'bhashini', async (s) => {
    s.say(1, ONE)
    assert.equal((await s.fault(1)).kind, 'invalid')
  }, { faults: { config } })
}

for (const name of ['cartesia', 'elevenlabs', 'deepgram', 'google', 'bhashini']) {
  is('without a key it is refused', name, async (s, fake) => {
    s.say(1, ONE)
    assert.equal((await s.fault(1)).kind, 'refused')
    assert.equal(fake.requests.length, 0)
  }, { key: '' })
}

is('a token that is lent serves as well as a key', 'google', async (s, fake) => {
  s.say(1, ONE)
  await s.done(1, ONE)
  assert.equal(fake.requests[0].headers.authorization, 'Bearer k_invented')
}, { key: 'k_invented' })
