/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The JWT is made and read here: libjwt 1.10 overwrites "typ" and takes more
 * than the one form we issue.  HS256 is the only algorithm there is.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include "ngx_frontdesk_body.h"
#include "ngx_frontdesk_token.h"

#define NGX_FRONTDESK_MAC_BYTES   32
#define NGX_FRONTDESK_MAC_TEXT    43
#define NGX_FRONTDESK_LEEWAY_S    60
#define NGX_FRONTDESK_AUDIENCE    "frontdesk-api"
#define NGX_FRONTDESK_ACCESS_TYPE "at+jwt"

#define NGX_FRONTDESK_CALL_VERSION 1
#define NGX_FRONTDESK_CALL_FIXED   (1 + 16 + 16 + 8) /* before the nonce */

static int ngx_frontdesk_mac_is(const char *text, size_t len, const char *mac,
    const char *secret);
static void ngx_frontdesk_mac(uint8_t out[NGX_FRONTDESK_MAC_BYTES],
    const char *text, size_t len, const char *secret);
static cJSON *ngx_frontdesk_part(const char *text, size_t len);
static int ngx_frontdesk_claims(ngx_frontdesk_access_t *access,
    const cJSON *claims, const char *issuer, int64_t now);
static int ngx_frontdesk_uuid_pack(uint8_t out[16], const char *text);
static void ngx_frontdesk_uuid_print(char out[NGX_FRONTDESK_UUID_BYTES],
    const uint8_t in[16]);


/* Call token: base64url(version, call, client, expiry, nonce) "." MAC. */

int
ngx_frontdesk_call_token_make(char out[NGX_FRONTDESK_CALL_TOKEN_BYTES],
    const ngx_frontdesk_call_token_t *token, const char *secret)
{
    size_t i, n, nonce;
    uint8_t mac[NGX_FRONTDESK_MAC_BYTES];
    uint8_t raw[NGX_FRONTDESK_CALL_FIXED + NGX_FRONTDESK_NONCE_BYTES];

    nonce = strnlen(token->nonce, sizeof(token->nonce));

    if (nonce == 0 || nonce == sizeof(token->nonce)
        || ngx_frontdesk_uuid_pack(&raw[1], token->call_id) != 0
        || ngx_frontdesk_uuid_pack(&raw[17], token->client_id) != 0)
    {
        return -1;
    }

    raw[0] = NGX_FRONTDESK_CALL_VERSION;
    for (i = 0; i < 8; i++) {
        raw[33 + i] = (uint8_t) ((uint64_t) token->expires_at >> (56 - 8 * i));
    }
    memcpy(&raw[NGX_FRONTDESK_CALL_FIXED], token->nonce, nonce);

    n = ngx_frontdesk_base64url(out, raw, NGX_FRONTDESK_CALL_FIXED + nonce);
    ngx_frontdesk_mac(mac, out, n, secret);
    out[n++] = '.';
    n += ngx_frontdesk_base64url(out + n, mac, sizeof(mac));
    out[n] = '\0';

    return 0;
}

int
ngx_frontdesk_call_token_verify(ngx_frontdesk_call_token_t *token,
    const char *text, size_t len, const char *secret, int64_t now)
{
    size_t i, n;
    uint8_t raw[NGX_FRONTDESK_CALL_FIXED + NGX_FRONTDESK_NONCE_BYTES];
    uint64_t expires_at = 0;
    const char *dot;

    if (len >= NGX_FRONTDESK_CALL_TOKEN_BYTES) {
        return -1;
    }

    dot = memchr(text, '.', len);
    if (dot == NULL || (size_t) (text + len - dot) != NGX_FRONTDESK_MAC_TEXT + 1
        || ngx_frontdesk_mac_is(text, (size_t) (dot - text), dot + 1, secret)
               != 0
        || ngx_frontdesk_unbase64url(raw, sizeof(raw), &n, text,
                                     (size_t) (dot - text))
               != 0)
    {
        return -1;
    }

    if (n <= NGX_FRONTDESK_CALL_FIXED
        || n - NGX_FRONTDESK_CALL_FIXED >= NGX_FRONTDESK_NONCE_BYTES
        || raw[0] != NGX_FRONTDESK_CALL_VERSION)
    {
        return -1;
    }

    for (i = 0; i < 8; i++) {
        expires_at = expires_at << 8 | raw[33 + i];
    }

    if ((int64_t) expires_at < now) {
        return -1;
    }

    token->expires_at = (int64_t) expires_at;
    ngx_frontdesk_uuid_print(token->call_id, &raw[1]);
    ngx_frontdesk_uuid_print(token->client_id, &raw[17]);
    memcpy(token->nonce, &raw[NGX_FRONTDESK_CALL_FIXED],
           n - NGX_FRONTDESK_CALL_FIXED);
    token->nonce[n - NGX_FRONTDESK_CALL_FIXED] = '\0';

    return 0;
}


/* Access token. */

int
ngx_frontdesk_access_make(char out[NGX_FRONTDESK_ACCESS_BYTES],
    const ngx_frontdesk_access_t *access, const char *issuer,
    const char *secret)
{
    int len;
    char claims[1024];
    size_t n;
    uint8_t mac[NGX_FRONTDESK_MAC_BYTES];

    static const char header[] = "{\"alg\":\"HS256\","
                                 "\"typ\":\"" NGX_FRONTDESK_ACCESS_TYPE "\"}";

    /* The issuer is a URL of plain characters, the rest are ours. */
    len = snprintf(claims, sizeof(claims),
                   "{\"iss\":\"%s\",\"aud\":\"" NGX_FRONTDESK_AUDIENCE
                   "\",\"sub\":\"%s\",\"sid\":\"%s\",\"role\":\"%s\","
                   "\"iat\":%lld,\"exp\":%lld}",
                   issuer, access->user_id, access->session_id, access->role,
                   (long long) access->issued_at,
                   (long long) access->expires_at);
    if (len < 0 || (size_t) len >= sizeof(claims)) {
        return -1;
    }

    n = ngx_frontdesk_base64url(out, (const uint8_t *) header,
                                sizeof(header) - 1);
    out[n++] = '.';
    n += ngx_frontdesk_base64url(out + n, (const uint8_t *) claims,
                                 (size_t) len);

    ngx_frontdesk_mac(mac, out, n, secret);
    out[n++] = '.';
    n += ngx_frontdesk_base64url(out + n, mac, sizeof(mac));
    out[n] = '\0';

    return 0;
}

int
ngx_frontdesk_jws_verify(const char *text, size_t len, const char *secret,
    cJSON **header, const char **payload, size_t *payload_len)
{
    cJSON *head;
    const char *dot, *last, *end = text + len;
    const cJSON *alg, *crit;

    if (len >= NGX_FRONTDESK_ACCESS_BYTES) {
        return -1;
    }

    dot = memchr(text, '.', len);
    last = dot == NULL ? NULL
                       : memchr(dot + 1, '.', (size_t) (end - dot - 1));
    if (last == NULL || end - last != NGX_FRONTDESK_MAC_TEXT + 1
        || ngx_frontdesk_mac_is(text, (size_t) (last - text), last + 1, secret)
               != 0)
    {
        return -1;
    }

    head = ngx_frontdesk_part(text, (size_t) (dot - text));
    alg = cJSON_GetObjectItemCaseSensitive(head, "alg");
    crit = cJSON_GetObjectItemCaseSensitive(head, "crit");

    if (!cJSON_IsString(alg) || strcmp(alg->valuestring, "HS256") != 0
        || crit != NULL)
    {
        cJSON_Delete(head);
        return -1;
    }

    *header = head;
    *payload = dot + 1;
    *payload_len = (size_t) (last - dot - 1);
    return 0;
}

int
ngx_frontdesk_access_verify(ngx_frontdesk_access_t *access, const char *text,
    size_t len, const char *issuer, const char *secret, int64_t now)
{
    int rc = -1;
    cJSON *header, *claims = NULL;
    size_t n;
    const char *payload;
    const cJSON *typ;

    if (ngx_frontdesk_jws_verify(text, len, secret, &header, &payload, &n)
        != 0)
    {
        return -1;
    }

    /* Ours has exactly two members, so that no other can ask for anything. */
    typ = cJSON_GetObjectItemCaseSensitive(header, "typ");
    if (cJSON_GetArraySize(header) == 2 && cJSON_IsString(typ)
        && strcmp(typ->valuestring, NGX_FRONTDESK_ACCESS_TYPE) == 0)
    {
        claims = ngx_frontdesk_part(payload, n);
        rc = ngx_frontdesk_claims(access, claims, issuer, now);
    }

    cJSON_Delete(claims);
    cJSON_Delete(header);

    return rc;
}

static int
ngx_frontdesk_claim(char *out, size_t size, const cJSON *claims,
    const char *name)
{
    size_t len;
    const cJSON *claim = cJSON_GetObjectItemCaseSensitive(claims, name);

    if (!cJSON_IsString(claim)) {
        return -1;
    }

    len = strlen(claim->valuestring);
    if (len == 0 || len >= size) {
        return -1;
    }

    memcpy(out, claim->valuestring, len + 1);
    return 0;
}

static int
ngx_frontdesk_claim_time(int64_t *out, const cJSON *claims, const char *name)
{
    double value;
    const cJSON *claim = cJSON_GetObjectItemCaseSensitive(claims, name);

    if (!cJSON_IsNumber(claim)) {
        return -1;
    }

    value = claim->valuedouble;
    if (!(value >= 0 && value < 9007199254740992.0)
        || value != (double) (int64_t) value)
    {
        return -1;
    }

    *out = (int64_t) value;
    return 0;
}

static int
ngx_frontdesk_claims(ngx_frontdesk_access_t *access, const cJSON *claims,
    const char *issuer, int64_t now)
{
    char iss[512], aud[64];
    uint8_t id[16];
    int64_t not_before;
    ngx_frontdesk_access_t found;

    if (ngx_frontdesk_claim(iss, sizeof(iss), claims, "iss") != 0
        || strcmp(iss, issuer) != 0
        || ngx_frontdesk_claim(aud, sizeof(aud), claims, "aud") != 0
        || strcmp(aud, NGX_FRONTDESK_AUDIENCE) != 0
        || ngx_frontdesk_claim(found.user_id, sizeof(found.user_id), claims,
                               "sub")
               != 0
        || ngx_frontdesk_uuid_pack(id, found.user_id) != 0
        || ngx_frontdesk_claim(found.session_id, sizeof(found.session_id),
                               claims, "sid")
               != 0
        || ngx_frontdesk_uuid_pack(id, found.session_id) != 0
        || ngx_frontdesk_claim(found.role, sizeof(found.role), claims, "role")
               != 0)
    {
        return -1;
    }

    if (ngx_frontdesk_claim_time(&found.issued_at, claims, "iat") != 0
        || ngx_frontdesk_claim_time(&found.expires_at, claims, "exp") != 0
        || found.expires_at + NGX_FRONTDESK_LEEWAY_S <= now
        || found.issued_at - NGX_FRONTDESK_LEEWAY_S > now)
    {
        return -1;
    }

    if (cJSON_GetObjectItemCaseSensitive(claims, "nbf") != NULL
        && (ngx_frontdesk_claim_time(&not_before, claims, "nbf") != 0
            || not_before - NGX_FRONTDESK_LEEWAY_S > now))
    {
        return -1;
    }

    *access = found;
    return 0;
}

/* A part of a token as JSON object; NULL when it is anything else. */
static cJSON *
ngx_frontdesk_part(const char *text, size_t len)
{
    cJSON *tree;
    size_t n;
    uint8_t raw[NGX_FRONTDESK_ACCESS_BYTES];

    if (ngx_frontdesk_unbase64url(raw, sizeof(raw), &n, text, len) != 0
        || ngx_frontdesk_body_parse(&tree, (char *) raw, n)
               != NGX_FRONTDESK_BODY_OK)
    {
        return NULL;
    }

    if (!cJSON_IsObject(tree)) {
        cJSON_Delete(tree);
        return NULL;
    }

    return tree;
}


/* Refresh token: the session's id, so that it needs no lookup, and chance. */

int
ngx_frontdesk_refresh_make(char out[NGX_FRONTDESK_REFRESH_BYTES],
    const char *session_id)
{
    size_t n;
    uint8_t id[16], chance[32];

    if (ngx_frontdesk_uuid_pack(id, session_id) != 0
        || RAND_bytes(chance, sizeof(chance)) != 1)
    {
        return -1;
    }

    ngx_frontdesk_uuid_print(out, id);
    n = NGX_FRONTDESK_UUID_BYTES - 1;
    out[n++] = '.';
    n += ngx_frontdesk_base64url(out + n, chance, sizeof(chance));
    out[n] = '\0';

    return 0;
}

int
ngx_frontdesk_refresh_read(char session_id[NGX_FRONTDESK_UUID_BYTES],
    const char *text, size_t len)
{
    char copy[NGX_FRONTDESK_UUID_BYTES];
    size_t n;
    uint8_t id[16], chance[33];

    if (len != NGX_FRONTDESK_REFRESH_BYTES - 1
        || text[NGX_FRONTDESK_UUID_BYTES - 1] != '.')
    {
        return -1;
    }

    memcpy(copy, text, sizeof(copy) - 1);
    copy[sizeof(copy) - 1] = '\0';

    if (ngx_frontdesk_uuid_pack(id, copy) != 0
        || ngx_frontdesk_unbase64url(chance, sizeof(chance), &n,
                                     text + sizeof(copy), len - sizeof(copy))
               != 0)
    {
        return -1;
    }

    ngx_frontdesk_uuid_print(session_id, id);
    return 0;
}

int
ngx_frontdesk_uuid_make(char out[NGX_FRONTDESK_UUID_BYTES])
{
    uint8_t id[16];

    if (RAND_bytes(id, sizeof(id)) != 1) {
        return -1;
    }

    id[6] = (id[6] & 0x0f) | 0x40;
    id[8] = (id[8] & 0x3f) | 0x80;
    ngx_frontdesk_uuid_print(out, id);

    return 0;
}

int
ngx_frontdesk_digest(char out[NGX_FRONTDESK_DIGEST_BYTES], const char *text,
    size_t len)
{
    size_t i;
    uint8_t digest[SHA256_DIGEST_LENGTH];

    if (SHA256((const uint8_t *) text, len, digest) == NULL) {
        return -1;
    }

    for (i = 0; i < sizeof(digest); i++) {
        snprintf(&out[2 * i], 3, "%02x", digest[i]);
    }

    return 0;
}


/* Bytes. */

static void
ngx_frontdesk_mac(uint8_t out[NGX_FRONTDESK_MAC_BYTES], const char *text,
    size_t len, const char *secret)
{
    HMAC(EVP_sha256(), secret, (int) strlen(secret), (const uint8_t *) text,
         len, out, NULL);
}

/* The text is compared, so that a MAC has one spelling only. */
static int
ngx_frontdesk_mac_is(const char *text, size_t len, const char *mac,
    const char *secret)
{
    char right[NGX_FRONTDESK_MAC_TEXT + 1];
    uint8_t raw[NGX_FRONTDESK_MAC_BYTES];

    ngx_frontdesk_mac(raw, text, len, secret);
    ngx_frontdesk_base64url(right, raw, sizeof(raw));

    return CRYPTO_memcmp(right, mac, NGX_FRONTDESK_MAC_TEXT) == 0 ? 0 : -1;
}

static const char ngx_frontdesk_alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                             "abcdefghijklmnopqrstuvwxyz"
                                             "0123456789-_";

size_t
ngx_frontdesk_base64url(char *out, const uint8_t *in, size_t len)
{
    char *p = out;
    size_t i;
    uint32_t bits = 0;
    unsigned have = 0;

    for (i = 0; i < len; i++) {
        bits = bits << 8 | in[i];
        have += 8;
        while (have >= 6) {
            have -= 6;
            *p++ = ngx_frontdesk_alphabet[bits >> have & 63];
        }
    }

    if (have > 0) {
        *p++ = ngx_frontdesk_alphabet[bits << (6 - have) & 63];
    }

    return (size_t) (p - out);
}

/* Strict: no padding, no blanks, no left-over bits. */
int
ngx_frontdesk_unbase64url(uint8_t *out, size_t size, size_t *n,
    const char *in, size_t len)
{
    size_t i, used = 0;
    uint32_t bits = 0;
    unsigned have = 0;
    const char *found;

    for (i = 0; i < len; i++) {
        found = in[i] == '\0' ? NULL : strchr(ngx_frontdesk_alphabet, in[i]);
        if (found == NULL) {
            return -1;
        }

        bits = bits << 6 | (uint32_t) (found - ngx_frontdesk_alphabet);
        have += 6;

        if (have >= 8) {
            if (used == size) {
                return -1;
            }
            have -= 8;
            out[used++] = (uint8_t) (bits >> have);
        }
    }

    if (have >= 6 || (bits & ((1U << have) - 1)) != 0) {
        return -1;
    }

    *n = used;
    return 0;
}

static int
ngx_frontdesk_uuid_pack(uint8_t out[16], const char *text)
{
    size_t i, n = 0;
    unsigned digit;

    if (strnlen(text, NGX_FRONTDESK_UUID_BYTES)
        != NGX_FRONTDESK_UUID_BYTES - 1)
    {
        return -1;
    }

    for (i = 0; i < NGX_FRONTDESK_UUID_BYTES - 1; i++) {
        digit = (unsigned char) text[i];

        if (i == 8 || i == 13 || i == 18 || i == 23) {
            if (digit != '-') {
                return -1;
            }
            continue;
        }

        if (digit >= '0' && digit <= '9') {
            digit -= '0';
        } else if ((digit | 0x20) >= 'a' && (digit | 0x20) <= 'f') {
            digit = (digit | 0x20) - 'a' + 10;
        } else {
            return -1;
        }

        out[n / 2] = (uint8_t) (n % 2 == 0 ? digit << 4 : out[n / 2] | digit);
        n++;
    }

    return 0;
}

static void
ngx_frontdesk_uuid_print(char out[NGX_FRONTDESK_UUID_BYTES],
    const uint8_t in[16])
{
    size_t i, n = 0;

    for (i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10) {
            out[n++] = '-';
        }
        snprintf(&out[n], 3, "%02x", in[i]);
        n += 2;
    }
}
