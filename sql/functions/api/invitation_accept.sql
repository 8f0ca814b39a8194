-- SPDX-License-Identifier: BSD-2-Clause
-- Makes the user a member by the token of an invitation to the user's address.  Runs as
-- frontdesk_definer: nobody sees an invitation to a client that is not its own yet.

set local role frontdesk_definer;

create or replace function api.invitation_accept(p_body json)
returns table (client_id uuid, client_name text, role text)
language plpgsql volatile security definer rows 1 set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
    v_invitation frontdesk.client_invitations;
    v_user       uuid := private.user_id();
begin
    if v_user is null then
        perform private.refuse(401, 'You are not logged in.');
    elsif coalesce(current_setting('frontdesk.key_id', true), '') <> '' then
        perform private.refuse(403, 'This can not be done with an API key.');
    end if;

    select i.* into v_invitation
      from frontdesk.client_invitations i
     where i.token_hash = encode(sha256(convert_to(p_body ->> 'token', 'UTF8')), 'hex')
       and i.accepted_at is null and i.expires_at > now()
       and exists (select from frontdesk.clients c
                    where c.id = i.client_id and c.deleted_at is null)
       for update;
    if not found then
        perform private.refuse(404, 'There is no such invitation, or no longer.', 'token');
    end if;
    if not exists (select from frontdesk.users u
                    where u.id = v_user and u.email = v_invitation.email) then
        perform private.refuse(403, 'This invitation is for another e-mail address.', 'token');
    end if;

    insert into frontdesk.client_members (client_id, user_id, role)
    values (v_invitation.client_id, v_user, v_invitation.role)
    on conflict do nothing;
    if not found then
        perform private.refuse(409, 'You are a member already.');
    end if;
    update frontdesk.client_invitations i set accepted_at = now() where i.id = v_invitation.id;

    -- Who has the token has read the mail.
    update frontdesk.users u
       set email_verified_at = now()
     where u.id = v_user and u.email_verified_at is null;

    return query
    select c.id, c.name, v_invitation.role
      from frontdesk.clients c where c.id = v_invitation.client_id;
end
$$;
