-- SPDX-License-Identifier: BSD-2-Clause
-- Somebody comes back from Google with a code: once, in time.  Everything else is refused with the
-- same words.  Runs as frontdesk_definer: the state says which way it was.

set local role frontdesk_definer;

create or replace function api.google_take(p_state_hash text)
returns table (verifier text, nonce text)
language plpgsql volatile security definer rows 1 set search_path = pg_catalog, pg_temp as $$
begin
    return query
    update frontdesk.oauth_state_tokens t
       set used_at = now()
     where t.state_hash = p_state_hash and t.purpose = 'login' and t.used_at is null
       and t.expires_at > now()
    returning t.verifier, t.nonce;
    if not found then
        perform private.refuse(400, 'This sign-in is over. Please begin again.', 'state');
    end if;
end
$$;
