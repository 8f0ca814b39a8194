// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { Api } from '../phone/api.js'
import { anyNumber, clientFor } from '../phone/phone.js'
import { useDesk } from './desk.js'

const desk = await useDesk()
const { demo } = desk
const client = clientFor(demo, 'no_balance', 'olivia')
const api = await Api.as(demo, 'olivia')
const olivia = await desk.visitor({ expected: [/status of 429/] })
await olivia.logIn('olivia')
await olivia.choose(client.name)
const { page } = olivia
const known = anyNumber()

const find = async (number) => (await api.get(`/api/clients/${client.id}/contacts?limit=100`))
  .find((contact) => contact.phone_number === number)

test('contacts come out of a file, and each wrong row is told', async () => {
  await page.goto('/contacts')
  await page.getByRole('button', { name: 'Import', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Import contacts' })
  await dialog.locator('input[type=file]').setInputFiles({
    name: 'people.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(`phone_number,name,notes,tags\n${known},Rita Import,"likes tea, black",`
      + 'vip;regular\nnonsense,Nobody,,\n')
  })
  await olivia.assertSound('the import of contacts')
  await dialog.getByRole('button', { name: 'Import contacts' }).click()
  await dialog.getByText('1 new, 0 brought up to date.').waitFor()
  const row = dialog.locator('tbody tr')
  assert.equal(await row.count(), 1)
  assert.match(await row.textContent(), /2.*phone_number.*This is not a phone number/)
  await olivia.assertSound('what the import says')
  await olivia.shot('contacts-import')
  await dialog.getByRole('button', { name: 'Close' }).last().click()
  const rita = await find(known)
  assert.deepEqual([rita.name, rita.notes, rita.tags.toSorted()],
    ['Rita Import', 'likes tea, black', ['regular', 'vip']])
  await page.locator('tbody tr', { hasText: 'Rita Import' }).waitFor()
})

test('a file without rows is refused in words', async () => {
  const other = await desk.visitor({ expected: [/status of 4(29|00|22)/] })
  await other.logIn('olivia')
  await other.choose(client.name)
  await other.page.goto('/contacts')
  await other.page.getByRole('button', { name: 'Import', exact: true }).click()
  const dialog = other.page.getByRole('dialog')
  await dialog.getByLabel('Rows').fill('colour,size\nred,4\n')
  await dialog.getByRole('button', { name: 'Import contacts' }).click()
  await dialog.locator('.problem').waitFor()
  assert.notEqual((await dialog.locator('.problem').textContent()).trim(), '')
  await other.context.close()
})

test('a contact is changed, blocked, exported and removed', async () => {
  await page.locator('.opener', { hasText: 'Rita Import' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('Rita Changed')
  await dialog.getByLabel('Refuse calls').check()
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.waitFor({ state: 'hidden' })
  const rita = await find(known)
  assert.deepEqual([rita.name, rita.is_blocked], ['Rita Changed', true])
  assert.equal(rita.notes, 'likes tea, black', 'what was not touched stays')

  await page.getByRole('button', { name: 'Only with the tag vip' }).click()
  await page.locator('tbody tr', { hasText: 'Rita Changed' }).waitFor()
  const [file] = await Promise.all([
    page.waitForEvent('download'), page.getByRole('button', { name: 'Export' }).click()])
  assert.ok((await readFile(await file.path(), 'utf8')).includes('Rita Changed'))

  await page.getByRole('button', { name: 'Delete Rita Changed' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await page.locator('tbody tr', { hasText: 'Rita Changed' }).waitFor({ state: 'detached' })
  assert.equal(await find(known), undefined)
  olivia.complaints.assertNone()
})
