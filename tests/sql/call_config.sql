-- SPDX-License-Identifier: BSD-2-Clause
-- What the calls of an agent have in common is told once: a worker that names it gets the rest.

begin;
\ir lib/fixture.sql
select plan(17);

select test.call_begin(1, '+15550300001', '+15550200001') as call \gset
select c.agent_id as agent, c.agent_version as version
  from frontdesk.calls c where c.id = :'call' \gset

create temporary table claim (c jsonb);
grant all on claim to public;

create function test.claim(p_call uuid, p_client uuid, p_agent uuid, p_version int)
returns jsonb language plpgsql as $$
declare
    v_claim jsonb;
begin
    perform test.as_role('frontdesk_worker');
    v_claim := worker.call_claim(p_call, 'node-1', null, p_client, p_agent, p_version);
    perform test.nobody();
    return v_claim;
end
$$;

-- Rows of services that this transaction has read.  (Of agents a key's check may read one: the call
-- was made in this transaction, too.)
create function test.config_read() returns bigint language sql as $$
    select sum(coalesce(s.seq_tup_read, 0) + coalesce(s.idx_tup_fetch, 0))::bigint
      from pg_stat_xact_user_tables s
     where s.schemaname = 'frontdesk' and s.relname = 'services'
$$;

-- Planned by now.
select test.claim(:'call', null, null, null) \g /dev/null

select test.config_read() as before \gset
insert into claim select test.claim(:'call', :client_a, :'agent', :version);
select is(test.config_read(), :before::bigint, 'who knows it costs no look at it');
select is((select c -> 'config' from claim), 'null', 'and is not told');
select is((select c ->> 'client_id' from claim), :client_a, 'but whose call it is');

select isnt(test.claim(:'call', :client_b, :'agent', :version) -> 'config', 'null',
            'who knows another client''s is told');
select isnt(test.claim(:'call', :client_a, :agent_b, :version) -> 'config', 'null',
            'or another agent''s');
select isnt(test.claim(:'call', :client_a, :'agent', :version + 1) -> 'config', 'null',
            'or another version');
select isnt(test.claim(:'call', :client_a, :'agent', null) -> 'config', 'null', 'or a part');
select is(test.claim(:'call', null, null, null) -> 'config' ->> 'agent_version', :'version',
          'with the version that it is');

-- Left out, and asked for after all.
select c.owner_epoch as epoch from frontdesk.calls c where c.id = :'call' \gset
select test.as_role('frontdesk_worker') \g /dev/null
select is(worker.call_config(:'call', :epoch) ->> 'greeting', 'Hello, this is Alpha.',
          'it is the same');
select throws_ok(format('select worker.call_config(%L, %s)', :'call', :epoch - 1), 'FD409', null,
                 'for the call''s worker alone');
select throws_ok($$ select worker.call_config('00000000-0000-4000-8000-00000000dead', 1) $$,
                 'FD404', null, 'and of a call that is');
select test.nobody() \g /dev/null

-- An agent that changes is another version for the next call, whatever a worker knows.
update frontdesk.agents set initial_greeting = 'Good day.' where id = :'agent';
select is(test.claim(:'call', :client_a, :'agent', :version) -> 'config', 'null',
          'a call goes on as it began');
select test.call_begin(2, '+15550300001', '+15550200001') as next \gset
select is(test.claim(:'next', :client_a, :'agent', :version) -> 'config' ->> 'greeting',
          'Good day.', 'the next one does not');
select is(test.claim(:'next', :client_a, :'agent', :version + 1) -> 'config', 'null',
          'unless it is known');

-- Who is told when something changes.
select set_eq($$ select t.tgrelid::regclass::text from pg_trigger t
                  where t.tgname = 'client_changed' and t.tgenabled = 'O' $$,
              array['frontdesk.clients', 'frontdesk.agents', 'frontdesk.phone_numbers',
                    'frontdesk.services', 'frontdesk.business_hours', 'frontdesk.holiday_hours',
                    'frontdesk.knowledge_entries', 'frontdesk.departments',
                    'frontdesk.transfer_targets', 'frontdesk.provider_credentials'],
              'of what is kept every table tells');
select is((select count(*)::int from pg_trigger t where t.tgname = 'client_emptied'), 9,
          'also when it is emptied');
select set_eq($$
    select a.attname::text from pg_attribute a
     where a.attrelid = 'frontdesk.clients'::regclass and a.attnum > 0 and not a.attisdropped
    except
    select a.attname::text from pg_trigger t
      join pg_attribute a on a.attrelid = t.tgrelid and a.attnum = any (t.tgattr)
     where t.tgname = 'client_changed' and t.tgrelid = 'frontdesk.clients'::regclass $$,
    array['id', 'owner_user_id', 'balance_seconds', 'is_suspended', 'created_at', 'updated_at'],
    'a column of a client tells, unless it is none of a worker''s business');

select * from finish();
rollback;
