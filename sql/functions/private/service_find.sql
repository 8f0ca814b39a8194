-- SPDX-License-Identifier: BSD-2-Clause
-- The service a caller named, in whatever words: the exact name first, else the longest name that
-- is within the words or holds them.  All null when there is none.

create or replace function private.service_find(p_client_id uuid, p_words text)
returns frontdesk.services
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
    v_words   text := lower(btrim(p_words));
    v_service frontdesk.services;
begin
    select s.* into v_service
      from frontdesk.services s
     where s.client_id = p_client_id
       and s.is_active
       and (strpos(v_words, lower(s.name)) > 0 or strpos(lower(s.name), v_words) > 0)
     order by lower(s.name) = v_words desc, length(s.name) desc, s.name
     limit 1;
    return v_service;
end
$$;

grant execute on function private.service_find(uuid, text) to frontdesk_api, frontdesk_worker;
