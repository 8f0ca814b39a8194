// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { test } from 'node:test'
import { Api } from '../phone/api.js'
import { anyNumber } from '../phone/phone.js'
import { PHONE, at, useDesk } from './desk.js'

const desk = await useDesk()
const { demo } = desk
const api = await Api.as(demo, 'olivia')
const name = `Bright Kennels ${randomInt(1000, 10000)}`
const renamed = `${name} and Cattery`
const made = await api.request('POST', '/api/clients', { body: { name } })
assert.equal(made.status, 201, made.text)
const { id } = made.json
const olivia = await desk.visitor({ expected: [/status of 4(29|22|00|09)/] })
await olivia.logIn('olivia')
await olivia.choose(name)
const { page } = olivia
const dialog = page.getByRole('dialog')
const get = (what = '') => api.get(`/api/clients/${id}${what}`)
const written = (number) => number.replace(/^\+1(...)(...)(....)$/, '+1 ($1) $2-$3')

test('the week has several intervals a day, and what overlaps is not saved', async () => {
  await page.goto('/hours')
  const monday = page.locator('[data-weekday="1"]')
  await monday.waitFor()
  for (let n = await monday.locator('.interval').count(); n > 0; n -= 1) {
    await monday.getByRole('button', { name: /remove/ }).first().click()
  }
  await monday.getByText('Closed').waitFor()
  await monday.getByRole('button', { name: 'Add hours on Monday' }).click()
  await monday.getByRole('button', { name: 'Add hours on Monday' }).click()
  await monday.getByLabel('Monday, opens (1)').fill('08:00')
  await monday.getByLabel('Monday, closes (1)').fill('12:30')
  await monday.getByLabel('Monday, opens (2)').fill('12:00')
  await monday.getByLabel('Monday, closes (2)').fill('00:00')
  await monday.getByText('These hours overlap.').waitFor()
  assert.equal(await page.getByRole('button', { name: 'Save hours' }).isDisabled(), true)
  await monday.getByLabel('Monday, opens (2)').fill('14:00')
  await monday.getByRole('button', { name: 'Same on workdays' }).click()
  await page.getByRole('button', { name: 'Save hours' }).click()
  await page.getByText('Saved.').waitFor()
  const { hours } = await get('/business-hours')
  for (const weekday of [1, 5]) {
    assert.deepEqual(hours.filter((item) => item.weekday === weekday), [
      { weekday, opens: '08:00', closes: '12:30' }, { weekday, opens: '14:00', closes: '24:00' }])
  }
  await olivia.assertSound('hours')
  await olivia.shot('hours')
})

test('a holiday is added, opened for some hours, and removed', async () => {
  await page.getByRole('button', { name: 'Add a day' }).click()
  await dialog.getByLabel('Date').fill('2027-12-24')
  await dialog.getByLabel('Name').fill('Christmas Eve')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.waitFor({ state: 'hidden' })
  await page.locator('[data-holiday="2027-12-24"]', { hasText: 'Closed all day' }).waitFor()
  await page.getByRole('button', { name: 'Change Christmas Eve' }).click()
  await dialog.getByLabel('Open for some hours').check()
  await dialog.getByLabel('Closes').fill('12:00')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.waitFor({ state: 'hidden' })
  assert.deepEqual((await get('/holidays')).holidays,
    [{ day: '2027-12-24', name: 'Christmas Eve', opens: '09:00', closes: '12:00' }])
  await page.getByRole('button', { name: 'Delete Christmas Eve' }).click()
  await dialog.getByRole('button', { name: 'Delete' }).click()
  await page.getByText('No day differs from the week.').waitFor()
  assert.deepEqual((await get('/holidays')).holidays, [])
})

test('a service is added, changed and removed', async () => {
  await page.getByRole('button', { name: 'New service' }).first().click()
  await dialog.getByLabel('Name').fill('grooming')
  await dialog.getByLabel('Length in minutes').fill('45')
  await dialog.getByRole('button', { name: 'Create' }).click()
  await dialog.waitFor({ state: 'hidden' })
  await page.locator('.opener', { hasText: 'grooming' }).click()
  await dialog.getByLabel('Can be booked').uncheck()
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.waitFor({ state: 'hidden' })
  const service = (await get('/services')).find((one) => one.name === 'grooming')
  assert.deepEqual([service.minutes, service.is_active], [45, false])
  await page.getByRole('button', { name: 'Delete grooming' }).click()
  await dialog.getByRole('button', { name: 'Delete' }).click()
  await page.locator('.opener', { hasText: 'grooming' }).waitFor({ state: 'detached' })
  assert.equal((await get('/services')).some((one) => one.name === 'grooming'), false)
})

test('departments and the phones behind them', async () => {
  const number = anyNumber()
  await page.goto('/departments')
  await page.getByRole('button', { name: 'New department' }).first().click()
  await dialog.getByLabel('Name').fill('Boarding')
  await dialog.getByLabel('What it is for').fill('Dogs that stay overnight')
  await dialog.getByLabel('Hours of its own').check()
  await dialog.getByLabel('Monday, closes (1)').fill('13:00')
  await olivia.assertSound('a new department')
  await olivia.shot('department')
  await dialog.getByRole('button', { name: 'Create' }).click()
  await dialog.waitFor({ state: 'hidden' })
  const [department] = await get('/departments')
  assert.equal(department.hours.length, 5)
  assert.deepEqual(department.hours[0], { weekday: 1, opens: '09:00', closes: '13:00' })

  await page.getByRole('button', { name: 'New phone' }).first().click()
  await dialog.getByLabel('Name').fill('Kennel desk')
  await dialog.getByLabel('Phone').fill(number)
  await dialog.getByLabel('Department').selectOption('Boarding')
  await dialog.getByRole('button', { name: 'Create' }).click()
  await dialog.waitFor({ state: 'hidden' })
  const [target] = await get('/transfer-targets')
  assert.deepEqual([target.phone_number, target.department_id], [number, department.id])
  await page.getByText(written(number)).waitFor()
  await olivia.assertSound('departments')
  await olivia.shot('departments')

  for (const gone of ['Kennel desk', 'Boarding']) {
    await page.getByRole('button', { name: `Delete ${gone}` }).click()
    await dialog.getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('button', { name: `Delete ${gone}` }).waitFor({ state: 'detached' })
  }
  assert.deepEqual(await get('/departments'), [])
})

test('the business is renamed and its calls are routed otherwise', async () => {
  await page.goto('/client')
  await page.getByLabel('Name').fill(renamed)
  await page.getByLabel('Time zone').fill('Mars/Olympus')
  await page.getByLabel(/^You first/).check()
  await page.locator('form footer').getByRole('button', { name: 'Save' }).click()
  await page.locator('form [role=alert] p, .problem').first().waitFor()
  await page.getByLabel('Time zone').fill('Europe/Berlin')
  await page.getByLabel('Your phone').first().fill('+15550100998')
  await page.locator('form footer').getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved.').waitFor()
  const now = await get()
  assert.deepEqual([now.name, now.timezone, now.routing, now.owner_phone],
    [renamed, 'Europe/Berlin', 'owner_first', '+15550100998'])
  await page.locator('.switcher .face', { hasText: renamed }).waitFor()
  await olivia.assertSound('the business')
  await olivia.shot('client')
})

test('a number is added, switched off and removed', async () => {
  const number = anyNumber()
  await page.getByRole('button', { name: 'New number' }).first().click()
  await dialog.getByLabel('Number').fill(number)
  await dialog.getByRole('button', { name: 'Create' }).click()
  await dialog.waitFor({ state: 'hidden' })
  await page.locator('.opener', { hasText: written(number) }).click()
  await dialog.getByLabel('State').selectOption('inactive')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.waitFor({ state: 'hidden' })
  const [kept] = await get('/phone-numbers')
  assert.deepEqual([kept.phone_number, kept.status], [number, 'inactive'])
  await page.getByRole('button', { name: `Delete ${written(number)}` }).click()
  await dialog.getByRole('button', { name: 'Delete' }).click()
  await page.getByText('No number yet').waitFor()
  assert.deepEqual(await get('/phone-numbers'), [])
})

test('a viewer sees a business and cannot change it', async () => {
  const viewer = await desk.visitor({ size: PHONE, scheme: 'dark', expected: [/status of 429/] })
  await viewer.logIn('viewer')
  for (const path of ['/client', '/hours', '/departments', '/knowledge', '/contacts']) {
    await viewer.page.goto(path)
    await viewer.page.locator('main h1').waitFor()
    await viewer.page.locator('main .panel').first().waitFor()
    await viewer.page.waitForLoadState('networkidle')
    assert.equal(await viewer.page.getByRole('button', { name: /^(New|Delete|Save|Import)/ })
      .count(), 0, path)
    await viewer.assertSound(path)
  }
  await viewer.context.close()
})

test('a business is deleted only once its name was typed', async () => {
  await page.getByRole('button', { name: 'Delete the business' }).click()
  const go = dialog.getByRole('button', { name: 'Delete the business' })
  assert.equal(await go.isDisabled(), true)
  await dialog.getByRole('textbox').fill(renamed)
  await olivia.assertSound('before the end of a business')
  await go.click()
  await page.waitForURL(at('/calls'))
  assert.equal((await api.request('GET', `/api/clients/${id}`)).status, 404)
  await page.locator('.switcher .face').click()
  assert.equal(await page.locator('.dropdown-item', { hasText: renamed }).count(), 0)
  olivia.complaints.assertNone()
})
