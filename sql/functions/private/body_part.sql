-- SPDX-License-Identifier: BSD-2-Clause
-- Those fields of a body that belong to one of the tables it is about.

create or replace function private.body_part(p_body jsonb, p_fields text[]) returns jsonb
language sql immutable parallel safe
begin atomic
    select coalesce(jsonb_object_agg(f.key, f.value), '{}')
      from jsonb_each(p_body) f
     where f.key = any (p_fields);
end;

grant execute on function private.body_part(jsonb, text[]) to frontdesk_api;
