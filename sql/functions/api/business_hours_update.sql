-- SPDX-License-Identifier: BSD-2-Clause
-- A client's week, as a whole, and the time zone it is in.

create or replace function api.business_hours_update(p_client_id uuid, p_body json)
returns table (client_id uuid, timezone text, hours json)
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_body jsonb;
begin
    perform private.client_write(p_client_id);
    v_body := private.body_fields(p_body, array['timezone', 'hours']);
    if v_body ? 'timezone' then
        perform private.timezone_check(v_body ->> 'timezone');
        perform private.row_write('frontdesk.clients', private.body_part(v_body, '{timezone}'),
                                  p_client_id);
    end if;
    if v_body ? 'hours' then
        perform private.hours_replace(p_client_id,
                                      private.hours_check(v_body -> 'hours', 'hours'));
    end if;
    return query select o.* from api.business_hours_get(p_client_id) o;
end
$$;
