-- SPDX-License-Identifier: BSD-2-Clause
-- Switches a user off, which ends the user's sessions and keys at once (api.act_as() looks each
-- time), or on again.  Nobody switches itself off, so an admin is always left.

create or replace function api.admin_user_toggle(p_id uuid)
returns table (id uuid, email text, name text, role text, is_active boolean, clients int,
               created_at timestamptz, updated_at timestamptz)
language plpgsql volatile rows 1 set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
    perform private.admin_write();
    perform api.admin_user_get(p_id);
    if p_id = private.user_id() then
        perform private.refuse(422, 'You can not switch yourself off.', 'id');
    end if;
    update frontdesk.users u set is_active = not u.is_active where u.id = p_id;
    return query select * from api.admin_user_get(p_id);
end
$$;
