-- SPDX-License-Identifier: BSD-2-Clause
-- A request's body when it has nothing but the fields it may have, else a refusal that names the
-- first that it may not.  The routes say the same; this holds whoever calls.

create or replace function private.body_fields(p_body json, p_fields text[]) returns jsonb
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
    v_body  jsonb := coalesce(p_body::jsonb, '{}');
    v_field text;
begin
    if jsonb_typeof(v_body) <> 'object' then
        perform private.refuse(400, 'The body has to be a JSON object.');
    end if;
    select k.key into v_field
      from jsonb_object_keys(v_body) k (key)
     where k.key <> all (p_fields)
     order by 1 limit 1;
    if found then
        perform private.refuse(400, format('There is no field "%s" here.', left(v_field, 64)),
                               left(v_field, 64));
    end if;
    -- What a thing is called has no blanks around it.
    if jsonb_typeof(v_body -> 'name') = 'string' then
        v_body := v_body || jsonb_build_object('name', btrim(v_body ->> 'name'));
    end if;
    return v_body;
end
$$;

grant execute on function private.body_fields(json, text[]) to frontdesk_api;
