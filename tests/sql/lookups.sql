-- SPDX-License-Identifier: BSD-2-Clause
-- A call is found by its keys, however many calls and contacts its client has: no statement on its
-- way reads the others, also while the planner knows nothing of them yet.

begin;
\ir lib/fixture.sql
select plan(6);

-- Plans are made, and kept, while there is next to nothing.
do $$
begin
    for i in 101..108 loop
        perform test.call_begin(i, '+155502' || lpad(i::text, 5, '0'), '+15550200001');
    end loop;
    perform test.nobody();
end
$$;

-- As many as come in before anybody looks at what there is.
with keys as (
    insert into frontdesk.call_keys (client_id, call_sid)
    select :client_a, test.sid(g) from generate_series(1001, 4000) g
    returning *)
insert into frontdesk.calls (id, client_id, created_at, call_sid, account_sid, route, status,
                             caller_phone, called_phone)
select k.call_id, k.client_id, k.created_at, k.call_sid, :account, 'stream', 'ringing', '', ''
  from keys k;
insert into frontdesk.contacts (client_id, phone_number)
select :client_a, '+1555' || g from generate_series(1000001, 1003000) g;

-- Rows of calls, their turns and contacts that this transaction has read.
create function test.rows_read() returns bigint language sql as $$
    select sum(coalesce(s.seq_tup_read, 0) + coalesce(s.idx_tup_fetch, 0))::bigint
      from pg_stat_xact_user_tables s
     where s.schemaname = 'frontdesk' and s.relname ~ '^(calls|turns|contacts)'
$$;

create function test.reads_few(p_role text, p_statement text, p_what text) returns text
language plpgsql as $$
declare
    v_before bigint := test.rows_read();
begin
    perform test.as_role(p_role);
    execute p_statement;
    perform test.nobody();
    return cmp_ok(test.rows_read() - v_before, '<', 60::bigint, p_what);
end
$$;

select test.reads_few('frontdesk_api', format($$
    select api.voice_start(test.sid(1), %L, '+15550300001', '+15550200001', 'n', 60, 'r')
    $$, :account), 'a call that comes in');
select c.id as call, c.stream_nonce as nonce from frontdesk.calls c
 where c.call_sid = test.sid(1) \gset
select test.reads_few('frontdesk_api', format($$
    select api.stream_open(%L, %L, test.sid(1), %L, 'MZ1', 'n')
    $$, :'call', :'nonce', :account), 'its stream');
select test.reads_few('frontdesk_worker', format($$
    select worker.call_claim(%L, 'n') $$, :'call'), 'a worker that takes it');
select test.reads_few('frontdesk_worker', format($$
    select worker.call_reserve(%L, 1, 30) $$, :'call'), 'seconds for it');
select test.reads_few('frontdesk_worker', format($$
    select worker.turn_add(%L, 1, 0, 'user', 'Hello.', false, 0, null, null) $$, :'call'),
    'a turn');
select test.reads_few('frontdesk_worker', format($$
    select worker.call_end(%L, 1, 'completed', 'caller_hangup', 3, null) $$, :'call'), 'its end');

select * from finish();
rollback;
