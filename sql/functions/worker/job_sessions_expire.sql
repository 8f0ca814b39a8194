-- SPDX-License-Identifier: BSD-2-Clause
-- The job of queue sessions_expire: removes sessions, links, ways to Google and counts of failed
-- logins that are over for a week, some thousand at a time.  Runs as frontdesk_definer: they are
-- of all users.

set local role frontdesk_definer;

create or replace function worker.job_sessions_expire(p_payload jsonb) returns text
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_before timestamptz := now() - interval '7 days';
    v_rows   int;
    v_more   boolean := false;
begin
    -- With their refresh tokens, of which each may have a few thousand.
    delete from frontdesk.sessions s
     where s.id in (select o.id from frontdesk.sessions o where o.expires_at < v_before limit 20);
    get diagnostics v_rows = row_count;
    v_more := v_rows = 20;

    delete from frontdesk.one_time_tokens t
     where t.id in (select o.id from frontdesk.one_time_tokens o
                     where o.expires_at < v_before limit 2000);
    get diagnostics v_rows = row_count;
    v_more := v_more or v_rows = 2000;

    delete from frontdesk.oauth_state_tokens t
     where t.id in (select o.id from frontdesk.oauth_state_tokens o
                     where o.expires_at < v_before limit 2000);
    get diagnostics v_rows = row_count;
    v_more := v_more or v_rows = 2000;

    delete from frontdesk.login_failures f
     where f.bucket in (select o.bucket from frontdesk.login_failures o
                         where o.last_at < v_before limit 2000);
    get diagnostics v_rows = row_count;
    return case when v_more or v_rows = 2000 then 'more' else 'done' end;
end
$$;
