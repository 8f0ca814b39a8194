-- SPDX-License-Identifier: BSD-2-Clause
-- Erases a person who logs in: name, address, password, sessions and whatever else hangs on the
-- account, which stays as a nameless one that nobody can use, since ledgers and logs refer to it.
-- Businesses have to be given away or removed first.  The person itself may ask, or an admin.  Runs
-- as frontdesk_eraser.

set local role frontdesk_eraser;

create or replace function private.erase_user(p_user_id uuid) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_counts jsonb := '{}';
    v_table  record;
    v_rows   int;
begin
    if private.user_id() is not null and private.user_id() <> p_user_id
        and not private.user_is_admin() then
        perform private.refuse(404, 'There is no such user.');
    end if;
    if exists (select from frontdesk.clients c
                where c.owner_user_id = p_user_id and c.name <> 'Erased') then
        perform private.refuse(409, 'The businesses of this user have to go to somebody else or '
                               'be removed first.');
    end if;

    -- What is the person's own goes with the account: tables that would cascade from it.
    for v_table in
        select c.conrelid::regclass as name, k.attname as key, r.relname
          from pg_constraint c
          join pg_class r on r.oid = c.conrelid
          join pg_attribute k on k.attrelid = c.conrelid and k.attnum = c.conkey[1]
         where c.contype = 'f' and c.confrelid = 'frontdesk.users'::regclass
           and c.confdeltype = 'c' and c.conparentid = 0
           and r.relname <> 'client_members'
         order by r.relname
    loop
        execute format('delete from %s where %I = $1', v_table.name, v_table.key)
        using p_user_id;
        get diagnostics v_rows = row_count;
        v_counts := v_counts || jsonb_build_object(v_table.relname, v_rows);
    end loop;

    -- What is left of businesses that are erased is still somebody's: the nameless one's.
    delete from frontdesk.client_members m
     where m.user_id = p_user_id
       and m.client_id not in (select c.id from frontdesk.clients c
                                where c.owner_user_id = p_user_id);
    get diagnostics v_rows = row_count;
    v_counts := v_counts || jsonb_build_object('client_members', v_rows);

    update frontdesk.users u
       set email = 'erased-' || u.id || '@erased.invalid', name = '', password_hash = null,
           is_active = false
     where u.id = p_user_id;
    get diagnostics v_rows = row_count;
    if v_rows = 0 then
        perform private.refuse(404, 'There is no such user.');
    end if;
    insert into frontdesk.user_erasures (user_id, requested_by, rows_erased)
    values (p_user_id, private.user_id(), v_counts);
    return v_counts;
end
$$;

grant execute on function private.erase_user(uuid) to frontdesk_api, frontdesk_worker;
