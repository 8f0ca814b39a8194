-- SPDX-License-Identifier: BSD-2-Clause
-- A finished call of each client with rows in all tables of a call.  :call_a and :call_b, epoch 1.

select test.call_begin(901, '+15550300001', '+15550200001') as call_a,
       test.call_begin(902, '+15550300002', '+15550200002') as call_b \gset
\set call_a '\'' :call_a '\''
\set call_b '\'' :call_b '\''

create function test.call_fill(p_call uuid, p_name text) returns void language plpgsql as $$
begin
    perform test.as_role('frontdesk_worker');
    perform worker.call_reserve(p_call, 1, 30);
    perform worker.turn_add(p_call, 1, 0, 'assistant', 'Hello.', false, 5, null,
                            '{"state": "GREETING"}');
    perform worker.turn_add(p_call, 1, 1, 'user', 'Hi, I am ' || p_name, false, 900, null, null);
    perform worker.call_event(p_call, 1, 'test.event', '{"n": 1}');
    perform worker.tool(p_call, 1, 'book_appointment', json_build_object(
        'start', test.at(3, '10:00'), 'name', p_name));
    perform worker.tool(p_call, 1, 'capture_lead', json_build_object(
        'name', p_name, 'reason', 'a question', 'fields', json_build_object('pet', 'cat')));
    perform test.nobody();
end
$$;

select test.call_fill(:call_a, 'Ann') \g /dev/null
select test.call_fill(:call_b, 'Bob') \g /dev/null

insert into frontdesk.recordings (client_id, call_id, location) values
    (:client_a, :call_a, 'a/1.wav'), (:client_b, :call_b, 'b/1.wav');
