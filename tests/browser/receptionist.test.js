// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Api } from '../phone/api.js'
import { clientFor } from '../phone/phone.js'
import { at, useDesk } from './desk.js'

const desk = await useDesk()
const { demo } = desk
const client = clientFor(demo, 'no_balance', 'olivia')
const api = await Api.as(demo, 'olivia')
const olivia = await desk.visitor({ expected: [/status of 4(29|22|00)/] })
await olivia.logIn('olivia')
await olivia.choose(client.name)
const { page } = olivia
let id = null

const agent = () => api.get(`/api/agents/${id}`)
const bar = (name) => page.locator('form footer').getByRole('button', { name })

test('a receptionist is made out of a ready-made one', async () => {
  await page.goto('/agents')
  await page.getByText('Answers your calls', { exact: true }).waitFor()
  await olivia.assertSound('receptionists')
  await olivia.shot('agents')
  await page.getByRole('button', { name: 'New receptionist' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('Night shift')
  await dialog.getByLabel('Begin with').selectOption('medical')
  await dialog.getByRole('button', { name: 'Create' }).click()
  await page.waitForURL(/\/agents\/[0-9a-f-]{36}$/)
  id = new URL(page.url()).pathname.split('/').pop()
  await page.getByRole('heading', { level: 1, name: 'Night shift' }).waitFor()
  const made = await agent()
  assert.deepEqual([made.name, made.is_default], ['Night shift', false])
  assert.notEqual(made.initial_greeting, '')
})

test('changes are published at once, and what is wrong is told at its field', async () => {
  await page.getByLabel('First words').fill('Good evening, you reach the night shift.')
  await page.getByLabel('Speed').fill('9')
  await bar('Save and publish').click()
  await page.locator('.problem').waitFor()
  await page.getByLabel('Speed').fill('1.1')
  await page.getByLabel('Send text message').check()
  await bar('Save and publish').click()
  await page.getByText('Saved.').waitFor()
  const now = await agent()
  assert.equal(now.initial_greeting, 'Good evening, you reach the night shift.')
  assert.equal(now.tts_speed, 1.1)
  assert.ok(now.enabled_tools.includes('send_sms'))
  await olivia.assertSound('a receptionist')
  await olivia.shot('agent')
})

test('a draft changes nothing until it is published, and is compared before', async () => {
  const { version } = await agent()
  await page.getByLabel('First words').fill('Good night.')
  await bar('Save as draft').click()
  const note = page.getByRole('dialog')
  await note.getByLabel('Note').fill('Shorter')
  await note.getByRole('button', { name: 'Save' }).click()
  const draft = page.locator(`[data-version="${version + 1}"]`)
  await draft.getByText('Draft').waitFor()
  assert.match(await draft.textContent(), /Shorter/)
  assert.equal((await agent()).version, version)
  assert.match(await page.getByLabel('First words').inputValue(), /Good evening/)

  await draft.getByRole('button', { name: /^Compare/ }).click()
  const diff = page.getByRole('dialog')
  assert.match(await diff.locator('del').textContent(), /Good evening/)
  assert.match(await diff.locator('ins').textContent(), /Good night\./)
  await olivia.assertSound('two versions')
  await olivia.shot('agent-versions')
  await page.keyboard.press('Escape')

  await draft.getByRole('button', { name: /^Publish/ }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Publish' }).click()
  await draft.getByText('Live').waitFor()
  assert.equal((await agent()).initial_greeting, 'Good night.')

  await page.locator(`[data-version="${version}"]`).getByRole('button', { name: /^Restore/ })
    .click()
  await page.getByRole('dialog').getByRole('button', { name: 'Restore' }).click()
  await page.locator(`[data-version="${version + 2}"]`).getByText('Live').waitFor()
  assert.match((await agent()).initial_greeting, /Good evening/)
})

test('it becomes the one that answers, hands that back, and is removed', async () => {
  const [before] = (await api.get(`/api/clients/${client.id}/agents`))
    .filter(({ is_default: isDefault }) => isDefault)
  await page.getByRole('button', { name: 'Let it answer your calls' }).click()
  await page.getByText('Answers your calls ·').waitFor()
  assert.equal((await agent()).is_default, true)
  await page.goto(`/agents/${before.id}`)
  await page.getByRole('button', { name: 'Let it answer your calls' }).click()
  await page.getByText('Answers your calls ·').waitFor()

  await page.goto(`/agents/${id}`)
  await page.getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await page.waitForURL(at('/agents'))
  assert.equal((await api.request('GET', `/api/agents/${id}`)).status, 404)
  olivia.complaints.assertNone()
})

test('a viewer sees a receptionist and cannot change it', async () => {
  const viewer = await desk.visitor({ expected: [/status of 429/] })
  await viewer.logIn('viewer')
  await viewer.page.goto('/agents')
  await viewer.page.locator('h2 a').first().click()
  await viewer.page.getByLabel('First words').waitFor()
  assert.equal(await viewer.page.getByLabel('First words').isDisabled(), true)
  assert.equal(await viewer.page.getByRole('button', { name: 'Delete' }).count(), 0)
  await viewer.assertSound('a receptionist for a viewer')
  await viewer.context.close()
})
