-- SPDX-License-Identifier: BSD-2-Clause
-- What callers of a client can book, one of it.

create or replace function api.service_get(p_id uuid)
returns table (id uuid, client_id uuid, name text, minutes int, "position" int, is_active boolean,
               created_at timestamptz, updated_at timestamptz)
language sql stable rows 1
begin atomic
    select s.id, s.client_id, s.name, s.minutes, s."position", s.is_active, s.created_at,
           s.updated_at
      from frontdesk.services s
     where s.id = p_id and s.client_id in (select private.visible_clients());
end;
