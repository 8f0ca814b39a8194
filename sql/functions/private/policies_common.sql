-- SPDX-License-Identifier: BSD-2-Clause
-- What tables have beside their own files in policies/: frontdesk_eraser, who owns the functions
-- that erase, may see, change and remove clients' rows where whoever asks may change them, and what
-- hangs on a user's account.  What is only ever added to is not erased.  migrate.sh calls it when
-- all else is applied.

create or replace function private.policies_common() returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_table record;
    v_rule  text;
    v_check text;
begin
    for v_table in
        select c.oid::regclass as name, c.relname, c.relname || '_of_eraser' as policy,
               exists (select from pg_attribute a
                        where a.attrelid = c.oid and a.attname = 'client_id'
                          and not a.attisdropped) as is_clients
          from pg_class c
         where c.relnamespace = 'frontdesk'::regnamespace
           and c.relkind in ('r', 'p')
           and not c.relispartition
           and c.relname not in ('ledger', 'audit_log')
           and not exists (select from pg_policy p
                            where p.polrelid = c.oid and p.polname = c.relname || '_of_eraser')
    loop
        v_check := null;
        if v_table.relname = 'clients' then
            v_rule := 'true';  -- private.erase_user() asks whose they are
            v_check := 'id = any (array(select private.writable_clients()))';
        elsif v_table.is_clients and v_table.relname <> 'client_members' then
            v_rule := 'client_id = any (array(select private.writable_clients()))';
        elsif v_table.relname in ('users', 'user_erasures')
            or exists (select from pg_constraint k
                        where k.contype = 'f' and k.conrelid = v_table.name
                          and k.confrelid = 'frontdesk.users'::regclass
                          and k.confdeltype = 'c') then
            v_rule := 'true';
        else
            continue;
        end if;
        execute format('create policy %I on %s to frontdesk_eraser using (%s) with check (%s)',
                       v_table.policy, v_table.name, v_rule, coalesce(v_check, v_rule));
        execute format('grant select, insert, update, delete on %s to frontdesk_eraser',
                       v_table.name);
    end loop;
end
$$;
