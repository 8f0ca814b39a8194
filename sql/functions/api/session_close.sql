-- SPDX-License-Identifier: BSD-2-Clause
-- Logs out: revokes the session of a refresh token.  An unknown one is no error.  Runs as
-- frontdesk_definer, as api.session_rotate() does.

set local role frontdesk_definer;

create or replace function api.session_close(p_refresh_hash text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    update frontdesk.sessions s
       set revoked_at = now()
     where s.revoked_at is null
       and s.id = (select o.family from frontdesk.refresh_tokens o
                    where o.token_hash = p_refresh_hash);
end
$$;
