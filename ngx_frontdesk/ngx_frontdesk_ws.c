/* SPDX-License-Identifier: BSD-2-Clause */

#include <ngx_sha1.h>

#include "ngx_frontdesk_bridge.h"
#include "ngx_frontdesk_ws.h"

/* RFC 6455 section 1.3. */
#define WS_GUID "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
#define WS_ACCEPT_LEN ngx_base64_encoded_length(20)

#define WS_UPGRADE_REQUIRED 426

#define WS_PONGS_MAX    20    /* a second */
#define WS_CLOSE_MS     5000  /* for the peer's close */
#define WS_READS_MAX    4     /* of a connection in a turn */

/* The longest frame that is taken, and some of the next one. */
#define WS_READ_BYTES   (NGX_FRONTDESK_WS_MESSAGE_MAX + 4096)

typedef struct {
    ngx_str_t key;
    ngx_str_t version;
    ngx_str_t upgrade;
    ngx_str_t connection;
    ngx_uint_t keys;
} ngx_frontdesk_ws_handshake_t;

static const char *ws_check(ngx_http_request_t *r,
    ngx_frontdesk_ws_handshake_t *h, ngx_uint_t *status);
static ngx_uint_t ws_is_header(const ngx_table_elt_t *header,
    const char *name);
static void ws_headers(ngx_http_request_t *r, ngx_frontdesk_ws_handshake_t *h);
static ngx_int_t ws_has_token(ngx_str_t *list, const char *token);
static ngx_int_t ws_answer(ngx_http_request_t *r, ngx_str_t *key);
static ngx_int_t ws_engine(ngx_frontdesk_ws_t *ws);
static void ws_start_handler(ngx_event_t *ev);
static void ws_read_handler(ngx_event_t *rev);
static void ws_write_handler(ngx_event_t *wev);
static void ws_request_handler(ngx_http_request_t *r);
static void ws_cleanup(void *data);
static void ws_read(ngx_frontdesk_ws_t *ws);
static ngx_int_t ws_take(ngx_frontdesk_ws_t *ws, u_char *data, size_t len);
static size_t ws_frame(u_char *data, size_t len, size_t *head);
static ngx_int_t ws_text(ngx_frontdesk_ws_t *ws, u_char *frame, size_t head,
    size_t len);
static ngx_uint_t ws_unmask(u_char *text, size_t len, const u_char *key);
static ngx_int_t ws_feed(ngx_frontdesk_ws_t *ws, u_char *data, size_t len);
static ngx_int_t ws_hold(ngx_frontdesk_ws_t *ws, const u_char *data,
    size_t len);
static void ws_fail(ngx_frontdesk_ws_t *ws);
static void ws_hurry(ngx_frontdesk_ws_t *ws);
static void ws_queue(ngx_frontdesk_ws_t *ws);
static u_char *ws_reserve(ngx_frontdesk_ws_t *ws, size_t len);
static void ws_write(ngx_frontdesk_ws_t *ws);
static void ws_finish(ngx_frontdesk_ws_t *ws);
static void ws_drop(ngx_frontdesk_ws_t *ws);
static ngx_int_t ws_keep_partial(ngx_frontdesk_ws_t *ws, const u_char *data,
    size_t len);
static ssize_t ws_on_recv(wslay_event_context_ptr ctx, uint8_t *buf,
    size_t len, int flags, void *data);
static ssize_t ws_on_send(wslay_event_context_ptr ctx, const uint8_t *buf,
    size_t len, int flags, void *data);
static void ws_on_frame(wslay_event_context_ptr ctx,
    const struct wslay_event_on_frame_recv_start_arg *arg, void *data);
static void ws_on_chunk(wslay_event_context_ptr ctx,
    const struct wslay_event_on_frame_recv_chunk_arg *arg, void *data);
static void ws_on_message(wslay_event_context_ptr ctx,
    const struct wslay_event_on_msg_recv_arg *arg, void *data);

/*
 * One event is handled at a time in a process, so what it needs for reading
 * is here once, and not in every connection.
 */
static struct {
    const u_char *pos;  /* what wslay is to see of it */
    const u_char *last;
    u_char bytes[WS_READ_BYTES];
    u_char message[NGX_FRONTDESK_WS_MESSAGE_MAX];
    size_t message_len;
} ws_in;

static ngx_queue_t ws_senders;
static unsigned ws_senders_ready;


ngx_int_t
ngx_frontdesk_ws_accept(ngx_http_request_t *r,
    const ngx_frontdesk_ws_handlers_t *handlers, void *data,
    ngx_msec_t idle_ms, ngx_frontdesk_ws_t **wsp)
{
    ngx_uint_t status;
    const char *fault;
    ngx_pool_cleanup_t *cln;
    ngx_frontdesk_ws_t *ws;
    ngx_frontdesk_ws_handshake_t handshake;

    ngx_memzero(&handshake, sizeof(handshake));
    ws_headers(r, &handshake);

    fault = ws_check(r, &handshake, &status);
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
    ws->opcode = WSLAY_CONTINUATION_FRAME;

    /* From here on the request's end is the socket's end. */
    cln->handler = ws_cleanup;
    cln->data = ws;

    if (ws_answer(r, &handshake.key) != NGX_OK) {
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
    if (!ws->closed && !ws->closing) {
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

    if (ws->closed || ws->closing) {
        return NULL;
    }

    p = ws_reserve(ws, len + 10);
    if (p == NULL) {
        return NULL;
    }

    /* RFC 6455 section 5.2: a whole message, not masked. */
    *p++ = 0x80 | WSLAY_TEXT_FRAME;

    if (len < 126) {
        *p++ = (u_char) len;
        ws->pending_len += 2 + len;
        return p;
    }

    if (len > 0xffff) {
        return NULL;
    }

    *p++ = 126;
    *p++ = (u_char) (len >> 8);
    *p++ = (u_char) len;
    ws->pending_len += 4 + len;

    return p;
}

void
ngx_frontdesk_ws_close(ngx_frontdesk_ws_t *ws, ngx_uint_t code,
    const char *reason)
{
    if (ws->closed || ws->closing) {
        return;
    }

    ws_hurry(ws);

    if (ws_engine(ws) != NGX_OK
        || wslay_event_queue_close(ws->wslay, (uint16_t) code,
                                   (const uint8_t *) reason,
                                   ngx_strlen(reason))
               != 0)
    {
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

static ngx_uint_t
ws_is_header(const ngx_table_elt_t *header, const char *name)
{
    size_t len = ngx_strlen(name);

    return header->key.len == len
           && ngx_strncasecmp(header->key.data, (u_char *) name, len) == 0;
}

static void
ws_headers(ngx_http_request_t *r, ngx_frontdesk_ws_handshake_t *h)
{
    ngx_uint_t i;
    ngx_list_part_t *part;
    ngx_table_elt_t *header;

    part = &r->headers_in.headers.part;
    header = part->elts;

    for (i = 0; /* void */ ; i++) {
        if (i >= part->nelts) {
            if (part->next == NULL) {
                return;
            }
            part = part->next;
            header = part->elts;
            i = 0;
        }

        if (ws_is_header(&header[i], "Sec-WebSocket-Key")) {
            h->key = header[i].value;
            h->keys++;
        } else if (ws_is_header(&header[i], "Sec-WebSocket-Version")) {
            h->version = header[i].value;
        } else if (ws_is_header(&header[i], "Upgrade")) {
            h->upgrade = header[i].value;
        } else if (ws_is_header(&header[i], "Connection")) {
            h->connection = header[i].value;
        }
    }
}

/* RFC 6455 section 4.2.1.  NULL, or what is wrong and the status for it. */
static const char *
ws_check(ngx_http_request_t *r, ngx_frontdesk_ws_handshake_t *h,
    ngx_uint_t *status)
{
    u_char bytes[32];
    ngx_str_t decoded = { 0, bytes }, version = ngx_string("13");

    *status = NGX_HTTP_BAD_REQUEST;

    if (r->method != NGX_HTTP_GET || r->http_version != NGX_HTTP_VERSION_11
        || r->headers_in.content_length_n > 0 || r->headers_in.chunked)
    {
        return "A WebSocket begins with a GET of HTTP/1.1 without a body.";
    }

    if (!ws_has_token(&h->upgrade, "websocket")
        || !ws_has_token(&h->connection, "upgrade"))
    {
        return "This is a WebSocket: upgrade to it.";
    }

    if (h->version.len != 2 || ngx_strncmp(h->version.data, "13", 2) != 0) {
        (void) ngx_frontdesk_add_header(r, "Sec-WebSocket-Version", &version);
        *status = WS_UPGRADE_REQUIRED;
        return "Only WebSocket version 13 is spoken.";
    }

    if (h->keys != 1 || h->key.len != 24
        || ngx_decode_base64(&decoded, &h->key) != NGX_OK
        || decoded.len != 16)
    {
        return "Sec-WebSocket-Key is not 16 bytes in base64.";
    }

    return NULL;
}

static ngx_int_t
ws_has_token(ngx_str_t *list, const char *token)
{
    size_t len = ngx_strlen(token);
    u_char *p, *end, *last = list->data + list->len;

    for (p = list->data; p < last; p = end + 1) {
        while (p < last && (*p == ' ' || *p == '\t')) {
            p++;
        }

        end = ngx_strlchr(p, last, ',');
        if (end == NULL) {
            end = last;
        }

        if ((size_t) (end - p) >= len
            && ngx_strncasecmp(p, (u_char *) token, len) == 0
            && (p + len == end || p[len] == ' ' || p[len] == '\t'))
        {
            return 1;
        }
    }

    return 0;
}

static ngx_int_t
ws_answer(ngx_http_request_t *r, ngx_str_t *key)
{
    u_char digest[20], text[WS_ACCEPT_LEN];
    ngx_str_t accept = { 0, text }, hash = { 20, digest };
    ngx_str_t upgrade = ngx_string("websocket");
    ngx_sha1_t sha;

    ngx_sha1_init(&sha);
    ngx_sha1_update(&sha, key->data, key->len);
    ngx_sha1_update(&sha, WS_GUID, sizeof(WS_GUID) - 1);
    ngx_sha1_final(digest, &sha);
    ngx_encode_base64(&accept, &hash);

    r->headers_out.status = NGX_HTTP_SWITCHING_PROTOCOLS;
    ngx_str_set(&r->headers_out.status_line, "101 Switching Protocols");

    if (ngx_frontdesk_add_header(r, "Upgrade", &upgrade) != NGX_OK
        || ngx_frontdesk_add_header(r, "Sec-WebSocket-Accept", &accept)
               != NGX_OK
        || ngx_http_send_header(r) == NGX_ERROR
        || ngx_http_send_special(r, NGX_HTTP_FLUSH) == NGX_ERROR)
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}

/*
 * wslay's own memory is more than all else of a socket's, and most sockets
 * never need it: it comes with the first frame that is not a plain text.
 */
static ngx_int_t
ws_engine(ngx_frontdesk_ws_t *ws)
{
    static const struct wslay_event_callbacks callbacks = {
        .recv_callback = ws_on_recv,
        .send_callback = ws_on_send,
        .on_frame_recv_start_callback = ws_on_frame,
        .on_frame_recv_chunk_callback = ws_on_chunk,
        .on_msg_recv_callback = ws_on_message,
    };

    if (ws->wslay != NULL) {
        return NGX_OK;
    }

    if (wslay_event_context_server_init(&ws->wslay, &callbacks, ws) != 0) {
        return NGX_ERROR;
    }

    wslay_event_config_set_no_buffering(ws->wslay, 1);
    wslay_event_config_set_max_recv_msg_length(ws->wslay,
                                               NGX_FRONTDESK_WS_MESSAGE_MAX);

    return NGX_OK;
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
        if (ws_hold(ws, b->pos, (size_t) (b->last - b->pos)) != NGX_OK) {
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

    if (ws->wslay != NULL) {
        wslay_event_context_free(ws->wslay);
    }
    ngx_free(ws->held);
    ngx_free(ws->partial);
    ngx_free(ws->pending);
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
        len = ws->held_len;
        if (len > 0) {
            ngx_memcpy(ws_in.bytes, ws->held, len);
            ws->held_len = 0;
        }

        n = c->recv(c, ws_in.bytes + len, sizeof(ws_in.bytes) - len);

        if (n == NGX_ERROR || n == 0) {
            ws->closed = 1;
            break;
        }

        if (ws_take(ws, ws_in.bytes, len + (n > 0 ? (size_t) n : 0))
            != NGX_OK)
        {
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

    if (ws->closed || ws->failed
        || (ws->wslay != NULL && wslay_event_want_write(ws->wslay)))
    {
        ws_queue(ws);
    }
}

/*
 * Once a frame: no allocation when frames are read whole.  A text in one frame
 * is handed on where it lies; wslay gets all others, one at a time, so that it
 * always stands between two frames.  A pause takes effect after each.
 */
static ngx_int_t
ws_take(ngx_frontdesk_ws_t *ws, u_char *data, size_t len)
{
    size_t n, head;
    ngx_int_t rc;

    if (ws->failed || (ws->wslay != NULL && !wslay_event_want_read(ws->wslay)))
    {
        return NGX_OK; /* nobody understands it any more */
    }

    while (len > 0 && !ws->paused && !ws->closed) {
        n = ws_frame(data, len, &head);
        if (n == 0) {
            break;
        }

        rc = ws_text(ws, data, head, n);
        if (rc == NGX_DECLINED) {
            rc = ws_feed(ws, data, n);
        }

        if (rc != NGX_OK) {
            return NGX_ERROR;
        }

        data += n;
        len -= n;
    }

    return ws_hold(ws, data, len);
}

/*
 * RFC 6455 section 5.2: bytes of the first frame, or 0 when it is not whole.
 * Of one that is wrong, or longer than a message may be, all that is there:
 * wslay says what is to be said about it, and reads no more.
 */
static size_t
ws_frame(u_char *data, size_t len, size_t *head)
{
    size_t i;
    uint64_t size;

    *head = 0;

    if (len < 2) {
        return 0;
    }

    if ((data[0] & 0x70) != 0 || (data[1] & 0x80) == 0) {
        return len;
    }

    size = data[1] & 0x7f;
    *head = size < 126 ? 6 : (size == 126 ? 8 : 14);

    if (len < *head) {
        return 0;
    }

    if (*head > 6) {
        size = 0;
        for (i = 2; i < *head - 4; i++) {
            size = size << 8 | data[i];
        }
    }

    /* Of control frames (8 and above) none is long. */
    if (size > NGX_FRONTDESK_WS_MESSAGE_MAX
        || (size > 125 && (data[0] & 0x08) != 0))
    {
        return len;
    }

    return len < *head + size ? 0 : *head + (size_t) size;
}

/*
 * NGX_DECLINED: not a text in one masked frame, or not ASCII alone, which is
 * all that a media message is made of.
 */
static ngx_int_t
ws_text(ngx_frontdesk_ws_t *ws, u_char *frame, size_t head, size_t len)
{
    u_char key[4], *text = frame + head;

    /* A length in more bytes than it needs is wslay's to refuse. */
    if (frame[0] != (0x80 | WSLAY_TEXT_FRAME) || head == 0 || head > 8
        || (head == 8 && len - head < 126) || ws->pieces || ws->closing
        || ws->data == NULL)
    {
        return NGX_DECLINED;
    }

    ngx_memcpy(key, text - sizeof(key), sizeof(key));
    len -= head;

    if (!ws_unmask(text, len, key)) {
        (void) ws_unmask(text, len, key); /* as it came */
        return NGX_DECLINED;
    }

    ws->heard = 1;
    ws->handlers->on_message(ws, 0, text, len);

    return NGX_OK;
}

/* Returns whether there is nothing but ASCII. */
static ngx_uint_t
ws_unmask(u_char *text, size_t len, const u_char *key)
{
    size_t i;
    uint32_t mask;
    uint64_t word, wide, seen = 0;

    ngx_memcpy(&mask, key, sizeof(mask));
    wide = (uint64_t) mask << 32 | mask;

    for (i = 0; i + sizeof(word) <= len; i += sizeof(word)) {
        ngx_memcpy(&word, text + i, sizeof(word));
        word ^= wide;
        seen |= word;
        ngx_memcpy(text + i, &word, sizeof(word));
    }

    for ( /* void */ ; i < len; i++) {
        text[i] ^= key[i % 4];
        seen |= text[i];
    }

    return (seen & 0x8080808080808080) == 0;
}

static ngx_int_t
ws_hold(ngx_frontdesk_ws_t *ws, const u_char *data, size_t len)
{
    if (len > ws->held_room) {
        ngx_free(ws->held);
        ws->held_room = 0;
        ws->held = ngx_alloc(len, ws->connection->log);
        if (ws->held == NULL) {
            return NGX_ERROR;
        }
        ws->held_room = len;
    }

    if (len > 0) {
        ngx_memcpy(ws->held, data, len);
    }
    ws->held_len = len;

    return NGX_OK;
}

/* Hands bytes to wslay; messages come out of its callbacks. */
static ngx_int_t
ws_feed(ngx_frontdesk_ws_t *ws, u_char *data, size_t len)
{
    int rc;

    if (ws->failed) {
        return NGX_OK;
    }

    ws_in.pos = data;
    ws_in.last = data + len;
    ws_in.message_len = ws->partial_len;

    if (ws->partial_len > 0) {
        ngx_memcpy(ws_in.message, ws->partial, ws->partial_len);
        ws->partial_len = 0;
    }

    rc = ws_engine(ws) == NGX_OK ? wslay_event_recv(ws->wslay)
                                 : WSLAY_ERR_NOMEM;

    if (rc == WSLAY_ERR_NOMEM) {
        return NGX_ERROR;
    }

    if (rc != 0) {
        ws_fail(ws);
        return NGX_OK;
    }

    if (ws_in.message_len > 0
        && ws_keep_partial(ws, ws_in.message, ws_in.message_len) != NGX_OK)
    {
        return NGX_ERROR;
    }

    /* The peer's close, or one of wslay's own after a wrong frame. */
    if (wslay_event_get_close_received(ws->wslay)
        || !wslay_event_want_read(ws->wslay))
    {
        if (!ws->closing) {
            ws_hurry(ws);
        }
    }

    return NGX_OK;
}

/*
 * A frame that RFC 6455 does not know.  wslay would close without a word, so
 * the frame that says 1002 is put here.
 */
static void
ws_fail(ngx_frontdesk_ws_t *ws)
{
    u_char *p;

    static const u_char frame[] = { 0x80 | WSLAY_CONNECTION_CLOSE, 2,
                                    WSLAY_CODE_PROTOCOL_ERROR >> 8,
                                    WSLAY_CODE_PROTOCOL_ERROR & 0xff };

    ws->failed = 1;
    ws_hurry(ws);

    p = ws_reserve(ws, sizeof(frame));
    if (p == NULL) {
        ws->closed = 1;
        return;
    }

    ngx_memcpy(p, frame, sizeof(frame));
    ws->pending_len += sizeof(frame);
}

/* The close is under way: a peer that goes on talking is cut all the same. */
static void
ws_hurry(ngx_frontdesk_ws_t *ws)
{
    ws->closing = 1;
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

static u_char *
ws_reserve(ngx_frontdesk_ws_t *ws, size_t len)
{
    size_t room;
    u_char *grown;

    if (ws->pending_len + len > NGX_FRONTDESK_WS_PENDING_MAX) {
        return NULL;
    }

    if (ws->pending_len + len > ws->pending_room) {
        for (room = 512; room < ws->pending_len + len; room *= 2) {
            /* void */
        }

        grown = ngx_alloc(room, ws->connection->log);
        if (grown == NULL) {
            return NULL;
        }

        if (ws->pending != NULL) {
            ngx_memcpy(grown, ws->pending, ws->pending_len);
            ngx_free(ws->pending);
        }

        ws->pending = grown;
        ws->pending_room = room;
    }

    ws_queue(ws);

    return ws->pending + ws->pending_len;
}

static void
ws_write(ngx_frontdesk_ws_t *ws)
{
    ssize_t n;
    ngx_connection_t *c = ws->connection;

    if (!ws->closed && !ws->failed && ws->wslay != NULL
        && wslay_event_want_write(ws->wslay)
        && wslay_event_send(ws->wslay) != 0)
    {
        ws->closed = 1;
    }

    while (!ws->closed && ws->pending_len > 0) {
        if (!c->write->ready) {
            break;
        }

        n = c->send(c, ws->pending, ws->pending_len);

        if (n == NGX_ERROR) {
            ws->closed = 1;
            break;
        }

        if (n == NGX_AGAIN || n == 0) {
            break;
        }

        ws->pending_len -= (size_t) n;
        if (ws->pending_len > 0) {
            ngx_memmove(ws->pending, ws->pending + n, ws->pending_len);
        }
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
    if (!ws->closed && ws->wslay != NULL && ws->pending_len == 0
        && wslay_event_get_close_sent(ws->wslay)
        && wslay_event_get_close_received(ws->wslay))
    {
        ws->closed = 1;
    }

    /*
     * After a wrong frame nothing that follows can be understood.  It is read
     * all the same: a socket closed with unread bytes is reset, and the peer
     * would not learn why.
     */
    if (!ws->closed && ws->pending_len == 0 && !ws->shut
        && (ws->failed
            || (ws->wslay != NULL && wslay_event_get_close_sent(ws->wslay)
                && !wslay_event_want_read(ws->wslay))))
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

static ngx_int_t
ws_keep_partial(ngx_frontdesk_ws_t *ws, const u_char *data, size_t len)
{
    if (len > ws->partial_room) {
        ngx_free(ws->partial);
        ws->partial_room = 0;
        ws->partial = ngx_alloc(len, ws->connection->log);
        if (ws->partial == NULL) {
            return NGX_ERROR;
        }
        ws->partial_room = len;
    }

    ngx_memcpy(ws->partial, data, len);
    ws->partial_len = len;

    return NGX_OK;
}

static ssize_t
ws_on_recv(wslay_event_context_ptr ctx, uint8_t *buf, size_t len, int flags,
    void *data)
{
    size_t n = (size_t) (ws_in.last - ws_in.pos);

    (void) flags;
    (void) data;

    if (n == 0) {
        wslay_event_set_error(ctx, WSLAY_ERR_WOULDBLOCK);
        return -1;
    }

    n = ngx_min(n, len);
    ngx_memcpy(buf, ws_in.pos, n);
    ws_in.pos += n;

    return (ssize_t) n;
}

/* Control frames only: pongs and closes. */
static ssize_t
ws_on_send(wslay_event_context_ptr ctx, const uint8_t *buf, size_t len,
    int flags, void *data)
{
    u_char *p;
    ngx_frontdesk_ws_t *ws = data;

    (void) flags;

    p = ws_reserve(ws, len);
    if (p == NULL) {
        wslay_event_set_error(ctx, WSLAY_ERR_CALLBACK_FAILURE);
        return -1;
    }

    ngx_memcpy(p, buf, len);
    ws->pending_len += len;

    return (ssize_t) len;
}

static void
ws_on_frame(wslay_event_context_ptr ctx,
    const struct wslay_event_on_frame_recv_start_arg *arg, void *data)
{
    ngx_frontdesk_ws_t *ws = data;

    (void) ctx;

    /* Control frames may stand between the frames of a message. */
    ws->control = wslay_is_ctrl_frame(arg->opcode);

    if (ws->control) {
        return;
    }

    ws->pieces = !arg->fin;

    if (arg->opcode != WSLAY_CONTINUATION_FRAME) {
        ws->opcode = arg->opcode;
        ws_in.message_len = 0;
    }
}

static void
ws_on_chunk(wslay_event_context_ptr ctx,
    const struct wslay_event_on_frame_recv_chunk_arg *arg, void *data)
{
    ngx_frontdesk_ws_t *ws = data;

    (void) ctx;

    if (ws->control || ws->closing) {
        return;
    }

    /* wslay's own limit is of a frame; this one is of a message. */
    if (arg->data_length > sizeof(ws_in.message) - ws_in.message_len) {
        ngx_frontdesk_ws_close(ws, WSLAY_CODE_MESSAGE_TOO_BIG, "");
        return;
    }

    ngx_memcpy(ws_in.message + ws_in.message_len, arg->data,
               arg->data_length);
    ws_in.message_len += arg->data_length;
}

static void
ws_on_message(wslay_event_context_ptr ctx,
    const struct wslay_event_on_msg_recv_arg *arg, void *data)
{
    size_t len;
    ngx_frontdesk_ws_t *ws = data;

    (void) ctx;
    ws->heard = 1;

    if (arg->opcode == WSLAY_PING) {
        /* wslay answers each one; a flood of them is no use of ours. */
        if (ws->second != ngx_time()) {
            ws->second = ngx_time();
            ws->pongs = 0;
        }

        if (++ws->pongs > WS_PONGS_MAX) {
            ngx_frontdesk_ws_close(ws, 1008, "too many pings");
        }
        return;
    }

    if (arg->opcode == WSLAY_CONNECTION_CLOSE && arg->msg_length == 1) {
        /* RFC 6455 section 5.5.1: a code has two bytes. */
        ws_fail(ws);
        return;
    }

    if (wslay_is_ctrl_frame(arg->opcode)) {
        return;
    }

    len = ws_in.message_len;
    ws_in.message_len = 0;

    if (!ws->closing && !ws->closed && ws->data != NULL) {
        ws->handlers->on_message(ws, ws->opcode == WSLAY_BINARY_FRAME,
                                 ws_in.message, len);
    }
}
