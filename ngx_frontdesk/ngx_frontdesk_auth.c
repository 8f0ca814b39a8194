/* SPDX-License-Identifier: BSD-2-Clause */

/* Who asks: bearer tokens, and sessions that a cookie keeps. */

#include "ngx_frontdesk_rows.h"

#define NGX_FRONTDESK_EMAIL_MAX    254
#define NGX_FRONTDESK_PASSWORD_MAX 1024
#define NGX_FRONTDESK_DAY_S        86400

#define NGX_FRONTDESK_KEY_PREFIX "fdk_"
#define NGX_FRONTDESK_KEY_CHARS  47 /* the prefix, 43 in base64url */

static ngx_str_t ngx_frontdesk_json_type = ngx_string("application/json");

/*
 * Browsers refuse a __Host- cookie that is not Secure, and a Secure one over
 * plain HTTP, which is how a dashboard on this machine is served.
 */
static ngx_str_t ngx_frontdesk_cookie_https = ngx_string("__Host-rt");
static ngx_str_t ngx_frontdesk_cookie_http = ngx_string("frontdesk-rt");

/* A login or a refresh on its way; in the request's pool. */
typedef struct {
    char *values[2]; /* email, password */
    ngx_str_t user_id;
    ngx_str_t email;
    ngx_str_t name;
    ngx_str_t role;
    unsigned exists:1;
    char session_id[NGX_FRONTDESK_UUID_BYTES];
    char refresh[NGX_FRONTDESK_REFRESH_BYTES];
    char old_digest[NGX_FRONTDESK_DIGEST_BYTES];
    char digest[NGX_FRONTDESK_DIGEST_BYTES];
    char ttl[32]; /* seconds, for Postgres */
} ngx_frontdesk_session_t;

static ngx_int_t ngx_frontdesk_login_start(ngx_http_request_t *r);
static ngx_int_t ngx_frontdesk_login_found(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer);
static ngx_int_t ngx_frontdesk_login_checked(ngx_http_request_t *r,
    ngx_int_t verdict);
static ngx_int_t ngx_frontdesk_login_opened(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer);
static ngx_int_t ngx_frontdesk_refresh_start(ngx_http_request_t *r);
static ngx_int_t ngx_frontdesk_refresh_rotated(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer);
static ngx_int_t ngx_frontdesk_logout_start(ngx_http_request_t *r);
static ngx_int_t ngx_frontdesk_logout_closed(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer);
static ngx_int_t ngx_frontdesk_session_renew(ngx_http_request_t *r,
    ngx_frontdesk_session_t *session);
static ngx_int_t ngx_frontdesk_send_session(ngx_http_request_t *r,
    ngx_frontdesk_session_t *session);

/* NGX_OK: it has the form of a key; whether it is one, Postgres says. */
static ngx_int_t
ngx_frontdesk_auth_key(ngx_http_request_t *r, const u_char *text, size_t len)
{
    size_t i;
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);

    if (len != NGX_FRONTDESK_KEY_CHARS
        || ngx_strncmp(text, NGX_FRONTDESK_KEY_PREFIX,
                       sizeof(NGX_FRONTDESK_KEY_PREFIX) - 1)
               != 0)
    {
        return NGX_DECLINED;
    }

    for (i = 0; i < len; i++) {
        if (!((text[i] >= '0' && text[i] <= '9') || text[i] == '-'
              || text[i] == '_'
              || ((text[i] | 0x20) >= 'a' && (text[i] | 0x20) <= 'z')))
        {
            return NGX_DECLINED;
        }
    }

    return ngx_frontdesk_digest(ctx->key_digest, (char *) text, len) == 0
               ? NGX_OK
               : NGX_DECLINED;
}

ngx_int_t
ngx_frontdesk_auth_bearer(ngx_http_request_t *r)
{
    ngx_str_t *value;
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_main_conf_t *mcf;

    static const char scheme[] = "Bearer ";

    if (r->headers_in.authorization == NULL) {
        return NGX_DECLINED;
    }

    mcf = ngx_http_get_module_main_conf(r, ngx_frontdesk_module);
    value = &r->headers_in.authorization->value;

    if (value->len < sizeof(scheme)
        || ngx_strncasecmp(value->data, (u_char *) scheme, sizeof(scheme) - 1)
               != 0)
    {
        return NGX_DECLINED;
    }

    if (ngx_frontdesk_auth_key(r, value->data + sizeof(scheme) - 1,
                               value->len - (sizeof(scheme) - 1))
        == NGX_OK)
    {
        return NGX_OK;
    }

    if (ngx_frontdesk_access_verify(&ctx->actor,
                                    (char *) value->data + sizeof(scheme) - 1,
                                    value->len - (sizeof(scheme) - 1),
                                    mcf->desk.public_base_url,
                                    mcf->desk.jwt_secret, ngx_time())
        != 0)
    {
        return NGX_DECLINED;
    }

    return NGX_OK;
}


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

/* One cookie of this name; a second one is somebody's try. */
static ngx_int_t
ngx_frontdesk_cookie_get(ngx_http_request_t *r, ngx_str_t *value)
{
    u_char *p, *end, *stop;
    ngx_str_t *header, *name = ngx_frontdesk_cookie_name(r);
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

/* scheme://host:port of the page that asks is ours. */
static ngx_int_t
ngx_frontdesk_is_own_origin(ngx_http_request_t *r, ngx_str_t *origin)
{
    size_t scheme;
    ngx_frontdesk_main_conf_t *mcf;

    mcf = ngx_http_get_module_main_conf(r, ngx_frontdesk_module);

    if (origin->len == mcf->base_url.len
        && ngx_strncasecmp(origin->data, mcf->base_url.data, origin->len) == 0)
    {
        return 1;
    }

    /* Another name of this machine, such as localhost. */
    scheme = mcf->https ? sizeof("https://") - 1 : sizeof("http://") - 1;

    return r->headers_in.host != NULL
           && origin->len == scheme + r->headers_in.host->value.len
           && ngx_strncasecmp(origin->data, mcf->base_url.data, scheme) == 0
           && ngx_strncasecmp(origin->data + scheme,
                              r->headers_in.host->value.data,
                              r->headers_in.host->value.len)
                  == 0;
}

/*
 * A call that a cookie speaks for comes from our own pages, or from no page at
 * all.  Browsers send Origin with every POST, and newer ones where it is from.
 */
static ngx_int_t
ngx_frontdesk_is_same_site(ngx_http_request_t *r)
{
    ngx_str_t *site, *origin;

    site = ngx_frontdesk_find_header(r, "sec-fetch-site");
    if (site != NULL
        && !(site->len == 11 && ngx_strncmp(site->data, "same-origin", 11) == 0)
        && !(site->len == 4 && ngx_strncmp(site->data, "none", 4) == 0))
    {
        return 0;
    }

    origin = ngx_frontdesk_find_header(r, "origin");

    return origin == NULL || ngx_frontdesk_is_own_origin(r, origin);
}

/* NGX_OK, or what was sent, in *sent. */
static ngx_int_t
ngx_frontdesk_check_site(ngx_http_request_t *r, ngx_int_t *sent)
{
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);

    if (!ngx_frontdesk_is_same_site(r)) {
        *sent = ngx_frontdesk_send_error(r, NGX_HTTP_FORBIDDEN,
                                         "This is for our own pages only.",
                                         NULL);
        return NGX_DECLINED;
    }

    if (ctx->body.len > 0
        && !ngx_frontdesk_is_content_type(r, "application/json"))
    {
        *sent = ngx_frontdesk_send_error(r, NGX_HTTP_UNSUPPORTED_MEDIA_TYPE,
                                         "The body must be application/json.",
                                         NULL);
        return NGX_DECLINED;
    }

    return NGX_OK;
}


/* Login: find the user, check the password, open a session. */

ngx_int_t
ngx_frontdesk_login_handler(ngx_http_request_t *r)
{
    return ngx_frontdesk_read_body(r, ngx_frontdesk_login_start);
}

static ngx_int_t
ngx_frontdesk_login_start(ngx_http_request_t *r)
{
    ngx_int_t sent;
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_pg_call_t call;
    ngx_frontdesk_session_t *session;

    static const ngx_frontdesk_field_t fields[] = {
        TEXT("email", 1, NGX_FRONTDESK_EMAIL_MAX, REQUIRED),
        TEXT("password", 1, NGX_FRONTDESK_PASSWORD_MAX, REQUIRED), END
    };

    session = ngx_pcalloc(r->pool, sizeof(ngx_frontdesk_session_t));
    if (session == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ctx->data = session;

    if (ngx_frontdesk_check_site(r, &sent) != NGX_OK
        || ngx_frontdesk_read_fields(r, fields, session->values, &sent)
               != NGX_OK)
    {
        return sent;
    }

    ngx_memzero(&call, sizeof(call));
    call.sql = "select * from api.login_find($1)";
    call.nparams = 1;
    call.params = (const char *const *) session->values;
    call.idempotent = 1;

    return ngx_frontdesk_ask(r, &call, ngx_frontdesk_login_found);
}

static ngx_int_t
ngx_frontdesk_keep(ngx_http_request_t *r, ngx_str_t *copy, PGresult *row,
    const char *name)
{
    ngx_str_t value = ngx_frontdesk_pg_value(row, 0, name);

    copy->data = (u_char *) ngx_frontdesk_string(r->pool, &value);
    copy->len = value.len;

    return copy->data != NULL ? NGX_OK : NGX_ERROR;
}

static ngx_int_t
ngx_frontdesk_keep_user(ngx_http_request_t *r,
    ngx_frontdesk_session_t *session, PGresult *row)
{
    if (ngx_frontdesk_keep(r, &session->user_id, row, "id") != NGX_OK
        || ngx_frontdesk_keep(r, &session->email, row, "email") != NGX_OK
        || ngx_frontdesk_keep(r, &session->name, row, "name") != NGX_OK
        || ngx_frontdesk_keep(r, &session->role, row, "role") != NGX_OK)
    {
        return NGX_ERROR;
    }

    session->exists = 1;
    return NGX_OK;
}

static ngx_int_t
ngx_frontdesk_login_found(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer)
{
    char *encoded = NULL;
    ngx_str_t value;
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_session_t *session = ctx->data;

    if (answer->result == NULL) {
        return ngx_frontdesk_send_failure(r, answer);
    }

    value = ngx_frontdesk_pg_value(answer->result, 0, "is_active");
    if (value.len == 1 && value.data[0] == 't') {
        if (ngx_frontdesk_keep_user(r, session, answer->result) != NGX_OK) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

        /* Who has no password cannot log in with one. */
        value = ngx_frontdesk_pg_value(answer->result, 0, "password_hash");
        if (value.len > 0) {
            encoded = ngx_frontdesk_string(r->pool, &value);
        }
    }

    if (ngx_frontdesk_password_check(r, session->values[1], encoded,
                                     ngx_frontdesk_login_checked)
        == NGX_BUSY)
    {
        return ngx_frontdesk_send_error(r, NGX_HTTP_TOO_MANY_REQUESTS,
                                        "Too many log in now. "
                                        "Please try again in a moment.",
                                        NULL);
    }

    return NGX_DONE;
}

static ngx_int_t
ngx_frontdesk_login_checked(ngx_http_request_t *r, ngx_int_t verdict)
{
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_pg_call_t call;
    ngx_frontdesk_session_t *session = ctx->data;

    if (verdict == NGX_ERROR) {
        return ngx_frontdesk_send_error(r, NGX_HTTP_SERVICE_UNAVAILABLE,
                                        "This takes too long now. "
                                        "Please try again in a moment.",
                                        NULL);
    }

    if (verdict != NGX_OK || !session->exists) {
        ngx_log_error(NGX_LOG_NOTICE, r->connection->log, 0,
                      "login refused");
        return ngx_frontdesk_send_error(r, NGX_HTTP_UNAUTHORIZED,
                                        "The email or the password is wrong.",
                                        NULL);
    }

    if (ngx_frontdesk_uuid_make(session->session_id) != 0
        || ngx_frontdesk_session_renew(r, session) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    const char *params[] = { (char *) session->user_id.data,
                             session->session_id, session->digest,
                             session->ttl };

    ngx_memzero(&call, sizeof(call));
    call.sql = "select api.session_open($1, $2, $3, $4)";
    call.nparams = 4;
    call.params = params;

    return ngx_frontdesk_ask(r, &call, ngx_frontdesk_login_opened);
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

    if (ngx_frontdesk_refresh_make(session->refresh, session->session_id)
            != 0
        || ngx_frontdesk_digest(session->digest, session->refresh,
                                sizeof(session->refresh) - 1)
               != 0)
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}

static ngx_int_t
ngx_frontdesk_login_opened(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer)
{
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);

    return answer->result == NULL ? ngx_frontdesk_send_failure(r, answer)
                                  : ngx_frontdesk_send_session(r, ctx->data);
}

static int
ngx_frontdesk_json_member(ngx_frontdesk_json_t *json, const char *before,
    const ngx_str_t *value)
{
    return ngx_frontdesk_json_raw(json, before, ngx_strlen(before))
           | ngx_frontdesk_json_string(json, (char *) value->data, value->len);
}

static ngx_int_t
ngx_frontdesk_send_session(ngx_http_request_t *r,
    ngx_frontdesk_session_t *session)
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
    ngx_memcpy(access.session_id, session->session_id,
               sizeof(access.session_id));
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
                  : ngx_frontdesk_send(r, NGX_HTTP_OK,
                                       &ngx_frontdesk_json_type,
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

    if (ngx_frontdesk_cookie_get(r, &cookie) != NGX_OK
        || ngx_frontdesk_refresh_read(session->session_id,
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
                             session->ttl };

    ngx_memzero(&call, sizeof(call));
    call.sql = "select * from api.session_rotate($1, $2, $3)";
    call.nparams = 3;
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

    if (ngx_frontdesk_keep_user(r, session, answer->result) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_frontdesk_send_session(r, session);
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

    if (ngx_frontdesk_cookie_get(r, &cookie) != NGX_OK) {
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
    static ngx_str_t clear = ngx_string("\"cache\", \"cookies\", "
                                        "\"storage\"");
    static ngx_str_t message = ngx_string("{\"message\":\"You are logged "
                                          "out.\"}");

    /* The session lives on: say so, rather than only forget the cookie. */
    if (answer->status != NGX_HTTP_OK) {
        return ngx_frontdesk_send_failure(r, answer);
    }

    if (ngx_frontdesk_cookie_set(r, NULL) != NGX_OK
        || ngx_frontdesk_add_header(r, "Clear-Site-Data", &clear) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_frontdesk_send_text(r, NGX_HTTP_OK, &ngx_frontdesk_json_type,
                                   &message);
}
