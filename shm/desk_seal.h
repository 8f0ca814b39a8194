/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Secrets that Postgres keeps and may not know: AES-256-GCM under one of the
 * keys of the settings.  A sealed secret is
 *
 *   version 1 | key id, 4 bytes | nonce, 12 | ciphertext | tag, 16
 *
 * and is bound to its place, so that it is good in no other row.  Bytes in,
 * bytes out, no nginx.
 */

#ifndef DESK_SEAL_H
#define DESK_SEAL_H

#include <stddef.h>
#include <stdint.h>

#define DESK_SEAL_KEYS  8
#define DESK_SEAL_MORE  33 /* bytes more than what is sealed */
#define DESK_SEAL_PLACE 256

typedef struct {
    uint32_t id;
    uint8_t  bytes[32];
} desk_seal_key_t;

/* The first seals; all open. */
typedef struct {
    size_t          n;
    desk_seal_key_t keys[DESK_SEAL_KEYS];
} desk_keyring_t;

/* Where a secret stands: the bytes it is bound to. */
typedef struct {
    size_t  len;
    uint8_t bytes[DESK_SEAL_PLACE];
} desk_place_t;

/*
 * Keys out of `id:base64, id:base64`, ids from 1; an empty text is no key.
 * NULL, or what is wrong with it.
 */
const char *desk_keyring_read(desk_keyring_t *ring,
                              const char     *text);

/* Each returns 0, or -1. */

int desk_place(desk_place_t *place, const char *table,
               const char *row, const char *column);

/* out has room for len and DESK_SEAL_MORE. */
int desk_seal(uint8_t *out, const void *secret, size_t len,
              const desk_place_t *place, const desk_keyring_t *ring);

/* 1: sealed with another key than the first. */
int desk_seal_is_old(const uint8_t        *sealed,
                     const desk_keyring_t *ring);

/* out has room for len; when it fails there is nothing in it. */
int desk_unseal(uint8_t *out, size_t *n, const uint8_t *sealed,
                size_t len, const desk_place_t *place,
                const desk_keyring_t *ring);

/*
 * Of a sealed secret in hexadecimal, as Postgres tells it: how many bytes it
 * has; 0 when it is none, or there is no room.
 */
size_t desk_seal_read(uint8_t *sealed, size_t room, const char *hex);

#endif
