// SPDX-License-Identifier: BSD-2-Clause
/**
 * People of a story's own and a client that one of them has, with something of every kind in it.
 * All its texts have one word in them that is nowhere else: where that word shows up, or an id of
 * these objects, there is something of this client's.
 */
import assert from 'node:assert/strict'
import { createHmac, randomBytes, randomInt, randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Api } from '../phone/api.js'

const REST_MS = 30000

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A token of somebody's that was good until a while ago. */
export async function expired(stack, { token }) {
  const settings = await readFile(join(stack.home, 'frontdesk.conf'), 'utf8')
  const [, key] = /^jwt_secret *= *"?([^"\n]+)"?$/m.exec(settings)
  const [head, claims] = token.split('.').slice(0, 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url')))
  const now = Math.floor(Date.now() / 1000)
  const parts = `${encode(head)}.${encode({ ...claims, iat: now - 700, exp: now - 61 })}`
  return `${parts}.${createHmac('sha256', key).update(parts).digest('base64url')}`
}

/** Somebody new, with a word in name and address, logged in. */
export async function person(stack, word, role = 'owner') {
  const email = `${word}-${randomBytes(4).toString('hex')}@person.example`
  await stack.psql(`
    insert into frontdesk.users (email, name, role, password_hash, email_verified_at)
    select :'email', :'name', :'role', u.password_hash, now()
      from frontdesk.users u where u.email = 'olivia@brightsmile.example'`,
  { email, role, name: `Person ${word}` })
  const api = new Api(stack.demo.base_url)
  await api.login(email, stack.demo.users[0].password)
  return api
}

/** What only calls, the carrier or a job write. */
const ROWS = `
  insert into frontdesk.call_keys (call_id, client_id) values (:'call', :'client');
  insert into frontdesk.calls (id, client_id, created_at, route, status, caller_phone, caller_name,
                               summary, answered_at, ended_at, duration, ended_reason)
  values (:'call', :'client', now(), 'stream', 'completed', :'phone', :'text', :'text', now(),
          now(), 60, 'caller_hung_up');
  insert into frontdesk.turns (client_id, call_id, seq, call_created_at, role, content, t_ms, state,
                               owner_epoch, created_at)
  values (:'client', :'call', 0, now(), 'user', :'text', 0, jsonb_build_object('said', :'text'), 1,
          now());
  insert into frontdesk.call_events (client_id, call_id, call_created_at, kind, data)
  values (:'client', :'call', now(), 'note', jsonb_build_object('note', :'text'))`

const LEAD = `
  insert into frontdesk.leads (id, client_id, name, phone, reason, callback_preference, notes)
  values (:'id', :'client', :'text', :'phone', :'text', :'text', :'text');
  insert into frontdesk.lead_fields (client_id, lead_id, name, value)
  values (:'client', :'id', 'pet', :'text')`

const REST = `
  insert into frontdesk.call_stats (client_id, day, calls) values (:'client', current_date, 7);
  insert into frontdesk.latency_stats (client_id, day, bucket, answers)
  values (:'client', current_date, 100, 7);
  insert into frontdesk.ledger (client_id, kind, seconds, reference, note)
  values (:'client', 'grant', 3600, :'text', :'text');
  insert into frontdesk.calendar_credentials (client_id, credential_type, account_email, scopes,
                                              ciphertext)
  values (:'client', 'oauth', :'text', array[:'text'], convert_to(repeat(:'text', 3), 'UTF8'));
  insert into frontdesk.provider_credentials (client_id, kind, provider, ciphertext)
  values (:'client', 'llm', 'openai', convert_to(repeat(:'text', 3), 'UTF8'));
  insert into frontdesk.campaign_contacts (client_id, campaign_id, phone_number, name)
  values (:'client', :'campaign', :'phone', :'text');
  insert into frontdesk.payments (client_id, reference, amount_cents, seconds, status, paid_at)
  values (:'client', :'text', 1000, 600, 'paid', now());
  insert into frontdesk.recordings (client_id, call_id, location)
  values (:'client', :'call', :'text');
  insert into frontdesk.jobs (queue, payload, for_client_id, state, finished_at, last_error)
  values ('e2e_matrix', jsonb_build_object('note', :'text'), :'client', 'dead', now(), :'text')`

/** Numbers, times and digests alone. */
const WITHOUT_TEXT = ['business_hours', 'call_keys', 'call_stats', 'client_members', 'erasures',
  'latency_stats', 'phone_numbers', 'provider_credentials', 'retention']

/** Written by whoever is refused, too, or while nobody looks. */
const MOVING = ['audit_log']

export class Business {
  #stack
  #shared = new Map()
  #remembered
  ids = new Set()

  /** @param {Api} api its owner, whose name has the word */
  constructor(stack, api, word) {
    this.#stack = stack
    this.api = api
    this.word = word
    // A body asks for these without the business.
    this.text = this.text.bind(this)
    this.number = this.number.bind(this)
    this.one = this.one.bind(this)
  }

  text() {
    return `${this.word} ${randomBytes(5).toString('hex')}`
  }

  number() {
    return `+1212${randomInt(2000000, 9999999)}`
  }

  async #post(path, body) {
    const answer = await this.api.request('POST', path, { body })
    if (answer.status !== 201) {
      throw new Error(`POST ${path} answered ${answer.status}: ${answer.text.slice(0, 300)}`)
    }
    return { client: this.client, id: answer.json.id, json: answer.json }
  }

  #ofClient(noun, body) {
    return this.#post(`/api/clients/${this.client}/${noun}`, body)
  }

  async #insert(statement, more = {}) {
    const id = randomUUID()
    await this.#stack.psql(`begin; ${statement}; commit`, {
      id, call: id, client: this.client, text: this.text(), phone: this.number(), ...more
    })
    return { client: this.client, id }
  }

  #makers = {
    clients: async () => {
      const made = await this.#post('/api/clients', { name: this.text() })
      return { ...made, client: made.id }
    },
    services: () => this.#ofClient('services', { name: this.text(), minutes: 30 }),
    agents: () => this.#ofClient('agents',
      { name: this.text(), system_prompt: this.text(), initial_greeting: this.text() }),
    versions: async () => {
      const { id: agent } = await this.make('agents')
      const made = await this.#post(`/api/agents/${agent}/versions`, { note: this.text() })
      return { ...made, agent, n: made.json.version }
    },
    'phone-numbers': () => this.#ofClient('phone-numbers', { phone_number: this.number() }),
    departments: () => this.#ofClient('departments',
      { name: this.text(), description: this.text() }),
    'transfer-targets': () => this.#ofClient('transfer-targets',
      { name: this.text(), phone_number: this.number() }),
    knowledge: () => this.#ofClient('knowledge', {
      question: this.text(), answer: this.text(), category: this.word, keywords: [this.word]
    }),
    contacts: () => this.#ofClient('contacts', {
      phone_number: this.number(), name: this.text(), notes: this.text(), tags: [this.word]
    }),
    erasures: async () => {
      const { id } = await this.make('contacts')
      return this.#post(`/api/contacts/${id}/erase`)
    },
    appointments: () => this.#ofClient('appointments', {
      starts_at: '2031-06-01T09:00:00Z', minutes: 30, resource: this.text(),
      customer_name: this.text(), notes: this.text(), service: this.text()
    }),
    conversations: () => this.#insert(ROWS),
    leads: () => this.#insert(LEAD),
    campaigns: () => this.#insert(`
      insert into frontdesk.campaigns (id, client_id, name) values (:'id', :'client', :'text')`),
    invitations: () => this.#ofClient('members',
      { email: `${this.word}-${randomBytes(5).toString('hex')}@invited.example`, role: 'viewer' }),
    users: () => this.#insert(`
      insert into frontdesk.users (id, email, name, password_hash)
      select :'id', :'id' || '@' || :'word' || '.example', :'text', u.password_hash
        from frontdesk.users u where u.email = 'olivia@brightsmile.example'`, { word: this.word }),
    members: async () => {
      const { id } = await this.make('users')
      await this.join({ id }, 'viewer')
      return { client: this.client, id }
    },
    sessions: () => this.#insert(`
      insert into frontdesk.sessions (id, user_id, expires_at, user_agent)
      values (:'id', :'user', now() + interval '1 hour', :'text')`, { user: this.api.user.id }),
    providers: async () => {
      const { client } = await this.make('clients')
      const answer = await this.api.request('PUT', `/api/clients/${client}/providers/llm`,
        { body: { provider: 'openai', key: randomUUID() } })
      assert.equal(answer.status, 200, answer.text)
      return { client, id: 'llm', isName: true }
    },
    'api-keys': () => this.#post('/api/api-keys', { name: this.text(), client_id: this.client }),
    jobs: () => this.#insert(`
      insert into frontdesk.jobs (id, queue, payload, for_client_id, state, finished_at)
      values (:'id', 'e2e_matrix', jsonb_build_object('note', :'text'), :'client', 'dead', now())`)
  }

  /** A fresh object of a kind; of a client's, the kind is what its path calls it. */
  async make(kind) {
    assert.ok(this.#makers[kind], `how is one of ${kind} made? business.js does not know`)
    const object = await this.#makers[kind]()
    if (!object.isName) {
      this.ids.add(object.id)
    }
    return object
  }

  /** One that all who change nothing may ask for. */
  one(kind) {
    if (kind === 'clients') {
      return Promise.resolve({ client: this.client, id: this.client })
    }
    if (kind === 'providers') {
      return Promise.resolve({ client: this.client, id: 'llm', isName: true })
    }
    if (!this.#shared.has(kind)) {
      this.#shared.set(kind, this.make(kind))
    }
    return this.#shared.get(kind)
  }

  join({ id }, role) {
    return this.#stack.psql(`
      insert into frontdesk.client_members (client_id, user_id, role)
      values (:'client', :'id', :'role')`, { client: this.client, id, role })
  }

  /** Makes the client, and one of each kind. */
  async fill() {
    this.client = (await this.make('clients')).id
    for (const kind of Object.keys(this.#makers)) {
      await this.one(kind)
    }
    const { client } = this
    for (const [path, body] of [
      ['holidays', { holidays: [{ day: '2031-01-01', name: this.text() }] }],
      ['retention', { transcript_days: 30 }],
      ['', { calendar_id: this.text(), owner_phone: this.number() }]
    ]) {
      const answer = await this.api.request('PUT', `/api/clients/${client}/${path}`
        .replace(/\/$/, ''), { body })
      assert.equal(answer.status, 200, answer.text)
    }
    await this.#insert(REST, {
      call: (await this.one('conversations')).id, campaign: (await this.one('campaigns')).id
    })
    await this.#atRest()
    return this
  }

  /** No job works for the client any more. */
  async #atRest() {
    for (const until = Date.now() + REST_MS; ; await sleep(100)) {
      const waiting = await this.#stack.rows(`
        select e.id from frontdesk.erasures e
         where e.client_id = :'client' and e.status = 'waiting'`, { client: this.client })
      if (waiting.length === 0) {
        return
      }
      assert.ok(Date.now() < until, 'the erasure is not done')
    }
  }

  /** The tables that say whose their rows are. */
  async #tables() {
    const tables = await this.#stack.rows(`
      select c.relname as name
        from pg_class c
        join pg_attribute a on a.attrelid = c.oid and a.attname = 'client_id'
       where c.relnamespace = 'frontdesk'::regnamespace and c.relkind in ('r', 'p')
         and not c.relispartition
       order by 1`)
    return tables.map(({ name }) => name)
  }

  /** The tables in which nothing of the client is, or no text of it. */
  async missing() {
    const tables = await this.#tables()
    const counts = await this.#stack.rows(tables.map((name) => `
      select '${name}' as name, count(*) as n, count(*) filter (
                 where t::text like '%' || :'word' || '%') as texts
        from frontdesk.${name} t where t.client_id = :'client'`).join(' union all '),
    { client: this.client, word: this.word })
    return counts.filter(({ name, n, texts }) =>
      n === 0 || (texts === 0 && !WITHOUT_TEXT.includes(name))).map(({ name }) => name)
  }

  /** Digests of all rows of the client, and of its people. */
  async #digests() {
    const tables = (await this.#tables()).filter((name) => !MOVING.includes(name))
    const digest = (name, from, where) => `
      select '${name}' as name, md5(string_agg(t::text, chr(10) order by t::text)) as digest
        from ${from} t where ${where}`
    const queries = [
      ...tables.map((name) => digest(name, `frontdesk.${name}`, `t.client_id = :'client'`)),
      digest('clients', 'frontdesk.clients', `t.id = :'client'`),
      digest('users', 'frontdesk.users', `t.id in (
        select m.user_id from frontdesk.client_members m where m.client_id = :'client')`)
    ]
    const rows = await this.#stack.rows(queries.join(' union all '), { client: this.client })
    return Object.fromEntries(rows.map(({ name, digest: value }) => [name, value]))
  }

  async remember() {
    this.#remembered = await this.#digests()
  }

  /** The tables in which a row of the client is another than it was, or is new, or gone. */
  async changed() {
    return Object.entries(await this.#digests())
      .filter(([name, digest]) => this.#remembered[name] !== digest).map(([name]) => name)
  }
}
