-- SPDX-License-Identifier: BSD-2-Clause
-- What this owner of the call has taken of services outside so far: sums, not what is new, so that
-- asked twice it is told once.  Earlier owners' sums stay beside it.

create or replace function worker.usage_set(p_call_id uuid, p_epoch int, p_usage jsonb)
returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_call frontdesk.calls := private.call_enter(p_call_id, coalesce(p_epoch, -1));
begin
    if p_usage is null or jsonb_typeof(p_usage) <> 'array' or jsonb_array_length(p_usage) > 64
       or pg_column_size(p_usage) > 16384 then
        perform private.refuse(422, 'Usage is an array of up to 64 sums.', 'usage');
    end if;

    if exists (select from jsonb_array_elements(p_usage) u
                where jsonb_typeof(u) <> 'object'
                   or coalesce(u ->> 'kind' not in ('stt', 'llm', 'tts', 'speech'), true)
                   or coalesce(u ->> 'unit' not in ('second', 'character', 'token_in',
                                                    'token_out'), true)
                   or coalesce(u ->> 'provider' !~ '^[a-z][a-z0-9_]{0,31}$', true)
                   or coalesce(length(u ->> 'model') > 200, true)
                   or coalesce(u ->> 'quantity' !~ '^[0-9]{1,15}$', true)) then
        perform private.refuse(422, 'A sum has kind, provider, model, unit and quantity.',
                               'usage');
    end if;

    update frontdesk.calls c
       set usage = jsonb_set(c.usage, array[v_call.owner_epoch::text], p_usage)
     where c.id = v_call.id and c.created_at = v_call.created_at;
end
$$;
