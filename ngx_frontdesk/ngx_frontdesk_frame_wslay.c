/* SPDX-License-Identifier: BSD-2-Clause */

/* What of framing wslay does: all but whole texts of ASCII. */

#include <stdlib.h>
#include <string.h>

#include <wslay/wslay.h>

#include "ngx_frontdesk_frame.h"

static int frame_engine(ngx_frontdesk_frame_t *f);
static ssize_t frame_on_recv(wslay_event_context_ptr ctx, uint8_t *buf,
    size_t len, int flags, void *data);
static ssize_t frame_on_send(wslay_event_context_ptr ctx, const uint8_t *buf,
    size_t len, int flags, void *data);
static void frame_on_start(wslay_event_context_ptr ctx,
    const struct wslay_event_on_frame_recv_start_arg *arg, void *data);
static void frame_on_chunk(wslay_event_context_ptr ctx,
    const struct wslay_event_on_frame_recv_chunk_arg *arg, void *data);
static void frame_on_message(wslay_event_context_ptr ctx,
    const struct wslay_event_on_msg_recv_arg *arg, void *data);

/*
 * One frame is taken at a time in a process, so what wslay needs for it is
 * here once, and not in every connection.
 */
static struct {
    const uint8_t *pos; /* what wslay is to see of it */
    const uint8_t *last;
    ngx_frontdesk_frame_message_t *message;
    unsigned no_memory:1;
    size_t len;
    uint8_t data[NGX_FRONTDESK_FRAME_MESSAGE_MAX];
} frame_in;


void
ngx_frontdesk_frame_free(ngx_frontdesk_frame_t *f)
{
    if (f->wslay != NULL) {
        wslay_event_context_free(f->wslay);
        f->wslay = NULL;
    }

    free(f->partial.data);
    free(f->out.data);
    memset(&f->partial, 0, sizeof(f->partial));
    memset(&f->out, 0, sizeof(f->out));
}

/* Hands bytes to wslay; what they complete comes out of its callbacks. */
ngx_frontdesk_frame_e
ngx_frontdesk_frame_feed(ngx_frontdesk_frame_t *f, const uint8_t *data,
    size_t len, ngx_frontdesk_frame_message_t *message)
{
    int rc;
    unsigned was_closing = f->closing;

    if (frame_engine(f) != 0) {
        return NGX_FRONTDESK_FRAME_ERROR;
    }

    frame_in.pos = data;
    frame_in.last = data + len;
    frame_in.message = message;
    frame_in.no_memory = 0;
    frame_in.len = f->partial.len;

    if (f->partial.len > 0) {
        memcpy(frame_in.data, f->partial.data, f->partial.len);
        f->partial.len = 0;
    }

    rc = wslay_event_recv(f->wslay);

    if (rc == WSLAY_ERR_NOMEM) {
        return NGX_FRONTDESK_FRAME_ERROR;
    }

    if (rc != 0) {
        if (ngx_frontdesk_frame_fail(f, WSLAY_CODE_PROTOCOL_ERROR) != 0) {
            return NGX_FRONTDESK_FRAME_ERROR;
        }
    } else if (ngx_frontdesk_frame_keep(&f->partial, frame_in.data,
                                        frame_in.len)
               != 0)
    {
        return NGX_FRONTDESK_FRAME_ERROR;
    }

    if (frame_in.no_memory) {
        return NGX_FRONTDESK_FRAME_ERROR;
    }

    /* The peer's close, or one of wslay's own after a wrong frame. */
    if (wslay_event_get_close_received(f->wslay)
        || !wslay_event_want_read(f->wslay))
    {
        f->closing = 1;
    }

    return f->failed || f->closing != was_closing
               ? NGX_FRONTDESK_FRAME_CLOSING
               : NGX_FRONTDESK_FRAME_TAKEN;
}

int
ngx_frontdesk_frame_close(ngx_frontdesk_frame_t *f, unsigned code,
    const char *reason)
{
    f->closing = 1;

    if (frame_engine(f) != 0
        || wslay_event_queue_close(f->wslay, (uint16_t) code,
                                   (const uint8_t *) reason, strlen(reason))
               != 0)
    {
        return -1;
    }

    return 0;
}

/*
 * wslay would close without a word, so the frame that says why is put here;
 * unless goodbye was said before, if only to wslay.
 */
int
ngx_frontdesk_frame_fail(ngx_frontdesk_frame_t *f, unsigned code)
{
    uint8_t *p;

    if (f->closing && ngx_frontdesk_frame_prepare(f) != 0) {
        return -1;
    }

    f->failed = 1;
    f->closing = 1;

    if (f->wslay != NULL && wslay_event_get_close_sent(f->wslay)) {
        return 0;
    }

    p = ngx_frontdesk_frame_reserve(&f->out, 4);
    if (p == NULL) {
        return -1;
    }

    p[0] = 0x80 | NGX_FRONTDESK_FRAME_CLOSE;
    p[1] = 2;
    p[2] = (uint8_t) (code >> 8);
    p[3] = (uint8_t) code;
    f->out.len += 4;

    return 0;
}

int
ngx_frontdesk_frame_prepare(ngx_frontdesk_frame_t *f)
{
    if (!f->failed && f->wslay != NULL && wslay_event_want_write(f->wslay)
        && wslay_event_send(f->wslay) != 0)
    {
        return -1;
    }

    return 0;
}

int
ngx_frontdesk_frame_wants_write(const ngx_frontdesk_frame_t *f)
{
    return f->failed
           || (f->wslay != NULL && wslay_event_want_write(f->wslay));
}

int
ngx_frontdesk_frame_is_over(const ngx_frontdesk_frame_t *f)
{
    return f->wslay != NULL && f->out.len == 0
           && wslay_event_get_close_sent(f->wslay)
           && wslay_event_get_close_received(f->wslay);
}

int
ngx_frontdesk_frame_is_deaf(const ngx_frontdesk_frame_t *f)
{
    return f->out.len == 0
           && (f->failed
               || (f->wslay != NULL && wslay_event_get_close_sent(f->wslay)
                   && !wslay_event_want_read(f->wslay)));
}

int
ngx_frontdesk_frame_has_ended(const ngx_frontdesk_frame_t *f)
{
    return f->failed || (f->wslay != NULL && !wslay_event_want_read(f->wslay));
}

/*
 * wslay's own memory is more than all else of a socket's, and most sockets
 * never need it: it comes with the first frame that is not a plain text.
 */
static int
frame_engine(ngx_frontdesk_frame_t *f)
{
    static const struct wslay_event_callbacks callbacks = {
        .recv_callback = frame_on_recv,
        .send_callback = frame_on_send,
        .on_frame_recv_start_callback = frame_on_start,
        .on_frame_recv_chunk_callback = frame_on_chunk,
        .on_msg_recv_callback = frame_on_message,
    };

    if (f->wslay != NULL) {
        return 0;
    }

    if (wslay_event_context_server_init(&f->wslay, &callbacks, f) != 0) {
        return -1;
    }

    wslay_event_config_set_no_buffering(f->wslay, 1);
    wslay_event_config_set_max_recv_msg_length(
        f->wslay, NGX_FRONTDESK_FRAME_MESSAGE_MAX);

    return 0;
}

static ssize_t
frame_on_recv(wslay_event_context_ptr ctx, uint8_t *buf, size_t len,
    int flags, void *data)
{
    size_t n = (size_t) (frame_in.last - frame_in.pos);

    (void) flags;
    (void) data;

    if (n == 0) {
        wslay_event_set_error(ctx, WSLAY_ERR_WOULDBLOCK);
        return -1;
    }

    n = n < len ? n : len;
    memcpy(buf, frame_in.pos, n);
    frame_in.pos += n;

    return (ssize_t) n;
}

/* Control frames only: pongs and closes. */
static ssize_t
frame_on_send(wslay_event_context_ptr ctx, const uint8_t *buf, size_t len,
    int flags, void *data)
{
    uint8_t *p;
    ngx_frontdesk_frame_t *f = data;

    (void) flags;

    p = ngx_frontdesk_frame_reserve(&f->out, len);
    if (p == NULL) {
        wslay_event_set_error(ctx, WSLAY_ERR_CALLBACK_FAILURE);
        return -1;
    }

    memcpy(p, buf, len);
    f->out.len += len;

    return (ssize_t) len;
}

static void
frame_on_start(wslay_event_context_ptr ctx,
    const struct wslay_event_on_frame_recv_start_arg *arg, void *data)
{
    ngx_frontdesk_frame_t *f = data;

    (void) ctx;

    /* Control frames may stand between the frames of a message. */
    f->control = wslay_is_ctrl_frame(arg->opcode);

    if (f->control) {
        return;
    }

    f->pieces = !arg->fin;

    if (arg->opcode != WSLAY_CONTINUATION_FRAME) {
        f->opcode = arg->opcode & 0xf;
        frame_in.len = 0;
    }
}

static void
frame_on_chunk(wslay_event_context_ptr ctx,
    const struct wslay_event_on_frame_recv_chunk_arg *arg, void *data)
{
    ngx_frontdesk_frame_t *f = data;

    (void) ctx;

    if (f->control || f->closing) {
        return;
    }

    /* wslay's own limit is of a frame; this one is of a message. */
    if (arg->data_length > sizeof(frame_in.data) - frame_in.len) {
        if (ngx_frontdesk_frame_close(f, WSLAY_CODE_MESSAGE_TOO_BIG, "")
            != 0)
        {
            frame_in.no_memory = 1;
        }
        return;
    }

    memcpy(frame_in.data + frame_in.len, arg->data, arg->data_length);
    frame_in.len += arg->data_length;
}

static void
frame_on_message(wslay_event_context_ptr ctx,
    const struct wslay_event_on_msg_recv_arg *arg, void *data)
{
    ngx_frontdesk_frame_t *f = data;
    ngx_frontdesk_frame_message_t *message = frame_in.message;

    (void) ctx;

    if (arg->opcode == WSLAY_CONNECTION_CLOSE && arg->msg_length == 1) {
        /* RFC 6455 section 5.5.1: a code has two bytes. */
        if (ngx_frontdesk_frame_fail(f, WSLAY_CODE_PROTOCOL_ERROR) != 0) {
            frame_in.no_memory = 1;
        }
    }

    if (wslay_is_ctrl_frame(arg->opcode)) {
        message->opcode = arg->opcode;
        return;
    }

    if (!f->closing) {
        message->opcode = f->opcode;
        message->data = frame_in.data;
        message->len = frame_in.len;
    }

    frame_in.len = 0;
}
