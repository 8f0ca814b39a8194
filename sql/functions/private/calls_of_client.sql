-- SPDX-License-Identifier: BSD-2-Clause
-- Calls of one client, newest first, by filters that lists have often.  Each of those that choose
-- few has a statement of its own, whose plan is kept and goes by that filter's index; what else is
-- asked for is then looked at in the rows.

create or replace function private.calls_of_client(
    p_client_id uuid, p_agent_id uuid, p_contact_id uuid, p_status text, p_type text,
    p_direction text, p_from timestamptz, p_to timestamptz, p_min_duration int,
    p_with_erased boolean, p_take int, p_skip int, p_before timestamptz, p_before_id uuid)
returns setof frontdesk.calls
language plpgsql stable rows 50 set search_path = pg_catalog, pg_temp as $$
begin
    if p_contact_id is not null then
        return query
        select c.*
          from frontdesk.calls c
         where c.client_id = p_client_id
           and c.contact_id = p_contact_id
           and c.created_at >= case when p_from is null then '-infinity' else p_from end
           and c.created_at < case when p_to is null then now() + interval '1 day' else p_to end
           and c.created_at <= case when p_before is null then 'infinity' else p_before end
           and (c.created_at, c.id)
               < (case when p_before is null then 'infinity' else p_before end,
                  case when p_before_id is null
                       then 'ffffffff-ffff-ffff-ffff-ffffffffffff' else p_before_id end)
           and (p_agent_id is null or c.agent_id = p_agent_id)
           and (p_status is null or c.status = p_status)
           and (p_type is null or c.call_type = p_type)
           and (p_direction is null or c.direction = p_direction)
           and (p_min_duration is null or c.duration >= p_min_duration)
           and (p_with_erased or c.erased_at is null)
         order by c.created_at desc, c.id desc
         limit p_take offset p_skip;
    elsif p_agent_id is not null then
        return query
        select c.*
          from frontdesk.calls c
         where c.client_id = p_client_id
           and c.agent_id = p_agent_id
           and c.created_at >= case when p_from is null then '-infinity' else p_from end
           and c.created_at < case when p_to is null then now() + interval '1 day' else p_to end
           and c.created_at <= case when p_before is null then 'infinity' else p_before end
           and (c.created_at, c.id)
               < (case when p_before is null then 'infinity' else p_before end,
                  case when p_before_id is null
                       then 'ffffffff-ffff-ffff-ffff-ffffffffffff' else p_before_id end)
           and (p_status is null or c.status = p_status)
           and (p_type is null or c.call_type = p_type)
           and (p_direction is null or c.direction = p_direction)
           and (p_min_duration is null or c.duration >= p_min_duration)
           and (p_with_erased or c.erased_at is null)
         order by c.created_at desc, c.id desc
         limit p_take offset p_skip;
    elsif p_status is not null then
        return query
        select c.*
          from frontdesk.calls c
         where c.client_id = p_client_id
           and c.status = p_status
           and c.created_at >= case when p_from is null then '-infinity' else p_from end
           and c.created_at < case when p_to is null then now() + interval '1 day' else p_to end
           and c.created_at <= case when p_before is null then 'infinity' else p_before end
           and (c.created_at, c.id)
               < (case when p_before is null then 'infinity' else p_before end,
                  case when p_before_id is null
                       then 'ffffffff-ffff-ffff-ffff-ffffffffffff' else p_before_id end)
           and (p_agent_id is null or c.agent_id = p_agent_id)
           and (p_type is null or c.call_type = p_type)
           and (p_direction is null or c.direction = p_direction)
           and (p_min_duration is null or c.duration >= p_min_duration)
           and (p_with_erased or c.erased_at is null)
         order by c.created_at desc, c.id desc
         limit p_take offset p_skip;
    else
        return query
        select c.*
          from frontdesk.calls c
         where c.client_id = p_client_id
           and c.created_at >= case when p_from is null then '-infinity' else p_from end
           and c.created_at < case when p_to is null then now() + interval '1 day' else p_to end
           and c.created_at <= case when p_before is null then 'infinity' else p_before end
           and (c.created_at, c.id)
               < (case when p_before is null then 'infinity' else p_before end,
                  case when p_before_id is null
                       then 'ffffffff-ffff-ffff-ffff-ffffffffffff' else p_before_id end)
           and (p_agent_id is null or c.agent_id = p_agent_id)
           and (p_status is null or c.status = p_status)
           and (p_type is null or c.call_type = p_type)
           and (p_direction is null or c.direction = p_direction)
           and (p_min_duration is null or c.duration >= p_min_duration)
           and (p_with_erased or c.erased_at is null)
         order by c.created_at desc, c.id desc
         limit p_take offset p_skip;
    end if;
end
$$;

grant execute on function private.calls_of_client(uuid, uuid, uuid, text, text, text, timestamptz,
    timestamptz, int, boolean, int, int, timestamptz, uuid) to frontdesk_api;
