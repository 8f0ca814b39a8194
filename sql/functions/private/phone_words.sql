-- SPDX-License-Identifier: BSD-2-Clause
-- What a number may be among the words of an index: in one piece, its last four digits, or digit
-- by digit.  Finds candidates, which private.phone_pattern() decides about.

create or replace function private.phone_words(p_phone text) returns tsquery
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
    v_digits text := substr(p_phone, 2);
    v_local  text := case when p_phone ~ '^\+1[0-9]{10}$' then substr(p_phone, 3)
                          else substr(p_phone, 2) end;
begin
    return to_tsquery('simple', concat_ws(' | ',
        quote_literal('+' || v_digits), quote_literal('+' || v_local), v_digits, v_local,
        right(v_local, 4), quote_literal('-' || right(v_local, 4)),
        quote_literal('.' || right(v_local, 4)),
        '(' || array_to_string(array(select distinct d from regexp_split_to_table(v_local, '') d),
                               ' & ') || ')'));
end
$$;

grant execute on function private.phone_words(text) to frontdesk_eraser;
