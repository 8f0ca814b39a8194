-- SPDX-License-Identifier: BSD-2-Clause
-- Tool: books a start for the caller.  The table's exclusion constraint decides who gets it; asked
-- twice by one call, it answers the appointment it made.

create or replace function worker.tool_book_appointment(p_call frontdesk.calls, p_args json)
returns json
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_client  frontdesk.clients;
    v_service frontdesk.services;
    v_words   text := private.arg_text(p_args, 'service', 100);
    v_name    text := private.arg_text(p_args, 'name', 200);
    v_caller  text := private.phone_normal(p_call.caller_phone);
    v_phone   text := private.arg_text(p_args, 'phone', 32);
    v_local   timestamp := private.local_parse(private.arg_text(p_args, 'start', 19));
    v_minutes int;
    v_error   text;
    v_at      timestamptz;
    v_booked  frontdesk.appointments;
begin
    select c.* into v_client from frontdesk.clients c where c.id = p_call.client_id;
    v_service := private.service_find(p_call.client_id, v_words);
    v_minutes := coalesce(v_service.minutes, v_client.appointment_minutes);
    v_at := timezone(v_client.timezone, v_local);

    select a.* into v_booked
      from frontdesk.appointments a
     where a.client_id = p_call.client_id
       and a.call_id = p_call.id
       and a.starts_at = v_at
       and a.status = 'confirmed';
    if found then
        return private.appointment_result(v_booked, v_client.timezone);
    end if;

    v_phone := case when v_phone is null then v_caller else private.phone_normal(v_phone) end;
    if v_phone is null then
        return private.tool_refusal('invalid', 'A phone number is needed.', 'phone');
    end if;

    v_name := coalesce(v_name, (select nullif(p.name, '') from frontdesk.contacts p
                                 where p.client_id = p_call.client_id
                                   and p.id = p_call.contact_id), p_call.caller_name);
    if v_name is null then
        return private.tool_refusal('invalid', 'A name is needed.', 'name');
    end if;

    v_error := private.slot_error(p_call.client_id, v_local, v_minutes);
    if v_error is not null then
        return private.slot_refusal(v_error, p_call.client_id, v_local, v_minutes);
    end if;

    perform private.calendar_lock(p_call.client_id);
    begin
        insert into frontdesk.appointments (
            client_id, contact_id, call_id, service_id, service, customer_name, customer_phone,
            starts_at, ends_at, buffer_before_minutes, buffer_after_minutes, notes)
        values (
            p_call.client_id, case when v_phone = v_caller then p_call.contact_id end, p_call.id,
            v_service.id, coalesce(v_service.name, v_words, ''), v_name, v_phone,
            v_at, v_at + make_interval(mins => v_minutes),
            v_client.buffer_before_minutes, v_client.buffer_after_minutes,
            coalesce(private.arg_text(p_args, 'notes', 500), ''))
        returning * into v_booked;
    exception when exclusion_violation then
        return private.slot_refusal('taken', p_call.client_id, v_local, v_minutes);
    end;

    if v_phone = v_caller then
        update frontdesk.contacts p
           set name = v_name
         where p.client_id = p_call.client_id and p.id = p_call.contact_id and p.name = '';
    end if;
    return private.appointment_result(v_booked, v_client.timezone);
end
$$;
