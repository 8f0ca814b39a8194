-- SPDX-License-Identifier: BSD-2-Clause
-- Calls of a client, newest first.

create or replace function api.conversation_list(p_client_id uuid, p_limit int, p_offset int)
returns table (
    id uuid, client_id uuid, contact_id uuid, contact_name text, caller_phone text,
    called_phone text, direction text, status text, ended_reason text, duration int, summary text,
    turn_count int, created_at timestamptz, ended_at timestamptz)
language sql stable
begin atomic
    select c.id, c.client_id, c.contact_id, coalesce(nullif(p.name, ''), c.caller_name),
           c.caller_phone, c.called_phone, c.direction, c.status, c.ended_reason, c.duration,
           c.summary, c.turn_count, c.created_at, c.ended_at
      from frontdesk.calls c
      left join frontdesk.contacts p on p.client_id = c.client_id and p.id = c.contact_id
     where c.client_id = (select private.client_seen(p_client_id))
     order by c.created_at desc, c.id desc
     limit least(greatest(coalesce(p_limit, 50), 1), 100) offset greatest(p_offset, 0);
end;
