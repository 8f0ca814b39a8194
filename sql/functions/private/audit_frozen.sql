-- SPDX-License-Identifier: BSD-2-Clause
-- Trigger: the audit log is only added to.

create or replace function private.audit_frozen() returns trigger
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
    perform private.refuse(403, 'The audit log is append-only.');
    return null;
end
$$;
