/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef NET_KEYS_H
#define NET_KEYS_H

#include <stdint.h>

#include "net/fault.h"
#include "net/host.h"

/*
 * The keys of one service, as a setting has them: separated by commas. Who
 * asks takes one, uses it, and gives it back with what came of it. The key
 * that is in use least is taken, those in turn that are so equally; one that
 * is busy rests as long as the service says, one that was refused for a
 * minute. So does one whose breaker is open.
 */
typedef struct keys_s keys_t;

#define KEYS_MAX 64

/*
 * `service` is that of net_peer_t. Without a key in it there is one, "".
 * -EINVAL: a key has blanks or control characters in it, or there are too
 * many.
 */
int  keys_create(keys_t **kp, net_host_t *host, const char *service,
                 const char *list);
void keys_destroy(keys_t *keys);

/*
 * NULL, when all rest. Good as long as the ring; `index` tells which it is to
 * keys_give().
 */
const char *keys_take(keys_t *keys, unsigned *index);
/* fault is NULL when it did what was asked. */
void keys_give(keys_t *keys, unsigned index, const fault_t *fault);

/* When the first of those that rest may be taken again; 0: now. */
uint32_t keys_wait_ms(const keys_t *keys);
unsigned keys_count(const keys_t *keys);

#endif /* NET_KEYS_H */
