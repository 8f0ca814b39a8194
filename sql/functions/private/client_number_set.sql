-- SPDX-License-Identifier: BSD-2-Clause
-- Gives a client its number: the first it has becomes this one.

create or replace function private.client_number_set(p_client_id uuid, p_phone_number text)
returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_number record;
begin
    select n.id, n.phone_number, n.status into v_number
      from frontdesk.phone_numbers n
     where n.client_id = p_client_id
     order by n.created_at, n.id limit 1;
    if v_number.phone_number is not distinct from p_phone_number then
        return;
    end if;
    if p_phone_number is null then
        perform private.refuse(422, 'A number is given back by removing it from the numbers.',
                               'phone_number');
    end if;
    if v_number.status = 'suspended' and not private.user_is_admin() then
        perform private.refuse(403, 'This number was suspended.', 'phone_number');
    end if;
    perform private.row_write('frontdesk.phone_numbers',
                              case when v_number.id is null
                                   then jsonb_build_object('client_id', p_client_id)
                                   else '{}' end
                              || jsonb_build_object('phone_number', p_phone_number),
                              v_number.id);
end
$$;

grant execute on function private.client_number_set(uuid, text) to frontdesk_api;
