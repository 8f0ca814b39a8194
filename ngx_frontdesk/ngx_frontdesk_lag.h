/* SPDX-License-Identifier: BSD-2-Clause */

/* How late timers are: the worst of the last minute, and all.  No nginx. */

#ifndef NGX_FRONTDESK_LAG_H
#define NGX_FRONTDESK_LAG_H

#include <stdint.h>

#define NGX_FRONTDESK_LAG_WINDOW_S 60

typedef struct {
    uint64_t count;
    uint64_t sum_ns;
    struct {
        uint64_t second; /* that it is of */
        uint64_t max_ns;
    } seconds[NGX_FRONTDESK_LAG_WINDOW_S];
} ngx_frontdesk_lag_t;

/* A timer that was due at one time of a clock and ran at another. */
void ngx_frontdesk_lag_add(ngx_frontdesk_lag_t *lag, uint64_t due_ns,
    uint64_t now_ns);

/* The worst of the last minute, this second included. */
uint64_t ngx_frontdesk_lag_max_ns(const ngx_frontdesk_lag_t *lag,
    uint64_t now_ns);

#endif
