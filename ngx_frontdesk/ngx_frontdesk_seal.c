/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include "ngx_frontdesk_seal.h"

#define NGX_FRONTDESK_SEAL_VERSION 1
#define NGX_FRONTDESK_SEAL_NONCE   5 /* where it begins */
#define NGX_FRONTDESK_SEAL_TEXT    17
#define NGX_FRONTDESK_SEAL_TAG     16 /* bytes */
#define NGX_FRONTDESK_SEAL_BASE64  44 /* letters of a key */

_Static_assert(NGX_FRONTDESK_SEAL_MORE
                   == NGX_FRONTDESK_SEAL_TEXT + NGX_FRONTDESK_SEAL_TAG,
               "what is around the ciphertext");


/* Keys. */

static const char *
ngx_frontdesk_ring_key(ngx_frontdesk_ring_t *ring, const char *text,
    size_t len)
{
    int n;
    char *colon;
    size_t i;
    uint8_t raw[NGX_FRONTDESK_SEAL_BASE64 / 4 * 3];
    unsigned long id;
    ngx_frontdesk_seal_key_t *key;

    errno = 0;
    id = strtoul(text, &colon, 10);
    if (text[0] < '0' || text[0] > '9' || *colon != ':' || errno != 0
        || id == 0 || id > UINT32_MAX)
    {
        return "a key begins with its number and a colon";
    }

    len -= (size_t) (colon + 1 - text);
    if (len != NGX_FRONTDESK_SEAL_BASE64 || colon[len] != '='
        || colon[len - 1] == '=')
    {
        return "a key is 32 bytes in base64";
    }

    if (ring->n == NGX_FRONTDESK_SEAL_KEYS) {
        return "there are too many keys";
    }

    for (i = 0; i < ring->n; i++) {
        if (ring->keys[i].id == id) {
            return "two keys have the same number";
        }
    }

    n = EVP_DecodeBlock(raw, (const unsigned char *) colon + 1, (int) len);
    if (n != (int) sizeof(raw)) {
        return "a key is 32 bytes in base64";
    }

    key = &ring->keys[ring->n++];
    key->id = (uint32_t) id;
    memcpy(key->bytes, raw, sizeof(key->bytes));
    OPENSSL_cleanse(raw, sizeof(raw));

    return NULL;
}

const char *
ngx_frontdesk_ring_read(ngx_frontdesk_ring_t *ring, const char *text)
{
    size_t len;
    const char *reason;

    memset(ring, 0, sizeof(*ring));

    while (*text != '\0') {
        text += strspn(text, " ");
        len = strcspn(text, ", ");
        reason = ngx_frontdesk_ring_key(ring, text, len);
        if (reason != NULL) {
            OPENSSL_cleanse(ring, sizeof(*ring));
            return reason;
        }

        text += len;
        text += strspn(text, " ");
        if (*text == ',' && *++text == '\0') {
            OPENSSL_cleanse(ring, sizeof(*ring));
            return "a comma has a key behind it";
        }
    }

    return NULL;
}

static const ngx_frontdesk_seal_key_t *
ngx_frontdesk_ring_find(const ngx_frontdesk_ring_t *ring, uint32_t id)
{
    size_t i;

    for (i = 0; i < ring->n; i++) {
        if (ring->keys[i].id == id) {
            return &ring->keys[i];
        }
    }

    return NULL;
}


/* Places: each part with its NUL, so that no two are alike. */

int
ngx_frontdesk_place(ngx_frontdesk_place_t *place, const char *table,
    const char *row, const char *column)
{
    size_t i, len;
    const char *parts[] = { table, row, column };

    place->bytes[0] = NGX_FRONTDESK_SEAL_VERSION;
    place->len = 1;

    for (i = 0; i < 3; i++) {
        len = strlen(parts[i]) + 1;
        if (len > sizeof(place->bytes) - place->len) {
            return -1;
        }
        memcpy(place->bytes + place->len, parts[i], len);
        place->len += len;
    }

    return 0;
}


/* Sealing. */

int
ngx_frontdesk_seal(uint8_t *out, const void *secret, size_t len,
    const ngx_frontdesk_place_t *place, const ngx_frontdesk_ring_t *ring)
{
    int n, rc = -1;
    size_t i;
    EVP_CIPHER_CTX *ctx;
    uint8_t *text = out + NGX_FRONTDESK_SEAL_TEXT;
    const ngx_frontdesk_seal_key_t *key = &ring->keys[0];

    if (ring->n == 0 || len == 0 || len > 65536
        || RAND_bytes(out + NGX_FRONTDESK_SEAL_NONCE, 12) != 1)
    {
        return -1;
    }

    out[0] = NGX_FRONTDESK_SEAL_VERSION;
    for (i = 0; i < 4; i++) {
        out[1 + i] = (uint8_t) (key->id >> (24 - 8 * i));
    }

    ctx = EVP_CIPHER_CTX_new();
    if (ctx != NULL
        && EVP_EncryptInit_ex(ctx, EVP_aes_256_gcm(), NULL, key->bytes,
                              out + NGX_FRONTDESK_SEAL_NONCE)
               == 1
        && EVP_EncryptUpdate(ctx, NULL, &n, place->bytes, (int) place->len)
               == 1
        && EVP_EncryptUpdate(ctx, text, &n, secret, (int) len) == 1
        && n == (int) len && EVP_EncryptFinal_ex(ctx, text + n, &n) == 1
        && EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_GET_TAG,
                               NGX_FRONTDESK_SEAL_TAG, text + len)
               == 1)
    {
        rc = 0;
    }

    EVP_CIPHER_CTX_free(ctx);

    return rc;
}

static uint32_t
ngx_frontdesk_seal_id(const uint8_t *sealed)
{
    return (uint32_t) sealed[1] << 24 | (uint32_t) sealed[2] << 16
           | (uint32_t) sealed[3] << 8 | sealed[4];
}

int
ngx_frontdesk_seal_is_old(const uint8_t *sealed,
    const ngx_frontdesk_ring_t *ring)
{
    return ring->n == 0 || ngx_frontdesk_seal_id(sealed) != ring->keys[0].id;
}

int
ngx_frontdesk_unseal(uint8_t *out, size_t *n, const uint8_t *sealed,
    size_t len, const ngx_frontdesk_place_t *place,
    const ngx_frontdesk_ring_t *ring)
{
    int done, rc = -1;
    size_t size;
    uint8_t tag[NGX_FRONTDESK_SEAL_TAG];
    EVP_CIPHER_CTX *ctx;
    const uint8_t *text = sealed + NGX_FRONTDESK_SEAL_TEXT;
    const ngx_frontdesk_seal_key_t *key;

    if (len < NGX_FRONTDESK_SEAL_MORE || len > 65536 + NGX_FRONTDESK_SEAL_MORE
        || sealed[0] != NGX_FRONTDESK_SEAL_VERSION)
    {
        return -1;
    }

    key = ngx_frontdesk_ring_find(ring, ngx_frontdesk_seal_id(sealed));
    if (key == NULL) {
        return -1;
    }

    size = len - NGX_FRONTDESK_SEAL_MORE;
    memcpy(tag, text + size, sizeof(tag));

    ctx = EVP_CIPHER_CTX_new();
    if (ctx != NULL
        && EVP_DecryptInit_ex(ctx, EVP_aes_256_gcm(), NULL, key->bytes,
                              sealed + NGX_FRONTDESK_SEAL_NONCE)
               == 1
        && EVP_DecryptUpdate(ctx, NULL, &done, place->bytes,
                             (int) place->len)
               == 1
        && EVP_DecryptUpdate(ctx, out, &done, text, (int) size) == 1
        && done == (int) size
        && EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_SET_TAG, sizeof(tag), tag)
               == 1
        && EVP_DecryptFinal_ex(ctx, out + done, &done) == 1)
    {
        *n = size;
        rc = 0;
    }

    if (rc != 0) {
        OPENSSL_cleanse(out, size);
    }

    EVP_CIPHER_CTX_free(ctx);

    return rc;
}
