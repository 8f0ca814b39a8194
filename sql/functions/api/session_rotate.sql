-- SPDX-License-Identifier: BSD-2-Clause
-- Exchanges a refresh token for the next one of its session and answers whose it is.
--
-- A token that was exchanged before and comes again means that two hold it: its session is
-- revoked.  That must outlast this transaction, so it is answered with no row instead of FD401,
-- which would undo it; the caller takes both as "not logged in".  Not so when the reply was lost:
-- the token before the newest, again within ten seconds, is exchanged once more.
--
-- Runs as frontdesk_definer: the token says who the user is.

set local role frontdesk_definer;

create or replace function api.session_rotate(
    p_old_hash text, p_new_hash text, p_ttl_s int, p_address text default null)
returns table (id uuid, email text, name text, role text)
language plpgsql volatile security definer rows 1 set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
    v_session frontdesk.sessions;
    v_token   frontdesk.refresh_tokens;
begin
    -- One exchange of a session at a time.
    select s.* into v_session
      from frontdesk.refresh_tokens t join frontdesk.sessions s on s.id = t.family
     where t.token_hash = p_old_hash
       for no key update of s;
    select t.* into v_token from frontdesk.refresh_tokens t where t.token_hash = p_old_hash;

    if v_token.id is null or v_session.id is null or v_session.revoked_at is not null
        or v_token.expires_at <= now() or v_session.expires_at <= now()
        or not exists (select from frontdesk.users u where u.id = v_token.user_id and u.is_active)
    then
        perform private.refuse(401, 'You are not logged in.');
    end if;

    if v_token.rotated_at is not null
        and (v_token.rotated_at <= now() - interval '10 s'
             or exists (select from frontdesk.refresh_tokens t
                         where t.parent_id = v_token.id and t.rotated_at is not null))
    then
        update frontdesk.sessions s set revoked_at = now() where s.id = v_session.id;
        perform private.audit_add(null, 'reuse', 'sessions', v_session.id::text, null, 'refused',
                                  401, v_token.user_id, null, p_address);
        return;
    end if;

    -- A page asks every few minutes; thirty a minute is no page.
    if (select count(*) from frontdesk.refresh_tokens t
         where t.family = v_session.id and t.created_at > now() - interval '1 min') >= 30 then
        perform private.refuse_for(60, 'Too many requests. Please try again in a minute.');
    end if;

    -- Whatever else the token before this one was exchanged for is used up with it.
    update frontdesk.refresh_tokens t
       set rotated_at = now()
     where t.rotated_at is null
       and (t.id = v_token.id or t.parent_id = v_token.parent_id);

    insert into frontdesk.refresh_tokens (user_id, family, parent_id, token_hash, expires_at)
    values (v_token.user_id, v_token.family, v_token.id, p_new_hash,
            least(now() + make_interval(secs => p_ttl_s), v_session.expires_at));

    update frontdesk.sessions s
       set last_used_at = now(), address = coalesce(left(p_address, 64), s.address)
     where s.id = v_session.id;

    return query
    select u.id, u.email, u.name, u.role from frontdesk.users u where u.id = v_token.user_id;
end
$$;
