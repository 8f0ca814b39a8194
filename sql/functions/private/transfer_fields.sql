-- SPDX-License-Identifier: BSD-2-Clause
-- What a body says of somewhere to transfer to, hours put in order; null hours: the client's own.

create or replace function private.transfer_fields(p_body json, p_more text[]) returns jsonb
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
    v_body jsonb := private.body_fields(p_body, p_more || array['name', 'phone_number', 'priority',
                                                                'hours', 'is_active']);
begin
    if v_body ->> 'hours' is not null then
        v_body := v_body || jsonb_build_object(
                      'hours', private.hours_check(v_body -> 'hours', 'hours'));
    end if;
    return v_body;
end
$$;

grant execute on function private.transfer_fields(json, text[]) to frontdesk_api;
