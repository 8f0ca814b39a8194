-- SPDX-License-Identifier: BSD-2-Clause
-- Holds an object, by its id, until the transaction ends.  Everybody who changes one by the API
-- does: what If-Match was compared with is what is changed then.

create or replace function api.object_lock(p_id text) returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
    perform pg_advisory_xact_lock(hashtextextended('object ' || lower(p_id), 0));
end
$$;
