/* SPDX-License-Identifier: BSD-2-Clause */

/* What users change of their own: name, address, password. */

#include "ngx_frontdesk_result.h"
#include "ngx_frontdesk_session.h"

static ngx_int_t ngx_frontdesk_me_start(ngx_http_request_t *r);
static ngx_int_t ngx_frontdesk_me_found(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer);
static ngx_int_t ngx_frontdesk_me_checked(ngx_http_request_t *r,
    ngx_int_t verdict, const char *fresh);
static ngx_int_t ngx_frontdesk_me_write(ngx_http_request_t *r,
    const char *hash);
static ngx_int_t ngx_frontdesk_me_done(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer);

static const char ngx_frontdesk_me_match[] = "select api.if_match($1, (select "
                                             "md5(o::text) from api.me() o))";

/* In the order of the row's fields. */
enum {
    NAME,
    EMAIL,
    PASSWORD,
    CURRENT,
    VALUES
};

typedef struct {
    char *values[VALUES];
    char *email; /* as it is */
    char *tags;  /* of If-Match; NULL: none was sent */
} ngx_frontdesk_me_t;

ngx_int_t
ngx_frontdesk_me_handler(ngx_http_request_t *r)
{
    return ngx_frontdesk_read_body(r, ngx_frontdesk_me_start);
}

/* NGX_OK, or what was sent, in *sent. */
static ngx_int_t
ngx_frontdesk_me_tags(ngx_http_request_t *r, ngx_frontdesk_me_t *me,
    ngx_int_t *sent)
{
    ngx_str_t *header;

    header = ngx_frontdesk_find_header(r, "if-match");
    if (header == NULL) {
        return NGX_OK;
    }

    *sent = NGX_HTTP_INTERNAL_SERVER_ERROR;
    me->tags = ngx_palloc(r->pool, NGX_FRONTDESK_TAGS_BYTES);
    if (me->tags == NULL) {
        return NGX_DECLINED;
    }

    if (ngx_frontdesk_tags_read(me->tags, (char *) header->data, header->len)
        != 0)
    {
        *sent = ngx_frontdesk_send_error(r, NGX_HTTP_BAD_REQUEST,
                                         "This must be tags in quotes, or *.",
                                         "If-Match");
        return NGX_DECLINED;
    }

    return NGX_OK;
}

static ngx_int_t
ngx_frontdesk_me_start(ngx_http_request_t *r)
{
    ngx_int_t sent;
    ngx_frontdesk_me_t *me;
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_pg_call_t call;

    me = ngx_pcalloc(r->pool, sizeof(ngx_frontdesk_me_t));
    if (me == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ctx->data = me;

    if (ngx_frontdesk_check_person(r, &sent) != NGX_OK
        || ngx_frontdesk_me_tags(r, me, &sent) != NGX_OK
        || ngx_frontdesk_read_fields(r, ctx->route->body, me->values, &sent)
               != NGX_OK)
    {
        return sent;
    }

    if (me->values[EMAIL] == NULL && me->values[PASSWORD] == NULL) {
        return ngx_frontdesk_me_write(r, NULL);
    }

    if (me->values[CURRENT] == NULL) {
        return ngx_frontdesk_send_error(r, NGX_HTTP_BAD_REQUEST,
                                        "Your password is needed for this.",
                                        "current_password");
    }

    ngx_memzero(&call, sizeof(call));
    call.sql = "select * from api.me_secret()";
    call.actor = ctx->actor.user_id;
    call.idempotent = 1;

    return ngx_frontdesk_ask(r, &call, ngx_frontdesk_me_found);
}

static ngx_int_t
ngx_frontdesk_me_found(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer)
{
    char *name;
    ngx_int_t sent;
    ngx_str_t value;
    ngx_frontdesk_me_t *me;
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_password_t what;

    if (answer->result == NULL) {
        return ngx_frontdesk_send_failure(r, answer);
    }

    me = ctx->data;
    value = ngx_frontdesk_pg_value(answer->result, 0, "email");
    me->email = ngx_frontdesk_string(r->pool, &value);
    value = ngx_frontdesk_pg_value(answer->result, 0, "name");
    name = ngx_frontdesk_string(r->pool, &value);
    if (me->email == NULL || name == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (me->values[PASSWORD] != NULL
        && ngx_frontdesk_check_new(r, me->values[PASSWORD], me->email, name,
                                   &sent)
               != NGX_OK)
    {
        return sent;
    }

    ngx_memzero(&what, sizeof(what));
    what.password = me->values[CURRENT];
    what.next = me->values[PASSWORD];
    value = ngx_frontdesk_pg_value(answer->result, 0, "password_hash");
    if (value.len > 0) {
        what.encoded = ngx_frontdesk_string(r->pool, &value);
    }

    return ngx_frontdesk_password(r, &what, ngx_frontdesk_me_checked);
}

static ngx_int_t
ngx_frontdesk_me_checked(ngx_http_request_t *r, ngx_int_t verdict,
    const char *fresh)
{
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_me_t *me = ctx->data;

    if (verdict != NGX_OK) {
        return ngx_frontdesk_login_failed(r, me->email, NGX_HTTP_FORBIDDEN,
                                          "The password is wrong.",
                                          "current_password");
    }

    return ngx_frontdesk_me_write(r, me->values[PASSWORD] != NULL ? fresh
                                                                  : NULL);
}

static ngx_int_t
ngx_frontdesk_me_write(ngx_http_request_t *r, const char *hash)
{
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_me_t *me = ctx->data;
    ngx_frontdesk_pg_call_t call;

    const char *user_id = ctx->actor.user_id;
    const char *params[] = { me->values[NAME], me->values[EMAIL], hash };
    const ngx_frontdesk_pg_step_t before[] = {
        { "select api.object_lock($1)", 1, &user_id },
        { ngx_frontdesk_me_match, 1, (const char *const *) &me->tags },
    };

    ngx_memzero(&call, sizeof(call));
    call.before = before;
    call.nbefore = me->tags != NULL ? 2 : 1;
    call.sql = "select md5(o::text) \"ETag\", o.* "
               "from api.me_update($1, $2, $3) o";
    call.nparams = 3;
    call.params = params;
    call.actor = ctx->actor.user_id;

    return ngx_frontdesk_ask(r, &call, ngx_frontdesk_me_done);
}

static ngx_int_t
ngx_frontdesk_me_done(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer)
{
    if (answer->result == NULL) {
        return ngx_frontdesk_send_failure(r, answer);
    }

    return ngx_frontdesk_send_result(r, answer->result);
}
