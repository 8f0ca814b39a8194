-- SPDX-License-Identifier: BSD-2-Clause
-- Tells the audit log how often refusals were repeated that began a minute ago or earlier: a
-- user's, or with null everybody's, a thousand at most.  Answers how many there were.  Runs as
-- frontdesk_definer: nobody else counts them.

set local role frontdesk_definer;

create or replace function private.audit_refusals_flush(p_user_id uuid) returns int
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_state frontdesk.audit_refusals;
    v_count int := 0;
begin
    for v_state in
        select r.* from frontdesk.audit_refusals r
         where (p_user_id is null or r.user_id = p_user_id)
           and r.since <= now() - interval '1 minute'
         order by r.user_id, r.chain, r.route, r.status
         limit 1000
           for update skip locked
    loop
        delete from frontdesk.audit_refusals r
         where r.user_id = v_state.user_id and r.chain = v_state.chain
           and r.route = v_state.route and r.status = v_state.status;
        if v_state.repeats > 0 then
            perform private.audit_refused(v_state);
        end if;
        v_count := v_count + 1;
    end loop;
    return v_count;
end
$$;

grant execute on function private.audit_refusals_flush(uuid) to frontdesk_worker;
