-- SPDX-License-Identifier: BSD-2-Clause
-- Some of the clients' keys, by id, that were sealed by another key than that of this number.  Runs
-- as frontdesk_definer: turning the key ring is for no one client.

set local role frontdesk_definer;

create or replace function worker.credentials_old(
    p_key_id bigint, p_after uuid default '00000000-0000-0000-0000-000000000000')
returns table (id uuid, client_id uuid, kind text, sealed text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
    return query
    select c.id, c.client_id, c.kind, encode(c.ciphertext, 'hex')
      from frontdesk.provider_credentials c
     where substring(c.ciphertext from 2 for 4) <> int4send((p_key_id - case
               when p_key_id > 2147483647 then 4294967296 else 0 end)::int)
       and c.id > p_after
     order by c.id
     limit 100;
end
$$;
