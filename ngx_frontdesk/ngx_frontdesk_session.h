/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Logins: what the handlers of users, sessions and second factors share.  All
 * of it is in the request's pool.
 */

#ifndef NGX_FRONTDESK_SESSION_H
#define NGX_FRONTDESK_SESSION_H

#include "ngx_frontdesk_route.h"
#include "ngx_frontdesk_totp.h"

#define DESK_SEALED_MAX 256 /* bytes of a sealed secret */

/* A session that is opened or goes on. */
typedef struct {
    ngx_str_t user_id;
    ngx_str_t email;
    ngx_str_t name;
    ngx_str_t role;
    char id[NGX_FRONTDESK_UUID_BYTES];
    char refresh[NGX_FRONTDESK_REFRESH_BYTES];
    char old_digest[NGX_FRONTDESK_DIGEST_BYTES];
    char digest[NGX_FRONTDESK_DIGEST_BYTES];
    char ttl[32]; /* seconds, for Postgres */
} ngx_frontdesk_session_t;

/* Each: NGX_OK, or what a failed check has sent, in *sent. */

/* A call that a cookie speaks for, or that sets one, comes from our pages. */
ngx_int_t ngx_frontdesk_check_site(ngx_http_request_t *r, ngx_int_t *sent);

/* What an account is made of, no API key changes. */
ngx_int_t ngx_frontdesk_check_person(ngx_http_request_t *r, ngx_int_t *sent);

/* A new password must be hard to guess. */
ngx_int_t ngx_frontdesk_check_new(ngx_http_request_t *r, const char *password,
    const char *email, const char *name, ngx_int_t *sent);

/* A new id, the next refresh token, and what Postgres keeps of it. */
ngx_int_t ngx_frontdesk_session_make(ngx_http_request_t *r,
    ngx_frontdesk_session_t *session);

/* Whose it is, out of columns id, email, name and role. */
ngx_int_t ngx_frontdesk_session_keep(ngx_http_request_t *r,
    ngx_frontdesk_session_t *session, PGresult *row);

ngx_int_t ngx_frontdesk_session_send(ngx_http_request_t *r,
    ngx_frontdesk_session_t *session, ngx_uint_t status);

/* Its refresh token alone, as the cookie. */
ngx_int_t ngx_frontdesk_session_cookie(ngx_http_request_t *r,
    const ngx_frontdesk_session_t *session);

/* One cookie of this name; a second one is somebody's try: NGX_DECLINED. */
ngx_int_t ngx_frontdesk_cookie_get(ngx_http_request_t *r,
    const ngx_str_t *name, ngx_str_t *value);

/* Forgets the cookie, and lets the browser forget what it has of us. */
ngx_int_t ngx_frontdesk_session_clear(ngx_http_request_t *r);

/* {"message": ...} */
ngx_int_t ngx_frontdesk_send_message(ngx_http_request_t *r, ngx_uint_t status,
    const char *message);

/* Where the request comes from and with what; "" and NULL when unknown. */
const char *ngx_frontdesk_address(ngx_http_request_t *r);
const char *ngx_frontdesk_user_agent(ngx_http_request_t *r);

/*
 * A password or a code was wrong: it is counted for its address, then refused
 * with this, or with 429 when there were too many.  The texts are static.
 */
ngx_int_t ngx_frontdesk_login_failed(ngx_http_request_t *r, const char *email,
    ngx_uint_t status, const char *detail, const char *field);


/* Second factors. */

typedef struct {
    size_t len;        /* 0: there is none */
    const char *fresh; /* NULL: it is as it should be */
    u_char sealed[DESK_SEALED_MAX];
} ngx_frontdesk_factor_t;

/* Out of column totp_secret. */
ngx_int_t ngx_frontdesk_factor_keep(ngx_frontdesk_factor_t *factor,
    PGresult *row);

/*
 * NGX_OK: the code is right, of this step of time.  NGX_DECLINED: it is wrong.
 * NGX_ERROR: the secret does not open.  One that was right and is sealed with
 * a key that is going is sealed anew, as bytea has it, in factor->fresh.
 */
ngx_int_t ngx_frontdesk_factor_check(ngx_http_request_t *r,
    ngx_frontdesk_factor_t *factor, const char *user_id, const char *code,
    int64_t *step);

/* Its secret as bytea takes it; NULL when it cannot be sealed. */
const char *ngx_frontdesk_factor_seal(ngx_http_request_t *r,
    const uint8_t *secret, size_t len, const char *user_id);

/* What seals them; it may have no key. */
const desk_keyring_t *ngx_frontdesk_ring(ngx_http_request_t *r);

/* 503: nobody can tell whether the code is right. */
ngx_int_t ngx_frontdesk_factor_broken(ngx_http_request_t *r);

#endif
