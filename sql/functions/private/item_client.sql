-- SPDX-License-Identifier: BSD-2-Clause
-- The client of one row of a table, locked against other writers, when the user may change it;
-- else the refusal.  A client that the path names as well has to be the row's.

create or replace function private.item_client(
    p_table regclass, p_id uuid, p_client_id uuid, p_noun text)
returns uuid
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_client uuid;
begin
    -- Seen is asked for first: locking asks for the right to change, and would say "not there".
    execute format('select t.client_id from %s t where t.id = $1', p_table)
       into v_client using p_id;
    if v_client is null or v_client <> p_client_id then
        perform private.refuse(404, format('There is no such %s.', p_noun));
    end if;
    perform private.client_write(v_client);

    execute format('select t.client_id from %s t where t.id = $1 for no key update', p_table)
       into v_client using p_id;
    if v_client is null then
        perform private.refuse(404, format('There is no such %s.', p_noun));
    end if;
    return v_client;
end
$$;

grant execute on function private.item_client(regclass, uuid, uuid, text) to frontdesk_api;
