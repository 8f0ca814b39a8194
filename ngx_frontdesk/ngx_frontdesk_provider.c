/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A client's own key of a provider is sealed before Postgres gets it, bound to
 * client and kind.  Nothing here opens one.
 */

#include <openssl/crypto.h>

#include "ngx_frontdesk_result.h"
#include "ngx_frontdesk_route.h"

#define NGX_FRONTDESK_PROVIDER_KEY  4000 /* bytes */
#define NGX_FRONTDESK_PROVIDER_SHOW 12   /* of a shorter key, no end is shown */

typedef struct {
    const char *provider;
    char *key; /* wiped once it is sealed */
} ngx_frontdesk_provider_t;

static ngx_int_t ngx_frontdesk_provider_start(ngx_http_request_t *r);
static ngx_int_t ngx_frontdesk_provider_done(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer);

ngx_int_t
ngx_frontdesk_provider_handler(ngx_http_request_t *r)
{
    return ngx_frontdesk_read_body(r, ngx_frontdesk_provider_start);
}

/* The parts of the path as texts; the client's id as Postgres writes it. */
static ngx_int_t
ngx_frontdesk_provider_path(ngx_http_request_t *r, char **client, char **kind)
{
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);

    *client = ngx_frontdesk_string(r->pool, &ctx->path[0]);
    *kind = ngx_frontdesk_string(r->pool, &ctx->path[1]);

    if (*client == NULL || *kind == NULL) {
        return NGX_ERROR;
    }

    ngx_strlow((u_char *) *client, (u_char *) *client, ctx->path[0].len);

    return NGX_OK;
}

/* Of such letters alone are a provider's name and the end of a key shown. */
static ngx_int_t
ngx_frontdesk_provider_is_plain(const char *text)
{
    return text[strspn(text, "abcdefghijklmnopqrstuvwxyz"
                             "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")]
           == '\0';
}

/* What Postgres gets in place of the body; NULL when it cannot be made. */
static char *
ngx_frontdesk_provider_seal(ngx_http_request_t *r,
    const ngx_frontdesk_provider_t *given, const char *client,
    const char *kind)
{
    char row[DESK_SEAL_PLACE];
    u_char *body, *p;
    size_t len = ngx_strlen(given->key);
    uint8_t sealed[NGX_FRONTDESK_PROVIDER_KEY + DESK_SEAL_MORE];
    const char *end = given->key + len - 4;
    desk_place_t place;
    ngx_frontdesk_main_conf_t *mcf;

    static const char head[] = "{\"provider\": \"%s\", \"last_four\": \"%s\", "
                               "\"sealed\": \"";

    mcf = ngx_http_get_module_main_conf(r, ngx_frontdesk_module);

    if (len > NGX_FRONTDESK_PROVIDER_KEY
        || (size_t) snprintf(row, sizeof(row), "%s/%s", client, kind)
               >= sizeof(row)
        || desk_place(&place, "provider_credentials", row,
                               "ciphertext")
               != 0
        || desk_seal(sealed, given->key, len, &place,
                              &mcf->credential_keys)
               != 0)
    {
        return NULL;
    }

    if (len < NGX_FRONTDESK_PROVIDER_SHOW
        || !ngx_frontdesk_provider_is_plain(end))
    {
        end = "";
    }

    len += DESK_SEAL_MORE;
    body = ngx_pnalloc(r->pool, sizeof(head) + ngx_strlen(given->provider)
                                    + 2 * len + 8);
    if (body == NULL) {
        return NULL;
    }

    p = ngx_sprintf(body, head, given->provider, end);
    p = ngx_hex_dump(p, sealed, len);
    ngx_memcpy(p, "\"}", sizeof("\"}"));

    return (char *) body;
}

static ngx_int_t
ngx_frontdesk_provider_start(ngx_http_request_t *r)
{
    char *values[2], *client, *kind;
    ngx_int_t sent;
    const char *params[3];
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_pg_call_t call;
    ngx_frontdesk_provider_t given;
    ngx_frontdesk_main_conf_t *mcf;

    mcf = ngx_http_get_module_main_conf(r, ngx_frontdesk_module);

    if (mcf->credential_keys.n == 0) {
        return ngx_frontdesk_send_error(r, NGX_HTTP_SERVICE_UNAVAILABLE,
                                        "Keys of providers are not set up "
                                        "here.",
                                        NULL);
    }

    if (ngx_frontdesk_read_fields(r, ctx->route->body, values, &sent)
        != NGX_OK)
    {
        return sent;
    }

    given.provider = values[0];
    given.key = values[1];

    if (!ngx_frontdesk_provider_is_plain(given.provider)) {
        return ngx_frontdesk_send_error(r, 422,
                                        "A provider is named as \"deepgram\".",
                                        "provider");
    }

    if (ngx_frontdesk_provider_path(r, &client, &kind) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    params[0] = client;
    params[1] = kind;
    params[2] = ngx_frontdesk_provider_seal(r, &given, client, kind);
    OPENSSL_cleanse(given.key, ngx_strlen(given.key));

    if (params[2] == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_memzero(&call, sizeof(call));
    call.sql = ctx->plan->sql;
    call.nparams = 3;
    call.params = params;
    call.actor = ctx->actor.user_id;

    return ngx_frontdesk_ask(r, &call, ngx_frontdesk_provider_done);
}

static ngx_int_t
ngx_frontdesk_provider_done(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer)
{
    return answer->result == NULL
               ? ngx_frontdesk_send_failure(r, answer)
               : ngx_frontdesk_send_result(r, answer->result);
}
