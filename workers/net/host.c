/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "net/host_own.h"

static int  host_create_nets(net_host_t *host);
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

    (void) uv_prepare_init(loop, &host->prepare);
    (void) uv_idle_init(loop, &host->idle);
    host->prepare.data = host;
    host->idle.data = host;
    host->handles = 2;

    rc = host_create_nets(host);

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

    http_drop_all(host);
    ws_drop_all(host);

    for (i = 0; i < 2; i++) {
        net_destroy(host->requests[i]);
        net_destroy(host->pipes[i]);
    }

    if (host->share != NULL) {
        (void) curl_share_cleanup(host->share);
    }

    free(host->ca_file);
    uv_close((uv_handle_t *) &host->prepare, host_on_closed);
    uv_close((uv_handle_t *) &host->idle, host_on_closed);
}

int
net_host_warm(net_host_t *host, const net_peer_t *peer)
{
    net_target_t target;

    (void) host;

    return net_target_read(&target, peer);
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
