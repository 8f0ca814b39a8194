/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include "desk_seal.h"

#define DESK_SEAL_VERSION 1
#define DESK_SEAL_NONCE   5 /* where it begins */
#define DESK_SEAL_TEXT    17
#define DESK_SEAL_TAG     16 /* bytes */
#define DESK_SEAL_BASE64  44 /* letters of a key */

_Static_assert(DESK_SEAL_MORE
                   == DESK_SEAL_TEXT + DESK_SEAL_TAG,
               "what is around the ciphertext");


/* Keys. */

static const char *
keyring_add(desk_keyring_t *ring, const char *text,
            size_t len)
{
    int              n;
    char            *colon;
    size_t           i;
    uint8_t          raw[DESK_SEAL_BASE64 / 4 * 3];
    unsigned long    id;
    desk_seal_key_t *key;

    errno = 0;
    id = strtoul(text, &colon, 10);
    if (text[0] < '0' || text[0] > '9' || *colon != ':' || errno != 0
        || id == 0 || id > UINT32_MAX)
    {
        return "a key begins with its number and a colon";
    }

    len -= (size_t) (colon + 1 - text);
    if (len != DESK_SEAL_BASE64 || colon[len] != '='
        || colon[len - 1] == '=')
    {
        return "a key is 32 bytes in base64";
    }

    if (ring->n == DESK_SEAL_KEYS) {
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
desk_keyring_read(desk_keyring_t *ring, const char *text)
{
    size_t      len;
    const char *reason;

    memset(ring, 0, sizeof(*ring));

    while (*text != '\0') {
        text += strspn(text, " ");
        len = strcspn(text, ", ");
        reason = keyring_add(ring, text, len);
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

static const desk_seal_key_t *
keyring_find(const desk_keyring_t *ring, uint32_t id)
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
desk_place(desk_place_t *place, const char *table,
           const char *row, const char *column)
{
    size_t      i, len;
    const char *parts[] = { table, row, column };

    place->bytes[0] = DESK_SEAL_VERSION;
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
desk_seal(uint8_t *out, const void *secret, size_t len,
          const desk_place_t *place, const desk_keyring_t *ring)
{
    int                    n, rc = -1;
    size_t                 i;
    EVP_CIPHER_CTX        *ctx;
    uint8_t               *text = out + DESK_SEAL_TEXT;
    const desk_seal_key_t *key = &ring->keys[0];

    if (ring->n == 0 || len == 0 || len > 65536
        || RAND_bytes(out + DESK_SEAL_NONCE, 12) != 1)
    {
        return -1;
    }

    out[0] = DESK_SEAL_VERSION;
    for (i = 0; i < 4; i++) {
        out[1 + i] = (uint8_t) (key->id >> (24 - 8 * i));
    }

    ctx = EVP_CIPHER_CTX_new();
    if (ctx != NULL
        && EVP_EncryptInit_ex(ctx, EVP_aes_256_gcm(), NULL, key->bytes,
                              out + DESK_SEAL_NONCE)
               == 1
        && EVP_EncryptUpdate(ctx, NULL, &n, place->bytes, (int) place->len)
               == 1
        && EVP_EncryptUpdate(ctx, text, &n, secret, (int) len) == 1
        && n == (int) len && EVP_EncryptFinal_ex(ctx, text + n, &n) == 1
        && EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_GET_TAG,
                               DESK_SEAL_TAG, text + len)
               == 1)
    {
        rc = 0;
    }

    EVP_CIPHER_CTX_free(ctx);

    return rc;
}

static uint32_t
seal_id(const uint8_t *sealed)
{
    return (uint32_t) sealed[1] << 24 | (uint32_t) sealed[2] << 16
           | (uint32_t) sealed[3] << 8 | sealed[4];
}

int
desk_seal_is_old(const uint8_t        *sealed,
                 const desk_keyring_t *ring)
{
    return ring->n == 0 || seal_id(sealed) != ring->keys[0].id;
}

int
desk_unseal(uint8_t *out, size_t *n, const uint8_t *sealed,
            size_t len, const desk_place_t *place,
            const desk_keyring_t *ring)
{
    int                    done, rc = -1;
    size_t                 size;
    uint8_t                tag[DESK_SEAL_TAG];
    EVP_CIPHER_CTX        *ctx;
    const uint8_t         *text = sealed + DESK_SEAL_TEXT;
    const desk_seal_key_t *key;

    if (len < DESK_SEAL_MORE || len > 65536 + DESK_SEAL_MORE
        || sealed[0] != DESK_SEAL_VERSION)
    {
        return -1;
    }

    key = keyring_find(ring, seal_id(sealed));
    if (key == NULL) {
        return -1;
    }

    size = len - DESK_SEAL_MORE;
    memcpy(tag, text + size, sizeof(tag));

    ctx = EVP_CIPHER_CTX_new();
    if (ctx != NULL
        && EVP_DecryptInit_ex(ctx, EVP_aes_256_gcm(), NULL, key->bytes,
                              sealed + DESK_SEAL_NONCE)
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

static int
seal_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }

    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

size_t
desk_seal_read(uint8_t *sealed, size_t room, const char *hex)
{
    int    high, low;
    size_t i, n = strlen(hex);

    if (n % 2 != 0 || n / 2 > room) {
        return 0;
    }

    for (i = 0; i < n / 2; i++) {
        high = seal_digit(hex[2 * i]);
        low = seal_digit(hex[2 * i + 1]);
        if (high < 0 || low < 0) {
            return 0;
        }

        sealed[i] = (uint8_t) (high << 4 | low);
    }

    return n / 2;
}
