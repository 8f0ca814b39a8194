-- SPDX-License-Identifier: BSD-2-Clause
-- Uses a one-time token up: good once, in time, and for a user who is active.  Everything else is
-- refused with the same words.  Runs as frontdesk_definer: the token says who it is.

set local role frontdesk_definer;

create or replace function private.token_take(p_token text, p_kinds text[])
returns frontdesk.one_time_tokens
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_token frontdesk.one_time_tokens;
begin
    update frontdesk.one_time_tokens t
       set used_at = now()
     where t.token_hash = private.secret_hash(p_token) and t.kind = any (p_kinds)
       and t.used_at is null and t.expires_at > now()
       and exists (select from frontdesk.users u where u.id = t.user_id and u.is_active)
    returning t.* into v_token;
    if not found then
        perform private.refuse(400, 'This link is not valid any more.', 'token');
    end if;
    return v_token;
end
$$;
