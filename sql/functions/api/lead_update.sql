-- SPDX-License-Identifier: BSD-2-Clause
-- Changes a lead.  Its fields, when given, are all there are.

create or replace function api.lead_update(p_id uuid, p_body json)
returns table (
    id uuid, client_id uuid, contact_id uuid, call_id uuid, name text, phone text, email text,
    reason text, callback_preference text, status text, notes text, fields json,
    created_at timestamptz, updated_at timestamptz)
language plpgsql volatile rows 1 set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
    v_body jsonb := p_body;
    v_lead frontdesk.leads;
begin
    select l.* into v_lead from frontdesk.leads l where l.id = p_id;
    if not found then
        perform private.refuse(404, 'There is no such lead.');
    end if;
    perform private.client_write(v_lead.client_id);

    update frontdesk.leads l
       set name = coalesce(v_body ->> 'name', l.name),
           phone = coalesce(v_body ->> 'phone', l.phone),
           email = case when v_body ? 'email' then v_body ->> 'email' else l.email end,
           reason = coalesce(v_body ->> 'reason', l.reason),
           callback_preference = case when v_body ? 'callback_preference'
                                      then v_body ->> 'callback_preference'
                                      else l.callback_preference end,
           status = coalesce(v_body ->> 'status', l.status),
           notes = coalesce(v_body ->> 'notes', l.notes)
     where l.id = p_id;

    if jsonb_typeof(v_body -> 'fields') = 'object' then
        if exists (select from jsonb_each(v_body -> 'fields') e
                    where e.key !~ '^[a-z][a-z0-9_]{0,63}$'
                       or jsonb_typeof(e.value) <> 'string'
                       or length(v_body #>> array['fields', e.key]) > 2000)
            or (select count(*) from jsonb_object_keys(v_body -> 'fields')) > 50 then
            perform private.refuse(422, 'Fields are 50 texts of 2000 characters at most, by names '
                                   'such as "pet_name".', 'fields');
        end if;
        delete from frontdesk.lead_fields f
         where f.client_id = v_lead.client_id and f.lead_id = p_id
           and not (v_body -> 'fields') ? f.name;
        insert into frontdesk.lead_fields as f (client_id, lead_id, name, value)
        select v_lead.client_id, p_id, e.key, e.value
          from jsonb_each_text(v_body -> 'fields') e
        on conflict (client_id, lead_id, name) do update set value = excluded.value
         where f.value <> excluded.value;
    end if;
    return query select g.* from api.lead_get(p_id) g;
end
$$;
