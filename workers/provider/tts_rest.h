/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef PROVIDER_TTS_REST_H
#define PROVIDER_TTS_REST_H

#include "provider/tts_session.h"

/*
 * A job that is one HTTP request: text goes as JSON, and speech comes back,
 * as the answer's body or as base64 in one of its members.
 */
typedef struct {
    const char        *url;
    const char *const *headers; /* NULL ends them */
    const char        *member;  /* of the answer; NULL: the body is audio */
    cJSON             *body;    /* taken, also when it fails */
} tts_rest_t;

#define TTS_HEADER_MAX 640

/* job->impl is its request's. Returns 0 or -errno. */
int  tts_rest_start(tts_job_t *job, const tts_rest_t *rest);
void tts_rest_stop(tts_session_t *s, tts_job_t *job);

/* What an answer that is no success tells, into fault and `reason`. */
void tts_rest_fault(fault_t *fault, char *reason, size_t room, int status,
                    const char *body, size_t length);

#endif /* PROVIDER_TTS_REST_H */
