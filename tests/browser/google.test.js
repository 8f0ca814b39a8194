// SPDX-License-Identifier: BSD-2-Clause
/** Sign-in with Google, as a person sees it: on a stack of its own, where it is set up. */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, test } from 'node:test'
import { chromium } from 'playwright-core'
import { FakeGoogle } from '../e2e/google.js'
import { code, registerVerified } from '../e2e/person.js'
import { freePort, Stack } from '../e2e/stack.js'
import { at, Desk, PHONE, useDesk } from './desk.js'

const home = await mkdtemp(join(tmpdir(), 'frontdesk-google-'))
const stack = new Stack(home, await freePort())
const google = new FakeGoogle()
const REFUSED = [/status of 401/]
let desk, browser

before(async () => {
  await google.open()
  google.redirectUri = `http://127.0.0.1:${stack.port}/api/auth/google/callback`
  await stack.start(google.settings)
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox']
  })
  desk = new Desk(browser, stack.demo)
})

afterEach(() => {
  google.faults = {}
})

after(async () => {
  await browser.close()
  await stack.stop()
  await google.close()
  await rm(home, { recursive: true, force: true })
})

const person = (name) => ({
  sub: `77${name.length}${name.charCodeAt(0)}`, email: `${name}@gmail.com`, email_verified: true,
  name
})
const button = (page) => page.getByRole('button', { name: 'Sign in with Google' })

async function isIn(page, email) {
  await page.locator('.account .face').click()
  await page.locator('.account').getByText(email).waitFor()
  await page.keyboard.press('Escape')
}

test('a new person signs up with it, and comes back to where the way began', async () => {
  google.person = person('grace')
  const visitor = await desk.visitor()
  const { page } = visitor
  await page.goto('/profile')
  await page.waitForURL((url) => url.pathname === '/login')
  await button(page).waitFor()
  await visitor.assertSound('the login with Google')
  await visitor.shot('login-google')
  await page.getByRole('link', { name: 'Sign up' }).click()
  await page.waitForURL((url) => url.pathname === '/register')
  await button(page).waitFor()
  await visitor.assertSound('the sign-up with Google')
  await button(page).click()
  await page.waitForURL(at('/profile'))
  await isIn(page, 'grace@gmail.com')
  await page.reload()
  await isIn(page, 'grace@gmail.com')
  const kept = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }))
  assert.doesNotMatch(kept, /eyJ|token|profile/)
  assert.equal(await page.evaluate(() => document.cookie), '')
  visitor.complaints.assertNone()
  await visitor.context.close()
})

test('who says no there is told so here', async () => {
  google.person = person('heidi')
  google.faults = { error: 'access_denied' }
  const visitor = await desk.visitor({ size: PHONE })
  const { page } = visitor
  await page.goto('/login')
  await button(page).click()
  await page.waitForURL(at('/login?google=denied'))
  await page.getByRole('alert').getByText('You did not let Google').waitFor()
  await visitor.assertSound('a sign-in that was denied')
  await visitor.context.close()
})

test('words in the address that are nobody\'s say nothing', async () => {
  const visitor = await desk.visitor()
  await visitor.page.goto('/login?google=%3Cb%3Ehello')
  await button(visitor.page).waitFor()
  assert.equal((await visitor.page.getByRole('alert').textContent()).trim(), '')
  await visitor.context.close()
})

test('a second factor is asked for on the way', async () => {
  google.person = person('ivan')
  const { api } = await registerVerified(stack, { email: 'ivan@gmail.com' })
  const { json: { secret } } = await api.request('POST', '/api/auth/totp')
  await api.request('POST', '/api/auth/totp/confirm', { body: { code: code(secret) } })

  const visitor = await desk.visitor({ expected: REFUSED })
  const { page } = visitor
  await page.goto('/profile')
  await button(page).click()
  // The state is not left in the address.
  await page.waitForURL((url) => at('/login?google=code')(url) && url.hash === '')
  await page.getByLabel('Code').fill('000000')
  await page.locator('form button[type=submit]').click()
  await page.getByRole('alert').getByText('This code is wrong').waitFor()
  await page.getByLabel('Code').fill(code(secret, 1))
  await page.locator('form button[type=submit]').click()
  await page.waitForURL(at('/profile'))
  await isIn(page, 'ivan@gmail.com')
  await visitor.assertSound('after a second factor')
  await visitor.context.close()
})

test('in German', async () => {
  const visitor = await desk.visitor({ locale: 'de-DE' })
  await visitor.page.goto('/login?google=known')
  await visitor.page.getByRole('button', { name: 'Mit Google anmelden' }).waitFor()
  await visitor.page.getByRole('alert').getByText('schon ein Konto').waitFor()
  await visitor.context.close()
})

test('where it is not set up, nothing is offered', async () => {
  const plain = await useDesk()
  const visitor = await plain.visitor()
  const { page } = visitor
  const asked = page.waitForResponse((response) => response.url().endsWith('/api/auth/methods'))
  await page.goto('/login')
  assert.equal((await (await asked).json()).google, false)
  await page.getByRole('button', { name: 'Log in' }).waitFor()
  assert.equal(await button(page).count(), 0)
  visitor.complaints.assertNone()
  await visitor.context.close()
})
