-- SPDX-License-Identifier: BSD-2-Clause
-- One invitation to a client, for its owners.  Without a client, the invitation says to which.

create or replace function api.invitation_get(p_client_id uuid, p_id uuid)
returns table (id uuid, client_id uuid, email text, role text, status text, invited_by uuid,
               created_at timestamptz, expires_at timestamptz, accepted_at timestamptz)
language plpgsql stable rows 1 set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
    v_client uuid := p_client_id;
begin
    if v_client is null then
        select i.client_id into v_client from frontdesk.client_invitations i where i.id = p_id;
        if not found then
            perform private.refuse(404, 'There is no such invitation.');
        end if;
    end if;
    perform private.client_own(v_client);
    return query
    select i.id, i.client_id, i.email, i.role,
           case when i.accepted_at is not null then 'accepted'
                when i.expires_at <= now() then 'expired'
                else 'open' end,
           i.invited_by, i.created_at, i.expires_at, i.accepted_at
      from frontdesk.client_invitations i
     where i.client_id = v_client and i.id = p_id;
    if not found then
        perform private.refuse(404, 'There is no such invitation.');
    end if;
end
$$;
