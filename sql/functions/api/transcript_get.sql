-- SPDX-License-Identifier: BSD-2-Clause
-- What was said in a call, as JSON, plain text, or subtitles for its recording.

create or replace function api.transcript_get(p_call_id uuid, p_format text)
returns table (content_type text, body text)
language plpgsql stable rows 1 set search_path = pg_catalog, pg_temp as $$
declare
    v_key  frontdesk.call_keys := private.call_key(p_call_id);
    v_call frontdesk.calls;
begin
    select c.* into v_call
      from frontdesk.calls c
     where c.id = p_call_id and c.created_at = v_key.created_at and c.erased_at is null;
    if not found then
        perform private.refuse(404, 'There is no such call.');
    end if;

    return query
    select case p_format when 'txt' then 'text/plain; charset=utf-8'
                         when 'vtt' then 'text/vtt; charset=utf-8'
                         else 'application/json' end,
           case p_format when 'txt' then private.transcript_txt(v_call)
                         when 'vtt' then private.transcript_vtt(v_call)
                         else json_build_object(
                             'call_id', v_call.id, 'client_id', v_call.client_id,
                             'duration', v_call.duration,
                             'created_at', private.utc_text(v_call.created_at),
                             'transcript', private.transcript_json(v_call.client_id, v_call.id,
                                                                   v_call.created_at))::text end;
end
$$;
