-- SPDX-License-Identifier: BSD-2-Clause
-- Adds a job in the caller's transaction and answers its id.  With p_unique, the same thing is
-- added once: a second time answers the id of the first, whatever became of it.  Runs as
-- frontdesk_definer: whoever may cause a job has no business with the others.

set local role frontdesk_definer;

create or replace function private.job_add(
    p_queue text, p_payload jsonb, p_client_id uuid default null,
    p_run_at timestamptz default now(), p_unique text default null)
returns uuid
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_id uuid;
begin
    insert into frontdesk.jobs (queue, payload, for_client_id, run_at, unique_key)
    values (p_queue, coalesce(p_payload, '{}'), p_client_id, coalesce(p_run_at, now()), p_unique)
    on conflict (queue, unique_key) do nothing
    returning id into v_id;

    if v_id is null then
        -- Whoever added it has committed: the insert waited for that.
        return (select j.id from frontdesk.jobs j
                 where j.queue = p_queue and j.unique_key = p_unique);
    end if;

    -- Workers look by themselves too; this makes it soon.
    if coalesce(p_run_at, now()) <= now() then
        perform pg_notify('frontdesk_jobs', '');
    end if;
    return v_id;
end
$$;

grant execute on function private.job_add(text, jsonb, uuid, timestamptz, text)
    to frontdesk_api, frontdesk_worker;
