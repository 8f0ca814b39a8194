-- SPDX-License-Identifier: BSD-2-Clause
-- Tells the audit log that a user was refused a change.  Not every time: what is repeated within a
-- minute is counted and told as one, and beyond thirty kinds a minute all else is one kind, so that
-- whoever floods does not fill the disk.  The route is a method and a pattern, never a path.
--
-- A refusal goes to a client's chain when the user may see the client, else to the platform's.
-- Runs as frontdesk_definer: nobody is acting when nginx tells this.

set local role frontdesk_definer;

create or replace function api.audit_refusal(
    p_user_id uuid, p_route text, p_status int, p_request_id text, p_address text,
    p_client_id uuid default null, p_key_id uuid default null)
returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_state frontdesk.audit_refusals;
begin
    if p_user_id is null or not exists (select from frontdesk.users u where u.id = p_user_id) then
        return;
    end if;

    v_state.user_id := p_user_id;
    v_state.chain := '00000000-0000-0000-0000-000000000000';
    v_state.route := left(coalesce(p_route, ''), 200);
    v_state.status := coalesce(p_status, 0);
    if exists (select from frontdesk.client_members m
                where m.client_id = p_client_id and m.user_id = p_user_id) then
        v_state.chain := p_client_id;
    end if;

    perform private.audit_refusals_flush(p_user_id);
    if (select count(*) from frontdesk.audit_refusals r where r.user_id = p_user_id) >= 30
        and not exists (select from frontdesk.audit_refusals r
                         where r.user_id = p_user_id and r.chain = v_state.chain
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
        perform private.audit_refused(v_state, p_address, p_request_id, p_key_id);
    end if;
end
$$;
