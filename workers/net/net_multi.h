/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef NET_NET_MULTI_H
#define NET_NET_MULTI_H

#include <stddef.h>

#include <curl/curl.h>
#include <uv.h>

/*
 * Requests to others: libcurl's transfers on a worker's loop. Who starts one
 * sets its handle up, deadlines among it: nothing here has any. Not for SMTP,
 * where libcurl waits for some answers and does not give the loop back.
 */
typedef struct net_s net_t;

/*
 * Once for each transfer that was started and not cancelled, from the loop. The
 * handle is the caller's again: for its results, then for another transfer or
 * curl_easy_cleanup().
 */
typedef void (*net_done_pt)(void *data, CURLcode rc);

int net_create(net_t **np, uv_loop_t *loop);

/* Nobody is told of what is still under way. Not from a callback. */
void net_destroy(net_t *net);

/* CURLOPT_PRIVATE is taken until it is done. Returns 0 or -errno. */
int net_start(net_t *net, CURL *easy, net_done_pt done, void *data);

/*
 * As net_start(), for a handle with CURLOPT_CONNECT_ONLY: one that has
 * connected stays in, for curl_easy_send() and curl_easy_recv(), until
 * net_cancel().
 */
int net_start_pipe(net_t *net, CURL *easy, net_done_pt done, void *data);

/*
 * Told each time libcurl has done what it could, before those are told that
 * are done. From here, unlike from libcurl's own callbacks, others may be
 * started and cancelled.
 */
void net_on_turn(net_t *net, void (*turn)(void *data), void *data);

/* Not done any more; the handle may be reused or freed. */
void net_cancel(net_t *net, CURL *easy);

size_t net_count(const net_t *net);

#endif /* NET_NET_MULTI_H */
