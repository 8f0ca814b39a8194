// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { Api } from '../phone/api.js'
import { Caller } from '../phone/caller.js'
import { Phone, anyNumber, clientFor } from '../phone/phone.js'
import { Transcript } from '../phone/transcript.js'
import { PHONE, useDesk } from './desk.js'

const desk = await useDesk()
const { demo } = desk
const client = clientFor(demo, 'receptionist', 'olivia')
const api = await Api.as(demo, 'olivia')

/** A caller leaves a message; what the API has of it. */
async function leaveMessage() {
  const from = anyNumber()
  const phone = await Phone.dial({ demo, to: client.number, from })
  const transcript = new Transcript(api, phone, client.id)
  await new Caller({ errands: ['i would like to leave a message'], name: 'thomas baker' })
    .talk(phone, transcript)
  await phone.ended
  await transcript.finish()
  const call = await api.findCall(client.id, from)
  const lead = (await api.get(`/api/clients/${client.id}/leads`))
    .find((one) => one.call_id === call)
  assert.ok(lead, `no lead: ${JSON.stringify(transcript.turns)}`)
  return lead
}

const lead = await leaveMessage()
const olivia = await desk.visitor({ expected: [/status of 429/] })
await olivia.logIn('olivia')
await olivia.choose(client.name)
const { page } = olivia

test('a message is found, followed up and noted', async () => {
  await page.goto('/leads')
  const row = page.locator('tbody tr', { hasText: new RegExp(lead.name, 'i') }).first()
  await row.waitFor()
  await olivia.assertSound('leads')
  await olivia.shot('leads')

  await row.locator('.opener').click()
  const dialog = page.getByRole('dialog')
  await dialog.waitFor()
  assert.equal(await dialog.getByRole('link', { name: 'Open the call' }).getAttribute('href'),
    `/calls/${lead.call_id}`)
  await olivia.assertSound('a lead')
  await olivia.shot('lead')
  await dialog.getByLabel('Status').selectOption('contacted')
  await dialog.getByLabel('Notes').fill('Rang back, wants Friday.')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.waitFor({ state: 'hidden' })
  const kept = await api.get(`/api/leads/${lead.id}`)
  assert.deepEqual([kept.status, kept.notes], ['contacted', 'Rang back, wants Friday.'])

  await row.getByRole('combobox').selectOption('qualified')
  await page.waitForResponse((answer) => answer.url().includes('/leads'))
  assert.equal((await api.get(`/api/leads/${lead.id}`)).status, 'qualified')
})

test('a status narrows the list, and the list goes into a file', async () => {
  const filter = page.locator('.tools').getByRole('combobox', { name: 'Status' })
  await filter.selectOption('new')
  await page.locator(`tbody tr:has-text("Rang back")`).waitFor({ state: 'detached' })
  await filter.selectOption('qualified')
  await page.locator('tbody tr').first().waitFor()
  const [file] = await Promise.all([
    page.waitForEvent('download'), page.getByRole('button', { name: 'Export' }).click()])
  assert.equal(file.suggestedFilename(), 'leads.csv')
  const text = await readFile(await file.path(), 'utf8')
  assert.match(text.split('\n')[0], /name.*status/)
  assert.ok(text.includes(lead.id))
})

test('a viewer reads a lead and is not offered to change it', async () => {
  const viewer = await desk.visitor({ size: PHONE, scheme: 'dark', expected: [/status of 429/] })
  await viewer.logIn('viewer')
  await viewer.page.goto('/leads')
  await viewer.page.locator('tbody tr').first().waitFor()
  assert.equal(await viewer.page.getByRole('button', { name: /^Delete/ }).count(), 0)
  await viewer.page.locator('.opener').first().click()
  const dialog = viewer.page.getByRole('dialog')
  await dialog.getByText('Rang back, wants Friday.').waitFor()
  assert.equal(await dialog.getByRole('textbox').count(), 0)
  await viewer.assertSound('a lead for a viewer')
  await viewer.context.close()
})

test('a lead is removed', async () => {
  const row = page.locator('tbody tr').first()
  const count = await page.locator('tbody tr').count()
  await row.getByRole('button', { name: /^Delete/ }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  assert.ok(await page.locator('tbody tr').count() < count)
  assert.equal((await api.request('GET', `/api/leads/${lead.id}`)).status, 404)
  olivia.complaints.assertNone()
})
