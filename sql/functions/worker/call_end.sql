-- SPDX-License-Identifier: BSD-2-Clause
-- Ends a call and settles it; asked again, it answers the same and changes nothing.

create or replace function worker.call_end(
    p_call_id uuid, p_epoch int, p_status text, p_reason text, p_duration_s int, p_summary text)
returns json
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_call    frontdesk.calls := private.call_enter(p_call_id, coalesce(p_epoch, -1));
    v_balance int;
begin
    if not coalesce(private.call_is_over(p_status), false) then
        perform private.refuse(422, 'The status does not end a call.', 'status');
    end if;

    v_call := private.call_close(v_call, p_status, left(p_reason, 64), coalesce(p_duration_s, 0),
                                 p_summary);
    select c.balance_seconds into v_balance
      from frontdesk.clients c where c.id = v_call.client_id;
    return json_build_object('settled_seconds', v_call.settled_seconds,
                             'balance_seconds', v_balance);
end
$$;
