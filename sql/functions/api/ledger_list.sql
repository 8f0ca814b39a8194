-- SPDX-License-Identifier: BSD-2-Clause
-- The ledger of a client, newest first.

create or replace function api.ledger_list(
    p_client_id uuid, p_kind text default null, p_from timestamptz default null,
    p_to timestamptz default null, p_limit int default null, p_offset int default null,
    p_cursor_key text default null, p_cursor_id uuid default null)
returns table (
    id uuid, client_id uuid, call_id uuid, kind text, seconds int, balance_after int,
    reference text, note text, created_by uuid, created_at timestamptz)
language plpgsql stable set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
#variable_conflict use_column
begin
    perform private.client_seen(p_client_id);
    return query
    select private.ledger_uuid(l.id), l.client_id, l.call_id, l.kind, l.seconds, l.balance_after,
           l.reference, l.note, l.created_by, l.created_at
      from frontdesk.ledger l
     where l.client_id = p_client_id
       and (p_kind is null or l.kind = p_kind)
       and (p_from is null or l.created_at >= p_from)
       and (p_to is null or l.created_at < p_to)
       and (p_cursor_id is null
            or (l.created_at, l.id)
               < (p_cursor_key::timestamptz, private.ledger_number(p_cursor_id)))
     order by l.created_at desc, l.id desc
     limit least(greatest(coalesce(p_limit, 50), 1), 10000) offset greatest(p_offset, 0);
end
$$;
