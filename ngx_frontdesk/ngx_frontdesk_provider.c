/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A client's own key of a provider: a worker seals it before Postgres gets it,
 * bound to client and kind.  nginx has no key that opens one.
 */

#include <errno.h>

#include <openssl/crypto.h>

#include "ngx_frontdesk_result.h"
#include "ngx_frontdesk_route.h"
#include "ngx_frontdesk_rpc.h"

#define NGX_FRONTDESK_PROVIDER_MS 2000 /* a worker may take */

/* What is known of the request between its steps. */
typedef struct {
    char *client;
    char *kind;
    const char *provider;
} ngx_frontdesk_provider_t;

static ngx_int_t ngx_frontdesk_provider_start(ngx_http_request_t *r);
static ngx_int_t ngx_frontdesk_provider_sealed(ngx_http_request_t *r,
    ngx_int_t rc, ngx_str_t *answer);
static ngx_int_t ngx_frontdesk_provider_done(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer);

ngx_int_t
ngx_frontdesk_provider_handler(ngx_http_request_t *r)
{
    return ngx_frontdesk_read_body(r, ngx_frontdesk_provider_start);
}

/* The parts of the path as texts; the client's id as Postgres writes it. */
static ngx_int_t
ngx_frontdesk_provider_path(ngx_http_request_t *r,
    ngx_frontdesk_provider_t *given)
{
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);

    given->client = ngx_frontdesk_string(r->pool, &ctx->path[0]);
    given->kind = ngx_frontdesk_string(r->pool, &ctx->path[1]);

    if (given->client == NULL || given->kind == NULL) {
        return NGX_ERROR;
    }

    ngx_strlow((u_char *) given->client, (u_char *) given->client,
               ctx->path[0].len);

    return NGX_OK;
}

/* As names of providers are written. */
static ngx_int_t
ngx_frontdesk_provider_is_plain(const char *text)
{
    return text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_")]
           == '\0';
}

/* The question to the worker; NULL: out of memory. */
static char *
ngx_frontdesk_provider_question(const ngx_frontdesk_provider_t *given,
    const char *key)
{
    char *text = NULL;
    cJSON *json = cJSON_CreateObject();

    if (cJSON_AddStringToObject(json, "client", given->client) != NULL
        && cJSON_AddStringToObject(json, "kind", given->kind) != NULL
        && cJSON_AddStringToObject(json, "key", key) != NULL)
    {
        text = cJSON_PrintUnformatted(json);
    }

    cJSON_Delete(json);

    return text;
}

static ngx_int_t
ngx_frontdesk_provider_start(ngx_http_request_t *r)
{
    char *values[2], *text;
    ngx_int_t rc, sent;
    ngx_str_t ask;
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_provider_t *given;

    if (ngx_frontdesk_read_fields(r, ctx->route->body, values, &sent)
        != NGX_OK)
    {
        return sent;
    }

    if (!ngx_frontdesk_provider_is_plain(values[0])) {
        return ngx_frontdesk_send_error(r, 422,
                                        "A provider is named as \"deepgram\".",
                                        "provider");
    }

    given = ngx_pcalloc(r->pool, sizeof(ngx_frontdesk_provider_t));
    if (given == NULL || ngx_frontdesk_provider_path(r, given) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    given->provider = values[0];
    ctx->data = given;

    text = ngx_frontdesk_provider_question(given, values[1]);
    OPENSSL_cleanse(values[1], ngx_strlen(values[1]));
    if (text == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ask.data = (u_char *) text;
    ask.len = ngx_strlen(text);
    rc = ngx_frontdesk_consult(r, DESK_RPC_SEAL, &ask,
                               NGX_FRONTDESK_PROVIDER_MS,
                               ngx_frontdesk_provider_sealed);
    OPENSSL_cleanse(text, ask.len);
    cJSON_free(text);

    return rc;
}

static ngx_int_t
ngx_frontdesk_provider_refused(ngx_http_request_t *r, ngx_int_t rc)
{
    if (rc == -EINVAL || rc == -EMSGSIZE) {
        return ngx_frontdesk_send_error(r, 422, "This key cannot be kept.",
                                        "key");
    }

    return ngx_frontdesk_send_error(r, NGX_HTTP_SERVICE_UNAVAILABLE,
                                    rc == -ENOTSUP
                                        ? "Keys of providers are not set up "
                                          "here."
                                        : "No worker is there to seal the "
                                          "key. Please try again.",
                                    NULL);
}

/* What Postgres gets in place of the body; NULL when it cannot be made. */
static char *
ngx_frontdesk_provider_row(ngx_http_request_t *r, ngx_str_t *answer)
{
    char *text = NULL;
    cJSON *told, *row = cJSON_CreateObject();
    const char *end, *sealed;
    ngx_str_t body;
    ngx_frontdesk_provider_t *given = ngx_frontdesk_ctx(r)->data;

    told = cJSON_ParseWithLength((char *) answer->data, answer->len);
    end = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(told, "end"));
    sealed = cJSON_GetStringValue(
        cJSON_GetObjectItemCaseSensitive(told, "sealed"));

    if (end != NULL && sealed != NULL
        && cJSON_AddStringToObject(row, "provider", given->provider) != NULL
        && cJSON_AddStringToObject(row, "last_four", end) != NULL
        && cJSON_AddStringToObject(row, "sealed", sealed) != NULL)
    {
        text = cJSON_PrintUnformatted(row);
    }

    cJSON_Delete(told);
    cJSON_Delete(row);

    if (text == NULL) {
        return NULL;
    }

    body.data = (u_char *) text;
    body.len = ngx_strlen(text);
    text = ngx_frontdesk_string(r->pool, &body);
    cJSON_free(body.data);

    return text;
}

static ngx_int_t
ngx_frontdesk_provider_sealed(ngx_http_request_t *r, ngx_int_t rc,
    ngx_str_t *answer)
{
    const char *params[3];
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_pg_call_t call;
    ngx_frontdesk_provider_t *given = ctx->data;

    if (rc < 0) {
        return ngx_frontdesk_provider_refused(r, rc);
    }

    params[0] = given->client;
    params[1] = given->kind;
    params[2] = ngx_frontdesk_provider_row(r, answer);

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
