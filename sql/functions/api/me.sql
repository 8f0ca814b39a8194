-- SPDX-License-Identifier: BSD-2-Clause
-- The user this request acts as.

create or replace function api.me()
returns table (id uuid, email text, name text, role text, created_at timestamptz)
language sql stable rows 1
begin atomic
    select u.id, u.email, u.name, u.role, u.created_at
      from frontdesk.users u
     where u.id = (select private.user_id());
end;
