-- SPDX-License-Identifier: BSD-2-Clause
-- The templates there are; with a key that one, or none.

create or replace function private.templates(p_key text default null) returns setof jsonb
language sql immutable
begin atomic
    select t.template
      from (values (1, private.template_general()), (2, private.template_medical()),
                   (3, private.template_restaurant()), (4, private.template_legal()),
                   (5, private.template_home_services()), (6, private.template_salon()))
           t (n, template)
     where p_key is null or t.template ->> 'key' = p_key
     order by t.n;
end;

grant execute on function private.templates(text) to frontdesk_api;
