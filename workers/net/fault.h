/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef NET_FAULT_H
#define NET_FAULT_H

#include <stdint.h>

/*
 * Why a service outside did not do what it was asked, told by what may be
 * done about it.
 */
typedef enum {
    FAULT_LOST,    /* connection, deadline, 5xx: another try may do */
    FAULT_BUSY,    /* 429 and its like, or its breaker is open: later */
    FAULT_REFUSED, /* key, money, settings: never, until they are changed */
    FAULT_INVALID  /* it said what it must not say */
} fault_e;

typedef struct {
    fault_e     kind;
    uint32_t    retry_ms; /* when it wants to be asked again; 0: not said */
    const char *reason;   /* for the log: no secret, nothing that was said */
} fault_t;

#endif /* NET_FAULT_H */
