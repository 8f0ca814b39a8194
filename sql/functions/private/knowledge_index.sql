-- SPDX-License-Identifier: BSD-2-Clause
-- Trigger: the words an entry is found by.  Their weights say where they stand: A keywords, B
-- question, C category, D answer.

create or replace function private.knowledge_index() returns trigger
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
    new.search := setweight(to_tsvector('english', array_to_string(new.keywords, ' ')), 'A')
        || setweight(to_tsvector('english', new.question), 'B')
        || setweight(to_tsvector('english', new.category), 'C')
        || setweight(to_tsvector('english', new.answer), 'D');
    return new;
end
$$;
