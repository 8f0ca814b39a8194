-- SPDX-License-Identifier: BSD-2-Clause
-- Trigger, after a row was written: tells the audit log what a user changed in it.  Its arguments
-- name columns whose values stay out, because they are what callers told: the log is for ever and
-- could not forget them.  Secrets stay out whatever the table.
--
-- Calls and jobs act for no user and are not told of; neither is what follows from a change that
-- is (a removed client's rows, a balance after its ledger row), nor the rows of a table that
-- frontdesk.audit_summed names: who sets it tells of all of them at once.

create or replace function private.audit_row() returns trigger
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_old     jsonb := '{}';
    v_new     jsonb := '{}';
    v_row     jsonb;
    v_changes jsonb;
begin
    if private.user_id() is null or pg_trigger_depth() > 1
        or current_setting('frontdesk.audit_summed', true) = tg_table_name then
        return null;
    end if;
    if tg_op <> 'INSERT' then
        v_old := to_jsonb(old);
    end if;
    if tg_op <> 'DELETE' then
        v_new := to_jsonb(new);
    end if;
    v_row := v_old || v_new;
    if tg_op = 'DELETE' and tg_table_name <> 'clients' and v_row ? 'client_id'
        and not private.client_is_there((v_row ->> 'client_id')::uuid) then
        return null;
    end if;

    select jsonb_object_agg(k.name, jsonb_build_array(
               private.audit_value(k.name, v_old -> k.name, tg_argv),
               private.audit_value(k.name, v_new -> k.name, tg_argv)))
      into v_changes
      from jsonb_object_keys(v_row) k (name)
     where nullif(v_old -> k.name, 'null') is distinct from nullif(v_new -> k.name, 'null')
       and k.name not in ('id', 'client_id', 'created_at', 'updated_at', 'search', 'blocks');
    if tg_op = 'UPDATE' and v_changes is null then
        return null;
    end if;

    perform private.audit_add(
        (v_row ->> case when tg_table_name = 'clients' then 'id' else 'client_id' end)::uuid,
        case tg_op when 'INSERT' then 'create' else lower(tg_op) end, tg_table_name,
        coalesce(v_row ->> 'id', v_row ->> 'user_id', v_row ->> 'call_id', v_row ->> 'key'),
        v_changes);
    return null;
end
$$;

grant execute on function private.audit_row()
    to frontdesk_definer, frontdesk_api, frontdesk_worker;
