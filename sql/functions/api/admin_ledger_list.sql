-- SPDX-License-Identifier: BSD-2-Clause
-- Every change of a client's balance, newest first.

create or replace function api.admin_ledger_list(p_client_id uuid, p_kind text, p_limit int,
                                                 p_offset int)
returns table (id bigint, kind text, seconds int, balance_after int, call_id uuid, reference text,
               note text, created_by uuid, created_at timestamptz)
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
    perform private.admin_only();
    return query
    select l.id, l.kind, l.seconds, l.balance_after, l.call_id, l.reference, l.note,
           l.created_by, l.created_at
      from frontdesk.ledger l
     where l.client_id = (select private.client_seen(p_client_id))
       and (p_kind is null or l.kind = p_kind)
     order by l.id desc
     limit coalesce(p_limit, 50) offset coalesce(p_offset, 0);
end
$$;
