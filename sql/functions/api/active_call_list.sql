-- SPDX-License-Identifier: BSD-2-Clause
-- Calls of my clients that are going on, oldest first.  None lasts a day: whatever says so was
-- left behind.

create or replace function api.active_call_list()
returns table (
    call_id uuid, client_id uuid, client_name text, caller_phone text, start_time timestamptz,
    owner_user_id uuid, node text, state text)
language sql stable
begin atomic
    select k.id, k.client_id, c.name, k.caller_phone, k.created_at, c.owner_user_id, k.node,
           coalesce(k.live_state, k.status)
      from frontdesk.calls k
      join frontdesk.clients c on c.id = k.client_id
     where k.status in ('ringing', 'in_progress')
       and k.created_at > now() - interval '1 day'
     order by k.created_at, k.id;
end;
