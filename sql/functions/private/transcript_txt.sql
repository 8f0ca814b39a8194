-- SPDX-License-Identifier: BSD-2-Clause
-- What was said in a call, a line a turn.

create or replace function private.transcript_txt(p_call frontdesk.calls) returns text
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
    return coalesce((
        select string_agg('[' || left(private.clock_text(t.t_ms), 8) || '] '
                          || private.party_name(t.role) || ': '
                          || btrim(regexp_replace(t.content, '\s+', ' ', 'g')) || E'\n', ''
                          order by t.seq)
          from frontdesk.turns t
         where t.client_id = p_call.client_id
           and t.call_id = p_call.id
           and t.call_created_at = p_call.created_at
           and t.role in ('user', 'assistant', 'human')), '');
end
$$;

grant execute on function private.transcript_txt(frontdesk.calls) to frontdesk_api;
