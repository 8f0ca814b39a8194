-- SPDX-License-Identifier: BSD-2-Clause
-- Markdown as it would be said: links by their text, rows of tables and items of lists as
-- sentences, nothing of what only the eye needs.

create or replace function private.markdown_plain(p_text text) returns text
language plpgsql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
declare
    v_item constant text := '^[ \t]*([-*+]|[0-9]{1,3}[.)])[ \t]+(\[[ xX]\][ \t]+)?';
    v_text text := p_text;
begin
    -- Fences, rules, lines below headings and in tables; then quotes.
    v_text := regexp_replace(v_text, '^[ \t]*(```|~~~).*$', '', 'gn');
    v_text := regexp_replace(v_text, '^[ \t]*([-*_=][ \t]*){3,}$', '', 'gn');
    v_text := regexp_replace(v_text, '^[ \t|:-]*-[ \t|:-]*$', '', 'gn');
    v_text := regexp_replace(v_text, '^[ \t]*(>[ \t]?)+', '', 'gn');

    -- Rows and items; those that end with a point need no other.
    v_text := regexp_replace(v_text, '^[ \t]*\|(.*)\|[ \t]*$', '\1.', 'gn');
    v_text := regexp_replace(v_text, '[ \t]*\|[ \t]*', ', ', 'g');
    v_text := regexp_replace(v_text, '[ \t]+\.$', '.', 'gn');
    v_text := regexp_replace(v_text, v_item || '(.*[[:alnum:])])[ \t]*$', '\3.', 'gn');
    v_text := regexp_replace(v_text, v_item, '', 'gn');

    v_text := regexp_replace(v_text, '!?\[([^][]*)\]\([^()]*\)', '\1', 'gn');
    v_text := regexp_replace(v_text, '</?[a-zA-Z][^<>]*>', '', 'gn');
    v_text := regexp_replace(v_text, '(\*\*\*|\*\*|__|`+)', '', 'g');
    v_text := regexp_replace(v_text, '(^|[[:space:](])[*_]([^*_]+)[*_]($|[[:space:]).,;:!?])',
                             '\1\2\3', 'gn');
    return btrim(regexp_replace(v_text, '\s+', ' ', 'g'));
end
$$;

grant execute on function private.markdown_plain(text) to frontdesk_api;
