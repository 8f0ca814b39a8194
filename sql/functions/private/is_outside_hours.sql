-- SPDX-License-Identifier: BSD-2-Clause
-- Whether a span of time is not within the hours of the day it starts on.

create or replace function private.is_outside_hours(
    p_client_id uuid, p_starts_at timestamptz, p_ends_at timestamptz)
returns boolean
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
    v_starts timestamp;
    v_ends   timestamp;
begin
    select timezone(c.timezone, p_starts_at), timezone(c.timezone, p_ends_at)
      into v_starts, v_ends
      from frontdesk.clients c where c.id = p_client_id;
    return not exists (select from private.hours_on(p_client_id, v_starts::date) h
                        where v_starts >= v_starts::date + h.opens
                          and v_ends <= v_starts::date + h.closes::interval);
end
$$;

grant execute on function private.is_outside_hours(uuid, timestamptz, timestamptz)
    to frontdesk_api;
