-- SPDX-License-Identifier: BSD-2-Clause
-- The turns of a conversation, in order.

create or replace function api.transcript_list(p_call_id uuid)
returns table (
    role text, content text, "timestamp" timestamptz, seq int, interrupted boolean, t_ms int,
    timings jsonb)
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
    v_key frontdesk.call_keys := private.call_key(p_call_id);
begin
    if not exists (select from frontdesk.calls c
                    where c.id = p_call_id and c.created_at = v_key.created_at
                      and c.erased_at is null) then
        perform private.refuse(404, 'There is no such conversation.');
    end if;

    return query
    select t.role, t.content, t.created_at, t.seq, t.interrupted, t.t_ms, t.timings
      from frontdesk.turns t
     where t.client_id = v_key.client_id
       and t.call_id = p_call_id
       and t.call_created_at = v_key.created_at
     order by t.seq;
end
$$;
