-- SPDX-License-Identifier: BSD-2-Clause
-- Trigger: when a row was changed last.

create or replace function private.touch() returns trigger
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
    new.updated_at := now();
    return new;
end
$$;
