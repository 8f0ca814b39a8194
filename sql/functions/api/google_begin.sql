-- SPDX-License-Identifier: BSD-2-Clause
-- Somebody goes to Google to sign in: what has to be known when they come back.

create or replace function api.google_begin(p_state_hash text, p_verifier text, p_nonce text)
returns void
language sql volatile
begin atomic
    insert into frontdesk.oauth_state_tokens (state_hash, purpose, verifier, nonce)
    values (p_state_hash, 'login', p_verifier, p_nonce);
end;
