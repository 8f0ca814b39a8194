-- SPDX-License-Identifier: BSD-2-Clause
-- How deep a line of a document is as a heading, 1 to 6; 0: it is none.  In plain text, a question
-- or a short line by itself is one.

create or replace function private.knowledge_heading(
    p_line text, p_before text, p_after text, p_is_markdown boolean)
returns int
language plpgsql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
begin
    if length(p_line) > 300 or p_line !~ '[[:alnum:]]' then
        return 0;
    elsif p_line ~* '^\s*(q|question)\s*[:.)]\s*\S' then
        return 6;
    elsif p_is_markdown then
        return case when p_line ~ '^ {0,3}#{1,6}\s' then length(substring(p_line from '#+'))
                    when p_after ~ '^\s*={3,}\s*$' then 1
                    when p_after ~ '^\s*-{3,}\s*$' and p_before !~ '\S' then 2
                    when p_line ~ '^\s*(\*\*|__)[^*_]+(\*\*|__):?\s*$' then 6
                    else 0 end;
    elsif p_before ~ '\S' then
        return 0;
    elsif p_line ~ '\?\s*$' then
        return 6;
    end if;
    return case when p_after !~ '\S' and length(p_line) <= 80 and p_line !~ '[.!,;]\s*$'
                     and p_line !~ '^\s*([-*+•]|[0-9]+[.)])\s' then 6
                else 0 end;
end
$$;

grant execute on function private.knowledge_heading(text, text, text, boolean) to frontdesk_api;
