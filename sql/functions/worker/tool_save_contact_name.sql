-- SPDX-License-Identifier: BSD-2-Clause
-- Tool: what the caller is called.  A caller without number has no contact; the call knows it then.

create or replace function worker.tool_save_contact_name(p_call frontdesk.calls, p_args json)
returns json
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_name text := private.arg_text(p_args, 'name', 200);
begin
    if v_name is null then
        return private.tool_refusal('invalid', 'A name is needed.', 'name');
    end if;

    update frontdesk.contacts p
       set name = v_name
     where p.client_id = p_call.client_id and p.id = p_call.contact_id;
    update frontdesk.calls c
       set caller_name = v_name
     where c.id = p_call.id
       and c.created_at = p_call.created_at;
    return json_build_object('ok', true);
end
$$;
