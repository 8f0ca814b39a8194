-- SPDX-License-Identifier: BSD-2-Clause
-- Takes a client away: from this moment nobody sees it and nobody can call it.  Its numbers are
-- free, calls that go on end by themselves, and a job erases all but what the ledger needs.

create or replace function api.client_delete(p_id uuid) returns table (message text)
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
    perform private.client_own(p_id);

    delete from frontdesk.phone_numbers n where n.client_id = p_id;
    update frontdesk.clients c set is_active = false, deleted_at = now() where c.id = p_id;
    -- The job erases whatever it is told to: nothing of a client that this has not marked.
    if not found then
        perform private.refuse(404, 'There is no such client.');
    end if;
    perform private.job_add('erase_client', jsonb_build_object('client_id', p_id), p_id, now(),
                            'erase_client:' || p_id);

    return query select 'Client deleted successfully';
end
$$;
