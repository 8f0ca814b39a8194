-- SPDX-License-Identifier: BSD-2-Clause
-- What clients have left, least first.

create or replace function api.admin_balance_list(p_max_seconds int, p_limit int, p_offset int)
returns table (client_id uuid, client_name text, owner_user_id uuid, is_active boolean,
               balance_seconds int, bought_seconds bigint, used_seconds bigint)
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
    perform private.admin_only();
    return query
    select c.id, c.name, c.owner_user_id, c.is_active, c.balance_seconds, l.bought, l.used
      from (select c.* from frontdesk.clients c
             where p_max_seconds is null or c.balance_seconds <= p_max_seconds
             order by c.balance_seconds, c.name, c.id
             limit coalesce(p_limit, 50) offset coalesce(p_offset, 0)) c
     cross join lateral (
        select coalesce(sum(l.seconds) filter (where l.call_id is null), 0)::bigint as bought,
               coalesce(-sum(l.seconds) filter (where l.call_id is not null), 0)::bigint as used
          from frontdesk.ledger l where l.client_id = c.id) l
     order by c.balance_seconds, c.name, c.id;
end
$$;
