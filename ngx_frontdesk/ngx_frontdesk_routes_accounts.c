/* SPDX-License-Identifier: BSD-2-Clause */

/* Who logs in: users, sessions, keys. */

#include "ngx_frontdesk_rows.h"

const ngx_frontdesk_route_t ngx_frontdesk_routes_accounts[] = {
    LAST_ROW,
};
