-- SPDX-License-Identifier: BSD-2-Clause
-- Admins alone; functions ask private.setting().

select private.policies_reset('frontdesk.settings');

create policy settings_of_definer on frontdesk.settings
    for select to frontdesk_definer
    using (true);

create policy settings_of_admins on frontdesk.settings
    to frontdesk_api, frontdesk_worker
    using ((select private.user_is_admin()))
    with check ((select private.user_is_admin()));

grant select on frontdesk.settings to frontdesk_definer;
grant select, insert, update (value) on frontdesk.settings to frontdesk_api;

create or replace trigger touch before update on frontdesk.settings
    for each row execute function private.touch();

create or replace trigger audit after insert or update or delete on frontdesk.settings
    for each row execute function private.audit_row();
