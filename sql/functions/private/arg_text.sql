-- SPDX-License-Identifier: BSD-2-Clause
-- A tool's string argument: trimmed, without control characters, cut to a length; null when it is
-- absent, empty or no string.  Arguments come from a language model: nothing is taken on trust.

create or replace function private.arg_text(p_args json, p_name text, p_length int) returns text
language plpgsql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
begin
    if json_typeof(p_args) is distinct from 'object'
        or json_typeof(p_args -> p_name) is distinct from 'string' then
        return null;
    end if;
    return nullif(btrim(left(regexp_replace(p_args ->> p_name, '[[:cntrl:]]+', ' ', 'g'),
                             p_length)), '');
exception when untranslatable_character then
    return null;  -- \u0000
end
$$;

grant execute on function private.arg_text(json, text, int) to frontdesk_worker;
