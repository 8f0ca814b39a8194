-- SPDX-License-Identifier: BSD-2-Clause
-- Takes a link and sets the password; every session ends, and failed logins are forgotten.  Runs
-- as frontdesk_definer: the token says who it is.

set local role frontdesk_definer;

create or replace function api.password_reset(p_token text, p_password_hash text)
returns table (message text)
language plpgsql volatile security definer rows 1 set search_path = pg_catalog, pg_temp as $$
declare
    v_token frontdesk.one_time_tokens := private.token_take(p_token, '{reset}');
begin
    perform private.password_set(v_token.user_id, p_password_hash);
    -- Who has read the mail owns the address.
    update frontdesk.users u
       set email_verified_at = coalesce(u.email_verified_at, now())
     where u.id = v_token.user_id and u.email = v_token.email;
    perform private.audit_add(null, 'reset', 'users', v_token.user_id::text, null, 'ok', null,
                              v_token.user_id);
    delete from frontdesk.login_failures f
     where f.bucket = private.login_bucket(v_token.email, null);
    return query select 'Your password is changed. Please log in.';
end
$$;
