-- SPDX-License-Identifier: BSD-2-Clause
-- Trigger: a balance moves by a ledger row (whose trigger is one level above) or not at all.

create or replace function private.balance_guard() returns trigger
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        if new.balance_seconds <> 0 then
            perform private.refuse(403, 'A balance changes by the ledger only.');
        end if;
    elsif new.balance_seconds <> old.balance_seconds and pg_trigger_depth() < 2 then
        perform private.refuse(403, 'A balance changes by the ledger only.');
    end if;
    return new;
end
$$;
