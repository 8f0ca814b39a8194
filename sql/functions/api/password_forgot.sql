-- SPDX-License-Identifier: BSD-2-Clause
-- Sends the link that sets a new password, when the address has a user.  The answer is the same
-- when not.  Runs as frontdesk_definer: nobody is logged in.

set local role frontdesk_definer;

create or replace function api.password_forgot(p_email text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_user  frontdesk.users;
    v_token text;
begin
    select u.* into v_user from frontdesk.users u
     where u.email = lower(btrim(p_email)) and u.is_active;
    if not found then
        return;
    end if;
    v_token := private.token_add(v_user.id, 'reset', v_user.email);
    if v_token is not null then
        perform private.mail_add(v_user.email, 'reset_password',
                                 jsonb_build_object('name', v_user.name, 'token', v_token));
    end if;
end
$$;
