-- SPDX-License-Identifier: BSD-2-Clause
-- A booking tool's result when a start can not be had: why, and what could be had instead.

create or replace function private.slot_refusal(
    p_error text, p_client_id uuid, p_local timestamp, p_minutes int, p_except uuid default null)
returns json
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
    return json_build_object(
        'ok', false,
        'error', p_error,
        'message', case p_error
            when 'taken' then 'That time is already taken.'
            when 'closed' then 'We are closed at that time.'
            when 'past' then 'That time is over or too soon.'
            when 'too_far' then 'That date is too far ahead.'
            else 'Appointments can not start at that time.' end,
        'alternatives', private.slots_near(p_client_id, p_local, p_minutes, p_except));
end
$$;

grant execute on function private.slot_refusal(text, uuid, timestamp, int, uuid)
    to frontdesk_worker;
