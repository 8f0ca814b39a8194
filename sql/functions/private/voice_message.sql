-- SPDX-License-Identifier: BSD-2-Clause
-- What a caller hears who is not connected, by outcome or reason; null when nothing is to be said.

create or replace function private.voice_message(p_outcome text) returns text
language sql immutable parallel safe
begin atomic
    select case p_outcome
        when 'no_balance' then
            'Thank you for calling. We cannot take your call right now. Please try again later.'
        when 'unknown_number' then
            'The number you have called is not in service. Goodbye.'
        when 'inactive' then
            'The number you have called is not in service at the moment. Goodbye.'
        when 'blocked' then
            'Your call cannot be connected. Goodbye.'
        when 'human_only' then
            'Nobody can take your call right now. Please try again later. Goodbye.'
        when 'owner_unavailable' then
            'Nobody can take your call right now. Please try again later. Goodbye.'
        end;
end;

grant execute on function private.voice_message(text) to frontdesk_api;
