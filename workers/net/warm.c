/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/http.h"
#include "net/pipe.h"

#define TICK_MS   1000
#define UNUSED_MS 600000
/* Balancers forget who was silent for a minute: not so long, then. */
#define PIPE_AGE_MS   40000
#define HTTP_AGAIN_MS 40000
#define CONNECT_MS    3000
#define WAIT_MAX_MS   60000
#define ORIGINS_MAX   32

/* One origin to which a connection is kept ready. Owned by the host. */
struct warm_s {
    TAILQ_ENTRY(warm_s) next;
    net_host_t         *host;
    net_target_t        target;
    unsigned            trusted;
    char                url[300]; /* of its root */
    uint64_t            wanted_ms;
    uint64_t            next_ms; /* when it may be tried again */
    uint64_t            begun_ms;
    uint32_t            wait_ms; /* after it failed */
    pipe_t             *pipe;
    http_t             *http;
    unsigned            is_up:1;
};

static warm_t *warm_find(net_host_t *host, const net_target_t *target,
                         unsigned trusted);
static void    warm_on_tick(uv_timer_t *timer);
static void    warm_look(warm_t *warm, uint64_t now);
static void    warm_connect(warm_t *warm, uint64_t now);
static void    warm_request(warm_t *warm);
static void    warm_on_up(void *data);
static void    warm_on_ready(void *data);
static void    warm_on_down(void *data, const fault_t *fault);
static void    warm_on_done(void *data, int status, const fault_t *fault);
static void    warm_wait(warm_t *warm);
static void    warm_free(warm_t *warm);

static const pipe_events_t pipe_events = { warm_on_up, warm_on_ready,
                                           warm_on_down };
static const http_events_t http_events = { .on_done = warm_on_done };

int
net_host_warm(net_host_t *host, const net_peer_t *peer)
{
    int          rc;
    warm_t      *warm;
    net_target_t target;

    rc = net_target_read(&target, peer);
    if (rc < 0) {
        return rc;
    }

    warm = warm_find(host, &target, peer->trusted);

    if (warm == NULL) {
        if (host->warm_count == ORIGINS_MAX) {
            return -ENOSPC;
        }

        warm = calloc(1, sizeof(warm_t));
        if (warm == NULL) {
            return -ENOMEM;
        }

        warm->host = host;
        warm->target = target;
        warm->trusted = peer->trusted;
        (void) snprintf(warm->url, sizeof(warm->url), "%s://%s:%u/",
                        target.is_tls ? "https" : "http", target.host,
                        target.port);
        TAILQ_INSERT_TAIL(&host->warm, warm, next);
        host->warm_count++;
    }

    warm->wanted_ms = uv_now(host->loop);

    if (!uv_is_active((uv_handle_t *) &host->warm_timer)) {
        (void) uv_timer_start(&host->warm_timer, warm_on_tick, 0, TICK_MS);
        uv_unref((uv_handle_t *) &host->warm_timer);
    }

    return 0;
}

/* Another one is made ready in the next tick, not now: somebody is waiting. */
pipe_t *
warm_take(net_host_t *host, const net_target_t *target, unsigned trusted)
{
    pipe_t *pipe;
    warm_t *warm = warm_find(host, target, trusted);

    if (warm == NULL) {
        return NULL;
    }

    warm->wanted_ms = uv_now(host->loop);

    if (!warm->is_up) {
        return NULL;
    }

    pipe = warm->pipe;
    warm->pipe = NULL;
    warm->is_up = 0;
    warm->next_ms = 0;

    return pipe;
}

void
warm_drop_all(net_host_t *host)
{
    warm_t *warm;

    while ((warm = TAILQ_FIRST(&host->warm)) != NULL) {
        warm_free(warm);
    }
}

static warm_t *
warm_find(net_host_t *host, const net_target_t *target, unsigned trusted)
{
    warm_t *warm;

    TAILQ_FOREACH(warm, &host->warm, next) {
        if (warm->trusted == trusted && warm->target.port == target->port
            && warm->target.is_tls == target->is_tls
            && warm->target.is_socket == target->is_socket
            && strcmp(warm->target.host, target->host) == 0)
        {
            return warm;
        }
    }

    return NULL;
}

static void
warm_on_tick(uv_timer_t *timer)
{
    uint64_t    now;
    warm_t     *warm, *next;
    net_host_t *host = timer->data;

    now = uv_now(host->loop);

    for (warm = TAILQ_FIRST(&host->warm); warm != NULL; warm = next) {
        next = TAILQ_NEXT(warm, next);
        warm_look(warm, now);
    }

    if (TAILQ_EMPTY(&host->warm)) {
        (void) uv_timer_stop(timer);
    }
}

static void
warm_look(warm_t *warm, uint64_t now)
{
    if (now >= warm->wanted_ms + UNUSED_MS) {
        warm_free(warm);
        return;
    }

    if (!warm->target.is_socket) {
        if (warm->http == NULL && now >= warm->next_ms) {
            warm_request(warm);
        }
        return;
    }

    if (warm->is_up && now >= warm->begun_ms + PIPE_AGE_MS) {
        pipe_destroy(warm->pipe);
        warm->pipe = NULL;
        warm->is_up = 0;
    }

    if (warm->pipe == NULL && now >= warm->next_ms) {
        warm_connect(warm, now);
    }
}

static void
warm_connect(warm_t *warm, uint64_t now)
{
    warm->begun_ms = now;

    if (pipe_open(&warm->pipe, warm->host, &warm->target, warm->trusted,
                  CONNECT_MS, &pipe_events, warm)
        < 0)
    {
        warm->pipe = NULL;
        warm_wait(warm);
    }
}

/*
 * libcurl keeps connections that were used, so this one is: for the root's
 * head, without a key, whatever the answer.
 */
static void
warm_request(warm_t *warm)
{
    http_request_t request;

    memset(&request, 0, sizeof(request));
    request.peer.service = "warm";
    request.peer.credential = warm->url;
    request.peer.url = warm->url;
    request.peer.trusted = warm->trusted & 1;
    request.method = "HEAD";

    if (http_start(&warm->http, warm->host, &request, &http_events, warm)
        < 0)
    {
        warm->http = NULL;
        warm_wait(warm);
    }
}

static void
warm_on_up(void *data)
{
    warm_t *warm = data;

    warm->is_up = 1;
    warm->wait_ms = 0;
    pipe_want(warm->pipe, PIPE_READ);
}

/*
 * TLS may have something to say (tickets), which reading takes in; a peer
 * that has, or that has gone, is not one to keep.
 */
static void
warm_on_ready(void *data)
{
    char    byte;
    warm_t *warm = data;

    if (pipe_read(warm->pipe, &byte, 1) == -EAGAIN) {
        return;
    }

    pipe_destroy(warm->pipe);
    warm->pipe = NULL;
    warm->is_up = 0;
    warm_wait(warm);
}

static void
warm_on_down(void *data, const fault_t *fault)
{
    warm_t *warm = data;

    (void) fault;
    pipe_destroy(warm->pipe);
    warm->pipe = NULL;
    warm_wait(warm);
}

static void
warm_on_done(void *data, int status, const fault_t *fault)
{
    warm_t *warm = data;

    (void) fault;
    warm->http = NULL;

    if (status == 0) {
        warm_wait(warm);
        return;
    }

    warm->wait_ms = 0;
    warm->next_ms = uv_now(warm->host->loop) + HTTP_AGAIN_MS;
}

/* Who does not want to be kept warm is asked less and less often. */
static void
warm_wait(warm_t *warm)
{
    warm->wait_ms = warm->wait_ms == 0 ? TICK_MS : warm->wait_ms * 2;
    warm->wait_ms = warm->wait_ms < WAIT_MAX_MS ? warm->wait_ms
                                                : WAIT_MAX_MS;
    warm->next_ms = uv_now(warm->host->loop) + warm->wait_ms;
}

static void
warm_free(warm_t *warm)
{
    TAILQ_REMOVE(&warm->host->warm, warm, next);
    warm->host->warm_count--;
    pipe_destroy(warm->pipe);
    http_cancel(warm->http);
    free(warm);
}
