/* SPDX-License-Identifier: BSD-2-Clause */

/* A row of the table: what was asked, checked; one function of SQL. */

#include "ngx_frontdesk_result.h"

#define NGX_FRONTDESK_WRITES \
    (NGX_HTTP_PUT | NGX_HTTP_PATCH | NGX_HTTP_DELETE)

static ngx_int_t ngx_frontdesk_api_start(ngx_http_request_t *r);
static ngx_int_t ngx_frontdesk_api_ask(ngx_http_request_t *r,
    ngx_frontdesk_api_t *api);
static ngx_int_t ngx_frontdesk_api_done(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer);
static ngx_int_t ngx_frontdesk_api_replay(ngx_http_request_t *r);
static ngx_int_t ngx_frontdesk_api_replayed(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer);

ngx_int_t
ngx_frontdesk_api_handler(ngx_http_request_t *r)
{
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);

    return ctx->route->body != NULL
               ? ngx_frontdesk_read_body(r, ngx_frontdesk_api_start)
               : ngx_frontdesk_begin(r, ngx_frontdesk_api_start);
}


/* Parameters: of the path, of the query, the body. */

static ngx_int_t
ngx_frontdesk_api_path(ngx_http_request_t *r, ngx_frontdesk_api_t *api)
{
    ngx_uint_t i;
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);

    for (i = 0; i < ctx->plan->nparts; i++) {
        api->params[i] = ngx_frontdesk_string(r->pool, &ctx->path[i]);
        if (api->params[i] == NULL) {
            return NGX_ERROR;
        }
    }

    api->n = i;
    return NGX_OK;
}

static ngx_int_t
ngx_frontdesk_api_query(ngx_http_request_t *r, ngx_frontdesk_api_t *api,
    ngx_frontdesk_problems_t *problems)
{
    char *space;
    ngx_int_t wants_csv;
    ngx_str_t *accept;
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);

    space = ngx_pnalloc(r->pool, r->args.len + 1);
    if (space == NULL) {
        return NGX_ERROR;
    }

    accept = ctx->route->csv ? ngx_frontdesk_find_header(r, "accept") : NULL;
    wants_csv = accept != NULL
                && ngx_frontdesk_accepts((char *) accept->data, accept->len,
                                         "text/csv");

    ngx_frontdesk_query_read(&api->query, problems, ctx->route->query,
                             (char *) r->args.data, r->args.len, space,
                             ctx->route->csv, (int) wants_csv);

    ngx_memcpy(&api->params[api->n], api->query.values,
               api->query.n * sizeof(char *));
    api->n += api->query.n;

    return NGX_OK;
}

/* NGX_OK, or what was sent, in *sent. */
static ngx_int_t
ngx_frontdesk_api_params(ngx_http_request_t *r, ngx_frontdesk_api_t *api,
    ngx_int_t *sent)
{
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_problems_t problems;

    problems.n = 0;
    *sent = NGX_HTTP_INTERNAL_SERVER_ERROR;

    if (ngx_frontdesk_api_path(r, api) != NGX_OK
        || ngx_frontdesk_api_query(r, api, &problems) != NGX_OK)
    {
        return NGX_DECLINED;
    }

    if (ctx->route->body != NULL) {
        api->params[api->n] = ngx_frontdesk_read_object(r, &problems,
                                                        ctx->route->body,
                                                        sent);
        return api->params[api->n++] != NULL ? NGX_OK : NGX_DECLINED;
    }

    if (problems.n > 0) {
        *sent = ngx_frontdesk_send_problems(r, &problems);
        return NGX_DECLINED;
    }

    return NGX_OK;
}


/* Conditions: what must hold for the request to be done. */

/* If-Match, of what changes an object. */
static ngx_int_t
ngx_frontdesk_api_tags(ngx_http_request_t *r, ngx_frontdesk_api_t *api,
    ngx_int_t *sent)
{
    ngx_str_t *header;
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);

    header = r->method & NGX_FRONTDESK_WRITES
                 ? ngx_frontdesk_find_header(r, "if-match")
                 : NULL;
    if (header == NULL) {
        return NGX_OK;
    }

    if (ctx->plan->match_sql == NULL) {
        *sent = ngx_frontdesk_send_error(r, NGX_HTTP_PRECONDITION_FAILED,
                                         "This has no tag to be compared.",
                                         NULL);
        return NGX_DECLINED;
    }

    api->tags = ngx_palloc(r->pool, NGX_FRONTDESK_TAGS_BYTES);
    if (api->tags == NULL) {
        *sent = NGX_HTTP_INTERNAL_SERVER_ERROR;
        return NGX_DECLINED;
    }

    if (ngx_frontdesk_tags_read(api->tags, (char *) header->data, header->len)
        != 0)
    {
        *sent = ngx_frontdesk_send_error(r, NGX_HTTP_BAD_REQUEST,
                                         "This must be tags in quotes, or *.",
                                         "If-Match");
        return NGX_DECLINED;
    }

    return NGX_OK;
}

/* Idempotency-Key: where it was sent to, and the digest of what with. */
static ngx_int_t
ngx_frontdesk_api_key(ngx_http_request_t *r, ngx_frontdesk_api_t *api,
    ngx_int_t *sent)
{
    u_char *place;
    ngx_str_t *header;
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);

    header = ctx->plan->kept_sql != NULL
                 ? ngx_frontdesk_find_header(r, "idempotency-key")
                 : NULL;
    if (header == NULL) {
        return NGX_OK;
    }

    if (!ngx_frontdesk_is_idempotency_key((char *) header->data, header->len))
    {
        *sent = ngx_frontdesk_send_error(r, NGX_HTTP_BAD_REQUEST,
                                         "This must be 1 to 255 printable "
                                         "characters.",
                                         "Idempotency-Key");
        return NGX_DECLINED;
    }

    *sent = NGX_HTTP_INTERNAL_SERVER_ERROR;
    place = ngx_pnalloc(r->pool, r->uri.len + r->args.len + 2);
    api->key[0] = ngx_frontdesk_string(r->pool, header);
    if (place == NULL || api->key[0] == NULL
        || ngx_frontdesk_digest(api->digest, (char *) ctx->body.data,
                                ctx->body.len)
               != 0)
    {
        return NGX_DECLINED;
    }

    *ngx_sprintf(place, "%V?%V", &r->uri, &r->args) = '\0';
    api->key[1] = (char *) place;
    api->key[2] = api->digest;

    return NGX_OK;
}


/* The way of a request. */

static ngx_int_t
ngx_frontdesk_api_start(ngx_http_request_t *r)
{
    ngx_int_t sent;
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_api_t *api;

    api = ngx_pcalloc(r->pool, sizeof(ngx_frontdesk_api_t));
    if (api == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ctx->data = api;

    if (ngx_frontdesk_api_params(r, api, &sent) != NGX_OK
        || ngx_frontdesk_api_tags(r, api, &sent) != NGX_OK
        || ngx_frontdesk_api_key(r, api, &sent) != NGX_OK)
    {
        return sent;
    }

    return ngx_frontdesk_api_ask(r, api);
}

/* Who changes an object holds its lock, so that what was compared stays. */
static ngx_int_t
ngx_frontdesk_api_lock(ngx_http_request_t *r, ngx_frontdesk_api_t *api)
{
    u_char *name, *p;
    size_t len = 1;
    ngx_uint_t i;
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);

    for (i = 0; i < ctx->plan->nparts; i++) {
        len += ctx->path[i].len + 1;
    }

    name = ngx_pnalloc(r->pool, len + NGX_FRONTDESK_UUID_BYTES);
    if (name == NULL) {
        return NGX_ERROR;
    }

    p = name;
    for (i = 0; i < ctx->plan->nparts; i++) {
        p = ngx_sprintf(p, "%s%V", i > 0 ? "/" : "", &ctx->path[i]);
    }

    /* What has no id in its path is the user's own. */
    *(i > 0 ? p : ngx_sprintf(p, "%s", ctx->actor.user_id)) = '\0';
    api->lock = (char *) name;

    return NGX_OK;
}

static void
ngx_frontdesk_api_step(ngx_frontdesk_pg_call_t *call,
    ngx_frontdesk_pg_step_t *steps, const char *sql,
    const char *const *params, ngx_uint_t n)
{
    steps[call->nbefore].sql = sql;
    steps[call->nbefore].params = params;
    steps[call->nbefore++].nparams = n;
    call->before = steps;
}

static ngx_int_t
ngx_frontdesk_api_ask(ngx_http_request_t *r, ngx_frontdesk_api_t *api)
{
    const char *match[NGX_FRONTDESK_PATH_PARAMS + 1];
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_pg_call_t call;
    ngx_frontdesk_pg_step_t steps[NGX_FRONTDESK_BEFORE];
    const ngx_frontdesk_plan_t *plan = ctx->plan;

    static const char lock[] = "select api.object_lock($1)";
    static const char claim[] = "select api.idempotency_claim($1, $2, $3)";

    ngx_memzero(&call, sizeof(call));
    call.sql = plan->sql;
    call.actor = ctx->actor.user_id;
    call.idempotent = plan->route->methods == NGX_HTTP_GET;

    if (plan->match_sql != NULL) {
        if (ngx_frontdesk_api_lock(r, api) != NGX_OK) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }
        ngx_frontdesk_api_step(&call, steps, lock, &api->lock, 1);
    }

    if (api->tags != NULL) {
        ngx_memcpy(match, api->params, plan->match_params * sizeof(char *));
        match[plan->match_params] = api->tags;
        ngx_frontdesk_api_step(&call, steps, plan->match_sql, match,
                               plan->match_params + 1);
    }

    if (api->key[0] != NULL) {
        ngx_frontdesk_api_step(&call, steps, claim, api->key, 3);
        ngx_memcpy(&api->params[api->n], api->key, sizeof(api->key));
        api->n += 3;
        call.sql = plan->kept_sql;
        call.idempotent = 1; /* done once, however often it is asked */
    }

    call.params = api->params;
    call.nparams = api->n;

    return ngx_frontdesk_ask(r, &call, ngx_frontdesk_api_done);
}

static ngx_int_t
ngx_frontdesk_api_done(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer)
{
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_api_t *api = ctx->data;

    if (answer->status == NGX_FRONTDESK_DONE) {
        return ngx_frontdesk_api_replay(r);
    }

    if (answer->result == NULL) {
        return ngx_frontdesk_send_failure(r, answer);
    }

    return api->key[0] != NULL
               ? ngx_frontdesk_send_kept(r, answer->result)
               : ngx_frontdesk_send_answer(r, answer);
}

/* It was done before: what was answered then is answered again. */
static ngx_int_t
ngx_frontdesk_api_replay(ngx_http_request_t *r)
{
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_api_t *api = ctx->data;
    ngx_frontdesk_pg_call_t call;

    ngx_memzero(&call, sizeof(call));
    call.sql = "select * from api.idempotency_answer($1)";
    call.nparams = 1;
    call.params = api->key;
    call.actor = ctx->actor.user_id;
    call.idempotent = 1;

    return ngx_frontdesk_ask(r, &call, ngx_frontdesk_api_replayed);
}

static ngx_int_t
ngx_frontdesk_api_replayed(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer)
{
    static ngx_str_t yes = ngx_string("true");

    if (answer->result == NULL) {
        return ngx_frontdesk_send_failure(r, answer);
    }

    if (ngx_frontdesk_add_header(r, "Idempotency-Replayed", &yes) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_frontdesk_send_kept(r, answer->result);
}
