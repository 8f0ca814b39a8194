-- SPDX-License-Identifier: BSD-2-Clause
-- Workers keep what they know of a client; they hear when it is no longer so.  A balance is not
-- part of it: it moves all the time.  (A version of an agent never changes.)

do $do$
declare
    v_table text;
begin
    foreach v_table in array array['agents', 'phone_numbers', 'services', 'business_hours',
                                   'holiday_hours', 'knowledge_entries', 'departments',
                                   'transfer_targets', 'provider_credentials'] loop
        execute format('create or replace trigger client_changed '
                       'after insert or update or delete on frontdesk.%I '
                       'for each row execute function private.client_changed(''client_id'')',
                       v_table);
        execute format('create or replace trigger client_emptied '
                       'after truncate on frontdesk.%I '
                       'for each statement execute function private.client_changed()',
                       v_table);
    end loop;
end
$do$;

create or replace trigger client_changed
    after insert or delete
       or update of name, owner_phone, timezone, calendar_id, routing, voice_mode, ring_seconds,
                    slot_step_minutes, buffer_before_minutes, buffer_after_minutes, lead_minutes,
                    max_days_ahead, appointment_minutes, is_active, deleted_at
    on frontdesk.clients
    for each row execute function private.client_changed('id');

create or replace trigger client_guard before update of is_active on frontdesk.clients
    for each row execute function private.client_guard();
