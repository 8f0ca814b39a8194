-- SPDX-License-Identifier: BSD-2-Clause
-- A document cut into questions and answers: a heading is what is asked, what stands below it the
-- answer, in pieces that can be said.  What stands before any heading answers the title.

create or replace function private.knowledge_cut(
    p_title text, p_content text, p_is_markdown boolean)
returns table (question text, answer text)
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
    v_most    constant int := 2000;
    v_parents text[] := array_fill(null::text, array[6]);
    v_depth   int;
    v_heading text;
    v_body    text;
    v_entries int := 0;
begin
    for v_depth, v_heading, v_body in
        select s.depth, s.heading, s.body
          from private.knowledge_sections(p_content, p_is_markdown) s
    loop
        if v_depth = 0 then
            question := p_title;
        else
            v_heading := regexp_replace(v_heading, '^#+\s+|\s+#+$', '', 'g');
            if p_is_markdown then
                v_heading := private.markdown_plain(v_heading);
            end if;
            v_heading := left(btrim(regexp_replace(v_heading, '^(q|question)\s*:', '', 'i'),
                                    E' :\t'), 300);
            v_parents[v_depth] := v_heading;
            for i in v_depth + 1 .. 6 loop
                v_parents[i] := null;
            end loop;
            -- A part of a part says of what.
            question := case when v_depth between 3 and 5
                             then concat_ws(': ', v_parents[v_depth - 1], v_heading)
                             else v_heading end;
        end if;

        v_body := case when p_is_markdown then private.markdown_plain(v_body)
                       else regexp_replace(v_body, '\s+', ' ', 'g') end;
        v_body := regexp_replace(v_body, '^\s*(a|answer)\s*:\s*', '', 'i');
        for answer in select p from private.text_pieces(v_body, 1000) p loop
            v_entries := v_entries + 1;
            if v_entries > v_most then
                perform private.refuse(422, format('This is more than %s entries.', v_most),
                                       'content');
            end if;
            return next;
        end loop;
    end loop;
end
$$;

grant execute on function private.knowledge_cut(text, text, boolean) to frontdesk_api;
