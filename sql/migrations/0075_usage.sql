-- SPDX-License-Identifier: BSD-2-Clause
-- What a call took of services outside, as its workers counted.

alter table frontdesk.calls
    add column usage jsonb not null default '{}' check (jsonb_typeof(usage) = 'object');
comment on column frontdesk.calls.usage is
    'by owner_epoch: an array of {kind, provider, model, unit, quantity}, sums of that owner';

-- It answers more than it did.
drop function if exists private.call_costs(frontdesk.calls);
