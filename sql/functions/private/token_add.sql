-- SPDX-License-Identifier: BSD-2-Clause
-- A new one-time token of a user, to be sent to p_email; null when there were five of its kind
-- within an hour.  An older one of the same kind is no good any more.  Runs as frontdesk_definer:
-- most who ask are not logged in.

set local role frontdesk_definer;

create or replace function private.token_add(p_user_id uuid, p_kind text, p_email text)
returns text
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_token text := private.secret_make();
begin
    -- One at a time for a user, or two would count as none.
    perform from frontdesk.users u where u.id = p_user_id for no key update;
    if (select count(*) from frontdesk.one_time_tokens t
         where t.user_id = p_user_id and t.kind = p_kind
           and t.created_at > now() - interval '1 hour') >= 5 then
        return null;
    end if;

    update frontdesk.one_time_tokens t
       set used_at = now()
     where t.user_id = p_user_id and t.kind = p_kind and t.used_at is null;

    insert into frontdesk.one_time_tokens (user_id, kind, email, token_hash, expires_at)
    values (p_user_id, p_kind, p_email, private.secret_hash(v_token),
            now() + case p_kind when 'reset' then interval '15 min' else interval '1 day' end);
    return v_token;
end
$$;
