-- SPDX-License-Identifier: BSD-2-Clause
-- The user this transaction acts as, by api.act_as(); null when there is none.

create or replace function private.user_id() returns uuid
language sql stable parallel safe
begin atomic
    -- After a transaction that set it, the setting is '' rather than absent.
    select nullif(current_setting('frontdesk.user_id', true), '')::uuid;
end;

grant execute on function private.user_id() to frontdesk_definer, frontdesk_api, frontdesk_worker;
