-- SPDX-License-Identifier: BSD-2-Clause
-- Refuses unless the object is as the one who asks knows it: p_tags are the tags of If-Match with
-- commas between, or '*'; p_tag is of the object now, null when there is none.

create or replace function api.if_match(p_tags text, p_tag text) returns void
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
    if p_tag is null then
        perform private.refuse(404, 'Nothing is here.');
    elsif p_tags <> '*' and p_tag <> all (string_to_array(p_tags, ',')) then
        perform private.refuse(412, 'This was changed by someone else in the meantime.');
    end if;
end
$$;
