-- SPDX-License-Identifier: BSD-2-Clause
-- A new user, logged in, and the mail that verifies the address.  No row when the address has a
-- user already, who is told by mail, once an hour at most; that must outlast this transaction.
-- Runs as frontdesk_definer: nobody is acting yet.

set local role frontdesk_definer;

create or replace function api.user_register(
    p_email text, p_name text, p_password_hash text, p_family uuid, p_refresh_hash text,
    p_ttl_s int, p_user_agent text, p_address text)
returns table (id uuid, email text, name text, role text)
language plpgsql volatile security definer rows 1 set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
    v_email text := lower(btrim(p_email));
    v_id    uuid;
    v_name  text;
begin
    insert into frontdesk.users (email, name, password_hash, password_changed_at)
    values (v_email, private.name_check(p_name), p_password_hash, now())
    on conflict (email) do nothing
    returning users.id into v_id;

    if v_id is not null then
        perform private.verify_mail(v_id, v_email);
        perform api.session_open(v_id, p_family, p_refresh_hash, p_ttl_s, p_user_agent, p_address);
        return query
        select u.id, u.email, u.name, u.role from frontdesk.users u where u.id = v_id;
        return;
    end if;

    perform private.once_forget();
    insert into frontdesk.login_failures as f (bucket, times, last_at)
    values (private.secret_hash('register' || E'\n' || v_email), '{}', now())
    on conflict (bucket) do update
       set last_at = now()
     where f.last_at <= now() - interval '1 hour';
    if found then
        select u.name into v_name from frontdesk.users u where u.email = v_email and u.is_active;
        if found then
            perform private.mail_add(v_email, 'register_existing',
                                     jsonb_build_object('name', v_name));
        end if;
    end if;
end
$$;
