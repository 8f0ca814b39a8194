/* SPDX-License-Identifier: BSD-2-Clause */

/* What is done in the background. */

#include "ngx_frontdesk_rows.h"

const ngx_frontdesk_route_t ngx_frontdesk_routes_jobs[] = {
    LAST_ROW,
};
