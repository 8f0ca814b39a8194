-- SPDX-License-Identifier: BSD-2-Clause
-- Those of my clients.  Asked for by people, made true by private.erase_contact() and the like.

select private.policies_reset('frontdesk.erasures');

create policy erasures_see on frontdesk.erasures
    for select to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())));

create policy erasures_add on frontdesk.erasures
    for insert to frontdesk_api, frontdesk_worker
    with check (client_id = any (array(select private.writable_clients())));

create policy erasures_change on frontdesk.erasures
    for update to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())))
    with check (client_id = any (array(select private.writable_clients())));

create policy erasures_remove on frontdesk.erasures
    for delete to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.writable_clients())));

grant select, insert (client_id, kind, contact_id, subject_hash, requested_by)
    on frontdesk.erasures to frontdesk_api, frontdesk_worker;

create or replace trigger audit after insert on frontdesk.erasures
    for each row execute function private.audit_row('subject_hash');

-- frontdesk_eraser owns the functions that erase; what they use of others' is granted here,
-- since it is there by now.  Its policies are private.policies_common()'s.
grant execute on function private.refuse(int, text, text) to frontdesk_eraser;
grant execute on function private.user_id() to frontdesk_eraser;
grant execute on function private.writable_clients() to frontdesk_eraser;
grant execute on function private.phone_normal(text) to frontdesk_eraser;
grant execute on function private.audit_value(text, jsonb, text[]) to frontdesk_eraser;
set local role frontdesk_definer;
grant execute on function private.visible_clients() to frontdesk_eraser;
grant execute on function private.managed_clients() to frontdesk_eraser;
grant execute on function private.audit_add(uuid, text, text, text, jsonb, text, int, uuid, uuid,
                                            text, text) to frontdesk_eraser;
grant execute on function private.turns_find(uuid, tsquery, timestamptz, timestamptz, int)
    to frontdesk_eraser;
set local role frontdesk_owner;
grant execute on function private.user_is_admin() to frontdesk_eraser;
