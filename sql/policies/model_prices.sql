-- SPDX-License-Identifier: BSD-2-Clause
-- Everybody may know them; an admin sets them.

select private.policies_reset('frontdesk.model_prices');

create policy model_prices_see on frontdesk.model_prices
    for select to frontdesk_api, frontdesk_worker, frontdesk_definer
    using (true);

create policy model_prices_set on frontdesk.model_prices
    for all to frontdesk_api
    using ((select private.user_is_admin())) with check ((select private.user_is_admin()));

grant select, insert, update, delete on frontdesk.model_prices to frontdesk_api;
grant select on frontdesk.model_prices to frontdesk_worker, frontdesk_definer;
