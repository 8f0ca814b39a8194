-- SPDX-License-Identifier: BSD-2-Clause
-- A text in pieces of at most so many characters: cut after a sentence, else between words, else
-- within one.

create or replace function private.text_pieces(p_text text, p_most int) returns setof text
language plpgsql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
declare
    v_block constant int := 16000;
    v_rest  text := btrim(p_text);
    v_near  text := '';
    v_head  text;
    v_piece text;
begin
    -- Pieces are taken from the next block alone, since each copies what is left of it.
    loop
        if length(v_near) <= p_most and v_rest <> '' then
            v_near := v_near || left(v_rest, v_block);
            v_rest := right(v_rest, -v_block);
        end if;
        v_head := left(v_near, p_most + 1);
        exit when length(v_head) <= p_most;

        v_piece := rtrim(coalesce(substring(v_head from '^.*[.!?]\s'),
                                  substring(v_head from '^.*\s'),
                                  left(v_head, p_most)));
        return next v_piece;
        v_near := ltrim(right(v_near, -length(v_piece)));
    end loop;
    if v_near <> '' then
        return next v_near;
    end if;
end
$$;

grant execute on function private.text_pieces(text, int) to frontdesk_api;
