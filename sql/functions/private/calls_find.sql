-- SPDX-License-Identifier: BSD-2-Clause
-- Calls by whatever filters are given, newest first (or oldest, which has no cursor).  Behind lists
-- whose common case is a statement of their own, and behind private.calls_of_client(): what is left
-- is planned each time, for the filters it has.
--
-- Without a client: of all that are visible, one after the other when they are few, else as they
-- come.  Words (p_q) that most calls have are looked for in the calls themselves, newest first,
-- others by their index, in the newest month, then in more and more, until there are enough.

create or replace function private.calls_find(
    p_client_id uuid, p_agent_id uuid, p_campaign_id uuid, p_contact_id uuid, p_status text,
    p_type text, p_direction text, p_from timestamptz, p_to timestamptz, p_phone text, p_q text,
    p_min_duration int, p_with_erased boolean, p_oldest boolean, p_limit int, p_offset int,
    p_cursor_key text, p_cursor_id uuid)
returns setof frontdesk.calls
language plpgsql stable rows 50 set search_path = pg_catalog, pg_temp as $$
declare
    v_take    int := least(greatest(coalesce(p_limit, 50), 1), 10000);
    v_skip    int := greatest(coalesce(p_offset, 0), 0);
    v_before  timestamptz := p_cursor_key::timestamptz;
    v_clients uuid[];
    v_query   tsquery;
    v_span    record;
    v_ids     uuid[];
    v_times   timestamptz[];
    v_call    frontdesk.calls;
    v_order   text := case when p_oldest then 'c.created_at, c.id'
                           else 'c.created_at desc, c.id desc' end;
    v_found   text := case when p_oldest then 'f.created_at, f.call_id'
                           else 'f.created_at desc, f.call_id desc' end;
    -- What is null is gone when the statement is planned.
    v_filter  text := $f$
            ($2 is null or c.agent_id = $2)
        and ($3 is null or c.campaign_id = $3)
        and ($4 is null or c.contact_id = $4)
        and ($5 is null or c.status = $5)
        and ($6 is null or c.call_type = $6)
        and ($7 is null or c.direction = $7)
        and ($8 is null or c.created_at >= $8)
        and ($9 is null or c.created_at < $9)
        and ($10 is null or c.caller_phone = $10
             or (c.direction = 'outbound' and c.called_phone = $10))
        and ($11 is null or c.duration >= $11)
        and ($12 or c.erased_at is null)
        and ($14 is null or ((c.created_at, c.id) < ($13, $14) and c.created_at <= $13)) $f$;
begin
    if p_cursor_id is not null and p_oldest then
        perform private.refuse(400, 'A cursor goes with the newest first.', 'cursor');
    end if;

    v_clients := array(select v from private.visible_clients() v
                        where p_client_id is null or v = p_client_id limit 21);

    if p_client_id is not null and p_q is null and p_phone is null and p_campaign_id is null
        and not coalesce(p_oldest, false) then
        return query
        select c.*
          from private.calls_of_client(
                   v_clients[1], p_agent_id, p_contact_id, p_status, p_type, p_direction, p_from,
                   p_to, p_min_duration, p_with_erased, v_take, v_skip, v_before, p_cursor_id) c;
        return;
    end if;

    if p_q is null and cardinality(v_clients) <= 20 then
        return query execute format(
            'select c.* from unnest($1) v (id) cross join lateral (
                 select c.* from frontdesk.calls c where c.client_id = v.id and %s
                  order by %s limit $15 + $16) c
              order by %2$s limit $15 offset $16', v_filter, v_order)
        using v_clients, p_agent_id, p_campaign_id, p_contact_id, p_status, p_type, p_direction,
              p_from, p_to, p_phone, p_min_duration, p_with_erased, v_before, p_cursor_id, v_take,
              v_skip;
        return;
    end if;

    if p_q is null then
        return query execute format(
            'select c.* from frontdesk.calls c where %s order by %s limit $15 offset $16',
            v_filter, v_order)
        using v_clients, p_agent_id, p_campaign_id, p_contact_id, p_status, p_type, p_direction,
              p_from, p_to, p_phone, p_min_duration, p_with_erased, v_before, p_cursor_id, v_take,
              v_skip;
        return;
    end if;

    v_query := websearch_to_tsquery('english', left(p_q, 500));
    if numnode(v_query) = 0 then
        return;  -- words that say nothing
    end if;

    -- Of a few clients one would have to be asked after the other: there the index is quick.
    if (p_client_id is not null or cardinality(v_clients) > 20)
        and private.calls_say(p_client_id, v_query, least(p_to, v_before)) then
        return query execute format(
            $q$ select c.*
                  from frontdesk.calls c
                 cross join lateral (
                       select from frontdesk.turns t
                        where t.client_id = c.client_id and t.call_id = c.id
                          and t.call_created_at = c.created_at
                          and t.role in ('user', 'assistant', 'human')
                          and to_tsvector('english', t.content) @@ $18
                        limit 1) t
                 where $1 is not null and ($17 is null or c.client_id = $17) and %s
                 order by %s limit $15 offset $16 $q$, v_filter, v_order)
        using v_clients, p_agent_id, p_campaign_id, p_contact_id, p_status, p_type, p_direction,
              p_from, p_to, p_phone, p_min_duration, p_with_erased, v_before, p_cursor_id, v_take,
              v_skip, p_client_id, v_query;
        return;
    end if;

    for v_span in
        select greatest(min(m.month_from), p_from) as since,
               least(max(m.month_to), p_to, v_before + interval '1 ms') as until
          from (select case when y.n = 1 then 1 when y.n <= 3 then 2 when y.n <= 7 then 3
                            else 4 end as part, y.month_from, y.month_to
                  from (select row_number() over (order by x.month_from desc) as n, x.month_from,
                               coalesce(lag(x.month_from) over (order by x.month_from desc),
                                        'infinity') as month_to
                          from private.calls_months() x
                         where x.month_from <= now()) y) m
         group by m.part
         order by case when p_oldest then -m.part else m.part end
    loop
        continue when v_span.since >= v_span.until;
        select array_agg(f.call_id), array_agg(f.created_at) into v_ids, v_times
          from (select distinct t.call_id, t.created_at
                  from private.turns_find(p_client_id, v_query, v_span.since, v_span.until, null)
                       t) f;
        continue when v_ids is null;
        for v_call in execute format(
            'select c.*
               from (select f.* from unnest($17, $18) f (call_id, created_at) order by %s) f
              cross join lateral (select c.* from frontdesk.calls c
                                   where c.id = f.call_id and c.created_at = f.created_at
                                     and c.created_at >= $19 and c.created_at < $20
                                  offset 0) c
              where $1 is not null and %s order by %1$s limit $15 + $16', v_found, v_filter)
        using v_clients, p_agent_id, p_campaign_id, p_contact_id, p_status, p_type, p_direction,
              p_from, p_to, p_phone, p_min_duration, p_with_erased, v_before, p_cursor_id, v_take,
              v_skip, v_ids, v_times, v_span.since, v_span.until
        loop
            if v_skip > 0 then
                v_skip := v_skip - 1;
            else
                return next v_call;
                v_take := v_take - 1;
            end if;
        end loop;
        exit when v_take <= 0;
    end loop;
end
$$;

grant execute on function private.calls_find(uuid, uuid, uuid, uuid, text, text, text, timestamptz,
    timestamptz, text, text, int, boolean, boolean, int, int, text, uuid) to frontdesk_api;
