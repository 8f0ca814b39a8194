-- SPDX-License-Identifier: BSD-2-Clause
-- A ready-made receptionist with all it brings to a client.

create or replace function api.template_get(p_key text)
returns table (
    key text, name text, description text, agent jsonb, client jsonb, business_hours jsonb,
    services jsonb, lead_fields jsonb, knowledge jsonb)
language sql stable rows 1
begin atomic
    select t ->> 'key', t ->> 'name', t ->> 'description', t -> 'agent', t -> 'client',
           t -> 'business_hours', t -> 'services', t -> 'lead_fields', t -> 'knowledge'
      from private.templates(p_key) t;
end;
