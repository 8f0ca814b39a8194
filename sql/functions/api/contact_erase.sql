-- SPDX-License-Identifier: BSD-2-Clause
-- Asks for a person to be erased from all that a client has; a job does it.  A number that is no
-- contact may be in calls all the same, so with a client it can be asked for too.

create or replace function api.contact_erase(p_key text, p_client_id uuid default null)
returns table (
    id uuid, client_id uuid, kind text, status text, subject_hash text, requested_by uuid,
    rows_erased jsonb, created_at timestamptz, finished_at timestamptz)
language plpgsql volatile rows 1 set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
    v_contact frontdesk.contacts;
    v_id      uuid;
begin
    if p_client_id is not null and p_key ~ '^\+[1-9][0-9]{6,14}$' then
        perform private.client_write(p_client_id);
        v_contact := private.contact_of(p_client_id, p_key);
    else
        v_contact := private.contact_find(p_key, p_client_id);
        perform private.client_write(v_contact.client_id);
    end if;

    v_id := private.erasure_open(
        v_contact.client_id, 'contact', v_contact.id,
        private.subject_hash(v_contact.client_id, v_contact.phone_number));
    perform private.job_add(
        'erase_contact',
        jsonb_build_object('client_id', v_contact.client_id, 'erasure_id', v_id),
        v_contact.client_id, now(), v_id::text);
    return query select g.* from api.erasure_get(v_id) g;
end
$$;
