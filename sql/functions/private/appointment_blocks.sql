-- SPDX-License-Identifier: BSD-2-Clause
-- Trigger: the span of the calendar an appointment takes, buffers and all.

create or replace function private.appointment_blocks() returns trigger
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
    new.blocks := tstzrange(new.starts_at - make_interval(mins => new.buffer_before_minutes),
                            new.ends_at + make_interval(mins => new.buffer_after_minutes));
    return new;
end
$$;
