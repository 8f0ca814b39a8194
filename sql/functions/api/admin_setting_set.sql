-- SPDX-License-Identifier: BSD-2-Clause
-- Sets one of the platform's settings.  Secrets are none: whoever reads the database would have
-- them; they are in frontdesk.conf.

create or replace function api.admin_setting_set(p_body json)
returns table (key text, value text, updated_at timestamptz)
language plpgsql volatile rows 1 set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
    v_key   text := p_body ->> 'key';
    v_value text := p_body ->> 'value';
begin
    perform private.admin_write();
    if v_key !~ '^[a-z][a-z0-9_]{0,63}$' then
        perform private.refuse(422, 'A key has lower-case letters, digits and underscores.',
                               'key');
    elsif v_key ~ '(secret|password|token|credential|private|(^|_)keys?($|_))' then
        perform private.refuse(422, 'Secrets belong into frontdesk.conf.', 'key');
    elsif v_key = 'twilio_account_sid' and v_value !~ '^AC[0-9a-fA-F]{32}$' then
        perform private.refuse(422, 'This is no account''s SID.', 'value');
    end if;

    return query
    insert into frontdesk.settings as s (key, value) values (v_key, v_value)
    on conflict (key) do update set value = excluded.value
    returning s.key, s.value, s.updated_at;
end
$$;
