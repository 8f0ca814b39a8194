-- SPDX-License-Identifier: BSD-2-Clause
-- Rules that hold for every table, policy, function and key there is or will be.

begin;
select plan(21);

-- Tables without a client's or a user's data: each has a reason.
create temporary table without_policies (name text, reason text);
insert into without_policies values
    ('schema_migrations', 'names of files; nobody has grants on it');

-- Functions that run with more rights than their caller's.
create temporary table definers (name text, owner text, reason text);
insert into definers values
    ('private.visible_clients', 'frontdesk_definer', 'policies use it'),
    ('private.managed_clients', 'frontdesk_definer', 'policies use it'),
    ('private.owned_clients', 'frontdesk_definer', 'policies use it'),
    ('private.client_has_owner', 'frontdesk_definer', 'the policy of clients uses it'),
    ('private.client_owner', 'frontdesk_definer', 'who makes a client is not yet its member'),
    ('private.client_removed', 'frontdesk_definer', 'who removes a client is a member no more'),
    ('private.member_guard', 'frontdesk_definer', 'counts owners whoever asks'),
    ('private.audit_add', 'frontdesk_definer', 'nobody else writes the audit log'),
    ('private.audit_seal', 'frontdesk_definer', 'nobody else writes the audit log'),
    ('private.audit_refused', 'frontdesk_definer', 'nobody else writes the audit log'),
    ('private.audit_refusals_flush', 'frontdesk_definer', 'nobody else counts refusals'),
    ('private.client_people', 'frontdesk_definer', 'members see each other''s names, not users'),
    ('private.client_is_there', 'frontdesk_definer', 'a removed client is seen by nobody'),
    ('private.actor_name', 'frontdesk_definer', 'a name in the audit log'),
    ('api.audit_refusal', 'frontdesk_definer', 'nobody is acting when it is told'),
    ('api.invitation_accept', 'frontdesk_definer', 'the token says which client it is'),
    ('api.admin_dashboard', 'frontdesk_definer', 'sums over all clients, after admin_only()'),
    ('api.admin_analytics', 'frontdesk_definer', 'sums over all clients, after admin_only()'),
    ('api.admin_analytics_by_service', 'frontdesk_definer',
     'sums over all clients, after admin_only()'),
    ('api.admin_analytics_by_client', 'frontdesk_definer',
     'sums over all clients, after admin_only()'),
    ('api.admin_top_calls', 'frontdesk_definer', 'sums over all clients, after admin_only()'),
    ('private.setting', 'frontdesk_definer', 'one named setting, for webhooks without a user'),
    ('private.number_find', 'frontdesk_definer', 'a webhook does not know the client yet'),
    ('private.call_find', 'frontdesk_definer', 'a worker does not know the client yet'),
    ('private.call_find_sid', 'frontdesk_definer', 'a webhook does not know the client yet'),
    ('private.calls_quiet', 'frontdesk_definer', 'lost calls are looked for among all clients'),
    ('private.ledger_apply', 'frontdesk_definer', 'nobody else may change a balance'),
    ('private.partitions_ensure', 'frontdesk_owner', 'makes tables'),
    ('private.partition_detach', 'frontdesk_owner', 'moves tables'),
    ('private.policies_common', 'frontdesk_owner', 'makes policies'),
    ('private.call_stats', 'frontdesk_definer', 'nobody else may change the sums'),
    ('private.call_mark', 'frontdesk_definer', 'a call''s row is the workers'' alone'),
    ('private.turns_find', 'frontdesk_definer', 'an index of words is not used under policies'),
    ('private.clients_all', 'frontdesk_definer', 'work for all clients in turn'),
    ('private.call_erase', 'frontdesk_eraser', 'erases'),
    ('private.call_remove', 'frontdesk_eraser', 'erases'),
    ('private.erase_contact', 'frontdesk_eraser', 'erases'),
    ('private.erase_client', 'frontdesk_eraser', 'erases'),
    ('private.erase_user', 'frontdesk_eraser', 'erases'),
    ('private.erasure_step', 'frontdesk_eraser', 'erases'),
    ('private.mentions_erase', 'frontdesk_eraser', 'erases'),
    ('private.retention_run', 'frontdesk_eraser', 'erases'),
    ('private.retention_client', 'frontdesk_eraser', 'erases'),
    ('private.job_add', 'frontdesk_definer', 'who causes a job sees no other'),
    ('private.login_bucket', 'frontdesk_definer', 'nobody is logged in yet'),
    ('private.login_wait', 'frontdesk_definer', 'nobody is logged in yet'),
    ('private.user_changed', 'frontdesk_definer', 'nobody else ends sessions of others'),
    ('private.token_add', 'frontdesk_definer', 'most who ask are not logged in'),
    ('private.token_take', 'frontdesk_definer', 'the token says who it is'),
    ('private.verify_mail', 'frontdesk_definer', 'nobody else makes tokens'),
    ('private.password_set', 'frontdesk_definer', 'nobody else writes a hash'),
    ('private.second_factor_take', 'frontdesk_definer', 'nobody else reads secrets and codes'),
    ('private.recovery_codes_make', 'frontdesk_definer', 'nobody else writes the codes'),
    ('api.act_as', 'frontdesk_definer', 'nobody is acting yet'),
    ('api.act_in_session', 'frontdesk_definer', 'nobody is acting yet'),
    ('api.act_as_key', 'frontdesk_definer', 'nobody is acting yet'),
    ('api.login_find', 'frontdesk_definer', 'nobody is logged in yet'),
    ('api.session_open', 'frontdesk_definer', 'nobody is acting yet'),
    ('api.session_rotate', 'frontdesk_definer', 'the token says who it is'),
    ('api.session_close', 'frontdesk_definer', 'the token says who it is'),
    ('api.login_failed', 'frontdesk_definer', 'nobody is logged in'),
    ('api.user_register', 'frontdesk_definer', 'nobody is acting yet'),
    ('api.email_verify', 'frontdesk_definer', 'the token says who it is'),
    ('api.verification_resend', 'frontdesk_definer', 'nobody else makes tokens'),
    ('api.password_forgot', 'frontdesk_definer', 'nobody is logged in'),
    ('api.reset_find', 'frontdesk_definer', 'nobody is logged in'),
    ('api.password_reset', 'frontdesk_definer', 'the token says who it is'),
    ('api.me_secret', 'frontdesk_definer', 'nobody else reads a hash'),
    ('api.me_update', 'frontdesk_definer', 'nobody else writes a hash'),
    ('api.totp_store', 'frontdesk_definer', 'nobody else writes secrets'),
    ('api.totp_enable', 'frontdesk_definer', 'nobody else writes secrets'),
    ('api.totp_remove', 'frontdesk_definer', 'nobody else writes secrets'),
    ('api.recovery_codes_renew', 'frontdesk_definer', 'nobody else writes the codes'),
    ('worker.job_sessions_expire', 'frontdesk_definer', 'those of all users'),
    ('private.idempotency_expire', 'frontdesk_definer', 'kept answers are of all users'),
    ('worker.credentials_old', 'frontdesk_definer', 'the key ring turns for all clients'),
    ('worker.credential_reseal', 'frontdesk_definer', 'the key ring turns for all clients'),
    ('api.google_take', 'frontdesk_definer', 'the state says which way it was'),
    ('api.google_login', 'frontdesk_definer', 'nobody is logged in yet'),
    ('api.google_proven', 'frontdesk_definer', 'nobody is logged in yet'),
    ('api.google_open', 'frontdesk_definer', 'nobody is logged in yet'),
    ('api.once_look', 'frontdesk_definer', 'guests'' keys are nobody''s'),
    ('api.once_claim', 'frontdesk_definer', 'guests'' keys are nobody''s'),
    ('private.once_forget', 'frontdesk_definer', 'guests'' keys are nobody''s'),
    ('worker.phrases', 'frontdesk_definer', 'greetings of all clients, for no one call');

-- Tables of clients' rows that no user changes, or that are a record themselves.
create temporary table without_audit (name text, reason text);
insert into without_audit values
    ('audit_log', 'it is the audit log'),
    ('calls', 'calls write it; a user removes the key, which is told'),
    ('turns', 'calls write it'),
    ('call_events', 'calls write it'),
    ('recordings', 'calls write it'),
    ('call_stats', 'a trigger counts'),
    ('latency_stats', 'a trigger counts'),
    ('payments', 'it is a record itself'),
    ('campaign_contacts', 'comes by the thousand; the campaign''s own change is told'),
    ('agent_versions', 'it says by whom and when; the agent''s own change is told');

create temporary view tables as
select c.* from pg_class c
 where c.relnamespace = 'frontdesk'::regnamespace and c.relkind in ('r', 'p');

create temporary view functions as
select p.*, n.nspname || '.' || p.proname as name
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace
 where n.nspname in ('frontdesk', 'private', 'api', 'worker');

select cmp_ok((select count(*)::int from tables where not relispartition), '>=', 20,
              'the walker finds the tables');

select is_empty($$
    select relname from tables
     where not (relrowsecurity and relforcerowsecurity)
       and relname not in (select name from without_policies) $$,
    'every table has row level security, enabled and forced');

select is_empty($$
    select relname from tables t
     where not relispartition
       and not exists (select from pg_policy p where p.polrelid = t.oid)
       and relname not in (select name from without_policies) $$,
    'every table has a policy');

select is_empty($$
    select relname from tables t
     where exists (select from pg_attribute a where a.attrelid = t.oid
                      and a.attname = 'client_id' and not a.attnotnull) $$,
    'a client_id is never null');

select is_empty($$
    select p.polrelid::regclass, p.polname from pg_policy p
     where p.polcmd in ('*', 'w', 'a') and p.polwithcheck is null $$,
    'every policy that lets write says what may be written');

select is_empty($$
    select p.polrelid::regclass, p.polname from pg_policy p where 0 = any (p.polroles) $$,
    'no policy is for everybody');

select is_empty($$
    select t.relname from tables t
     where exists (select from pg_attribute a
                    where a.attrelid = t.oid and a.attname = 'client_id')
       and not t.relispartition
       and not exists (select from pg_policy p
                        where p.polrelid = t.oid
                          and pg_get_expr(p.polqual, p.polrelid)
                              ~ 'private\.(visible|managed)_clients\(\)') $$,
    'every table of clients'' rows asks for the visible clients');

-- What may be changed is asked of another function than what may be seen: a viewer sees all.
select is_empty($$
    select t.relname, p.polname from tables t join pg_policy p on p.polrelid = t.oid
     where exists (select from pg_attribute a
                    where a.attrelid = t.oid and a.attname = 'client_id')
       and p.polcmd in ('*', 'a', 'w', 'd')
       and p.polroles && array(select r.oid from pg_roles r
                                where r.rolname in ('frontdesk_api', 'frontdesk_worker'))
       and coalesce(pg_get_expr(case when p.polcmd = 'd' then p.polqual else p.polwithcheck end,
                                p.polrelid), '')
           !~ 'private\.(writable_clients|owned_clients|user_is_admin)\(\)' $$,
    'every policy that lets change a client''s rows asks who may');

-- A statement that changes rows has both policies to heed.  Two that say "= any" in different words
-- are two searches in the index to the planner, which then takes none.
select is_empty($$
    select t.relname, p.polname from tables t join pg_policy p on p.polrelid = t.oid
     where exists (select from pg_attribute a
                    where a.attrelid = t.oid and a.attname = 'client_id')
       and p.polcmd = 'w'
       and p.polroles && array(select r.oid from pg_roles r
                                where r.rolname in ('frontdesk_api', 'frontdesk_worker'))
       and exists (select from pg_policy s
                    where s.polrelid = t.oid and s.polcmd = 'r'
                      and s.polroles && p.polroles
                      and pg_get_expr(s.polqual, s.polrelid) ~ '= ANY'
                      and pg_get_expr(p.polqual, p.polrelid) ~ '= ANY'
                      and pg_get_expr(s.polqual, s.polrelid)
                          <> pg_get_expr(p.polqual, p.polrelid)) $$,
    'what is changed is looked for as what is seen is');

select is_empty($$
    select t.relname, g.tgname from tables t join pg_trigger g on g.tgrelid = t.oid
     where g.tgname = 'audit' and g.tgfoid <> 'private.audit_row'::regproc
    union all
    select t.relname, 'no trigger audit' from tables t
     where not t.relispartition
       and (t.relname in ('clients', 'users', 'settings')
            or exists (select from pg_attribute a
                        where a.attrelid = t.oid and a.attname = 'client_id'))
       and not exists (select from pg_trigger g
                        where g.tgrelid = t.oid and g.tgname = 'audit')
       and t.relname not in (select name from without_audit) $$,
    'what a user changes is told to the audit log');

select is_empty($$
    select u.relname, u.at from (
        select t.relname, a.attname::text as at, a.attacl as acl
          from tables t join pg_attribute a on a.attrelid = t.oid where a.attacl is not null) u,
        aclexplode(u.acl) x where x.grantee = 0 $$,
    'no column is granted to PUBLIC');

select set_eq($$
    select name, pg_get_userbyid(proowner)::text from functions where prosecdef $$,
    $$ select name, owner from definers $$,
    'functions that run as somebody else are the reviewed ones');

select is_empty($$
    select name from functions p
     where p.prosqlbody is null
       and not coalesce(exists (select from unnest(p.proconfig) s
                                 where s = 'search_path=pg_catalog, pg_temp'), false) $$,
    'every function pins search_path, or was resolved when it was made');

select is_empty($$
    select name from functions where prosecdef and proconfig is null $$,
    'every definer pins search_path');

select is_empty($$
    select name from functions
     where pg_get_userbyid(proowner) not in ('frontdesk_owner', 'frontdesk_definer',
                                             'frontdesk_eraser')
    union all
    select relname from tables where pg_get_userbyid(relowner) <> 'frontdesk_owner' $$,
    'nothing belongs to a login role or a superuser');

select is_empty($$
    select n.nspname from pg_namespace n, aclexplode(n.nspacl) a
     where n.nspname in ('frontdesk', 'private', 'api', 'worker') and a.grantee = 0
    union all
    select c.relname from pg_class c, aclexplode(c.relacl) a
     where c.relnamespace = 'frontdesk'::regnamespace and a.grantee = 0
    union all
    select p.name from functions p,
           aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
     where a.grantee = 0
    union all
    select d.datname from pg_database d,
           aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
     where d.datname = current_database() and a.grantee = 0 $$,
    'nothing is granted to PUBLIC');

select is_empty($$
    select c.relname from pg_class c, aclexplode(c.relacl) a
     where c.relnamespace = 'frontdesk'::regnamespace and c.relispartition
       and a.grantee <> c.relowner $$,
    'partitions are reached through their table alone');

select is_empty($$
    select r.rolname from pg_roles r
     where r.rolname ~ '^frontdesk_'
       and (r.rolsuper or r.rolbypassrls or r.rolcreaterole or r.rolcreatedb
            or r.rolcanlogin <> (r.rolname in ('frontdesk_api', 'frontdesk_worker'))) $$,
    'the roles can do no more than they should');

select is_empty($$
    select c.conrelid::regclass, c.conname
      from pg_constraint c
      join pg_attribute own on own.attrelid = c.conrelid and own.attname = 'client_id'
      join pg_attribute far on far.attrelid = c.confrelid and far.attname = 'client_id'
     where c.contype = 'f' and c.conparentid = 0
       and not (own.attnum = any (c.conkey) and far.attnum = any (c.confkey)) $$,
    'a key between rows of clients includes the client');

select is_empty($$
    select c.relname from pg_class c
     where c.relnamespace = 'frontdesk'::regnamespace and c.relkind in ('v', 'm')
       and not coalesce(c.reloptions @> '{security_invoker=true}', false) $$,
    'views see what their reader may see');

select is_empty($$
    select i.indexrelid::regclass from pg_index i join tables t on t.oid = i.indrelid
     where not t.relispartition
       and not exists (select from pg_constraint c where c.conindid = i.indexrelid)
       and obj_description(i.indexrelid, 'pg_class') is null $$,
    'every index says which query it serves');

select * from finish();
rollback;
