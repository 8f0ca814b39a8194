// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Api } from '../phone/api.js'
import { Caller } from '../phone/caller.js'
import { Phone, anyNumber, clientFor } from '../phone/phone.js'
import { Transcript } from '../phone/transcript.js'
import { PHONE, at, useDesk } from './desk.js'

const desk = await useDesk()
const { demo } = desk
const client = clientFor(demo, 'receptionist', 'olivia')

/** A caller books for tomorrow morning; what the API has of it. */
async function book() {
  const from = anyNumber()
  const api = await Api.as(demo, 'olivia')
  const phone = await Phone.dial({ demo, to: client.number, from })
  const transcript = new Transcript(api, phone, client.id)
  const caller = new Caller({
    errands: ['i would like to book an appointment for a cleaning tomorrow morning']
  })
  await caller.talk(phone, transcript)
  await phone.ended
  await transcript.finish()
  const start = new Date(Date.now() - 86400000).toISOString()
  const booked = (await api.get(`/api/clients/${client.id}/appointments?from=${start}`))
    .find((appointment) => appointment.customer_phone === from)
  assert.ok(booked, `nothing booked: ${JSON.stringify(transcript.turns)}`)
  return booked
}

const booked = await book()
const { timezone } = await (await Api.as(demo, 'olivia')).get(`/api/clients/${client.id}`)
const time = new Intl.DateTimeFormat('en-US', {
  timeZone: timezone, hour: 'numeric', minute: '2-digit'
}).format(new Date(booked.starts_at))
const date = new Intl.DateTimeFormat('sv-SE', { timeZone: timezone })
  .format(new Date(booked.starts_at))

async function seeBooked(visitor, name) {
  const { page } = visitor
  await page.goto(`/appointments?week=${date}`)
  const entry = page.locator(`[data-appointment="${booked.id}"]`)
  await entry.waitFor()
  assert.match(await entry.textContent(), new RegExp(`${booked.customer_name}.*`, 's'))
  assert.ok((await entry.textContent()).includes(time), `${await entry.textContent()} at ${time}`)
  await visitor.assertSound(name)
  await visitor.shot(name)

  await entry.click()
  const dialog = page.getByRole('dialog', { name: booked.customer_name })
  await dialog.waitFor()
  assert.ok((await dialog.textContent()).includes(time))
  assert.equal(await dialog.locator('a[href^="tel:"]').getAttribute('href'),
    `tel:${booked.customer_phone}`)
  await visitor.assertSound(`${name}, one open`)
  await visitor.shot(`${name}-open`)
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'hidden' })
  assert.equal(await page.evaluate(() => document.activeElement.dataset.appointment), booked.id,
    'the focus is where it was')

  await entry.click()
  await dialog.getByRole('link', { name: 'Open the call that booked it' }).click()
  await page.waitForURL(at(`/calls/${booked.call_id}`))
  await page.locator('.tool', { hasText: 'Book appointment' }).first().waitFor()
}

test('what a caller booked stands in the week, with a way to the call', async () => {
  const olivia = await desk.visitor({ expected: [/status of 429/] })
  await olivia.logIn('olivia')
  await olivia.choose(client.name)
  await seeBooked(olivia, 'appointments')

  const { page } = olivia
  await page.goto(`/appointments?week=${date}`)
  await page.getByRole('button', { name: 'Next week' }).click()
  await page.locator(`[data-appointment="${booked.id}"]`).waitFor({ state: 'detached' })
  await page.goBack()
  await page.locator(`[data-appointment="${booked.id}"]`).waitFor()
  await olivia.context.close()
})

test('an appointment is made by hand, moved, canceled and removed', async () => {
  const olivia = await desk.visitor({ expected: [/status of 4(29|09)/] })
  const api = await Api.as(demo, 'olivia')
  await olivia.logIn('olivia')
  await olivia.choose(client.name)
  const { page } = olivia
  const dialog = page.getByRole('dialog')
  const get = async (id) => (await api.request('GET', `/api/appointments/${id}`)).json

  await page.goto('/appointments?week=2027-03-08')
  await page.getByRole('button', { name: 'New appointment' }).click()
  assert.equal(await dialog.getByLabel('Starts').inputValue(), '2027-03-08T09:00')
  await dialog.getByLabel('Starts').fill('2027-03-10T10:30')
  await dialog.getByLabel('Service').selectOption('checkup')
  await dialog.getByLabel('Customer').fill('Hanna Hand')
  await dialog.getByLabel('Phone').fill('+15550107777')
  await olivia.assertSound('a new appointment')
  await olivia.shot('appointment-new')
  const [answer] = await Promise.all([
    page.waitForResponse((one) => one.request().method() === 'POST'),
    dialog.getByRole('button', { name: 'Book' }).click()])
  const { id } = await answer.json()
  const entry = page.locator(`[data-appointment="${id}"]`)
  await entry.waitFor()
  const made = await get(id)
  assert.equal(Date.parse(made.starts_at), Date.parse('2027-03-10T15:30:00Z'), 'New York time')
  assert.equal(Date.parse(made.ends_at) - Date.parse(made.starts_at), 30 * 60000)

  await page.getByRole('button', { name: 'New appointment' }).click()
  await dialog.getByLabel('Starts').fill('2027-03-10T10:30')
  await dialog.getByRole('button', { name: 'Book' }).click()
  await dialog.locator('.problem', { hasText: 'taken' }).waitFor()
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'hidden' })

  await entry.click()
  await dialog.getByRole('button', { name: 'Change' }).click()
  await dialog.getByLabel('Starts').fill('2027-03-11T14:00')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.waitFor({ state: 'hidden' })
  assert.equal(Date.parse((await get(id)).starts_at), Date.parse('2027-03-11T19:00:00Z'))
  assert.equal((await get(id)).customer_name, 'Hanna Hand')

  await entry.click()
  await dialog.getByRole('button', { name: 'Cancel it' }).click()
  await dialog.getByRole('button', { name: 'Cancel it' }).click()
  await dialog.waitFor({ state: 'hidden' })
  assert.equal((await get(id)).status, 'canceled')

  await entry.click()
  await dialog.getByRole('button', { name: 'Remove it' }).click()
  await dialog.getByRole('button', { name: 'Remove it' }).click()
  await entry.waitFor({ state: 'detached' })
  assert.equal((await api.request('GET', `/api/appointments/${id}`)).status, 404)
  olivia.complaints.assertNone()
  await olivia.context.close()
})

test('a phone shows the same as a list of days', async () => {
  const olivia = await desk.visitor({ size: PHONE, scheme: 'dark', expected: [/status of 429/] })
  await olivia.logIn('olivia')
  await olivia.choose(client.name)
  await seeBooked(olivia, 'appointments-phone-dark')
  await olivia.context.close()
})
