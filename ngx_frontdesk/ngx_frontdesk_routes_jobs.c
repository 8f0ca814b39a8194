/* SPDX-License-Identifier: BSD-2-Clause */

/* What is done in the background. */

#include "ngx_frontdesk_rows.h"

static const ngx_frontdesk_field_t ngx_frontdesk_job_query[] = {
    TEXT("queue", 1, 40, ABOUT("Only jobs of this kind: mail, retention")),
    CHOICE("state", "queued|running|done|dead"), PAGE, END
};

const ngx_frontdesk_route_t ngx_frontdesk_routes_jobs[] = {
    GET_LIST("/api/admin/jobs",
             "select * from api.job_list($1, $2, $3, $4, $5, $6)",
             ngx_frontdesk_job_query, .keyset = "created_at", ADMIN,
             ABOUT("What is done in the background, newest first")),
    ACTION("/api/admin/jobs/{id}/retry", "select * from api.job_retry($1)",
           ONE, ADMIN, ABOUT("Tries a dead job again")),
    LAST_ROW,
};
