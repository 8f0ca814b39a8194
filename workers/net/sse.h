/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef NET_SSE_H
#define NET_SSE_H

#include <stddef.h>

/*
 * Server-sent events (WHATWG HTML 9.2) out of bytes that come in pieces of
 * any size. A comment is no event, but a sign of life.
 */
#define SSE_EVENT_MAX 1048576

typedef struct {
    /* `event` is "" when it has no name; several data lines are joined. */
    void (*on_event)(void *data, const char *event, const char *text,
                     size_t length);
    void    *data;
    char    *line; /* of which no end has come */
    size_t   line_bytes, line_room;
    char    *text;
    size_t   text_bytes, text_room;
    char     event[64];
    unsigned after_cr:1;
    unsigned has_data:1;
    unsigned has_begun:1;
} sse_t;

void sse_init(sse_t *sse,
              void (*on_event)(void *data, const char *event,
                               const char *text, size_t length),
              void *data);
void sse_clear(sse_t *sse);

/* Returns 0, -EMSGSIZE: an event is longer than any should be, -ENOMEM. */
int sse_feed(sse_t *sse, const char *bytes, size_t length);

/* Whether an event has begun that has not ended. */
int sse_is_within(const sse_t *sse);

#endif /* NET_SSE_H */
