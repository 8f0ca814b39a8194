-- SPDX-License-Identifier: BSD-2-Clause
-- Numbers of a client, in the order they came.

create or replace function api.phone_number_list(
    p_client_id uuid, p_status text, p_limit int, p_offset int, p_cursor_key text,
    p_cursor_id uuid)
returns setof frontdesk.phone_number_objects
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
    -- First: who sees no row at all would else not come to be asked.
    perform private.clients_asked(p_client_id);
    return query
    select o.*
      from frontdesk.phone_number_objects o
     where o.client_id = any (array(select private.clients_asked(p_client_id)))
       and (p_status is null or o.status = p_status)
       and (p_cursor_id is null
            or (o.created_at, o.id) > (p_cursor_key::timestamptz, p_cursor_id))
     order by o.created_at, o.id
     limit least(greatest(coalesce(p_limit, 50), 1), 100)
    offset greatest(coalesce(p_offset, 0), 0);
end
$$;
