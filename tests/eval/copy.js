// SPDX-License-Identifier: BSD-2-Clause
/**
 * A business as it is in one stack, in another stack: what a replayed call books is in a calendar
 * that nobody uses. Keys of services outside stay where they are.
 */
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rows } from '../phone/database.js'

const NUMBER = '+15550190001'

const listOf = (table) => `
  (select coalesce(jsonb_agg(to_jsonb(r)), '[]') from frontdesk.${table} r
    where r.client_id = c.client_id)`

const READ = `
  select c.id, c.client_id, c.agent_id, c.agent_version, c.call_sid, c.caller_phone,
         c.ended_reason,
         (select to_jsonb(r) from frontdesk.clients r where r.id = c.client_id) as client,
         (select v.snapshot from frontdesk.agent_versions v
           where v.agent_id = c.agent_id
             and v.version = coalesce(nullif(:'version', '')::int, c.agent_version)) as agent,
         coalesce(nullif(:'version', '')::int, c.agent_version) as version,
         ${listOf('services')} as services,
         ${listOf('business_hours')} as business_hours,
         ${listOf('holiday_hours')} as holiday_hours,
         ${listOf('knowledge_entries')} as knowledge_entries,
         (select coalesce(jsonb_agg(to_jsonb(a) || '{"contact_id": null, "call_id": null}'), '[]')
            from frontdesk.appointments a
           where a.client_id = c.client_id and a.status = 'confirmed' and a.ends_at > now()
             and a.call_id is distinct from c.id) as appointments
    from frontdesk.calls c where c.id = :'call'::uuid`

/** A call, its business, and the agent as of a version. @throws when one of them is not there */
export async function readCall(home, callId, version) {
  const [call] = await rows(home, READ, { call: callId, version: version ?? '' })
  if (call === undefined) {
    throw new Error(`no call ${callId}`)
  }
  if (call.agent === null) {
    throw new Error(`the call's agent has no version ${call.version}`)
  }
  return call
}

const WRITE = `
begin;
insert into frontdesk.clients
select (jsonb_populate_record(null::frontdesk.clients, copy -> 'client' || jsonb_build_object(
          'owner_user_id', (select u.id from frontdesk.users u where u.role = 'owner' limit 1),
          'balance_seconds', 0, 'voice_mode', 'stream', 'routing', 'ai_only',
          'is_active', true, 'is_suspended', false, 'deleted_at', null))).*
  from (select :'copy'::jsonb as copy) given;
insert into frontdesk.agents (id, client_id, is_default, is_active, FIELDS)
select a.id, a.client_id, true, true, FIELDS_A
  from (select :'copy'::jsonb as copy) given,
       jsonb_populate_record(null::frontdesk.agents, copy -> 'agent' || jsonb_build_object(
         'id', gen_random_uuid(), 'client_id', copy -> 'client_id')) a;
TABLES
insert into frontdesk.phone_numbers (client_id, phone_number)
select (:'copy'::jsonb ->> 'client_id')::uuid, '${NUMBER}';
insert into frontdesk.ledger (client_id, kind, seconds, reference, note)
select (:'copy'::jsonb ->> 'client_id')::uuid, 'grant', 36000, 'replay', 'Replay';
commit`

const TABLES = ['services', 'business_hours', 'holiday_hours', 'knowledge_entries', 'appointments']

/** The same with ids of its own: the other stack may have the same demonstration in it. */
export function renamed(call) {
  const ids = [call.client_id, ...TABLES.flatMap((table) => call[table].map(({ id }) => id))]
  return JSON.parse(ids.reduce((text, id) => text.replaceAll(id, randomUUID()),
    JSON.stringify(call)))
}

/** Writes what readCall() gave into a stack; returns the client as demo.json would have it. */
export async function writeCopy(stack, original) {
  const call = renamed(original)
  const folder = await mkdtemp(join(tmpdir(), 'frontdesk-copy-'))
  const file = join(folder, 'copy.json')
  const [{ fields }] = await stack.rows('select private.agent_fields() as fields')
  const tables = TABLES.map((table) => `
    insert into frontdesk.${table}
    select r.* from jsonb_populate_recordset(null::frontdesk.${table},
                                             :'copy'::jsonb -> '${table}') r;`).join('')
  try {
    await writeFile(file, JSON.stringify(call), { mode: 0o600 })
    await stack.psql(`\\set copy \`cat '${file}'\`\n${WRITE
      .replace('FIELDS_A', fields.map((name) => `a.${name}`).join(', '))
      .replace('FIELDS', fields.join(', '))
      .replace('TABLES', tables)}`)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  return { id: call.client_id, number: NUMBER }
}
