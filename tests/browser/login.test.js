// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { at, useDesk } from './desk.js'

const desk = await useDesk()
const REFUSED = [/status of 401/, /status of 429/]

test('a wrong password is refused in words and nothing is given away', async () => {
  const visitor = await desk.visitor({ expected: REFUSED })
  const { page } = visitor
  await page.goto('/')
  await page.waitForURL(at('/login'))
  assert.equal(await visitor.submit(desk.user('olivia').email, 'not the password'), 'refused')
  const sentence = await page.getByRole('alert').textContent()
  assert.match(sentence, /do not match/)

  assert.equal(await visitor.submit('nobody@frontdesk.example', 'not the password'), 'refused')
  assert.equal(await page.getByRole('alert').textContent(), sentence)
  assert.equal(new URL(page.url()).pathname, '/login')
  await visitor.assertSound('a refused login')
  await visitor.shot('login-refused')
  await visitor.context.close()
})

test('the keyboard alone logs in, and a reload stays in', async () => {
  const visitor = await desk.visitor({ expected: REFUSED })
  const { page } = visitor
  const { email, password } = desk.user('olivia')
  await page.goto('/appointments')
  await page.waitForURL((url) => url.pathname === '/login')
  await page.locator('input[type=email]:focus').waitFor()
  await page.keyboard.type(email)
  await page.keyboard.press('Tab')
  await page.keyboard.type(password)
  const deadline = Date.now() + 75000
  for (;;) {
    await page.keyboard.press('Enter')
    const isIn = await page.waitForURL(at('/appointments'), { timeout: 5000 })
      .then(() => true, () => false)
    if (isIn || Date.now() > deadline) {
      break
    }
  }
  assert.equal(await page.locator('h1').textContent(), 'Appointments')

  await page.keyboard.press('Tab')
  const skip = page.locator('.skip')
  await skip.focus()
  assert.ok(await skip.isVisible())
  await page.keyboard.press('Enter')
  assert.equal(await page.evaluate(() => document.activeElement.id), 'main')

  await page.reload()
  await page.getByRole('heading', { level: 1, name: 'Appointments' }).waitFor()
  const kept = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }))
  assert.doesNotMatch(kept, /eyJ|token/i, 'the access token is in memory only')
  assert.equal(await page.evaluate(() => document.cookie), '', 'no script reads the cookie')
  visitor.complaints.assertNone()
  await visitor.context.close()
})

test('a session that ended leads to the login and back to the same place', async () => {
  const visitor = await desk.visitor({ expected: REFUSED })
  const { page, context } = visitor
  await visitor.logIn('olivia')
  await context.clearCookies()
  await page.goto('/appointments?week=2026-11-16')
  await page.waitForURL((url) => url.pathname === '/login')
  await page.getByText('Your session has ended').waitFor()
  const { email, password } = desk.user('olivia')
  assert.equal(await visitor.submit(email, password), 'in')
  await page.waitForURL(at('/appointments?week=2026-11-16'))

  await page.locator('.account .face').click()
  await page.getByRole('button', { name: 'Log out' }).click()
  await page.waitForURL(at('/login'))
  await page.goto('/calls')
  await page.waitForURL(at('/login'))
  await page.goBack()
  await page.getByLabel('Password').waitFor()
  await context.close()
})

test('a session that is revoked while it is used says so at once', async () => {
  const visitor = await desk.visitor({ expected: REFUSED })
  const { page, context } = visitor
  await visitor.logIn('olivia')
  await page.goto('/appointments')
  await page.locator('.week').waitFor()
  await context.clearCookies()
  /* As if the access token had run out: the next request has to renew it, and cannot. */
  await page.route('**/api/active-calls', (route) => route.fulfill({
    status: 401, contentType: 'application/json', body: '{"detail":"The token has expired."}'
  }))
  await page.waitForURL(at('/login?next=/appointments'))
  await page.getByText('Your session has ended').waitFor()
  await visitor.assertSound('an ended session')
  await context.close()
})

test('a foreign address after the login is not followed', async () => {
  const visitor = await desk.visitor({ expected: REFUSED })
  await visitor.logIn('olivia', '/login?next=//frontdesk.invalid/calls')
  assert.equal(visitor.page.url(), new URL('/calls', desk.demo.base_url).href)
  await visitor.context.close()
})
