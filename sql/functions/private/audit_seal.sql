-- SPDX-License-Identifier: BSD-2-Clause
-- Trigger, when a transaction that has something for the audit log commits: puts all of it there,
-- at the end of its chains.  A chain is locked from here to the commit, chains always in the same
-- order.  Runs as frontdesk_definer: nobody else writes there.

set local role frontdesk_definer;

create or replace function private.audit_seal() returns trigger
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_entry jsonb;
    v_row   frontdesk.audit_log;
    v_chain frontdesk.audit_chains;
begin
    -- The first of a transaction's rows has taken the others along.
    if not exists (select from frontdesk.audit_pending p where p.id = new.id) then
        return null;
    end if;

    -- Those of this transaction: others are gone before they could be seen.
    for v_chain.chain in
        select distinct p.chain from frontdesk.audit_pending p order by p.chain
    loop
        perform pg_advisory_xact_lock(hashtextextended('frontdesk.audit.' || v_chain.chain, 0));
        select coalesce(c.last_hash, ''), coalesce(c.count, 0)
          into v_chain.last_hash, v_chain.count
          from (values (v_chain.chain)) v (chain)
          left join frontdesk.audit_chains c on c.chain = v.chain;

        for v_entry in
            select p.entry from frontdesk.audit_pending p where p.chain = v_chain.chain
             order by p.id
        loop
            v_row := jsonb_populate_record(null::frontdesk.audit_log, v_entry);
            v_row.client_id := v_chain.chain;
            v_row.position := v_chain.count + 1;
            v_row.prev_hash := v_chain.last_hash;
            v_row.hash := private.audit_hash(v_row);
            insert into frontdesk.audit_log select v_row.*;

            v_chain.last_id := v_row.id;
            v_chain.last_hash := v_row.hash;
            v_chain.count := v_row.position;
        end loop;

        insert into frontdesk.audit_chains select v_chain.*
        on conflict (chain) do update
           set last_id = excluded.last_id, last_hash = excluded.last_hash, count = excluded.count;
    end loop;
    delete from frontdesk.audit_pending;
    return null;
end
$$;

grant execute on function private.audit_seal() to frontdesk_owner;
