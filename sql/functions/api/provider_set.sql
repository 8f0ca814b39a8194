-- SPDX-License-Identifier: BSD-2-Clause
-- A client's own key for one kind of provider: new, or another.  It comes sealed, in hexadecimal.

create or replace function api.provider_set(p_client_id uuid, p_kind text, p_body json)
returns table (
    client_id uuid, kind text, provider text, key text, created_at timestamptz,
    updated_at timestamptz)
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
    v_body jsonb;
begin
    perform private.client_own(p_client_id);
    if p_kind is null or p_kind not in ('stt', 'llm', 'tts', 'speech', 'telephony') then
        perform private.refuse(404, 'There is no such kind of provider.');
    end if;
    v_body := private.body_fields(p_body, array['provider', 'sealed', 'last_four']);
    if coalesce(v_body ->> 'provider' !~ '^[a-z][a-z0-9_]{0,31}$', true) then
        perform private.refuse(422, 'A provider is named as "deepgram".', 'provider');
    end if;

    -- Not "on conflict": that reads what is to be written, and nobody here may read it.
    perform from frontdesk.clients c where c.id = p_client_id for no key update;
    update frontdesk.provider_credentials c
       set provider = v_body ->> 'provider', ciphertext = decode(v_body ->> 'sealed', 'hex'),
           hint = v_body ->> 'last_four'
     where c.client_id = p_client_id and c.kind = p_kind;
    if not found then
        insert into frontdesk.provider_credentials (client_id, kind, provider, ciphertext,
                                                    hint)
        values (p_client_id, p_kind, v_body ->> 'provider', decode(v_body ->> 'sealed', 'hex'),
                v_body ->> 'last_four');
    end if;
    return query select g.* from api.provider_get(p_client_id, p_kind) g;
end
$$;
