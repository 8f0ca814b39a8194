-- SPDX-License-Identifier: BSD-2-Clause
-- Notes something for the audit log, which takes it when the transaction commits.  Who, by which
-- key, from where and in which request is what api.act_as() has set, unless the entry says it.  A
-- chain is a client's id, or null for the platform's.  Runs as frontdesk_definer: nobody else
-- writes there.

set local role frontdesk_definer;

create or replace function private.audit_add(
    p_chain uuid, p_action text, p_object_type text, p_object_id text,
    p_changes jsonb default null, p_result text default 'ok', p_status int default null,
    p_actor_user_id uuid default null, p_actor_key_id uuid default null,
    p_address text default null, p_request_id text default null)
returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    insert into frontdesk.audit_pending (chain, entry)
    values (coalesce(p_chain, '00000000-0000-0000-0000-000000000000'), jsonb_build_object(
        'id', gen_random_uuid(),
        'at', clock_timestamp(),
        'actor_user_id', coalesce(p_actor_user_id, private.user_id()),
        'actor_key_id', coalesce(p_actor_key_id::text,
                                 nullif(current_setting('frontdesk.key_id', true), '')),
        'action', left(p_action, 200), 'object_type', left(p_object_type, 64),
        'object_id', left(p_object_id, 200), 'changes', p_changes, 'result', p_result,
        'status', p_status,
        'address', left(coalesce(p_address,
                                 nullif(current_setting('frontdesk.address', true), '')), 64),
        'request_id', left(coalesce(p_request_id,
                                    nullif(current_setting('frontdesk.request_id', true), '')),
                           128)));
end
$$;

grant execute on function private.audit_add(uuid, text, text, text, jsonb, text, int, uuid, uuid,
                                            text, text) to frontdesk_api;
