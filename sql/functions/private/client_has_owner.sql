-- SPDX-License-Identifier: BSD-2-Clause
-- Whether a user is one of a client's owners.  Runs as frontdesk_definer: the policy of clients
-- asks it.

set local role frontdesk_definer;

create or replace function private.client_has_owner(p_client_id uuid, p_user_id uuid)
returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    return exists (select from frontdesk.client_members m
                    where m.client_id = p_client_id and m.user_id = p_user_id
                      and m.role = 'owner');
end
$$;

grant execute on function private.client_has_owner(uuid, uuid) to frontdesk_api, frontdesk_worker;
