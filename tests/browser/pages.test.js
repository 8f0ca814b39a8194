// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Phone, clientFor } from '../phone/phone.js'
import { DESKTOP, PHONE, at, useDesk } from './desk.js'

const desk = await useDesk()
const { demo } = desk
const client = clientFor(demo, 'receptionist', 'olivia')

/** Pages about the business. */
const BUSINESS = ['contacts', 'leads', 'agents', 'knowledge', 'hours', 'departments', 'client']

/* Something to look at. */
const phone = await Phone.dial({ demo, to: client.number })
await phone.waitForSilence({ ms: 900 })
await phone.speak('do you have parking')
await phone.waitForReply({ ms: 900 })
await phone.hangUp()

test('the page comes with a policy that lets nothing foreign in', async () => {
  for (const path of ['/', '/login', '/calls', '/appointments', '/no/such/page']) {
    const answer = await fetch(new URL(path, demo.base_url))
    assert.equal(answer.status, 200, path)
    const policy = answer.headers.get('content-security-policy') ?? ''
    assert.match(policy, /default-src 'none'/, path)
    assert.match(policy, /script-src 'self'(;|$)/, path)
    assert.match(policy, /style-src 'self'(;|$)/, path)
    assert.match(policy, /frame-ancestors 'none'/, path)
    assert.doesNotMatch(policy, /unsafe-|\*/, path)
    assert.equal(answer.headers.get('x-content-type-options'), 'nosniff', path)
    const html = await answer.text()
    assert.doesNotMatch(html, /<style|style=|<script(?![^>]*\ssrc="\/)/, 'nothing stands inline')
    assert.doesNotMatch(html, /(src|href)="(https?:)?\/\//, 'nothing comes from elsewhere')
  }
})

test('files with a hash in their name are kept for long and served compressed', async () => {
  const html = await (await fetch(demo.base_url)).text()
  const script = /src="(\/assets\/[^"]+\.js)"/.exec(html)[1]
  const answer = await fetch(new URL(script, demo.base_url),
    { headers: { 'accept-encoding': 'gzip' } })
  assert.equal(answer.status, 200)
  assert.match(answer.headers.get('content-type'), /javascript/)
  assert.equal(answer.headers.get('content-encoding'), 'gzip')
  assert.match(answer.headers.get('cache-control') ?? '', /max-age=\d{7,}/)
  const missing = await fetch(new URL('/assets/nothing-here.js', demo.base_url))
  assert.equal(missing.status, 404, 'a missing file is not the page')
})

for (const [width, size] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
  for (const scheme of ['light', 'dark']) {
    test(`every page is sound: ${width}, ${scheme}`, async () => {
      const visitor = await desk.visitor({ size, scheme, expected: [/status of 429/] })
      const { page } = visitor
      const look = async (name) => {
        await visitor.assertSound(name)
        await visitor.shot(`${name}-${width}-${scheme}`)
      }

      await page.goto('/login')
      await page.getByLabel('Password').waitFor()
      assert.equal(await page.locator('html').getAttribute('data-bs-theme'), scheme)
      await look('login')
      for (const name of ['register', 'forgot-password', 'reset-password', 'verify-email',
        'invitation']) {
        await page.goto(`/${name}`)
        await page.locator('main h1').waitFor()
        await look(name)
      }
      await page.goto('/login')

      await visitor.logIn('olivia')
      await visitor.choose(client.name)
      await page.locator('[data-call]').first().waitFor()
      await look('calls')

      await page.locator('.account .face').click()
      await page.getByRole('button', { name: 'Log out' }).waitFor()
      await look('account')
      await page.keyboard.press('Escape')
      await page.locator('.switcher .face').click()
      await page.locator('.switcher .dropdown-item').first().waitFor()
      await look('clients')
      await page.keyboard.press('Escape')

      await page.locator('[data-call]').first().click()
      await page.locator('.facts').waitFor()
      for (const part of await page.locator('.call details > summary').all()) {
        await part.click()
      }
      await look('call')

      await page.goto('/appointments')
      await page.locator('.week, .agenda, .empty').first().waitFor()
      await look('appointments')

      for (const [name, mark] of Object.entries({
        profile: '.setting li', team: 'tbody tr', 'api-keys': '.empty, tbody tr',
        audit: '.entry, .empty', 'clients/new': '.cards', more: 'nav.panel'
      })) {
        await page.goto(`/${name}`)
        await page.locator(mark).first().waitFor()
        await look(name.replace('/', '-'))
      }

      for (const name of BUSINESS) {
        await page.goto(`/${name}`)
        await page.locator('main h1').waitFor()
        await page.locator('main .panel').first().waitFor()
        await page.waitForLoadState('networkidle')
        await look(name)
      }
      await page.goto('/agents')
      await page.locator('h2 a').first().click()
      await page.locator('[data-version]').first().waitFor()
      await look('agent')

      await page.goto('/no/such/page')
      await page.getByRole('heading', { level: 1, name: 'This page does not exist' }).waitFor()
      await look('missing')
      await page.getByRole('link', { name: 'Go to the calls' }).click()
      await page.waitForURL(at('/calls'))
      visitor.complaints.assertNone()
      await visitor.context.close()
    })
  }
}

for (const [width, size] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
  test(`an administrator's pages are sound: ${width}`, async () => {
    const visitor = await desk.visitor({ size, scheme: 'dark', expected: [/status of 429/] })
    await visitor.logIn('admin', '/admin/users')
    for (const name of ['users', 'jobs']) {
      await visitor.page.goto(`/admin/${name}`)
      await visitor.page.locator('tbody tr, .empty').first().waitFor()
      await visitor.assertSound(name)
      await visitor.shot(`admin-${name}-${width}`)
    }
    await visitor.context.close()
  })
}

test('the look and the language are chosen, kept, and said to the browser', async () => {
  const visitor = await desk.visitor({ expected: [/status of 429/] })
  const { page } = visitor
  await visitor.logIn('admin')
  await page.locator('.account .face').click()
  await page.getByText('Dark', { exact: true }).click()
  assert.equal(await page.locator('html').getAttribute('data-bs-theme'), 'dark')
  await page.getByText('Deutsch').click()
  await page.getByRole('heading', { level: 1, name: 'Anrufe' }).waitFor()
  assert.equal(await page.locator('html').getAttribute('lang'), 'de')
  await page.reload()
  await page.getByRole('heading', { level: 1, name: 'Anrufe' }).waitFor()
  assert.equal(await page.locator('html').getAttribute('data-bs-theme'), 'dark')
  await page.locator('.switcher .face').click()
  assert.equal(await page.locator('.switcher .dropdown-item').count(), demo.clients.length,
    'an administrator sees every client')
  await visitor.assertSound('the calls in German')
  await visitor.context.close()
})
