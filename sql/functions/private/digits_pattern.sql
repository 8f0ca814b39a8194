-- SPDX-License-Identifier: BSD-2-Clause
-- A pattern for digits with signs between them or not; not as a part of more digits.

create or replace function private.digits_pattern(p_digits text) returns text
language sql immutable parallel safe
begin atomic
    select array_to_string(regexp_split_to_array(p_digits, ''), '[ ().-]*') || '(?![0-9])';
end;

grant execute on function private.digits_pattern(text) to frontdesk_eraser;
