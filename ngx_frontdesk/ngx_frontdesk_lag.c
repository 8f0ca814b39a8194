/* SPDX-License-Identifier: BSD-2-Clause */

#include "ngx_frontdesk_lag.h"

#define NGX_FRONTDESK_LAG_NS_S UINT64_C(1000000000)

void
ngx_frontdesk_lag_add(ngx_frontdesk_lag_t *lag, uint64_t due_ns,
    uint64_t now_ns)
{
    uint64_t late, second = now_ns / NGX_FRONTDESK_LAG_NS_S;
    uint64_t i = second % NGX_FRONTDESK_LAG_WINDOW_S;

    late = now_ns > due_ns ? now_ns - due_ns : 0;
    lag->count++;
    lag->sum_ns += late;

    if (lag->seconds[i].second != second) {
        lag->seconds[i].second = second;
        lag->seconds[i].max_ns = 0;
    }

    if (late > lag->seconds[i].max_ns) {
        lag->seconds[i].max_ns = late;
    }
}

uint64_t
ngx_frontdesk_lag_max_ns(const ngx_frontdesk_lag_t *lag, uint64_t now_ns)
{
    uint64_t i, max = 0, now = now_ns / NGX_FRONTDESK_LAG_NS_S;

    for (i = 0; i < NGX_FRONTDESK_LAG_WINDOW_S; i++) {
        if (lag->seconds[i].second + NGX_FRONTDESK_LAG_WINDOW_S > now
            && lag->seconds[i].max_ns > max)
        {
            max = lag->seconds[i].max_ns;
        }
    }

    return max;
}
