-- SPDX-License-Identifier: BSD-2-Clause
-- Changes of the user's own: null is as it was.  Another address becomes the user's once the mail
-- sent there is answered.  With another password all other sessions end.  Runs as
-- frontdesk_definer: nobody else writes a hash.

set local role frontdesk_definer;

create or replace function api.me_update(p_name text, p_email text, p_password_hash text)
returns table (id uuid, email text, name text, role text, email_verified boolean,
               pending_email text, totp_enabled boolean, recovery_codes_left int, clients json,
               created_at timestamptz)
language plpgsql volatile security definer rows 1 set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
    v_user  uuid := private.person_only();
    v_email text := lower(btrim(p_email));
    v_token text;
begin
    if p_name is not null then
        update frontdesk.users u set name = private.name_check(p_name) where u.id = v_user;
    end if;

    if v_email is not null and v_email <> (select u.email from frontdesk.users u
                                            where u.id = v_user) then
        v_token := private.token_add(v_user, 'email_change', v_email);
        if v_token is null then
            perform private.refuse_for(3600,
                'There were too many mails. Please try again in an hour.');
        end if;
        -- That an address is somebody else's is not told: all that is missing is the mail.
        if not exists (select from frontdesk.users u where u.email = v_email) then
            perform private.mail_add(v_email, 'verify_email',
                                     jsonb_build_object('name', u.name, 'token', v_token))
               from frontdesk.users u where u.id = v_user;
        end if;
    end if;

    if p_password_hash is not null then
        perform private.password_set(v_user, p_password_hash);
    end if;
    return query select * from api.me();
end
$$;
