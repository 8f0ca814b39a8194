-- SPDX-License-Identifier: BSD-2-Clause
-- Trigger: the words a knowledge entry is found by; those of the question and the keywords weigh
-- more than those of the answer.

create or replace function private.knowledge_index() returns trigger
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
    new.search := setweight(to_tsvector('english', new.question), 'A')
        || setweight(to_tsvector('english', array_to_string(new.keywords, ' ')), 'A')
        || setweight(to_tsvector('english', new.category), 'B')
        || setweight(to_tsvector('english', new.answer), 'C');
    return new;
end
$$;
