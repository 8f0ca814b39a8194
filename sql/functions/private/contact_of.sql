-- SPDX-License-Identifier: BSD-2-Clause
-- The contact of a caller's number, made when new; all null for a caller without one.

create or replace function private.contact_of(p_client_id uuid, p_phone text)
returns frontdesk.contacts
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_contact frontdesk.contacts;
begin
    if p_phone is null then
        return null;
    end if;

    loop
        -- As a truth value the client counts for no index.  It is the policy's condition already:
        -- counted twice, the planner takes it for a single row's and reads all of the client's.
        select p.* into v_contact
          from frontdesk.contacts p
         where (p.client_id = p_client_id) is true and p.phone_number = p_phone;
        if found then
            return v_contact;
        end if;

        -- Two calls of one new caller at once: the second finds what the first has made.
        insert into frontdesk.contacts (client_id, phone_number)
        values (p_client_id, p_phone)
        on conflict (client_id, phone_number) do nothing
        returning * into v_contact;
        if found then
            return v_contact;
        end if;
    end loop;
end
$$;

grant execute on function private.contact_of(uuid, text) to frontdesk_api, frontdesk_worker;
