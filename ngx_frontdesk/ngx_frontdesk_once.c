/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Idempotency-Key for handlers of their own.  Their work takes several
 * questions: before the first it is looked whether it was done, and the last
 * one claims the key in its own transaction.  Guests' keys count by address.
 */

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "ngx_frontdesk_session.h"

#define NGX_FRONTDESK_ONCE_PARAMS 6

typedef struct {
    ngx_int_t (*start)(ngx_http_request_t *r);
    const char *params[NGX_FRONTDESK_ONCE_PARAMS];
    char digest[NGX_FRONTDESK_DIGEST_BYTES];
    char status[NGX_INT_T_LEN + 1];
} ngx_frontdesk_once_t;

static ngx_int_t ngx_frontdesk_once_start(ngx_http_request_t *r);
static ngx_int_t ngx_frontdesk_once_looked(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer);

ngx_int_t
ngx_frontdesk_read_once(ngx_http_request_t *r,
    ngx_int_t (*start)(ngx_http_request_t *r))
{
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_once_t *once;

    if (ngx_frontdesk_find_header(r, "idempotency-key") != NULL) {
        once = ngx_pcalloc(r->pool, sizeof(ngx_frontdesk_once_t));
        if (once == NULL) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

        once->start = start;
        ctx->once = once;
        start = ngx_frontdesk_once_start;
    }

    return ctx->route->body != NULL ? ngx_frontdesk_read_body(r, start)
                                    : ngx_frontdesk_begin(r, start);
}

/*
 * There are passwords in these bodies: a plain hash of one would be a way to
 * guess it, were the database stolen.
 */
static ngx_int_t
ngx_frontdesk_once_digest(ngx_http_request_t *r, ngx_frontdesk_once_t *once)
{
    u_char *text, *p, mac[EVP_MAX_MD_SIZE];
    unsigned int n;
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_main_conf_t *mcf;

    static const char purpose[] = "idempotency\n";

    mcf = ngx_http_get_module_main_conf(r, ngx_frontdesk_module);

    text = ngx_pnalloc(r->pool, sizeof(purpose) + ctx->body.len);
    if (text == NULL) {
        return NGX_ERROR;
    }

    p = ngx_cpymem(text, purpose, sizeof(purpose) - 1);
    p = ngx_cpymem(p, ctx->body.data, ctx->body.len);

    if (HMAC(EVP_sha256(), mcf->desk.jwt_secret,
             (int) ngx_strlen(mcf->desk.jwt_secret), text, (size_t) (p - text),
             mac, &n)
        == NULL)
    {
        return NGX_ERROR;
    }

    *ngx_hex_dump((u_char *) once->digest, mac, n) = '\0';

    return NGX_OK;
}

static ngx_int_t
ngx_frontdesk_once_start(ngx_http_request_t *r)
{
    u_char *place;
    ngx_str_t *key = ngx_frontdesk_find_header(r, "idempotency-key");
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_once_t *once = ctx->once;
    ngx_frontdesk_pg_call_t call;

    if (!ngx_frontdesk_is_idempotency_key((char *) key->data, key->len)) {
        return ngx_frontdesk_send_error(r, NGX_HTTP_BAD_REQUEST,
                                        "This must be 1 to 255 printable "
                                        "characters.",
                                        "Idempotency-Key");
    }

    place = ngx_pnalloc(r->pool, r->uri.len + r->args.len + 2);
    if (place == NULL || ngx_frontdesk_once_digest(r, once) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    *ngx_sprintf(place, "%V?%V", &r->uri, &r->args) = '\0';

    once->params[0] = ngx_frontdesk_address(r);
    once->params[1] = ngx_frontdesk_string(r->pool, key);
    once->params[2] = (char *) place;
    once->params[3] = once->digest;
    if (once->params[1] == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_memzero(&call, sizeof(call));
    call.sql = "select * from api.once_look($1, $2, $3, $4)";
    call.nparams = 4;
    call.params = once->params;
    call.actor = ctx->actor.user_id;
    call.idempotent = 1;

    return ngx_frontdesk_ask(r, &call, ngx_frontdesk_once_looked);
}

static ngx_int_t
ngx_frontdesk_once_looked(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer)
{
    ngx_int_t status;
    ngx_str_t value;
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_once_t *once = ctx->once;

    static ngx_str_t yes = ngx_string("true");

    if (answer->result == NULL) {
        return ngx_frontdesk_send_failure(r, answer);
    }

    if (PQntuples(answer->result) == 0) {
        return once->start(r);
    }

    value = ngx_frontdesk_pg_value(answer->result, 0, "status");
    status = ngx_atoi(value.data, value.len);
    value = ngx_frontdesk_pg_value(answer->result, 0, "body");

    if (status == NGX_ERROR
        || ngx_frontdesk_add_header(r, "Idempotency-Replayed", &yes)
               != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_frontdesk_send_message(r, (ngx_uint_t) status,
                                      ngx_frontdesk_string(r->pool, &value));
}

ngx_int_t
ngx_frontdesk_ask_once(ngx_http_request_t *r,
    const ngx_frontdesk_pg_call_t *call, ngx_uint_t status,
    const char *message, ngx_frontdesk_done_pt done)
{
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_once_t *once = ctx->once;
    ngx_frontdesk_pg_call_t whole = *call;
    ngx_frontdesk_pg_step_t claim;

    if (once == NULL) {
        return ngx_frontdesk_ask(r, call, done);
    }

    *ngx_sprintf((u_char *) once->status, "%ui", status) = '\0';
    once->params[4] = once->status;
    once->params[5] = message;

    claim.sql = "select api.once_claim($1, $2, $3, $4, $5, $6)";
    claim.nparams = NGX_FRONTDESK_ONCE_PARAMS;
    claim.params = once->params;
    whole.before = &claim;
    whole.nbefore = 1;

    return ngx_frontdesk_ask(r, &whole, done);
}
