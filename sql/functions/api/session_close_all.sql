-- SPDX-License-Identifier: BSD-2-Clause
-- Logs the user out everywhere, here too.

create or replace function api.session_close_all() returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_user uuid := private.person_only();
begin
    update frontdesk.sessions s
       set revoked_at = now()
     where s.user_id = v_user and s.revoked_at is null;
end
$$;
