/* SPDX-License-Identifier: BSD-2-Clause */

/* What was there first: webhooks, calls, health. */

#include "ngx_frontdesk_rows.h"

#define BOTH (NGX_HTTP_GET | NGX_HTTP_POST)

#define WEBHOOK(path, name)                                                   \
    HANDLER(BOTH, path, twilio, ANYONE,                                       \
            .webhook = &ngx_frontdesk_webhook_##name)

static const ngx_frontdesk_field_t ngx_frontdesk_service_query[] = {
    BOOLEAN("is_active", ABOUT("Only those that can be booked, or cannot")),
    PAGE, END
};

static const ngx_frontdesk_field_t ngx_frontdesk_service_body[] = {
    TEXT("name", 1, 100, REQUIRED, ABOUT("What callers can book")),
    INTEGER("minutes", 5, 1440, REQUIRED, ABOUT("How long it takes")),
    INTEGER("position", 0, 10000, ABOUT("Where it stands in the list")),
    BOOLEAN("is_active", ABOUT("Whether it can be booked")), END
};

const ngx_frontdesk_route_t ngx_frontdesk_routes_core[] = {
    WEBHOOK("/voice", voice),
    WEBHOOK("/incoming-call", voice),
    WEBHOOK("/twilio/voice", voice),
    WEBHOOK("/twilio/resume", resume),
    WEBHOOK("/twilio/transfer-status", transfer),
    WEBHOOK("/transfer-callback", transfer),
    WEBHOOK("/twilio/call-status", status),
    HANDLER(NGX_HTTP_GET, "/ws/{client_id:text}/{caller_phone:text}", ws,
            ANYONE),


    GET_LIST("/api/clients/{id}/services",
             "select * from api.service_list($1, $2, $3, $4, $5, $6)",
             ngx_frontdesk_service_query, .keyset = "position", .csv = 1),
    CREATE("/api/clients/{id}/services",
           "select * from api.service_create($1, $2)",
           ngx_frontdesk_service_body, "/api/services/"),
    GET_ONE("/api/services/{id}", "select * from api.service_get($1)"),
    UPDATE("/api/services/{id}", "select * from api.service_update($1, $2)",
           ngx_frontdesk_service_body, "select * from api.service_get($1)"),
    DELETE("/api/services/{id}", "select * from api.service_delete($1)",
           "select * from api.service_get($1)"),
    GET_LIST("/api/active-calls", "select * from api.active_call_list()",
             NULL),

    HANDLER(NGX_HTTP_GET, "/health", health, ANYONE),
    HANDLER(NGX_HTTP_GET, "/health/live", live, ANYONE),
    HANDLER(NGX_HTTP_GET, "/health/ready", ready, ANYONE),
    HANDLER(NGX_HTTP_GET, "/metrics", metrics, ANYONE),

    LAST_ROW,
};
