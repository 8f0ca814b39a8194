-- SPDX-License-Identifier: BSD-2-Clause
-- A client's key, sealed anew: only if nobody changed it since it was read.

set local role frontdesk_definer;

create or replace function worker.credential_reseal(p_id uuid, p_old text, p_new text)
returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    update frontdesk.provider_credentials c
       set ciphertext = decode(p_new, 'hex')
     where c.id = p_id and c.ciphertext = decode(p_old, 'hex');
    return found;
end
$$;
