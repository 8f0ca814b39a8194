-- SPDX-License-Identifier: BSD-2-Clause
-- A session and its first refresh token, after a login: its family is the session's id.  What the
-- second factor gave, when the user has one, is used up here: a time step that no code was taken
-- of yet, or a recovery code.  p_fresh_hash is the password hashed anew, when the old hash was
-- cheaper than new ones are, p_fresh_secret the second factor's secret, when it was sealed with a
-- key that is going.  Runs as frontdesk_definer: the user is not acting yet.

set local role frontdesk_definer;

create or replace function api.session_open(
    p_user_id uuid, p_family uuid, p_refresh_hash text, p_ttl_s int, p_user_agent text default null,
    p_address text default null, p_totp_step bigint default null,
    p_recovery_code text default null, p_fresh_hash text default null,
    p_fresh_secret bytea default null)
returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_user   frontdesk.users;
    v_agent  text := nullif(left(regexp_replace(p_user_agent, '[[:cntrl:]]', '', 'g'), 200), '');
    v_family uuid := coalesce(p_family, gen_random_uuid());
begin
    select u.* into v_user from frontdesk.users u where u.id = p_user_id and u.is_active;
    if not found then
        perform private.refuse(401, 'You are not logged in.');
    end if;
    perform private.login_wait(private.login_bucket(v_user.email, p_address));
    perform private.second_factor_take(p_user_id, p_totp_step, p_recovery_code);

    if p_fresh_hash is not null then
        update frontdesk.users u set password_hash = p_fresh_hash where u.id = p_user_id;
    end if;
    if p_fresh_secret is not null then
        update frontdesk.totp_secrets t set secret = p_fresh_secret where t.user_id = p_user_id;
    end if;

    if v_agent is not null and v_user.email_verified_at is not null
        and exists (select from frontdesk.sessions s where s.user_id = p_user_id)
        and not exists (select from frontdesk.sessions s
                         where s.user_id = p_user_id and s.user_agent = v_agent)
    then
        perform private.mail_add(v_user.email, 'new_device', jsonb_build_object(
            'name', v_user.name, 'device', v_agent, 'address', coalesce(p_address, '')));
    end if;

    insert into frontdesk.sessions (id, user_id, expires_at, user_agent, address)
    values (v_family, p_user_id,
            now() + greatest(make_interval(secs => p_ttl_s), interval '30 days'), v_agent,
            left(p_address, 64));
    insert into frontdesk.refresh_tokens (user_id, family, token_hash, expires_at)
    values (p_user_id, v_family, p_refresh_hash, now() + make_interval(secs => p_ttl_s));
end
$$;
