/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>

#include "net/ws_own.h"

static int ws_flush(ws_t *ws);
static int ws_send(ws_t *ws,
                   int (*queue)(ws_frames_t *frames, const void *bytes,
                                size_t length),
                   const void *bytes, size_t length);

int
ws_send_text(ws_t *ws, const char *text, size_t length)
{
    return ws_send(ws, ws_frames_text, text, length);
}

int
ws_send_binary(ws_t *ws, const void *bytes, size_t length)
{
    return ws_send(ws, ws_frames_binary, bytes, length);
}

size_t
ws_queued(const ws_t *ws)
{
    return ws_frames_waiting(&ws->frames) + ws->frames.out.bytes
           + (ws->is_open ? ws->sending.bytes - ws->sent : 0);
}

/* Once a turn, for all that was put together in it. */
void
ws_send_waiting(net_host_t *host)
{
    ws_t *ws;

    while ((ws = TAILQ_FIRST(&host->waiting)) != NULL) {
        ws->is_waiting = 0;
        TAILQ_REMOVE(&host->waiting, ws, next_waiting);
        ws_write(ws);
    }
}

/* As much as goes; the rest when there is room. */
void
ws_write(ws_t *ws)
{
    ssize_t n;

    if (!ws->is_up || ws->state == WS_CLOSED) {
        return;
    }

    for (;;) {
        if (ws->sent == ws->sending.bytes && ws_flush(ws) <= 0) {
            break;
        }

        n = pipe_write(ws->pipe, ws->sending.data + ws->sent,
                       ws->sending.bytes - ws->sent);
        if (n == -EAGAIN) {
            pipe_want(ws->pipe, PIPE_READ | PIPE_WRITE);
            return;
        }

        if (n < 0) {
            /* What it said last may still lie there to be read. */
            break;
        }

        ws->sent += (size_t) n;
        ws->moved_ms = uv_now(ws->host->loop);
    }

    pipe_want(ws->pipe, PIPE_READ);
}

void
ws_wait(ws_t *ws)
{
    if (!ws->is_waiting) {
        ws->is_waiting = 1;
        TAILQ_INSERT_TAIL(&ws->host->waiting, ws, next_waiting);
    }
}

/* All frames that are whole, into one write. Returns whether there are any. */
static int
ws_flush(ws_t *ws)
{
    ws_bytes_t swap;

    if (!ws->is_open) {
        return 0;
    }

    ws->sending.bytes = 0;
    ws->sent = 0;

    if (ws_frames_flush(&ws->frames) < 0) {
        ws->frames.no_memory = 1;
    }

    swap = ws->sending;
    ws->sending = ws->frames.out;
    ws->frames.out = swap;

    return ws->sending.bytes > 0;
}

static int
ws_send(ws_t *ws,
        int (*queue)(ws_frames_t *frames, const void *bytes, size_t length),
        const void *bytes, size_t length)
{
    int rc;

    if (ws->state >= WS_CLOSING) {
        return -EPIPE;
    }

    if (length > ws->queue_max || ws_queued(ws) > ws->queue_max - length) {
        return -EAGAIN;
    }

    rc = queue(&ws->frames, bytes, length);
    if (rc == 0) {
        ws_wait(ws);
    }

    return rc;
}
