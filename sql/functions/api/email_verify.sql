-- SPDX-License-Identifier: BSD-2-Clause
-- Takes the link of a mail: the address it was sent to is the user's.  Runs as frontdesk_definer:
-- the token says who it is, and whoever has it need not be logged in.

set local role frontdesk_definer;

create or replace function api.email_verify(p_body json) returns table (message text)
language plpgsql volatile security definer rows 1 set search_path = pg_catalog, pg_temp as $$
declare
    v_token frontdesk.one_time_tokens := private.token_take(p_body ->> 'token',
                                                            '{verify,email_change}');
begin
    if v_token.kind = 'email_change' then
        begin
            update frontdesk.users u set email = v_token.email where u.id = v_token.user_id;
        exception when unique_violation then
            -- Somebody else's by now; that it is need not be told.
            perform private.refuse(400, 'This link is not valid any more.', 'token');
        end;
        -- What was sent to the old address is good for nothing now.
        update frontdesk.one_time_tokens t
           set used_at = now()
         where t.user_id = v_token.user_id and t.used_at is null;
    end if;

    update frontdesk.users u
       set email_verified_at = now()
     where u.id = v_token.user_id and u.email = v_token.email;
    if not found then
        perform private.refuse(400, 'This link is not valid any more.', 'token');
    end if;
    return query select 'Your email address is verified.';
end
$$;
