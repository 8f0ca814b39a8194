-- SPDX-License-Identifier: BSD-2-Clause
-- A stream shows the nonce it was given: once, for the call it was given to, and in time.

create or replace function api.stream_open(
    p_call_id uuid, p_nonce text, p_call_sid text, p_account_sid text, p_stream_sid text,
    p_node text)
returns table (call_id uuid, client_id uuid, agent_id uuid, pipeline text, resumed boolean)
language plpgsql volatile rows 1 set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
    v_key  record;
    v_call frontdesk.calls;
begin
    -- Whatever is wrong, the answer is the same.
    select * into v_key from private.call_find(p_call_id);
    if not found then
        perform private.refuse(403, 'The stream is not expected.');
    end if;

    perform private.client_enter(v_key.client_id);
    v_call := private.call_lock(v_key.call_id, v_key.created_at);

    if v_call.stream_nonce is null
        or v_call.stream_nonce is distinct from p_nonce
        or v_call.stream_nonce_until <= now()
        or v_call.call_sid is distinct from nullif(p_call_sid, '')
        or v_call.account_sid is distinct from nullif(p_account_sid, '')
        or private.call_is_over(v_call.status)
    then
        perform private.refuse(403, 'The stream is not expected.');
    end if;

    update frontdesk.calls c
       set stream_nonce = null,
           stream_nonce_until = null,
           stream_sid = left(p_stream_sid, 64),
           status = 'in_progress',
           answered_at = coalesce(c.answered_at, now()),
           node = p_node
     where c.id = v_call.id
       and c.created_at = v_call.created_at;

    return query
    select v_call.id, v_call.client_id, v_call.agent_id, a.pipeline,
           v_call.answered_at is not null
      from frontdesk.agents a
     where a.client_id = v_call.client_id and a.id = v_call.agent_id;
    if not found then
        perform private.refuse(403, 'The stream is not expected.');
    end if;
end
$$;
