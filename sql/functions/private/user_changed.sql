-- SPDX-License-Identifier: BSD-2-Clause
-- Trigger: who was switched off, or has another password, is logged out everywhere, but for the
-- session that does it.  Runs as frontdesk_definer: nobody else writes sessions, and an admin does
-- it to others.

set local role frontdesk_definer;

create or replace function private.user_changed() returns trigger
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_session text := nullif(current_setting('frontdesk.session_id', true), '');
begin
    update frontdesk.sessions s
       set revoked_at = now()
     where s.user_id = new.id and s.revoked_at is null
       and (v_session is null or s.id <> v_session::uuid or not new.is_active);

    -- Links that are still under way would bring the old state back.
    update frontdesk.one_time_tokens t
       set used_at = now()
     where t.user_id = new.id and t.used_at is null and t.kind in ('reset', 'email_change');
    return null;
end
$$;

grant execute on function private.user_changed() to frontdesk_owner;
