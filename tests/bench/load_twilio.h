/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef LOAD_TWILIO_H
#define LOAD_TWILIO_H

#include <stddef.h>
#include <stdint.h>

/* The carrier's side of a call's beginning: signed requests, TwiML back. */

#define LOAD_SID_BYTES 35
#define LOAD_PARAMETERS_MAX 8

typedef struct {
    const char *base_url; /* http://host:port, as the server is configured */
    const char *host;     /* host:port */
    const char *account_sid;
    const char *auth_token;
    const char *to;
} load_carrier_t;

/* Of <Stream>: where to, and what `start` has to carry. */
typedef struct {
    char   url[512];
    char   parameters[1536]; /* "name":"value", ... */
    size_t parameter_count;
} load_stream_t;

/* A new id: two letters and 32 hex digits. */
void load_sid_make(char sid[LOAD_SID_BYTES], const char *prefix);

/* POST /voice for a call. Returns its length, -1 when there is no room. */
int load_voice_request(char *out, size_t room, const load_carrier_t *carrier,
                       const char *call_sid, const char *from);

/*
 * GET with an upgrade, signed when there is an auth token. `url` is ws://...;
 * `accept` is what the answer must hold.
 */
int load_upgrade_request(char *out, size_t room, const char *url,
                         const char *auth_token, char accept[32]);

/* Finds <Stream> and its <Parameter>s. Returns 0, -1 when there is none. */
int load_stream_read(load_stream_t *stream, const char *twiml);

#endif /* LOAD_TWILIO_H */
