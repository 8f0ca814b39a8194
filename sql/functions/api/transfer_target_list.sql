-- SPDX-License-Identifier: BSD-2-Clause
-- Transfer targets of a client, by name.

create or replace function api.transfer_target_list(
    p_client_id uuid, p_limit int, p_offset int, p_cursor_key text, p_cursor_id uuid)
returns setof frontdesk.transfer_targets
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
    -- First: who sees no row at all would else not come to be asked.
    perform private.client_seen(p_client_id);
    return query
    select d.*
      from frontdesk.transfer_targets d
     where d.client_id = p_client_id
       and (p_cursor_id is null or (d.name, d.id) > (p_cursor_key, p_cursor_id))
     order by d.name, d.id
     limit least(greatest(coalesce(p_limit, 50), 1), 100)
    offset greatest(coalesce(p_offset, 0), 0);
end
$$;
