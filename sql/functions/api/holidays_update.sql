-- SPDX-License-Identifier: BSD-2-Clause
-- A client's holidays, as a whole.

create or replace function api.holidays_update(p_client_id uuid, p_body json)
returns table (client_id uuid, holidays json)
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_body     jsonb;
    v_holidays jsonb;
begin
    perform private.client_write(p_client_id);
    v_body := private.body_fields(p_body, array['holidays']);
    v_holidays := private.holidays_check(coalesce(v_body -> 'holidays', 'null'));

    perform from frontdesk.clients c where c.id = p_client_id for no key update;
    delete from frontdesk.holiday_hours h where h.client_id = p_client_id;
    insert into frontdesk.holiday_hours (client_id, day, name, opens, closes)
    select p_client_id, h.day, coalesce(h.name, ''), h.opens, h.closes
      from jsonb_to_recordset(v_holidays) h (day date, name text, opens time, closes time);

    return query select o.* from api.holidays_get(p_client_id) o;
end
$$;
