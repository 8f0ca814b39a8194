-- SPDX-License-Identifier: BSD-2-Clause
-- Tool: details for a callback.  One lead a call: asked again, the details are brought up to date.

create or replace function worker.tool_capture_lead(p_call frontdesk.calls, p_args json)
returns json
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_phone text := private.arg_text(p_args, 'phone', 32);
    v_email text := private.arg_text(p_args, 'email', 254);
    v_lead  frontdesk.leads;
begin
    -- A number that is none of E.164 is kept as it was dictated: a person will make sense of it.
    v_phone := coalesce(
        private.phone_normal(coalesce(v_phone, p_call.caller_phone)),
        substring(regexp_replace(v_phone, '[ ().-]', '', 'g') from '^[0-9]{6,15}$'));
    if v_phone is null then
        return private.tool_refusal('invalid', 'A phone number is needed.', 'phone');
    end if;
    if v_email is not null and v_email !~ '^[^@\s]+@[^@\s]+$' then
        return private.tool_refusal('invalid', 'The email address is not one.', 'email');
    end if;

    insert into frontdesk.leads as l (
        client_id, contact_id, call_id, name, phone, email, reason, callback_preference)
    values (
        p_call.client_id, p_call.contact_id, p_call.id,
        coalesce(private.arg_text(p_args, 'name', 200), p_call.caller_name, ''), v_phone, v_email,
        coalesce(private.arg_text(p_args, 'reason', 2000), ''),
        private.arg_text(p_args, 'callback_preference', 200))
    on conflict (client_id, call_id) do update
       set name = coalesce(nullif(excluded.name, ''), l.name),
           phone = excluded.phone,
           email = coalesce(excluded.email, l.email),
           reason = coalesce(nullif(excluded.reason, ''), l.reason),
           callback_preference = coalesce(excluded.callback_preference, l.callback_preference)
    returning l.* into v_lead;

    if json_typeof(p_args -> 'fields') = 'object' then
        insert into frontdesk.lead_fields as f (client_id, lead_id, name, value)
        select p_call.client_id, v_lead.id, e.key,
               private.arg_text(p_args -> 'fields', e.key, 2000)
          from (select distinct k.key from json_object_keys(p_args -> 'fields') k (key)) e
         where e.key ~ '^[a-z][a-z0-9_]{0,63}$'
           and private.arg_text(p_args -> 'fields', e.key, 2000) is not null
         limit 50
        on conflict (client_id, lead_id, name) do update set value = excluded.value;
    end if;
    return json_build_object('ok', true, 'lead_id', v_lead.id);
end
$$;
