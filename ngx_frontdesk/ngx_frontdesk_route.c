/* SPDX-License-Identifier: BSD-2-Clause */

#include "ngx_frontdesk_route.h"

#define GET  NGX_HTTP_GET
#define POST NGX_HTTP_POST
#define BOTH (NGX_HTTP_GET | NGX_HTTP_POST)

#define PATH   NGX_FRONTDESK_ARG_PATH
#define LIMIT  NGX_FRONTDESK_ARG_LIMIT
#define OFFSET NGX_FRONTDESK_ARG_OFFSET
#define FROM   NGX_FRONTDESK_ARG_FROM
#define TO     NGX_FRONTDESK_ARG_TO

/* clang-format off */

/* A row that asks Postgres and writes what it says. */
#define API(path, sql, kind, ...)                                             \
    { GET, ngx_string(path), NGX_FRONTDESK_USER, ngx_frontdesk_api_handler,   \
      sql, { __VA_ARGS__ }, NGX_FRONTDESK_##kind, NULL }

#define PUBLIC(methods, path, name)                                           \
    { methods, ngx_string(path), NGX_FRONTDESK_PUBLIC,                        \
      ngx_frontdesk_##name##_handler, NULL, { 0 }, 0, NULL }

#define WEBHOOK(path, name)                                                   \
    { BOTH, ngx_string(path), NGX_FRONTDESK_PUBLIC,                           \
      ngx_frontdesk_twilio_handler, NULL, { 0 }, 0,                           \
      &ngx_frontdesk_webhook_##name }

/* clang-format on */

static const ngx_frontdesk_route_t ngx_frontdesk_routes[] = {
    /* the carrier's first, as a caller waits for them */
    WEBHOOK("/voice", voice),
    WEBHOOK("/incoming-call", voice),
    WEBHOOK("/twilio/voice", voice),
    WEBHOOK("/twilio/resume", resume),
    WEBHOOK("/twilio/transfer-status", transfer),
    WEBHOOK("/transfer-callback", transfer),
    WEBHOOK("/twilio/call-status", status),
    PUBLIC(GET, "/ws/{client_id}/{caller_phone}", ws),

    PUBLIC(POST, "/api/auth/login", login),
    PUBLIC(POST, "/auth/login", login),
    PUBLIC(POST, "/api/auth/refresh", refresh),
    PUBLIC(POST, "/auth/refresh", refresh),
    PUBLIC(POST, "/api/auth/logout", logout),
    PUBLIC(POST, "/auth/logout", logout),
    API("/api/auth/me", "select * from api.me()", OBJECT, 0),

    API("/api/clients", "select * from api.client_list($1, $2)", LIST, LIMIT,
        OFFSET),
    API("/api/clients/{id}", "select * from api.client_get($1)", OBJECT, PATH),
    API("/api/clients/{id}/conversations",
        "select * from api.conversation_list($1, $2, $3)", LIST, PATH, LIMIT,
        OFFSET),
    API("/api/clients/{id}/appointments",
        "select * from api.appointment_list($1, $2, $3, $4, $5)", LIST, PATH,
        FROM, TO, LIMIT, OFFSET),
    API("/api/conversations/{id}", "select * from api.conversation_get($1)",
        OBJECT, PATH),
    API("/api/active-calls", "select * from api.active_call_list()", LIST, 0),

    PUBLIC(GET, "/health", health),
    PUBLIC(GET, "/health/live", live),
    PUBLIC(GET, "/health/ready", ready),
    PUBLIC(GET, "/metrics", metrics),
};

static const struct {
    ngx_uint_t method;
    ngx_str_t name;
} ngx_frontdesk_methods[] = {
    { NGX_HTTP_GET, ngx_string("GET, HEAD") },
    { NGX_HTTP_POST, ngx_string("POST") },
};

/* What stands in front of the next slash. */
static ngx_str_t
ngx_frontdesk_route_segment(ngx_str_t *rest)
{
    u_char *slash;
    ngx_str_t segment = *rest;

    slash = ngx_strlchr(rest->data, rest->data + rest->len, '/');
    if (slash != NULL) {
        segment.len = (size_t) (slash - rest->data);
    }

    rest->data += segment.len;
    rest->len -= segment.len;

    return segment;
}

static ngx_int_t
ngx_frontdesk_route_match(const ngx_str_t *pattern, const ngx_str_t *uri,
    ngx_str_t *path)
{
    ngx_str_t want, have, wanted = *pattern, rest = *uri;
    ngx_uint_t n = 0;

    while (wanted.len > 0 && rest.len > 0) {
        if (rest.data[0] != '/') {
            return NGX_DECLINED;
        }

        wanted.data++, wanted.len--;
        rest.data++, rest.len--;
        want = ngx_frontdesk_route_segment(&wanted);
        have = ngx_frontdesk_route_segment(&rest);

        if (want.len > 0 && want.data[0] == '{') {
            if (have.len == 0) {
                return NGX_DECLINED;
            }
            path[n++] = have;

        } else if (want.len != have.len
                   || ngx_memcmp(want.data, have.data, have.len) != 0)
        {
            return NGX_DECLINED;
        }
    }

    return wanted.len == 0 && rest.len == 0 ? NGX_OK : NGX_DECLINED;
}

static ngx_int_t
ngx_frontdesk_route_allow(ngx_http_request_t *r, ngx_uint_t methods,
    ngx_str_t *allow)
{
    u_char *p;
    ngx_uint_t i;

    p = ngx_pnalloc(r->pool, sizeof("GET, HEAD, POST"));
    if (p == NULL) {
        return NGX_ERROR;
    }

    allow->data = p;
    for (i = 0; i < sizeof(ngx_frontdesk_methods)
                        / sizeof(ngx_frontdesk_methods[0]);
         i++)
    {
        if (methods & ngx_frontdesk_methods[i].method) {
            p = ngx_sprintf(p, "%s%V", p == allow->data ? "" : ", ",
                            &ngx_frontdesk_methods[i].name);
        }
    }
    allow->len = (size_t) (p - allow->data);

    return NGX_BUSY;
}

ngx_int_t
ngx_frontdesk_route_find(ngx_http_request_t *r,
    const ngx_frontdesk_route_t **route, ngx_str_t *path, ngx_str_t *allow)
{
    ngx_uint_t i, method, others = 0;
    const ngx_frontdesk_route_t *row;

    method = r->method == NGX_HTTP_HEAD ? NGX_HTTP_GET : r->method;

    for (i = 0;
         i < sizeof(ngx_frontdesk_routes) / sizeof(ngx_frontdesk_routes[0]);
         i++)
    {
        row = &ngx_frontdesk_routes[i];

        if (ngx_frontdesk_route_match(&row->pattern, &r->uri, path)
            != NGX_OK)
        {
            continue;
        }

        if (row->methods & method) {
            *route = row;
            return NGX_OK;
        }

        others |= row->methods;
    }

    if (others == 0) {
        return NGX_DECLINED;
    }

    return ngx_frontdesk_route_allow(r, others, allow);
}
