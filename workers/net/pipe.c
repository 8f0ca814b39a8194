/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <stdlib.h>

#include "net/pipe.h"

struct pipe_s {
    net_host_t   *host;
    net_t        *net;
    CURL         *easy;
    net_guard_t   guard;
    pipe_events_t events;
    void         *data;
    uv_poll_t     poll;
    int           wanted;
    unsigned      is_started:1;
    unsigned      is_polled:1; /* the handle is the loop's to close */
    unsigned      connected:1;
    unsigned      telling:1;
    unsigned      dropped:1;
};

static void pipe_on_done(void *data, CURLcode rc);
static int  pipe_poll(pipe_t *pipe);
static void pipe_on_poll(uv_poll_t *poll, int status, int events);
static void pipe_free(pipe_t *pipe);
static void pipe_on_closed(uv_handle_t *handle);

int
pipe_open(pipe_t **pp, net_host_t *host, const net_target_t *target,
          unsigned trusted, uint32_t connect_ms, const pipe_events_t *events,
          void *data)
{
    int     rc;
    pipe_t *pipe;

    pipe = calloc(1, sizeof(pipe_t));
    if (pipe == NULL) {
        return -ENOMEM;
    }

    pipe->host = host;
    pipe->net = host->pipes[trusted];
    pipe->guard.trusted = trusted;
    pipe->events = *events;
    pipe->data = data;

    pipe->easy = net_easy_create(host, target, &pipe->guard, connect_ms);
    if (pipe->easy == NULL) {
        pipe_free(pipe);
        return -ENOMEM;
    }

    rc = 0;
    /* In the TLS handshake too: HTTP/2 has no upgrade. */
    rc |= (int) curl_easy_setopt(pipe->easy, CURLOPT_HTTP_VERSION,
                                 (long) CURL_HTTP_VERSION_1_1);
    rc |= (int) curl_easy_setopt(pipe->easy, CURLOPT_CONNECT_ONLY, 1L);
    rc = rc != 0 ? -ENOMEM
                 : net_start_pipe(pipe->net, pipe->easy, pipe_on_done, pipe);
    if (rc < 0) {
        pipe_free(pipe);
        return rc;
    }

    pipe->is_started = 1;
    *pp = pipe;

    return 0;
}

void
pipe_destroy(pipe_t *pipe)
{
    if (pipe == NULL) {
        return;
    }

    if (pipe->telling) {
        pipe->dropped = 1;
        return;
    }

    pipe_free(pipe);
}

void
pipe_give(pipe_t *pipe, const pipe_events_t *events, void *data)
{
    pipe->events = *events;
    pipe->data = data;
}

void
pipe_want(pipe_t *pipe, int what)
{
    int events;

    if (!pipe->is_polled || what == pipe->wanted) {
        return;
    }

    pipe->wanted = what;

    if (what == 0) {
        (void) uv_poll_stop(&pipe->poll);
        return;
    }

    events = (what & PIPE_READ ? UV_READABLE : 0)
             | (what & PIPE_WRITE ? UV_WRITABLE : 0);
    (void) uv_poll_start(&pipe->poll, events, pipe_on_poll);
}

ssize_t
pipe_read(pipe_t *pipe, void *to, size_t room)
{
    size_t   n = 0;
    CURLcode rc;

    rc = curl_easy_recv(pipe->easy, to, room, &n);
    if (rc == CURLE_OK) {
        return (ssize_t) n;
    }

    return rc == CURLE_AGAIN ? -EAGAIN : -EIO;
}

ssize_t
pipe_write(pipe_t *pipe, const void *bytes, size_t length)
{
    size_t   n = 0;
    CURLcode rc;

    rc = curl_easy_send(pipe->easy, bytes, length, &n);
    if (rc == CURLE_OK && n > 0) {
        return (ssize_t) n;
    }

    return rc == CURLE_OK || rc == CURLE_AGAIN ? -EAGAIN : -EIO;
}

static void
pipe_on_done(void *data, CURLcode rc)
{
    fault_t fault;
    pipe_t *pipe = data;

    if (rc != CURLE_OK) {
        pipe->is_started = 0;
        fault = net_fault_of(rc, &pipe->guard);
    } else if (pipe_poll(pipe) < 0) {
        fault = (fault_t){ FAULT_LOST, 0, "its connection cannot be used" };
        rc = CURLE_RECV_ERROR;
    }

    pipe->telling = 1;

    if (rc == CURLE_OK) {
        pipe->connected = 1;
        pipe->events.on_up(pipe->data);
    } else {
        pipe->events.on_down(pipe->data, &fault);
    }

    pipe->telling = 0;

    if (pipe->dropped) {
        pipe_free(pipe);
    }
}

static int
pipe_poll(pipe_t *pipe)
{
    int           rc;
    curl_socket_t fd;

    if (curl_easy_getinfo(pipe->easy, CURLINFO_ACTIVESOCKET, &fd) != CURLE_OK
        || fd == CURL_SOCKET_BAD)
    {
        return -EIO;
    }

    rc = uv_poll_init(pipe->host->loop, &pipe->poll, fd);
    if (rc < 0) {
        return rc;
    }

    pipe->is_polled = 1;
    pipe->poll.data = pipe;

    return 0;
}

static void
pipe_on_poll(uv_poll_t *poll, int status, int events)
{
    pipe_t *pipe = poll->data;

    /* Reading will tell what is wrong with it. */
    (void) status;
    (void) events;

    pipe->telling = 1;
    pipe->events.on_ready(pipe->data);
    pipe->telling = 0;

    if (pipe->dropped) {
        pipe_free(pipe);
    }
}

static void
pipe_free(pipe_t *pipe)
{
    if (pipe->is_polled) {
        /* Before libcurl closes the socket, whose number may be used again. */
        (void) uv_poll_stop(&pipe->poll);
    }

    if (pipe->is_started) {
        net_cancel(pipe->net, pipe->easy);
    }

    curl_easy_cleanup(pipe->easy);
    pipe->easy = NULL;

    if (pipe->is_polled) {
        uv_close((uv_handle_t *) &pipe->poll, pipe_on_closed);
        return;
    }

    free(pipe);
}

static void
pipe_on_closed(uv_handle_t *handle)
{
    free(handle->data);
}
