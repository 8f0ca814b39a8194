-- SPDX-License-Identifier: BSD-2-Clause
-- A client's own key for one kind of provider, as api.provider_list() tells it.

create or replace function api.provider_get(p_client_id uuid, p_kind text)
returns table (
    client_id uuid, kind text, provider text, key text, created_at timestamptz,
    updated_at timestamptz)
language sql stable rows 1
begin atomic
    select c.client_id, c.kind, c.provider, '****' || c.hint, c.created_at, c.updated_at
      from frontdesk.provider_credentials c
     where c.client_id = (select private.client_seen(p_client_id)) and c.kind = p_kind;
end;
