-- SPDX-License-Identifier: BSD-2-Clause
-- A pattern that finds a text anywhere; null for nothing to find.

create or replace function private.like_words(p_text text) returns text
language sql immutable parallel safe
begin atomic
    select '%' || replace(replace(replace(nullif(btrim(p_text), ''), '\', '\\'), '%', '\%'),
                          '_', '\_') || '%';
end;

grant execute on function private.like_words(text) to frontdesk_api;
