-- SPDX-License-Identifier: BSD-2-Clause
-- Leads of a client (null: of all of mine), newest first.

create or replace function api.lead_list(
    p_client_id uuid default null, p_status text default null, p_q text default null,
    p_from timestamptz default null, p_to timestamptz default null, p_limit int default null,
    p_offset int default null, p_cursor_key text default null, p_cursor_id uuid default null)
returns table (
    id uuid, client_id uuid, contact_id uuid, call_id uuid, name text, phone text, email text,
    reason text, callback_preference text, status text, notes text, fields json,
    created_at timestamptz, updated_at timestamptz)
language plpgsql stable set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
#variable_conflict use_column
declare
    v_words text := private.like_words(p_q);
begin
    if p_client_id is not null then
        perform private.client_seen(p_client_id);
    end if;

    return query
    select d.*
      from (select l.*
              from frontdesk.leads l
             where (p_client_id is null or l.client_id = p_client_id)
               and (p_status is null or l.status = p_status)
               and (p_from is null or l.created_at >= p_from)
               and (p_to is null or l.created_at < p_to)
               and (v_words is null
                    or l.name ilike v_words or l.phone like v_words or l.email ilike v_words
                    or l.reason ilike v_words or l.notes ilike v_words)
               and (p_cursor_id is null
                    or (l.created_at, l.id) < (p_cursor_key::timestamptz, p_cursor_id))
             order by l.created_at desc, l.id desc
             limit least(greatest(coalesce(p_limit, 50), 1), 10000)
            offset greatest(p_offset, 0)) l
     cross join lateral private.lead_row(l::frontdesk.leads) d
     order by d.created_at desc, d.id desc;
end
$$;
