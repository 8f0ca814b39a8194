-- SPDX-License-Identifier: BSD-2-Clause
-- Roles, schemas and the record of what was applied.  migrate.sh runs this first, every time,
-- under its lock; all of it may run again without effect.

do $do$
declare
    v_role text;
begin
    foreach v_role in array array['frontdesk_owner', 'frontdesk_definer', 'frontdesk_eraser',
                                  'frontdesk_api', 'frontdesk_worker'] loop
        if not exists (select from pg_roles r where r.rolname = v_role) then
            begin
                execute format('create role %I nologin nobypassrls', v_role);
            exception when duplicate_object or unique_violation then
                null;  -- made meanwhile by a runner on another database of this cluster
            end;
        end if;
    end loop;
end
$do$;

select not exists (select from pg_namespace n where n.nspname = 'frontdesk') as is_new \gset
\if :is_new
begin;

alter role frontdesk_api login;
alter role frontdesk_worker login;

-- A statement that is stuck must give its connection back, and nobody learns values from errors.
alter role frontdesk_api set statement_timeout = '2s';
alter role frontdesk_api set lock_timeout = '1s';
alter role frontdesk_api set idle_in_transaction_session_timeout = '5s';
alter role frontdesk_worker set statement_timeout = '5s';
alter role frontdesk_worker set lock_timeout = '2s';
alter role frontdesk_worker set idle_in_transaction_session_timeout = '5s';

-- No query of theirs is long enough to be worth compiling.
alter role frontdesk_api set jit = off;
alter role frontdesk_worker set jit = off;

-- The details of an error quote rows, and so names and numbers: they stay out of the server's log.
do $do$
begin
    alter role frontdesk_api set log_error_verbosity = terse;
    alter role frontdesk_worker set log_error_verbosity = terse;
exception when insufficient_privilege then
    raise warning 'set log_error_verbosity = terse, which takes a superuser';
end
$do$;

select format('revoke all on database %I from public', current_database()) \gexec
select format('grant connect on database %I to frontdesk_api, frontdesk_worker',
              current_database()) \gexec

create extension if not exists btree_gist with schema public;

create schema frontdesk authorization frontdesk_owner;
create schema private authorization frontdesk_owner;
create schema api authorization frontdesk_owner;
create schema worker authorization frontdesk_owner;

comment on schema frontdesk is 'tables';
comment on schema private is 'helpers of policies and functions';
comment on schema api is 'functions the nginx module calls';
comment on schema worker is 'functions the AI workers call';

grant usage on schema frontdesk, private to frontdesk_definer, frontdesk_api, frontdesk_worker;
grant usage on schema api to frontdesk_definer, frontdesk_api;
grant usage on schema worker to frontdesk_definer, frontdesk_worker;
grant create on schema private, api, worker to frontdesk_definer;

-- Postgres lets everybody execute new functions; here only those who are named may.
alter default privileges for role frontdesk_owner revoke execute on functions from public;
alter default privileges for role frontdesk_definer revoke execute on functions from public;
alter default privileges for role frontdesk_owner in schema api
    grant execute on functions to frontdesk_api;
alter default privileges for role frontdesk_definer in schema api
    grant execute on functions to frontdesk_api;
alter default privileges for role frontdesk_owner in schema worker
    grant execute on functions to frontdesk_worker;
alter default privileges for role frontdesk_definer in schema worker
    grant execute on functions to frontdesk_worker;

create table frontdesk.schema_migrations (
    kind        text not null check (kind in ('migration', 'repeatable')),
    name        text not null,
    sha256      text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    applied_at  timestamptz not null default now(),
    primary key (kind, name)
);
alter table frontdesk.schema_migrations owner to frontdesk_owner;
comment on table frontdesk.schema_migrations is
    'Files of sql/ that were applied: migrations once, repeatable files by their content';

commit;
\endif
