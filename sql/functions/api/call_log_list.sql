-- SPDX-License-Identifier: BSD-2-Clause
-- Calls of a client (null: of all of mine), newest first, by what is asked for.  In two parts, as
-- api.conversation_list() is.

create or replace function api.call_log_list(
    p_client_id uuid default null, p_agent_id uuid default null, p_campaign_id uuid default null,
    p_status text default null, p_type text default null, p_direction text default null,
    p_from timestamptz default null, p_to timestamptz default null, p_phone text default null,
    p_q text default null, p_min_duration int default null, p_sort text default null,
    p_limit int default null, p_offset int default null, p_cursor_key text default null,
    p_cursor_id uuid default null)
returns table (
    id uuid, client_id uuid, agent_id uuid, agent_name text, campaign_id uuid, contact_id uuid,
    contact_name text, caller_phone text, called_phone text, direction text, call_type text,
    status text, ended_reason text, created_at timestamptz, answered_at timestamptz,
    ended_at timestamptz, duration int, settled_seconds int, turn_count int, summary text,
    sentiment text, has_lead boolean, has_appointment boolean, node text, erased_at timestamptz)
language sql stable
begin atomic
    (select c.id, c.client_id, c.agent_id, a.name, c.campaign_id, c.contact_id,
            coalesce(nullif(p.name, ''), c.caller_name), c.caller_phone, c.called_phone,
            c.direction, c.call_type, c.status, c.ended_reason, c.created_at, c.answered_at,
            c.ended_at, c.duration, c.settled_seconds, c.turn_count, c.summary, c.sentiment,
            c.has_lead, c.has_appointment, c.node, c.erased_at
       from frontdesk.calls c
       left join frontdesk.agents a on a.id = c.agent_id
       left join frontdesk.contacts p on p.id = c.contact_id
      where case when p_client_id is null or p_q is not null or p_phone is not null
                      or p_agent_id is not null or p_campaign_id is not null
                      or p_min_duration is not null or p_status <> 'completed'
                      or p_type <> 'ai' or p_direction <> 'inbound' or p_sort <> '-created_at'
                 then false
                 else (select private.client_seen(p_client_id)) is not null end
        and c.client_id = p_client_id
        and c.created_at >= case when p_from is null then '-infinity' else p_from end
        and c.created_at < case when p_client_id is null or p_q is not null
                                     or p_phone is not null or p_agent_id is not null
                                     or p_campaign_id is not null or p_min_duration is not null
                                     or p_status <> 'completed' or p_type <> 'ai'
                                     or p_direction <> 'inbound' or p_sort <> '-created_at'
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
        and (p_type is null or c.call_type = p_type)
        and (p_direction is null or c.direction = p_direction)
      order by c.created_at desc, c.id desc
      limit least(greatest(coalesce(p_limit, 50), 1), 10000) offset greatest(p_offset, 0))
    union all
    (select c.id, c.client_id, c.agent_id, a.name, c.campaign_id, c.contact_id,
            coalesce(nullif(p.name, ''), c.caller_name), c.caller_phone, c.called_phone,
            c.direction, c.call_type, c.status, c.ended_reason, c.created_at, c.answered_at,
            c.ended_at, c.duration, c.settled_seconds, c.turn_count, c.summary, c.sentiment,
            c.has_lead, c.has_appointment, c.node, c.erased_at
       from private.calls_find(
                case when p_client_id is not null then private.client_seen(p_client_id) end,
                p_agent_id, p_campaign_id, null, p_status, p_type, p_direction, p_from, p_to,
                p_phone, p_q, p_min_duration, p_q is null, p_sort = 'created_at', p_limit,
                p_offset, p_cursor_key, p_cursor_id)
            with ordinality c
       left join frontdesk.agents a on a.id = c.agent_id
       left join frontdesk.contacts p on p.id = c.contact_id
      where p_client_id is null or p_q is not null or p_phone is not null
         or p_agent_id is not null or p_campaign_id is not null or p_min_duration is not null
         or coalesce(p_status, 'completed') <> 'completed'
         or coalesce(p_type, 'ai') <> 'ai'
         or coalesce(p_direction, 'inbound') <> 'inbound'
         or coalesce(p_sort, '-created_at') <> '-created_at'
      order by c.ordinality);
end;
