-- SPDX-License-Identifier: BSD-2-Clause
-- Whether this transaction acts as an admin: api.act_as() has looked.  With an API key that is for
-- one client, even an admin is nobody beyond that client.

create or replace function private.user_is_admin() returns boolean
language sql stable parallel safe
begin atomic
    select coalesce(current_setting('frontdesk.user_role', true) = 'admin', false)
           and coalesce(current_setting('frontdesk.key_client_id', true), '') = '';
end;

grant execute on function private.user_is_admin()
    to frontdesk_definer, frontdesk_api, frontdesk_worker;
