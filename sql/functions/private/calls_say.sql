-- SPDX-License-Identifier: BSD-2-Clause
-- Whether words are in so many calls of a client (null: of all that are visible) that one comes to
-- enough of them sooner than all that an index of words has of a month could be read: half of the
-- ten newest before a moment have them.

create or replace function private.calls_say(
    p_client_id uuid, p_query tsquery, p_before timestamptz)
returns boolean
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
    v_before timestamptz := coalesce(p_before, now() + interval '1 day');
begin
    if p_client_id is null then
        return (
            select count(*) >= 5
              from (select c.client_id, c.id, c.created_at
                      from frontdesk.calls c
                     where c.created_at < v_before
                     order by c.created_at desc, c.id desc
                     limit 10) c
             cross join lateral (
                   select from frontdesk.turns t
                    where t.client_id = c.client_id and t.call_id = c.id
                      and t.call_created_at = c.created_at
                      and t.role in ('user', 'assistant', 'human')
                      and to_tsvector('english', t.content) @@ p_query
                    limit 1) t);
    end if;

    return (
        select count(*) >= 5
          from (select c.client_id, c.id, c.created_at
                  from frontdesk.calls c
                 where c.client_id = p_client_id
                   and c.created_at < v_before
                 order by c.created_at desc, c.id desc
                 limit 10) c
         cross join lateral (
               select from frontdesk.turns t
                where t.client_id = c.client_id and t.call_id = c.id
                  and t.call_created_at = c.created_at
                  and t.role in ('user', 'assistant', 'human')
                  and to_tsvector('english', t.content) @@ p_query
                limit 1) t);
end
$$;

grant execute on function private.calls_say(uuid, tsquery, timestamptz) to frontdesk_api;
