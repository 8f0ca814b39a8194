-- SPDX-License-Identifier: BSD-2-Clause
-- Sends a user the link that verifies the address; false when there were too many.  Runs as
-- frontdesk_definer, as private.token_add() does.

set local role frontdesk_definer;

create or replace function private.verify_mail(p_user_id uuid, p_email text)
returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_token text := private.token_add(p_user_id, 'verify', p_email);
begin
    if v_token is null then
        return false;
    end if;
    perform private.mail_add(p_email, 'verify_email',
                             jsonb_build_object('name', u.name, 'token', v_token))
       from frontdesk.users u where u.id = p_user_id;
    return true;
end
$$;
