-- SPDX-License-Identifier: BSD-2-Clause
-- Forgets a client's own key; from then on the platform's provider serves.

create or replace function api.provider_delete(p_client_id uuid, p_kind text)
returns table (message text)
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
    perform private.client_own(p_client_id);
    delete from frontdesk.provider_credentials c
     where c.client_id = p_client_id and c.kind = p_kind;
    if not found then
        perform private.refuse(404, 'There is no key of this kind.');
    end if;
    return query select 'Provider key deleted successfully';
end
$$;
