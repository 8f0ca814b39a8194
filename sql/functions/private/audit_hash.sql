-- SPDX-License-Identifier: BSD-2-Clause
-- What the hash of a row of audit_log has to be: SHA-256 of the hash before it and of all else that
-- the row says, as one JSON array.

create or replace function private.audit_hash(p_row frontdesk.audit_log) returns text
language sql stable
begin atomic
    select encode(sha256(convert_to(p_row.prev_hash || E'\n' || jsonb_build_array(
               p_row.id, p_row.client_id, p_row.position, extract(epoch from p_row.at),
               p_row.actor_user_id, p_row.actor_key_id, p_row.action, p_row.object_type,
               p_row.object_id, p_row.changes, p_row.result, p_row.status, p_row.address,
               p_row.request_id)::text, 'UTF8')), 'hex');
end;

grant execute on function private.audit_hash(frontdesk.audit_log) to frontdesk_definer;
