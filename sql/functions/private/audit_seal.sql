-- SPDX-License-Identifier: BSD-2-Clause
-- Trigger, when a transaction that has something for the audit log commits: puts all of it there,
-- at the end of its chains.  A chain is locked from here to the commit, chains always in the same
-- order.  Runs as frontdesk_definer: nobody else writes there.

set local role frontdesk_definer;

create or replace function private.audit_seal() returns trigger
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_pending frontdesk.audit_pending;
    v_row     frontdesk.audit_log;
    v_chain   frontdesk.audit_chains;
begin
    -- The first of a transaction's rows has taken the others along.
    if not exists (select from frontdesk.audit_pending p where p.id = new.id) then
        return null;
    end if;

    -- Those of this transaction: others are gone before they could be seen.
    for v_pending in select p.* from frontdesk.audit_pending p order by p.chain, p.id loop
        if v_chain.chain is distinct from v_pending.chain then
            perform pg_advisory_xact_lock(hashtextextended('frontdesk.audit.' || v_pending.chain,
                                                           0));
            select c.* into v_chain from frontdesk.audit_chains c
             where c.chain = v_pending.chain;
            v_chain.chain := v_pending.chain;
        end if;

        v_row := jsonb_populate_record(null::frontdesk.audit_log, v_pending.entry);
        v_row.client_id := v_pending.chain;
        v_row.position := coalesce(v_chain.count, 0) + 1;
        v_row.prev_hash := coalesce(v_chain.last_hash, '');
        v_row.hash := private.audit_hash(v_row);
        insert into frontdesk.audit_log select v_row.*;

        v_chain.last_id := v_row.id;
        v_chain.last_hash := v_row.hash;
        v_chain.count := v_row.position;
        insert into frontdesk.audit_chains select v_chain.*
        on conflict (chain) do update
           set last_id = excluded.last_id, last_hash = excluded.last_hash, count = excluded.count;
        delete from frontdesk.audit_pending p where p.id = v_pending.id;
    end loop;
    return null;
end
$$;

grant execute on function private.audit_seal() to frontdesk_owner;
