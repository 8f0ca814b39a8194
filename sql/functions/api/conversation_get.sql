-- SPDX-License-Identifier: BSD-2-Clause
-- One call with its transcript.

create or replace function api.conversation_get(p_id uuid)
returns table (
    id uuid, client_id uuid, contact_id uuid, contact_name text, caller_phone text,
    called_phone text, direction text, status text, ended_reason text, duration int, summary text,
    turn_count int, created_at timestamptz, ended_at timestamptz, transcript json)
language plpgsql stable rows 1 set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
    v_key record;
begin
    -- The key says in which month to look; the policy says whether there is one.
    select k.client_id, k.created_at into v_key from frontdesk.call_keys k where k.call_id = p_id;
    if not found then
        perform private.refuse(404, 'There is no such conversation.');
    end if;

    return query
    select c.id, c.client_id, c.contact_id, coalesce(nullif(p.name, ''), c.caller_name),
           c.caller_phone, c.called_phone, c.direction, c.status, c.ended_reason, c.duration,
           c.summary, c.turn_count, c.created_at, c.ended_at,
           private.transcript_json(c.client_id, c.id, c.created_at)
      from frontdesk.calls c
      left join frontdesk.contacts p on p.client_id = c.client_id and p.id = c.contact_id
     where c.client_id = v_key.client_id and c.id = p_id and c.created_at = v_key.created_at
       and c.erased_at is null;
    if not found then
        perform private.refuse(404, 'There is no such conversation.');
    end if;
end
$$;
