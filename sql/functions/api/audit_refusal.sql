-- SPDX-License-Identifier: BSD-2-Clause
-- Tells the audit log that a user was refused a change.  Not every time: what is repeated within a
-- minute is counted and told as one, and beyond thirty kinds a minute all else is one kind, so that
-- whoever floods does not fill the disk.  The route is a method and a pattern, never a path.
--
-- A refusal goes to the chain of the client that the path names, or of the only one there is for
-- the user, when the user is a member there; else to the platform's.  Runs as frontdesk_definer:
-- nobody is acting when nginx tells this.

set local role frontdesk_definer;

create or replace function api.audit_refusal(
    p_user_id uuid, p_route text, p_status int, p_request_id text, p_address text,
    p_client_id uuid default null, p_key_hash text default null)
returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_user   uuid := p_user_id;
    v_key    uuid;
    v_client uuid := p_client_id;
    v_state  frontdesk.audit_refusals;
begin
    if p_key_hash is not null then
        select k.user_id, k.id into v_user, v_key
          from frontdesk.api_keys k where k.key_hash = p_key_hash;
    end if;
    if not exists (select from frontdesk.users u where u.id = v_user) then
        return;
    end if;

    -- Whose objects a path without a client meant is clear when there is one it can have been.
    if v_client is null and p_status = 403 then
        select min(m.client_id::text)::uuid into v_client
          from frontdesk.client_members m where m.user_id = v_user having count(*) = 1;
    end if;

    v_state.user_id := v_user;
    v_state.chain := '00000000-0000-0000-0000-000000000000';
    v_state.route := left(coalesce(p_route, ''), 200);
    v_state.status := coalesce(p_status, 0);
    if exists (select from frontdesk.client_members m
                where m.client_id = v_client and m.user_id = v_user) then
        v_state.chain := v_client;
    end if;

    perform private.audit_refusals_flush(v_user);
    if (select count(*) from frontdesk.audit_refusals r where r.user_id = v_user) >= 30
        and not exists (select from frontdesk.audit_refusals r
                         where r.user_id = v_user and r.chain = v_state.chain
                           and r.route = v_state.route and r.status = v_state.status) then
        v_state.chain := '00000000-0000-0000-0000-000000000000';
        v_state.route := '*';
        v_state.status := 429;
    end if;

    insert into frontdesk.audit_refusals as r (user_id, chain, route, status, since)
    values (v_state.user_id, v_state.chain, v_state.route, v_state.status, now())
    on conflict (user_id, chain, route, status) do update set repeats = r.repeats + 1
    returning r.repeats into v_state.repeats;
    if v_state.repeats = 0 then
        perform private.audit_refused(v_state, p_address, p_request_id, v_key);
    end if;
end
$$;
