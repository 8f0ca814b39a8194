/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <stdlib.h>
#include <sys/queue.h>

#include "net/net_multi.h"

/* Connections, those in use among them, beyond which idle ones are closed. */
#define KEPT_MAX 256L

typedef struct transfer_s transfer_t;

struct transfer_s {
    TAILQ_ENTRY(transfer_s) next;
    CURL                   *easy; /* borrowed */
    net_done_pt             done;
    void                   *data;
    unsigned                is_pipe:1;
};

TAILQ_HEAD(transfer_list_s, transfer_s);

struct net_s {
    uv_loop_t *loop;
    CURLM     *multi;
    uv_timer_t timer;
    size_t     count;
    unsigned   closing:1;

    void (*turn)(void *data);
    void *turn_data;

    struct transfer_list_s transfers;
};

static int        net_add(net_t *net, CURL *easy, net_done_pt done, void *data,
                          unsigned is_pipe);
static int        net_on_socket(CURL *easy, curl_socket_t fd, int what,
                                void *data, void *socket_data);
static uv_poll_t *net_poll_create(net_t *net, curl_socket_t fd);
static int        net_on_timeout(CURLM *multi, long ms, void *data);
static void       net_on_timer(uv_timer_t *timer);
static void       net_on_poll(uv_poll_t *poll, int status, int events);
static void       net_on_closed(uv_handle_t *handle);
static void       net_on_poll_closed(uv_handle_t *handle);
static void       net_read_messages(net_t *net);
static void       net_finish(net_t *net, transfer_t *t, CURLcode rc);
static void       net_take_out(net_t *net, transfer_t *t);

int
net_create(net_t **np, uv_loop_t *loop)
{
    net_t *net;

    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        return -ENOMEM;
    }

    net = calloc(1, sizeof(net_t));
    if (net == NULL) {
        goto failed;
    }

    net->multi = curl_multi_init();
    if (net->multi == NULL) {
        goto failed;
    }

    net->loop = loop;
    TAILQ_INIT(&net->transfers);
    (void) uv_timer_init(loop, &net->timer);
    net->timer.data = net;

    (void) curl_multi_setopt(net->multi, CURLMOPT_SOCKETFUNCTION,
                             net_on_socket);
    (void) curl_multi_setopt(net->multi, CURLMOPT_SOCKETDATA, net);
    (void) curl_multi_setopt(net->multi, CURLMOPT_TIMERFUNCTION,
                             net_on_timeout);
    (void) curl_multi_setopt(net->multi, CURLMOPT_TIMERDATA, net);
    (void) curl_multi_setopt(net->multi, CURLMOPT_MAXCONNECTS, KEPT_MAX);

    *np = net;
    return 0;

failed:
    free(net);
    curl_global_cleanup();
    return -ENOMEM;
}

void
net_destroy(net_t *net)
{
    transfer_t *t;

    if (net == NULL) {
        return;
    }

    while ((t = TAILQ_FIRST(&net->transfers)) != NULL) {
        net_take_out(net, t);
        free(t);
    }

    net->closing = 1;
    (void) curl_multi_cleanup(net->multi);
    curl_global_cleanup();
    (void) uv_timer_stop(&net->timer);
    uv_close((uv_handle_t *) &net->timer, net_on_closed);
}

int
net_start(net_t *net, CURL *easy, net_done_pt done, void *data)
{
    return net_add(net, easy, done, data, 0);
}

int
net_start_pipe(net_t *net, CURL *easy, net_done_pt done, void *data)
{
    return net_add(net, easy, done, data, 1);
}

void
net_on_turn(net_t *net, void (*turn)(void *data), void *data)
{
    net->turn = turn;
    net->turn_data = data;
}

void
net_cancel(net_t *net, CURL *easy)
{
    transfer_t *t;

    TAILQ_FOREACH(t, &net->transfers, next) {
        if (t->easy == easy) {
            net_take_out(net, t);
            free(t);
            return;
        }
    }
}

size_t
net_count(const net_t *net)
{
    return net->count;
}

static int
net_add(net_t *net, CURL *easy, net_done_pt done, void *data,
        unsigned is_pipe)
{
    transfer_t *t;

    t = calloc(1, sizeof(transfer_t));
    if (t == NULL) {
        return -ENOMEM;
    }

    t->easy = easy;
    t->done = done;
    t->data = data;
    t->is_pipe = is_pipe;

    if (curl_easy_setopt(easy, CURLOPT_PRIVATE, t) != CURLE_OK
        || curl_multi_add_handle(net->multi, easy) != CURLM_OK)
    {
        free(t);
        return -EIO;
    }

    TAILQ_INSERT_TAIL(&net->transfers, t, next);
    net->count++;

    return 0;
}

/* libcurl says what a socket waits for; ours is a handle for each. */
static int
net_on_socket(CURL *easy, curl_socket_t fd, int what, void *data,
              void *socket_data)
{
    int        events;
    net_t     *net = data;
    uv_poll_t *poll = socket_data;

    (void) easy;

    if (what == CURL_POLL_REMOVE) {
        if (poll != NULL) {
            (void) uv_poll_stop(poll);
            uv_close((uv_handle_t *) poll, net_on_poll_closed);
            (void) curl_multi_assign(net->multi, fd, NULL);
        }
        return 0;
    }

    if (poll == NULL) {
        poll = net_poll_create(net, fd);
        if (poll == NULL) {
            return 0; /* its deadline ends it */
        }
    }

    events = (what != CURL_POLL_OUT ? UV_READABLE : 0)
             | (what != CURL_POLL_IN ? UV_WRITABLE : 0);
    (void) uv_poll_start(poll, events, net_on_poll);

    return 0;
}

static uv_poll_t *
net_poll_create(net_t *net, curl_socket_t fd)
{
    uv_poll_t *poll;

    poll = calloc(1, sizeof(uv_poll_t));
    if (poll == NULL) {
        return NULL;
    }

    if (uv_poll_init(net->loop, poll, fd) != 0) {
        free(poll);
        return NULL;
    }

    poll->data = net;
    (void) curl_multi_assign(net->multi, fd, poll);

    return poll;
}

/* From inside of libcurl: it must not be called back before we are out. */
static int
net_on_timeout(CURLM *multi, long ms, void *data)
{
    net_t *net = data;

    (void) multi;

    if (net->closing) {
        return 0;
    }

    if (ms < 0) {
        (void) uv_timer_stop(&net->timer);
    } else {
        (void) uv_timer_start(&net->timer, net_on_timer, (uint64_t) ms, 0);
    }

    return 0;
}

static void
net_on_timer(uv_timer_t *timer)
{
    int    running;
    net_t *net = timer->data;

    (void) curl_multi_socket_action(net->multi, CURL_SOCKET_TIMEOUT, 0,
                                    &running);
    net_read_messages(net);
}

static void
net_on_poll(uv_poll_t *poll, int status, int events)
{
    int        running, bits;
    net_t     *net = poll->data;
    uv_os_fd_t fd;

    bits = (events & UV_READABLE ? CURL_CSELECT_IN : 0)
           | (events & UV_WRITABLE ? CURL_CSELECT_OUT : 0)
           | (status < 0 ? CURL_CSELECT_ERR : 0);

    if (uv_fileno((uv_handle_t *) poll, &fd) == 0) {
        (void) curl_multi_socket_action(net->multi, fd, bits, &running);
        net_read_messages(net);
    }
}

static void
net_on_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static void
net_on_poll_closed(uv_handle_t *handle)
{
    free(handle);
}

/* A callback may start and cancel others: what it changes is seen next. */
static void
net_read_messages(net_t *net)
{
    int left;
    char *private;
    CURLMsg    *message;
    transfer_t *t;

    if (net->turn != NULL) {
        net->turn(net->turn_data);
    }

    while ((message = curl_multi_info_read(net->multi, &left)) != NULL) {
        if (message->msg != CURLMSG_DONE
            || curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE,
                                 &private)
                   != CURLE_OK)
        {
            continue;
        }

        t = (transfer_t *) (void *) private;
        net_finish(net, t, message->data.result);
    }
}

static void
net_finish(net_t *net, transfer_t *t, CURLcode rc)
{
    if (t->is_pipe && rc == CURLE_OK) {
        t->done(t->data, rc);
        return;
    }

    net_take_out(net, t);
    t->done(t->data, rc);
    free(t);
}

static void
net_take_out(net_t *net, transfer_t *t)
{
    (void) curl_multi_remove_handle(net->multi, t->easy);
    (void) curl_easy_setopt(t->easy, CURLOPT_PRIVATE, NULL);
    TAILQ_REMOVE(&net->transfers, t, next);
    net->count--;
}
