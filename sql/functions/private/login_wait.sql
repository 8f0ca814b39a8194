-- SPDX-License-Identifier: BSD-2-Clause
-- Refuses who has failed five times within a minute.  Runs as frontdesk_definer: nobody is logged
-- in yet, or it is about the password of who is.

set local role frontdesk_definer;

create or replace function private.login_wait(p_bucket text) returns void
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_first timestamptz;
begin
    select f.times[1] into v_first from frontdesk.login_failures f
     where f.bucket = p_bucket and cardinality(f.times) = 5;
    if v_first > now() - interval '1 min' then
        perform private.refuse_for(
            ceil(extract(epoch from v_first + interval '1 min' - now()))::int,
            'Too many logins have failed. Please try again in a minute.');
    end if;
end
$$;
