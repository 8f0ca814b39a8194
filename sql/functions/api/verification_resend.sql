-- SPDX-License-Identifier: BSD-2-Clause
-- Sends the user the mail that verifies the address again.  Runs as frontdesk_definer: nobody else
-- makes tokens.

set local role frontdesk_definer;

create or replace function api.verification_resend() returns table (message text)
language plpgsql volatile security definer rows 1 set search_path = pg_catalog, pg_temp as $$
declare
    v_user frontdesk.users;
begin
    select u.* into v_user from frontdesk.users u where u.id = private.person_only();
    if v_user.email_verified_at is not null then
        perform private.refuse(409, 'Your email address is verified already.');
    elsif not private.verify_mail(v_user.id, v_user.email) then
        perform private.refuse_for(3600,
                                   'There were too many mails. Please try again in an hour.');
    end if;
    return query select 'The mail is on its way.';
end
$$;
