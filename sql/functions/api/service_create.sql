-- SPDX-License-Identifier: BSD-2-Clause
-- Another thing that callers of a client can book; behind the others unless it says where.

create or replace function api.service_create(p_client_id uuid, p_body json)
returns table (id uuid, client_id uuid, name text, minutes int, "position" int, is_active boolean,
               created_at timestamptz, updated_at timestamptz)
language plpgsql volatile rows 1 set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
    v_id uuid;
begin
    perform private.client_write(p_client_id);
    insert into frontdesk.services (client_id, name, minutes, "position", is_active)
    values (p_client_id, btrim(p_body ->> 'name'), (p_body ->> 'minutes')::int,
            coalesce((p_body ->> 'position')::int,
                     (select coalesce(max(s."position") + 1, 0) from frontdesk.services s
                       where s.client_id = p_client_id)),
            coalesce((p_body ->> 'is_active')::boolean, true))
    returning services.id into v_id;
    return query select * from api.service_get(v_id);
end
$$;
