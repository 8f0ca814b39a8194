-- SPDX-License-Identifier: BSD-2-Clause
-- Changes a client; what is not in the body stays.

create or replace function api.client_update(p_id uuid, p_body json)
returns setof frontdesk.client_objects
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_body jsonb;
begin
    perform private.client_write(p_id);
    v_body := private.body_fields(p_body, private.client_fields()
                  || private.client_agent_fields() || array['phone_number']);
    perform private.client_change(p_id, v_body);
    return query select o.* from frontdesk.client_objects o where o.id = p_id;
end
$$;
