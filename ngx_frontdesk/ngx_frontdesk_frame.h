/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A WebSocket's bytes as RFC 6455 frames them, on the server's side: what was
 * read becomes whole messages, what is to be said becomes frames.  Knows of no
 * socket and no nginx: its owner reads, and sends what stands in `out`.
 */

#ifndef NGX_FRONTDESK_FRAME_H
#define NGX_FRONTDESK_FRAME_H

#include <stddef.h>
#include <stdint.h>

/* What one message may be; a media message has some 350 bytes. */
#define NGX_FRONTDESK_FRAME_MESSAGE_MAX (64 * 1024)

/* What a peer that does not read may make us hold. */
#define NGX_FRONTDESK_FRAME_PENDING_MAX (256 * 1024)

struct wslay_event_context;

/* RFC 6455 section 5.2. */
typedef enum {
    NGX_FRONTDESK_FRAME_NONE = 0,
    NGX_FRONTDESK_FRAME_TEXT = 1,
    NGX_FRONTDESK_FRAME_BINARY = 2,
    NGX_FRONTDESK_FRAME_CLOSE = 8,
    NGX_FRONTDESK_FRAME_PING = 9,
    NGX_FRONTDESK_FRAME_PONG = 10
} ngx_frontdesk_frame_opcode_e;

typedef struct {
    uint8_t *data;
    size_t len;
    size_t room;
} ngx_frontdesk_frame_bytes_t;

/* One connection's.  All zero is one that nothing was said on. */
typedef struct {
    struct wslay_event_context *wslay; /* NULL until it is needed */

    ngx_frontdesk_frame_bytes_t partial; /* of a message in several frames */
    ngx_frontdesk_frame_bytes_t out;     /* to be sent, in this order */

    unsigned opcode:4;  /* of the message that is being read */
    unsigned control:1; /* the frame being read is not of a message */
    unsigned pieces:1;  /* a message is in several frames */
    unsigned closing:1; /* a close frame is under way, in either direction */
    unsigned failed:1;  /* what came cannot be understood any more */
} ngx_frontdesk_frame_t;

typedef enum {
    NGX_FRONTDESK_FRAME_PART,    /* the first frame is not whole: more first */
    NGX_FRONTDESK_FRAME_TAKEN,
    NGX_FRONTDESK_FRAME_CLOSING, /* taken, and since it `closing` is set */
    NGX_FRONTDESK_FRAME_ERROR    /* no memory: nothing more can be done */
} ngx_frontdesk_frame_e;

/* What a frame that was taken was, and completed. */
typedef struct {
    size_t taken;  /* bytes that are not to be shown again */
    ngx_frontdesk_frame_opcode_e opcode; /* NONE: no message is whole yet */
    uint8_t *data; /* of a text or binary one: until the next is taken */
    size_t len;
} ngx_frontdesk_frame_message_t;

void ngx_frontdesk_frame_free(ngx_frontdesk_frame_t *f);

/*
 * Takes the first frame of what was read, which it may change.  Pings, wrong
 * frames and the peer's close are answered in `out`.  Once a frame: no
 * allocation, and no copy of a whole text of ASCII.
 */
ngx_frontdesk_frame_e ngx_frontdesk_frame_take(ngx_frontdesk_frame_t *f,
    uint8_t *data, size_t len, ngx_frontdesk_frame_message_t *message);

/* Room in `out` for a text of len bytes, or NULL: too much waits there. */
uint8_t *ngx_frontdesk_frame_text(ngx_frontdesk_frame_t *f, size_t len);

/* RFC 6455 section 7.4.1.  0, or -1: no memory. */
int ngx_frontdesk_frame_close(ngx_frontdesk_frame_t *f, unsigned code,
    const char *reason);

/* Before sending: control frames that wait go to `out`.  0, or -1. */
int ngx_frontdesk_frame_prepare(ngx_frontdesk_frame_t *f);

/* Of `out` n bytes were sent. */
void ngx_frontdesk_frame_sent(ngx_frontdesk_frame_t *f, size_t n);

/* There may be something to send that nobody asked for. */
int ngx_frontdesk_frame_wants_write(const ngx_frontdesk_frame_t *f);

/* Both sides have said goodbye. */
int ngx_frontdesk_frame_is_over(const ngx_frontdesk_frame_t *f);

/* Nothing more is said, and what comes is not looked at. */
int ngx_frontdesk_frame_is_deaf(const ngx_frontdesk_frame_t *f);

/* What is kept becomes these bytes, which lie elsewhere.  0, or -1. */
int ngx_frontdesk_frame_keep(ngx_frontdesk_frame_bytes_t *kept,
    const uint8_t *data, size_t len);


/* Between ngx_frontdesk_frame.c and ngx_frontdesk_frame_wslay.c alone. */

/* One whole frame. */
ngx_frontdesk_frame_e ngx_frontdesk_frame_feed(ngx_frontdesk_frame_t *f,
    const uint8_t *data, size_t len, ngx_frontdesk_frame_message_t *message);

/* What came cannot be understood: that is said, and is the end.  0, or -1. */
int ngx_frontdesk_frame_fail(ngx_frontdesk_frame_t *f, unsigned code);

/* What comes is not looked at any more. */
int ngx_frontdesk_frame_has_ended(const ngx_frontdesk_frame_t *f);

/* Room for len bytes behind what is there, or NULL. */
uint8_t *ngx_frontdesk_frame_reserve(ngx_frontdesk_frame_bytes_t *out,
    size_t len);

#endif
