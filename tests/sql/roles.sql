-- SPDX-License-Identifier: BSD-2-Clause
-- Who may do what in every table with clients' rows: a viewer, a manager and an owner of client A,
-- the owner of another client, an admin, and a key of the owner's that only reads or is for another
-- client.  The roles get every right on every table first, so that it is the policies that hold.

begin;
\ir lib/fixture.sql
\ir lib/people.sql

create temporary view client_tables as
select c.relname::text as name
  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'client_id'
 where c.relnamespace = 'frontdesk'::regnamespace and c.relkind in ('r', 'p')
   and not c.relispartition;

-- What everybody sees and managers change is not here.
create temporary table exceptions (name text, action text, who text[], reason text);
insert into exceptions values
    ('client_members', 'insert', '{owner,admin}', 'owners say who is a member'),
    ('client_members', 'update', '{owner,admin}', 'owners say who is a member'),
    ('client_members', 'delete', '{viewer,manager,owner,admin}', 'everybody may leave'),
    ('client_invitations', 'insert', '{owner,admin}', 'owners invite'),
    ('client_invitations', 'update', '{owner,admin}', 'owners invite'),
    ('client_invitations', 'delete', '{owner,admin}', 'owners invite'),
    ('audit_log', 'select', '{manager,owner,admin,reader}', 'who is more than a viewer'),
    ('audit_log', 'insert', '{}', 'private.audit_seal() alone'),
    ('audit_log', 'update', '{}', 'append-only'),
    ('audit_log', 'delete', '{}', 'append-only'),
    ('call_stats', 'insert', '{}', 'a trigger counts'),
    ('call_stats', 'update', '{}', 'a trigger counts'),
    ('call_stats', 'delete', '{}', 'a trigger counts'),
    ('latency_stats', 'insert', '{}', 'a trigger counts'),
    ('latency_stats', 'update', '{}', 'a trigger counts'),
    ('latency_stats', 'delete', '{}', 'a trigger counts'),
    ('provider_credentials', 'insert', '{owner,admin}', 'secrets are owners'''),
    ('provider_credentials', 'update', '{owner,admin}', 'secrets are owners'''),
    ('provider_credentials', 'delete', '{owner,admin}', 'secrets are owners'''),
    ('payments', 'update', '{}', 'workers say what became of one'),
    ('payments', 'delete', '{}', 'kept like the ledger'),
    ('ledger', 'insert', '{admin}', 'seconds are given by admins'),
    ('ledger', 'update', '{}', 'append-only'),
    ('ledger', 'delete', '{}', 'append-only');

create temporary table people (who text, user_id uuid, key_client_id text, key_read_only text);
insert into people values
    ('viewer', :viewer_a, '', ''), ('manager', :manager_a, '', ''), ('owner', :owner_a, '', ''),
    ('other', :owner_b, '', ''), ('admin', :admin_id, '', ''),
    ('reader', :owner_a, '', 'on'), ('stranger', :owner_a, :client_b, ''),
    ('nobody', null, '', '');

select plan((select 1 + 4 * 8 * count(*)::int from client_tables));
select isnt_empty('select from client_tables', 'there are tables to walk');
grant all on all tables in schema frontdesk to frontdesk_api;
grant all on all sequences in schema frontdesk to frontdesk_api;

-- Runs a statement as somebody, undoes it, and says whether it was let do anything.
create function test.try(p_who people, p_statement text) returns text language plpgsql as $$
declare
    v_rows   int;
    v_result text;
begin
    perform test.nobody();
    begin
        if p_who.user_id is null then
            perform test.as_role('frontdesk_api');
        else
            perform test.as_user(p_who.user_id);
        end if;
        perform set_config('frontdesk.key_client_id', p_who.key_client_id, true),
                set_config('frontdesk.key_read_only', p_who.key_read_only, true);
        execute p_statement;
        get diagnostics v_rows = row_count;
        v_result := case when v_rows > 0 then 'yes' else 'no' end;
        raise exception using errcode = 'TU000';  -- undoes it
    exception
        when sqlstate 'TU000' then null;
        -- What a policy lets pass may still break another rule.
        when insufficient_privilege then v_result := 'no';
        when integrity_constraint_violation or sqlstate 'FD409' then v_result := 'yes';
        when others then v_result := sqlstate || ' ' || sqlerrm;
    end;
    perform test.nobody();
    return v_result;
end
$$;

create function test.matrix(p_table text) returns setof text language plpgsql as $$
declare
    v_a      text := quote_literal('ca000000-0000-4000-8000-000000000000');
    v_t      text := format('frontdesk.%I', p_table);
    v_who    people;
    v_action text;
    v_may    text[];
    v_row    jsonb;
begin
    execute format('select to_jsonb(t) - ''reference'' from %s t where client_id = %s limit 1',
                   v_t, v_a) into v_row;
    for v_who in select * from people loop
        foreach v_action in array array['select', 'insert', 'update', 'delete'] loop
            v_may := coalesce(
                (select e.who from exceptions e
                  where e.name = p_table and e.action = v_action),
                case when v_action = 'select' then '{viewer,manager,owner,admin,reader}'::text[]
                     else '{manager,owner,admin}' end);
            return next is(
                test.try(v_who, case v_action
                    when 'select' then format('select from %s where client_id = %s', v_t, v_a)
                    when 'insert' then format(
                        'insert into %s overriding system value '
                        'select (jsonb_populate_record(null::%s, %L)).*', v_t, v_t, v_row)
                    when 'update' then format(
                        'update %s set client_id = client_id where client_id = %s', v_t, v_a)
                    else format('delete from %s where client_id = %s', v_t, v_a) end),
                case when v_who.who = any (v_may) then 'yes' else 'no' end,
                format('%s: %s by %s', p_table, v_action, v_who.who));
        end loop;
    end loop;
end
$$;

select test.matrix(name) from client_tables order by name;

select * from finish();
rollback;
