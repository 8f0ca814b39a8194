-- SPDX-License-Identifier: BSD-2-Clause
-- The erasure of a client or of one of its contacts that is under way, else a new one.

create or replace function private.erasure_open(
    p_client_id uuid, p_kind text, p_contact_id uuid, p_hash text)
returns uuid
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_id uuid;
begin
    perform pg_advisory_xact_lock(hashtextextended(
        'frontdesk.erasure ' || p_client_id || coalesce(p_hash, ''), 0));
    select e.id into v_id
      from frontdesk.erasures e
     where e.client_id = p_client_id and e.kind = p_kind and e.status = 'waiting'
       and e.contact_id is not distinct from p_contact_id
     limit 1;
    if v_id is null then
        insert into frontdesk.erasures (client_id, kind, contact_id, subject_hash, requested_by)
        values (p_client_id, p_kind, p_contact_id, p_hash, private.user_id())
        returning id into v_id;
    end if;
    return v_id;
end
$$;

grant execute on function private.erasure_open(uuid, text, uuid, text)
    to frontdesk_api, frontdesk_worker;
