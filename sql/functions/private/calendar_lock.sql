-- SPDX-License-Identifier: BSD-2-Clause
-- One change of a client's calendar at a time, until the transaction ends.  The exclusion
-- constraint alone is right but not enough: two who insert at once may each wait for the other, and
-- Postgres ends that as a deadlock, a second later.

create or replace function private.calendar_lock(p_client_id uuid) returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
    perform pg_advisory_xact_lock(hashtextextended('frontdesk.appointments ' || p_client_id, 0));
end
$$;

grant execute on function private.calendar_lock(uuid) to frontdesk_api, frontdesk_worker;
