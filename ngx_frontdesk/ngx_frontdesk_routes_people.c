/* SPDX-License-Identifier: BSD-2-Clause */

/* Who called, and what became of it. */

#include "ngx_frontdesk_rows.h"

const ngx_frontdesk_route_t ngx_frontdesk_routes_people[] = {
    LAST_ROW,
};
