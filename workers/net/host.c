/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "net/host_own.h"
#include "net/http.h"

static int  host_create_nets(net_host_t *host);
static int  host_find_breakers(net_host_t               *host,
                               const net_host_options_t *options);
static void host_on_turn(void *data);
static void host_on_prepare(uv_prepare_t *prepare);
static void host_on_idle(uv_idle_t *idle);
static void host_on_closed(uv_handle_t *handle);

int
net_host_create(net_host_t **hp, uv_loop_t *loop,
                const net_host_options_t *options)
{
    int         rc;
    net_host_t *host;

    host = calloc(1, sizeof(net_host_t));
    if (host == NULL) {
        return -ENOMEM;
    }

    strcpy(host->log.prefix, "net: ");
    host->loop = loop;
    TAILQ_INIT(&host->https);
    TAILQ_INIT(&host->fresh);
    TAILQ_INIT(&host->sockets);
    TAILQ_INIT(&host->waiting);
    TAILQ_INIT(&host->unread);
    TAILQ_INIT(&host->warm);

    (void) uv_prepare_init(loop, &host->prepare);
    (void) uv_idle_init(loop, &host->idle);
    (void) uv_timer_init(loop, &host->warm_timer);
    host->warm_timer.data = host;
    host->prepare.data = host;
    host->idle.data = host;
    host->handles = 3;

    rc = host_create_nets(host);
    if (rc == 0) {
        rc = host_find_breakers(host, options);
    }

    if (rc == 0 && options->ca_file != NULL && options->ca_file[0] != '\0') {
        host->ca_file = strdup(options->ca_file);
        rc = host->ca_file == NULL ? -ENOMEM : 0;
    }

    if (rc == 0) {
        rc = uv_prepare_start(&host->prepare, host_on_prepare);
        uv_unref((uv_handle_t *) &host->prepare);
    }

    if (rc < 0) {
        net_host_destroy(host);
        return rc;
    }

    *hp = host;

    return 0;
}

void
net_host_destroy(net_host_t *host)
{
    int i;

    if (host == NULL) {
        return;
    }

    warm_drop_all(host);
    http_drop_all(host);
    ws_drop_all(host);

    for (i = 0; i < 2; i++) {
        net_destroy(host->requests[i]);
        net_destroy(host->pipes[i]);
    }

    if (host->share != NULL) {
        (void) curl_share_cleanup(host->share);
    }

    free(host->own);
    free(host->ca_file);
    uv_close((uv_handle_t *) &host->prepare, host_on_closed);
    uv_close((uv_handle_t *) &host->idle, host_on_closed);
    (void) uv_timer_stop(&host->warm_timer);
    uv_close((uv_handle_t *) &host->warm_timer, host_on_closed);
}

int
net_ask(net_host_t *host, const net_peer_t *peer, uint32_t lease_ms,
        desk_ask_t *ask)
{
    int      rc;
    uint32_t retry_ms = 0;

    rc = desk_breaker_ask(&host->breakers,
                          peer->service != NULL ? peer->service : "other",
                          peer->credential, desk_now_ms(), lease_ms, ask,
                          &retry_ms);
    if (rc < 0) {
        ask->key = 0;
    }

    return rc;
}

/*
 * A service that says when it wants to be asked again is left alone until
 * then, by all.
 */
void
net_tell(net_host_t *host, desk_ask_t *ask, const fault_t *fault)
{
    uint64_t now = desk_now_ms();

    if (ask->key == 0) {
        return;
    }

    if (fault != NULL && fault->kind == FAULT_BUSY && fault->retry_ms != 0) {
        desk_breaker_rest(&host->breakers, ask, fault->retry_ms, now);
    }

    desk_breaker_tell(&host->breakers, ask,
                      fault == NULL ? DESK_ASK_WELL : DESK_ASK_FAULT, now);
    ask->key = 0;
}

/* Who was asked for what it does not have is well, and so is the key. */
int
net_is_well(int status)
{
    return (status >= 200 && status <= 299)
           || (status >= 400 && status <= 499
               && http_fault_of(status) == FAULT_REFUSED && status != 401
               && status != 402 && status != 403);
}

void
net_forget(net_host_t *host, desk_ask_t *ask)
{
    if (ask->key != 0) {
        desk_breaker_tell(&host->breakers, ask, DESK_ASK_UNKNOWN,
                          desk_now_ms());
        ask->key = 0;
    }
}

static int
host_create_nets(net_host_t *host)
{
    int i, rc = 0;

    for (i = 0; i < 2 && rc == 0; i++) {
        rc = net_create(&host->requests[i], host->loop);
        if (rc == 0) {
            rc = net_create(&host->pipes[i], host->loop);
        }
    }

    if (rc < 0) {
        return rc;
    }

    for (i = 0; i < 2; i++) {
        net_on_turn(host->requests[i], host_on_turn, host);
    }

    host->share = curl_share_init();
    if (host->share == NULL
        || curl_share_setopt(host->share, CURLSHOPT_SHARE,
                             CURL_LOCK_DATA_SSL_SESSION)
               != CURLSHE_OK)
    {
        return -ENOMEM;
    }

    return 0;
}

static int
host_find_breakers(net_host_t *host, const net_host_options_t *options)
{
    if (options->segment != NULL) {
        host->breakers = (desk_breakers_t){ options->segment->breakers,
                                            options->segment,
                                            options->self };
        return 0;
    }

    host->own = aligned_alloc(DESK_LINE, sizeof(desk_breakers_shared_t));
    if (host->own == NULL) {
        return -ENOMEM;
    }

    memset(host->own, 0, sizeof(desk_breakers_shared_t));
    host->breakers.shared = host->own;

    return 0;
}

static void
host_on_turn(void *data)
{
    http_tell(data);
}

static void
host_on_prepare(uv_prepare_t *prepare)
{
    net_host_t *host = prepare->data;

    ws_send_waiting(host);

    if (!TAILQ_EMPTY(&host->unread)) {
        (void) uv_idle_start(&host->idle, host_on_idle);
    }
}

static void
host_on_idle(uv_idle_t *idle)
{
    net_host_t *host = idle->data;

    (void) uv_idle_stop(idle);
    ws_read_unread(host);
}

static void
host_on_closed(uv_handle_t *handle)
{
    net_host_t *host = handle->data;

    if (--host->handles == 0) {
        free(host);
    }
}
