-- SPDX-License-Identifier: BSD-2-Clause
-- The key of a call the user may see, which says in which month to look; 404 for any other.

create or replace function private.call_key(p_id uuid) returns frontdesk.call_keys
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
    v_key frontdesk.call_keys;
begin
    select k.* into v_key from frontdesk.call_keys k where k.call_id = p_id;
    if not found then
        perform private.refuse(404, 'There is no such call.');
    end if;
    return v_key;
end
$$;

grant execute on function private.call_key(uuid) to frontdesk_api;
