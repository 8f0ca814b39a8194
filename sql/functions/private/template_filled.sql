-- SPDX-License-Identifier: BSD-2-Clause
-- A template with the business's name in it.

create or replace function private.template_filled(p_key text, p_name text) returns jsonb
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
    v_template jsonb;
    v_name     text;
begin
    select t into v_template from private.templates(p_key) t;
    if not found then
        perform private.refuse(422, 'There is no such template.', 'template');
    end if;
    -- As JSON has the name, without its quotes.
    v_name := to_jsonb(btrim(p_name))::text;
    return replace(v_template::text, '[business name]', substr(v_name, 2, length(v_name) - 2));
end
$$;

grant execute on function private.template_filled(text, text) to frontdesk_api;
