-- SPDX-License-Identifier: BSD-2-Clause
-- The user this request acts as, and the clients it is a member of.

create or replace function api.me()
returns table (id uuid, email text, name text, role text, email_verified boolean,
               pending_email text, totp_enabled boolean, recovery_codes_left int, clients json,
               created_at timestamptz)
language sql stable rows 1
begin atomic
    select u.id, u.email, u.name, u.role, u.email_verified_at is not null,
           (select t.email from frontdesk.one_time_tokens t
             where t.user_id = u.id and t.kind = 'email_change' and t.used_at is null
               and t.expires_at > now()
             order by t.created_at desc limit 1),
           exists (select from frontdesk.totp_secrets t
                    where t.user_id = u.id and t.enabled_at is not null),
           (select count(*)::int from frontdesk.recovery_codes r
             where r.user_id = u.id and r.used_at is null),
           coalesce((select json_agg(json_build_object('id', c.id, 'name', c.name, 'role', m.role)
                                     order by c.name, c.id)
                       from frontdesk.client_members m
                       join frontdesk.clients c on c.id = m.client_id
                      where m.user_id = u.id), '[]'),
           u.created_at
      from frontdesk.users u
     where u.id = (select private.user_id());
end;

grant execute on function api.me() to frontdesk_definer;
