-- SPDX-License-Identifier: BSD-2-Clause
-- What a client's receptionist knows, and the words it is known by.

begin;
\ir lib/fixture.sql
select plan(19);

insert into frontdesk.knowledge_entries (client_id, question, answer, keywords, priority) values
    (:client_a, 'What insurance do you accept?', 'Most plans.', '{insurance,plan}', 0),
    (:client_a, 'Are you taking new patients?', 'Yes, we are.', '{"new patient"}', 0),
    (:client_a, 'How can I pay?', 'Cash or card. We take all of them.', '{payment,card}', 0),
    (:client_a, 'What does parking cost?', 'Nothing.', '{parking}', 9),
    (:client_b, 'Do you have a terrace?', 'Yes.', '{terrace,outside}', 0);

select test.call_begin(1, '+15550300001', '+15550200001') as call \gset
select set_config('test.call', :'call', true) \g /dev/null
create function test.search(p_query text) returns jsonb language sql as $$
    select test.tool(current_setting('test.call')::uuid, 'search_knowledge',
                     json_build_object('query', p_query)::text) $$;
create function test.first(p_query text) returns text language sql as
$$ select test.search(p_query) #>> '{results,0,question}' $$;

select is(test.first('do you take my insurance'), 'What insurance do you accept?',
          'a keyword outweighs a word of another question');
select is(test.first('is there a place to park my car'), 'Where can I park?', 'words are stemmed');
select is(test.first('do you have parking'), 'What does parking cost?',
          'of two as good the one of higher priority');
select is(test.search('insurance') #>> '{results,0,answer}', 'Most plans.', 'with its answer');
select cmp_ok((test.search('insurance plan') #>> '{results,0,rank}')::real, '=', 1::real,
              'all that was asked ranks 1');
select cmp_ok((test.search('insurance on the moon') #>> '{results,0,rank}')::real, '<', 0.6::real,
              'half of it less');
select is(test.search('xylophone') -> 'results', '[]', 'nothing matches nothing');
select is(test.search('the of and') -> 'results', '[]', 'nor do words that say nothing');
select is(test.search('terrace outside') -> 'results', '[]',
          'what another client knows is its own');
select is(test.search('all of them') -> 'results', '[]', 'an answer''s words alone find nothing');
select cmp_ok(jsonb_array_length(test.search('parking insurance patients payment park') ->
              'results'), '=', 3, 'three at most');
select is(test.search('a'' | b & !c:* <-> \ "') -> 'ok', 'true', 'operators are words');
select is(test.search('') ->> 'error', 'invalid', 'nothing asked');
select is(test.tool(:'call', 'search_knowledge', '{"query": {"a": 1}}') ->> 'error', 'invalid',
          'something that is no question');
update frontdesk.knowledge_entries set is_active = false where question like '%insurance%';
select is(test.search('insurance') -> 'results', '[]', 'an inactive entry is not found');
update frontdesk.knowledge_entries set is_active = true, keywords = '{umbrella}'
 where question like '%insurance%';
select is(test.first('umbrella'), 'What insurance do you accept?', 'new keywords are found');

-- The client's own words.

create temporary table words as select null::text as word where false;
grant all on words to public;
select test.as_role('frontdesk_worker') \g /dev/null
insert into words select * from worker.vocabulary(:client_a);
select test.nobody() \g /dev/null
select set_has('select word from words', $$ values ('Alpha'), ('whitening'), ('umbrella'),
               ('What insurance do you accept?') $$, 'vocabulary is in the client''s words');
select set_hasnt('select word from words', $$ values ('Beta'), ('table'), ('terrace') $$,
                 'and in no other''s');

select test.as_role('frontdesk_worker') \g /dev/null
select results_eq($$ select voice, greeting from worker.phrases()
                      where greeting in ('Hello, this is Alpha.', 'Hello, this is Beta.')
                      order by greeting $$,
                  $$ values ('slt', 'Hello, this is Alpha.'), ('slt', 'Hello, this is Beta.') $$,
                  'greetings of all clients');

select * from finish();
rollback;
