-- SPDX-License-Identifier: BSD-2-Clause
-- Changes a contact; what the body does not have stays.

create or replace function api.contact_update(p_key text, p_client_id uuid, p_body json)
returns table (
    id uuid, client_id uuid, phone_number text, name text, notes text, tags json,
    is_blocked boolean, created_at timestamptz, updated_at timestamptz)
language plpgsql volatile rows 1 set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
    v_body    jsonb := p_body;
    v_contact frontdesk.contacts := private.contact_find(p_key, p_client_id);
begin
    perform private.client_write(v_contact.client_id);
    begin
        update frontdesk.contacts p
           set phone_number = coalesce(v_body ->> 'phone_number', p.phone_number),
               name = coalesce(btrim(v_body ->> 'name'), p.name),
               notes = coalesce(v_body ->> 'notes', p.notes),
               tags = case when v_body ? 'tags' then private.tags_check(v_body -> 'tags')
                           else p.tags end,
               is_blocked = coalesce((v_body ->> 'is_blocked')::boolean, p.is_blocked)
         where p.id = v_contact.id;
    exception when unique_violation then
        perform private.refuse(409, 'There is a contact with this number already.',
                               'phone_number');
    end;
    return query select g.* from api.contact_get(v_contact.id::text, null) g;
end
$$;
