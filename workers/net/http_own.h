/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef NET_HTTP_OWN_H
#define NET_HTTP_OWN_H

/* What http.c, how it goes, and http_ask.c, what is asked, share. */

#include "net/head.h"
#include "net/host_own.h"
#include "net/http.h"

/* What is waited for, and so which deadline holds beside the total one. */
typedef enum { HTTP_CONNECTING,
               HTTP_SENDING, /* and then for the answer's first byte */
               HTTP_READING } http_phase_e;

struct http_s {
    TAILQ_ENTRY(http_s) next;
    TAILQ_ENTRY(http_s) next_fresh;

    net_host_t        *host;
    net_t             *net;
    CURL              *easy;
    struct curl_slist *headers;
    net_guard_t        guard;
    http_events_t      events;
    void              *data;

    char  *body;
    size_t body_bytes, body_sent;

    http_deadlines_t deadlines;
    http_phase_e     phase;
    uint64_t         begun_ms, since_ms;
    uv_timer_t       timer;

    /* What has come since it was last told. */
    head_t  head;
    char   *in;
    size_t  in_bytes, in_room;
    size_t  answer_bytes, answer_max;
    fault_t fault; /* of ours; libcurl only says that it was stopped */

    desk_ask_t ask;

    unsigned has_fault:1;
    unsigned head_told:1;
    unsigned is_fresh:1;
    unsigned is_started:1;
    unsigned is_again:1; /* by a new connection */
    unsigned telling:1;
    unsigned dropped:1; /* cancelled by the event it is telling */
};

/* Headers, method and body. 0, -EINVAL, -ENOMEM. */
int http_ask_set(http_t *http, const http_request_t *request);

#endif /* NET_HTTP_OWN_H */
