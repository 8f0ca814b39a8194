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

test('a phone shows the same as a list of days', async () => {
  const olivia = await desk.visitor({ size: PHONE, scheme: 'dark', expected: [/status of 429/] })
  await olivia.logIn('olivia')
  await olivia.choose(client.name)
  await seeBooked(olivia, 'appointments-phone-dark')
  await olivia.context.close()
})
