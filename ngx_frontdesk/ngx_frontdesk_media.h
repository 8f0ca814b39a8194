/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Between the two files of a media stream, and for no others: how it begins,
 * and what goes through it then.
 */

#ifndef NGX_FRONTDESK_MEDIA_H
#define NGX_FRONTDESK_MEDIA_H

#include "ngx_frontdesk_bridge.h"
#include "ngx_frontdesk_event.h"
#include "ngx_frontdesk_ws.h"

#define MEDIA_SID_MAX 64

/* RFC 6455 section 7.4.1, and 1013 of its registry. */
#define MEDIA_CLOSE_NORMAL      1000
#define MEDIA_CLOSE_UNSUPPORTED 1003
#define MEDIA_CLOSE_POLICY      1008
#define MEDIA_CLOSE_LATER       1013

#define MEDIA_STATES(S)                                                       \
    S(WAITING) /* for start */                                                \
    S(PROVING) /* Postgres is asked whether the token is good */              \
    S(LIVE)                                                                   \
    S(OVER)

#define MEDIA_STATE_ENUM(name) MEDIA_##name,
typedef enum { MEDIA_STATES(MEDIA_STATE_ENUM) } media_state_e;

typedef struct {
    ngx_frontdesk_ws_t *ws;
    media_state_e state;
    ngx_frontdesk_pg_query_t *query;
    ngx_frontdesk_call_token_t token;

    desk_slot_t slot;
    desk_ring_writer_t up;
    desk_ring_reader_t down;
    uint64_t opened_ms;

    uint64_t sequence; /* of the last message */
    ngx_uint_t faults;
    ngx_uint_t frames; /* in this second */
    time_t second;

    unsigned holds_slot:1;
    unsigned stopped:1; /* the carrier said stop */
    unsigned put:1;     /* records that are not published */

    u_char *early; /* messages that came before the proof: length, text */
    size_t early_len;

    size_t sid_len;
    char sid[MEDIA_SID_MAX + 1];
} media_t;

/* Begins the stream, or closes it: whether it may is seen later. */
void ngx_frontdesk_media_start(media_t *m,
    const ngx_frontdesk_event_t *event);

/* It may, and has a slot: the worker is told, and the caller is heard. */
void ngx_frontdesk_media_live(media_t *m);

void ngx_frontdesk_media_close(media_t *m, ngx_uint_t code,
    const char *reason);

#endif
