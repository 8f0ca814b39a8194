/* SPDX-License-Identifier: BSD-2-Clause */

/* Sessions: what a login opens, a cookie keeps and a logout ends. */

#include "ngx_frontdesk_session.h"

#define NGX_FRONTDESK_DAY_S 86400

static ngx_str_t ngx_frontdesk_json_type = ngx_string("application/json");

/*
 * Browsers refuse a __Host- cookie that is not Secure, and a Secure one over
 * plain HTTP, which is how a dashboard on this machine is served.
 */
static ngx_str_t ngx_frontdesk_cookie_https = ngx_string("__Host-rt");
static ngx_str_t ngx_frontdesk_cookie_http = ngx_string("frontdesk-rt");

static ngx_int_t ngx_frontdesk_refresh_start(ngx_http_request_t *r);
static ngx_int_t ngx_frontdesk_refresh_rotated(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer);
static ngx_int_t ngx_frontdesk_logout_start(ngx_http_request_t *r);
static ngx_int_t ngx_frontdesk_logout_closed(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer);
static ngx_int_t ngx_frontdesk_logout_all_start(ngx_http_request_t *r);


/* Cookies. */

static ngx_str_t *
ngx_frontdesk_cookie_name(ngx_http_request_t *r)
{
    ngx_frontdesk_main_conf_t *mcf;

    mcf = ngx_http_get_module_main_conf(r, ngx_frontdesk_module);
    return mcf->https ? &ngx_frontdesk_cookie_https
                      : &ngx_frontdesk_cookie_http;
}

/* value NULL: the cookie goes. */
static ngx_int_t
ngx_frontdesk_cookie_set(ngx_http_request_t *r, const char *value)
{
    u_char *p;
    int64_t age;
    ngx_str_t header, *name = ngx_frontdesk_cookie_name(r);
    ngx_frontdesk_main_conf_t *mcf;

    mcf = ngx_http_get_module_main_conf(r, ngx_frontdesk_module);
    age = value != NULL ? mcf->desk.refresh_token_days * NGX_FRONTDESK_DAY_S
                        : 0;

    p = ngx_pnalloc(r->pool, 256);
    if (p == NULL) {
        return NGX_ERROR;
    }

    header.data = p;
    p = ngx_snprintf(p, 256, "%V=%s; Path=/; Max-Age=%L; HttpOnly%s; "
                             "SameSite=Strict",
                     name, value != NULL ? value : "", age,
                     mcf->https ? "; Secure" : "");
    header.len = (size_t) (p - header.data);

    return ngx_frontdesk_add_header(r, "Set-Cookie", &header);
}

ngx_int_t
ngx_frontdesk_session_cookie(ngx_http_request_t *r,
    const ngx_frontdesk_session_t *session)
{
    return ngx_frontdesk_cookie_set(r, session->refresh);
}

ngx_int_t
ngx_frontdesk_cookie_get(ngx_http_request_t *r, const ngx_str_t *name,
    ngx_str_t *value)
{
    u_char *p, *end, *stop;
    ngx_str_t *header;
    ngx_uint_t found = 0;

    header = ngx_frontdesk_find_header(r, "cookie");
    if (header == NULL) {
        return NGX_DECLINED;
    }

    end = header->data + header->len;

    for (p = header->data; p < end; p = stop + 1) {
        while (p < end && *p == ' ') {
            p++;
        }

        stop = ngx_strlchr(p, end, ';');
        if (stop == NULL) {
            stop = end;
        }

        if ((size_t) (stop - p) > name->len && p[name->len] == '='
            && ngx_strncmp(p, name->data, name->len) == 0)
        {
            value->data = p + name->len + 1;
            value->len = (size_t) (stop - value->data);
            found++;
        }
    }

    return found == 1 ? NGX_OK : NGX_DECLINED;
}


/* A session on its way. */

static ngx_int_t
ngx_frontdesk_keep(ngx_http_request_t *r, ngx_str_t *copy, PGresult *row,
    const char *name)
{
    ngx_str_t value = ngx_frontdesk_pg_value(row, 0, name);

    copy->data = (u_char *) ngx_frontdesk_string(r->pool, &value);
    copy->len = value.len;

    return copy->data != NULL ? NGX_OK : NGX_ERROR;
}

ngx_int_t
ngx_frontdesk_session_keep(ngx_http_request_t *r,
    ngx_frontdesk_session_t *session, PGresult *row)
{
    if (ngx_frontdesk_keep(r, &session->user_id, row, "id") != NGX_OK
        || ngx_frontdesk_keep(r, &session->email, row, "email") != NGX_OK
        || ngx_frontdesk_keep(r, &session->name, row, "name") != NGX_OK
        || ngx_frontdesk_keep(r, &session->role, row, "role") != NGX_OK)
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}

/* The next refresh token of a session, and what Postgres keeps of it. */
static ngx_int_t
ngx_frontdesk_session_renew(ngx_http_request_t *r,
    ngx_frontdesk_session_t *session)
{
    ngx_frontdesk_main_conf_t *mcf;

    mcf = ngx_http_get_module_main_conf(r, ngx_frontdesk_module);
    snprintf(session->ttl, sizeof(session->ttl), "%lld",
             (long long) mcf->desk.refresh_token_days * NGX_FRONTDESK_DAY_S);

    if (ngx_frontdesk_refresh_make(session->refresh, session->id) != 0
        || ngx_frontdesk_digest(session->digest, session->refresh,
                                sizeof(session->refresh) - 1)
               != 0)
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}

ngx_int_t
ngx_frontdesk_session_make(ngx_http_request_t *r,
    ngx_frontdesk_session_t *session)
{
    return ngx_frontdesk_uuid_make(session->id) == 0
               ? ngx_frontdesk_session_renew(r, session)
               : NGX_ERROR;
}

static int
ngx_frontdesk_json_member(ngx_frontdesk_json_t *json, const char *before,
    const ngx_str_t *value)
{
    return ngx_frontdesk_json_raw(json, before, ngx_strlen(before))
           | ngx_frontdesk_json_string(json, (char *) value->data, value->len);
}

ngx_int_t
ngx_frontdesk_session_send(ngx_http_request_t *r,
    ngx_frontdesk_session_t *session, ngx_uint_t status)
{
    int failed;
    char token[NGX_FRONTDESK_ACCESS_BYTES], life[64];
    ngx_str_t text;
    ngx_frontdesk_json_t *json;
    ngx_frontdesk_access_t access;
    ngx_frontdesk_output_t out;
    ngx_frontdesk_main_conf_t *mcf;

    mcf = ngx_http_get_module_main_conf(r, ngx_frontdesk_module);

    ngx_memzero(&access, sizeof(access));
    ngx_cpystrn((u_char *) access.user_id, session->user_id.data,
                sizeof(access.user_id));
    ngx_cpystrn((u_char *) access.role, session->role.data,
                sizeof(access.role));
    ngx_memcpy(access.session_id, session->id, sizeof(access.session_id));
    access.issued_at = ngx_time();
    access.expires_at = access.issued_at + mcf->desk.access_token_seconds;

    if (ngx_frontdesk_access_make(token, &access, mcf->desk.public_base_url,
                                  mcf->desk.jwt_secret)
            != 0
        || ngx_frontdesk_cookie_set(r, session->refresh) != NGX_OK
        || ngx_frontdesk_output_open(&out, r) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    json = &out.json;
    text.data = (u_char *) token;
    text.len = ngx_strlen(token);
    snprintf(life, sizeof(life), ",\"expires_in\":%lld",
             (long long) mcf->desk.access_token_seconds);

    failed = ngx_frontdesk_json_member(json, "{\"access_token\":", &text);
    failed |= ngx_frontdesk_json_literal(json, ",\"token_type\":\"Bearer\"");
    failed |= ngx_frontdesk_json_raw(json, life, ngx_strlen(life));
    failed |= ngx_frontdesk_json_member(json, ",\"user\":{\"id\":",
                                        &session->user_id);
    failed |= ngx_frontdesk_json_member(json, ",\"email\":", &session->email);
    failed |= ngx_frontdesk_json_member(json, ",\"name\":", &session->name);
    failed |= ngx_frontdesk_json_member(json, ",\"role\":", &session->role);
    failed |= ngx_frontdesk_json_literal(json, "}}");

    return failed ? NGX_HTTP_INTERNAL_SERVER_ERROR
                  : ngx_frontdesk_send(r, status, &ngx_frontdesk_json_type,
                                       ngx_frontdesk_output_close(&out));
}

ngx_int_t
ngx_frontdesk_session_clear(ngx_http_request_t *r)
{
    static ngx_str_t clear = ngx_string("\"cache\", \"cookies\", "
                                        "\"storage\"");

    if (ngx_frontdesk_cookie_set(r, NULL) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_frontdesk_add_header(r, "Clear-Site-Data", &clear);
}

ngx_int_t
ngx_frontdesk_send_message(ngx_http_request_t *r, ngx_uint_t status,
    const char *message)
{
    ngx_str_t text;
    ngx_frontdesk_output_t out;

    text.data = (u_char *) message;
    text.len = ngx_strlen(message);

    if (ngx_frontdesk_output_open(&out, r) != NGX_OK
        || ngx_frontdesk_json_member(&out.json, "{\"message\":", &text) != 0
        || ngx_frontdesk_json_literal(&out.json, "}") != 0)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_frontdesk_send(r, status, &ngx_frontdesk_json_type,
                              ngx_frontdesk_output_close(&out));
}


/* Refresh: one token for the next. */

ngx_int_t
ngx_frontdesk_refresh_handler(ngx_http_request_t *r)
{
    return ngx_frontdesk_read_body(r, ngx_frontdesk_refresh_start);
}

static ngx_int_t
ngx_frontdesk_send_logged_out(ngx_http_request_t *r)
{
    if (ngx_frontdesk_cookie_set(r, NULL) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_frontdesk_send_error(r, NGX_HTTP_UNAUTHORIZED,
                                    "You are not logged in.", NULL);
}

static ngx_int_t
ngx_frontdesk_refresh_start(ngx_http_request_t *r)
{
    ngx_int_t sent;
    ngx_str_t cookie;
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_pg_call_t call;
    ngx_frontdesk_session_t *session;

    if (ngx_frontdesk_check_site(r, &sent) != NGX_OK) {
        return sent;
    }

    session = ngx_pcalloc(r->pool, sizeof(ngx_frontdesk_session_t));
    if (session == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ctx->data = session;

    if (ngx_frontdesk_cookie_get(r, ngx_frontdesk_cookie_name(r), &cookie)
            != NGX_OK
        || ngx_frontdesk_refresh_read(session->id,
                                      (char *) cookie.data, cookie.len)
               != 0)
    {
        return ngx_frontdesk_send_logged_out(r);
    }

    if (ngx_frontdesk_digest(session->old_digest, (char *) cookie.data,
                             cookie.len)
            != 0
        || ngx_frontdesk_session_renew(r, session) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    const char *params[] = { session->old_digest, session->digest,
                             session->ttl, ngx_frontdesk_address(r) };

    ngx_memzero(&call, sizeof(call));
    call.sql = "select * from api.session_rotate($1, $2, $3, $4)";
    call.nparams = 4;
    call.params = params;

    return ngx_frontdesk_ask(r, &call, ngx_frontdesk_refresh_rotated);
}

/* No row: the token was used before, and all of its family have ended. */
static ngx_int_t
ngx_frontdesk_refresh_rotated(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer)
{
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_session_t *session = ctx->data;

    if (answer->result == NULL && answer->status != NGX_HTTP_UNAUTHORIZED) {
        return ngx_frontdesk_send_failure(r, answer);
    }

    if (answer->result == NULL || PQntuples(answer->result) == 0) {
        ngx_log_error(NGX_LOG_NOTICE, r->connection->log, 0,
                      "refresh refused");
        return ngx_frontdesk_send_logged_out(r);
    }

    if (ngx_frontdesk_session_keep(r, session, answer->result) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_frontdesk_session_send(r, session, NGX_HTTP_OK);
}


/* Logout. */

ngx_int_t
ngx_frontdesk_logout_handler(ngx_http_request_t *r)
{
    return ngx_frontdesk_read_body(r, ngx_frontdesk_logout_start);
}

static ngx_int_t
ngx_frontdesk_logout_start(ngx_http_request_t *r)
{
    char digest[NGX_FRONTDESK_DIGEST_BYTES];
    ngx_int_t sent;
    ngx_str_t cookie;
    ngx_frontdesk_pg_call_t call;
    ngx_frontdesk_pg_answer_t none;

    if (ngx_frontdesk_check_site(r, &sent) != NGX_OK) {
        return sent;
    }

    if (ngx_frontdesk_cookie_get(r, ngx_frontdesk_cookie_name(r), &cookie)
        != NGX_OK)
    {
        ngx_memzero(&none, sizeof(none));
        none.status = NGX_HTTP_OK;
        return ngx_frontdesk_logout_closed(r, &none);
    }

    if (ngx_frontdesk_digest(digest, (char *) cookie.data, cookie.len) != 0) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    const char *params[] = { digest };

    ngx_memzero(&call, sizeof(call));
    call.sql = "select api.session_close($1)";
    call.nparams = 1;
    call.params = params;

    return ngx_frontdesk_ask(r, &call, ngx_frontdesk_logout_closed);
}

static ngx_int_t
ngx_frontdesk_logout_closed(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer)
{
    /* The session lives on: say so, rather than only forget the cookie. */
    if (answer->status != NGX_HTTP_OK) {
        return ngx_frontdesk_send_failure(r, answer);
    }

    if (ngx_frontdesk_session_clear(r) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_frontdesk_send_message(r, NGX_HTTP_OK, "You are logged out.");
}

ngx_int_t
ngx_frontdesk_logout_all_handler(ngx_http_request_t *r)
{
    return ngx_frontdesk_begin(r, ngx_frontdesk_logout_all_start);
}

static ngx_int_t
ngx_frontdesk_logout_all_start(ngx_http_request_t *r)
{
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_pg_call_t call;

    ngx_memzero(&call, sizeof(call));
    call.sql = "select api.session_close_all()";
    call.actor = ctx->actor.user_id;

    return ngx_frontdesk_ask(r, &call, ngx_frontdesk_logout_closed);
}
