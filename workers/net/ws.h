/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef NET_WS_H
#define NET_WS_H

#include <stddef.h>
#include <stdint.h>

#include "net/http.h"

/*
 * A WebSocket to a service outside (RFC 6455): connected by libcurl, framed
 * by wslay, on a worker's loop. It pings, and a peer that answers nothing is
 * taken for gone. It is opened once: who wants another opens another.
 */
typedef struct ws_s ws_t;

typedef struct {
    net_peer_t         peer; /* wss:// */
    const char *const *headers;
    uint32_t           connect_ms;  /* to the 101; 0: 3,000 */
    uint32_t           ping_ms;     /* 0: 10,000; no pong by then: gone */
    size_t             message_max; /* 0: 1 MiB */
    size_t             queue_max;   /* bytes that wait to be sent; 0: 256 KiB */
} ws_options_t;

typedef struct {
    void (*on_open)(void *data, const http_head_t *head);
    void (*on_text)(void *data, const char *text, size_t length);
    void (*on_binary)(void *data, const uint8_t *bytes, size_t length);
    /*
     * Once, and last; not after ws_destroy(). code: what the peer closed
     * with, 0: it did not. fault is NULL when we closed it, and the body of
     * an answer that was no 101 is `text`.
     */
    void (*on_closed)(void *data, int code, const char *text,
                      const fault_t *fault);
} ws_events_t;

/*
 * 0; or -errno without any event, as http_start(). It is the caller's until
 * ws_destroy(), after on_closed() too.
 */
int ws_open(ws_t **wp, net_host_t *host, const ws_options_t *options,
            const ws_events_t *events, void *data);

/* Before it is open they wait. -EAGAIN: too much waits; -EPIPE: closed. */
int ws_send_text(ws_t *ws, const char *text, size_t length);
int ws_send_binary(ws_t *ws, const void *bytes, size_t length);

/* Bytes that wait to be sent. */
size_t ws_queued(const ws_t *ws);

/* Says goodbye after what waits; on_closed() follows within 2 s. */
void ws_close(ws_t *ws, uint16_t code);

/* Gone at once, without any event; may be called from one. */
void ws_destroy(ws_t *ws);

#endif /* NET_WS_H */
