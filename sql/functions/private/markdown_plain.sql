-- SPDX-License-Identifier: BSD-2-Clause
-- A line of Markdown as it would be said: links by their text, rows of tables and items of lists as
-- sentences, nothing of what only the eye needs.

create or replace function private.markdown_plain(p_line text) returns text
language plpgsql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
declare
    v_line   text := p_line;
    v_is_one boolean;
begin
    if v_line ~ '^\s*(```|~~~|([-*_]\s*){3,}$)' or v_line ~ '^[\s|:-]*-[\s|:-]*$' then
        return '';
    end if;

    v_line := regexp_replace(v_line, '^\s*(>\s?)+', '');
    v_is_one := v_line ~ '^\s*([-*+]|[0-9]{1,3}[.)])\s+' or v_line ~ '^\s*\|.*\|\s*$';
    v_line := regexp_replace(v_line, '^\s*([-*+]|[0-9]{1,3}[.)])\s+(\[[ xX]\]\s+)?', '');
    if v_line ~ '^\s*\|.*\|\s*$' then
        v_line := regexp_replace(btrim(v_line, E'| \t'), '\s*\|\s*', ', ', 'g');
    end if;

    v_line := regexp_replace(v_line, '!?\[([^][]*)\]\([^()]*\)', '\1', 'g');
    v_line := regexp_replace(v_line, '</?[a-zA-Z][^<>]*>', '', 'g');
    v_line := regexp_replace(v_line, '(\*\*\*|\*\*|__|`+)', '', 'g');
    v_line := regexp_replace(v_line, '(^|[\s(])[*_]([^*_]+)[*_]($|[\s).,;:!?])', '\1\2\3', 'g');
    v_line := btrim(regexp_replace(v_line, '\s+', ' ', 'g'));
    if v_is_one and v_line ~ '[[:alnum:])\]]$' then
        v_line := v_line || '.';
    end if;
    return v_line;
end
$$;

grant execute on function private.markdown_plain(text) to frontdesk_api;
