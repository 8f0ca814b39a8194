-- SPDX-License-Identifier: BSD-2-Clause
-- Trigger: tells who listens on frontdesk_client which client changed, once a transaction.  Its
-- argument names the column with the client's id.

create or replace function private.client_changed() returns trigger
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
    perform pg_notify('frontdesk_client',
                      case when tg_op = 'DELETE' then to_jsonb(old) else to_jsonb(new) end
                      ->> tg_argv[0]);
    return null;
end
$$;
