/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "net/http_own.h"

#define ANSWER_MAX 1048576

static const http_deadlines_t usual = { 3000, 6000, 8000, 30000 };

static int      http_prepare(http_t *http, const http_request_t *request,
                             const net_target_t *target);
static int      http_begin(http_t *http);
static int      http_on_request(void *data, char *ip, char *local_ip, int port,
                                int local_port);
static size_t   http_on_header(char *line, size_t size, size_t count,
                               void *data);
static size_t   http_on_write(char *bytes, size_t size, size_t count,
                              void *data);
static int      http_keep(http_t *http, const char *bytes, size_t length);
static void     http_set_phase(http_t *http, http_phase_e phase);
static uint64_t http_due(const http_t *http, const char **reason);
static void     http_arm(http_t *http);
static void     http_on_timer(uv_timer_t *timer);
static void     http_be_fresh(http_t *http);
static size_t   http_fail(http_t *http, fault_e kind, const char *reason);
static void     http_on_done(void *data, CURLcode rc);
static int      http_is_again(http_t *http, CURLcode rc);
static void     http_end(http_t *http, CURLcode rc);
static int      http_tell_one(http_t *http);
static void     http_free(http_t *http);
static void     http_on_closed(uv_handle_t *handle);

int
http_start(http_t **hp, net_host_t *host, const http_request_t *request,
           const http_events_t *events, void *data)
{
    int          rc;
    http_t      *http;
    net_target_t target;

    rc = net_target_read(&target, &request->peer);
    if (rc < 0 || target.is_socket) {
        return rc < 0 ? rc : -EINVAL;
    }

    http = calloc(1, sizeof(http_t));
    if (http == NULL) {
        return -ENOMEM;
    }

    http->host = host;
    http->events = *events;
    http->data = data;
    http->guard.trusted = request->peer.trusted;
    http->net = host->requests[request->peer.trusted];
    head_init(&http->head);
    (void) uv_timer_init(host->loop, &http->timer);
    http->timer.data = http;
    TAILQ_INSERT_TAIL(&host->https, http, next);

    rc = http_prepare(http, request, &target);
    if (rc == 0) {
        rc = net_ask(host, &request->peer,
                     http->deadlines.connect + http->deadlines.head,
                     &http->ask);
    }
    if (rc == 0) {
        rc = http_begin(http);
    }

    if (rc < 0) {
        http_free(http);
        return rc;
    }

    *hp = http;

    return 0;
}

void
http_cancel(http_t *http)
{
    if (http == NULL) {
        return;
    }

    if (http->telling) {
        http->dropped = 1;
        return;
    }

    http_free(http);
}

fault_e
http_fault_of(int status)
{
    if (status >= 500) {
        return status == 529 ? FAULT_BUSY : FAULT_LOST;
    }

    switch (status) {
    case 429:
        return FAULT_BUSY;
    case 408:
    case 409:
    case 425:
        return FAULT_LOST;
    default:
        return status >= 400 ? FAULT_REFUSED : FAULT_INVALID;
    }
}

/* Not from inside of libcurl: who is told here may do what it likes. */
void
http_tell(net_host_t *host)
{
    http_t *http;

    while ((http = TAILQ_FIRST(&host->fresh)) != NULL) {
        (void) http_tell_one(http);
    }
}

void
http_drop_all(net_host_t *host)
{
    http_t *http;

    while ((http = TAILQ_FIRST(&host->https)) != NULL) {
        http_free(http);
    }
}

static int
http_prepare(http_t *http, const http_request_t *request,
             const net_target_t *target)
{
    int rc;

    http->deadlines = request->deadlines;
#define USUAL(name)                        \
    if (http->deadlines.name == 0) {       \
        http->deadlines.name = usual.name; \
    }
    USUAL(connect)
    USUAL(head)
    USUAL(idle)
    USUAL(total)
#undef USUAL

    http->answer_max = request->answer_max != 0 ? request->answer_max
                                                : ANSWER_MAX;

    http->easy = net_easy_create(http->host, target, &http->guard,
                                 http->deadlines.connect);
    if (http->easy == NULL) {
        return -ENOMEM;
    }

    if (request->body_bytes > 0) {
        http->body = malloc(request->body_bytes);
        if (http->body == NULL) {
            return -ENOMEM;
        }

        memcpy(http->body, request->body, request->body_bytes);
        http->body_bytes = request->body_bytes;
    }

    rc = http_ask_set(http, request);
    if (rc < 0) {
        return rc;
    }

    rc = 0;
#define SET(option, value) \
    rc |= (int) curl_easy_setopt(http->easy, option, value)
    SET(CURLOPT_HTTP_VERSION, (long) CURL_HTTP_VERSION_2TLS);
    SET(CURLOPT_HTTPHEADER, http->headers);
    SET(CURLOPT_PREREQFUNCTION, http_on_request);
    SET(CURLOPT_PREREQDATA, http);
    SET(CURLOPT_HEADERFUNCTION, http_on_header);
    SET(CURLOPT_HEADERDATA, http);
    SET(CURLOPT_WRITEFUNCTION, http_on_write);
    SET(CURLOPT_WRITEDATA, http);
#undef SET

    return rc != 0 ? -ENOMEM : 0;
}

static int
http_begin(http_t *http)
{
    int rc;

    http->begun_ms = uv_now(http->host->loop);

    rc = net_start(http->net, http->easy, http_on_done, http);
    if (rc < 0) {
        return rc;
    }

    http->is_started = 1;
    http_set_phase(http, HTTP_CONNECTING);

    return 0;
}

/* The connection is there, TLS and all. */
static int
http_on_request(void *data, char *ip, char *local_ip, int port,
                int local_port)
{
    (void) ip;
    (void) local_ip;
    (void) port;
    (void) local_port;
    http_set_phase(data, HTTP_SENDING);

    return CURL_PREREQFUNC_OK;
}

static size_t
http_on_header(char *line, size_t size, size_t count, void *data)
{
    http_t *http = data;
    size_t  length = size * count;

    if (http->phase != HTTP_READING) {
        http_set_phase(http, HTTP_READING);
    }

    http->since_ms = uv_now(http->host->loop);

    if (http->head.whole) {
        /* After the body: of no use, but not without end. */
        http->head.bytes += length;
        return http->head.bytes <= HEAD_BYTES_MAX
                   ? length
                   : http_fail(http, FAULT_INVALID, "its head has no end");
    }

    if (head_add(&http->head, line, length, time(NULL)) < 0) {
        return http_fail(http, FAULT_INVALID, "its head has no end");
    }

    if (http->head.whole) {
        if (http->head.is_encoded) {
            return http_fail(http, FAULT_INVALID, "its body is encoded");
        }

        /* A probe has shown what it should: others need not wait longer. */
        if (http->ask.probe != 0 && net_is_well(http->head.status)) {
            net_tell(http->host, &http->ask, NULL);
        }

        http_be_fresh(http);
    }

    return length;
}

static size_t
http_on_write(char *bytes, size_t size, size_t count, void *data)
{
    http_t *http = data;
    size_t  length = size * count;

    http->since_ms = uv_now(http->host->loop);

    if (length > http->answer_max - http->answer_bytes) {
        return http_fail(http, FAULT_INVALID, "its answer is too long");
    }

    http->answer_bytes += length;

    if (http_keep(http, bytes, length) < 0) {
        return http_fail(http, FAULT_LOST, "no memory");
    }

    http_be_fresh(http);

    return length;
}

static int
http_keep(http_t *http, const char *bytes, size_t length)
{
    char  *grown;
    size_t room;

    if (http->in_bytes + length > http->in_room) {
        room = http->in_room < 4096 ? 4096 : http->in_room * 2;
        room = room < http->in_bytes + length ? http->in_bytes + length
                                              : room;

        grown = realloc(http->in, room);
        if (grown == NULL) {
            return -ENOMEM;
        }

        http->in = grown;
        http->in_room = room;
    }

    memcpy(http->in + http->in_bytes, bytes, length);
    http->in_bytes += length;

    return 0;
}

static void
http_set_phase(http_t *http, http_phase_e phase)
{
    http->phase = phase;
    http->since_ms = uv_now(http->host->loop);
    http_arm(http);
}

/* When it is over if nothing comes. */
static uint64_t
http_due(const http_t *http, const char **reason)
{
    uint64_t due, total = http->begun_ms + http->deadlines.total;

    switch (http->phase) {
    case HTTP_CONNECTING:
        due = http->since_ms + http->deadlines.connect;
        *reason = "it took too long to connect";
        break;

    case HTTP_SENDING:
        due = http->since_ms + http->deadlines.head;
        *reason = "it did not begin to answer in time";
        break;

    default:
        due = http->since_ms + http->deadlines.idle;
        *reason = "it stopped in its answer";
    }

    if (total <= due) {
        *reason = "its answer took too long";
        return total;
    }

    return due;
}

static void
http_arm(http_t *http)
{
    uint64_t    due, now = uv_now(http->host->loop);
    const char *reason;

    due = http_due(http, &reason);
    (void) uv_timer_start(&http->timer, http_on_timer,
                          due > now ? due - now : 0, 0);
}

static void
http_on_timer(uv_timer_t *timer)
{
    http_t     *http = timer->data;
    const char *reason;

    if (uv_now(http->host->loop) < http_due(http, &reason)) {
        http_arm(http);
        return;
    }

    (void) http_fail(http, FAULT_LOST, reason);
    net_cancel(http->net, http->easy);
    http->is_started = 0;
    http_end(http, CURLE_OPERATION_TIMEDOUT);
}

static void
http_be_fresh(http_t *http)
{
    if (!http->is_fresh) {
        http->is_fresh = 1;
        TAILQ_INSERT_TAIL(&http->host->fresh, http, next_fresh);
    }
}

/* What libcurl's callbacks return to be stopped. */
static size_t
http_fail(http_t *http, fault_e kind, const char *reason)
{
    if (!http->has_fault) {
        http->has_fault = 1;
        http->fault = (fault_t){ kind, 0, reason };
    }

    return 0;
}

static void
http_on_done(void *data, CURLcode rc)
{
    http_t *http = data;

    http->is_started = 0;

    if (!http_is_again(http, rc)) {
        http_end(http, rc);
    }
}

/*
 * A connection that was kept may have been closed by its peer as we used it.
 * Of that nobody need know: once more, by a new one, within the same time.
 */
static int
http_is_again(http_t *http, CURLcode rc)
{
    long made = 1;

    if (http->is_again || http->has_fault || http->head.bytes > 0
        || (rc != CURLE_SEND_ERROR && rc != CURLE_RECV_ERROR
            && rc != CURLE_GOT_NOTHING)
        || curl_easy_getinfo(http->easy, CURLINFO_NUM_CONNECTS, &made)
               != CURLE_OK
        || made != 0
        || curl_easy_setopt(http->easy, CURLOPT_FRESH_CONNECT, 1L)
               != CURLE_OK)
    {
        return 0;
    }

    http->is_again = 1;
    http->body_sent = 0;

    if (net_start(http->net, http->easy, http_on_done, http) < 0) {
        return 0;
    }

    http->is_started = 1;
    http_set_phase(http, HTTP_CONNECTING);

    return 1;
}

static void
http_end(http_t *http, CURLcode rc)
{
    int           status;
    void         *data = http->data;
    fault_t       fault, *what = &fault;
    http_events_t events = http->events;

    if (http_tell_one(http)) {
        return;
    }

    status = http->head.whole ? http->head.status : 0;

    if (http->has_fault) {
        fault = http->fault;
    } else if (rc != CURLE_OK) {
        fault = net_fault_of(rc, &http->guard);
    } else if (status < 200 || status > 299) {
        fault = (fault_t){ http_fault_of(status), 0, "its status" };
    } else {
        what = NULL;
    }

    if (what != NULL) {
        fault.retry_ms = head_view(&http->head).retry_ms;
    }

    net_tell(http->host, &http->ask,
             rc == CURLE_OK && !http->has_fault && net_is_well(status)
                 ? NULL
                 : what);

    /* Gone with it: who is told may cancel it, and that is nothing. */
    http->telling = 1;
    events.on_done(data, status, what);
    http->telling = 0;
    http_free(http);
}

/* Returns 1 when it was cancelled by that. */
static int
http_tell_one(http_t *http)
{
    char       *in;
    size_t      length;
    http_head_t head;

    if (http->is_fresh) {
        http->is_fresh = 0;
        TAILQ_REMOVE(&http->host->fresh, http, next_fresh);
    }

    http->telling = 1;

    if (http->head.whole && !http->head_told) {
        http->head_told = 1;
        if (http->events.on_head != NULL) {
            head = head_view(&http->head);
            http->events.on_head(http->data, &head);
        }
    }

    if (http->in_bytes > 0 && !http->dropped) {
        in = http->in;
        length = http->in_bytes;
        http->in_bytes = 0;

        if (http->events.on_body != NULL) {
            http->events.on_body(http->data, in, length);
        }
    }

    http->telling = 0;

    if (http->dropped) {
        http_free(http);
        return 1;
    }

    return 0;
}

static void
http_free(http_t *http)
{
    if (http->is_fresh) {
        TAILQ_REMOVE(&http->host->fresh, http, next_fresh);
    }

    if (http->is_started) {
        net_cancel(http->net, http->easy);
    }

    if (http->head.whole && net_is_well(http->head.status)) {
        net_tell(http->host, &http->ask, NULL);
    } else {
        net_forget(http->host, &http->ask);
    }

    TAILQ_REMOVE(&http->host->https, http, next);
    curl_easy_cleanup(http->easy);
    curl_slist_free_all(http->headers);
    free(http->body);
    free(http->in);
    (void) uv_timer_stop(&http->timer);
    uv_close((uv_handle_t *) &http->timer, http_on_closed);
}

static void
http_on_closed(uv_handle_t *handle)
{
    free(handle->data);
}
