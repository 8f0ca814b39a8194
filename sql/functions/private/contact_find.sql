-- SPDX-License-Identifier: BSD-2-Clause
-- The contact that a path means, by its id or its number: one that the user may see, of the client
-- named if several have the number.

create or replace function private.contact_find(p_key text, p_client_id uuid)
returns frontdesk.contacts
language plpgsql stable set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
    v_contacts frontdesk.contacts[];
begin
    if p_key ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' then
        v_contacts := array(select p
                              from frontdesk.contacts p
                             where p.id = p_key::uuid
                               and (p_client_id is null or p.client_id = p_client_id));
    elsif p_key ~ '^\+[1-9][0-9]{6,14}$' then
        v_contacts := array(select p
                              from private.visible_clients() v (id)
                              join frontdesk.contacts p
                                on p.client_id = v.id and p.phone_number = p_key
                             where p_client_id is null or v.id = p_client_id
                             limit 2);
    end if;

    if cardinality(v_contacts) > 1 then
        perform private.refuse(409, 'More than one client has this number: say which.',
                               'client_id');
    end if;
    if coalesce(cardinality(v_contacts), 0) = 0 then
        perform private.refuse(404, 'There is no such contact.');
    end if;
    return v_contacts[1];
end
$$;

grant execute on function private.contact_find(text, uuid) to frontdesk_api;
