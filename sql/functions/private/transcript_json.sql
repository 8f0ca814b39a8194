-- SPDX-License-Identifier: BSD-2-Clause
-- The turns of a call as JSON, in order.

create or replace function private.transcript_json(
    p_client_id uuid, p_call_id uuid, p_created_at timestamptz)
returns json
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
    return (select coalesce(json_agg(json_build_object(
                       'role', t.role, 'content', t.content,
                       'timestamp', private.utc_text(t.created_at), 'seq', t.seq,
                       'interrupted', t.interrupted, 't_ms', t.t_ms, 'timings', t.timings)
                       order by t.seq), '[]')
              from frontdesk.turns t
             where t.client_id = p_client_id
               and t.call_id = p_call_id
               and t.call_created_at = p_created_at);
end
$$;

grant execute on function private.transcript_json(uuid, uuid, timestamptz) to frontdesk_api;
