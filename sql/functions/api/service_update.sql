-- SPDX-License-Identifier: BSD-2-Clause
-- Changes what of a service the body names.

create or replace function api.service_update(p_id uuid, p_body json)
returns table (id uuid, client_id uuid, name text, minutes int, "position" int, is_active boolean,
               created_at timestamptz, updated_at timestamptz)
language plpgsql volatile rows 1 set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
    perform private.client_write(g.client_id) from api.service_get(p_id) g;
    if not found then
        perform private.refuse(404, 'There is no such service.');
    end if;
    update frontdesk.services s
       set name = coalesce(btrim(p_body ->> 'name'), s.name),
           minutes = coalesce((p_body ->> 'minutes')::int, s.minutes),
           "position" = coalesce((p_body ->> 'position')::int, s."position"),
           is_active = coalesce((p_body ->> 'is_active')::boolean, s.is_active)
     where s.id = p_id;
    return query select * from api.service_get(p_id);
end
$$;
