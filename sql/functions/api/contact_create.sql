-- SPDX-License-Identifier: BSD-2-Clause
-- A new contact of a client; the client of the path, else of the body.

create or replace function api.contact_create(p_client_id uuid, p_body json)
returns table (
    id uuid, client_id uuid, phone_number text, name text, notes text, tags json,
    is_blocked boolean, created_at timestamptz, updated_at timestamptz)
language plpgsql volatile rows 1 set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
    v_body   jsonb := p_body;
    v_client uuid := coalesce(p_client_id, (v_body ->> 'client_id')::uuid);
    v_id     uuid;
begin
    perform private.client_write(v_client);
    insert into frontdesk.contacts (client_id, phone_number, name, notes, tags, is_blocked)
    values (v_client, v_body ->> 'phone_number', coalesce(btrim(v_body ->> 'name'), ''),
            coalesce(v_body ->> 'notes', ''), private.tags_check(v_body -> 'tags'),
            coalesce((v_body ->> 'is_blocked')::boolean, false))
    on conflict (client_id, phone_number) do nothing
    returning contacts.id into v_id;
    if v_id is null then
        perform private.refuse(409, 'There is a contact with this number already.',
                               'phone_number');
    end if;
    return query select g.* from api.contact_get(v_id::text, null) g;
end
$$;
