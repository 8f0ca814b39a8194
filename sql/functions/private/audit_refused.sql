-- SPDX-License-Identifier: BSD-2-Clause
-- Tells the audit log of a refusal that a user met: the first, or how often it was repeated since
-- the log was told.  Runs as frontdesk_definer: nobody else writes there.

set local role frontdesk_definer;

create or replace function private.audit_refused(
    p_state frontdesk.audit_refusals, p_address text default null, p_request_id text default null,
    p_key_id uuid default null)
returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform private.audit_add(
        nullif(p_state.chain, '00000000-0000-0000-0000-000000000000'), 'refuse', 'request',
        p_state.route,
        case when p_state.repeats > 0
             then jsonb_build_object('repeats', jsonb_build_array(null, p_state.repeats)) end,
        'refused', p_state.status, p_state.user_id, p_key_id, p_address, p_request_id);
end
$$;
