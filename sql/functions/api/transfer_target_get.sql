-- SPDX-License-Identifier: BSD-2-Clause
-- One of my transfer_targets.

create or replace function api.transfer_target_get(p_id uuid)
returns setof frontdesk.transfer_targets
language sql stable rows 1
begin atomic
    select d.* from frontdesk.transfer_targets d where d.id = p_id;
end;
