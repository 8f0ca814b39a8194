/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef SERVICE_GOOGLE_H
#define SERVICE_GOOGLE_H

#include <stddef.h>

#include <uv.h>

#include "service/google_token.h"
#include "shm/desk_conf.h"

/*
 * Sign-in with Google: the code that somebody came back with is exchanged for
 * Google's word of who it is. Its keys are kept for as long as it says.
 */
typedef struct google_s google_t;

typedef struct {
    const char *code;
    const char *verifier; /* of PKCE */
    const char *nonce;
    const char *redirect_uri;
} google_ask_t;

/*
 * rc is 0; -EACCES: the code or the token is not good; -EPERM: Google does not
 * know us, so the settings are wrong; -ETIMEDOUT, -EIO: Google is away.
 */
typedef void (*google_done_pt)(void *data, int rc,
                               const google_person_t *person);

/* The settings are borrowed. Returns 0 or -errno. */
int google_create(google_t **gp, uv_loop_t *loop, const desk_conf_t *conf);

/* Nobody is told of what is still under way. */
void google_destroy(google_t *google);

/* Nothing of the ask is borrowed. Returns 0, -ENOTSUP: not set up, -ENOMEM. */
int google_sign_in(google_t *google, const google_ask_t *ask,
                   google_done_pt done, void *data);

size_t google_count(const google_t *google);

#endif /* SERVICE_GOOGLE_H */
