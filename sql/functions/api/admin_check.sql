-- SPDX-License-Identifier: BSD-2-Clause
-- For routes of admins that ask what owners ask too, as another item of the same statement.

create or replace function api.admin_check() returns void
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
    perform private.admin_only();
end
$$;
