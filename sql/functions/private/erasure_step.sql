-- SPDX-License-Identifier: BSD-2-Clause
-- One step of an erasure that was asked for: "more" or "done".  What was erased is added up in its
-- row, which is the proof.  Runs as frontdesk_eraser, as private.call_erase() does.

set local role frontdesk_eraser;

create or replace function private.erasure_step(p_client_id uuid, p_erasure_id uuid) returns text
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_erasure frontdesk.erasures;
    v_phone   text;
    v_counts  jsonb;
    v_is_done boolean;
begin
    select e.* into v_erasure
      from frontdesk.erasures e
     where e.client_id = p_client_id and e.id = p_erasure_id
       for no key update;
    if not found then
        perform private.refuse(404, 'There is no such erasure.');
    end if;
    if v_erasure.status = 'done' then
        return 'done';
    end if;

    if v_erasure.kind = 'client' then
        v_counts := private.erase_client(p_client_id);
    else
        select p.phone_number into v_phone
          from frontdesk.contacts p
         where p.client_id = p_client_id and p.id = v_erasure.contact_id;
        v_counts := case when v_phone is null then '{}'
                         else private.erase_contact(p_client_id, v_phone) end;
    end if;
    v_is_done := not v_counts ? 'more';

    update frontdesk.erasures e
       set rows_erased = (select coalesce(jsonb_object_agg(k.key, k.total), '{}')
                            from (select c.key, sum(c.value::bigint) as total
                                    from (select * from jsonb_each_text(e.rows_erased)
                                          union all
                                          select * from jsonb_each_text(v_counts - 'more')) c
                                   group by c.key) k),
           status = case when v_is_done then 'done' else e.status end,
           finished_at = case when v_is_done then now() end,
           contact_id = case when v_is_done then null else e.contact_id end
     where e.client_id = p_client_id and e.id = p_erasure_id;
    return case when v_is_done then 'done' else 'more' end;
end
$$;

grant execute on function private.erasure_step(uuid, uuid) to frontdesk_worker;
