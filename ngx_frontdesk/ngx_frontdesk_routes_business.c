/* SPDX-License-Identifier: BSD-2-Clause */

/* What a client is: agents, numbers, hours, knowledge. */

#include "ngx_frontdesk_rows.h"

const ngx_frontdesk_route_t ngx_frontdesk_routes_business[] = {
    LAST_ROW,
};
