// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Api } from '../phone/api.js'
import { clientFor } from '../phone/phone.js'
import { useDesk } from './desk.js'

const desk = await useDesk()
const { demo } = desk
const client = clientFor(demo, 'no_balance', 'olivia')
const api = await Api.as(demo, 'olivia')
const olivia = await desk.visitor({ expected: [/status of 429/] })
await olivia.logIn('olivia')
await olivia.choose(client.name)
const { page } = olivia
const dialog = page.getByRole('dialog')

const find = async (question) => (await api.get(`/api/clients/${client.id}/knowledge?limit=100`))
  .find((entry) => entry.question === question)

test('an entry is written, found by the receptionist, changed and switched off', async () => {
  await page.goto('/knowledge')
  await page.getByRole('button', { name: 'New entry' }).first().click()
  await dialog.getByLabel('Question').fill('Do you treat penguins?')
  await dialog.getByLabel('Answer').fill('Only on Thursdays.')
  await dialog.getByLabel('Category').fill('Animals')
  await dialog.getByLabel('Keywords').fill('bird, antarctic')
  await olivia.assertSound('a new entry')
  await dialog.getByRole('button', { name: 'Create' }).click()
  await dialog.waitFor({ state: 'hidden' })
  const made = await find('Do you treat penguins?')
  assert.deepEqual([made.answer, made.category, made.keywords, made.is_active],
    ['Only on Thursdays.', 'Animals', ['bird', 'antarctic'], true])

  await page.getByRole('button', { name: 'Try a question' }).click()
  await dialog.getByLabel('Ask as a caller would').fill('can my penguin come')
  await page.keyboard.press('Enter')
  await dialog.locator('.best', { hasText: 'Only on Thursdays.' }).waitFor()
  await olivia.assertSound('a question tried')
  await olivia.shot('knowledge-test')
  await page.keyboard.press('Escape')

  await page.locator('.opener', { hasText: 'penguins' }).click()
  await dialog.getByLabel('In use').uncheck()
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.waitFor({ state: 'hidden' })
  assert.equal((await find('Do you treat penguins?')).is_active, false)
})

test('search and category narrow the list', async () => {
  await page.getByRole('searchbox').fill('penguin')
  await page.locator('tbody tr').nth(1).waitFor({ state: 'detached' })
  assert.equal(await page.locator('tbody tr').count(), 1)
  await page.getByRole('searchbox').fill('')
  await page.locator('.tools').getByRole('combobox', { name: 'Category' }).selectOption('Animals')
  await page.locator('tbody tr', { hasText: 'penguins' }).waitFor()
  await page.getByRole('searchbox').fill('nothing has this')
  await page.getByText('Nothing matches').waitFor()
  await page.getByRole('button', { name: 'Clear filters' }).click()
  await page.locator('tbody tr').first().waitFor()
})

test('a document becomes entries', async () => {
  await page.getByRole('button', { name: 'Import' }).click()
  await dialog.locator('input[type=file]').setInputFiles({
    name: 'house-rules.md',
    mimeType: 'text/markdown',
    buffer: Buffer.from('# Pets\nDogs are welcome.\n\n# Parking\nBehind [street].\n')
  })
  await page.waitForFunction(() =>
    document.querySelector('dialog [name=title]').value === 'house-rules')
  await dialog.getByRole('button', { name: 'Import it' }).click()
  await dialog.getByText('2 entries added').waitFor()
  assert.match(await dialog.locator('li').textContent(), /Parking/)
  await olivia.assertSound('what an import says')
  await olivia.shot('knowledge-import')
  await dialog.getByRole('button', { name: 'Close' }).last().click()
  assert.equal((await find('Pets')).answer, 'Dogs are welcome.')
  assert.equal((await find('Parking')).is_active, false)
})

test('entries are removed', async () => {
  for (const question of ['Do you treat penguins?', 'Pets', 'Parking']) {
    await page.getByRole('button', { name: `Delete ${question}` }).click()
    await dialog.getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('button', { name: `Delete ${question}` }).waitFor({ state: 'detached' })
    assert.equal(await find(question), undefined)
  }
  olivia.complaints.assertNone()
})
