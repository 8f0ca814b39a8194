/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "net/ws_own.h"

#define CONNECT_MS  3000
#define PING_MS     10000
#define MESSAGE_MAX 1048576
#define QUEUE_MAX   262144
#define CLOSE_MS    2000
/* Who is gone so soon after it opened has been thrown out. */
#define QUICK_MS 5000
/* Of one read, and how many of one turn: what is left waits for the next. */
#define READ_BYTES 16384
#define READ_TURN  4
/* Of answers to pings that the peer does not read. */
#define ANSWERS_MAX 65536

static int     ws_connect(ws_t *ws, const net_target_t *target,
                          unsigned trusted, uint32_t connect_ms);
static int     ws_connect_again(ws_t *ws);
static void    ws_on_up(void *data);
static void    ws_on_ready(void *data);
static void    ws_on_down(void *data, const fault_t *fault);
static void    ws_read(ws_t *ws);
static int     ws_take(ws_t *ws, const uint8_t *bytes, size_t length);
static int     ws_take_hello(ws_t *ws, const uint8_t *bytes, size_t length);
static void    ws_after_frames(ws_t *ws);
static void    ws_on_timer(uv_timer_t *timer);
static void    ws_watch(ws_t *ws);
static void    ws_refused(ws_t *ws);
static void    ws_lost(ws_t *ws, fault_e kind, const char *reason);
static void    ws_over(ws_t *ws, int code, const char *text,
                       const fault_t *fault);
static void    ws_tell(ws_t *ws, const fault_t *fault);
static void    ws_shut(ws_t *ws);
static fault_e ws_fault_of(int code);
static void    ws_free(ws_t *ws);
static void    ws_on_freed(uv_handle_t *handle);
static void    ws_on_message(void *data, int is_text, const uint8_t *bytes,
                             size_t length);

static const pipe_events_t pipe_events = { ws_on_up, ws_on_ready,
                                           ws_on_down };

int
ws_open(ws_t **wp, net_host_t *host, const ws_options_t *options,
        const ws_events_t *events, void *data)
{
    int          rc;
    char        *hello;
    ws_t        *ws;
    size_t       message_max;
    uint32_t     connect_ms;
    net_target_t target;

    rc = net_target_read(&target, &options->peer);
    if (rc < 0 || !target.is_socket) {
        return rc < 0 ? rc : -EINVAL;
    }

    ws = calloc(1, sizeof(ws_t));
    if (ws == NULL) {
        return -ENOMEM;
    }

    ws->host = host;
    ws->events = *events;
    ws->data = data;
    message_max = options->message_max != 0 ? options->message_max
                                            : MESSAGE_MAX;
    ws->queue_max = options->queue_max != 0 ? options->queue_max : QUEUE_MAX;
    ws->ping_ms = options->ping_ms != 0 ? options->ping_ms : PING_MS;
    connect_ms = options->connect_ms != 0 ? options->connect_ms : CONNECT_MS;

    (void) uv_timer_init(host->loop, &ws->timer);
    ws->timer.data = ws;
    TAILQ_INSERT_TAIL(&host->sockets, ws, next);

    hello = ws_hello_write(&ws->hello, &target, options->headers);
    if (hello == NULL) {
        rc = -errno;
        goto failed;
    }

    rc = ws_bytes_add(&ws->sending, hello, strlen(hello));
    free(hello);

    if (rc == 0) {
        rc = ws_frames_init(&ws->frames, message_max, ws_on_message, ws);
    }

    if (rc < 0) {
        goto failed;
    }

    rc = net_ask(host, &options->peer, connect_ms, &ws->ask);
    if (rc < 0) {
        goto failed;
    }

    rc = ws_connect(ws, &target, options->peer.trusted, connect_ms);
    if (rc < 0) {
        goto failed;
    }

    (void) uv_timer_start(&ws->timer, ws_on_timer, connect_ms, 0);
    *wp = ws;

    return 0;

failed:
    ws_free(ws);
    return rc;
}

void
ws_close(ws_t *ws, uint16_t code)
{
    if (ws->state >= WS_CLOSING) {
        return;
    }

    if (ws->state == WS_OPEN) {
        (void) ws_frames_close(&ws->frames, code);
        ws_wait(ws);
    }

    /* Of one that is not open yet there is nobody to say goodbye to. */
    (void) uv_timer_start(&ws->timer, ws_on_timer,
                          ws->state == WS_OPEN ? CLOSE_MS : 0, 0);
    ws->state = WS_CLOSING;
}

void
ws_destroy(ws_t *ws)
{
    if (ws == NULL) {
        return;
    }

    if (ws->telling) {
        ws->dropped = 1;
        ws->frames.stopped = 1;
        return;
    }

    ws_free(ws);
}

/* Each once: what it leaves again is for the turn after this. */
void
ws_read_unread(net_host_t *host)
{
    ws_t *ws, *last = TAILQ_LAST(&host->unread, ws_list_s);

    while ((ws = TAILQ_FIRST(&host->unread)) != NULL) {
        ws->is_unread = 0;
        TAILQ_REMOVE(&host->unread, ws, next_unread);
        ws_read(ws);

        if (ws == last) {
            break;
        }
    }
}

void
ws_drop_all(net_host_t *host)
{
    ws_t *ws;

    while ((ws = TAILQ_FIRST(&host->sockets)) != NULL) {
        ws_free(ws);
    }
}

/* By a connection that is ready, or by a new one. */
static int
ws_connect(ws_t *ws, const net_target_t *target, unsigned trusted,
           uint32_t connect_ms)
{
    ws->pipe = warm_take(ws->host, target, trusted);
    if (ws->pipe == NULL) {
        return pipe_open(&ws->pipe, ws->host, target, trusted, connect_ms,
                         &pipe_events, ws);
    }

    ws->again = malloc(sizeof(net_target_t));
    if (ws->again == NULL) {
        return -ENOMEM;
    }

    *ws->again = *target;
    ws->trusted = trusted & 1;
    ws->connect_ms = connect_ms;
    pipe_give(ws->pipe, &pipe_events, ws);
    ws_on_up(ws);

    return 0;
}

/*
 * One that was kept ready may have been given up by its peer meanwhile: when
 * it ends without a word, a new one is tried, once. Returns whether it is.
 */
static int
ws_connect_again(ws_t *ws)
{
    int rc;

    if (ws->again == NULL || ws->state != WS_GREETING
        || ws->hello.line_bytes > 0 || ws->hello.head.bytes > 0)
    {
        return 0;
    }

    pipe_destroy(ws->pipe);
    ws->pipe = NULL;
    ws->is_up = 0;
    ws->sent = 0;
    ws->state = WS_CONNECTING;

    rc = pipe_open(&ws->pipe, ws->host, ws->again, ws->trusted,
                   ws->connect_ms, &pipe_events, ws);
    free(ws->again);
    ws->again = NULL;

    return rc == 0;
}

static void
ws_on_up(void *data)
{
    ws_t *ws = data;

    if (ws->state != WS_CONNECTING) {
        return;
    }

    ws->is_up = 1;
    ws->state = WS_GREETING;
    pipe_want(ws->pipe, PIPE_READ);
    ws_write(ws);
}

static void
ws_on_ready(void *data)
{
    ws_t *ws = data;

    if (!ws->is_unread) {
        ws_read(ws);
    }
}

static void
ws_on_down(void *data, const fault_t *fault)
{
    ws_over(data, 0, "", fault);
}

/* Bounded: who says a lot has others wait no longer for it. */
static void
ws_read(ws_t *ws)
{
    int            i;
    ssize_t        n = 0;
    static uint8_t room[READ_BYTES]; /* the loop's thread alone */

    ws->telling = 1;

    for (i = 0; i < READ_TURN && ws->state != WS_CLOSED && !ws->dropped;
         i++)
    {
        n = pipe_read(ws->pipe, room, sizeof(room));
        if (n == -EAGAIN) {
            break;
        }

        if (n <= 0) {
            ws_shut(ws);
            break;
        }

        ws->heard_ms = uv_now(ws->host->loop);

        if (ws_take(ws, room, (size_t) n) < 0) {
            break;
        }
    }

    ws->telling = 0;

    if (ws->dropped) {
        ws_free(ws);
        return;
    }

    if (i == READ_TURN && !ws->is_unread && ws->state != WS_CLOSED) {
        ws->is_unread = 1;
        TAILQ_INSERT_TAIL(&ws->host->unread, ws, next_unread);
    }

    /* A write that failed shows here, at once or in the next turn. */
    if (ws->state != WS_CLOSED) {
        ws_write(ws);
    }
}

static int
ws_take(ws_t *ws, const uint8_t *bytes, size_t length)
{
    int n;

    if (ws->hello.head.status != 101 || !ws->hello.head.whole) {
        n = ws_take_hello(ws, bytes, length);
        if (n < 0 || ws->state == WS_CLOSED || ws->dropped) {
            return -EPIPE;
        }

        bytes += n;
        length -= (size_t) n;
    }

    if (length == 0) {
        return 0;
    }

    ws_frames_read(&ws->frames, bytes, length, ws->heard_ms);
    ws_after_frames(ws);

    return ws->state == WS_CLOSED || ws->dropped ? -EPIPE : 0;
}

/* Returns bytes taken, or -errno when it is over. */
static int
ws_take_hello(ws_t *ws, const uint8_t *bytes, size_t length)
{
    size_t      taken = 0;
    http_head_t head;

    switch (ws_hello_read(&ws->hello, (const char *) bytes, length,
                          &taken))
    {
    case WS_HELLO_MORE:
        return (int) length;

    case WS_HELLO_CLOSED:
        ws_refused(ws);
        return -EPIPE;

    case WS_HELLO_WRONG:
        ws_lost(ws, FAULT_INVALID, ws->hello.reason);
        return -EPIPE;

    case WS_HELLO_OPEN:
        break;
    }

    if (ws->state == WS_GREETING) {
        ws->is_open = 1;
        ws->opened_ms = uv_now(ws->host->loop);

        if (ws->ask.probe != 0) {
            net_tell(ws->host, &ws->ask, NULL);
        }

        ws->state = WS_OPEN;
        ws_watch(ws);
        ws_wait(ws);

        if (ws->events.on_open != NULL) {
            head = head_view(&ws->hello.head);
            ws->events.on_open(ws->data, &head);
        }
    }

    ws_hello_clear(&ws->hello);

    return (int) taken;
}

static void
ws_on_message(void *data, int is_text, const uint8_t *bytes, size_t length)
{
    ws_t *ws = data;

    if (ws->state != WS_OPEN) {
        return; /* who said goodbye does not listen */
    }

    if (is_text && ws->events.on_text != NULL) {
        ws->events.on_text(ws->data, (const char *) bytes, length);
    } else if (!is_text && ws->events.on_binary != NULL) {
        ws->events.on_binary(ws->data, bytes, length);
    }
}

/* What the frames that were read led to. */
static void
ws_after_frames(ws_t *ws)
{
    int     code;
    fault_t fault;

    if (ws->dropped || ws->state == WS_CLOSED) {
        return;
    }

    if (ws->frames.no_memory) {
        ws_lost(ws, FAULT_LOST, "no memory");
        return;
    }

    if (ws->frames.broken != NULL) {
        ws_write(ws);
        ws_lost(ws, FAULT_INVALID, ws->frames.broken);
        return;
    }

    if (!ws_frames_has_closed(&ws->frames, &code)) {
        if (ws_queued(ws) > ws->queue_max + ANSWERS_MAX) {
            ws_lost(ws, FAULT_INVALID, "it asks and does not listen");
        } else {
            ws_wait(ws);
        }
        return;
    }

    /* The answer to its goodbye: as much of it as goes at once. */
    ws_write(ws);

    if (ws->state == WS_CLOSING) {
        ws_over(ws, code, (char *) ws->frames.message.data, NULL);
        return;
    }

    fault = (fault_t){ ws_fault_of(code), 0, "it closed the WebSocket" };
    ws_over(ws, code, (char *) ws->frames.message.data, &fault);
}

static void
ws_on_timer(uv_timer_t *timer)
{
    ws_t    *ws = timer->data;
    uint64_t now = uv_now(ws->host->loop);

    switch (ws->state) {
    case WS_CONNECTING:
    case WS_GREETING:
        if (ws->hello.head.whole && ws->hello.head.status != 101) {
            ws_refused(ws);
        } else {
            ws_lost(ws, FAULT_LOST, "it took too long to connect");
        }
        return;

    case WS_CLOSING:
        ws_over(ws, 0, "", NULL);
        return;

    case WS_OPEN:
        break;

    case WS_CLOSED:
        return;
    }

    if (ws->frames.no_memory) {
        ws_lost(ws, FAULT_LOST, "no memory");
        return;
    }

    if (ws->heard_ms < ws->pinged_ms
        || (ws->sent < ws->sending.bytes
            && now >= ws->moved_ms + ws->ping_ms))
    {
        ws_lost(ws, FAULT_LOST, "it is silent");
        return;
    }

    (void) ws_frames_ping(&ws->frames);
    ws->pinged_ms = now;
    ws_wait(ws);
    (void) uv_timer_start(&ws->timer, ws_on_timer, ws->ping_ms, 0);
}

static void
ws_watch(ws_t *ws)
{
    ws->moved_ms = uv_now(ws->host->loop);
    (void) uv_timer_start(&ws->timer, ws_on_timer, ws->ping_ms, 0);
}

/* No 101. */
static void
ws_refused(ws_t *ws)
{
    fault_t fault = { http_fault_of(ws->hello.head.status),
                      head_view(&ws->hello.head).retry_ms,
                      "it refused the WebSocket" };

    if (ws->state == WS_CLOSING) {
        ws_over(ws, 0, "", NULL);
        return;
    }

    ws_over(ws, 0, ws->hello.body == NULL ? "" : ws->hello.body, &fault);
}

static void
ws_lost(ws_t *ws, fault_e kind, const char *reason)
{
    fault_t fault = { kind, 0, reason };

    ws_over(ws, 0, "", ws->state == WS_CLOSING ? NULL : &fault);
}

static void
ws_over(ws_t *ws, int code, const char *text, const fault_t *fault)
{
    unsigned telling = ws->telling;

    if (ws->state == WS_CLOSED) {
        return;
    }

    ws_tell(ws, fault);
    ws->state = WS_CLOSED;
    ws->frames.stopped = 1;
    (void) uv_timer_stop(&ws->timer);
    pipe_destroy(ws->pipe);
    ws->pipe = NULL;

    ws->telling = 1;
    ws->events.on_closed(ws->data, code, text == NULL ? "" : text, fault);
    ws->telling = telling;

    if (ws->dropped && !telling) {
        ws_free(ws);
    }
}

/*
 * What its breaker learns. One that lived for a while has shown that the
 * service works; one that was let in and thrown out has not.
 */
static void
ws_tell(ws_t *ws, const fault_t *fault)
{
    uint64_t lived = uv_now(ws->host->loop) - ws->opened_ms;

    if ((ws->is_open && (fault == NULL || lived >= QUICK_MS))
        || (ws->hello.head.whole && net_is_well(ws->hello.head.status)))
    {
        net_tell(ws->host, &ws->ask, NULL);
    } else if (fault != NULL) {
        net_tell(ws->host, &ws->ask, fault);
    } else {
        net_forget(ws->host, &ws->ask);
    }
}

/* The connection is at its end. */
static void
ws_shut(ws_t *ws)
{
    if (ws_connect_again(ws)) {
        return;
    }

    if (ws->state == WS_GREETING
        && ws_hello_end(&ws->hello) == WS_HELLO_CLOSED)
    {
        ws_refused(ws);
        return;
    }

    ws_lost(ws, FAULT_LOST, "the connection was lost");
}

/* RFC 6455, 7.4.1, and IANA's registry. */
static fault_e
ws_fault_of(int code)
{
    switch (code) {
    case 1008: /* policy: a key, a plan, a setting */
        return FAULT_REFUSED;
    case 1013: /* try again later */
        return FAULT_BUSY;
    default:
        return FAULT_LOST;
    }
}

static void
ws_free(ws_t *ws)
{
    if (ws->is_waiting) {
        TAILQ_REMOVE(&ws->host->waiting, ws, next_waiting);
    }

    if (ws->is_unread) {
        TAILQ_REMOVE(&ws->host->unread, ws, next_unread);
    }

    ws_tell(ws, NULL);
    TAILQ_REMOVE(&ws->host->sockets, ws, next);
    pipe_destroy(ws->pipe);
    ws_hello_clear(&ws->hello);

    ws_frames_clear(&ws->frames);
    free(ws->again);
    free(ws->sending.data);
    (void) uv_timer_stop(&ws->timer);
    uv_close((uv_handle_t *) &ws->timer, ws_on_freed);
}

static void
ws_on_freed(uv_handle_t *handle)
{
    free(handle->data);
}
