// SPDX-License-Identifier: BSD-2-Clause
/** An AI worker dies, freezes, spins or is killed by what a caller says. */
import assert from 'node:assert/strict'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { readWav } from '../../phone/audio.js'
import { synthesize } from '../../phone/voice.js'
import { TalkCall, dialAll, echoes, hangUpAll, talks } from '../calls.js'
import { metric } from '../invariants.js'

/** Speech again after a worker died; one that freezes is seen half a second later. */
const DEATH_MS = 1500
const FREEZE_MS = DEATH_MS + 500
/** What a dying worker may cost those of another: a core, for a moment. */
const OTHERS_MS = 200
const QUESTION = 'what time do you open tomorrow'
const POISON = 'do you accept my insurance'

/** Calls of both kinds, the talking ones having heard their greeting. */
async function fleet(world) {
  const echoing = echoes(world.demo, Math.ceil(world.callCount * 0.6))
  const talking = talks(world.demo, world.callCount - echoing.length)
  await dialAll([...echoing, ...talking])
  await Promise.all(talking.map((call) => call.quiet()))
  return { echoing, talking, all: [...echoing, ...talking] }
}

/** Those whose worker changed: { gaps of echoes, silences of talks } in ms since `from`. */
async function moved(world, { echoing, talking }, from) {
  const rows = await world.rowsOf([...echoing, ...talking])
  const isMoved = (call) => rows.get(call.callSid).owner_epoch > 1
  return {
    echoing: echoing.filter(isMoved),
    talking: talking.filter(isMoved),
    still: echoing.filter((call) => !isMoved(call)),
    gaps: echoing.filter(isMoved).map((call) => Math.round(call.longestGap(from))),
    silences: talking.filter(isMoved).map((call) => Math.round(call.firstAfter(from)))
  }
}

const most = (list) => list.length === 0 ? 0 : Math.max(...list)

/** Breaks one worker and looks at what its callers heard. */
async function breakOne(world, limitMs, hurt) {
  const calls = await fleet(world)
  const pid = world.random.pick(await world.processes.workers())
  const from = performance.now()
  await hurt(pid)
  await world.sleep(6000)

  const hit = await moved(world, calls, from)
  const figures = {
    moved: hit.gaps.length + hit.silences.length,
    echo_gap_ms: most(hit.gaps),
    speech_after_ms: most(hit.silences),
    others_gap_ms: Math.round(most(hit.still.map((call) => call.longestGap(from))))
  }
  assert.ok(figures.moved > 0, 'the worker had no calls')
  assert.ok(figures.echo_gap_ms <= limitMs * world.patience(), JSON.stringify(figures))
  assert.ok(figures.speech_after_ms <= limitMs * world.patience(), JSON.stringify(figures))
  assert.ok(figures.others_gap_ms <= OTHERS_MS * world.patience(),
    `the other worker's calls: ${JSON.stringify(figures)}`)
  await hangUpAll(calls.all)
  return { calls: calls.all, figures }
}

async function killed(world) {
  return breakOne(world, DEATH_MS, async (pid) => {
    await world.sleep(world.random.between(0, 400))
    world.signal(pid, 'SIGKILL')
  })
}

async function aborted(world) {
  return breakOne(world, DEATH_MS, (pid) => world.signal(pid, 'SIGABRT'))
}

async function frozen(world) {
  let wokenMs
  const before = await metric(world.demo, 'frontdesk_fenced_total')
  const result = await breakOne(world, FREEZE_MS, async (pid) => {
    /* Declared dead, and yet not killed: only the epochs keep it from its calls. */
    await world.arm(`supervisor.spare on ${pid}`)
    world.killed.add(pid)
    world.signal(pid, 'SIGSTOP')
    await world.sleep(2000)
    world.signal(pid, 'SIGCONT')
    wokenMs = await world.until(() => world.processes.isGone(pid),
      { what: 'the woken worker to end' })
    await world.disarm()
  })
  result.figures.woken_ends_ms = wokenMs
  result.figures.fenced = await metric(world.demo, 'frontdesk_fenced_total') - before
  assert.ok(result.figures.fenced > 0, 'the woken worker was refused nothing')
  return result
}

async function stopped(world) {
  return breakOne(world, FREEZE_MS, (pid) => {
    world.killed.add(pid)
    world.signal(pid, 'SIGSTOP')
  })
}

async function spinning(world) {
  const result = await breakOne(world, FREEZE_MS, async (pid) => {
    world.killed.add(pid)
    await world.arm(`worker.beat spin ${pid}`)
    await world.until(() => world.processes.isGone(pid), { what: 'the spinning worker to end' })
    await world.disarm()
  })
  return result
}

/** Callers who are talking when their worker dies are understood all the same. */
async function overheard(world) {
  const calls = talks(world.demo, world.callCount)
  await dialAll(calls, 150)
  await Promise.all(calls.map((call) => call.quiet()))
  const speech = await synthesize(QUESTION)

  /* Somebody is at every part of the sentence when the worker dies. */
  const lengthMs = speech.length / 8
  const speaking = calls.map(async (call, i) => {
    await world.sleep(i / calls.length * lengthMs)
    await call.phone.say(speech)
    call.spokenAt = performance.now()
  })
  await world.sleep(lengthMs)
  const pid = world.random.pick(await world.processes.workers())
  world.signal(pid, 'SIGKILL')
  await Promise.all(speaking)
  await world.sleep(9000)

  const rows = await world.rowsOf(calls)
  const hit = calls.filter((call) => rows.get(call.callSid).owner_epoch > 1)
  const understood = hit.filter((call) => rows.get(call.callSid).turns.some(
    ({ role, content }) => role === 'user' && /what time do you open/.test(content)))
  const doubled = hit.filter((call) => rows.get(call.callSid).turns.filter(
    ({ role, content }) => role === 'user' && /what time do you open/.test(content)).length > 1)
  const figures = {
    moved: hit.length,
    understood: understood.length,
    answered_after_ms: most(understood.map((call) => Math.round(call.firstAfter(call.spokenAt))))
  }
  assert.ok(hit.length > 0, 'the worker had no calls')
  assert.equal(doubled.length, 0, 'a line was heard twice')
  /* One sentence in 20 may be misheard, dead workers or not. */
  assert.ok(understood.length >= Math.floor(hit.length * 0.9),
    JSON.stringify(figures) + JSON.stringify(
    hit.filter((call) => !understood.includes(call)).map((call) => rows.get(call.callSid).turns)))
  await hangUpAll(calls)
  return { calls, figures }
}

/** A line that kills whoever hears it: twice, and then its call is not talked with any more. */
async function poisoned(world) {
  const { echoing, talking } = await fleet(world)
  const poison = new TalkCall(world.demo)
  await poison.dial()
  await poison.quiet()
  await world.arm('call.utterance abort insurance')
  world.expected.push(/worker \d+ exited on signal 6/)
  await poison.phone.speak(POISON)

  /* Two deaths later come the excuse and the tone; then there is time for a message. */
  await world.until(async () => (await world.rowsOf([poison])).get(poison.callSid).turns
    .some(({ content }) => /technical problem/.test(content)),
  { timeoutMs: 20000, what: 'the excuse', everyMs: 300 })
  await poison.phone.waitForSpeech()
  await poison.quiet(1200)
  await poison.phone.speak('this is maria please call me back')
  await world.until(() => poison.phone.hasEnded, { timeoutMs: 30000, what: 'the message to end' })
  await world.disarm()
  const row = (await world.rowsOf([poison])).get(poison.callSid)
  assert.equal(row.ended_reason, 'message_taken', JSON.stringify(row.turns))

  const messages = join(world.home, 'state', 'messages')
  const files = (await readdir(messages)).filter((name) => name.startsWith(row.id))
  const longest = most(await Promise.all(files.map(
    async (name) => readWav(await readFile(join(messages, name))).samples.length / 8000)))
  assert.ok(longest > 2 && longest <= 60, `a message of ${longest} s`)
  const [lead] = await world.stack.rows(`
    select l.reason, f.value as recording
      from frontdesk.leads l
      left join frontdesk.lead_fields f
        on f.client_id = l.client_id and f.lead_id = l.id and f.name = 'recording'
     where l.call_id = :'id'::uuid`, { id: row.id })
  assert.equal(lead.reason, 'Voice message')
  assert.ok(files.includes(lead.recording), `${lead.recording} is not among ${files}`)

  const rows = await world.rowsOf([...echoing, ...talking])
  const bystanders = talking.filter((call) => rows.get(call.callSid).turns.some(
    ({ content }) => /technical problem/.test(content)))
  assert.deepEqual(echoing.filter((call) => call.phone.hasEnded), [], 'others were dropped')
  assert.equal(bystanders.length, 0, 'others were not talked with any more')
  await hangUpAll([...echoing, ...talking])
  return {
    calls: [...echoing, ...talking, poison],
    figures: { message_s: longest, deaths: row.owner_epoch - 1, bystanders: bystanders.length }
  }
}

/** All at once, three times: the callers hear silence, and then the assistant again. */
async function allKilled(world) {
  const calls = await fleet(world)
  const gaps = []
  for (let round = 0; round < 3; round++) {
    const from = performance.now()
    for (const pid of await world.processes.workers()) {
      world.signal(pid, 'SIGKILL')
    }
    await world.sleep(11000)
    gaps.push(most(calls.echoing.map((call) => Math.round(call.longestGap(from)))))
  }
  assert.deepEqual(calls.all.filter((call) => call.phone.hasEnded), [], 'calls were dropped')
  assert.ok(most(gaps) <= 3000 * world.patience(), JSON.stringify(gaps))
  await hangUpAll(calls.all)
  return { calls: calls.all, figures: { echo_gap_ms: gaps } }
}

export const cases = [
  { name: 'worker-killed', about: 'an AI worker is killed', run: killed },
  { name: 'worker-aborts', about: 'an AI worker aborts', run: aborted },
  { name: 'worker-stopped', about: 'an AI worker freezes for ever', run: stopped },
  { name: 'worker-frozen', about: 'a frozen worker wakes after its calls were given away',
    run: frozen },
  { name: 'worker-spins', about: 'an AI worker loops without end', run: spinning },
  { name: 'worker-overheard', about: 'callers talk while their worker dies', run: overheard },
  { name: 'worker-poisoned', about: 'a caller says what kills workers', run: poisoned },
  { name: 'workers-all', about: 'all AI workers are killed, three times', run: allKilled }
]
