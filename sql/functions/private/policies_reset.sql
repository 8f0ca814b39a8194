-- SPDX-License-Identifier: BSD-2-Clause
-- Takes every policy and grant from a table, so that its file in policies/ can give them anew.

create or replace function private.policies_reset(p_table regclass) returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_policy name;
begin
    for v_policy in select p.polname from pg_policy p where p.polrelid = p_table loop
        execute format('drop policy %I on %s', v_policy, p_table);
    end loop;
    execute format('revoke all on %s from public, frontdesk_api, frontdesk_worker, '
                   'frontdesk_definer', p_table);
    execute format('alter table %s enable row level security, force row level security', p_table);
end
$$;
