-- SPDX-License-Identifier: BSD-2-Clause
-- Job: erases a client, {"client_id"}, "more" until nothing is left.  With "erasure_id" it is the
-- one that was asked for, else the proof is made here.

create or replace function worker.job_erase_client(p_payload jsonb) returns text
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_client_id uuid := (p_payload ->> 'client_id')::uuid;
begin
    perform private.client_enter(v_client_id);
    return private.erasure_step(v_client_id, coalesce(
        (p_payload ->> 'erasure_id')::uuid,
        private.erasure_open(v_client_id, 'client', null, null)));
end
$$;
