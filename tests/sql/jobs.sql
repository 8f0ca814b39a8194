-- SPDX-License-Identifier: BSD-2-Clause
-- Jobs: added once, taken by one, given up, tried again, dead; what only admins may do.

begin;
\ir lib/fixture.sql
select plan(80);

-- What is taken, as a worker of its own gets it: "queue lease attempts", or nothing.
create function test.take(p_node text, p_queues text[] default null) returns text
language plpgsql as $$
declare
    v_job record;
begin
    perform test.as_role('frontdesk_worker');
    select * into v_job from worker.job_take(p_node, p_queues, 60);
    perform test.nobody();
    if v_job.id is null then
        return 'nothing';
    end if;
    perform set_config('test.job', v_job.id::text, true);
    perform set_config('test.lease', v_job.lease::text, true);
    return format('%s %s %s', v_job.queue, v_job.lease, v_job.attempts);
end
$$;

-- What was taken last.
create function test.job() returns uuid language sql as
$$ select current_setting('test.job')::uuid $$;
create function test.lease() returns int language sql as
$$ select current_setting('test.lease')::int $$;

-- As the owner of all, whoever is acting: the rows.
create function test.of(p_id uuid) returns frontdesk.jobs language sql security definer as
$$ select j from frontdesk.jobs j where j.id = p_id $$;
create function test.count(p_queue text) returns int language sql security definer as
$$ select count(*)::int from frontdesk.jobs where queue = p_queue $$;

-- So much time goes by for one job.
create function test.later(p_id uuid, p_by interval) returns void language sql
security definer as $$
    update frontdesk.jobs set run_at = run_at - p_by, lease_until = lease_until - p_by,
                              finished_at = finished_at - p_by
     where id = p_id $$;

-- Nothing of the demo's or of tests before.
delete from frontdesk.jobs;

-- ---- adding ----

select test.as_user(:owner_a) \g /dev/null
select private.job_add('one', '{"n": 1}', :client_a, p_unique => 'k') as first \gset
select isnt(:'first'::uuid, null, 'an owner''s transaction may add a job');
select is(private.job_add('one', '{"n": 2}', p_unique => 'k'), :'first'::uuid,
          'the same thing is added once');
select is(test.count('one'), 1, 'there is one row');
select isnt(private.job_add('two', '{}', p_unique => 'k'), :'first'::uuid,
            'another queue has keys of its own');
select throws_ok($$ select private.job_add('No such', '{}') $$, '23514', null,
                 'a queue is a name');
select throws_ok($$ select private.job_add('one', '[]') $$, '23514', null,
                 'a payload is an object');
select throws_ok($$ select private.job_add('one', jsonb_build_object('x', repeat('y', 65536))) $$,
                 '23514', null, 'and has an end');
select is((select count(*)::int from frontdesk.jobs), 0, 'but the owner sees none');
select throws_ok('select payload from frontdesk.jobs', '42501', null, 'nor what one is about');

-- ---- mail ----

select isnt(private.mail_add('a@b.example', 'verify_email', '{"token": "t"}', :client_a), null,
            'mail is a job');
select is(test.count('mail'), 1, 'in its queue');
select throws_ok(format('select private.mail_add(%L, %L, %L)', a, 'verify_email', '{}'), 'FD422',
                 null, 'no address: ' || to_json(left(a, 40)))
  from unnest(array['', 'a', 'a@', '@b', 'a@b@c', 'a b@c', 'a@b c', '<a@b>', 'a@b,c@d',
                    E'a@b\nBcc: c@d', E'a@b\r\n', E'a@b\n', 'a@b;c', '"a"@b', 'ä@b',
                    repeat('a', 65) || '@b', 'a@' || repeat('b', 253)]) a;
select throws_ok($$ select private.mail_add(null, 'verify_email', '{}') $$, 'FD422', null,
                 'nobody is no address');
select throws_ok($$ select private.mail_add('a@b.example', 'love_letter', '{}') $$, 'P0001', null,
                 'an unknown template is a mistake of ours');
select test.nobody() \g /dev/null
delete from frontdesk.jobs where queue = 'mail';

-- ---- taking ----

select test.later(:'first', '2 s') \g /dev/null
select test.later(id, '1 s') from frontdesk.jobs where queue = 'two' \g /dev/null
select is(test.take('n1', array['three']), 'nothing', 'a queue without jobs has none');
select is(test.take('n1'), 'one 1 1', 'the job that is due longest is taken first');
select is((test.of(:'first')).leased_by, 'n1', 'by a node');
select is(test.take('n2'), 'two 1 1', 'it is taken once; then the next');
select is(test.take('n2'), 'nothing', 'then there is none');
select throws_ok($$ select worker.job_take('n', null, 0) $$, 'FD422', null, 'a lease has a length');

select test.as_role('frontdesk_worker') \g /dev/null
select lives_ok($$ select worker.job_done(test.job(), test.lease()) $$, 'a job is done');
select is((test.of(test.job())).payload, '{}'::jsonb, 'and nothing is left of what it was about');
select throws_ok($$ select worker.job_done(test.job(), test.lease()) $$, 'FD409', null,
                 'done is done');
select throws_ok($$ select worker.job_failed(test.job(), test.lease(), 'x') $$, 'FD409', null,
                 'and does not fail later');

-- ---- a worker that is gone ----

select test.later(:'first', '59 s') \g /dev/null
select is(test.take('n2'), 'nothing', 'a lease holds to its end');
select test.later(:'first', '2 s') \g /dev/null
select is(test.take('n2'), 'one 2 2', 'and no longer: another takes the job');
select is((test.of(:'first')).payload, '{"n": 1}'::jsonb, 'with all that it needs');
select test.as_role('frontdesk_worker') \g /dev/null
select throws_ok(format('select worker.job_done(%L, 1)', :'first'), 'FD409', null,
                 'who had it before does not end it');
select throws_ok(format('select worker.job_failed(%L, 1, %L)', :'first', 'x'), 'FD409', null,
                 'nor fails it');
select throws_ok(format('select worker.job_extend(%L, 1, 60)', :'first'), 'FD409', null,
                 'nor holds it');
select throws_ok(format('select worker.job_run(%L, 1)', :'first'), 'FD409', null, 'nor does it');
select worker.job_extend(:'first', 2, 600) \g /dev/null
select test.later(:'first', '500 s') \g /dev/null
select is(test.take('n1'), 'nothing', 'a lease can be made longer');

-- ---- failing ----

select test.as_role('frontdesk_worker') \g /dev/null
select is(worker.job_failed(:'first'::uuid, 2, repeat('e', 600)), 'queued',
          'a failure is tried again');
select is(length((test.of(:'first')).last_error), 500, 'its reason is kept');
select ok((test.of(:'first')).run_at between now() + interval '10 s' and now() + interval '30 s',
          'after a while: twice 10 s, half to one and a half times that');
select is(test.take('n1'), 'nothing', 'not before');
select test.later(:'first', '30 s') \g /dev/null
select is(test.take('n1'), 'one 3 3', 'but then');
select test.as_role('frontdesk_worker') \g /dev/null
select is(worker.job_failed(:'first', 3, 'never', -1), 'dead', 'what can never be is dead at once');
select is(test.take('n1'), 'nothing', 'and stays where it is');

-- ---- admins ----

select test.nobody() \g /dev/null
update frontdesk.jobs set created_at = created_at - interval '1 s' where queue = 'two';
select test.as_user(:admin_id) \g /dev/null
select results_eq(
    $$ select queue, client_id, state, attempts, last_error
         from api.job_list(null, 'dead', 10, 0, null, null) $$,
    $$ values ('one', 'ca000000-0000-4000-8000-000000000000'::uuid, 'dead', 3, 'never') $$,
    'an admin sees dead jobs');
select is((select count(*)::int from api.job_list('two', null, 10, 0, null, null)), 1,
          'and those of a queue');
select is((select count(*)::int from api.job_list(null, null, 10, 0, now()::text, :'first')), 1,
          'and those after a job');
select results_eq(format('select state, attempts from api.job_retry(%L)', :'first'),
                  $$ values ('queued', 0) $$, 'a dead one is tried again');
select throws_ok(format('select api.job_retry(%L)', :'first'), 'FD409', null, 'no other is');
select throws_ok($$ select api.job_retry(gen_random_uuid()) $$, 'FD404', null,
                 'nor one that is not');
select test.as_user(:owner_a) \g /dev/null
select throws_ok($$ select api.job_list(null, null, 10, 0, null, null) $$, 'FD403', null,
                 'an owner sees none');
select throws_ok(format('select api.job_retry(%L)', :'first'), 'FD403', null, 'and retries none');
select is(test.take('n1'), 'one 4 1', 'its attempts count anew, its lease does not');

-- The last attempt.
select test.nobody() \g /dev/null
update frontdesk.jobs set attempts = max_attempts where id = :'first';
select test.as_role('frontdesk_worker') \g /dev/null
select is(worker.job_failed(:'first', 4, 'again'), 'dead', 'after the last attempt it is dead');
select test.nobody() \g /dev/null
update frontdesk.jobs
   set state = 'running', lease_until = now(), finished_at = null where id = :'first';
select is(test.take('n1'), 'nothing', 'one that its workers die of is not taken for ever');
select is((test.of(:'first')).state, 'dead', 'but dead at last');

-- ---- jobs of the database ----

create function worker.job_pieces(p_payload jsonb) returns text language plpgsql as $$
declare
    v_left int := nextval('pg_temp.pieces');
begin
    perform private.client_enter('ca000000-0000-4000-8000-000000000000');
    return case when v_left < 3 then 'more' else 'done' end;
end
$$;
create function worker.job_broken(p_payload jsonb) returns text language plpgsql as $$
begin
    insert into frontdesk.nodes (name) values ('half');
    perform 1 / 0;
    return 'done';
end
$$;
create temporary sequence pieces;
grant all on sequence pieces to frontdesk_worker;
grant execute on all functions in schema worker to frontdesk_worker;

create function test.run(p_queue text) returns text language plpgsql as $$
declare
    v_answer text;
begin
    if test.take('n1', array[p_queue]) = 'nothing' then
        return 'nothing';
    end if;
    perform test.as_role('frontdesk_worker');
    v_answer := worker.job_run(test.job(), test.lease());
    perform test.nobody();
    return v_answer;
end
$$;

select private.job_add('pieces', '{}'), private.job_add('broken', '{}'),
       private.job_add('unknown', '{}') \g /dev/null
select results_eq($$ select test.run('pieces') from generate_series(1, 4) $$,
                  $$ values ('more'), ('more'), ('done'), ('nothing') $$,
                  'long work goes in pieces');
select throws_ok($$ select test.run('broken') $$, '22012', null, 'what fails says so');
select is_empty($$ select from frontdesk.nodes where name = 'half' $$, 'and leaves nothing');
select is(test.run('unknown'), 'dead', 'what nobody can do is dead');
select is((test.of(test.job())).last_error, 'There is no function worker.job_unknown(jsonb).',
          'and says why');

-- ---- from time to time ----

delete from frontdesk.jobs;
select test.as_role('frontdesk_worker') \g /dev/null
select cmp_ok(worker.jobs_schedule(), '>=', 1, 'what is to be done from time to time is added');
select is(worker.jobs_schedule(), 0, 'once');
select is(test.count('jobs_expire'), 1, 'removing old jobs is among it');
select test.nobody() \g /dev/null
select is_empty($$ select queue, answer
                     from (select queue, test.run(queue) as answer from frontdesk.jobs
                            where state = 'queued'
                              and queue <> 'credentials_reseal') r  -- not by Postgres
                    where answer not in ('done', 'more') $$, 'and all of it can be done');

select test.nobody() \g /dev/null
delete from frontdesk.jobs;
insert into frontdesk.jobs (queue, state, finished_at)
select 'old', s, now() - d * interval '1 day'
  from unnest(array['done', 'dead']) s, unnest(array[1, 6, 8, 29, 31]) d;
select private.job_add('jobs_expire', '{"limit": 2}') \g /dev/null
select results_eq($$ select test.run('jobs_expire') from generate_series(1, 3) $$,
                  $$ values ('more'), ('more'), ('done') $$, 'they go in pieces');
select results_eq($$ select state, (now()::date - finished_at::date)::int from frontdesk.jobs
                      where queue = 'old' order by 1, 2 $$,
                  $$ values ('dead', 1), ('dead', 6), ('dead', 8), ('dead', 29),
                            ('done', 1), ('done', 6) $$,
                  'done ones after a week, dead ones after a month');

-- ---- in a call ----

select private.job_add('later', '{}') \g /dev/null
select test.as_role('frontdesk_worker') \g /dev/null
select private.client_enter(:client_a) \g /dev/null
select is((select count(*)::int from frontdesk.jobs), 0, 'a worker in a call sees no job');
select isnt(private.job_add('from_a_call', '{}', :client_a), null, 'but may cause one');

select * from finish();
rollback;
