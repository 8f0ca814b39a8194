/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef CALL_OWN_KEYS_H
#define CALL_OWN_KEYS_H

#include <cjson/cJSON.h>

#include "shm/desk_seal.h"

/*
 * A client's own keys of providers, opened for the time of a call: the claim
 * brings them sealed. Owned by the call, wiped when it is over.
 */
#define OWN_KEYS_MAX 5 /* a client has one a kind */

typedef struct {
    char  kind[16];
    char  provider[33];
    char *key;
} own_key_t;

typedef struct {
    own_key_t keys[OWN_KEYS_MAX];
    size_t    count;
} own_keys_t;

/*
 * Reads `credentials` of a claim: an array of kind, provider and sealed, in
 * hexadecimal. Returns how many of them could not be opened.
 */
unsigned own_keys_read(own_keys_t *own, const cJSON *credentials,
                       const char *client_id, const desk_keyring_t *ring);

/* Of that kind and provider, or NULL: the client has none. */
const char *own_keys_find(const own_keys_t *own, const char *kind,
                          const char *provider);

void own_keys_clear(own_keys_t *own);

#endif /* CALL_OWN_KEYS_H */
