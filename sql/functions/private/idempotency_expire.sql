-- SPDX-License-Identifier: BSD-2-Clause
-- Removes answers that no replay gets any more; returns how many.  Runs as frontdesk_definer: they
-- are of all users.

set local role frontdesk_definer;

create or replace function private.idempotency_expire() returns bigint
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_removed bigint;
    v_guests  bigint;
begin
    delete from frontdesk.idempotency_keys k where k.created_at < now() - interval '24 hours';
    get diagnostics v_removed = row_count;
    delete from frontdesk.idempotency_guests k where k.created_at < now() - interval '24 hours';
    get diagnostics v_guests = row_count;
    return v_removed + v_guests;
end
$$;

grant execute on function private.idempotency_expire() to frontdesk_worker;
