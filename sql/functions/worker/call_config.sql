-- SPDX-License-Identifier: BSD-2-Clause
-- What call_claim() left out, for a worker whose own copy grew old while it waited for the answer.

create or replace function worker.call_config(p_call_id uuid, p_epoch int) returns json
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
    return private.call_config(private.call_enter(p_call_id, p_epoch));
end
$$;
