-- SPDX-License-Identifier: BSD-2-Clause
-- Job: does an erasure of a person that was asked for, {"client_id", "erasure_id"}; "more" until
-- nothing is left.  A second time it does nothing.

create or replace function worker.job_erase_contact(p_payload jsonb) returns text
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
    perform private.client_enter((p_payload ->> 'client_id')::uuid);
    return private.erasure_step((p_payload ->> 'client_id')::uuid,
                                (p_payload ->> 'erasure_id')::uuid);
end
$$;
