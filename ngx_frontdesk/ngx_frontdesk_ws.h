/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * WebSocket on nginx's events.  Messages come whole; what is sent in a turn
 * of the event loop leaves in one write at its end.
 */

#ifndef NGX_FRONTDESK_WS_H
#define NGX_FRONTDESK_WS_H

#include "ngx_frontdesk.h"
#include "ngx_frontdesk_frame.h"

typedef struct ngx_frontdesk_ws_s ngx_frontdesk_ws_t;

/* What a protocol above does with it.  None may free the socket. */
typedef struct {
    void (*on_message)(ngx_frontdesk_ws_t *ws, unsigned binary, u_char *data,
        size_t len);
    /* All that could be read has been handed over. */
    void (*on_read)(ngx_frontdesk_ws_t *ws);
    /* Once, last: the peer is gone or going. */
    void (*on_close)(ngx_frontdesk_ws_t *ws);
} ngx_frontdesk_ws_handlers_t;

struct ngx_frontdesk_ws_s {
    ngx_connection_t *connection;
    ngx_http_request_t *request;
    const ngx_frontdesk_ws_handlers_t *handlers;
    void *data;

    ngx_queue_t queue;      /* among those that have something to send */

    ngx_frontdesk_frame_t frame;      /* what is sent waits there */
    ngx_frontdesk_frame_bytes_t held; /* read, and not taken */

    ngx_uint_t pongs;       /* in this second */
    time_t second;
    ngx_msec_t idle_ms;     /* a peer without a message for so long is gone */

    unsigned queued:1;
    unsigned paused:1;      /* nothing is read */
    unsigned closed:1;      /* to be freed at the end of this event */
    unsigned shut:1;        /* nothing more is sent */
    unsigned hurried:1;     /* what comes does not put its end off */
    unsigned heard:1;       /* a message came since the timer was set */
};

/*
 * Answers the handshake and takes the connection over.  What comes is read
 * after it has returned.  Within idle_ms it must have become what it is meant
 * to be, see below.  NGX_DONE, or what the content handler returns.
 */
ngx_int_t ngx_frontdesk_ws_accept(ngx_http_request_t *r,
    const ngx_frontdesk_ws_handlers_t *handlers, void *data,
    ngx_msec_t idle_ms, ngx_frontdesk_ws_t **ws);

/* The peer has shown who it is: from here on it need only not fall silent. */
void ngx_frontdesk_ws_welcome(ngx_frontdesk_ws_t *ws, ngx_msec_t idle_ms);

/* Room for a text message of len bytes, leaving at the turn's end; or NULL. */
u_char *ngx_frontdesk_ws_text(ngx_frontdesk_ws_t *ws, size_t len);

/* RFC 6455 section 7.4.1.  The socket goes when the peer has answered. */
void ngx_frontdesk_ws_close(ngx_frontdesk_ws_t *ws, ngx_uint_t code,
    const char *reason);

/* Stops and starts reading: what comes waits in the kernel. */
void ngx_frontdesk_ws_pause(ngx_frontdesk_ws_t *ws);
void ngx_frontdesk_ws_resume(ngx_frontdesk_ws_t *ws);

/* Sends all that was put since the last time: once a turn of the loop. */
void ngx_frontdesk_ws_flush(void);

#endif
