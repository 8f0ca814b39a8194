/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Sign-in with Google (OpenID Connect, code flow with PKCE).  A browser goes
 * there with a state that its cookie has as well, and comes back with a code,
 * which a worker exchanges for Google's word of who it is.  What the account
 * there has to do with users here, Postgres says.  A second factor is asked
 * for as at any login.
 */

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include "ngx_frontdesk_rpc.h"
#include "ngx_frontdesk_session.h"

#define NGX_FRONTDESK_CHANCE_BYTES 32
#define NGX_FRONTDESK_CHANCE_CHARS 43 /* of that, in base64url */
#define NGX_FRONTDESK_GOOGLE_S     600
#define NGX_FRONTDESK_GOOGLE_MS    10000
#define NGX_FRONTDESK_GOOGLE_BACK  "/api/auth/google/callback"

static ngx_str_t ngx_frontdesk_json_type = ngx_string("application/json");

/* In the order of the row's fields. */
enum {
    STATE,
    CODE,
    TOTP_CODE,
    RECOVERY_CODE,
    VALUES
};

/* A sign-in on its way. */
typedef struct {
    ngx_frontdesk_session_t session;
    ngx_frontdesk_factor_t factor;
    char *values[VALUES];
    char digest[NGX_FRONTDESK_DIGEST_BYTES]; /* of the state */
    char state[NGX_FRONTDESK_CHANCE_CHARS + 1];
    char verifier[NGX_FRONTDESK_CHANCE_CHARS + 1];
    char nonce[NGX_FRONTDESK_CHANCE_CHARS + 1];
    unsigned page:1; /* a browser that wants a page, not JSON */
} ngx_frontdesk_google_t;

static ngx_int_t ngx_frontdesk_google_begin(ngx_http_request_t *r);
static ngx_int_t ngx_frontdesk_google_begun(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer);
static ngx_int_t ngx_frontdesk_google_page(ngx_http_request_t *r);
static ngx_int_t ngx_frontdesk_google_post(ngx_http_request_t *r);
static ngx_int_t ngx_frontdesk_google_back(ngx_http_request_t *r,
    ngx_frontdesk_google_t *google);
static ngx_int_t ngx_frontdesk_google_taken(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer);
static ngx_int_t ngx_frontdesk_google_told(ngx_http_request_t *r,
    ngx_int_t rc, ngx_str_t *answer);
static ngx_int_t ngx_frontdesk_google_found(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer);
static ngx_int_t ngx_frontdesk_google_open(ngx_http_request_t *r,
    const char *step);
static ngx_int_t ngx_frontdesk_google_opened(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer);

static ngx_frontdesk_main_conf_t *
ngx_frontdesk_google_conf(ngx_http_request_t *r)
{
    return ngx_http_get_module_main_conf(r, ngx_frontdesk_module);
}


/* The cookie that binds a state to its browser; the way back is cross-site. */

static ngx_str_t *
ngx_frontdesk_google_cookie(ngx_http_request_t *r)
{
    static ngx_str_t https = ngx_string("__Host-google");
    static ngx_str_t http = ngx_string("frontdesk-google");

    return ngx_frontdesk_google_conf(r)->https ? &https : &http;
}

static ngx_int_t
ngx_frontdesk_google_remember(ngx_http_request_t *r, const char *state)
{
    u_char *p;
    ngx_str_t header;

    p = ngx_pnalloc(r->pool, 256);
    if (p == NULL) {
        return NGX_ERROR;
    }

    header.data = p;
    p = ngx_snprintf(p, 256, "%V=%s; Path=/; Max-Age=%d; HttpOnly%s; "
                             "SameSite=Lax",
                     ngx_frontdesk_google_cookie(r), state,
                     state[0] != '\0' ? NGX_FRONTDESK_GOOGLE_S : 0,
                     ngx_frontdesk_google_conf(r)->https ? "; Secure" : "");
    header.len = (size_t) (p - header.data);

    return ngx_frontdesk_add_header(r, "Set-Cookie", &header);
}

static ngx_int_t
ngx_frontdesk_google_is_own(ngx_http_request_t *r, const char *state)
{
    ngx_str_t cookie;

    return ngx_strlen(state) == NGX_FRONTDESK_CHANCE_CHARS
           && ngx_frontdesk_cookie_get(r, ngx_frontdesk_google_cookie(r),
                                       &cookie)
                  == NGX_OK
           && cookie.len == NGX_FRONTDESK_CHANCE_CHARS
           && CRYPTO_memcmp(cookie.data, state, cookie.len) == 0;
}


/* What can be used here at all. */

ngx_int_t
ngx_frontdesk_methods_handler(ngx_http_request_t *r)
{
    static ngx_str_t with = ngx_string("{\"password\":true,\"google\":true}");
    static ngx_str_t without = ngx_string("{\"password\":true,"
                                          "\"google\":false}");

    return ngx_frontdesk_send_text(
        r, NGX_HTTP_OK, &ngx_frontdesk_json_type,
        ngx_frontdesk_google_conf(r)->desk.google_client_id[0] != '\0'
            ? &with
            : &without);
}


/* There. */

ngx_int_t
ngx_frontdesk_google_initiate_handler(ngx_http_request_t *r)
{
    return ngx_frontdesk_read_body(r, ngx_frontdesk_google_begin);
}

static ngx_int_t
ngx_frontdesk_chance(char out[NGX_FRONTDESK_CHANCE_CHARS + 1])
{
    uint8_t bytes[NGX_FRONTDESK_CHANCE_BYTES];

    if (RAND_bytes(bytes, sizeof(bytes)) != 1) {
        return NGX_ERROR;
    }

    out[ngx_frontdesk_base64url(out, bytes, sizeof(bytes))] = '\0';

    return NGX_OK;
}

static ngx_int_t
ngx_frontdesk_google_begin(ngx_http_request_t *r)
{
    ngx_int_t sent;
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_google_t *google;
    ngx_frontdesk_pg_call_t call;

    if (ngx_frontdesk_check_site(r, &sent) != NGX_OK) {
        return sent;
    }

    if (ngx_frontdesk_google_conf(r)->desk.google_client_id[0] == '\0') {
        return ngx_frontdesk_send_error(r, NGX_HTTP_SERVICE_UNAVAILABLE,
                                        "Sign-in with Google is not set up "
                                        "here.",
                                        NULL);
    }

    google = ngx_pcalloc(r->pool, sizeof(ngx_frontdesk_google_t));
    if (google == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ctx->data = google;

    if (ngx_frontdesk_chance(google->state) != NGX_OK
        || ngx_frontdesk_chance(google->verifier) != NGX_OK
        || ngx_frontdesk_chance(google->nonce) != NGX_OK
        || ngx_frontdesk_digest(google->digest, google->state,
                                ngx_strlen(google->state))
               != 0)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    const char *params[] = { google->digest, google->verifier,
                             google->nonce };

    ngx_memzero(&call, sizeof(call));
    call.sql = "select api.google_begin($1, $2, $3)";
    call.nparams = 3;
    call.params = params;

    return ngx_frontdesk_ask(r, &call, ngx_frontdesk_google_begun);
}

/* S256 of RFC 7636. */
static ngx_int_t
ngx_frontdesk_google_challenge(char out[NGX_FRONTDESK_CHANCE_CHARS + 1],
    const char *verifier)
{
    uint8_t digest[NGX_FRONTDESK_CHANCE_BYTES];

    if (EVP_Digest(verifier, ngx_strlen(verifier), digest, NULL, EVP_sha256(),
                   NULL)
        != 1)
    {
        return NGX_ERROR;
    }

    out[ngx_frontdesk_base64url(out, digest, sizeof(digest))] = '\0';

    return NGX_OK;
}

static u_char *
ngx_frontdesk_google_escape(u_char *p, const char *text)
{
    return (u_char *) ngx_escape_uri(p, (u_char *) text, ngx_strlen(text),
                                     NGX_ESCAPE_URI_COMPONENT);
}

static ngx_int_t
ngx_frontdesk_google_url(ngx_http_request_t *r,
    const ngx_frontdesk_google_t *google, ngx_str_t *url)
{
    char challenge[NGX_FRONTDESK_CHANCE_CHARS + 1];
    u_char *p;
    const char *base;
    const desk_conf_t *conf = &ngx_frontdesk_google_conf(r)->desk;

    base = conf->google_base_url[0] != '\0' ? conf->google_base_url
                                            : "https://accounts.google.com";

    /* Settings have 256 bytes at most, each three when escaped. */
    p = ngx_pnalloc(r->pool, 4096);
    if (p == NULL
        || ngx_frontdesk_google_challenge(challenge, google->verifier)
               != NGX_OK)
    {
        return NGX_ERROR;
    }

    url->data = p;
    p = ngx_sprintf(p, "%s/o/oauth2/v2/auth?response_type=code"
                       "&scope=openid%%20email%%20profile"
                       "&prompt=select_account&client_id=",
                    base);
    p = ngx_frontdesk_google_escape(p, conf->google_client_id);
    p = ngx_sprintf(p, "&redirect_uri=");
    p = ngx_frontdesk_google_escape(p, conf->public_base_url);
    p = ngx_frontdesk_google_escape(p, NGX_FRONTDESK_GOOGLE_BACK);
    p = ngx_sprintf(p, "&state=%s&nonce=%s&code_challenge=%s"
                       "&code_challenge_method=S256",
                    google->state, google->nonce, challenge);
    url->len = (size_t) (p - url->data);

    return NGX_OK;
}

static ngx_int_t
ngx_frontdesk_google_begun(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer)
{
    ngx_str_t url;
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_google_t *google = ctx->data;
    ngx_frontdesk_output_t out;

    if (answer->result == NULL) {
        return ngx_frontdesk_send_failure(r, answer);
    }

    if (ngx_frontdesk_google_url(r, google, &url) != NGX_OK
        || ngx_frontdesk_google_remember(r, google->state) != NGX_OK
        || ngx_frontdesk_output_open(&out, r) != NGX_OK
        || ngx_frontdesk_json_literal(&out.json, "{\"authorization_url\":")
               != 0
        || ngx_frontdesk_json_string(&out.json, (char *) url.data, url.len)
               != 0
        || ngx_frontdesk_json_literal(&out.json, "}") != 0)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_frontdesk_send(r, NGX_HTTP_OK, &ngx_frontdesk_json_type,
                              ngx_frontdesk_output_close(&out));
}


/* And back: what becomes of it is JSON, or a page that says so. */

ngx_int_t
ngx_frontdesk_google_callback_handler(ngx_http_request_t *r)
{
    return r->method == NGX_HTTP_POST
               ? ngx_frontdesk_read_body(r, ngx_frontdesk_google_post)
               : ngx_frontdesk_begin(r, ngx_frontdesk_google_page);
}

static ngx_int_t
ngx_frontdesk_google_go(ngx_http_request_t *r, const char *path,
    const char *more)
{
    ngx_str_t place;

    place.data = ngx_pnalloc(r->pool, ngx_strlen(path) + ngx_strlen(more));
    if (place.data == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    place.len = (size_t) (ngx_sprintf(place.data, "%s%s", path, more)
                          - place.data);

    return ngx_frontdesk_add_header(r, "Location", &place) == NGX_OK
               ? ngx_frontdesk_send(r, NGX_HTTP_SEE_OTHER,
                                    &ngx_frontdesk_json_type, NULL)
               : NGX_HTTP_INTERNAL_SERVER_ERROR;
}

/* The login page has a sentence for each word. */
static ngx_int_t
ngx_frontdesk_google_fail(ngx_http_request_t *r, ngx_uint_t status,
    const char *detail, const char *field)
{
    size_t i;
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_google_t *google = ctx->data;

    static const struct {
        ngx_uint_t status;
        const char *word;
    } words[] = {
        { NGX_HTTP_UNAUTHORIZED, "off" },
        { NGX_HTTP_FORBIDDEN, "unverified" },
        { NGX_HTTP_CONFLICT, "known" },
        { NGX_HTTP_TOO_MANY_REQUESTS, "away" },
        { NGX_HTTP_SERVICE_UNAVAILABLE, "away" },
        { 0, "again" },
    };

    if (!google->page) {
        return ngx_frontdesk_send_error(r, status, detail, field);
    }

    for (i = 0; words[i].status != status && words[i].status != 0; i++) {
        /* void */
    }

    return ngx_frontdesk_google_go(r, "/login?google=", words[i].word);
}

static ngx_int_t
ngx_frontdesk_google_failure(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer)
{
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_google_t *google = ctx->data;

    return google->page ? ngx_frontdesk_google_fail(r, answer->status, "", NULL)
                        : ngx_frontdesk_send_failure(r, answer);
}

static char *
ngx_frontdesk_google_arg(ngx_http_request_t *r, const char *name)
{
    u_char *from, *to;
    ngx_str_t value;

    if (ngx_http_arg(r, (u_char *) name, ngx_strlen(name), &value) != NGX_OK) {
        return NULL;
    }

    from = value.data;
    value.data = ngx_pnalloc(r->pool, value.len + 1);
    if (value.data == NULL) {
        return NULL;
    }

    to = value.data;
    ngx_unescape_uri(&to, &from, value.len, 0);
    *to = '\0';

    return (char *) value.data;
}

static ngx_int_t
ngx_frontdesk_google_page(ngx_http_request_t *r)
{
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_google_t *google;

    google = ngx_pcalloc(r->pool, sizeof(ngx_frontdesk_google_t));
    if (google == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ctx->data = google;
    google->page = 1;

    /* Who said no there; their words are nobody's to repeat. */
    if (ngx_frontdesk_google_arg(r, "error") != NULL) {
        return ngx_frontdesk_google_go(r, "/login?google=", "denied");
    }

    google->values[STATE] = ngx_frontdesk_google_arg(r, "state");
    google->values[CODE] = ngx_frontdesk_google_arg(r, "code");

    /* A HEAD is nobody on the way: it must not use the state up. */
    if (r->method != NGX_HTTP_GET || google->values[STATE] == NULL
        || google->values[CODE] == NULL || google->values[CODE][0] == '\0'
        || ngx_strlen(google->values[CODE]) > 2048)
    {
        return ngx_frontdesk_google_fail(r, NGX_HTTP_BAD_REQUEST, "", NULL);
    }

    return ngx_frontdesk_google_back(r, google);
}

static ngx_int_t
ngx_frontdesk_google_post(ngx_http_request_t *r)
{
    ngx_int_t sent;
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_google_t *google;

    google = ngx_pcalloc(r->pool, sizeof(ngx_frontdesk_google_t));
    if (google == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ctx->data = google;

    if (ngx_frontdesk_check_site(r, &sent) != NGX_OK
        || ngx_frontdesk_read_fields(r, ctx->route->body, google->values,
                                     &sent)
               != NGX_OK)
    {
        return sent;
    }

    return ngx_frontdesk_google_back(r, google);
}

/* With a code for the first time; without, for a second factor. */
static ngx_int_t
ngx_frontdesk_google_back(ngx_http_request_t *r,
    ngx_frontdesk_google_t *google)
{
    ngx_frontdesk_pg_call_t call;

    const char *params[] = { google->digest };

    if (!ngx_frontdesk_google_is_own(r, google->values[STATE])) {
        return ngx_frontdesk_google_fail(r, NGX_HTTP_BAD_REQUEST,
                                         "This sign-in is over. Please begin "
                                         "again.",
                                         "state");
    }

    if (ngx_frontdesk_digest(google->digest, google->values[STATE],
                             ngx_strlen(google->values[STATE]))
        != 0)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_memzero(&call, sizeof(call));
    call.nparams = 1;
    call.params = params;

    if (google->values[CODE] != NULL) {
        call.sql = "select * from api.google_take($1)";
        return ngx_frontdesk_ask(r, &call, ngx_frontdesk_google_taken);
    }

    call.sql = "select * from api.google_proven($1)";
    call.idempotent = 1;

    return ngx_frontdesk_ask(r, &call, ngx_frontdesk_google_found);
}

/* What a worker needs to know; NULL when memory is short. */
static char *
ngx_frontdesk_google_question(ngx_http_request_t *r,
    const ngx_frontdesk_google_t *google, PGresult *row)
{
    char *text;
    cJSON *ask;
    u_char redirect[512];
    const desk_conf_t *conf = &ngx_frontdesk_google_conf(r)->desk;

    *ngx_snprintf(redirect, sizeof(redirect) - 1, "%s%s",
                  conf->public_base_url, NGX_FRONTDESK_GOOGLE_BACK) = '\0';

    /* libpq ends each value with a NUL. */
    ask = cJSON_CreateObject();
    (void) cJSON_AddStringToObject(ask, "code", google->values[CODE]);
    (void) cJSON_AddStringToObject(
        ask, "verifier",
        (char *) ngx_frontdesk_pg_value(row, 0, "verifier").data);
    (void) cJSON_AddStringToObject(
        ask, "nonce", (char *) ngx_frontdesk_pg_value(row, 0, "nonce").data);
    (void) cJSON_AddStringToObject(ask, "redirect_uri", (char *) redirect);
    text = cJSON_PrintUnformatted(ask);
    cJSON_Delete(ask);

    return text;
}

static ngx_int_t
ngx_frontdesk_google_taken(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer)
{
    char *text;
    ngx_int_t rc;
    ngx_str_t ask;
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);

    if (answer->result == NULL) {
        return ngx_frontdesk_google_failure(r, answer);
    }

    text = ngx_frontdesk_google_question(r, ctx->data, answer->result);
    if (text == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ask.data = (u_char *) text;
    ask.len = ngx_strlen(text);
    rc = ngx_frontdesk_consult(r, DESK_RPC_GOOGLE, &ask,
                               NGX_FRONTDESK_GOOGLE_MS,
                               ngx_frontdesk_google_told);
    cJSON_free(text);

    return rc;
}

static ngx_int_t
ngx_frontdesk_google_refused(ngx_http_request_t *r, ngx_int_t rc)
{
    switch (rc) {
    case -EACCES:
    case -EINVAL:
    case -EMSGSIZE:
        return ngx_frontdesk_google_fail(r, NGX_HTTP_BAD_REQUEST,
                                         "Google does not vouch for this "
                                         "sign-in. Please begin again.",
                                         "code");
    case -EPERM:
    case -ENOTSUP:
        return ngx_frontdesk_google_fail(r, NGX_HTTP_SERVICE_UNAVAILABLE,
                                         "Sign-in with Google is not set up "
                                         "rightly here.",
                                         NULL);
    default:
        return ngx_frontdesk_google_fail(r, NGX_HTTP_SERVICE_UNAVAILABLE,
                                         "Google cannot be reached now. Please "
                                         "try again in a moment.",
                                         NULL);
    }
}

/* A text of the worker's answer; empty when it is none. */
static const char *
ngx_frontdesk_google_text(const cJSON *answer, const char *name)
{
    const char *text;

    text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(answer,
                                                                 name));

    return text != NULL ? text : "";
}

static ngx_int_t
ngx_frontdesk_google_told(ngx_http_request_t *r, ngx_int_t rc,
    ngx_str_t *answer)
{
    cJSON *person;
    ngx_int_t verified;
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_google_t *google = ctx->data;
    ngx_frontdesk_pg_call_t call;

    if (rc < 0) {
        return ngx_frontdesk_google_refused(r, rc);
    }

    person = cJSON_ParseWithLength((char *) answer->data, answer->len);
    verified = cJSON_IsTrue(
        cJSON_GetObjectItemCaseSensitive(person, "email_verified"));

    const char *params[] = {
        google->digest,
        ngx_frontdesk_google_text(person, "subject"),
        ngx_frontdesk_google_text(person, "email"),
        verified ? "true" : "false",
        ngx_frontdesk_google_text(person, "name"),
        ngx_frontdesk_google_text(person, "domain"),
    };

    /* Without a subject it is nobody's word. */
    if (params[1][0] == '\0') {
        cJSON_Delete(person);
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_memzero(&call, sizeof(call));
    call.sql = "select * from api.google_login($1, $2, $3, $4, $5, $6)";
    call.nparams = sizeof(params) / sizeof(params[0]);
    call.params = params;

    rc = ngx_frontdesk_ask(r, &call, ngx_frontdesk_google_found);
    cJSON_Delete(person);

    return rc;
}

static ngx_int_t
ngx_frontdesk_google_factor(ngx_http_request_t *r,
    ngx_frontdesk_google_t *google)
{
    char text[NGX_INT64_LEN + 1];
    int64_t step;

    if (google->values[TOTP_CODE] == NULL && google->page) {
        return ngx_frontdesk_google_go(r, "/login?google=code#token=",
                                       google->values[STATE]);
    }

    if (google->values[TOTP_CODE] == NULL) {
        return ngx_frontdesk_send_error(r, NGX_HTTP_UNAUTHORIZED,
                                        "A code of your second factor is "
                                        "needed.",
                                        "totp_code");
    }

    switch (ngx_frontdesk_factor_check(r, &google->factor,
                                       (char *) google->session.user_id.data,
                                       google->values[TOTP_CODE], &step))
    {
    case NGX_OK:
        snprintf(text, sizeof(text), "%lld", (long long) step);
        return ngx_frontdesk_google_open(r, text);
    case NGX_DECLINED:
        return ngx_frontdesk_login_failed(
            r, (char *) google->session.email.data, NGX_HTTP_UNAUTHORIZED,
            "The code is wrong or was used before.", "totp_code");
    default:
        return ngx_frontdesk_factor_broken(r);
    }
}

static ngx_int_t
ngx_frontdesk_google_found(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer)
{
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_google_t *google = ctx->data;

    if (answer->result == NULL) {
        return ngx_frontdesk_google_failure(r, answer);
    }

    if (ngx_frontdesk_session_keep(r, &google->session, answer->result)
            != NGX_OK
        || ngx_frontdesk_factor_keep(&google->factor, answer->result)
               != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (google->factor.len > 0 && google->values[RECOVERY_CODE] == NULL) {
        return ngx_frontdesk_google_factor(r, google);
    }

    return ngx_frontdesk_google_open(r, NULL);
}

static ngx_int_t
ngx_frontdesk_google_open(ngx_http_request_t *r, const char *step)
{
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_google_t *google = ctx->data;
    ngx_frontdesk_pg_call_t call;
    ngx_frontdesk_session_t *session = &google->session;

    if (ngx_frontdesk_session_make(r, session) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    const char *params[] = {
        google->digest,
        session->id,
        session->digest,
        session->ttl,
        ngx_frontdesk_user_agent(r),
        ngx_frontdesk_address(r),
        step,
        step == NULL ? google->values[RECOVERY_CODE] : NULL,
        google->factor.fresh,
    };

    ngx_memzero(&call, sizeof(call));
    call.sql = "select api.google_open($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    call.nparams = sizeof(params) / sizeof(params[0]);
    call.params = params;

    return ngx_frontdesk_ask(r, &call, ngx_frontdesk_google_opened);
}

static ngx_int_t
ngx_frontdesk_google_opened(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer)
{
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_google_t *google = ctx->data;

    /* A code that Postgres refused is counted as at any login. */
    if (answer->result == NULL && answer->status == NGX_HTTP_UNAUTHORIZED
        && answer->field.len > 0 && !google->page)
    {
        return ngx_frontdesk_login_failed(
            r, (char *) google->session.email.data, NGX_HTTP_UNAUTHORIZED,
            "The code is wrong or was used before.",
            google->values[TOTP_CODE] != NULL ? "totp_code"
                                              : "recovery_code");
    }

    if (answer->result == NULL) {
        return ngx_frontdesk_google_failure(r, answer);
    }

    if (ngx_frontdesk_google_remember(r, "") != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (!google->page) {
        return ngx_frontdesk_session_send(r, &google->session, NGX_HTTP_OK);
    }

    return ngx_frontdesk_session_cookie(r, &google->session) == NGX_OK
               ? ngx_frontdesk_google_go(r, "/signed-in", "")
               : NGX_HTTP_INTERNAL_SERVER_ERROR;
}
