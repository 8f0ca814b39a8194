-- SPDX-License-Identifier: BSD-2-Clause
-- A text in pieces of at most so many characters: cut between sentences, and where a sentence is
-- longer than that, between words.

create or replace function private.text_pieces(p_text text, p_most int) returns setof text
language plpgsql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
declare
    v_part  text;
    v_piece text := '';
begin
    for v_part in
        select w.part
          from regexp_split_to_table(p_text, '(?<=[.!?])\s+') s (sentence)
         cross join lateral (
                   select s.sentence as part where length(s.sentence) <= p_most
                   union all
                   select m.word
                     from regexp_split_to_table(s.sentence, '\s+') l (long)
                    cross join lateral (
                              select substr(l.long, 1 + g * p_most, p_most) as word
                                from generate_series(0, (length(l.long) - 1) / p_most) g) m
                    where length(s.sentence) > p_most) w
    loop
        if v_piece <> '' and length(v_piece) + 1 + length(v_part) > p_most then
            return next v_piece;
            v_piece := '';
        end if;
        v_piece := btrim(v_piece || ' ' || v_part);
    end loop;
    if v_piece <> '' then
        return next v_piece;
    end if;
end
$$;

grant execute on function private.text_pieces(text, int) to frontdesk_api;
