-- SPDX-License-Identifier: BSD-2-Clause
-- Removes a contact.  Its calls stay, with the number: to be rid of that, erase it.

create or replace function api.contact_delete(p_key text, p_client_id uuid default null)
returns table (message text)
language plpgsql volatile rows 1 set search_path = pg_catalog, pg_temp as $$
declare
    v_contact frontdesk.contacts := private.contact_find(p_key, p_client_id);
begin
    perform private.client_write(v_contact.client_id);
    delete from frontdesk.contacts p where p.id = v_contact.id;
    return query select 'Contact deleted successfully';
end
$$;
