-- SPDX-License-Identifier: BSD-2-Clause
-- Invites somebody to a client by mail, whether or not that address has an account: the answer
-- does not tell.  An invitation that is open already is sent anew, with another token; the old one
-- is worth nothing then.

create or replace function api.invitation_create(p_client_id uuid, p_body json)
returns table (id uuid, client_id uuid, email text, role text, status text, invited_by uuid,
               created_at timestamptz, expires_at timestamptz, accepted_at timestamptz)
language plpgsql volatile rows 1 set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
    v_email text := lower(btrim(p_body ->> 'email'));
    v_token text := encode(sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())),
                           'hex');
    v_hash  text := encode(sha256(convert_to(v_token, 'UTF8')), 'hex');
    v_id    uuid;
begin
    perform private.client_own(p_client_id);
    perform private.verified_only();
    if exists (select from private.client_people(p_client_id) p where p.email = v_email) then
        perform private.refuse(409, 'This person is a member already.', 'email');
    end if;

    -- Mail to strangers on somebody's word: little of it.
    if (select count(*) from frontdesk.client_invitations i
         where i.client_id = p_client_id and i.created_at > now() - interval '1 hour') >= 20 then
        perform private.refuse(429, 'Too many people were invited within an hour.');
    end if;
    if exists (select from frontdesk.client_invitations i
                where i.client_id = p_client_id and i.email = v_email
                  and i.accepted_at is null and i.created_at > now() - interval '1 minute') then
        perform private.refuse(429, 'This address was invited a moment ago.', 'email');
    end if;

    v_id := gen_random_uuid();
    insert into frontdesk.client_invitations as i
        (id, client_id, email, role, token_hash, invited_by)
    values (v_id, p_client_id, v_email, p_body ->> 'role', v_hash, private.user_id())
    on conflict (client_id, email) where accepted_at is null do update
       set role = excluded.role, token_hash = v_hash,
           invited_by = excluded.invited_by, created_at = now(),
           expires_at = now() + interval '7 days'
    returning i.id into v_id;

    perform private.mail_add(v_email, 'invitation', jsonb_build_object(
        'client_name', (select c.name from frontdesk.clients c where c.id = p_client_id),
        'role', p_body ->> 'role', 'token', v_token,
        'inviter_name', (select u.name from frontdesk.users u where u.id = private.user_id())),
        p_client_id);
    return query select * from api.invitation_get(p_client_id, v_id);
end
$$;
