-- SPDX-License-Identifier: BSD-2-Clause
-- Calls of a client (null: of all of mine) whose text is kept, newest first, by what is asked for.
--
-- What the dashboard asks for again and again is the first part: one statement without a function
-- around it, whose plan is kept.  Filters that take another way through the table are the second.
-- What may be absent is in a case, not in coalesce(): of that the planner does not know that it can
-- not leak, and keeps it out of indexes below a policy.  A part that is not run is told of a time
-- before all months too, so that their partitions are not even opened.

create or replace function api.conversation_list(
    p_client_id uuid default null, p_q text default null, p_status text default null,
    p_contact_id uuid default null, p_from timestamptz default null, p_to timestamptz default null,
    p_sort text default null, p_limit int default null, p_offset int default null,
    p_cursor_key text default null, p_cursor_id uuid default null)
returns table (
    id uuid, client_id uuid, contact_id uuid, contact_name text, caller_phone text,
    called_phone text, direction text, status text, ended_reason text, duration int, summary text,
    turn_count int, created_at timestamptz, ended_at timestamptz)
language sql stable
begin atomic
    (select c.id, c.client_id, c.contact_id, coalesce(nullif(p.name, ''), c.caller_name),
            c.caller_phone, c.called_phone, c.direction, c.status, c.ended_reason, c.duration,
            c.summary, c.turn_count, c.created_at, c.ended_at
       from frontdesk.calls c
       left join frontdesk.contacts p on p.id = c.contact_id
      where case when p_client_id is null or p_q is not null or p_contact_id is not null
                      or p_status <> 'completed' or p_sort <> '-created_at' then false
                 else (select private.client_seen(p_client_id)) is not null end
        and c.client_id = p_client_id
        and c.created_at >= case when p_from is null then '-infinity' else p_from end
        and c.created_at < case when p_q is not null or p_contact_id is not null
                                     or p_status <> 'completed' or p_sort <> '-created_at'
                                then '-infinity'
                                when p_to is null then now() + interval '1 day'
                                else p_to end
        and c.created_at <= case when p_cursor_key is null then 'infinity'
                                 else p_cursor_key::timestamptz end
        and (c.created_at, c.id)
            < (case when p_cursor_key is null then 'infinity'
                    else p_cursor_key::timestamptz end,
               case when p_cursor_id is null
                    then 'ffffffff-ffff-ffff-ffff-ffffffffffff' else p_cursor_id end)
        and (p_status is null or c.status = p_status)
        and c.erased_at is null
      order by c.created_at desc, c.id desc
      limit least(greatest(coalesce(p_limit, 50), 1), 10000) offset greatest(p_offset, 0))
    union all
    (select c.id, c.client_id, c.contact_id, coalesce(nullif(p.name, ''), c.caller_name),
            c.caller_phone, c.called_phone, c.direction, c.status, c.ended_reason, c.duration,
            c.summary, c.turn_count, c.created_at, c.ended_at
       from private.calls_find(
                case when p_client_id is not null then private.client_seen(p_client_id) end, null,
                null, p_contact_id, p_status, null, null, p_from, p_to, null, p_q, null, false,
                p_sort = 'created_at', p_limit, p_offset, p_cursor_key, p_cursor_id)
            with ordinality c
       left join frontdesk.contacts p on p.id = c.contact_id
      where p_client_id is null or p_q is not null or p_contact_id is not null
         or coalesce(p_status, 'completed') <> 'completed'
         or coalesce(p_sort, '-created_at') <> '-created_at'
      order by c.ordinality);
end;
