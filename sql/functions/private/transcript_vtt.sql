-- SPDX-License-Identifier: BSD-2-Clause
-- What was said in a call as WebVTT: a cue a turn, from its start to that of the next one, the last
-- to the end of the call; none ends before it has begun.

create or replace function private.transcript_vtt(p_call frontdesk.calls) returns text
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
    return E'WEBVTT\n' || coalesce((
        select string_agg(E'\n' || (s.seq + 1) || E'\n' || private.clock_text(s.begins) || ' --> '
                          || private.clock_text(greatest(s.ends, s.begins + 1))
                          || E'\n<v ' || private.party_name(s.role) || '>' || s.words || E'\n', ''
                          order by s.seq)
          from (select t.seq, t.role, t.t_ms::bigint as begins,
                       coalesce(lead(t.t_ms) over (order by t.seq),
                                p_call.duration * 1000, t.t_ms + 5000)::bigint as ends,
                       -- Without these three nothing in a cue is a tag, an entity or an arrow.
                       replace(replace(replace(btrim(regexp_replace(t.content, '\s+', ' ', 'g')),
                               '&', '&amp;'), '<', '&lt;'), '>', '&gt;') as words
                  from frontdesk.turns t
                 where t.client_id = p_call.client_id
                   and t.call_id = p_call.id
                   and t.call_created_at = p_call.created_at
                   and t.role in ('user', 'assistant', 'human')
                   and btrim(t.content) <> '') s), '');
end
$$;

grant execute on function private.transcript_vtt(frontdesk.calls) to frontdesk_api;
