/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef NET_HTTP_H
#define NET_HTTP_H

#include <stddef.h>
#include <stdint.h>

#include "net/fault.h"
#include "net/host.h"

/*
 * One HTTP request on a worker's loop. Connections are kept and shared, HTTP/2
 * where the peer has it.
 */
typedef struct http_s http_t;

/* Milliseconds; 0: 3,000, 6,000, 8,000 and 30,000. */
typedef struct {
    uint32_t connect; /* name, TCP, TLS */
    uint32_t head;    /* from sent to the answer's first byte */
    uint32_t idle;    /* between two bytes of the answer */
    uint32_t total;
} http_deadlines_t;

typedef struct {
    net_peer_t         peer;
    const char        *method;
    const char *const *headers; /* "Name: value"; NULL ends them, or is all */
    const void        *body;    /* all is copied */
    size_t             body_bytes;
    size_t             answer_max; /* more is FAULT_INVALID; 0: 1 MiB */
    http_deadlines_t   deadlines;
} http_request_t;

/* An answer's head; what it points to is good during the event. */
typedef struct {
    int         status;
    const char *content_type; /* "" when there is none, lower case */
    const char *request_id;   /* of whichever header has it, or "" */
    uint32_t    retry_ms;     /* Retry-After in either form; 0: none */
} http_head_t;

typedef struct {
    /* Any of them may be NULL but on_done. */
    void (*on_head)(void *data, const http_head_t *head);
    void (*on_body)(void *data, const char *bytes, size_t length);
    /*
     * Once, and last; not after http_cancel(). fault is NULL when the answer
     * came whole with a status of 2xx. Of another status the body was handed
     * on as well, for it tells why; status 0: there was none.
     */
    void (*on_done)(void *data, int status, const fault_t *fault);
} http_events_t;

/*
 * Returns 0, or -errno without any event: -EBUSY, the breaker is open,
 * -EINVAL, the URL or a header is none that may be sent. No event comes before
 * it returns. After on_done() the request is gone: there is nothing to cancel.
 * Either may be called from any event.
 */
int  http_start(http_t **hp, net_host_t *host, const http_request_t *request,
                const http_events_t *events, void *data);
void http_cancel(http_t *http);

/* What a status means; headers tell the rest. */
fault_e http_fault_of(int status);

#endif /* NET_HTTP_H */
