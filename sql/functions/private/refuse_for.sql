-- SPDX-License-Identifier: BSD-2-Clause
-- Refuses a request for now: 429, with when to come again.

create or replace function private.refuse_for(p_seconds int, p_message text) returns void
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
begin
    raise exception using errcode = 'FD429', message = p_message, hint = greatest(p_seconds, 1);
end
$$;

grant execute on function private.refuse_for(int, text)
    to frontdesk_definer, frontdesk_api, frontdesk_worker;
