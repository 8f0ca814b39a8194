-- SPDX-License-Identifier: BSD-2-Clause
-- What a guest's key was claimed for in this transaction is refused after all, and yet the
-- transaction stands: failures are not kept.  Runs as frontdesk_definer, as api.once_claim() does.

set local role frontdesk_definer;

create or replace function private.once_forget() returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    delete from frontdesk.idempotency_guests k
     where k.scope = current_setting('frontdesk.once_scope', true)
       and k.key = current_setting('frontdesk.once_key', true) $$;
