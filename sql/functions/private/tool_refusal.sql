-- SPDX-License-Identifier: BSD-2-Clause
-- A tool's result when it can not do what it was asked.

create or replace function private.tool_refusal(
    p_error text, p_message text, p_field text default null)
returns json
language sql immutable parallel safe
begin atomic
    select json_strip_nulls(json_build_object('ok', false, 'error', p_error, 'message', p_message,
                                              'field', p_field));
end;

grant execute on function private.tool_refusal(text, text, text) to frontdesk_worker;
