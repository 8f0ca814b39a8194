-- SPDX-License-Identifier: BSD-2-Clause
-- A client has so many rows of a kind and no more.

create or replace function private.room_check(
    p_table regclass, p_client_id uuid, p_most int, p_nouns text, p_more int default 1)
returns void
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
    v_rows int;
begin
    execute format('select count(*) from %s t where t.client_id = $1', p_table)
       into v_rows using p_client_id;
    if v_rows + p_more > p_most then
        perform private.refuse(422, format('A client can have at most %s %s.', p_most, p_nouns));
    end if;
end
$$;

grant execute on function private.room_check(regclass, uuid, int, text, int) to frontdesk_api;
