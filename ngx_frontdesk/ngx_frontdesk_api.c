/* SPDX-License-Identifier: BSD-2-Clause */

/* A route of the table: parameters in, one function of SQL, JSON out. */

#include "ngx_frontdesk_route.h"

#include <ngx_sha1.h>

#define NGX_FRONTDESK_LIMIT     50
#define NGX_FRONTDESK_LIMIT_MAX 100
#define NGX_FRONTDESK_OFFSET_MAX 1000000

static ngx_str_t ngx_frontdesk_json_type = ngx_string("application/json");

typedef struct {
    ngx_int_t limit;
    ngx_int_t offset;
} ngx_frontdesk_page_t;

static ngx_int_t ngx_frontdesk_api_done(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer);
static ngx_int_t ngx_frontdesk_send_list(ngx_http_request_t *r,
    PGresult *rows);
static ngx_int_t ngx_frontdesk_send_object(ngx_http_request_t *r,
    PGresult *rows);


/* Parameters.  A failed check names its field and leaves value NULL. */

typedef struct {
    ngx_http_request_t *request;
    const char *value; /* for SQL; NULL is null */
    const char *field;
    const char *reason; /* set: the request is refused */
} ngx_frontdesk_param_check_t;

static ngx_int_t
ngx_frontdesk_param_number(ngx_frontdesk_param_check_t *check,
    const char *name, ngx_int_t initial, ngx_int_t min, ngx_int_t max,
    const char *reason)
{
    u_char *text;
    ngx_int_t number = initial;
    ngx_str_t arg;

    check->field = name;

    if (ngx_http_arg(check->request, (u_char *) name, ngx_strlen(name), &arg)
        == NGX_OK)
    {
        number = ngx_atoi(arg.data, arg.len);
        if (number == NGX_ERROR || number < min || number > max) {
            check->reason = reason;
            return initial;
        }
    }

    text = ngx_pnalloc(check->request->pool, NGX_INT_T_LEN + 1);
    if (text != NULL) {
        *ngx_sprintf(text, "%i", number) = '\0';
    }
    check->value = (char *) text;

    return number;
}

/* A date or a time; whether there is such a day Postgres says. */
static void
ngx_frontdesk_param_time(ngx_frontdesk_param_check_t *check, const char *name)
{
    size_t i;
    u_char *dst, *src;
    ngx_str_t arg;

    check->field = name;

    if (ngx_http_arg(check->request, (u_char *) name, ngx_strlen(name), &arg)
        != NGX_OK)
    {
        return;
    }

    dst = ngx_pnalloc(check->request->pool, arg.len + 1);
    if (dst == NULL) {
        check->reason = "This cannot be read now.";
        return;
    }

    check->value = (char *) dst;
    src = arg.data;
    ngx_unescape_uri(&dst, &src, arg.len, 0);
    *dst = '\0';

    arg.data = (u_char *) check->value;
    arg.len = (size_t) (dst - arg.data);

    for (i = 0; i < arg.len; i++) {
        if (ngx_strchr("0123456789-+:.TZ", arg.data[i]) == NULL) {
            break;
        }
    }

    if (i < arg.len || arg.len < sizeof("2026-11-20") - 1 || arg.len > 40) {
        check->value = NULL;
        check->reason = "This must be a time such as 2026-11-20T09:00:00Z.";
    }
}

static ngx_int_t
ngx_frontdesk_is_uuid(const ngx_str_t *text)
{
    size_t i;

    if (text->len != NGX_FRONTDESK_UUID_BYTES - 1) {
        return 0;
    }

    for (i = 0; i < text->len; i++) {
        if (i == 8 || i == 13 || i == 18 || i == 23) {
            if (text->data[i] != '-') {
                return 0;
            }
        } else if (ngx_strchr("0123456789abcdefABCDEF", text->data[i])
                   == NULL)
        {
            return 0;
        }
    }

    return 1;
}

/* NGX_OK, or what a failed check has sent, in *sent. */
static ngx_int_t
ngx_frontdesk_api_params(ngx_http_request_t *r, const char **params,
    ngx_uint_t *n, ngx_frontdesk_page_t *page, ngx_int_t *sent)
{
    ngx_uint_t i;
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_param_check_t check;

    for (i = 0; ctx->route->args[i] != NGX_FRONTDESK_ARG_END; i++) {
        ngx_memzero(&check, sizeof(check));
        check.request = r;

        switch (ctx->route->args[i]) {
        case NGX_FRONTDESK_ARG_PATH:
            if (!ngx_frontdesk_is_uuid(&ctx->path[0])) {
                *sent = ngx_frontdesk_send_error(r, NGX_HTTP_NOT_FOUND,
                                                 "Nothing is here.", NULL);
                return NGX_DECLINED;
            }
            check.value = ngx_frontdesk_string(r->pool, &ctx->path[0]);
            break;
        case NGX_FRONTDESK_ARG_LIMIT:
            page->limit = ngx_frontdesk_param_number(
                &check, "limit", NGX_FRONTDESK_LIMIT, 1,
                NGX_FRONTDESK_LIMIT_MAX, "This must be 1 to 100.");
            break;
        case NGX_FRONTDESK_ARG_OFFSET:
            page->offset = ngx_frontdesk_param_number(
                &check, "offset", 0, 0, NGX_FRONTDESK_OFFSET_MAX,
                "This must be 0 to 1000000.");
            break;
        case NGX_FRONTDESK_ARG_FROM:
            ngx_frontdesk_param_time(&check, "from");
            break;
        case NGX_FRONTDESK_ARG_TO:
            ngx_frontdesk_param_time(&check, "to");
            break;
        default:
            break;
        }

        if (check.reason != NULL) {
            *sent = ngx_frontdesk_send_error(r, NGX_HTTP_BAD_REQUEST,
                                             check.reason, check.field);
            return NGX_DECLINED;
        }

        params[i] = check.value;
    }

    *n = i;
    return NGX_OK;
}


/* The way of a request. */

static ngx_int_t
ngx_frontdesk_api_start(ngx_http_request_t *r)
{
    ngx_int_t sent;
    const char *params[NGX_FRONTDESK_ARGS];
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_page_t *page;
    ngx_frontdesk_pg_call_t call;

    page = ngx_pcalloc(r->pool, sizeof(ngx_frontdesk_page_t));
    if (page == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ctx->data = page;
    ngx_memzero(&call, sizeof(call));

    if (ngx_frontdesk_api_params(r, params, &call.nparams, page, &sent)
        != NGX_OK)
    {
        return sent;
    }

    call.sql = ctx->route->sql;
    call.params = params;
    call.actor = ctx->actor.user_id;
    call.idempotent = ctx->route->methods == NGX_HTTP_GET;

    return ngx_frontdesk_ask(r, &call, ngx_frontdesk_api_done);
}

ngx_int_t
ngx_frontdesk_api_handler(ngx_http_request_t *r)
{
    return ngx_frontdesk_begin(r, ngx_frontdesk_api_start);
}

static ngx_int_t
ngx_frontdesk_api_done(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer)
{
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);

    if (answer->result == NULL) {
        return ngx_frontdesk_send_failure(r, answer);
    }

    if (ctx->route->result == NGX_FRONTDESK_LIST) {
        return ngx_frontdesk_send_list(r, answer->result);
    }

    return ngx_frontdesk_send_object(r, answer->result);
}

/* The last page of a list tells how many there are, without counting. */
static ngx_int_t
ngx_frontdesk_send_total(ngx_http_request_t *r, ngx_int_t rows)
{
    ngx_str_t total;
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_page_t *page = ctx->data;

    if ((page->limit > 0 && rows >= page->limit)
        || (rows == 0 && page->offset > 0))
    {
        return NGX_OK;
    }

    total.data = ngx_pnalloc(r->pool, NGX_INT_T_LEN);
    if (total.data == NULL) {
        return NGX_ERROR;
    }

    total.len = (size_t) (ngx_sprintf(total.data, "%i", page->offset + rows)
                          - total.data);

    return ngx_frontdesk_add_header(r, "X-Total-Count", &total);
}

static ngx_int_t
ngx_frontdesk_send_list(ngx_http_request_t *r, PGresult *rows)
{
    ngx_frontdesk_output_t out;

    if (ngx_frontdesk_output_open(&out, r) != NGX_OK
        || ngx_frontdesk_json_list(&out.json, rows) != 0
        || ngx_frontdesk_send_total(r, PQntuples(rows)) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_frontdesk_send(r, NGX_HTTP_OK, &ngx_frontdesk_json_type,
                              ngx_frontdesk_output_close(&out));
}

/* nginx compares it with If-None-Match and answers 304 itself. */
static ngx_int_t
ngx_frontdesk_set_etag(ngx_http_request_t *r, ngx_chain_t *body)
{
    u_char digest[20], *p;
    ngx_sha1_t sha1;
    ngx_chain_t *cl;
    ngx_table_elt_t *etag;

    ngx_sha1_init(&sha1);
    for (cl = body; cl != NULL; cl = cl->next) {
        ngx_sha1_update(&sha1, cl->buf->pos, (size_t) ngx_buf_size(cl->buf));
    }
    ngx_sha1_final(digest, &sha1);

    etag = ngx_list_push(&r->headers_out.headers);
    p = ngx_pnalloc(r->pool, 2 * sizeof(digest) + 2);
    if (etag == NULL || p == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(etag, sizeof(*etag));
    etag->hash = 1;
    ngx_str_set(&etag->key, "ETag");
    etag->value.data = p;
    etag->value.len = 2 * sizeof(digest) + 2;

    *p++ = '"';
    p = ngx_hex_dump(p, digest, sizeof(digest));
    *p = '"';
    r->headers_out.etag = etag;

    return NGX_OK;
}

static ngx_int_t
ngx_frontdesk_send_object(ngx_http_request_t *r, PGresult *rows)
{
    ngx_chain_t *body;
    ngx_frontdesk_output_t out;

    if (PQntuples(rows) == 0) {
        return ngx_frontdesk_send_error(r, NGX_HTTP_NOT_FOUND,
                                        "Nothing is here.", NULL);
    }

    if (ngx_frontdesk_output_open(&out, r) != NGX_OK
        || ngx_frontdesk_json_row(&out.json, rows, 0) != 0)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    body = ngx_frontdesk_output_close(&out);
    if (ngx_frontdesk_set_etag(r, body) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_frontdesk_send(r, NGX_HTTP_OK, &ngx_frontdesk_json_type, body);
}
