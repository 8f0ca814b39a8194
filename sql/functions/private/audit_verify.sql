-- SPDX-License-Identifier: BSD-2-Clause
-- The first row of the audit log that is not as it was written, chain by chain; none when all of
-- it is whole.  For a superuser: everybody else sees a part, or nothing.

create or replace function private.audit_verify()
returns table (chain uuid, "position" bigint, id uuid, problem text)
language sql stable rows 1 set search_path = pg_catalog, pg_temp as $$
    with rows as (
        select a.client_id, a.position, a.id, a.prev_hash, a.hash, private.audit_hash(a) as is_hash,
               row_number() over w as is_position, lag(a.hash, 1, '') over w as is_prev_hash
          from frontdesk.audit_log a
        window w as (partition by a.client_id order by a.position)),
    ends as (
        select distinct on (a.client_id) a.client_id, a.position, a.id, a.hash
          from frontdesk.audit_log a order by a.client_id, a.position desc),
    problems as (
        select r.client_id, r.position, r.id,
               case when r.position <> r.is_position then 'rows before it are missing'
                    when r.prev_hash <> r.is_prev_hash then 'it does not follow the row before it'
                    else 'it is not as it was written' end as problem
          from rows r
         where r.position <> r.is_position or r.prev_hash <> r.is_prev_hash
            or r.hash <> r.is_hash
        union all
        select coalesce(c.chain, e.client_id), coalesce(e.position, 0), e.id,
               'rows after it are missing, or were added by another hand'
          from frontdesk.audit_chains c
          full join ends e on e.client_id = c.chain
         where (c.last_id, c.last_hash, c.count) is distinct from (e.id, e.hash, e.position))
    select p.client_id, p.position, p.id, p.problem
      from problems p
     order by p.client_id, p.position
     limit 1
$$;
