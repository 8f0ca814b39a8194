-- SPDX-License-Identifier: BSD-2-Clause
-- Takes seconds from the client's balance ahead of their use; answers how many, which is what is
-- left when that is less.  Concurrent calls of one client are served in turn.

create or replace function worker.call_reserve(p_call_id uuid, p_epoch int, p_seconds int)
returns int
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_call  frontdesk.calls := private.call_enter(p_call_id, coalesce(p_epoch, -1));
    v_taken int;
begin
    if p_seconds is null or p_seconds not between 1 and 86400 then
        perform private.refuse(422, 'A reservation is of 1 to 86400 seconds.', 'seconds');
    end if;
    if v_call.settled_at is not null then
        return 0;
    end if;

    -- The ledger's trigger cuts it to what is left, or writes nothing.
    insert into frontdesk.ledger (client_id, call_id, kind, seconds)
    values (v_call.client_id, v_call.id, 'reserve', -p_seconds)
    returning -seconds into v_taken;
    if not found then
        return 0;
    end if;

    update frontdesk.calls c
       set reserved_seconds = c.reserved_seconds + v_taken
     where c.id = v_call.id
       and c.created_at = v_call.created_at;
    return v_taken;
end
$$;
