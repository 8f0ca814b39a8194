-- SPDX-License-Identifier: BSD-2-Clause
-- Contacts by hand: by id and by number, and out of a table.

begin;
\ir lib/fixture.sql
select plan(38);

create function test.try(p_statement text) returns text language plpgsql as $$
begin
    execute p_statement;
    return 'ok';
exception when others then
    return sqlstate || ' ' || sqlerrm;
end
$$;

create temporary table seen (id uuid, at timestamptz);
grant all on seen to frontdesk_api;

select test.as_user(:owner_a) \g /dev/null
select id as ann from api.contact_create(:client_a, '{"phone_number": "+15550300001",
    "name": " Ann ", "tags": ["vip", " vip", "new"], "notes": "Likes tea"}') \gset
select results_eq(format($$ select phone_number, name, tags::text, notes, is_blocked
                              from api.contact_get(%L) $$, :'ann'),
                  $$ values ('+15550300001', 'Ann', '["vip","new"]', 'Likes tea', false) $$,
                  'a contact is made, its words trimmed');
select is((select id from api.contact_get('+15550300001')), :'ann', 'and found by its number');
select throws_ok($$ select * from api.contact_create('ca000000-0000-4000-8000-000000000000',
    '{"phone_number": "+15550300001"}') $$, 'FD409', null, 'a number is one contact');
select throws_ok($$ select * from api.contact_create('cb000000-0000-4000-8000-000000000000',
    '{"phone_number": "+15550300001"}') $$, 'FD404', null, 'not for another''s client');
select id as bob from api.contact_create(null, '{"phone_number": "+15550300002", "name": "bob",
    "client_id": "ca000000-0000-4000-8000-000000000000"}') \gset
select is((select name from api.contact_get(:'bob')), 'bob', 'the client may be in the body');
select throws_ok($$ select * from api.contact_create('ca000000-0000-4000-8000-000000000000',
    '{"phone_number": "+15550300009",
      "tags": ["123456789012345678901234567890123456789012345678901"]}') $$, 'FD422',
    null, 'a tag that is too long');
select results_eq(format($$ select name, notes, is_blocked from api.contact_update(%L, null,
    '{"is_blocked": true, "name": "Ann B"}') $$, :'ann'),
    $$ values ('Ann B', 'Likes tea', true) $$, 'a change leaves the rest');
select is((select tags::text from api.contact_update(:'ann', null, '{"tags": []}')), '[]',
          'tags may go');
select throws_ok(format($$ select * from api.contact_update(%L, null,
    '{"phone_number": "+15550300002"}') $$, :'ann'), 'FD409', null, 'nor two with one number');
select is((select phone_number from api.contact_update('+15550300002', null,
    '{"phone_number": "+15550300003"}')), '+15550300003', 'a number changes, found by the old one');

-- Lists.
select is((select string_agg(name, ',') from api.contact_list(:client_a, p_sort => 'name')),
          'Ann B,bob', 'by name, whatever the case');
select is((select count(*)::int from api.contact_list(:client_a, p_q => 'TEA')), 1, 'by notes');
select is((select count(*)::int from api.contact_list(:client_a, p_q => '300003')), 1, 'by number');
select is((select count(*)::int from api.contact_list(:client_a, p_q => '%')), 0,
          'a percent sign is one');
select is((select count(*)::int from api.contact_list()), 2, 'of all my clients');
select test.as_user(:owner_b) \g /dev/null
select is((select count(*)::int from api.contact_list()), 0, 'which for another are others');
select throws_ok($$ select * from api.contact_list('ca000000-0000-4000-8000-000000000000') $$,
                 'FD404', null, 'whose list is not there');
select is(test.try(format('select * from api.contact_get(%L)', :'ann')),
          test.try('select * from api.contact_get(''0c000000-0000-4000-8000-000000000000'')'),
          'nor the contact, as if it were nobody''s');
select throws_ok(format('select * from api.contact_delete(%L)', :'ann'), 'FD404', null,
                 'nor removed');

-- One number of two clients.
select is((select name from api.contact_create(:client_b, '{"phone_number": "+15550300001",
    "name": "Other"}')), 'Other', 'another client may know the same number');
select test.as_user(:admin_id) \g /dev/null
select throws_ok($$ select * from api.contact_get('+15550300001') $$, 'FD409', null,
                 'who sees both has to say which');
select is((select name from api.contact_get('+15550300001', :client_b)), 'Other', 'so');
select throws_ok($$ select * from api.contact_get('+15550300001; select 1') $$, 'FD404', null,
                 'what is neither id nor number is nothing');

-- Keyset.
select test.as_user(:owner_a) \g /dev/null
insert into frontdesk.contacts (client_id, phone_number)
select :client_a, '+1555031' || lpad(n::text, 4, '0') from generate_series(1, 25) n;
insert into seen select l.id, l.created_at from api.contact_list(:client_a, p_limit => 10) l;
insert into seen select l.id, l.created_at
  from (select * from seen order by at, id limit 1) s,
       api.contact_list(:client_a, p_limit => 10, p_cursor_key => s.at::text,
                        p_cursor_id => s.id) l;
insert into seen select l.id, l.created_at
  from (select * from seen order by at, id limit 1) s,
       api.contact_list(:client_a, p_limit => 10, p_cursor_key => s.at::text,
                        p_cursor_id => s.id) l;
select is((select count(distinct id)::int from seen), 27, 'a cursor comes by everybody');
select is((select count(*)::int from seen), 27, 'once');
select throws_ok($$ select * from api.contact_list(p_sort => 'name', p_cursor_key => '2020-01-01',
    p_cursor_id => '0c000000-0000-4000-8000-000000000000') $$, 'FD400', null,
    'but not in another order');

-- Out of a table.
select created, updated, errors as wrong from api.contact_import(:client_a, '{"rows": [
    {"phone_number": "(212) 555-0101", "name": "Cay", "tags": "vip; new"},
    {"phone_number": "+15550300001", "name": "Ann C"},
    {"phone_number": "call me", "name": "Nobody"},
    {"phone_number": "+12125550101", "name": "Twice"},
    {"name": "Numberless"},
    "words"]}') \gset
select is(:'created' || ' ' || :'updated', '1 1', 'what is right is taken');
select results_eq(format($$ select (e ->> 'row')::int, e ->> 'field'
    from json_array_elements(%L) e order by 1 $$, :'wrong'),
    $$ values (3, 'phone_number'), (4, 'phone_number'), (5, 'phone_number'), (6, 'rows') $$,
    'what is wrong is told row by row');
select results_eq($$ select name, tags::text from api.contact_get('+12125550101') $$,
    $$ values ('Cay', '["new","vip"]') $$, 'numbers as people write them');
select results_eq(format($$ select name, notes from api.contact_get(%L) $$, :'ann'),
    $$ values ('Ann C', 'Likes tea') $$, 'what is known stays where nothing is said');
select throws_ok($$ select * from api.contact_import('ca000000-0000-4000-8000-000000000000',
    (select json_build_object('rows', json_agg('{}'::json)) from generate_series(1, 5001))) $$,
    'FD422', null, 'not more than 5000');
select is((select created from api.contact_import(:client_a, (select json_build_object('rows',
    json_agg(json_build_object('phone_number', '+1555' || (4000000 + n))))
    from generate_series(1, 5000) n))), 5000, '5000 at once');

-- Removing.
select throws_ok($$ select * from api.contact_import('cb000000-0000-4000-8000-000000000000',
    '{"rows": [{"phone_number": "+15550300007"}]}') $$, 'FD404', null, 'nor for others');
select is((select message from api.contact_delete('+15550300003')),
          'Contact deleted successfully', 'a contact is removed');
select throws_ok($$ select * from api.contact_get('+15550300003') $$, 'FD404', null, 'for good');

-- A viewer sees and changes nothing.
select test.nobody() \g /dev/null
insert into frontdesk.client_members (client_id, user_id, role)
values (:client_a, :owner_b, 'viewer');
select test.as_user(:owner_b) \g /dev/null
select is((select name from api.contact_get(:'ann')), 'Ann C', 'a viewer sees');
select throws_ok(format($$ select * from api.contact_update(%L, null, '{"name": "x"}') $$, :'ann'),
                 'FD403', null, 'but does not change');
select throws_ok(format($$ select * from api.contact_delete(%L) $$, :'ann'), 'FD403', null,
                 'nor remove');

select * from finish();
rollback;
