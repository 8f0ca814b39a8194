-- SPDX-License-Identifier: BSD-2-Clause
-- Whose account at Google this is; a new user when nobody has the address.  The account's id says
-- it, and its address only the first time: then it must be verified, here and there, and Google
-- must be who gives such addresses away.  Otherwise whoever had an address once, or registered it
-- here without reading its mail, would share an account with its owner.  The user is noted with
-- the state; api.google_open() opens the session.  Runs as frontdesk_definer: nobody is logged in.

set local role frontdesk_definer;

create or replace function api.google_login(
    p_state_hash text, p_subject text, p_email text, p_email_verified boolean, p_name text,
    p_domain text)
returns table (id uuid, email text, name text, role text, totp_secret bytea)
language plpgsql volatile security definer rows 1 set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
    v_email text := lower(btrim(p_email));
    v_host  text := split_part(lower(btrim(p_email)), '@', 2);
    v_owns  boolean := v_host in ('gmail.com', 'googlemail.com') or v_host = lower(p_domain);
    v_name  text := btrim(left(regexp_replace(p_name, '[[:cntrl:]]', '', 'g'), 200));
    v_user  frontdesk.users;
begin
    perform pg_advisory_xact_lock(hashtextextended('google ' || p_subject, 0));

    update frontdesk.user_identities i
       set last_used_at = now()
     where i.provider = 'google' and i.subject = p_subject
    returning i.user_id into v_user.id;

    if v_user.id is null then
        if not p_email_verified then
            perform private.refuse(403, 'Google has not verified your address.');
        end if;

        insert into frontdesk.users (email, name, email_verified_at)
        values (v_email, coalesce(nullif(v_name, ''), split_part(v_email, '@', 1)),
                case when v_owns then now() end)
        on conflict (email) do nothing
        returning users.id into v_user.id;

        if v_user.id is not null then
            if not v_owns then
                perform private.verify_mail(v_user.id, v_email);
            end if;
        else
            select u.id into v_user.id
              from frontdesk.users u
             where u.email = v_email and u.email_verified_at is not null and v_owns
               and not exists (select from frontdesk.user_identities i
                                where i.user_id = u.id and i.provider = 'google');
            if not found then
                perform private.refuse(409, 'There is an account with this address already. '
                                       'Please log in with its password.');
            end if;
        end if;

        insert into frontdesk.user_identities (user_id, provider, subject, email)
        values (v_user.id, 'google', p_subject, v_email);
        perform private.audit_add(null, 'link', 'users', v_user.id::text, null, 'ok', null,
                                  v_user.id);
    end if;

    select u.* into v_user from frontdesk.users u where u.id = v_user.id and u.is_active;
    if not found then
        perform private.refuse(401, 'This account is switched off.');
    end if;

    update frontdesk.oauth_state_tokens t
       set proven_user_id = v_user.id
     where t.state_hash = p_state_hash and t.purpose = 'login' and t.used_at is not null
       and t.proven_user_id is null and t.expires_at > now();
    if not found then
        perform private.refuse(400, 'This sign-in is over. Please begin again.', 'state');
    end if;

    return query select p.* from api.google_proven(p_state_hash) p;
end
$$;
