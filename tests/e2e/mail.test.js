// SPDX-License-Identifier: BSD-2-Clause
/** Jobs, and mail above all: into files, through servers in every mood, past workers that die. */
import assert from 'node:assert/strict'
import { mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { certificate, Mailbox, parse, refusal } from './mailbox.js'
import { freePort, Stack } from './stack.js'

const WAIT_MS = 20000

const home = await mkdtemp(join(tmpdir(), 'frontdesk-mail-'))
const stack = new Stack(home, await freePort())

async function until(what, check) {
  const end = Date.now() + WAIT_MS
  for (;;) {
    const found = await check()
    if (found) {
      return found
    }
    assert.ok(Date.now() < end, `waited for ${what}`)
    await sleep(50)
  }
}

/** Orders a mail: its job's id. */
async function order(to, template, data) {
  const [{ id }] = await stack.rows(
    'select private.mail_add(:\'to\', :\'template\', :\'data\') as id',
    { to, template, data: JSON.stringify(data) })
  return id
}

async function job(id) {
  const [row] = await stack.rows('select * from frontdesk.jobs where id = :\'id\'', { id })
  return row
}

const state = (id, wanted) => until(`job ${wanted}`, async () => {
  const row = await job(id)
  return row.state === wanted && row
})

/** A failed try: it waits for the next one. */
const failed = (id) => until('a failed try', async () => {
  const row = await job(id)
  return row.state === 'queued' && row.last_error && row
})

/** The time until the next try, or the end of a lease, is over. */
const hurry = (id) => stack.psql(`
  update frontdesk.jobs
     set run_at = now(), lease_until = case when lease_until is not null then now() end
   where id = :'id';
  notify frontdesk_jobs`, { id })

async function logs() {
  const folder = join(home, 'log')
  const names = await readdir(folder)
  return (await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))).join('\n')
}

async function restart(settings) {
  await stack.stop()
  await stack.start(settings)
}

/** Workers killed on purpose. */
const killed = []

after(async () => {
  const alarms = (await stack.alarms()).filter((line) =>
    !killed.some((pid) => line.includes(`worker ${pid} exited on signal 9`)))
  await stack.stop()
  await rm(home, { recursive: true, force: true })
  assert.deepEqual(alarms, [], 'the logs hold alarms')
})

describe('without a server', () => {
  before(() => stack.start())

  test('a mail is a file of its owner alone', async () => {
    const id = await order('ann@mail.example', 'verify_email',
      { name: 'Zoë <b>', token: 'secret-token', minutes: 60 })
    const row = await state(id, 'done')
    assert.deepEqual(row.payload, {}, 'nothing is left of what it was about')

    const [name, ...others] = (await readdir(join(home, 'mail'))).filter((file) =>
      file.includes(id))
    assert.deepEqual(others, [])
    assert.match(name, /^\d{8}T\d{6}Z-[0-9a-f-]{36}\.eml$/)
    assert.equal((await stat(join(home, 'mail', name))).mode & 0o777, 0o600)

    const mail = parse(await readFile(join(home, 'mail', name), 'latin1'))
    assert.equal(mail.headers.to, '<ann@mail.example>')
    assert.equal(mail.headers.subject, 'Confirm your e-mail address')
    assert.match(mail.text, /Hello Zoë <b>,/)
    assert.match(mail.html, /Hello Zoë &lt;b&gt;,/)
    const link = `${stack.demo.base_url}/verify-email#token=secret-token`
    assert.ok(mail.text.includes(link))
    assert.ok(mail.html.includes(`href="${link}"`))

    const said = await logs()
    assert.ok(said.includes(join('mail', name)), 'the log says where it is')
    assert.ok(!said.includes('secret-token') && !said.includes('ann@mail.example'),
      'and nothing of what is in it')
  })

  test('what nobody can do is dead, and says why', async () => {
    const [{ id }] = await stack.rows('select private.job_add(\'no_such_kind\', \'{}\') as id')
    assert.match((await state(id, 'dead')).last_error, /no function worker\.job_no_such_kind/)
  })

  test('what is due from time to time is done', async () => {
    await until('jobs_expire', async () => (await stack.rows(`select from frontdesk.jobs
      where queue = 'jobs_expire' and state = 'done'`)).length >= 1)
  })
})

describe('with a server', () => {
  const mailbox = new Mailbox()
  const settings = () => `smtp_url = smtp://127.0.0.1:${mailbox.port}
smtp_starttls = off
mail_from = Zoë's Desk <desk@front.example>
`

  before(async () => {
    await mailbox.open()
    await restart(settings())
  })
  after(() => mailbox.close())

  test('it gets the mail', async () => {
    const id = await order('bob@mail.example', 'invitation',
      { client_name: 'Bäckerei & Co', inviter_name: 'Ann', role: 'manager', token: 't/1' })
    await state(id, 'done')
    const [mail, ...others] = mailbox.to('bob@mail.example')
    assert.deepEqual(others, [])
    assert.equal(mail.from, 'desk@front.example')
    assert.equal(mail.headers['message-id'], `<${id}@front.example>`)
    assert.match(mail.headers.subject, /^=\?UTF-8\?B\?/)
    assert.equal(Buffer.from(/\?B\?(.*)\?=/.exec(mail.headers.subject)[1], 'base64').toString(),
      'Your invitation to Bäckerei & Co')
    assert.match(mail.text, /Ann invites you .* of Bäckerei & Co, as manager:/)
    assert.match(mail.text, /\/invitation#token=t%2F1\n|\/invitation#token=t%2F1\r\n/)
    assert.match(mail.html, /Bäckerei &amp; Co/)
  })

  test('one it does not take now is sent again, the same', async () => {
    let tries = 0
    mailbox.onMail = () => {
      tries += 1
      if (tries === 1) {
        throw refusal(450)
      }
    }
    const id = await order('cy@mail.example', 'password_changed', { name: 'Cy' })
    assert.match((await failed(id)).last_error, /\(450\)/)
    await hurry(id)
    assert.equal((await state(id, 'done')).attempts, 2)
    const [first, second, ...others] = mailbox.to('cy@mail.example')
    assert.deepEqual(others, [])
    assert.equal(first.raw, second.raw, 'byte by byte')
    mailbox.onMail = () => {}
  })

  test('one it never takes is dead, and is sent when it is tried again', async () => {
    mailbox.onRecipient = () => {
      throw refusal(550)
    }
    const id = await order('dee@mail.example', 'password_changed', {})
    const row = await state(id, 'dead')
    assert.equal(row.last_error, 'the mail server refuses the mail (550)')
    assert.equal(row.attempts, 1)
    assert.deepEqual(mailbox.to('dee@mail.example'), [])
    assert.ok(!(await logs()).includes('dee@mail.example'))

    mailbox.onRecipient = () => {}
    const admin = await stack.api('admin')
    const listed = await admin.get('/api/admin/jobs?queue=mail&state=dead')
    const shown = listed.find((one) => one.id === id)
    assert.equal(shown.last_error, row.last_error)
    assert.ok(!('payload' in shown), 'what it is about is not shown')

    const owner = await stack.api('olivia')
    for (const refused of [owner.request('GET', '/api/admin/jobs'),
      owner.request('POST', `/api/admin/jobs/${id}/retry`)]) {
      assert.equal((await refused).status, 403)
    }

    const retried = await admin.request('POST', `/api/admin/jobs/${id}/retry`)
    assert.equal(retried.status, 200)
    assert.equal(retried.json.state, 'queued')
    await state(id, 'done')
    assert.equal(mailbox.to('dee@mail.example').length, 1)
    assert.equal((await admin.request('POST', `/api/admin/jobs/${id}/retry`)).status, 409)
    assert.equal((await admin.request('POST',
      '/api/admin/jobs/00000000-0000-4000-8000-000000000000/retry')).status, 404)
  })

  test('while it is down, mail waits', async () => {
    const { port } = mailbox
    await mailbox.close()
    const id = await order('eve@mail.example', 'password_changed', {})
    assert.match((await failed(id)).last_error, /cannot be talked to/)
    await mailbox.open(port)
    await hurry(id)
    await state(id, 'done')
    assert.equal(mailbox.to('eve@mail.example').length, 1)
  })

  test('a worker that dies with a mail leaves it to another', async () => {
    let release
    mailbox.onMail = () => new Promise((resolve) => {
      release = resolve
    })
    const id = await order('fay@mail.example', 'password_changed', {})
    await until('the whole mail', () => mailbox.to('fay@mail.example').length === 1)
    const { leased_by: owner, lease } = await state(id, 'running')
    assert.equal(lease, 1)
    killed.push(Number(owner.split('/').at(-1)))
    process.kill(killed.at(-1), 'SIGKILL')
    release()
    mailbox.onMail = () => {}

    await hurry(id)
    const row = await state(id, 'done')
    assert.equal(row.lease, 2)
    assert.notEqual(row.leased_by, owner)
    const sent = mailbox.to('fay@mail.example')
    assert.equal(sent.length, 2)
    assert.equal(sent[0].headers['message-id'], sent[1].headers['message-id'])
  })

  test('a server that does not answer keeps no stack from ending', async () => {
    mailbox.onMail = () => new Promise(() => {})
    const id = await order('ida@mail.example', 'password_changed', {})
    await until('the whole mail', () => mailbox.to('ida@mail.example').length === 1)
    await restart(settings())
    mailbox.onMail = () => {}
    await hurry(id)
    await state(id, 'done')
    assert.equal(mailbox.to('ida@mail.example').length, 2)
  })

  test('many at once are sent, each once', async () => {
    const ids = await stack.rows(`select private.mail_add(format('many%s@mail.example', i),
      'password_changed', '{}') as id from generate_series(1, 50) i`)
    await until('all of them', async () => (await stack.rows(`select from frontdesk.jobs
      where queue = 'mail' and state <> 'done'`)).length === 0)
    const got = mailbox.mails.filter((mail) => mail.to[0].startsWith('many'))
    assert.equal(got.length, ids.length)
    assert.equal(new Set(got.map((mail) => mail.to[0])).size, ids.length)
  })
})

describe('with a server that wants TLS and a login', () => {
  let mailbox, tls

  before(async () => {
    tls = await certificate(home, 'mail-server')
    mailbox = await new Mailbox({ key: tls.key, cert: tls.cert, user: 'desk', password: 'pa$$' })
      .open()
  })
  after(() => mailbox.close())

  const settings = () => `smtp_url = smtp://127.0.0.1:${mailbox.port}
smtp_user = desk
smtp_password = pa$$
`

  test('one whom nobody vouches for gets nothing', async () => {
    await restart(settings())
    const id = await order('gus@mail.example', 'password_changed', {})
    assert.equal((await failed(id)).last_error, 'the mail server\'s certificate is not trusted')
    assert.deepEqual(mailbox.mails, [])

    await restart(`${settings()}smtp_ca_file = ${tls.file}\n`)
    await hurry(id)
    await state(id, 'done')
    const [mail] = mailbox.to('gus@mail.example')
    assert.equal(mail.secure, true)
    assert.equal(mail.user, 'desk')
  })

  test('a login that is refused is said to be so, and mail waits', async () => {
    await restart(`${settings().replace('pa$$', 'not-the-password')}smtp_ca_file = ${tls.file}\n`)
    const id = await order('hal@mail.example', 'password_changed', {})
    assert.equal((await failed(id)).last_error, 'the mail server refuses the login (535)')
    assert.ok(!(await logs()).includes('not-the-password'))
  })
})
