-- SPDX-License-Identifier: BSD-2-Clause
-- A worker takes a call, new or from a worker that is gone, and gets all it needs to talk.  From
-- here on the workers before it can change nothing.  `config` is left out when the call is of the
-- client, the agent and the version of it that the worker says it knows.

create or replace function worker.call_claim(
    p_call_id uuid, p_node text, p_stream_sid text default null, p_client_id uuid default null,
    p_agent_id uuid default null, p_agent_version int default null) returns json
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_call    frontdesk.calls := private.call_enter(p_call_id);
    v_contact text;
    v_turns   json := '[]';
    v_state   jsonb;
begin
    if private.call_is_over(v_call.status) then
        perform private.refuse(409, 'The call is over.');
    end if;

    -- Whoever adopts what is left of a broken stream comes too late when a new one was opened.
    -- A slot has room for 39 characters of its name.
    if p_stream_sid is distinct from left(v_call.stream_sid, 39) and p_stream_sid <> '' then
        perform private.refuse(409, 'The call goes on in another stream.');
    end if;

    update frontdesk.calls c
       set owner_epoch = c.owner_epoch + 1,
           status = 'in_progress',
           answered_at = coalesce(c.answered_at, now()),
           node = p_node
     where c.id = v_call.id
       and c.created_at = v_call.created_at
    returning c.* into v_call;

    select p.name into v_contact
      from frontdesk.contacts p
     where p.client_id = v_call.client_id and p.id = v_call.contact_id;

    -- Turns are written by owners: before the first one there are none.
    if v_call.owner_epoch > 1 then
        select coalesce(json_agg(json_build_object('seq', t.seq, 'role', t.role,
                                                   'content', t.content,
                                                   'interrupted', t.interrupted)
                                 order by t.seq), '[]')
          into v_turns
          from frontdesk.turns t
         where t.client_id = v_call.client_id
           and t.call_id = v_call.id
           and t.call_created_at = v_call.created_at;

        select t.state into v_state
          from frontdesk.turns t
         where t.client_id = v_call.client_id
           and t.call_id = v_call.id
           and t.call_created_at = v_call.created_at
           and t.state is not null
         order by t.seq desc
         limit 1;
    end if;

    return json_build_object(
        'call_id', v_call.id,
        'client_id', v_call.client_id,
        'epoch', v_call.owner_epoch,
        'caller_phone', v_call.caller_phone,
        'contact_name', coalesce(nullif(v_contact, ''), v_call.caller_name, ''),
        'reserved_seconds', v_call.reserved_seconds,
        'turns', v_turns,
        'state', v_state,
        'elapsed_seconds', extract(epoch from clock_timestamp() - v_call.answered_at)::int,
        'started_at', private.utc_text(v_call.answered_at),
        'config', case when (p_client_id, p_agent_id, p_agent_version)
                          = (v_call.client_id, v_call.agent_id, v_call.agent_version)
                       then null else private.call_config(v_call) end);
end
$$;
