-- SPDX-License-Identifier: BSD-2-Clause
-- A document cut into questions and answers: a heading is what is asked, what stands below it the
-- answer, in pieces that can be said.  What stands before any heading answers the title.

create or replace function private.knowledge_cut(
    p_title text, p_content text, p_is_markdown boolean)
returns table (question text, answer text)
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
    v_most    constant int := 1000;
    v_lines   text[];
    v_parents text[] := array_fill(null::text, array[6]);
    v_line    text;
    v_depth   int;
    v_heading text := p_title;
    v_text    text := '';
begin
    v_lines := string_to_array(regexp_replace(p_content, E'\r\n?', E'\n', 'g'), E'\n');

    for v_line, v_depth in
        select l.line, private.knowledge_heading(l.line, coalesce(l.before, ''),
                                                 coalesce(l.after, ''), p_is_markdown)
          from (select u.line, lag(u.line) over (order by u.n) as before,
                       lead(u.line) over (order by u.n) as after, u.n
                  from unnest(v_lines) with ordinality u (line, n)) l
         order by l.n
    loop
        if v_depth > 0 or length(v_text) > 20 * v_most then
            return query select v_heading, p from private.text_pieces(btrim(v_text), v_most) p;
            v_text := '';
        end if;

        if v_depth = 0 then
            if p_is_markdown then
                v_line := case when v_line ~ '^\s*={3,}\s*$' then ''
                               else private.markdown_plain(v_line) end;
            end if;
            v_line := regexp_replace(v_line, '^\s*(a|answer)\s*[:.)]\s+', '', 'i');
            v_text := v_text || ' ' || btrim(regexp_replace(v_line, '\s+', ' ', 'g'));
            continue;
        end if;

        if p_is_markdown then
            v_line := private.markdown_plain(regexp_replace(v_line, '^ {0,3}#+\s+|\s+#+\s*$', '',
                                                            'g'));
        end if;
        v_line := btrim(regexp_replace(v_line, '^\s*(q|question)\s*[:.)]\s*', '', 'i'), E' :\t');
        v_heading := left(case when v_depth between 3 and 5 and v_parents[v_depth - 1] is not null
                               then v_parents[v_depth - 1] || ': ' || v_line
                               else v_line end, 500);
        v_parents[v_depth] := v_line;
        for i in v_depth + 1 .. 6 loop
            v_parents[i] := null;
        end loop;
    end loop;

    return query select v_heading, p from private.text_pieces(btrim(v_text), v_most) p;
end
$$;

grant execute on function private.knowledge_cut(text, text, boolean) to frontdesk_api;
