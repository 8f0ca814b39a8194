-- SPDX-License-Identifier: BSD-2-Clause
-- An API key is good for nothing any more.

create or replace function api.api_key_delete(p_id uuid) returns table (message text)
language plpgsql volatile rows 1 set search_path = pg_catalog, pg_temp as $$
declare
    v_user uuid := private.person_only();
begin
    update frontdesk.api_keys k
       set revoked_at = now()
     where k.id = p_id and k.user_id = v_user and k.revoked_at is null;
    if not found then
        perform private.refuse(404, 'There is no such API key.');
    end if;
    return query select 'API key deleted successfully';
end
$$;
