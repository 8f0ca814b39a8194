-- SPDX-License-Identifier: BSD-2-Clause
-- Whether a client is open at a moment.

create or replace function private.is_open(p_client_id uuid, p_at timestamptz) returns boolean
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
    v_local timestamp;
begin
    select timezone(c.timezone, p_at) into v_local
      from frontdesk.clients c where c.id = p_client_id;
    return exists (select from private.hours_on(p_client_id, v_local::date) h
                    where v_local::time >= h.opens and v_local::time < h.closes);
end
$$;

grant execute on function private.is_open(uuid, timestamptz) to frontdesk_api, frontdesk_worker;
