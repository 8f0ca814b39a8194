-- SPDX-License-Identifier: BSD-2-Clause
-- Everything about a call.

create or replace function api.call_log_get(p_id uuid)
returns table (
    id uuid, client_id uuid, client_name text, agent_id uuid, agent_name text, campaign_id uuid,
    contact_id uuid, contact_name text, caller_phone text, called_phone text, direction text,
    call_type text, route text, status text, ended_reason text, carrier_status text,
    created_at timestamptz, answered_at timestamptz, ended_at timestamptz, duration int,
    settled_seconds int, turn_count int, summary text, sentiment text, node text,
    request_id text, erased_at timestamptz, cost json, latency_ms json, events json,
    transcript json, lead json, appointments json, recordings json)
language plpgsql stable rows 1 set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
    v_key  frontdesk.call_keys := private.call_key(p_id);
    v_call frontdesk.calls;
begin
    select c.* into v_call
      from frontdesk.calls c where c.id = p_id and c.created_at = v_key.created_at;
    if not found then
        perform private.refuse(404, 'There is no such call.');
    end if;

    return query
    select v_call.id, v_call.client_id, l.name, v_call.agent_id, a.name, v_call.campaign_id,
           v_call.contact_id, coalesce(nullif(p.name, ''), v_call.caller_name),
           v_call.caller_phone, v_call.called_phone, v_call.direction, v_call.call_type,
           v_call.route, v_call.status, v_call.ended_reason, v_call.carrier_status,
           v_call.created_at, v_call.answered_at, v_call.ended_at, v_call.duration,
           v_call.settled_seconds, v_call.turn_count, v_call.summary, v_call.sentiment,
           v_call.node, v_call.request_id, v_call.erased_at,
           private.call_cost_json(v_call), private.call_latency_json(v_call),
           (select coalesce(json_agg(json_build_object(
                       'kind', e.kind, 'data', e.data,
                       'timestamp', private.utc_text(e.created_at)) order by e.id), '[]')
              from frontdesk.call_events e
             where e.client_id = v_call.client_id and e.call_id = v_call.id
               and e.call_created_at = v_call.created_at),
           private.transcript_json(v_call.client_id, v_call.id, v_call.created_at),
           (select row_to_json(d) from frontdesk.leads e
             cross join lateral private.lead_row(e) d
             where e.client_id = v_call.client_id and e.call_id = v_call.id),
           (select coalesce(json_agg(row_to_json(d) order by d.starts_at, d.id), '[]')
              from frontdesk.appointments e
             cross join lateral private.appointment_row(e) d
             where e.client_id = v_call.client_id and e.call_id = v_call.id),
           (select coalesce(json_agg(json_build_object(
                       'id', r.id, 'party', r.party, 'status', r.status,
                       'content_type', r.content_type, 'duration_ms', r.duration_ms,
                       'bytes', r.bytes, 'created_at', private.utc_text(r.created_at))
                       order by r.created_at, r.id), '[]')
              from frontdesk.recordings r
             where r.client_id = v_call.client_id and r.call_id = v_call.id
               and r.status <> 'removed')
      from frontdesk.clients l
      left join frontdesk.agents a on a.client_id = l.id and a.id = v_call.agent_id
      left join frontdesk.contacts p on p.client_id = l.id and p.id = v_call.contact_id
     where l.id = v_call.client_id;
end
$$;
