/* SPDX-License-Identifier: BSD-2-Clause */

/* Tells the audit log of changes that users were refused. */

#include "ngx_frontdesk_route.h"

#define NGX_FRONTDESK_CHANGES \
    (NGX_HTTP_POST | NGX_HTTP_PUT | NGX_HTTP_PATCH | NGX_HTTP_DELETE)

/* Told a second at most by a process: who floods asks no more of Postgres. */
#define NGX_FRONTDESK_AUDIT_MOST 20

#define NGX_FRONTDESK_OF_CLIENT "/api/clients/{"

static ngx_int_t
ngx_frontdesk_audit_is_refusal(ngx_uint_t status)
{
    switch (status) {
    case NGX_HTTP_UNAUTHORIZED:
    case NGX_HTTP_FORBIDDEN:
    case NGX_HTTP_NOT_FOUND:
    case NGX_HTTP_CONFLICT:
    case NGX_HTTP_PRECONDITION_FAILED:
    case NGX_HTTP_TOO_MANY_REQUESTS:
    case 402: /* Payment Required */
    case 422: /* Unprocessable Content */
        return 1;
    default:
        return 0;
    }
}

static ngx_int_t
ngx_frontdesk_audit_may_tell(void)
{
    static time_t second;
    static ngx_uint_t told;

    if (second != ngx_time()) {
        second = ngx_time();
        told = 0;
    }

    return told++ < NGX_FRONTDESK_AUDIT_MOST;
}

/* "PUT /api/contacts/{id}": what the path names stays out. */
static char *
ngx_frontdesk_audit_route(ngx_http_request_t *r,
    const ngx_frontdesk_route_t *route)
{
    u_char *text;

    text = ngx_pnalloc(r->pool, r->method_name.len + route->pattern.len + 2);
    if (text != NULL) {
        *ngx_sprintf(text, "%V %V", &r->method_name, &route->pattern) = '\0';
    }

    return (char *) text;
}

static void
ngx_frontdesk_audit_tell(ngx_http_request_t *r, ngx_frontdesk_ctx_t *ctx)
{
    u_char status[NGX_INT_T_LEN + 1];
    const char *params[7];
    ngx_uint_t i;
    ngx_frontdesk_pg_call_t call;
    ngx_frontdesk_main_conf_t *mcf;

    mcf = ngx_http_get_module_main_conf(r, ngx_frontdesk_module);
    if (mcf->pg == NULL) {
        return;
    }

    *ngx_sprintf(status, "%ui", r->headers_out.status) = '\0';
    ngx_memzero(params, sizeof(params));

    if (ctx->key_digest[0] != '\0') {
        params[6] = ctx->key_digest;
    } else {
        params[0] = ctx->actor.user_id;
    }

    params[1] = ngx_frontdesk_audit_route(r, ctx->route);
    params[2] = (char *) status;
    params[3] = ngx_frontdesk_string(r->pool, &ctx->request_id);
    params[4] = ngx_frontdesk_string(r->pool, &r->connection->addr_text);

    for (i = 1; i < 5; i++) {
        if (params[i] == NULL) {
            return;
        }
    }

    if (ngx_strncmp(ctx->route->pattern.data, NGX_FRONTDESK_OF_CLIENT,
                    sizeof(NGX_FRONTDESK_OF_CLIENT) - 1)
        == 0)
    {
        params[5] = ngx_frontdesk_string(r->pool, &ctx->path[0]);
    }

    ngx_memzero(&call, sizeof(call));
    call.sql = "select api.audit_refusal($1, $2, $3, $4, $5, $6, $7)";
    call.nparams = 7;
    call.params = params;

    /* Nobody waits for it, and when there is no room it is not told. */
    (void) ngx_frontdesk_pg_query(mcf->pg, &call, NULL, NULL);
}

/* When a request is over and was answered. */
ngx_int_t
ngx_frontdesk_audit_handler(ngx_http_request_t *r)
{
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);

    if (ctx == NULL || ctx->route == NULL
        || !(r->method & NGX_FRONTDESK_CHANGES)
        || !ngx_frontdesk_audit_is_refusal(r->headers_out.status)
        || (ctx->actor.user_id[0] == '\0' && ctx->key_digest[0] == '\0'))
    {
        return NGX_OK;
    }

    if (ngx_frontdesk_audit_may_tell()) {
        ngx_frontdesk_audit_tell(r, ctx);
    }

    return NGX_OK;
}
