-- SPDX-License-Identifier: BSD-2-Clause
-- Knowledge by hand and out of documents.

begin;
\ir lib/fixture.sql
select plan(45);

create function test.create(p_body text) returns uuid language sql as $$
    select o.id from api.knowledge_create('ca000000-0000-4000-8000-000000000000',
                                          p_body::json) o $$;
create function test.import(p_format text, p_content text, p_title text default 'Handbook')
returns text language sql as $$
    select o.created || '+' || o.skipped
      from api.knowledge_import('ca000000-0000-4000-8000-000000000000', json_build_object(
               'title', p_title, 'content', p_content, 'format', p_format)) o $$;
create function test.answer(p_question text) returns text language sql as $$
    select k.answer from frontdesk.knowledge_entries k
     where k.client_id = 'ca000000-0000-4000-8000-000000000000' and k.question = p_question $$;

select test.as_user(:owner_a) \g /dev/null

-- By hand.
select test.create('{"question": "Do you sell gift cards?", "answer": "Yes, at the desk.",
                     "category": "money", "keywords": ["gift card", "voucher"],
                     "priority": 3}') as entry \gset
select results_eq(format($$ select question, answer, category, keywords::text, priority, is_active
                              from api.knowledge_get(%L) $$, :'entry'),
    $$ values ('Do you sell gift cards?', 'Yes, at the desk.', 'money', '["gift card","voucher"]',
               3, true) $$, 'an entry');
select results_eq(format($$ select question, category, rank > 0.4
                              from api.knowledge_search(%L, '{"query": "any vouchers"}') $$,
                         :client_a),
                  $$ values ('Do you sell gift cards?', 'money', true) $$, 'is found as callers ask');
select is((select answer from api.knowledge_update(:'entry', '{"answer": "Online."}')), 'Online.',
          'it changes');
select is((select count(*)::int from api.knowledge_search(:client_a, '{"query": "voucher"}')), 1,
          'the rest stays');
select is((select is_active from api.knowledge_update(:'entry', '{"is_active": false}')), false,
          'it is switched off');
select is((select count(*)::int from api.knowledge_search(:client_a, '{"query": "voucher"}')), 0,
          'and not found');
select throws_ok($$ select test.create('{"question": "Q", "answer": "[price]"}') $$, 'FD422', null,
                 'callers hear no placeholder');
select isnt(test.create('{"question": "Q", "answer": "[price]", "is_active": false}'), null,
            'which may wait');
select throws_ok($$ select api.knowledge_update(k.id, '{"is_active": true}')
                      from frontdesk.knowledge_entries k where k.question = 'Q' $$, 'FD422', null,
                 'until it is filled in');
select throws_ok($$ select test.create('{"answer": "A"}') $$, 'FD422', null, 'a question is needed');
select throws_ok($$ select test.create('{"question": "Q"}') $$, 'FD422', null, 'and an answer');
select throws_ok($$ select test.create('{"question": "Q", "answer": "A", "keywords": [1]}') $$,
                 'FD422', null, 'keywords are words');
select throws_ok($$ select test.create('{"question": "Q", "answer": "A", "rank": 1}') $$, 'FD400',
                 null, 'and nothing else is');
select throws_ok(format($$ select api.knowledge_search(%L, '{"query": " "}') $$, :client_a),
                 'FD422', null, 'nothing is not searched for');

-- Listed.
select results_eq(format($$ select question from api.knowledge_list(%L, 'GIFT', null, null, null,
                                                                    50, 0, null, null) $$,
                         :client_a), $$ values ('Do you sell gift cards?') $$, 'by a part');
select results_eq(format($$ select question from api.knowledge_list(%L, null, 'money', false, null,
                                                                    50, 0, null, null) $$,
                         :client_a), $$ values ('Do you sell gift cards?') $$, 'by category');
select results_eq(format($$ select question from api.knowledge_list(%L, null, null, null,
                              '-priority', 1, 0, null, null) $$, :client_a),
                  $$ values ('Do you sell gift cards?') $$, 'by priority');
select throws_ok(format($$ select * from api.knowledge_list(%L, null, null, null, null, 50, 0, null,
                                                            null) $$, :client_b), 'FD404', null,
                 'another''s is not told');

-- Markdown.
select is(test.import('markdown', $md$
We are a small *family* business.

# Handbook

## Parking
There is a lot **behind** the [house](https://example.com/map).
It is free.

Bring change for the street.

## Prices
- Cut: `40` dollars
- Color: 90 dollars
1. Pay at the desk

| day | price |
| --- | ----- |
| Monday | 10 |

### Students
They pay half.

Who may come
------------
Everybody.

**Do you have wifi?**

Yes; ask for the password.
$md$), '6+0', 'a document is cut at its headings');
select is(test.answer('Handbook'), 'We are a small family business.',
          'what comes first answers the title');
select is(test.answer('Parking'), 'There is a lot behind the house. It is free. Bring change for '
          'the street.', 'paragraphs come together, without what only the eye needs');
select is(test.answer('Prices'), 'Cut: 40 dollars. Color: 90 dollars. Pay at the desk. day, price. '
          'Monday, 10.', 'lists and tables become sentences');
select is(test.answer('Prices: Students'), 'They pay half.', 'a part says of what');
select is(test.answer('Who may come'), 'Everybody.', 'underlined headings are headings');
select is(test.answer('Do you have wifi?'), 'Yes; ask for the password.', 'and so are bold lines');
select results_eq(format($$ select question from api.knowledge_search(%L,
                              '{"query": "what do students pay"}') limit 1 $$, :client_a),
                  $$ values ('Prices: Students') $$, 'callers find it');

-- Plain text.
select is(test.import('text', $txt$
Opening hours

We open at nine and close at five,
every day but Sunday.

Can I bring a dog?
Yes, small dogs.

Q: Is there a terrace?
A: There is, in summer.

Contact us by
telephone, please.
$txt$, 'Guide'), '3+0', 'plain text is cut at questions and short lines');
select is(test.answer('Opening hours'), 'We open at nine and close at five, every day but Sunday.',
          'a short line by itself is a heading');
select is(test.answer('Can I bring a dog?'), 'Yes, small dogs.', 'a question is one');
select is(test.answer('Is there a terrace?'), 'There is, in summer. Contact us by telephone, please.',
          'a broken line is none');
select is((select distinct category from frontdesk.knowledge_entries
            where question = 'Opening hours'), 'Guide', 'the category is the title');
select is(test.import('text', E'Opening hours\n\nWe open at nine and close at five,\nevery day but '
                              'Sunday.', 'Guide'), '0+1', 'what is there word for word is left out');
select is(test.import('text', E'Fee\n\nIt is [amount].', 'Guide'), '1+0', 'a placeholder waits');
select is((select is_active from frontdesk.knowledge_entries where question = 'Fee'), false,
          'inactive');

-- Long ones.
select is(test.import('text', E'Story\n\n' || repeat('One sentence of some length. ', 100)), '3+0',
          'a long answer is cut');
select results_eq($$ select question from frontdesk.knowledge_entries
                      where question like 'Story%' order by question $$,
                  $$ values ('Story'), ('Story (2)'), ('Story (3)') $$, 'and its parts numbered');
select is((select count(*)::int from frontdesk.knowledge_entries
            where question like 'Story%' and (length(answer) > 1000 or answer !~ '\.$')), 0,
          'between sentences');
select is((select string_agg(p, '|') from private.text_pieces('aaa bbb cccccccc dd', 6) p),
          'aaa|bbb|cccccc|cc dd', 'a sentence that is too long is cut between words, a word within');
select is(test.import('text', repeat('x', 900000)), '900+0', 'a word without end is cut as well');
select is((select max(length(answer)) from frontdesk.knowledge_entries), 1000,
          'so that nothing is too long to be said');
select throws_ok($$ select test.import('text', repeat('word and word. ', 80000), 'More') $$, 'FD422',
                 'A client can have at most 2000 knowledge entries.', 'there is an end to it');
select throws_ok($$ select test.import('pdf', 'x') $$, 'FD422', null, 'a format there is not');
select throws_ok($$ select test.import('text', E' \n ') $$, 'FD422', null, 'an empty document');
select throws_ok($$ select test.import('markdown', E'# A\n## B\n') $$, 'FD422', null,
                 'one of headings alone');
select throws_ok(format($$ select api.knowledge_import(%L, '{"title": "T", "content": "c"}') $$,
                        :client_b), 'FD404', null, 'another''s client learns nothing');

select * from finish();
rollback;
