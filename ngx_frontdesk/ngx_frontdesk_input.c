/* SPDX-License-Identifier: BSD-2-Clause */

/* Bodies in, and what they say. */

#include <cjson/cJSON.h>

#include "ngx_frontdesk_body.h"
#include "ngx_frontdesk_csv.h"
#include "ngx_frontdesk_route.h"

typedef struct {
    ngx_int_t (*start)(ngx_http_request_t *r);
} ngx_frontdesk_reader_t;

static ngx_int_t
ngx_frontdesk_body_gather(ngx_http_request_t *r, ngx_str_t *body)
{
    size_t len = 0;
    u_char *p;
    ngx_chain_t *cl, *bufs;

    ngx_str_null(body);
    bufs = r->request_body != NULL ? r->request_body->bufs : NULL;

    for (cl = bufs; cl != NULL; cl = cl->next) {
        /* Larger than client_body_buffer_size: nothing we read is. */
        if (cl->buf->in_file) {
            return NGX_DECLINED;
        }
        len += (size_t) ngx_buf_size(cl->buf);
    }

    if (len == 0) {
        return NGX_OK;
    }

    if (bufs->next == NULL) {
        body->data = bufs->buf->pos;
        body->len = len;
        return NGX_OK;
    }

    p = ngx_pnalloc(r->pool, len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    body->data = p;
    body->len = len;
    for (cl = bufs; cl != NULL; cl = cl->next) {
        p = ngx_cpymem(p, cl->buf->pos, ngx_buf_size(cl->buf));
    }

    return NGX_OK;
}

static void
ngx_frontdesk_body_handler(ngx_http_request_t *r)
{
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_reader_t *reader = ctx->data;

    switch (ngx_frontdesk_body_gather(r, &ctx->body)) {
    case NGX_OK:
        ngx_frontdesk_finish(r, reader->start(r));
        return;
    case NGX_DECLINED:
        ngx_http_finalize_request(r, NGX_HTTP_REQUEST_ENTITY_TOO_LARGE);
        return;
    default:
        ngx_http_finalize_request(r, NGX_HTTP_INTERNAL_SERVER_ERROR);
    }
}

ngx_int_t
ngx_frontdesk_read_body(ngx_http_request_t *r,
    ngx_int_t (*start)(ngx_http_request_t *r))
{
    ngx_int_t rc;
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_reader_t *reader;

    reader = ngx_palloc(r->pool, sizeof(ngx_frontdesk_reader_t));
    if (reader == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    reader->start = start;
    ctx->data = reader;
    r->request_body_in_single_buf = 1;

    rc = ngx_http_read_client_request_body(r, ngx_frontdesk_body_handler);

    return rc >= NGX_HTTP_SPECIAL_RESPONSE ? rc : NGX_DONE;
}

/* {"rows": ...} of CSV, where the row of the table takes it. */
static ngx_int_t
ngx_frontdesk_read_csv(ngx_http_request_t *r,
    ngx_frontdesk_problems_t *problems, cJSON **tree)
{
    unsigned line;
    const char *reason;
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_csv_e parsed;
    const ngx_frontdesk_field_t *field;

    for (field = ctx->route->body; ngx_strcmp(field->name, "rows") != 0;
         field++)
    {
        /* void: a row with csv_body has it */
    }

    parsed = ngx_frontdesk_csv_read(tree, &line, (char *) ctx->body.data,
                                    ctx->body.len, field->items,
                                    (unsigned) field->max);
    if (parsed == NGX_FRONTDESK_CSV_OK) {
        return NGX_OK;
    }

    reason = ngx_frontdesk_csv_reason(parsed);
    ngx_frontdesk_problem_add(problems, "", "%s (line %u)", reason, line);

    return NGX_DECLINED;
}

static ngx_int_t
ngx_frontdesk_read_json(ngx_http_request_t *r,
    ngx_frontdesk_problems_t *problems, cJSON **tree)
{
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_body_e parsed;

    parsed = ngx_frontdesk_body_parse(tree, (char *) ctx->body.data,
                                      ctx->body.len);
    if (parsed == NGX_FRONTDESK_BODY_OK) {
        return NGX_OK;
    }

    ngx_frontdesk_problem_add(problems, "", "%s",
                              ngx_frontdesk_body_reason(parsed));

    return NGX_DECLINED;
}

static ngx_int_t
ngx_frontdesk_send_type(ngx_http_request_t *r, ngx_uint_t csv)
{
    return ngx_frontdesk_send_error(
        r, NGX_HTTP_UNSUPPORTED_MEDIA_TYPE,
        csv ? "The body must be application/json or text/csv."
            : "The body must be application/json.",
        NULL);
}

/* Nothing at all says as much as {}. */
ngx_int_t
ngx_frontdesk_read_tree(ngx_http_request_t *r,
    ngx_frontdesk_problems_t *problems, const ngx_frontdesk_field_t *fields,
    cJSON **tree, ngx_int_t *sent)
{
    ngx_int_t rc;
    ngx_uint_t csv;
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);

    csv = ctx->route->csv_body;
    *tree = NULL;

    if (ctx->body.len == 0) {
        *tree = cJSON_CreateObject();
        rc = NGX_OK;
    } else if (csv && ngx_frontdesk_is_content_type(r, "text/csv")) {
        rc = ngx_frontdesk_read_csv(r, problems, tree);
    } else if (ngx_frontdesk_is_content_type(r, "application/json")) {
        rc = ngx_frontdesk_read_json(r, problems, tree);
    } else {
        *sent = ngx_frontdesk_send_type(r, csv);
        return NGX_DECLINED;
    }

    if (rc == NGX_OK && *tree == NULL) {
        *sent = NGX_HTTP_INTERNAL_SERVER_ERROR;
        return NGX_DECLINED;
    }

    if (rc == NGX_OK) {
        ngx_frontdesk_fields_check(problems, *tree, fields,
                                   ctx->route->partial);
    }

    if (problems->n > 0) {
        cJSON_Delete(*tree);
        *sent = ngx_frontdesk_send_problems(r, problems);
        return NGX_DECLINED;
    }

    return NGX_OK;
}

/* A value's text in the request's pool. */
static char *
ngx_frontdesk_read_value(ngx_http_request_t *r, const cJSON *value)
{
    char *printed, *copy;
    ngx_str_t text;

    if (cJSON_IsString(value)) {
        text.data = (u_char *) value->valuestring;
        text.len = ngx_strlen(text.data);
        return ngx_frontdesk_string(r->pool, &text);
    }

    printed = cJSON_PrintUnformatted(value);
    if (printed == NULL) {
        return NULL;
    }

    text.data = (u_char *) printed;
    text.len = ngx_strlen(text.data);
    copy = ngx_frontdesk_string(r->pool, &text);
    cJSON_free(printed);

    return copy;
}

char *
ngx_frontdesk_read_object(ngx_http_request_t *r,
    ngx_frontdesk_problems_t *problems, const ngx_frontdesk_field_t *fields,
    ngx_int_t *sent)
{
    char *text;
    cJSON *tree;

    if (ngx_frontdesk_read_tree(r, problems, fields, &tree, sent) != NGX_OK) {
        return NULL;
    }

    *sent = NGX_HTTP_INTERNAL_SERVER_ERROR;
    text = ngx_frontdesk_read_value(r, tree);
    cJSON_Delete(tree);

    return text;
}

ngx_int_t
ngx_frontdesk_read_fields(ngx_http_request_t *r,
    const ngx_frontdesk_field_t *fields, char **values, ngx_int_t *sent)
{
    cJSON *tree;
    ngx_int_t rc = NGX_OK;
    ngx_uint_t i;
    const cJSON *value;
    ngx_frontdesk_problems_t problems;

    problems.n = 0;
    if (ngx_frontdesk_read_tree(r, &problems, fields, &tree, sent) != NGX_OK) {
        return NGX_DECLINED;
    }

    for (i = 0; fields[i].name != NULL; i++) {
        values[i] = NULL;
        value = cJSON_GetObjectItemCaseSensitive(tree, fields[i].name);

        if (value != NULL && !cJSON_IsNull(value)) {
            values[i] = ngx_frontdesk_read_value(r, value);
            if (values[i] == NULL) {
                *sent = NGX_HTTP_INTERNAL_SERVER_ERROR;
                rc = NGX_DECLINED;
            }
        }
    }

    cJSON_Delete(tree);
    return rc;
}
