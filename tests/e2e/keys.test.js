// SPDX-License-Identifier: BSD-2-Clause
/** Keys that seal are changed: of second factors while people use them, of clients' keys. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { code, login, register } from './person.js'
import { Stack, freePort } from './stack.js'

const newKey = (id) => `${id}:${randomBytes(32).toString('base64')}`

/** Other keys, and nginx's processes with them; its last ones have gone when this returns. */
async function reload(stack, keys) {
  const file = join(stack.home, 'frontdesk.conf')
  const settings = await readFile(file, 'utf8')
  await writeFile(file, settings.replace(/^totp_keys = .*$/m, `totp_keys = ${keys}`))
  const log = async () => (await readFile(join(stack.home, 'log', 'nginx.log'), 'utf8'))
    .match(/exited with code 0/g)?.length ?? 0
  const gone = await log()
  process.kill(stack.demo.pids.nginx, 'SIGHUP')
  for (let n = 0; await log() === gone; n++) {
    assert.ok(n < 300, 'nginx does not reload')
    await sleep(100)
  }
}

async function withFactor(stack) {
  const { api, email, password } = await register(stack)
  const { secret } = (await api.request('POST', '/api/auth/totp')).json
  const { json } = await api.request('POST', '/api/auth/totp/confirm',
    { body: { code: code(secret) } })
  return { email, password, secret, codes: json.recovery_codes }
}

const sealedWith = async (stack, { email }) => (await stack.rows(`
  select get_byte(t.secret, 4) as key from frontdesk.totp_secrets t
    join frontdesk.users u on u.id = t.user_id where u.email = :'email'`, { email }))[0].key

test('a key is changed, and who has not logged in meanwhile needs the old one', async (t) => {
  const stack = new Stack(await mkdtemp(join(tmpdir(), 'frontdesk-keys-')), await freePort())
  t.after(async () => {
    await stack.stop()
    await rm(stack.home, { recursive: true, force: true })
  })
  await stack.start()
  const settings = await readFile(join(stack.home, 'frontdesk.conf'), 'utf8')
  const [, first] = /^totp_keys = (1:\S+)$/m.exec(settings)
  const second = newKey(2)

  const often = await withFactor(stack)
  const seldom = await withFactor(stack)
  const enter = async ({ email, password, secret }, steps) => (await login(stack,
    { email, password, totp_code: code(secret, steps) })).answer.status

  await reload(stack, `${second}, ${first}`)
  assert.equal(await sealedWith(stack, often), 1)
  assert.equal(await enter(often, 1), 200)
  assert.equal(await sealedWith(stack, often), 2, 'sealed anew')
  assert.equal(await sealedWith(stack, seldom), 1)

  await reload(stack, second)
  assert.equal(await enter(often, 20), 401, 'the secret opens: it is the code that is wrong')
  assert.equal(await enter(seldom, 1), 503, 'nobody can tell whether the code is right')
  const { email, password, codes } = seldom
  const recovered = await login(stack, { email, password, recovery_code: codes[0] })
  assert.equal(recovered.answer.status, 200, 'a recovery code needs no key')
})

test('the key ring of clients\' keys is turned, and they are sealed anew', async (t) => {
  const stack = new Stack(await mkdtemp(join(tmpdir(), 'frontdesk-ring-')), await freePort())
  t.after(async () => {
    await stack.stop()
    await rm(stack.home, { recursive: true, force: true })
  })
  await stack.start()
  const { id } = stack.client('receptionist')
  const owner = await stack.api('olivia')
  const path = `/api/clients/${id}/providers/llm`
  const key = `sk-${randomBytes(12).toString('hex')}`
  const set = await owner.request('PUT', path, { body: { provider: 'openai', key } })
  assert.equal(set.status, 200, set.text)
  const sealed = async () => (await stack.rows(`
    select get_byte(ciphertext, 4) as by, encode(ciphertext, 'hex') as hex
      from frontdesk.provider_credentials where client_id = :'id'`, { id }))[0]
  const before = await sealed()
  assert.equal(before.by, 1)

  const conf = await readFile(join(stack.home, 'secrets.conf'), 'utf8')
  const [, first] = /^credential_keys = (1:\S+)$/m.exec(conf)
  await stack.stop()
  await stack.start(`credential_keys = "${newKey(2)}, ${first}"\n`)
  await stack.psql(`
    select private.job_add('credentials_reseal', '{}', p_unique => 'story');
    notify frontdesk_jobs`)
  let after = await sealed()
  for (let n = 0; after.by !== 2; n++) {
    assert.ok(n < 200, 'it is sealed by the old key still')
    await sleep(100)
    after = await sealed()
  }
  assert.equal(after.hex.length, before.hex.length)
  assert.equal((await owner.get(path)).key, `****${key.slice(-4)}`)
  const log = await stack.rows(`
    select log.*::text as line from frontdesk.audit_log log where log::text like :'found'`,
  { found: `%${key}%` })
  assert.equal(log.length, 0)
})
