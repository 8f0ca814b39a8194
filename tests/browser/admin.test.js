// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Api } from '../phone/api.js'
import { psql } from '../phone/database.js'
import { at, useDesk } from './desk.js'
import { home, mailOf, newEmail, newcomer } from './people.js'

const desk = await useDesk()
const admin = await Api.as(desk.demo, 'admin')
const REFUSED = [/status of 403/, /status of 429/]

test('an administrator locks somebody out, and in again', async () => {
  const person = await newcomer(desk, 'Lena Locked')
  const visitor = await desk.visitor({ expected: REFUSED })
  const { page } = visitor
  await visitor.logIn('admin', '/admin/users')
  await page.getByRole('searchbox', { name: 'Search' }).fill(person.email)
  const row = page.locator('tbody tr', { hasText: person.email })
  await row.waitFor()
  await page.locator('tbody tr').nth(1).waitFor({ state: 'detached' })
  await visitor.assertSound('users')
  await visitor.shot('admin-users')
  const isActive = async () => (await admin.get(`/api/admin/users?q=${person.email}`))[0].is_active

  await row.getByRole('button', { name: 'Lock Lena Locked' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Lock', exact: true }).click()
  await row.getByText('Locked', { exact: true }).waitFor()
  assert.equal(await isActive(), false)
  assert.equal((await person.api.request('GET', '/api/auth/me')).status, 401)

  await row.getByRole('button', { name: 'Unlock Lena Locked' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Unlock', exact: true }).click()
  await row.getByText('Active', { exact: true }).waitFor()
  assert.equal(await isActive(), true)

  await page.getByRole('searchbox', { name: 'Search' }).fill('nobody of that name')
  await page.getByText('Nothing matches').waitFor()
  visitor.complaints.assertNone()
  await visitor.context.close()
})

test('a job that was given up is tried again', async () => {
  const email = newEmail('dead')
  const queue = 'mail'
  await psql(home, `insert into frontdesk.jobs (queue, payload, state, attempts, last_error,
      finished_at)
    values (:'queue', jsonb_build_object('to', :'email', 'template', 'password_changed', 'data',
      jsonb_build_object('name', 'Dee Dead')), 'dead', 15, 'The server was away.', now())`,
  { queue, email })
  const visitor = await desk.visitor({ expected: REFUSED })
  const { page } = visitor
  await visitor.logIn('admin', '/admin/jobs')
  await page.getByLabel('State').selectOption('dead')
  const row = page.locator('tbody tr', { hasText: 'The server was away.' })
  await row.waitFor()
  await visitor.assertSound('jobs')
  await visitor.shot('admin-jobs')
  await row.getByRole('button', { name: 'Try again' }).click()
  await row.waitFor({ state: 'detached' })
  await mailOf(desk, email, /password/i)
  visitor.complaints.assertNone()
  await visitor.context.close()
})

test('an owner is not offered what administrators do, and refused it', async () => {
  const visitor = await desk.visitor({ expected: REFUSED })
  const { page } = visitor
  await visitor.logIn('olivia')
  await page.waitForURL(at('/calls'))
  assert.equal(await page.locator('nav a[href^="/admin"]').count(), 0)
  await page.goto('/admin/users')
  await page.locator('.notice').waitFor()
  await visitor.assertSound('a refusal')
  await visitor.context.close()
})
