-- SPDX-License-Identifier: BSD-2-Clause
-- Whether the database answers.

create or replace function api.health() returns table (ok boolean)
language sql stable rows 1
begin atomic
    select true;
end;
