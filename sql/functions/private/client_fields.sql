-- SPDX-License-Identifier: BSD-2-Clause
-- The columns of a client that its people may change.

create or replace function private.client_fields() returns text[]
language sql immutable parallel safe
begin atomic
    select array['name', 'owner_phone', 'timezone', 'calendar_id', 'routing', 'voice_mode',
                 'ring_seconds', 'slot_step_minutes', 'buffer_before_minutes',
                 'buffer_after_minutes', 'lead_minutes', 'max_days_ahead', 'appointment_minutes',
                 'is_active'];
end;

grant execute on function private.client_fields() to frontdesk_api;
