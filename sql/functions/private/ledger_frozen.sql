-- SPDX-License-Identifier: BSD-2-Clause
-- Trigger: what the ledger says stays said.

create or replace function private.ledger_frozen() returns trigger
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
    perform private.refuse(403, 'The ledger is only added to.');
    return null;
end
$$;
