-- SPDX-License-Identifier: BSD-2-Clause
-- A user sees and changes itself and can not rise; an admin sees and changes all.

select private.policies_reset('frontdesk.users');

create policy users_of_definer on frontdesk.users
    to frontdesk_definer
    using (true) with check (true);

create policy users_see on frontdesk.users
    for select to frontdesk_api, frontdesk_worker
    using (id = (select private.user_id()) or (select private.user_is_admin()));

create policy users_change on frontdesk.users
    for update to frontdesk_api, frontdesk_worker
    using (id = (select private.user_id()) or (select private.user_is_admin()))
    with check ((select private.user_is_admin())
                or (id = (select private.user_id()) and role = 'owner' and is_active));

create policy users_add on frontdesk.users
    for insert to frontdesk_api, frontdesk_worker
    with check ((select private.user_is_admin()));

create policy users_remove on frontdesk.users
    for delete to frontdesk_api, frontdesk_worker
    using ((select private.user_is_admin()));

grant select, insert, update on frontdesk.users to frontdesk_definer;
grant select (id, email, name, role, is_active, created_at, updated_at, email_verified_at,
              password_changed_at)
    on frontdesk.users to frontdesk_api;

create or replace trigger touch before update on frontdesk.users
    for each row execute function private.touch();

create or replace trigger audit after insert or update or delete on frontdesk.users
    for each row execute function private.audit_row('email', 'name');

-- api.admin_user_toggle()
grant update (is_active) on frontdesk.users to frontdesk_api;

-- Whatever logs a person out everywhere: behind it, no function can forget to.
create or replace trigger sessions_end after update of is_active, password_changed_at
    on frontdesk.users
    for each row
    when (old.is_active and not new.is_active
          or old.password_changed_at is distinct from new.password_changed_at)
    execute function private.user_changed();
