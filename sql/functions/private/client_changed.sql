-- SPDX-License-Identifier: BSD-2-Clause
-- Trigger: tells who listens on frontdesk_client which client changed, once a transaction.  Its
-- argument names the column with the client's id; a row that goes to another client is of both.
-- Without a row (a table was emptied) it says nothing but that: any may have changed.

create or replace function private.client_changed() returns trigger
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
    if tg_level = 'STATEMENT' then
        perform pg_notify('frontdesk_client', '');
        return null;
    end if;

    if tg_op <> 'INSERT' then
        perform pg_notify('frontdesk_client', to_jsonb(old) ->> tg_argv[0]);
    end if;
    if tg_op <> 'DELETE' then
        perform pg_notify('frontdesk_client', to_jsonb(new) ->> tg_argv[0]);
    end if;
    return null;
end
$$;
