-- SPDX-License-Identifier: BSD-2-Clause
-- What was done and refused, newest first: to the clients the user is an owner or a manager of;
-- an admin sees all.

create or replace function api.audit_log_list(
    p_client_id uuid, p_actor uuid, p_action text, p_object_type text, p_object_id text,
    p_result text, p_from timestamptz, p_to timestamptz, p_limit int, p_offset int,
    p_cursor_key text, p_cursor_id uuid)
returns table (id uuid, at timestamptz, client_id uuid, actor_user_id uuid, actor_name text,
               actor_key_id uuid, action text, object_type text, object_id text, changes jsonb,
               result text, status int, address text, request_id text, "position" bigint,
               hash text)
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
    v_clients uuid[];
begin
    -- An admin may ask for what became of a client that is gone.
    if private.user_is_admin() then
        null;
    elsif p_client_id is not null then
        perform private.client_manage(p_client_id);
    else
        v_clients := array(select private.managed_clients());
    end if;

    return query
    select a.id, a.at, nullif(a.client_id, '00000000-0000-0000-0000-000000000000'),
           a.actor_user_id, private.actor_name(a.actor_user_id), a.actor_key_id, a.action,
           a.object_type, a.object_id, a.changes, a.result, a.status, a.address, a.request_id,
           a.position, a.hash
      from frontdesk.audit_log a
     where (p_client_id is null or a.client_id = p_client_id)
       and (v_clients is null or a.client_id = any (v_clients))
       and (p_actor is null or a.actor_user_id = p_actor)
       and (p_action is null or a.action = p_action)
       and (p_object_type is null or a.object_type = p_object_type)
       and (p_object_id is null or a.object_id = p_object_id)
       and (p_result is null or a.result = p_result)
       and (p_from is null or a.at >= p_from)
       and (p_to is null or a.at < p_to)
       and (p_cursor_id is null or (a.at, a.id) < (p_cursor_key::timestamptz, p_cursor_id))
     order by a.at desc, a.id desc
     limit coalesce(p_limit, 50) offset coalesce(p_offset, 0);
end
$$;
