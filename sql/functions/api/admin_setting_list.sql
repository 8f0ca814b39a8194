-- SPDX-License-Identifier: BSD-2-Clause
-- The platform's settings.

create or replace function api.admin_setting_list()
returns table (key text, value text, updated_at timestamptz)
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
    perform private.admin_only();
    return query select s.key, s.value, s.updated_at from frontdesk.settings s order by s.key;
end
$$;
