-- SPDX-License-Identifier: BSD-2-Clause
-- A pattern for a number however it is spelled in digits: with blanks, dots, dashes and brackets
-- between them, and without the country's when that is 1; not as a part of a longer number.

create or replace function private.phone_pattern(p_phone text) returns text
language sql immutable parallel safe
begin atomic
    select case when p_phone ~ '^\+1[0-9]{10}$'
                then '(?<![0-9])(?:\+?1[ ().-]*)?\(?' || private.digits_pattern(substr(p_phone, 3))
                else '(?<![0-9])(?:\+|00)?' || private.digits_pattern(substr(p_phone, 2)) end;
end;

grant execute on function private.phone_pattern(text) to frontdesk_eraser;
