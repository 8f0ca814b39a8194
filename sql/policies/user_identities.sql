-- SPDX-License-Identifier: BSD-2-Clause
-- Only api.google_login() reads and writes these; who comes by them is nobody yet.

select private.policies_reset('frontdesk.user_identities');

create policy user_identities_of_definer on frontdesk.user_identities
    to frontdesk_definer
    using (true) with check (true);

create policy user_identities_of_mine on frontdesk.user_identities
    to frontdesk_api, frontdesk_worker
    using (user_id = (select private.user_id()))
    with check (user_id = (select private.user_id()));

grant select, insert, update on frontdesk.user_identities to frontdesk_definer;

create or replace trigger audit after insert or update or delete on frontdesk.user_identities
    for each row execute function private.audit_row('email', 'subject');
