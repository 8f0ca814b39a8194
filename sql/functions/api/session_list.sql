-- SPDX-License-Identifier: BSD-2-Clause
-- Where the user is logged in, newest login first; is_current: the one that asks.

create or replace function api.session_list(
    p_limit int, p_offset int, p_cursor_key text, p_cursor_id uuid)
returns table (id uuid, created_at timestamptz, last_used_at timestamptz, user_agent text,
               address text, is_current boolean)
language plpgsql stable rows 20 set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
    v_user uuid := private.person_only();
begin
    return query
    select s.id, s.created_at, s.last_used_at, s.user_agent, s.address,
           s.id::text = current_setting('frontdesk.session_id', true)
      from frontdesk.sessions s
     where s.user_id = v_user and s.revoked_at is null and s.expires_at > now()
       and (p_cursor_id is null
            or (s.created_at, s.id) < (p_cursor_key::timestamptz, p_cursor_id))
     order by s.created_at desc, s.id desc
     limit p_limit offset p_offset;
end
$$;
