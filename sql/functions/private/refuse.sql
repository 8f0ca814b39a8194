-- SPDX-License-Identifier: BSD-2-Clause
-- Refuses a request: SQLSTATE FDnnn, where nnn is the HTTP status.

create or replace function private.refuse(p_status int, p_message text, p_field text default null)
returns void
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
begin
    raise exception using errcode = 'FD' || p_status, message = p_message,
                          detail = coalesce(p_field, '');
end
$$;

grant execute on function private.refuse(int, text, text)
    to frontdesk_definer, frontdesk_api, frontdesk_worker;
