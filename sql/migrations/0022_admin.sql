-- SPDX-License-Identifier: BSD-2-Clause
-- What admins ask for.

create index users_newest on frontdesk.users (created_at desc, id desc);
comment on index frontdesk.users_newest is 'api.admin_user_list, newest first';
create index audit_log_refused on frontdesk.audit_log (at) where result = 'refused';
comment on index frontdesk.audit_log_refused is 'api.admin_dashboard: refusals of today';
