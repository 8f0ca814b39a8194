/* SPDX-License-Identifier: BSD-2-Clause */

/* Requests in, answers out: what every handler needs of nginx. */

#include "ngx_frontdesk_route.h"

#define NGX_FRONTDESK_OUTPUT_BYTES 4096
#define NGX_FRONTDESK_OUTPUT_MORE  32768

#define NGX_FRONTDESK_SOON_S  1
#define NGX_FRONTDESK_LATER_S 5

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

/* What goes with a status whatever the reason; seconds 0: as always. */
static ngx_int_t
ngx_frontdesk_send_hints(ngx_http_request_t *r, ngx_uint_t status,
    ngx_uint_t seconds)
{
    u_char *p;
    ngx_str_t after;

    static ngx_str_t bearer = ngx_string("Bearer");

    switch (status) {
    case NGX_HTTP_UNAUTHORIZED:
        return ngx_frontdesk_add_header(r, "WWW-Authenticate", &bearer);
    case NGX_HTTP_TOO_MANY_REQUESTS:
        seconds = seconds > 0 ? seconds : NGX_FRONTDESK_LATER_S;
        break;
    case NGX_HTTP_SERVICE_UNAVAILABLE:
        seconds = seconds > 0 ? seconds : NGX_FRONTDESK_SOON_S;
        break;
    default:
        return NGX_OK;
    }

    p = ngx_pnalloc(r->pool, NGX_INT_T_LEN);
    if (p == NULL) {
        return NGX_ERROR;
    }

    after.data = p;
    after.len = (size_t) (ngx_sprintf(p, "%ui", seconds) - p);

    return ngx_frontdesk_add_header(r, "Retry-After", &after);
}

static int
ngx_frontdesk_json_errors(ngx_frontdesk_json_t *json,
    const ngx_frontdesk_problems_t *problems)
{
    int failed = 0;
    unsigned i;
    const ngx_frontdesk_problem_t *problem;

    for (i = 0; i < problems->n; i++) {
        problem = &problems->list[i];
        failed |= i == 0 ? ngx_frontdesk_json_literal(json, ",\"errors\":[")
                         : ngx_frontdesk_json_literal(json, ",");
        failed |= ngx_frontdesk_json_literal(json, "{\"field\":");
        failed |= ngx_frontdesk_json_string(json, problem->field,
                                            ngx_strlen(problem->field));
        failed |= ngx_frontdesk_json_literal(json, ",\"message\":");
        failed |= ngx_frontdesk_json_string(json, problem->message,
                                            ngx_strlen(problem->message));
        failed |= ngx_frontdesk_json_literal(json, "}");
    }

    return failed | ngx_frontdesk_json_literal(json, "]");
}

static ngx_int_t
ngx_frontdesk_send_problem(ngx_http_request_t *r, ngx_uint_t status,
    const ngx_str_t *detail, const ngx_frontdesk_problems_t *problems,
    ngx_uint_t retry_s)
{
    int failed;
    ngx_frontdesk_json_t *json;
    ngx_frontdesk_output_t out;

    if (ngx_frontdesk_output_open(&out, r) != NGX_OK
        || ngx_frontdesk_send_hints(r, status, retry_s) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    json = &out.json;
    failed = ngx_frontdesk_json_literal(json, "{\"detail\":");
    failed |= ngx_frontdesk_json_string(json, (char *) detail->data,
                                        detail->len);
    if (problems != NULL) {
        failed |= ngx_frontdesk_json_errors(json, problems);
    }
    failed |= ngx_frontdesk_json_literal(json, "}");

    return failed ? NGX_HTTP_INTERNAL_SERVER_ERROR
                  : ngx_frontdesk_send(r, status, &ngx_frontdesk_json_type,
                                       ngx_frontdesk_output_close(&out));
}

/* A refusal for one reason, which a field may be named for. */
static ngx_int_t
ngx_frontdesk_send_reason(ngx_http_request_t *r, ngx_uint_t status,
    const ngx_str_t *detail, const ngx_str_t *field, ngx_uint_t retry_s)
{
    ngx_frontdesk_problems_t problems;

    if (field->len == 0) {
        return ngx_frontdesk_send_problem(r, status, detail, NULL, retry_s);
    }

    /* Both are literals or libpq's: they end with a NUL. */
    problems.n = 0;
    ngx_frontdesk_problem_add(&problems, (char *) field->data, "%s",
                              detail->data);

    return ngx_frontdesk_send_problem(r, status, detail, &problems, retry_s);
}

/* One problem speaks for itself; one without a field is about all. */
ngx_int_t
ngx_frontdesk_send_problems(ngx_http_request_t *r,
    const ngx_frontdesk_problems_t *problems)
{
    ngx_str_t detail;

    ngx_str_set(&detail, "Some of what was sent is not right.");
    if (problems->n == 1) {
        detail.data = (u_char *) problems->list[0].message;
        detail.len = ngx_strlen(detail.data);
    }

    return ngx_frontdesk_send_problem(
        r, NGX_HTTP_BAD_REQUEST, &detail,
        problems->n == 1 && problems->list[0].field[0] == '\0' ? NULL
                                                               : problems,
        0);
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

    return ngx_frontdesk_send_reason(r, status, &sentence, &name, 0);
}

ngx_int_t
ngx_frontdesk_send_failure(ngx_http_request_t *r,
    const ngx_frontdesk_pg_answer_t *answer)
{
    return ngx_frontdesk_send_reason(r, answer->status, &answer->detail,
                                     &answer->field, answer->retry_s);
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

/* The first step of what is asked as a user, or with an API key. */
static ngx_int_t
ngx_frontdesk_act(ngx_http_request_t *r, ngx_frontdesk_pg_step_t *step,
    const char **params)
{
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);

    static const char act_as[] = "select api.act_as($1, $2, $3)";
    static const char act_as_key[] = "select api.act_as_key($1, $2, $3)";

    if (ctx->key_digest[0] != '\0') {
        step->sql = act_as_key;
        params[0] = ctx->key_digest;
    } else {
        step->sql = act_as;
        params[0] = ctx->actor.user_id;
    }

    params[1] = ngx_frontdesk_string(r->pool, &ctx->request_id);
    params[2] = ngx_frontdesk_string(r->pool, &r->connection->addr_text);
    step->params = params;
    step->nparams = 3;

    return params[1] != NULL && params[2] != NULL ? NGX_OK : NGX_ERROR;
}

static ngx_frontdesk_pg_query_t *
ngx_frontdesk_ask_as(ngx_http_request_t *r,
    const ngx_frontdesk_pg_call_t *call, ngx_frontdesk_wait_t *wait)
{
    const char *params[3];
    ngx_uint_t n = 0;
    ngx_frontdesk_pg_step_t steps[NGX_FRONTDESK_BEFORE];
    ngx_frontdesk_pg_call_t whole = *call;
    ngx_frontdesk_main_conf_t *mcf;

    mcf = ngx_http_get_module_main_conf(r, ngx_frontdesk_module);

    if (mcf->pg == NULL || call->nbefore >= NGX_FRONTDESK_BEFORE) {
        return NULL;
    }

    if (call->actor != NULL) {
        if (ngx_frontdesk_act(r, &steps[n++], params) != NGX_OK) {
            return NULL;
        }
    }

    ngx_memcpy(&steps[n], call->before, call->nbefore * sizeof(steps[0]));
    whole.before = steps;
    whole.nbefore = n + call->nbefore;

    return ngx_frontdesk_pg_query(mcf->pg, &whole, ngx_frontdesk_answered,
                                  wait);
}

ngx_int_t
ngx_frontdesk_ask(ngx_http_request_t *r, const ngx_frontdesk_pg_call_t *call,
    ngx_frontdesk_done_pt done)
{
    ngx_http_cleanup_t *cln;
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_wait_t *wait;
    ngx_frontdesk_pg_answer_t answer;

    wait = ngx_palloc(r->pool, sizeof(ngx_frontdesk_wait_t));
    cln = ngx_http_cleanup_add(r, 0);
    if (wait == NULL || cln == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    cln->handler = ngx_frontdesk_ask_cleanup;
    cln->data = ctx;
    wait->request = r;
    wait->done = done;

    ctx->query = ngx_frontdesk_ask_as(r, call, wait);
    if (ctx->query != NULL) {
        return NGX_DONE;
    }

    ngx_str_set(&answer.detail, "Too much is going on. "
                                "Please try again in a moment.");
    ngx_str_null(&answer.field);
    answer.retry_s = 0;
    answer.result = NULL;
    answer.status = NGX_HTTP_SERVICE_UNAVAILABLE;

    return done(r, &answer);
}
