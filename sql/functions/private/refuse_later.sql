-- SPDX-License-Identifier: BSD-2-Clause
-- Refuses a request as one too many: SQLSTATE FD429, and the seconds to wait as the hint, which
-- nginx answers as Retry-After.

create or replace function private.refuse_later(p_message text, p_seconds int) returns void
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
begin
    raise exception using errcode = 'FD429', message = p_message, detail = '',
                          hint = greatest(p_seconds, 1)::text;
end
$$;

grant execute on function private.refuse_later(text, int)
    to frontdesk_definer, frontdesk_api, frontdesk_worker;
