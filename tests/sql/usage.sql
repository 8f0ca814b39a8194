-- SPDX-License-Identifier: BSD-2-Clause
-- What calls took of services outside: told by their workers, priced, and said with the call.

begin;
\ir lib/fixture.sql
select plan(13);

create function test.sums(variadic p_sums text[]) returns jsonb language sql as $$
    select jsonb_agg(jsonb_build_object('kind', split_part(s, ' ', 1),
                                        'provider', split_part(s, ' ', 2),
                                        'model', split_part(s, ' ', 3),
                                        'unit', split_part(s, ' ', 4),
                                        'quantity', split_part(s, ' ', 5)::bigint))
      from unnest(p_sums) s $$;
create function test.cost(p_call uuid) returns jsonb language sql as $$
    select private.call_cost_json(c)::jsonb from frontdesk.calls c where c.id = p_call $$;

insert into frontdesk.model_prices (kind, provider, model, unit, price_micros) values
    ('llm', 'openai', '', 'token_in', 150), ('llm', 'openai', '', 'token_out', 600),
    ('llm', 'openai', 'big', 'token_out', 6000), ('tts', 'cartesia', '', 'character', 40000);

select test.call_begin(1, '+15550300001', '+15550200001') as one \gset
select test.as_role('frontdesk_worker') \g /dev/null
select lives_ok(format($$ select worker.usage_set(%L, 1, test.sums(
                              'llm openai small token_in 2000',
                              'llm openai small token_out 1000',
                              'tts cartesia sonic character 500')) $$, :'one'), 'sums are told');
select lives_ok(format($$ select worker.usage_set(%L, 1, test.sums(
                              'llm openai small token_in 2000',
                              'llm openai small token_out 1000',
                              'tts cartesia sonic character 500')) $$, :'one'), 'and told again');
select test.nobody() \g /dev/null
select is(test.cost(:'one') -> 'micros', to_jsonb(300 + 600 + 20000),
          'told twice they cost once');
select is((select k -> 'usage' from jsonb_array_elements(test.cost(:'one') -> 'providers') k
            where k ->> 'kind' = 'llm'), '{"token_in": 2000, "token_out": 1000}',
          'the call says what was taken');
select is((select k ->> 'provider' from jsonb_array_elements(test.cost(:'one') -> 'providers') k
            where k ->> 'kind' = 'stt'), 'pocketsphinx',
          'of a kind that nobody counted the agent''s provider had it');

-- Another worker takes the call over and counts from nothing.
update frontdesk.calls set owner_epoch = 2 where id = :'one';
select test.as_role('frontdesk_worker') \g /dev/null
select throws_ok(format($$ select worker.usage_set(%L, 1, '[]') $$, :'one'), 'FD409', null,
                 'a worker that lost the call tells nothing');
select worker.usage_set(:'one', 2, test.sums('llm openai small token_in 1000',
                                             'llm openai big token_out 100')) \g /dev/null
select test.nobody() \g /dev/null
select is((select sum((k ->> 'micros')::int) from jsonb_array_elements(
               test.cost(:'one') -> 'providers') k where k ->> 'model' = 'small'), 450 + 600::bigint,
          'both owners'' sums are added');
select is((select k ->> 'micros' from jsonb_array_elements(test.cost(:'one') -> 'providers') k
            where k ->> 'model' = 'big'), '600', 'a model''s own price goes before its provider''s');

select test.as_role('frontdesk_worker') \g /dev/null
select worker.usage_set(:'one', 2, test.sums('stt deepgram nova-3 second 60')) \g /dev/null
select test.nobody() \g /dev/null
select is(test.cost(:'one') -> 'micros', 'null', 'without a price nobody knows the sum');

select test.as_role('frontdesk_worker') \g /dev/null
select throws_ok(format($$ select worker.usage_set(%L, 2, '{}') $$, :'one'), 'FD422', null,
                 'usage is an array');
select throws_ok(format($$ select worker.usage_set(%L, 2, test.sums('llm x y hours 1')) $$, :'one'),
                 'FD422', null, 'of known units');
select throws_ok(format($$ select worker.usage_set(%L, 2, '[{"kind":"llm","provider":"x",
                           "model":"", "unit":"second","quantity":-1}]') $$, :'one'),
                 'FD422', null, 'and never less than nothing');
select throws_ok(format($$ select worker.usage_set(%L, 2, (select jsonb_agg('{}'::jsonb)
                           from generate_series(1, 65))) $$, :'one'), 'FD422', null,
                 'and not of any length');

select test.nobody() \g /dev/null
select * from finish();
rollback;
