-- SPDX-License-Identifier: BSD-2-Clause
-- Who was invited to a client, newest first.

create or replace function api.invitation_list(
    p_client_id uuid, p_status text, p_limit int, p_offset int, p_cursor_key text,
    p_cursor_id uuid)
returns table (id uuid, client_id uuid, email text, role text, status text, invited_by uuid,
               created_at timestamptz, expires_at timestamptz, accepted_at timestamptz)
language sql stable
begin atomic
    select i.id, i.client_id, i.email, i.role, s.status, i.invited_by, i.created_at,
           i.expires_at, i.accepted_at
      from frontdesk.client_invitations i
     cross join lateral (select case when i.accepted_at is not null then 'accepted'
                                     when i.expires_at <= now() then 'expired'
                                     else 'open' end) s (status)
     where i.client_id = (select private.client_own(p_client_id))
       and (p_status is null or s.status = p_status)
       and (p_cursor_id is null
            or (i.created_at, i.id) < (p_cursor_key::timestamptz, p_cursor_id))
     order by i.created_at desc, i.id desc
     limit coalesce(p_limit, 50) offset coalesce(p_offset, 0);
end;
