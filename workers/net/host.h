/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef NET_HOST_H
#define NET_HOST_H

#include <uv.h>

#include "shm/desk_process.h"

/*
 * A worker's way to the outside: one for all requests (net/http.h) and
 * WebSockets (net/ws.h) of its loop, with the connections that are kept warm
 * and the breakers that all workers of the node share.
 */
typedef struct net_host_s net_host_t;

typedef struct {
    /* Certificates (PEM) that are trusted besides the system's; or NULL. */
    const char *ca_file;
    /* For breakers; NULL: this host has its own. */
    desk_segment_t *segment;
    /* Who we are in it; NULL: nobody, and our probes end by time alone. */
    const desk_process_t *self;
} net_host_options_t;

int net_host_create(net_host_t **hp, uv_loop_t *loop,
                    const net_host_options_t *options);

/*
 * What is still under way ends without an event; not from an event. Its
 * handles are closed when the loop has run once more.
 */
void net_host_destroy(net_host_t *host);

/*
 * Whom a request goes to. The breaker is that of service and credential; who
 * is trusted, because the settings name it, may be spoken to without TLS and
 * at a private address. Others only by https or wss, at a public address that
 * is checked when connecting. Redirects are never followed.
 */
typedef struct {
    const char *service;    /* as "deepgram": of breakers, logs and metrics */
    const char *credential; /* the key, of which a hash is kept; or NULL */
    const char *url;
    unsigned    trusted:1;
} net_peer_t;

/*
 * Keeps a connection to the peer open, TLS and all, and another one ready
 * when it was taken: who asks next does not wait for a handshake. Ends when
 * nothing was asked for ten minutes.
 */
int net_host_warm(net_host_t *host, const net_peer_t *peer);

#endif /* NET_HOST_H */
