-- SPDX-License-Identifier: BSD-2-Clause
-- Logs the user out in one place.

create or replace function api.session_delete(p_id uuid) returns table (message text)
language plpgsql volatile rows 1 set search_path = pg_catalog, pg_temp as $$
declare
    v_user uuid := private.person_only();
begin
    update frontdesk.sessions s
       set revoked_at = now()
     where s.id = p_id and s.user_id = v_user and s.revoked_at is null and s.expires_at > now();
    if not found then
        perform private.refuse(404, 'There is no such session.');
    end if;
    return query select 'Session deleted successfully';
end
$$;
