-- SPDX-License-Identifier: BSD-2-Clause
-- For every table with clients' rows: another owner, and a worker in another client's call, see
-- nothing and change nothing.  The roles get every right on every table first, so that it is the
-- policies that hold and not what happens to be granted today.

begin;
\ir lib/fixture.sql
\ir lib/people.sql

create temporary view client_tables as
select c.relname::text as name
  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'client_id'
 where c.relnamespace = 'frontdesk'::regnamespace and c.relkind in ('r', 'p')
   and not c.relispartition;

select plan((select 4 + 14 * count(*)::int from client_tables));
grant all on all tables in schema frontdesk to frontdesk_api, frontdesk_worker;
grant all on all sequences in schema frontdesk to frontdesk_api, frontdesk_worker;

-- Runs a statement as one who sees client B; answers how many rows it touched, or the code it was
-- refused with.
create function test.try(p_role text, p_statement text) returns text language plpgsql as $$
declare
    v_rows int;
    v_result text;
begin
    perform test.nobody();
    begin
        if p_role = 'frontdesk_api' then
            perform test.as_user('0b000000-0000-4000-8000-000000000000');
        else
            perform test.as_role('frontdesk_worker');
            perform private.call_enter((select k.call_id from private.call_find(
                current_setting('test.call_b')::uuid) k), 1);
        end if;
        execute p_statement;
        get diagnostics v_rows = row_count;
        v_result := v_rows;
    exception when others then
        v_result := sqlstate;
    end;
    perform test.nobody();
    return v_result;
end
$$;

select set_config('test.call_b', :call_b, true) \g /dev/null

create function test.tenancy(p_table text, p_role text) returns setof text language plpgsql as $$
declare
    v_a   text := quote_literal('ca000000-0000-4000-8000-000000000000');
    v_b   text := quote_literal('cb000000-0000-4000-8000-000000000000');
    v_t   text := format('frontdesk.%I', p_table);
    v_who text := p_table || ', ' || p_role || ': ';
    v_row jsonb;
    v_seen int;
begin
    -- A reference the ledger knows is passed over: without it, the row has to be refused.
    execute format('select to_jsonb(t) - ''reference'' from %s t where client_id = %s limit 1',
                   v_t, v_a) into v_row;
    return next isnt(v_row, null, v_who || 'the other client has a row');
    return next cmp_ok(test.try(p_role, format('select from %s where client_id = %s', v_t, v_b)),
                       '>', '0', v_who || 'its own rows are seen');
    return next is(test.try(p_role, format('select from %s where client_id = %s', v_t, v_a)),
                   '0', v_who || 'the other''s rows are not');
    return next is(test.try(p_role, format(
        'update %s set client_id = client_id where client_id = %s', v_t, v_a)),
        '0', v_who || 'nor changed');
    return next is(test.try(p_role, format('delete from %s where client_id = %s', v_t, v_a)),
        '0', v_who || 'nor removed');
    return next matches(test.try(p_role, format(
        'insert into %s overriding system value select (jsonb_populate_record(null::%s, %L)).*',
        v_t, v_t, v_row)), '^42501$', v_who || 'nor added to');
    return next matches(test.try(p_role, format(
        'update %s set client_id = %s where client_id = %s', v_t, v_a, v_b)),
        '^(0|42501|23503|FD403)$', v_who || 'own rows are not given away');
end
$$;

select test.tenancy(name, 'frontdesk_api') from client_tables order by name;
select test.tenancy(name, 'frontdesk_worker') from client_tables order by name;

-- The table of clients itself.
select is(test.try('frontdesk_api', 'select from frontdesk.clients'), '1',
          'an owner sees its own client alone');
select is(test.try('frontdesk_worker', 'select from frontdesk.clients'), '1',
          'a worker sees its call''s client alone');
select is(test.try('frontdesk_api', $$ update frontdesk.clients set name = 'mine'
          where id = 'ca000000-0000-4000-8000-000000000000' $$), '0',
          'another''s client is not changed');
select is(test.try('frontdesk_api', $$ update frontdesk.clients
          set owner_user_id = '0a000000-0000-4000-8000-000000000000' $$), '42501',
          'a client is not given away');

select * from finish();
rollback;
