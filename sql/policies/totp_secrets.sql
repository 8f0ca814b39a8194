-- SPDX-License-Identifier: BSD-2-Clause
-- Only the functions of logins and of a user's own account read and write these.

select private.policies_reset('frontdesk.totp_secrets');

create policy totp_secrets_of_definer on frontdesk.totp_secrets
    to frontdesk_definer
    using (true) with check (true);

create policy totp_secrets_of_mine on frontdesk.totp_secrets
    to frontdesk_api, frontdesk_worker
    using (user_id = (select private.user_id()))
    with check (user_id = (select private.user_id()));

grant select, insert, update, delete on frontdesk.totp_secrets to frontdesk_definer;
grant select (user_id, enabled_at) on frontdesk.totp_secrets to frontdesk_api;

create or replace trigger audit after insert or update or delete on frontdesk.totp_secrets
    for each row execute function private.audit_row();
