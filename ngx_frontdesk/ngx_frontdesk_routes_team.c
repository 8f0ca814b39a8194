/* SPDX-License-Identifier: BSD-2-Clause */

/* Who works for a client, and what admins do. */

#include "ngx_frontdesk_rows.h"

const ngx_frontdesk_route_t ngx_frontdesk_routes_team[] = {
    LAST_ROW,
};
