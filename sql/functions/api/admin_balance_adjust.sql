-- SPDX-License-Identifier: BSD-2-Clause
-- Gives seconds to a client, or takes them, by a row of the ledger.

create or replace function api.admin_balance_adjust(p_body json)
returns table (id bigint, client_id uuid, seconds int, balance_seconds int, note text,
               created_at timestamptz)
language plpgsql volatile rows 1 set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
    perform private.admin_write();
    perform private.client_seen((p_body ->> 'client_id')::uuid);
    if (p_body ->> 'seconds')::int = 0 then
        perform private.refuse(422, 'No seconds change nothing.', 'seconds');
    end if;

    return query
    insert into frontdesk.ledger as l (client_id, kind, seconds, note, created_by)
    values ((p_body ->> 'client_id')::uuid, 'adjustment', (p_body ->> 'seconds')::int,
            coalesce(p_body ->> 'note', ''), private.user_id())
    returning l.id, l.client_id, l.seconds, l.balance_after, l.note, l.created_at;
exception
    when sqlstate 'FD409' or numeric_value_out_of_range then
        perform private.refuse(422, 'A balance can not be less than nothing, nor so much.',
                               'seconds');
end
$$;
