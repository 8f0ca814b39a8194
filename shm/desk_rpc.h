/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef DESK_RPC_H
#define DESK_RPC_H

#include <stdint.h>

#include "desk_doorbell.h"
#include "desk_process.h"
#include "desk_segment.h"

/*
 * nginx asks a worker for something that nginx itself must not do, and the
 * answer comes back later. What is asked and answered is JSON. A request ends
 * in an answer, or in -ETIMEDOUT at its deadline, whichever side dies.
 */

#define DESK_RPC_KINDS(K)                                                     \
    K(PING, "ping") /* answers what was asked */                              \
    K(GOOGLE, "google") /* a code of Google's: who came back with it */       \
    K(SEAL, "seal") /* a client's key of a provider: sealed, and its end */

#define DESK_RPC_KIND_ENUM(name, text) DESK_RPC_##name,
typedef enum {
    DESK_RPC_KINDS(DESK_RPC_KIND_ENUM)
    DESK_RPC_KIND_COUNT
} desk_rpc_kind_e;
#undef DESK_RPC_KIND_ENUM

/* One side's handle of a request. */
typedef struct {
    desk_rpc_shared_t *shared;
    uint32_t           entry;
    uint64_t           generation;
    uint64_t           deadline_ms;
} desk_rpc_t;

/*
 * Asks the least busy worker. Ring `*worker` after. Returns 0, -EAGAIN: the
 * lane is full, -ENOENT: no worker is up, -EMSGSIZE.
 */
int desk_rpc_ask(desk_segment_t *seg, const desk_process_t *self,
                 desk_rpc_kind_e kind, const void *ask, uint32_t bytes,
                 uint32_t timeout_ms, desk_rpc_t *rpc, uint32_t *worker);

/*
 * Looks for the answer: copies it and frees the entry. Returns its length, or
 * -EAGAIN: not yet, -ETIMEDOUT, or what the worker answered as its error.
 */
int desk_rpc_poll(desk_rpc_t *rpc, void *answer, uint32_t room);

/* No longer wanted. */
void desk_rpc_abandon(desk_rpc_t *rpc);

/*
 * A worker takes a request that its ready bit pointed to. The request is
 * copied to `ask` (room of DESK_RPC_BYTES). Returns its length, or -ENOENT.
 */
int desk_rpc_take(desk_segment_t *seg, const desk_process_t *self,
                  uint32_t entry, desk_rpc_t *rpc, desk_rpc_kind_e *kind,
                  void *ask);

/*
 * Answers with 0 and some bytes, or with -errno and a sentence. Ring `*asker`
 * after. Returns 0, or -ESTALE: nobody waits any more.
 */
int desk_rpc_answer(desk_segment_t *seg, desk_rpc_t *rpc, int status,
                    const void *answer, uint32_t bytes, uint32_t *asker);

#endif /* DESK_RPC_H */
