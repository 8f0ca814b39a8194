-- SPDX-License-Identifier: BSD-2-Clause
-- A week for a template: the same hours from one weekday to another.

create or replace function private.template_hours(p_from int, p_to int, p_opens text, p_closes text)
returns jsonb
language sql immutable parallel safe
begin atomic
    select jsonb_agg(jsonb_build_object('weekday', d, 'opens', p_opens, 'closes', p_closes)
                     order by d)
      from generate_series(p_from, p_to) d;
end;

grant execute on function private.template_hours(int, int, text, text) to frontdesk_api;
