-- SPDX-License-Identifier: BSD-2-Clause
-- Whether this transaction may change anything: not so with an API key that only reads.

create or replace function private.may_write() returns boolean
language sql stable parallel safe
begin atomic
    select coalesce(current_setting('frontdesk.key_read_only', true), '') <> 'on';
end;

grant execute on function private.may_write()
    to frontdesk_definer, frontdesk_api, frontdesk_worker;
