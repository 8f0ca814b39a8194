-- SPDX-License-Identifier: BSD-2-Clause
-- Tool: the caller's own appointments to come, soonest first.

create or replace function worker.tool_list_my_appointments(p_call frontdesk.calls, p_args json)
returns json
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
    v_timezone text;
begin
    select c.timezone into v_timezone from frontdesk.clients c where c.id = p_call.client_id;
    return json_build_object('ok', true, 'appointments', coalesce((
        select json_agg(json_build_object(
                   'id', f.id,
                   'start', private.local_text(timezone(v_timezone, f.starts_at)),
                   'service', f.service))
          from (select a.* from private.appointment_find(p_call) a
                 where a.status = 'confirmed' and a.starts_at > now()
                 order by a.starts_at, a.id
                 limit 20) f), '[]'));
end
$$;
