-- SPDX-License-Identifier: BSD-2-Clause
-- Counts a login that failed.  Of many at once, those behind the fifth within a minute are refused
-- with FD429, and api.session_open() refuses then what would have been right.  Runs as
-- frontdesk_definer: nobody is logged in.

set local role frontdesk_definer;

create or replace function api.login_failed(p_email text, p_address text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_bucket text := private.login_bucket(p_email, p_address);
begin
    insert into frontdesk.login_failures as f (bucket, times, last_at)
    values (v_bucket, array[now()], now())
    on conflict (bucket) do update
       set times = (f.times || now())[greatest(cardinality(f.times) - 3, 1):], last_at = now()
     where cardinality(f.times) < 5 or f.times[1] <= now() - interval '1 min';
    if not found then
        perform private.login_wait(v_bucket);
    end if;
end
$$;
