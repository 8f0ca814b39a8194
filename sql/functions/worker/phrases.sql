-- SPDX-License-Identifier: BSD-2-Clause
-- Greetings of all active agents, to be synthesized before they are needed.  Runs as
-- frontdesk_definer: it is for no one call, and a greeting is what every caller hears anyway.

set local role frontdesk_definer;

create or replace function worker.phrases()
returns table (agent_id uuid, voice text, tts_speed real, greeting text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
    return query
    select a.id, a.tts_voice_id, a.tts_speed, a.initial_greeting
      from frontdesk.agents a
      join frontdesk.clients c on c.id = a.client_id and c.is_active
     where a.is_active and a.initial_greeting <> ''
     order by a.id;
end
$$;
