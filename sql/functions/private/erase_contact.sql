-- SPDX-License-Identifier: BSD-2-Clause
-- Erases a person by number from all that a client has: the contact, what was said in its calls and
-- in those in which its number was given, leads, appointments, campaigns; calls themselves stay,
-- nameless.  p_limit calls at a time: answers what was erased, with "more" when that was not all.
-- The contact goes last.  Runs as frontdesk_eraser, as private.call_erase() does.

set local role frontdesk_eraser;

create or replace function private.erase_contact(
    p_client_id uuid, p_phone text, p_limit int default 200)
returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
    v_phone   text := private.phone_normal(p_phone);
    v_pattern text := private.phone_pattern(v_phone);
    v_contact uuid;
    v_counts  jsonb := '{}';
    v_call    record;
    v_calls   int := 0;
    v_turns   int := 0;
    v_rows    int;
begin
    if v_phone is null then
        perform private.refuse(422, 'That is not a phone number.', 'phone_number');
    end if;
    select p.id into v_contact
      from frontdesk.contacts p
     where p.client_id = p_client_id and p.phone_number = v_phone;

    -- What is being said now would be written after this: the job comes again.
    if exists (select from frontdesk.calls c
                where c.client_id = p_client_id
                  and c.status in ('ringing', 'in_progress')
                  and c.created_at > now() - interval '1 day'
                  and (c.caller_phone = v_phone or c.called_phone = v_phone
                       or c.contact_id = v_contact)) then
        perform private.refuse(409, 'A call is still going on.');
    end if;

    -- By the number, by the contact, and calls in which it was given for a lead or an appointment.
    for v_call in
        select c.id, c.created_at, c.caller_phone = v_phone as is_from,
               c.direction = 'outbound' and c.called_phone = v_phone as is_to,
               c.contact_id is not distinct from v_contact and v_contact is not null as is_theirs
          from frontdesk.calls c
         where c.client_id = p_client_id
           and (c.caller_phone = v_phone
                or (c.direction = 'outbound' and c.called_phone = v_phone)
                or c.contact_id = v_contact
                or (c.erased_at is null
                    and c.id in (select l.call_id from frontdesk.leads l
                                  where l.client_id = p_client_id and l.phone ~ v_pattern
                                 union all
                                 select a.call_id from frontdesk.appointments a
                                  where a.client_id = p_client_id
                                    and a.customer_phone = v_phone)))
         limit p_limit
    loop
        v_turns := v_turns + private.call_erase(p_client_id, v_call.id, v_call.created_at);
        update frontdesk.calls c
           set caller_phone = case when v_call.is_from then '' else c.caller_phone end,
               called_phone = case when v_call.is_to then '' else c.called_phone end,
               contact_id = case when v_call.is_theirs then null else c.contact_id end
         where c.id = v_call.id
           and c.created_at = v_call.created_at;
        v_calls := v_calls + 1;
    end loop;
    v_counts := jsonb_build_object('calls', v_calls, 'turns', v_turns);
    if v_calls >= p_limit then
        return v_counts || '{"more": true}';
    end if;

    delete from frontdesk.leads l
     where l.client_id = p_client_id and (l.phone ~ v_pattern or l.contact_id = v_contact);
    get diagnostics v_rows = row_count;
    v_counts := v_counts || jsonb_build_object('leads', v_rows);
    delete from frontdesk.appointments a
     where a.client_id = p_client_id
       and (a.customer_phone = v_phone or a.contact_id = v_contact);
    get diagnostics v_rows = row_count;
    v_counts := v_counts || jsonb_build_object('appointments', v_rows);
    delete from frontdesk.campaign_contacts k
     where k.client_id = p_client_id and (k.phone_number = v_phone or k.contact_id = v_contact);
    get diagnostics v_rows = row_count;
    v_counts := v_counts || jsonb_build_object('campaign_contacts', v_rows);
    delete from frontdesk.contacts p where p.client_id = p_client_id and p.phone_number = v_phone;
    get diagnostics v_rows = row_count;
    v_counts := v_counts || jsonb_build_object('contacts', v_rows);

    -- Others may have said it, and notes may have it.
    return v_counts || jsonb_build_object('mentions', private.mentions_erase(
        p_client_id, v_phone, v_pattern));
end
$$;

grant execute on function private.erase_contact(uuid, text, int) to frontdesk_worker;
