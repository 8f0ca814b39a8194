-- SPDX-License-Identifier: BSD-2-Clause
-- Adds a mail to be sent and answers the job's id.  The worker makes its text of the template and
-- p_data, an object of texts and numbers: name (of the person written to), client_name, role,
-- phone, ... as the template says (docs/jobs.md).  A link is made there of the public address and
-- `token`, or of `link`, a path of the dashboard: '/calls/...'.

create or replace function private.mail_add(
    p_to text, p_template text, p_data jsonb, p_client_id uuid default null)
returns uuid
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
    -- One mailbox and nothing else: no display name, list, comment or line of another header.
    if p_to is null or length(p_to) > 254
       or p_to !~ '^[A-Za-z0-9.!#$%&''*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$' then
        perform private.refuse(422, 'This is not an e-mail address that mail can be sent to.',
                               'email');
    end if;
    if p_template is null or p_template not in (
        'verify_email', 'reset_password', 'password_changed', 'register_existing', 'new_device',
        'invitation', 'lead_captured', 'low_balance') then
        raise exception 'there is no mail template %', p_template;
    end if;
    return private.job_add('mail', jsonb_build_object(
        'to', p_to, 'template', p_template, 'data', coalesce(p_data, '{}')), p_client_id);
end
$$;

grant execute on function private.mail_add(text, text, jsonb, uuid)
    to frontdesk_definer, frontdesk_api, frontdesk_worker;
