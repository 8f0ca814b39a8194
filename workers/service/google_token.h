/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef SERVICE_GOOGLE_TOKEN_H
#define SERVICE_GOOGLE_TOKEN_H

#include <stddef.h>
#include <stdint.h>

#include <openssl/evp.h>

/*
 * Google's word of who somebody is (an id_token, RS256), and the keys it is
 * believed by. Bytes in, bytes out.
 */

#define GOOGLE_KEYS 8

typedef struct {
    size_t n;
    struct {
        char      id[128];
        EVP_PKEY *key;
    } list[GOOGLE_KEYS];
} google_keys_t;

typedef struct {
    char subject[256]; /* whose account it is, for ever */
    char email[255];
    char name[801];
    char domain[254]; /* of Workspace; "": none */
    int  email_verified;
} google_person_t;

/* What a token must say to be meant for us, now. */
typedef struct {
    const char *client_id;
    const char *nonce;
    int64_t     now; /* Unix time, s */
} google_wanted_t;

/* A set of keys (RFC 7517). Returns 0, or -EINVAL with `keys` as they were. */
int  google_keys_read(google_keys_t *keys, const char *text);
void google_keys_drop(google_keys_t *keys);

/*
 * Returns 0, -ENOENT: there is no such key, perhaps not yet, or -EACCES: not
 * to be believed, for `reason`, which can be logged.
 */
int google_token_read(google_person_t *person, const char *token,
                      const google_keys_t   *keys,
                      const google_wanted_t *wanted, const char **reason);

#endif /* SERVICE_GOOGLE_TOKEN_H */
