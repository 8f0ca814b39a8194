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

#ifndef NGX_FRONTDESK_SEAL_H
#define NGX_FRONTDESK_SEAL_H

#include <stddef.h>
#include <stdint.h>

#define NGX_FRONTDESK_SEAL_KEYS  8
#define NGX_FRONTDESK_SEAL_MORE  33 /* bytes more than what is sealed */
#define NGX_FRONTDESK_SEAL_PLACE 256

typedef struct {
    uint32_t id;
    uint8_t bytes[32];
} ngx_frontdesk_seal_key_t;

/* The first seals; all open. */
typedef struct {
    size_t n;
    ngx_frontdesk_seal_key_t keys[NGX_FRONTDESK_SEAL_KEYS];
} ngx_frontdesk_ring_t;

/* Where a secret stands: the bytes it is bound to. */
typedef struct {
    size_t len;
    uint8_t bytes[NGX_FRONTDESK_SEAL_PLACE];
} ngx_frontdesk_place_t;

/*
 * Keys out of `id:base64, id:base64`, ids from 1; an empty text is no key.
 * NULL, or what is wrong with it.
 */
const char *ngx_frontdesk_ring_read(ngx_frontdesk_ring_t *ring,
    const char *text);

/* Each returns 0, or -1. */

int ngx_frontdesk_place(ngx_frontdesk_place_t *place, const char *table,
    const char *row, const char *column);

/* out has room for len and NGX_FRONTDESK_SEAL_MORE. */
int ngx_frontdesk_seal(uint8_t *out, const void *secret, size_t len,
    const ngx_frontdesk_place_t *place, const ngx_frontdesk_ring_t *ring);

/* 1: sealed with another key than the first. */
int ngx_frontdesk_seal_is_old(const uint8_t *sealed,
    const ngx_frontdesk_ring_t *ring);

/* out has room for len; when it fails there is nothing in it. */
int ngx_frontdesk_unseal(uint8_t *out, size_t *n, const uint8_t *sealed,
    size_t len, const ngx_frontdesk_place_t *place,
    const ngx_frontdesk_ring_t *ring);

#endif
