-- SPDX-License-Identifier: BSD-2-Clause
-- Words in calls of many months, found in whichever way is quick for them: always those calls, in
-- that order, that reading everything would give, without reading everything.

begin;
\ir lib/fixture.sql
select plan(33);

-- Nine months that were, as private.partitions_ensure() makes those to come.
do $$
declare
    v_month date;
    v_table text;
begin
    for v_month in select date_trunc('month', now() at time zone 'UTC') - n * interval '1 month'
                     from generate_series(1, 9) n loop
        foreach v_table in array array['calls', 'turns'] loop
            execute format('create table frontdesk.%I partition of frontdesk.%I for values '
                           'from (%L) to (%L)', v_table || to_char(v_month, '_YYYY_MM'), v_table,
                           v_month || ' 00:00+00',
                           (v_month + interval '1 month')::date || ' 00:00+00');
        end loop;
    end loop;
end
$$;

-- More clients than are asked one after the other.
insert into frontdesk.clients (owner_user_id, name)
select :owner_b, 'Client ' || n from generate_series(1, 25) n;

-- Three hundred calls of client A in ten months and more, sixty of client B among them. All say
-- hello, half of them half, every seventh purple, each its number; none lately seldom.
create temporary table past as
select gen_random_uuid() as id, n,
       case when n <= 300 then :client_a else :client_b end::uuid as client_id,
       now() - (case when n <= 300 then n else (n - 300) * 5 end) * interval '26 hours' as at
  from generate_series(1, 360) n;
insert into frontdesk.call_keys (call_id, client_id, created_at)
select p.id, p.client_id, p.at from past p;
insert into frontdesk.calls (id, client_id, created_at, route, status, direction, caller_phone,
                             called_phone, duration, settled_seconds, settled_at, turn_count)
select p.id, p.client_id, p.at, 'stream', case when p.n % 3 = 0 then 'busy' else 'completed' end,
       'inbound', '+1555032' || lpad((p.n % 10)::text, 4, '0'), '+15550200001', p.n, p.n, p.at, 2
  from past p;
insert into frontdesk.turns (client_id, call_id, seq, call_created_at, role, content, t_ms,
                             owner_epoch, created_at)
select p.client_id, p.id, s.seq, p.at, case s.seq when 0 then 'user' else 'assistant' end,
       'Hello ' || case when s.seq = 0 and p.n % 2 = 0 then 'half ' else '' end
       || case when s.seq = 1 and p.n % 7 = 0 then 'purple ' else '' end
       || case when p.n > 150 then 'seldom ' else '' end || 'call' || p.n, s.seq * 1000, 1, p.at
  from past p cross join generate_series(0, 1) s (seq);

-- What reading everything gives.
create function test.reads(p_client uuid, p_q text, p_oldest boolean, p_limit int, p_offset int)
returns uuid[] language sql as $$
    select array_agg(w.id) from (
        select c.id from frontdesk.calls c
         where (p_client is null or c.client_id = p_client)
           and exists (select from frontdesk.turns t
                        where t.call_id = c.id and t.role in ('user', 'assistant')
                          and to_tsvector('english', t.content)
                              @@ websearch_to_tsquery('english', p_q))
         order by case when p_oldest then c.created_at end, c.created_at desc, c.id desc
         limit p_limit offset p_offset) w
$$;

create function test.finds(p_client uuid, p_q text, p_oldest boolean, p_limit int, p_offset int)
returns uuid[] language sql as $$
    select array_agg(l.id)
      from api.call_log_list(p_client, p_q => p_q, p_limit => p_limit, p_offset => p_offset,
                             p_sort => case when p_oldest then 'created_at' end) l
$$;

create function test.same(p_user uuid, p_client uuid, p_q text, p_oldest boolean, p_limit int,
                          p_offset int, p_what text) returns text language plpgsql as $$
declare
    v_wanted uuid[] := test.reads(p_client, p_q, p_oldest, p_limit, p_offset);
    v_found  uuid[];
begin
    perform test.as_user(p_user);
    v_found := test.finds(p_client, p_q, p_oldest, p_limit, p_offset);
    perform test.nobody();
    return ok(v_found is not distinct from v_wanted and cardinality(v_wanted) > 0, p_what);
end
$$;

-- Page by page.
create function test.walk(p_q text) returns setof uuid language plpgsql as $$
declare
    v_row record;
    v_key text;
    v_id  uuid;
    v_n   int;
begin
    loop
        v_n := 0;
        for v_row in select * from api.call_log_list(
            'ca000000-0000-4000-8000-000000000000', p_q => p_q, p_limit => 17,
            p_cursor_key => v_key, p_cursor_id => v_id) loop
            v_key := v_row.created_at::text;
            v_id := v_row.id;
            v_n := v_n + 1;
            return next v_id;
        end loop;
        exit when v_n < 17;
    end loop;
end
$$;
-- Turns that were read.
create function test.turns_read() returns bigint language sql as $$
    select sum(coalesce(s.seq_tup_read, 0) + coalesce(s.idx_tup_fetch, 0))::bigint
      from pg_stat_xact_user_tables s
     where s.schemaname = 'frontdesk' and s.relname ~ '^turns'
$$;

select test.same(:owner_a, :client_a, q, oldest, 20, skip, format('%s of a client%s, from %s on', q,
       case when oldest then ', oldest first' else '' end, skip))
  from unnest(array['hello', 'half', 'purple', 'call290', 'seldom']) q,
       unnest(array[false, true]) oldest, unnest(array[0, 15]) skip
 where q <> 'call290' or skip = 0;
select test.same(:admin_id, null, q, false, 30, 10, q || ' of all clients')
  from unnest(array['hello', 'half', 'purple', 'seldom']) q;
select test.same(:owner_a, :client_a, 'purple', false, 10000, 0, 'all of them');
select test.same(:owner_a, :client_a, '"hello half"', false, 20, 0, 'a phrase');

select test.as_user(:owner_a) \g /dev/null
select is((select count(*)::int from api.call_log_list(:client_a, p_q => 'hello',
           p_status => 'busy', p_limit => 1000)), 100, 'with a filter');
select is((select count(*)::int from api.call_log_list(:client_a, p_q => 'hello',
           p_phone => '+15550320004', p_limit => 1000)), 30, 'with another');
select is((select count(*)::int from api.call_log_list(:client_a, p_q => 'hello',
           p_from => now() - interval '26 hours' * 200.5, p_limit => 1000,
           p_to => now() - interval '26 hours' * 100.5)), 100, 'of a span of time');
select throws_ok(format($$ select * from api.call_log_list(%L, p_q => 'hello') $$, :client_b),
                 'FD404', null, 'not of another''s client');
select is((select count(*)::int from api.call_log_list(p_q => 'hello', p_limit => 1000)), 300,
          'nor among all that I see');

-- A cursor comes by each call once.
select is((select count(distinct w)::int * 1000 + count(*)::int from test.walk(q) w), n * 1001,
          'a cursor, ' || q)
  from (values ('hello', 300), ('half', 150), ('seldom', 150)) v (q, n);

select test.nobody() \g /dev/null
select test.turns_read() as before \gset
select test.as_user(:owner_a) \g /dev/null
select count(*) from api.call_log_list(:client_a, p_q => 'hello', p_limit => 5) \g /dev/null
select test.nobody() \g /dev/null
select cmp_ok(test.turns_read() - :before, '<', 150::bigint,
              'what all calls say is not read in all of them');

select * from finish();
rollback;
