-- SPDX-License-Identifier: BSD-2-Clause
-- After a POST with an Idempotency-Key was done: writes its answer and keeps it, in the same
-- transaction.  p_rows are those of the function that did it; without one there is no answer.

create or replace function api.idempotency_keep(
    p_key text, p_route text, p_hash text, p_status int, p_place text, p_function text,
    p_is_list boolean, p_is_secret boolean, p_rows json[], p_tag text, p_id text)
returns table (status int, location text, tag text, body text)
language plpgsql volatile rows 1 set search_path = pg_catalog, pg_temp as $$
declare
    v_body     text;
    v_location text := p_place || p_id;
begin
    select string_agg(private.answer_json(a.answer, p_function), ',' order by a.place)
      into v_body
      from unnest(p_rows) with ordinality a (answer, place);

    if p_is_list then
        v_body := '[' || coalesce(v_body, '') || ']';
    elsif v_body is null then
        return;
    end if;

    insert into frontdesk.idempotency_keys as k
           (user_id, key, route, body_hash, status, location, tag, body, created_at)
    values (private.user_id(), p_key, p_route, p_hash, p_status, v_location, p_tag,
            case when not p_is_secret then v_body end, now())
        on conflict on constraint idempotency_keys_pkey do update
           set route = excluded.route, body_hash = excluded.body_hash, status = excluded.status,
               location = excluded.location, tag = excluded.tag, body = excluded.body,
               created_at = excluded.created_at;

    return query select p_status, v_location, p_tag, v_body;
end
$$;
