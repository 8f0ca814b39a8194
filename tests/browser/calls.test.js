// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { Api } from '../phone/api.js'
import { Phone, anyNumber, clientFor } from '../phone/phone.js'
import { at, useDesk } from './desk.js'

const desk = await useDesk()
const { demo } = desk
const client = clientFor(demo, 'receptionist', 'olivia')
const olivia = await desk.visitor({
  expected: [/status of 429/, /status of 404/, /ERR_INTERNET_DISCONNECTED/]
})
await olivia.logIn('olivia')
await olivia.choose(client.name)
const { page } = olivia

/** "+15552345678" as the page writes it. */
const written = (number) => number.replace(/^\+1(...)(...)(....)$/, '+1 ($1) $2-$3')

test('a call appears, is followed word by word, and ends, before the owner\'s eyes', async () => {
  const from = anyNumber()
  const phone = await Phone.dial({ demo, to: client.number, from })
  try {
    const card = page.locator('[data-live]', { hasText: written(from) })
    await card.waitFor()
    const id = await card.getAttribute('data-live')
    const seconds = async () => {
      const [minutes, rest] = (await card.locator('time').textContent()).split(':')
      return minutes * 60 + Number(rest)
    }
    const before = await seconds()
    await page.waitForTimeout(2200)
    assert.ok(await seconds() > before, 'its clock runs')
    await olivia.shot('calls-live')

    await card.click()
    await page.waitForURL(at(`/calls/${id}`))
    const turns = page.locator('.turn')
    await turns.first().waitFor()
    assert.equal(await turns.first().getAttribute('data-role'), 'assistant', 'the greeting')
    assert.ok(await page.getByRole('log').isVisible(), 'new words are announced')

    await phone.waitForSilence({ ms: 900 })
    await phone.speak('what time do you open tomorrow')
    await page.locator('.turn[data-role=user]').first().waitFor()
    await page.locator('.turn[data-role=user] ~ .turn, li:has(.turn[data-role=user]) ~ li .turn')
      .first().waitFor()
    await olivia.shot('call-live')
    await phone.waitForSilence({ ms: 900 })
    await phone.hangUp()

    await page.locator('.call .status', { hasText: 'Completed' }).waitFor()
    assert.equal(await page.getByRole('log').count(), 0)
    await page.locator(`.list [data-call="${id}"]`).waitFor()
    assert.equal(await page.locator(`[data-live="${id}"]`).count(), 0)

    const api = await Api.as(demo, 'olivia')
    const call = await api.conversation(id)
    const spoken = call.transcript.filter(({ role }) => role !== 'tool')
    assert.deepEqual(await page.locator('.turn .words').allTextContents(),
      spoken.map(({ content }) => content))
    assert.equal(await page.locator('.tool').count(), call.transcript.length - spoken.length)

    const answer = page.locator('.latency').first()
    await answer.locator('summary').click()
    assert.match(await answer.locator('dl').textContent(), /Recognition\s*[\d.]+ m?s/)
    assert.match(await page.locator('[data-median]').textContent(), /^(\d+ ms|\d+\.\d\d s)$/)
    await olivia.assertSound('a finished call')
    await olivia.shot('call')
  } finally {
    await phone.hangUp()
  }
})

test('j and k walk through the calls, Escape goes back to the list', async () => {
  for (let n = 0; n < 2; n += 1) {
    const phone = await Phone.dial({ demo, to: client.number })
    await phone.waitForSpeech()
    await phone.hangUp()
  }
  await page.goto('/calls')
  const links = page.locator('[data-call]')
  await links.nth(1).waitFor()
  await page.locator('.strip:not(.has-calls)').waitFor()
  await page.keyboard.press('j')
  const first = await page.evaluate(() => document.activeElement.dataset.call)
  assert.equal(first, await links.first().getAttribute('data-call'))
  await page.keyboard.press('Enter')
  await page.waitForURL(at(`/calls/${first}`))
  const second = await links.nth(1).getAttribute('data-call')
  await page.keyboard.press('j')
  await page.waitForURL(at(`/calls/${second}`))
  await page.keyboard.press('k')
  await page.waitForURL(at(`/calls/${first}`))
  await page.keyboard.press('Escape')
  await page.waitForURL(at('/calls'))

  await page.getByRole('searchbox').fill('no call says this')
  await page.getByText('No call matches').waitFor()
  await page.keyboard.press('j')
  await page.getByRole('button', { name: 'Clear filters' }).click()
  await links.first().waitFor()
})

test('a call is found by what was said in it and by its number, and goes into a file', async () => {
  const from = anyNumber()
  const phone = await Phone.dial({ demo, to: client.number, from })
  await phone.waitForSilence({ ms: 900 })
  await phone.speak('what insurance do you accept')
  await phone.waitForReply({ ms: 900 })
  await phone.hangUp()
  const api = await Api.as(demo, 'olivia')
  const id = await api.findCall(client.id, from)

  await page.goto('/calls')
  const row = page.locator(`[data-call="${id}"]`)
  await row.waitFor()
  await page.getByRole('searchbox').fill('delta dental')
  const [answer] = await Promise.all([
    page.waitForResponse((one) => one.url().includes('q=delta')), row.waitFor()])
  const found = (await answer.json()).map((one) => one.id)
  assert.ok(found.includes(id), 'the receptionist said it')
  await page.getByRole('searchbox').fill(from)
  await page.waitForResponse((one) => one.url().includes('contact_id='))
  await page.locator('[data-call]').nth(1).waitFor({ state: 'detached' })
  await row.waitFor()
  await olivia.assertSound('calls that were found')
  await page.getByRole('searchbox').fill('')

  await page.goto(`/calls/${id}`)
  const files = page.getByRole('group', { name: 'Download transcript' })
  for (const [button, ending, look] of [
    ['Text', 'txt', /insurance/i], ['Subtitles', 'vtt', /^WEBVTT/]]) {
    const [file] = await Promise.all([
      page.waitForEvent('download'), files.getByRole('button', { name: button }).click()])
    assert.equal(file.suggestedFilename(), `call-${id}.${ending}`)
    assert.match(await readFile(await file.path(), 'utf8'), look)
  }
  await page.goto('/calls')
})

test('another owner\'s call is as absent as one that never was', async () => {
  const bistro = clientFor(demo, 'receptionist', 'marco')
  const from = anyNumber()
  const phone = await Phone.dial({ demo, to: bistro.number, from })
  await phone.waitForSpeech()
  const marco = await Api.as(demo, 'marco')
  const foreign = await marco.findCall(bistro.id, from)
  assert.ok(foreign, 'the call is there for its owner')

  await page.goto('/calls')
  await page.locator('main h1').waitFor()
  await page.waitForTimeout(2500)
  assert.equal(await page.locator(`[data-live="${foreign}"]`).count(), 0)
  await phone.hangUp()

  const seen = []
  for (const id of [foreign, randomUUID()]) {
    await page.goto(`/calls/${id}`)
    await page.getByRole('heading', { level: 1, name: 'This call is not here' }).waitFor()
    seen.push(await page.locator('.call').textContent())
  }
  assert.equal(seen[0], seen[1])
  olivia.complaints.assertNone()
})

test('a lost connection is said, nothing vanishes, and news come again by themselves', async () => {
  await page.goto('/calls')
  await page.locator('[data-call]').first().waitFor()
  const rows = await page.locator('[data-call]').count()
  const badge = (word) => page.locator('.strip [role=status]', { hasText: word })
  await badge(/^\s*Live/).waitFor()
  await olivia.context.setOffline(true)
  await badge('Reconnecting').waitFor()
  assert.equal(await page.locator('[data-call]').count(), rows)
  await olivia.context.setOffline(false)
  await badge(/^\s*Live/).waitFor()
})

test('a page that nobody looks at asks for nothing', async () => {
  let asked = 0
  page.on('request', (request) => {
    asked += request.url().includes('/api/active-calls') ? 1 : 0
  })
  const show = (hidden) => page.evaluate((value) => {
    Object.defineProperty(document, 'hidden', { value, configurable: true })
    document.dispatchEvent(new Event('visibilitychange'))
  }, hidden)
  await page.waitForTimeout(2500)
  assert.ok(asked > 0)
  await show(true)
  await page.locator('.strip [role=status]', { hasText: 'Paused' }).waitFor()
  asked = 0
  await page.waitForTimeout(4500)
  assert.equal(asked, 0)
  await show(false)
  await page.locator('.strip [role=status]', { hasText: /^\s*Live/ }).waitFor()
  assert.ok(asked > 0)
})
