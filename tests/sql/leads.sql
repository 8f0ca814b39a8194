-- SPDX-License-Identifier: BSD-2-Clause
-- Leads, contacts' names, and how tools refuse.

begin;
\ir lib/fixture.sql
select plan(29);

select test.call_begin(1, '+15550300001', '+15550200001') as call,
       test.call_begin(2, 'anonymous', '+15550200001') as hidden \gset

-- A lead.
select test.tool(:'call', 'capture_lead', '{"name": " Ann\n\tSmith ", "reason": "a quote",
    "email": "ann@example.com", "callback_preference": "mornings",
    "fields": {"pet": "cat", "Bad Name": "x", "age": 7}}') as lead \gset
select is(:'lead'::jsonb ->> 'ok', 'true', 'a lead is taken');
select results_eq(format($$ select name, phone, email, reason, callback_preference, status
                              from frontdesk.leads where id = %L $$,
                         :'lead'::jsonb ->> 'lead_id'),
                  $$ values ('Ann Smith', '+15550300001', 'ann@example.com', 'a quote', 'mornings',
                             'new') $$, 'of the caller unless another number is given');
select results_eq($$ select name, value from frontdesk.lead_fields
                      where client_id = 'ca000000-0000-4000-8000-000000000000' $$,
                  $$ values ('pet', 'cat') $$, 'with fields of its own, those that are fields');
select is(test.tool(:'call', 'capture_lead', '{"phone": "212-555-0100"}'), :'lead'::jsonb,
          'once a call');
select results_eq($$ select name, phone, reason from frontdesk.leads
                      where client_id = 'ca000000-0000-4000-8000-000000000000' $$,
                  $$ values ('Ann Smith', '+12125550100', 'a quote') $$, 'brought up to date');
select is(test.tool(:'call', 'capture_lead', '{"phone": "334 06982"}') ->> 'ok', 'true',
          'digits that are no number of ours are kept');
select is((select phone from frontdesk.leads where call_id = :'call'), '33406982', 'as they were said');
select is(test.tool(:'call', 'capture_lead', '{"phone": "12"}') ->> 'field', 'phone',
          'a phone has to be one');
select is(test.tool(:'call', 'capture_lead', '{"email": "ann at home"}') ->> 'field', 'email',
          'and so has an address');
select is(test.tool(:'hidden', 'capture_lead', '{"name": "X"}') ->> 'field', 'phone',
          'a caller without number has to give one');
select is(test.tool(:'hidden', 'capture_lead', '{"name": "X", "phone": "+12125550101"}') ->> 'ok',
          'true', 'and then is a lead');

-- Names.
select is(test.tool(:'call', 'save_contact_name', '{"name": "Ann Smith"}'), '{"ok": true}',
          'a name is kept');
select is((select name from frontdesk.contacts where phone_number = '+15550300001'), 'Ann Smith',
          'with the contact');
select is(test.tool(:'hidden', 'save_contact_name', '{"name": "Mister X"}'), '{"ok": true}',
          'of a caller without number too');
select is((select count(*)::int from frontdesk.contacts where name = 'Mister X'), 0,
          'but not as a contact');
select test.as_user(:owner_a) \g /dev/null
select is((select string_agg(contact_name, ', ' order by contact_name)
             from api.conversation_list(:client_a)), 'Ann Smith, Mister X',
          'the call knows it');
select test.nobody() \g /dev/null
select is(test.tool(:'call', 'save_contact_name', '{"name": "  "}') ->> 'error', 'invalid',
          'no name is none');
select is(length((select caller_name from frontdesk.calls where id = :'call'
             and test.tool(:'call', 'save_contact_name', json_build_object('name',
                 repeat('n', 5000))::text) is not null)), 9, 'the row before it');
select is(length((select caller_name from frontdesk.calls where id = :'call')), 200,
          'a long one is cut');

-- Arguments nobody should send.
select is(test.tool(:'call', 'launch_rocket', '{}') ->> 'error', 'forbidden', 'an unknown tool');
select is(test.tool(:'call', 'capture_lead', '[1, 2]') ->> 'error', 'invalid', 'an array');
select is(test.tool(:'call', 'capture_lead', 'null') ->> 'error', 'invalid', 'null');
select is(test.tool(:'call', 'capture_lead', json_build_object('name', repeat('x', 20000))::text)
          ->> 'error', 'invalid', 'too much');
select is(test.tool(:'call', 'save_contact_name', '{"name": "a\u0000b"}') ->> 'error', 'invalid',
          'a zero character');
select is(test.tool(:'call', 'capture_lead', '{"name": {"a": []}, "reason": 5, "fields": [1]}')
          ->> 'ok', 'true', 'what is no string is not taken');
select is(test.tool(:'call', 'capture_lead', '{"client_id":
    "cb000000-0000-4000-8000-000000000000", "call_id": "x"}') ->> 'ok', 'true',
    'what is not asked for is not heard');
select is((select count(*)::int from frontdesk.leads where client_id = :client_b), 0,
          'least of all whose it is');
update frontdesk.agents set enabled_tools = '{search_knowledge}' where id = :agent_a;
select is(test.tool(:'call', 'capture_lead', '{}') ->> 'error', 'forbidden',
          'a tool the agent may not use');
select set_eq($$ select data ->> 'error' from frontdesk.call_events
                  where client_id = 'ca000000-0000-4000-8000-000000000000'
                    and kind = 'tool.called' and data ->> 'name' = 'capture_lead' $$,
              array[null, 'invalid', 'forbidden'], 'each use is in the call''s history');

select * from finish();
rollback;
