// SPDX-License-Identifier: BSD-2-Clause
/** A browser at the dashboard of a running stack, and what every page must keep to. */
import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { after } from 'node:test'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { readDemo } from '../phone/api.js'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const shots = join(process.env.FRONTDESK_BUILD ?? join(root, 'build'), 'screenshots')
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

export const DESKTOP = { width: 1440, height: 900 }
export const PHONE = { width: 390, height: 844 }
const WAIT_MS = 10000
const LOGIN_MS = 75000 // a minute's limit on logins from one address, and what follows

const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync']

/** For waitForURL(): this place and no other, not even one that mentions it. */
export const at = (place) => (url) => url.pathname + url.search === place

/** What a page said against itself: errors, warnings, violations of its policy. */
class Complaints {
  #found = []

  constructor(page, expected) {
    page.on('console', (message) => {
      const text = message.text()
      if (['error', 'warning'].includes(message.type()) && !expected.some((e) => e.test(text))) {
        this.#found.push(`${message.type()}: ${text} (${message.location().url})`)
      }
    })
    page.on('pageerror', (error) => this.#found.push(error.stack))
    page.on('requestfailed', (request) => {
      const { errorText } = request.failure()
      const isMeant = errorText === 'net::ERR_ABORTED' || expected.some((e) => e.test(errorText))
      if (!isMeant) {
        this.#found.push(`${request.url()}: ${errorText}`)
      }
    })
  }

  assertNone() {
    assert.deepEqual(this.#found, [], 'the browser complained')
  }
}

export class Desk {
  constructor(browser, demo) {
    this.browser = browser
    this.demo = demo
  }

  user(who) {
    return this.demo.users.find(({ role, email }) => role === who || email.startsWith(who))
  }

  /**
   * A new person at a new browser profile.
   * @param {{ size?: object, scheme?: string, locale?: string, expected?: RegExp[] }} [options]
   *   `expected` are complaints that belong to the story, a refused login for one
   */
  async visitor({ size = DESKTOP, scheme = 'light', locale = 'en-US', expected = [] } = {}) {
    const context = await this.browser.newContext({
      baseURL: this.demo.base_url,
      viewport: size,
      colorScheme: scheme,
      locale,
      hasTouch: size === PHONE,
      isMobile: size === PHONE,
      reducedMotion: 'reduce',
      /* Logins are limited by address; people at different desks have different ones. */
      extraHTTPHeaders: { 'x-forwarded-for': `203.0.113.${randomInt(1, 255)}` }
    })
    context.setDefaultTimeout(WAIT_MS)
    const page = await context.newPage()
    return new Visitor(this, context, page, new Complaints(page, expected))
  }
}

export class Visitor {
  constructor(desk, context, page, complaints) {
    Object.assign(this, { desk, context, page, complaints })
  }

  /** Fills in the form that is on the page; when logins are limited, waits as the page says. */
  async submit(email, password) {
    const { page } = this
    await page.getByLabel('E-mail').fill(email)
    await page.getByLabel('Password').fill(password)
    const deadline = Date.now() + LOGIN_MS
    for (;;) {
      await page.locator('form button[type=submit]:enabled').click({ timeout: LOGIN_MS })
      const left = page.waitForURL((url) => url.pathname !== '/login').then(() => 'in')
      const refused = page.locator('form [role=alert] p').waitFor().then(() => 'refused')
      left.catch(() => {})
      refused.catch(() => {})
      const end = await Promise.race([left, refused])
      const isLimited = end === 'refused'
        && await page.getByRole('button', { name: /Try again in/ }).isVisible()
      if (!isLimited || Date.now() > deadline) {
        return end
      }
    }
  }

  async logIn(who, path = '/') {
    const { email, password } = this.desk.user(who)
    await this.page.goto(path)
    assert.equal(await this.submit(email, password), 'in')
    await this.page.locator('main h1').waitFor()
    return this
  }

  /** Chooses one of the user's clients by name. */
  async choose(name) {
    const { page } = this
    const face = page.locator('.switcher .face')
    await face.waitFor()
    if (!(await face.textContent()).includes(name)) {
      await face.click()
      await page.locator('.switcher .dropdown-item', { hasText: name }).click()
    }
    await page.locator('.switcher .face', { hasText: name }).waitFor()
  }

  async shot(name) {
    await mkdir(shots, { recursive: true })
    await this.page.screenshot({ path: join(shots, `${name}.png`) })
  }

  /** What holds on each page and at each width. */
  async assertSound(where) {
    const { page } = this
    const wider = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    assert.equal(wider, 0, `${where} scrolls sideways`)
    assert.equal(await page.locator('h1').count(), 1, `${where} has one h1`)
    assert.notEqual(await page.title(), '')
    await this.assertAccessible(where)
    this.complaints.assertNone()
  }

  async assertAccessible(where) {
    const { page } = this
    if (!await page.evaluate(() => 'axe' in window)) {
      await page.evaluate(axe)
    }
    const { violations } = await page.evaluate(() => window.axe.run(document, {
      resultTypes: ['violations']
    }))
    const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)
    assert.deepEqual(grave, [], `${where} keeps people out`)
  }
}

/** A browser for the stories of one file, closed after them. */
export async function useDesk() {
  const demo = await readDemo()
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS
  })
  after(() => browser.close())
  return new Desk(browser, demo)
}
