/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Tokens: bytes in, bytes out, no nginx.  The access token is a JWT; the call
 * token goes through the carrier and admits one stream to one call.
 */

#ifndef NGX_FRONTDESK_TOKEN_H
#define NGX_FRONTDESK_TOKEN_H

#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#define NGX_FRONTDESK_UUID_BYTES       37 /* text and NUL */
#define NGX_FRONTDESK_NONCE_BYTES      65 /* text and NUL */
#define NGX_FRONTDESK_CALL_TOKEN_BYTES 256
#define NGX_FRONTDESK_ACCESS_BYTES     4096
#define NGX_FRONTDESK_REFRESH_BYTES    81 /* id, dot, 43 of chance, NUL */
#define NGX_FRONTDESK_DIGEST_BYTES     65 /* SHA-256 in hex and NUL */

typedef struct {
    char     call_id[NGX_FRONTDESK_UUID_BYTES];
    char     client_id[NGX_FRONTDESK_UUID_BYTES];
    char     nonce[NGX_FRONTDESK_NONCE_BYTES]; /* as SQL gave it */
    int64_t  expires_at;                       /* Unix time, s */
} ngx_frontdesk_call_token_t;

typedef struct {
    char     user_id[NGX_FRONTDESK_UUID_BYTES];
    char     session_id[NGX_FRONTDESK_UUID_BYTES];
    char     role[8]; /* owner, admin */
    int64_t  issued_at;
    int64_t  expires_at;
} ngx_frontdesk_access_t;

/* Each returns 0, or -1 with its output untouched. */

int ngx_frontdesk_call_token_make(char out[NGX_FRONTDESK_CALL_TOKEN_BYTES],
    const ngx_frontdesk_call_token_t *token, const char *secret);

/* The signature and the time are right; that the nonce is unused, SQL says. */
int ngx_frontdesk_call_token_verify(ngx_frontdesk_call_token_t *token,
    const char *text, size_t len, const char *secret, int64_t now);

int ngx_frontdesk_access_make(char out[NGX_FRONTDESK_ACCESS_BYTES],
    const ngx_frontdesk_access_t *access, const char *issuer,
    const char *secret);
int ngx_frontdesk_access_verify(ngx_frontdesk_access_t *access,
    const char *text, size_t len, const char *issuer, const char *secret,
    int64_t now);

/* The signature alone; the header is the caller's, the payload in text. */
int ngx_frontdesk_jws_verify(const char *text, size_t len, const char *secret,
    cJSON **header, const char **payload, size_t *payload_len);

int ngx_frontdesk_refresh_make(char out[NGX_FRONTDESK_REFRESH_BYTES],
    const char *session_id);
int ngx_frontdesk_refresh_read(char session_id[NGX_FRONTDESK_UUID_BYTES],
    const char *text, size_t len);

int ngx_frontdesk_uuid_make(char out[NGX_FRONTDESK_UUID_BYTES]);

/* SHA-256 in hex: what is stored of a refresh token. */
int ngx_frontdesk_digest(char out[NGX_FRONTDESK_DIGEST_BYTES],
    const char *text, size_t len);

/* Without padding; returns how much was written, 4/3 of len and no NUL. */
size_t ngx_frontdesk_base64url(char *out, const uint8_t *in, size_t len);
int ngx_frontdesk_unbase64url(uint8_t *out, size_t size, size_t *n,
    const char *in, size_t len);

#endif
