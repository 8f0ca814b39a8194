-- SPDX-License-Identifier: BSD-2-Clause
-- Checks and writes an appointment made or changed by hand, out of a body; p_old null: a new one.
-- What the table's exclusion constraint refuses is a 409 that says what would be free instead.

create or replace function private.appointment_write(
    p_client_id uuid, p_old frontdesk.appointments, p_body jsonb)
returns frontdesk.appointments
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_client  frontdesk.clients;
    v_service frontdesk.services;
    v_new     frontdesk.appointments := p_old;
    v_minutes int := (p_body ->> 'minutes')::int;
    v_free    json;
begin
    select c.* into v_client from frontdesk.clients c where c.id = p_client_id;

    if p_body ? 'service_id' then
        v_new.service_id := (p_body ->> 'service_id')::uuid;
        select s.* into v_service
          from frontdesk.services s
         where s.client_id = p_client_id and s.id = v_new.service_id;
        if v_service.id is null and v_new.service_id is not null then
            perform private.refuse(422, 'There is no such service.', 'service_id');
        end if;
        v_new.service := coalesce(v_service.name, '');
    end if;
    if p_body ? 'contact_id' then
        v_new.contact_id := (p_body ->> 'contact_id')::uuid;
        if v_new.contact_id is not null
            and not exists (select from frontdesk.contacts p
                             where p.client_id = p_client_id and p.id = v_new.contact_id) then
            perform private.refuse(422, 'There is no such contact.', 'contact_id');
        end if;
    end if;

    v_new.service := coalesce(p_body ->> 'service', v_new.service, '');
    v_new.resource := coalesce(p_body ->> 'resource', v_new.resource, 'main');
    v_new.customer_name := coalesce(p_body ->> 'customer_name', v_new.customer_name, '');
    v_new.customer_phone := case when p_body ? 'customer_phone' then p_body ->> 'customer_phone'
                                 else v_new.customer_phone end;
    v_new.status := coalesce(p_body ->> 'status', v_new.status, 'confirmed');
    v_new.notes := coalesce(p_body ->> 'notes', v_new.notes, '');

    -- Moved, it keeps its length unless another is given.
    v_minutes := coalesce(v_minutes,
                          case when v_new.ends_at is not null and v_service.id is null
                               then extract(epoch from v_new.ends_at - v_new.starts_at)::int / 60
                               end,
                          v_service.minutes, v_client.appointment_minutes);
    v_new.starts_at := coalesce((p_body ->> 'starts_at')::timestamptz, v_new.starts_at);
    v_new.ends_at := case when p_body ? 'ends_at' then (p_body ->> 'ends_at')::timestamptz
                          else v_new.starts_at + make_interval(mins => v_minutes) end;
    if v_new.starts_at is null then
        perform private.refuse(422, 'An appointment starts at some time.', 'starts_at');
    end if;
    if v_new.ends_at is null or v_new.ends_at <= v_new.starts_at
        or v_new.ends_at > v_new.starts_at + interval '1 day' then
        perform private.refuse(422, 'An appointment ends after it starts, within a day.',
                               'ends_at');
    end if;

    perform private.calendar_lock(p_client_id);
    begin
        if p_old.id is null then
            insert into frontdesk.appointments (
                client_id, resource, contact_id, service_id, service, customer_name,
                customer_phone, starts_at, ends_at, buffer_before_minutes, buffer_after_minutes,
                status, notes)
            values (
                p_client_id, v_new.resource, v_new.contact_id, v_new.service_id, v_new.service,
                v_new.customer_name, v_new.customer_phone, v_new.starts_at, v_new.ends_at,
                v_client.buffer_before_minutes, v_client.buffer_after_minutes, v_new.status,
                v_new.notes)
            returning * into v_new;
        else
            update frontdesk.appointments a
               set resource = v_new.resource, contact_id = v_new.contact_id,
                   service_id = v_new.service_id, service = v_new.service,
                   customer_name = v_new.customer_name, customer_phone = v_new.customer_phone,
                   starts_at = v_new.starts_at, ends_at = v_new.ends_at, status = v_new.status,
                   notes = v_new.notes
             where a.client_id = p_client_id and a.id = p_old.id
            returning a.* into v_new;
        end if;
    exception when exclusion_violation then
        v_free := private.slots_near(
            p_client_id, timezone(v_client.timezone, v_new.starts_at),
            greatest(extract(epoch from v_new.ends_at - v_new.starts_at)::int / 60, 1), p_old.id);
        perform private.refuse(409, 'That time is taken' || case json_array_length(v_free)
            when 0 then '.'
            else '; free are ' || (select string_agg(replace(f, 'T', ' '), ', ')
                                     from json_array_elements_text(v_free) f) || '.' end,
            'starts_at');
    end;
    return v_new;
end
$$;

grant execute on function private.appointment_write(uuid, frontdesk.appointments, jsonb)
    to frontdesk_api;
