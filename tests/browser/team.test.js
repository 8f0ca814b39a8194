// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Api } from '../phone/api.js'
import { clientFor } from '../phone/phone.js'
import { PHONE, at, useDesk } from './desk.js'
import { invitationOf, newEmail, newPassword, newcomer, newcomerAt } from './people.js'

const desk = await useDesk()
const { demo } = desk
const client = clientFor(demo, 'receptionist', 'olivia')
const olivia = await Api.as(demo, 'olivia')
const REFUSED = [/status of 40[0139]/, /status of 422/, /status of 429/]
const members = () => olivia.get(`/api/clients/${client.id}/members?limit=100`)

async function ownerAt(path, options = {}) {
  const visitor = await desk.visitor({ expected: REFUSED, ...options })
  await visitor.logIn('olivia', path)
  await visitor.choose(client.name)
  return visitor
}

test('somebody is invited, signs up, gets another role, and is removed', async () => {
  const visitor = await ownerAt('/team')
  const { page } = visitor
  const email = newEmail('invited')
  await page.getByRole('button', { name: 'Invite somebody' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('E-mail').fill('no address')
  await dialog.getByRole('button', { name: 'Send the invitation' }).click()
  await dialog.locator('[aria-invalid=true]').waitFor()
  await visitor.assertAccessible('an invitation to write')
  await dialog.getByLabel('E-mail').fill(email)
  await dialog.getByLabel('Role').selectOption('viewer')
  await dialog.getByRole('button', { name: 'Send the invitation' }).click()
  await page.locator('tr', { hasText: email }).waitFor()
  await visitor.assertSound('the team')
  await visitor.shot('team')

  const token = await invitationOf(desk, email)
  const guest = await desk.visitor({ size: PHONE, expected: REFUSED })
  await guest.page.goto(`/invitation#token=${token}`)
  await guest.page.getByRole('heading', { level: 1, name: 'You are invited' }).waitFor()
  assert.equal(guest.page.url().includes(token), false, 'the token is not in the address bar')
  await guest.assertSound('an invitation')
  await guest.page.getByRole('link', { name: 'Sign up' }).click()
  await guest.page.getByLabel('Name').fill('Ines Invited')
  await guest.page.getByLabel('E-mail').fill(email)
  await guest.page.getByLabel('Password').fill(newPassword())
  await guest.page.locator('form button[type=submit]').click()
  await guest.page.getByRole('link', { name: 'Go on' }).click()
  await guest.page.getByRole('button', { name: 'Accept the invitation' }).click()
  await guest.page.waitForURL(at('/calls'))
  await guest.page.getByText(client.name).first().waitFor()
  assert.equal((await members()).find((member) => member.email === email).role, 'viewer')

  await guest.page.goto('/team')
  await guest.page.getByRole('button', { name: 'Leave' }).waitFor()
  assert.equal(await guest.page.getByRole('button', { name: 'Invite somebody' }).count(), 0)
  assert.equal(await guest.page.getByRole('button', { name: /^Remove/ }).count(), 0)
  await guest.page.goto('/audit')
  await guest.page.getByRole('heading', { name: 'Not for viewers' }).waitFor()
  await guest.assertSound('what viewers do not see')

  await page.reload()
  const row = page.locator('tr', { hasText: email })
  await row.getByRole('button', { name: /^Ines Invited/ }).click()
  await dialog.getByLabel('Role').selectOption('manager')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await row.getByText('Manager').waitFor()
  assert.equal((await members()).find((member) => member.email === email).role, 'manager')
  await row.getByRole('button', { name: 'Remove Ines Invited' }).click()
  await dialog.getByRole('button', { name: 'Remove' }).click()
  await row.waitFor({ state: 'detached' })
  assert.equal((await members()).some((member) => member.email === email), false)
  visitor.complaints.assertNone()
  await guest.context.close()
  await visitor.context.close()
})

test('an invitation is taken back, and one for another address is refused', async () => {
  const person = await newcomer(desk, 'Otto Other')
  const visitor = await ownerAt('/team')
  const { page } = visitor
  const email = newEmail('unwanted')
  const { status } = await olivia.request('POST', `/api/clients/${client.id}/members`,
    { body: { email, role: 'viewer' } })
  assert.equal(status, 201)
  const token = await invitationOf(desk, email)
  await page.reload()

  const other = await newcomerAt(desk, person, { expected: REFUSED })
  await other.page.goto(`/invitation#token=${token}`)
  await other.page.getByRole('button', { name: 'Accept the invitation' }).click()
  await other.page.getByRole('alert').getByText('another e-mail address').waitFor()
  await other.assertSound('a refused invitation')
  await other.context.close()

  await page.getByRole('button', { name: `Delete ${email}` }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await page.locator('tr', { hasText: email }).waitFor({ state: 'detached' })
  const open = await olivia.get(`/api/clients/${client.id}/invitations?status=open&limit=100`)
  assert.equal(open.some((one) => one.email === email), false)
  await visitor.context.close()
})

test('an API key is shown once, works, and is revoked', async () => {
  const visitor = await ownerAt('/api-keys')
  const { page } = visitor
  const name = `Browser ${Date.now()}`
  await page.getByRole('button', { name: 'New API key' }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill(name)
  await dialog.getByLabel('Good for').selectOption({ label: client.name })
  await dialog.getByLabel('It only reads').check()
  await visitor.assertAccessible('a new key')
  await dialog.getByRole('button', { name: 'Create' }).click()
  const key = await dialog.getByLabel('API key', { exact: true }).inputValue()
  assert.match(key, /^fdk_/)
  await visitor.assertAccessible('a key')
  await visitor.shot('api-key')
  await dialog.getByRole('button', { name: 'I have copied it' }).click()
  await page.locator('tr', { hasText: name }).waitFor()
  await visitor.assertSound('API keys')
  await visitor.shot('api-keys')
  assert.equal((await page.content()).includes(key), false, 'the key is gone from the page')

  const program = new Api(demo.base_url)
  const asked = (method, path, body) => program.request(method, path, { body, token: key })
  const services = `/api/clients/${client.id}/services`
  assert.equal((await asked('GET', services)).status, 200)
  assert.equal((await asked('POST', services, { name: 'x', minutes: 30 })).status, 403)
  await page.getByRole('button', { name: `Delete ${name}` }).click()
  await dialog.getByRole('button', { name: 'Delete' }).click()
  await page.locator('tr', { hasText: name }).waitFor({ state: 'detached' })
  assert.equal((await asked('GET', services)).status, 401)
  visitor.complaints.assertNone()
  await visitor.context.close()
})

test('the audit log says who changed what, and is filtered', async () => {
  const name = `Browser ${Date.now()}`
  const made = await olivia.request('POST', `/api/clients/${client.id}/services`,
    { body: { name, minutes: 30 } })
  assert.equal(made.status, 201)
  const { id } = made.json
  await olivia.request('PUT', `/api/services/${id}`, { body: { minutes: 45 } })
  await olivia.request('DELETE', `/api/services/${id}`)

  const visitor = await ownerAt('/audit')
  const { page } = visitor
  const entries = page.locator('.entry')
  await entries.filter({ hasText: `added the service ${name}` }).waitFor()
  await entries.filter({ hasText: `deleted the service ${name}` }).waitFor()
  await page.getByLabel('What was done').selectOption('update')
  await page.getByLabel('To what').selectOption('services')
  await page.getByLabel('Who', { exact: true }).selectOption({ label: olivia.user.name })
  await entries.filter({ hasText: 'added' }).first().waitFor({ state: 'detached' })
  const changed = entries.first()
  await changed.getByText('One field').click()
  assert.deepEqual(await changed.locator('tbody').getByRole('cell').allTextContents()
    .then((texts) => texts.map((text) => text.trim())), ['30', '45'])
  await visitor.assertSound('the audit log')
  await visitor.shot('audit')

  await page.getByLabel('From').fill('2100-01-01')
  await page.getByText('Nothing matches').waitFor()
  await page.getByRole('button', { name: 'Clear filters' }).click()
  await entries.first().waitFor()
  visitor.complaints.assertNone()
  await visitor.context.close()
})
