-- SPDX-License-Identifier: BSD-2-Clause
-- A client's week becomes what private.hours_check() has let through.

create or replace function private.hours_replace(p_client_id uuid, p_hours jsonb) returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
    -- Who replaces them at the same moment waits, and replaces these.
    perform from frontdesk.clients c where c.id = p_client_id for no key update;
    delete from frontdesk.business_hours b where b.client_id = p_client_id;
    insert into frontdesk.business_hours (client_id, weekday, opens, closes)
    select p_client_id, h.weekday, h.opens, h.closes
      from jsonb_to_recordset(p_hours) h (weekday int, opens time, closes time);
end
$$;

grant execute on function private.hours_replace(uuid, jsonb) to frontdesk_api;
