-- SPDX-License-Identifier: BSD-2-Clause
-- Runs a tool for a call: one its agent may use, on the call's client, for its caller.  What the
-- rules forbid is a result that says so; only a worker that lost the call is an error.

create or replace function worker.tool(p_call_id uuid, p_epoch int, p_name text, p_args json)
returns json
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_call   frontdesk.calls := private.call_enter(p_call_id, coalesce(p_epoch, -1));
    v_args   json := coalesce(p_args, '{}');
    v_result json;
begin
    if not exists (select from frontdesk.agents a
                    where a.client_id = v_call.client_id
                      and a.id = v_call.agent_id
                      and p_name = any (a.enabled_tools)) then
        v_result := private.tool_refusal('forbidden', 'This agent may not use that tool.');
    elsif json_typeof(v_args) <> 'object' or octet_length(v_args::text) > 16384 then
        v_result := private.tool_refusal('invalid', 'The arguments are not an object.');
    else
        v_result := case p_name
            when 'get_available_slots' then worker.tool_get_available_slots(v_call, v_args)
            when 'book_appointment' then worker.tool_book_appointment(v_call, v_args)
            when 'reschedule_appointment' then worker.tool_reschedule_appointment(v_call, v_args)
            when 'cancel_appointment' then worker.tool_cancel_appointment(v_call, v_args)
            when 'list_my_appointments' then worker.tool_list_my_appointments(v_call, v_args)
            when 'save_contact_name' then worker.tool_save_contact_name(v_call, v_args)
            when 'search_knowledge' then worker.tool_search_knowledge(v_call, v_args)
            when 'get_business_hours' then worker.tool_get_business_hours(v_call, v_args)
            when 'capture_lead' then worker.tool_capture_lead(v_call, v_args)
            else private.tool_refusal('unknown_tool', 'There is no such tool.') end;
    end if;

    perform private.call_note(v_call, 'tool.called', jsonb_build_object(
        'name', left(p_name, 64), 'ok', v_result -> 'ok', 'error', v_result -> 'error'));
    return v_result;
end
$$;
