// SPDX-License-Identifier: BSD-2-Clause
/** One real call, seen in every way there is: lists, log, transcripts, words, sums, money. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startCall } from './conversation.js'
import { useStack } from './stack.js'

const stack = await useStack()
const marco = await stack.api('marco')
const olivia = await stack.api('olivia')
const client = stack.client('receptionist', 'marco').id
const ask = (path) => marco.request('GET', path)
const get = async (path) => {
  const answer = await ask(path)
  assert.equal(answer.status, 200, `${path}: ${answer.text}`)
  return answer
}

const before = (await get(`/api/clients/${client}/analytics`)).json
const call = await startCall(stack, { owner: 'marco' })
await call.greeting()
await call.ask('do you have vegetarian dishes')
const { id } = await call.end()
const { from } = call.phone

test('a call is in the lists, by what it was', async () => {
  const day = new Date(Date.now() - 3600000).toISOString()
  const phone = encodeURIComponent(from)
  for (const path of [
    `/api/clients/${client}/conversations`, `/api/clients/${client}/conversations?from=${day}`,
    `/api/clients/${client}/conversations?status=completed`,
    `/api/conversation-logs?client_id=${client}`, '/api/conversation-logs', '/api/call-logs',
    `/api/call-logs?client_id=${client}`, `/api/call-logs?client_id=${client}&type=ai`,
    `/api/call-logs?phone=${phone}`, `/api/call-logs?client_id=${client}&phone=${phone}`,
    `/api/call-logs?from=${day}&min_duration=1&direction=inbound&status=completed`
  ]) {
    const { json } = await get(path)
    assert.ok(json.some((one) => one.id === id), path)
    assert.equal((await olivia.request('GET', path)).json.some?.((one) => one.id === id) ?? false,
      false, `${path}, as somebody else`)
  }
  for (const query of ['status=busy', 'type=human', 'direction=outbound', 'to=2020-01-01',
    'min_duration=86000', 'phone=%2B19995550000']) {
    const { json } = await get(`/api/call-logs?client_id=${client}&${query}`)
    assert.ok(!json.some((one) => one.id === id), query)
  }
})

test('nonsense in a filter is refused by name', async () => {
  for (const [query, field] of [['status=gone', 'status'], ['from=yesterday', 'from'],
    ['phone=12', 'phone'], ['client_id=1', 'client_id'], ['sort=duration', 'sort'],
    ['colour=red', 'colour'], ['min_duration=-1', 'min_duration']]) {
    const answer = await ask(`/api/call-logs?${query}`)
    assert.equal(answer.status, 400, query)
    assert.deepEqual(answer.json.errors.map((error) => error.field), [field])
  }
})

test('a call is found by what was said in it', async () => {
  const { json: [, turn] } = await get(`/api/conversation-logs/${id}/transcript`)
  assert.equal(turn.role, 'user', 'the caller was heard')
  for (const q of ['vegetarian', 'dish', '"vegetarian dishes"', 'vegetarian -nonsenseword']) {
    const words = encodeURIComponent(q)
    for (const path of [`/api/clients/${client}/conversations?q=${words}`,
      `/api/conversation-logs?q=${words}`, `/api/call-logs?client_id=${client}&q=${words}`]) {
      assert.ok((await get(path)).json.some((one) => one.id === id), `${path} ${turn.content}`)
    }
  }
  const other = await olivia.request('GET', '/api/conversation-logs?q=vegetarian')
  assert.ok(!other.json.some((one) => one.id === id))
  assert.deepEqual((await get(`/api/clients/${client}/conversations?q=%26%7C%21%28`)).json, [])
})

test('a call is told as a whole', async () => {
  const { json, headers } = await get(`/api/call-logs/${id}`)
  assert.deepEqual([json.id, json.client_id, json.caller_phone, json.status, json.direction,
    json.call_type], [id, client, from, 'completed', 'inbound', 'ai'])
  assert.ok(json.events.length > 0)
  assert.ok(json.transcript.some(({ role }) => role === 'assistant'))
  assert.ok(json.latency_ms.answers > 0 && json.latency_ms.p50 > 0)
  assert.equal(json.cost.seconds, json.settled_seconds)
  assert.equal(json.cost.micros, 0, 'what runs here takes nothing')
  assert.deepEqual(json.cost.providers.map(({ kind }) => kind).sort(), ['llm', 'stt', 'tts'])
  assert.deepEqual([json.sentiment, json.lead, json.appointments, json.recordings],
    [null, null, [], []])
  assert.match(headers.etag, /^"[0-9a-f]{32}"$/)
  for (const path of [`/api/call-logs/${id}`, `/api/conversation-logs/${id}`,
    `/api/conversations/${id}`, `/api/transcripts/${id}`]) {
    assert.equal((await olivia.request('GET', path)).status, 404, path)
  }
})

test('a transcript is JSON, text and subtitles', async () => {
  const json = await get(`/api/transcripts/${id}`)
  assert.match(json.headers['content-type'], /^application\/json/)
  assert.equal(json.json.call_id, id)
  const spoken = json.json.transcript.filter(({ role }) => role !== 'tool')

  const txt = await get(`/api/transcripts/${id}?format=txt`)
  assert.match(txt.headers['content-type'], /^text\/plain/)
  assert.equal(txt.text.trimEnd().split('\n').length, spoken.length)
  assert.match(txt.text, /^\[00:00:\d\d\] Assistant: Thank you for calling Harbor Bistro/)

  const vtt = await get(`/api/transcripts/${id}?format=vtt`)
  assert.match(vtt.headers['content-type'], /^text\/vtt/)
  const [head, ...cues] = vtt.text.trimEnd().split('\n\n')
  assert.equal(head, 'WEBVTT')
  assert.equal(cues.length, spoken.length)
  const ms = (clock) => {
    const [h, m, s] = clock.split(':').map(Number)
    return Math.round(((h * 60 + m) * 60 + s) * 1000)
  }
  for (const cue of cues) {
    const [, times, words, ...more] = cue.split('\n')
    const [, begins, ends] = /^(\d\d:\d\d:\d\d\.\d{3}) --> (\d\d:\d\d:\d\d\.\d{3})$/.exec(times)
    assert.ok(ms(begins) < ms(ends), cue)
    assert.match(words, /^<v (Caller|Assistant|Person)>[^<>]+$/)
    assert.deepEqual(more, [])
  }
  assert.equal((await ask(`/api/transcripts/${id}?format=doc`)).status, 400)
})

test('a call is in the sums and in the ledger', async () => {
  const after = (await get(`/api/clients/${client}/analytics?by=agent`)).json
  assert.ok(after.calls > before.calls)
  assert.ok(after.seconds > before.seconds)
  assert.ok(after.latency_ms.answers > before.latency_ms.answers)
  assert.equal(after.hours.length, 24)
  assert.equal(after.hours.reduce((sum, calls) => sum + calls), after.calls)
  assert.equal(after.series.reduce((sum, { calls }) => sum + calls, 0), after.calls)
  const days = (await get(`/api/analytics?client_id=${client}&by=day`)).json
  assert.equal(days.calls, after.calls)
  assert.ok((await get('/api/analytics')).json.calls >= after.calls)
  assert.equal((await olivia.request('GET', `/api/clients/${client}/analytics`)).status, 404)
  assert.equal((await ask('/api/analytics?from=2020-01-01')).status, 422)
  assert.equal((await ask('/api/analytics?from=2020-13-01')).status, 400)

  const usage = (await get(`/api/clients/${client}/usage?by=day`)).json
  assert.equal(usage.reduce((sum, { calls }) => sum + calls, 0), after.calls)

  const { json: ledger, headers } = await get(`/api/clients/${client}/ledger?limit=1`)
  assert.equal(ledger.length, 1)
  const next = /^<([^>]+)>; rel="next"$/.exec(headers.link)?.[1]
  const { json: more } = await get(next)
  assert.ok(more.every((row) => row.id !== ledger[0].id))
  const { json: mine } = await get(`/api/clients/${client}/ledger?kind=reserve&limit=100`)
  assert.ok(mine.some((row) => row.call_id === id && row.seconds < 0))
  const { balance_seconds: balance } = await marco.get(`/api/clients/${client}`)
  const { json: [newest] } = await get(`/api/clients/${client}/ledger?limit=1`)
  assert.equal(newest.balance_after, balance)
  assert.equal((await olivia.request('GET', `/api/clients/${client}/ledger`)).status, 404)
})

test('a list is walked by its links, and is CSV if wanted', async () => {
  const ids = []
  let path = `/api/call-logs?client_id=${client}&limit=1`
  for (let pages = 0; path !== undefined && pages < 3; pages++) {
    const page = await get(path)
    ids.push(...page.json.map((one) => one.id))
    path = /^<([^>]+)>; rel="next"$/.exec(page.headers.link ?? '')?.[1]
  }
  assert.equal(new Set(ids).size, ids.length)
  const csv = await get(`/api/call-logs?client_id=${client}&format=csv`)
  assert.match(csv.text.split('\r\n')[0], /^id,client_id,agent_id,/)
  assert.ok(csv.text.includes(id))
})

test('what was said is erased, the call and its cost stay', async () => {
  assert.equal((await olivia.request('DELETE', `/api/conversations/${id}`)).status, 404)
  const erased = await marco.request('DELETE', `/api/conversations/${id}`)
  assert.equal(erased.status, 200, erased.text)
  assert.deepEqual(erased.json, { message: 'Conversation deleted successfully' })
  for (const path of [`/api/conversations/${id}`, `/api/transcripts/${id}`,
    `/api/conversation-logs/${id}/transcript`]) {
    assert.equal((await ask(path)).status, 404, path)
  }
  const { json: list } = await get(`/api/clients/${client}/conversations`)
  assert.ok(!list.some((one) => one.id === id))
  const { json: found } = await get(`/api/conversation-logs?client_id=${client}&q=vegetarian`)
  assert.ok(!found.some((one) => one.id === id))
  const { json } = await get(`/api/call-logs/${id}`)
  assert.deepEqual([json.transcript, json.summary], [[], null])
  assert.ok(json.settled_seconds > 0 && json.erased_at !== null)
})
