-- SPDX-License-Identifier: BSD-2-Clause
-- What was answered to a POST with this Idempotency-Key.

create or replace function api.idempotency_answer(p_key text)
returns table (status int, location text, tag text, body text)
language sql stable rows 1
begin atomic
    select k.status, k.location, k.tag, k.body
      from frontdesk.idempotency_keys k
     where k.user_id = (select private.user_id()) and k.key = p_key;
end;
