/* SPDX-License-Identifier: BSD-2-Clause */

#include "ngx_frontdesk_bridge.h"
#include "ngx_frontdesk_handshake.h"
#include "ngx_frontdesk_ws.h"

#define WS_PONGS_MAX    20    /* a second */
#define WS_CLOSE_MS     5000  /* for the peer's close */
#define WS_READS_MAX    4     /* of a connection in a turn */

/* The longest frame that is taken, and some of the next one. */
#define WS_READ_BYTES   (NGX_FRONTDESK_FRAME_MESSAGE_MAX + 4096)

static void ws_start_handler(ngx_event_t *ev);
static void ws_read_handler(ngx_event_t *rev);
static void ws_write_handler(ngx_event_t *wev);
static void ws_request_handler(ngx_http_request_t *r);
static void ws_cleanup(void *data);
static void ws_read(ngx_frontdesk_ws_t *ws);
static ngx_int_t ws_take(ngx_frontdesk_ws_t *ws, u_char *data, size_t len);
static void ws_message(ngx_frontdesk_ws_t *ws,
    const ngx_frontdesk_frame_message_t *message);
static void ws_ping(ngx_frontdesk_ws_t *ws);
static void ws_hurry(ngx_frontdesk_ws_t *ws);
static void ws_queue(ngx_frontdesk_ws_t *ws);
static void ws_write(ngx_frontdesk_ws_t *ws);
static void ws_finish(ngx_frontdesk_ws_t *ws);
static void ws_drop(ngx_frontdesk_ws_t *ws);

/*
 * One event is handled at a time in a process, so what is being read is here
 * once, and not in every connection.
 */
static u_char ws_bytes[WS_READ_BYTES];

static ngx_queue_t ws_senders;
static unsigned ws_senders_ready;


ngx_int_t
ngx_frontdesk_ws_accept(ngx_http_request_t *r,
    const ngx_frontdesk_ws_handlers_t *handlers, void *data,
    ngx_msec_t idle_ms, ngx_frontdesk_ws_t **wsp)
{
    ngx_str_t key;
    ngx_uint_t status;
    const char *fault;
    ngx_pool_cleanup_t *cln;
    ngx_frontdesk_ws_t *ws;

    fault = ngx_frontdesk_handshake_check(r, &key, &status);
    if (fault != NULL) {
        return ngx_frontdesk_send_error(r, status, fault, NULL);
    }

    if (!ws_senders_ready) {
        ngx_queue_init(&ws_senders);
        ws_senders_ready = 1;
    }

    ws = ngx_pcalloc(r->pool, sizeof(ngx_frontdesk_ws_t));
    cln = ngx_pool_cleanup_add(r->pool, 0);
    if (ws == NULL || cln == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ws->connection = r->connection;
    ws->request = r;
    ws->handlers = handlers;
    ws->data = data;
    ws->idle_ms = idle_ms;
    ws->hurried = 1;

    /* From here on the request's end is the socket's end. */
    cln->handler = ws_cleanup;
    cln->data = ws;

    if (ngx_frontdesk_handshake_answer(r, &key) != NGX_OK) {
        return NGX_ERROR;
    }

    /* A frame is small and late at once: it does not wait for an ack. */
    if (ngx_tcp_nodelay(r->connection) != NGX_OK) {
        return NGX_ERROR;
    }

    *wsp = ws;

    r->main->count++;
    r->keepalive = 0;
    r->read_event_handler = ws_request_handler;
    r->write_event_handler = ws_request_handler;
    r->connection->data = r;
    r->connection->log->action = "serving a websocket";

    /* Frames may have come with the handshake; they wait in header_in. */
    r->connection->read->handler = ws_start_handler;
    r->connection->write->handler = ws_write_handler;
    ngx_frontdesk_ctx(r)->data = ws;
    ngx_add_timer(r->connection->read, idle_ms);
    ngx_post_event(r->connection->read, &ngx_posted_events);

    return NGX_DONE;
}

void
ngx_frontdesk_ws_welcome(ngx_frontdesk_ws_t *ws, ngx_msec_t idle_ms)
{
    if (!ws->closed && !ws->frame.closing) {
        ws->hurried = 0;
        ws->idle_ms = idle_ms;
        ngx_add_timer(ws->connection->read, idle_ms);
    }
}

/* Once a frame: no allocation when the last send took all. */
u_char *
ngx_frontdesk_ws_text(ngx_frontdesk_ws_t *ws, size_t len)
{
    u_char *p;

    if (ws->closed || ws->frame.closing) {
        return NULL;
    }

    p = ngx_frontdesk_frame_text(&ws->frame, len);
    if (p != NULL) {
        ws_queue(ws);
    }

    return p;
}

void
ngx_frontdesk_ws_close(ngx_frontdesk_ws_t *ws, ngx_uint_t code,
    const char *reason)
{
    if (ws->closed || ws->frame.closing) {
        return;
    }

    ws_hurry(ws);

    if (ngx_frontdesk_frame_close(&ws->frame, code, reason) != 0) {
        ws->closed = 1;
    }

    /* One that was paused is to hear the peer's close. */
    ngx_frontdesk_ws_resume(ws);
    ws_queue(ws);
}

void
ngx_frontdesk_ws_pause(ngx_frontdesk_ws_t *ws)
{
    ws->paused = 1;
}

void
ngx_frontdesk_ws_resume(ngx_frontdesk_ws_t *ws)
{
    if (ws->paused) {
        ws->paused = 0;
        ngx_post_event(ws->connection->read, &ngx_posted_events);
    }
}

void
ngx_frontdesk_ws_flush(void)
{
    ngx_queue_t *q;
    ngx_frontdesk_ws_t *ws;

    if (!ws_senders_ready) {
        return;
    }

    while (!ngx_queue_empty(&ws_senders)) {
        q = ngx_queue_head(&ws_senders);
        ngx_queue_remove(q);

        ws = ngx_queue_data(q, ngx_frontdesk_ws_t, queue);
        ws->queued = 0;
        ws_write(ws);
    }
}

/* The first event: what came together with the handshake. */
static void
ws_start_handler(ngx_event_t *rev)
{
    ngx_buf_t *b;
    ngx_connection_t *c = rev->data;
    ngx_http_request_t *r = c->data;
    ngx_frontdesk_ws_t *ws = ngx_frontdesk_ctx(r)->data;

    rev->handler = ws_read_handler;

    b = r->header_in;

    if (b->last > b->pos) {
        if (ngx_frontdesk_frame_keep(&ws->held, b->pos,
                                     (size_t) (b->last - b->pos))
            != 0)
        {
            ws->closed = 1;
        }
        b->pos = b->last;
    }

    ws_read_handler(rev);
}

static void
ws_read_handler(ngx_event_t *rev)
{
    ngx_connection_t *c = rev->data;
    ngx_http_request_t *r = c->data;
    ngx_frontdesk_ws_t *ws = ngx_frontdesk_ctx(r)->data;

    ngx_frontdesk_bridge_turn();

    /* c->close: nginx's worker_shutdown_timeout. */
    if (rev->timedout || c->close) {
        ws_drop(ws);
        return;
    }

    ws_read(ws);
}

static void
ws_write_handler(ngx_event_t *wev)
{
    ngx_connection_t *c = wev->data;
    ngx_http_request_t *r = c->data;
    ngx_frontdesk_ws_t *ws = ngx_frontdesk_ctx(r)->data;

    if (wev->timedout) {
        ws_drop(ws);
        return;
    }

    ngx_frontdesk_bridge_turn();
    ws_queue(ws);
}

/* Of the request nothing is left to do; events go to the handlers above. */
static void
ws_request_handler(ngx_http_request_t *r)
{
    ngx_log_debug0(NGX_LOG_DEBUG_HTTP, r->connection->log, 0,
                   "frontdesk websocket request handler");
}

static void
ws_cleanup(void *data)
{
    ngx_frontdesk_ws_t *ws = data;

    if (ws->queued) {
        ngx_queue_remove(&ws->queue);
        ws->queued = 0;
    }

    if (!ws->closed || ws->data != NULL) {
        ws->closed = 1;
        if (ws->data != NULL) {
            ws->handlers->on_close(ws);
            ws->data = NULL;
        }
    }

    ngx_frontdesk_frame_free(&ws->frame);
    ngx_free(ws->held.data);
}

static void
ws_read(ngx_frontdesk_ws_t *ws)
{
    size_t len;
    ssize_t n;
    ngx_uint_t i;
    ngx_connection_t *c = ws->connection;

    if (ws->paused) {
        return;
    }

    for (i = 0; !ws->paused && !ws->closed; i++) {

        if (i == WS_READS_MAX) {
            /* Others want to be heard as well. */
            ngx_post_event(c->read, &ngx_posted_next_events);
            break;
        }

        /* Behind what is not whole yet, or was left when we paused. */
        len = ws->held.len;
        if (len > 0) {
            ngx_memcpy(ws_bytes, ws->held.data, len);
            ws->held.len = 0;
        }

        n = c->recv(c, ws_bytes + len, sizeof(ws_bytes) - len);

        if (n == NGX_ERROR || n == 0) {
            ws->closed = 1;
            break;
        }

        if (ws_take(ws, ws_bytes, len + (n > 0 ? (size_t) n : 0)) != NGX_OK) {
            ngx_log_error(NGX_LOG_EMERG, c->log, 0,
                          "no memory for a websocket's frames");
            ws->closed = 1;
            break;
        }

        if (n == NGX_AGAIN) {
            break;
        }

        if (!c->read->ready) {
            break;
        }
    }

    if (!ws->closed && ngx_handle_read_event(c->read, 0) != NGX_OK)
    {
        ws->closed = 1;
    }

    if (!ws->closed) {
        if (ws->heard && !ws->hurried) {
            ngx_add_timer(c->read, ws->idle_ms);
        }

        ws->heard = 0;
        ws->handlers->on_read(ws);
    }

    if (ws->closed || ngx_frontdesk_frame_wants_write(&ws->frame)) {
        ws_queue(ws);
    }
}

/*
 * Once a frame: no allocation when frames are read whole.  A pause takes
 * effect after each.
 */
static ngx_int_t
ws_take(ngx_frontdesk_ws_t *ws, u_char *data, size_t len)
{
    ngx_frontdesk_frame_e rc;
    ngx_frontdesk_frame_message_t message;

    while (len > 0 && !ws->paused && !ws->closed) {
        rc = ngx_frontdesk_frame_take(&ws->frame, data, len, &message);

        if (rc == NGX_FRONTDESK_FRAME_PART) {
            break;
        }

        if (rc == NGX_FRONTDESK_FRAME_ERROR) {
            return NGX_ERROR;
        }

        if (rc == NGX_FRONTDESK_FRAME_CLOSING) {
            ws_hurry(ws);
        }

        data += message.taken;
        len -= message.taken;
        ws_message(ws, &message);
    }

    return ngx_frontdesk_frame_keep(&ws->held, data, len) == 0 ? NGX_OK
                                                               : NGX_ERROR;
}

static void
ws_message(ngx_frontdesk_ws_t *ws,
    const ngx_frontdesk_frame_message_t *message)
{
    switch (message->opcode) {

    case NGX_FRONTDESK_FRAME_NONE:
        return;

    case NGX_FRONTDESK_FRAME_TEXT:
    case NGX_FRONTDESK_FRAME_BINARY:
        if (ws->data != NULL) {
            ws->handlers->on_message(
                ws, message->opcode == NGX_FRONTDESK_FRAME_BINARY,
                message->data, message->len);
        }
        break;

    case NGX_FRONTDESK_FRAME_PING:
        ws_ping(ws);
        break;

    default:
        break;
    }

    ws->heard = 1;
}

/* Each one is answered; a flood of them is no use of ours. */
static void
ws_ping(ngx_frontdesk_ws_t *ws)
{
    if (ws->second != ngx_time()) {
        ws->second = ngx_time();
        ws->pongs = 0;
    }

    if (++ws->pongs > WS_PONGS_MAX) {
        ngx_frontdesk_ws_close(ws, 1008, "too many pings");
    }
}

/* The close is under way: a peer that goes on talking is cut all the same. */
static void
ws_hurry(ngx_frontdesk_ws_t *ws)
{
    ws->frame.closing = 1;
    ws->hurried = 1;
    ngx_add_timer(ws->connection->read, WS_CLOSE_MS);
}

static void
ws_queue(ngx_frontdesk_ws_t *ws)
{
    if (!ws->queued) {
        ws->queued = 1;
        ngx_queue_insert_tail(&ws_senders, &ws->queue);
        ngx_frontdesk_bridge_turn();
    }
}

static void
ws_write(ngx_frontdesk_ws_t *ws)
{
    ssize_t n;
    ngx_connection_t *c = ws->connection;

    if (!ws->closed && ngx_frontdesk_frame_prepare(&ws->frame) != 0) {
        ws->closed = 1;
    }

    while (!ws->closed && ws->frame.out.len > 0) {
        if (!c->write->ready) {
            break;
        }

        n = c->send(c, ws->frame.out.data, ws->frame.out.len);

        if (n == NGX_ERROR) {
            ws->closed = 1;
            break;
        }

        if (n == NGX_AGAIN || n == 0) {
            break;
        }

        ngx_frontdesk_frame_sent(&ws->frame, (size_t) n);
    }

    if (!ws->closed && ngx_handle_write_event(c->write, 0) != NGX_OK) {
        ws->closed = 1;
    }

    ws_finish(ws);
}

/* Ends what has nothing more to hear or say. */
static void
ws_finish(ngx_frontdesk_ws_t *ws)
{
    if (!ws->closed && ngx_frontdesk_frame_is_over(&ws->frame)) {
        ws->closed = 1;
    }

    /*
     * After a wrong frame nothing that follows can be understood.  It is read
     * all the same: a socket closed with unread bytes is reset, and the peer
     * would not learn why.
     */
    if (!ws->closed && !ws->shut
        && ngx_frontdesk_frame_is_deaf(&ws->frame))
    {
        ws->shut = 1;
        (void) shutdown(ws->connection->fd, SHUT_WR);
    }

    if (ws->closed) {
        ws_drop(ws);
    }
}

static void
ws_drop(ngx_frontdesk_ws_t *ws)
{
    ngx_connection_t *c = ws->connection;

    ws->closed = 1;

    if (ws->data != NULL) {
        ws->handlers->on_close(ws);
        ws->data = NULL;
    }

    /* Not NGX_DONE: that would linger, and there is nothing to wait for. */
    ngx_http_finalize_request(ws->request, NGX_ERROR);
    ngx_http_run_posted_requests(c);
}
