/* SPDX-License-Identifier: BSD-2-Clause */

/* Requests in, answers out: what every handler needs of nginx. */

#include <cjson/cJSON.h>

#include "ngx_frontdesk_body.h"
#include "ngx_frontdesk_route.h"

#define NGX_FRONTDESK_OUTPUT_BYTES 4096
#define NGX_FRONTDESK_OUTPUT_MORE  32768

static ngx_str_t ngx_frontdesk_json_type = ngx_string("application/json");


/* Headers. */

ngx_int_t
ngx_frontdesk_add_header(ngx_http_request_t *r, const char *name,
    ngx_str_t *value)
{
    ngx_table_elt_t *h;

    h = ngx_list_push(&r->headers_out.headers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(h, sizeof(*h));
    h->hash = 1;
    h->key.data = (u_char *) name;
    h->key.len = ngx_strlen(name);
    h->value = *value;

    return NGX_OK;
}

ngx_str_t *
ngx_frontdesk_find_header(ngx_http_request_t *r, const char *name)
{
    size_t len = ngx_strlen(name);
    ngx_uint_t i;
    ngx_list_part_t *part;
    ngx_table_elt_t *h;

    for (part = &r->headers_in.headers.part; part != NULL; part = part->next) {
        h = part->elts;
        for (i = 0; i < part->nelts; i++) {
            if (h[i].key.len == len
                && ngx_strncasecmp(h[i].key.data, (u_char *) name, len) == 0)
            {
                return &h[i].value;
            }
        }
    }

    return NULL;
}

ngx_int_t
ngx_frontdesk_is_content_type(ngx_http_request_t *r, const char *type)
{
    size_t len = ngx_strlen(type);
    ngx_str_t *value;

    if (r->headers_in.content_type == NULL) {
        return 0;
    }

    value = &r->headers_in.content_type->value;

    return value->len >= len
           && ngx_strncasecmp(value->data, (u_char *) type, len) == 0
           && (value->len == len || value->data[len] == ';'
               || value->data[len] == ' ');
}

char *
ngx_frontdesk_string(ngx_pool_t *pool, const ngx_str_t *text)
{
    char *copy;

    copy = ngx_pnalloc(pool, text->len + 1);
    if (copy != NULL) {
        ngx_memcpy(copy, text->data, text->len);
        copy[text->len] = '\0';
    }

    return copy;
}


/* Answers. */

ngx_int_t
ngx_frontdesk_send(ngx_http_request_t *r, ngx_uint_t status,
    ngx_str_t *content_type, ngx_chain_t *body)
{
    off_t len = 0;
    ngx_int_t rc;
    ngx_chain_t *cl;

    static ngx_str_t no_store = ngx_string("no-store");

    for (cl = body; cl != NULL; cl = cl->next) {
        len += ngx_buf_size(cl->buf);
    }

    r->headers_out.status = status;
    r->headers_out.content_length_n = len;
    r->headers_out.content_type = *content_type;
    r->headers_out.content_type_len = content_type->len;
    r->headers_out.content_type_lowcase = NULL;

    if (ngx_frontdesk_add_header(r, "Cache-Control", &no_store) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (len == 0) {
        r->header_only = 1;
    }

    rc = ngx_http_send_header(r);
    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return rc;
    }

    return ngx_http_output_filter(r, body);
}

ngx_int_t
ngx_frontdesk_send_text(ngx_http_request_t *r, ngx_uint_t status,
    ngx_str_t *content_type, ngx_str_t *body)
{
    ngx_buf_t *b;
    ngx_chain_t *out;

    out = ngx_alloc_chain_link(r->pool);
    b = ngx_create_temp_buf(r->pool, body->len + 1);
    if (out == NULL || b == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    b->last = ngx_cpymem(b->pos, body->data, body->len);
    b->last_buf = 1;
    b->last_in_chain = 1;
    out->buf = b;
    out->next = NULL;

    return ngx_frontdesk_send(r, status, content_type,
                              body->len > 0 ? out : NULL);
}

/* What goes with a status whatever the reason. */
static ngx_int_t
ngx_frontdesk_send_hints(ngx_http_request_t *r, ngx_uint_t status)
{
    static ngx_str_t soon = ngx_string("1");
    static ngx_str_t later = ngx_string("5");
    static ngx_str_t bearer = ngx_string("Bearer");

    switch (status) {
    case NGX_HTTP_UNAUTHORIZED:
        return ngx_frontdesk_add_header(r, "WWW-Authenticate", &bearer);
    case NGX_HTTP_TOO_MANY_REQUESTS:
        return ngx_frontdesk_add_header(r, "Retry-After", &later);
    case NGX_HTTP_SERVICE_UNAVAILABLE:
        return ngx_frontdesk_add_header(r, "Retry-After", &soon);
    default:
        return NGX_OK;
    }
}

static ngx_int_t
ngx_frontdesk_send_problem(ngx_http_request_t *r, ngx_uint_t status,
    const ngx_str_t *detail, const ngx_str_t *field)
{
    int failed;
    ngx_frontdesk_json_t *json;
    ngx_frontdesk_output_t out;

    if (ngx_frontdesk_output_open(&out, r) != NGX_OK
        || ngx_frontdesk_send_hints(r, status) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    json = &out.json;
    failed = ngx_frontdesk_json_literal(json, "{\"detail\":");
    failed |= ngx_frontdesk_json_string(json, (char *) detail->data,
                                        detail->len);
    if (field->len > 0) {
        failed |= ngx_frontdesk_json_literal(json, ",\"errors\":[{\"field\":");
        failed |= ngx_frontdesk_json_string(json, (char *) field->data,
                                            field->len);
        failed |= ngx_frontdesk_json_literal(json, ",\"message\":");
        failed |= ngx_frontdesk_json_string(json, (char *) detail->data,
                                            detail->len);
        failed |= ngx_frontdesk_json_literal(json, "}]");
    }
    failed |= ngx_frontdesk_json_literal(json, "}");

    return failed ? NGX_HTTP_INTERNAL_SERVER_ERROR
                  : ngx_frontdesk_send(r, status, &ngx_frontdesk_json_type,
                                       ngx_frontdesk_output_close(&out));
}

ngx_int_t
ngx_frontdesk_send_error(ngx_http_request_t *r, ngx_uint_t status,
    const char *detail, const char *field)
{
    ngx_str_t sentence, name = ngx_null_string;

    sentence.data = (u_char *) detail;
    sentence.len = ngx_strlen(detail);

    if (field != NULL) {
        name.data = (u_char *) field;
        name.len = ngx_strlen(field);
    }

    return ngx_frontdesk_send_problem(r, status, &sentence, &name);
}

ngx_int_t
ngx_frontdesk_send_failure(ngx_http_request_t *r,
    const ngx_frontdesk_pg_answer_t *answer)
{
    return ngx_frontdesk_send_problem(r, answer->status, &answer->detail,
                                      &answer->field);
}


/* Output. */

static int
ngx_frontdesk_output_more(ngx_frontdesk_json_t *json, size_t size)
{
    ngx_buf_t *b;
    ngx_chain_t *cl;
    ngx_frontdesk_output_t *out = json->data;

    if (out->last != NULL) {
        out->last->buf->last = (u_char *) json->pos;
        size = ngx_max(size, NGX_FRONTDESK_OUTPUT_MORE);
    }

    cl = ngx_alloc_chain_link(out->request->pool);
    b = ngx_create_temp_buf(out->request->pool, size);
    if (cl == NULL || b == NULL) {
        return -1;
    }

    cl->buf = b;
    cl->next = NULL;

    if (out->last == NULL) {
        out->first = cl;
    } else {
        out->last->next = cl;
    }

    out->last = cl;
    json->pos = (char *) b->pos;
    json->end = (char *) b->end;

    return 0;
}

ngx_int_t
ngx_frontdesk_output_open(ngx_frontdesk_output_t *out, ngx_http_request_t *r)
{
    ngx_memzero(out, sizeof(*out));
    out->request = r;
    out->json.more = ngx_frontdesk_output_more;
    out->json.data = out;

    return ngx_frontdesk_output_more(&out->json, NGX_FRONTDESK_OUTPUT_BYTES)
                   == 0
               ? NGX_OK
               : NGX_ERROR;
}

/* Empty buffers, where a large value began a new one, are left out. */
ngx_chain_t *
ngx_frontdesk_output_close(ngx_frontdesk_output_t *out)
{
    ngx_chain_t **link;

    out->last->buf->last = (u_char *) out->json.pos;
    out->last->buf->last_buf = 1;
    out->last->buf->last_in_chain = 1;

    for (link = &out->first; *link != out->last; ) {
        if (ngx_buf_size((*link)->buf) == 0) {
            *link = (*link)->next;
        } else {
            link = &(*link)->next;
        }
    }

    return out->first;
}


/* Waiting. */

ngx_int_t
ngx_frontdesk_begin(ngx_http_request_t *r,
    ngx_int_t (*start)(ngx_http_request_t *r))
{
    ngx_int_t rc;

    rc = ngx_http_discard_request_body(r);
    if (rc != NGX_OK) {
        return rc;
    }

    r->main->count++;
    ngx_frontdesk_finish(r, start(r));

    return NGX_DONE;
}

void
ngx_frontdesk_finish(ngx_http_request_t *r, ngx_int_t rc)
{
    if (rc == NGX_DONE) {
        r->read_event_handler = ngx_http_test_reading;
        return;
    }

    ngx_http_finalize_request(r, rc);
}

/* Kept by the query: the request may go before it is answered. */
typedef struct {
    ngx_http_request_t *request;
    ngx_frontdesk_done_pt done;
} ngx_frontdesk_wait_t;

static void
ngx_frontdesk_ask_cleanup(void *data)
{
    ngx_frontdesk_ctx_t *ctx = data;

    if (ctx->query != NULL) {
        ngx_frontdesk_pg_detach(ctx->query);
        ctx->query = NULL;
    }
}

static void
ngx_frontdesk_answered(void *data, ngx_frontdesk_pg_answer_t *answer)
{
    ngx_connection_t *c;
    ngx_http_request_t *r;
    ngx_frontdesk_ctx_t *ctx;
    ngx_frontdesk_wait_t *wait = data;

    r = wait->request;
    c = r->connection;
    ctx = ngx_frontdesk_ctx(r);
    ctx->query = NULL;

    ngx_http_set_log_request(c->log, r);
    ngx_frontdesk_finish(r, wait->done(r, answer));
    ngx_http_run_posted_requests(c);
}

ngx_int_t
ngx_frontdesk_ask(ngx_http_request_t *r, const ngx_frontdesk_pg_call_t *call,
    ngx_frontdesk_done_pt done)
{
    ngx_http_cleanup_t *cln;
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_wait_t *wait;
    ngx_frontdesk_pg_answer_t answer;
    ngx_frontdesk_main_conf_t *mcf;

    mcf = ngx_http_get_module_main_conf(r, ngx_frontdesk_module);
    wait = ngx_palloc(r->pool, sizeof(ngx_frontdesk_wait_t));
    cln = ngx_http_cleanup_add(r, 0);
    if (wait == NULL || cln == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    cln->handler = ngx_frontdesk_ask_cleanup;
    cln->data = ctx;
    wait->request = r;
    wait->done = done;

    ctx->query = mcf->pg == NULL
                     ? NULL
                     : ngx_frontdesk_pg_query(mcf->pg, call,
                                              ngx_frontdesk_answered, wait);
    if (ctx->query != NULL) {
        return NGX_DONE;
    }

    ngx_str_set(&answer.detail, "Too much is going on. "
                                "Please try again in a moment.");
    ngx_str_null(&answer.field);
    answer.result = NULL;
    answer.status = NGX_HTTP_SERVICE_UNAVAILABLE;

    return done(r, &answer);
}


/* Bodies. */

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

static ngx_int_t
ngx_frontdesk_read_field(ngx_http_request_t *r, const cJSON *item,
    const ngx_frontdesk_field_t *fields, ngx_uint_t n, char **values)
{
    size_t len;
    ngx_str_t text;
    ngx_uint_t i;

    for (i = 0; i < n; i++) {
        if (ngx_strcmp(fields[i].name, item->string) == 0) {
            break;
        }
    }

    if (i == n) {
        return ngx_frontdesk_send_error(r, NGX_HTTP_BAD_REQUEST,
                                        "The body has a field that is not "
                                        "known.",
                                        item->string);
    }

    if (!cJSON_IsString(item)) {
        return ngx_frontdesk_send_error(r, NGX_HTTP_BAD_REQUEST,
                                        "This must be a text.",
                                        fields[i].name);
    }

    len = ngx_strlen(item->valuestring);
    if (len == 0 || len > fields[i].max) {
        return ngx_frontdesk_send_error(r, NGX_HTTP_BAD_REQUEST,
                                        len == 0 ? "This must not be empty."
                                                 : "This is too long.",
                                        fields[i].name);
    }

    text.data = (u_char *) item->valuestring;
    text.len = len;
    values[i] = ngx_frontdesk_string(r->pool, &text);

    return values[i] != NULL ? NGX_DECLINED : NGX_HTTP_INTERNAL_SERVER_ERROR;
}

ngx_int_t
ngx_frontdesk_read_fields(ngx_http_request_t *r,
    const ngx_frontdesk_field_t *fields, ngx_uint_t n, char **values,
    ngx_int_t *sent)
{
    cJSON *tree, *item;
    ngx_int_t rc;
    ngx_uint_t i;
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_body_e parsed;

    if (!ngx_frontdesk_is_content_type(r, "application/json")) {
        *sent = ngx_frontdesk_send_error(r, NGX_HTTP_UNSUPPORTED_MEDIA_TYPE,
                                         "The body must be application/json.",
                                         NULL);
        return NGX_DECLINED;
    }

    parsed = ngx_frontdesk_body_parse(&tree, (char *) ctx->body.data,
                                      ctx->body.len);
    if (parsed != NGX_FRONTDESK_BODY_OK) {
        *sent = ngx_frontdesk_send_error(r, NGX_HTTP_BAD_REQUEST,
                                         ngx_frontdesk_body_reason(parsed),
                                         NULL);
        return NGX_DECLINED;
    }

    rc = NGX_DECLINED;
    if (!cJSON_IsObject(tree)) {
        rc = ngx_frontdesk_send_error(r, NGX_HTTP_BAD_REQUEST,
                                      "The body must be a JSON object.", NULL);
    }

    ngx_memzero(values, n * sizeof(char *));
    for (item = tree->child; item != NULL && rc == NGX_DECLINED;
         item = item->next)
    {
        rc = ngx_frontdesk_read_field(r, item, fields, n, values);
    }

    for (i = 0; i < n && rc == NGX_DECLINED; i++) {
        if (values[i] == NULL) {
            rc = ngx_frontdesk_send_error(r, NGX_HTTP_BAD_REQUEST,
                                          "This is missing.", fields[i].name);
        }
    }

    cJSON_Delete(tree);
    *sent = rc;

    return rc == NGX_DECLINED ? NGX_OK : NGX_DECLINED;
}
