-- SPDX-License-Identifier: BSD-2-Clause
-- Trigger, before a ledger row is written: moves the client's balance by it.  The client's row is
-- locked first, so rows of one client are written in turn, each knowing the balance.
--
-- What a call takes (reserve, charge) is cut to what is left; when nothing is left, no row is
-- written.  A row whose reference the client's ledger has already is not written either.  Runs as
-- frontdesk_definer: nobody else may change a balance.

set local role frontdesk_definer;

create or replace function private.ledger_apply() returns trigger
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_balance int;
begin
    select c.balance_seconds into v_balance
      from frontdesk.clients c where c.id = new.client_id
       for no key update;

    if new.reference is not null
        and exists (select from frontdesk.ledger l
                     where l.client_id = new.client_id and l.reference = new.reference) then
        return null;
    end if;

    if new.kind in ('reserve', 'charge') then
        new.seconds := greatest(new.seconds, -v_balance);
        if new.seconds = 0 then
            return null;
        end if;
    end if;

    -- The number it came with was drawn before the lock; this one is in the order of the locks.
    new.id := nextval('frontdesk.ledger_id_seq');
    new.balance_after := v_balance + new.seconds;
    if new.balance_after < 0 then
        perform private.refuse(409, 'The balance does not cover this.', 'seconds');
    end if;

    update frontdesk.clients c
       set balance_seconds = new.balance_after
     where c.id = new.client_id;
    return new;
end
$$;

grant execute on function private.ledger_apply() to frontdesk_owner;
