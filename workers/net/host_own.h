/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef NET_HOST_OWN_H
#define NET_HOST_OWN_H

#include <sys/queue.h>

#include <curl/curl.h>
#include <uv.h>

#include "base/log.h"
#include "net/fault.h"
#include "net/host.h"
#include "net/net_multi.h"
#include "shm/desk_breaker.h"

/* What host.c, http.c, pipe.c and ws.c share; nobody else includes it. */

typedef struct http_s http_t;
typedef struct ws_s   ws_t;
typedef struct pipe_s pipe_t;
typedef struct warm_s warm_t;

TAILQ_HEAD(http_list_s, http_s);
TAILQ_HEAD(ws_list_s, ws_s);
TAILQ_HEAD(warm_list_s, warm_s);

struct net_host_s {
    log_t      log;
    uv_loop_t *loop;
    char      *ca_file;
    CURLSH    *share; /* TLS sessions, so that who comes again is quick */

    /* Apart: who is not trusted gets no connection of who is. */
    net_t *requests[2];
    net_t *pipes[2];

    struct http_list_s https;
    struct http_list_s fresh; /* have something to tell after this turn */
    struct ws_list_s   sockets;
    struct ws_list_s   waiting; /* have something to send */

    uv_prepare_t     prepare; /* sends what this turn has put together */
    uv_idle_t        idle;    /* reads what the last turn left */
    struct ws_list_s unread;

    struct warm_list_s warm;
    unsigned           warm_count;
    uv_timer_t         warm_timer;

    desk_breakers_t         breakers;
    desk_breakers_shared_t *own; /* when there is no segment */

    unsigned handles; /* not yet closed */
};

/* A URL that may be asked, in parts. */
typedef struct {
    char     host[256];
    char     path[4096]; /* with its query */
    uint16_t port;
    unsigned is_tls:1;
    unsigned is_socket:1; /* ws or wss */
    unsigned is_usual_port:1;
} net_target_t;

/* Returns 0 or -EINVAL. */
int net_target_read(net_target_t *target, const net_peer_t *peer);

/* Why a connection was not made, for who asks afterwards. */
typedef struct {
    unsigned trusted:1;
    unsigned refused:1; /* an address that is not public */
} net_guard_t;

/*
 * A handle with all that holds for every connection; `guard` outlives it.
 * NULL: no memory.
 */
CURL *net_easy_create(net_host_t *host, const net_target_t *target,
                      net_guard_t *guard, uint32_t connect_ms);

/* What libcurl's word means, when no answer came or not all of it. */
fault_t net_fault_of(CURLcode rc, const net_guard_t *guard);

/*
 * Leave to ask of the peer's breaker: 0 or -EBUSY. What was told is told once:
 * `ask` is then none any more.
 */
int  net_ask(net_host_t *host, const net_peer_t *peer, uint32_t lease_ms,
             desk_ask_t *ask);
void net_tell(net_host_t *host, desk_ask_t *ask, const fault_t *fault);
int  net_is_well(int status);
/* It was given up before it was known how it went. */
void net_forget(net_host_t *host, desk_ask_t *ask);

/* A connection that is ready, and the caller's now; or NULL. */
pipe_t *warm_take(net_host_t *host, const net_target_t *target,
                  unsigned trusted);
void    warm_drop_all(net_host_t *host);

/* Of http.c and ws.c, for host.c: told by the loop; and at its end. */
void http_tell(net_host_t *host);
void http_drop_all(net_host_t *host);
void ws_send_waiting(net_host_t *host);
void ws_read_unread(net_host_t *host);
void ws_drop_all(net_host_t *host);

#endif /* NET_HOST_OWN_H */
