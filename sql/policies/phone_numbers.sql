-- SPDX-License-Identifier: BSD-2-Clause
-- Those of my clients.

select private.policies_reset('frontdesk.phone_numbers');

create policy phone_numbers_of_my_clients on frontdesk.phone_numbers
    to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())))
    with check (client_id = any (array(select private.visible_clients())));

create policy phone_numbers_of_definer on frontdesk.phone_numbers
    for select to frontdesk_definer
    using (true);

grant select on frontdesk.phone_numbers to frontdesk_definer;
grant select on frontdesk.phone_numbers to frontdesk_api, frontdesk_worker;

create or replace trigger touch before update on frontdesk.phone_numbers
    for each row execute function private.touch();
