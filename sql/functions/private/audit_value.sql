-- SPDX-License-Identifier: BSD-2-Clause
-- A column's value as the audit log shows it: a secret or one of the columns named is hidden, a
-- long text is cut.

create or replace function private.audit_value(p_column text, p_value jsonb, p_hidden text[])
returns jsonb
language sql stable
begin atomic
    select case
        when p_value is null or p_value = 'null' then null
        when p_column ~ '(hash|secret|token|ciphertext|password|nonce)'
             or p_column = any (coalesce(p_hidden, '{}')) then to_jsonb(text '[hidden]')
        when jsonb_typeof(p_value) = 'string' and length(p_value #>> '{}') > 1000 then
            to_jsonb(left(p_value #>> '{}', 1000) || '… (' || length(p_value #>> '{}')
                     || ' characters)')
        when length(p_value::text) > 4000 then to_jsonb(text '[long]')
        else p_value end;
end;

grant execute on function private.audit_value(text, jsonb, text[])
    to frontdesk_definer, frontdesk_api, frontdesk_worker;
