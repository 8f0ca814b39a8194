-- SPDX-License-Identifier: BSD-2-Clause
-- A template out of what is its own; the rest is common to all.

create or replace function private.template_make(
    p_key text, p_name text, p_description text, p_greeting text, p_prompt text, p_client jsonb,
    p_hours jsonb, p_services jsonb, p_lead_fields jsonb, p_knowledge jsonb)
returns jsonb
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
begin
    return jsonb_build_object(
        'key', p_key,
        'name', p_name,
        'description', p_description,
        'client', p_client,
        'agent', jsonb_build_object(
            'name', p_name || ' receptionist',
            'initial_greeting', p_greeting,
            'system_prompt', btrim(p_prompt, E'\n') || E'\n' || private.template_manners(),
            'enabled_tools', to_jsonb(array[
                'get_available_slots', 'book_appointment', 'reschedule_appointment',
                'cancel_appointment', 'list_my_appointments', 'save_contact_name',
                'search_knowledge', 'get_business_hours', 'capture_lead', 'transfer_call',
                'end_call'])),
        'business_hours', p_hours,
        'services', p_services,
        'lead_fields', p_lead_fields,
        'knowledge', p_knowledge);
end
$$;

grant execute on function private.template_make(text, text, text, text, text, jsonb, jsonb, jsonb,
                                                jsonb, jsonb) to frontdesk_api;
