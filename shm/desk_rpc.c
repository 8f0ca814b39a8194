/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <string.h>

#include "desk_rpc.h"

/* An entry that nobody came back for is taken again this long after. */
#define STALE_AFTER_MS 10000

typedef enum {
    RPC_FREE,
    RPC_CLAIMED, /* being filled by the asker */
    RPC_ASKED,
    RPC_TAKEN,
    RPC_FILLING, /* the answer is being written */
    RPC_ANSWERED
} rpc_state_e;

/*
 * State word: uses << 40 | ms when claimed << 8 | state. The upper 56 bits,
 * which no two requests share, are the generation in a handle.
 */
#define STATE_BITS 8
#define STATE_MASK 0xffU
#define USES_SHIFT 32 /* in a generation */

static int rpc_free(desk_rpc_t *rpc, rpc_state_e from);
static int rpc_claim(desk_segment_t *seg, desk_rpc_t *rpc);
static int rpc_is_stale(const desk_rpc_shared_t *r, uint64_t word,
                        uint64_t now);
static int rpc_move(desk_rpc_t *rpc, rpc_state_e from, rpc_state_e to);

int
desk_rpc_ask(desk_segment_t *seg, const desk_process_t *self,
             desk_rpc_kind_e kind, const void *ask, uint32_t bytes,
             uint32_t timeout_ms, desk_rpc_t *rpc, uint32_t *worker)
{
    int rc;

    if (bytes > DESK_RPC_BYTES) {
        return -EMSGSIZE;
    }

    rc = desk_process_pick(seg, DESK_KIND_AI, worker);
    if (rc < 0) {
        return rc;
    }

    rc = rpc_claim(seg, rpc);
    if (rc < 0) {
        return rc;
    }

    rpc->deadline_ms = desk_now_ms() + timeout_ms;
    if (bytes > 0) {
        memcpy(rpc->shared->ask, ask, bytes);
    }

    atomic_store(&rpc->shared->ask_bytes, bytes);
    atomic_store(&rpc->shared->kind, kind);
    atomic_store(&rpc->shared->asker, self->index + 1);
    atomic_store(&rpc->shared->answerer, *worker + 1);
    atomic_store(&rpc->shared->deadline_ms, rpc->deadline_ms);

    if (rpc_move(rpc, RPC_CLAIMED, RPC_ASKED) < 0) {
        return -EAGAIN;
    }

    desk_ready_set(seg, *worker, desk_ready_rpc_bit(seg, rpc->entry));

    return 0;
}

int
desk_rpc_poll(desk_rpc_t *rpc, void *answer, uint32_t room)
{
    int      status;
    uint32_t bytes;
    uint64_t word;

    word = atomic_load(&rpc->shared->state);

    if (word >> STATE_BITS != rpc->generation) {
        return -ETIMEDOUT;
    }

    if ((word & STATE_MASK) != RPC_ANSWERED) {
        if (desk_now_ms() < rpc->deadline_ms) {
            return -EAGAIN;
        }

        desk_rpc_abandon(rpc);
        return -ETIMEDOUT;
    }

    status = atomic_load(&rpc->shared->status);
    bytes = atomic_load(&rpc->shared->answer_bytes);
    if (bytes > room || bytes > DESK_RPC_BYTES) {
        status = -EMSGSIZE;
        bytes = 0;
    }

    if (bytes > 0) {
        memcpy(answer, rpc->shared->answer, bytes);
    }

    /* So late that the entry went to another meanwhile: not our answer. */
    if (rpc_free(rpc, RPC_ANSWERED) < 0) {
        return -ETIMEDOUT;
    }

    return status < 0 ? status : (int) bytes;
}

void
desk_rpc_abandon(desk_rpc_t *rpc)
{
    /*
     * A worker that is writing its answer finishes into an entry that has
     * gone stale; the asker's generation is over in any case.
     */
    if (rpc_free(rpc, RPC_ASKED) < 0 && rpc_free(rpc, RPC_TAKEN) < 0) {
        (void) rpc_free(rpc, RPC_ANSWERED);
    }
}

int
desk_rpc_take(desk_segment_t *seg, const desk_process_t *self, uint32_t entry,
              desk_rpc_t *rpc, desk_rpc_kind_e *kind, void *ask)
{
    uint32_t bytes, found;
    uint64_t word;

    if (entry >= DESK_RPC_COUNT) {
        return -ENOENT;
    }

    rpc->shared = &seg->rpc[entry];
    rpc->entry = entry;

    word = atomic_load(&rpc->shared->state);
    rpc->generation = word >> STATE_BITS;
    rpc->deadline_ms = atomic_load(&rpc->shared->deadline_ms);

    if ((word & STATE_MASK) != RPC_ASKED
        || atomic_load(&rpc->shared->answerer) != self->index + 1
        || rpc_move(rpc, RPC_ASKED, RPC_TAKEN) < 0)
    {
        return -ENOENT;
    }

    bytes = atomic_load(&rpc->shared->ask_bytes);
    found = atomic_load(&rpc->shared->kind);

    if (bytes > DESK_RPC_BYTES || found >= DESK_RPC_KIND_COUNT) {
        (void) rpc_move(rpc, RPC_TAKEN, RPC_FREE);
        return -ENOENT;
    }

    memcpy(ask, rpc->shared->ask, bytes);

    /* Given up meanwhile, the entry may have another's request in it. */
    atomic_thread_fence(memory_order_acquire);
    word = rpc->generation << STATE_BITS | RPC_TAKEN;
    if (atomic_load(&rpc->shared->state) != word) {
        return -ENOENT;
    }

    *kind = (desk_rpc_kind_e) found;

    return (int) bytes;
}

int
desk_rpc_answer(desk_segment_t *seg, desk_rpc_t *rpc, int status,
                const void *answer, uint32_t bytes, uint32_t *asker)
{
    uint64_t to;

    if (bytes > DESK_RPC_BYTES) {
        status = -EMSGSIZE;
        bytes = 0;
    }

    if (rpc_move(rpc, RPC_TAKEN, RPC_FILLING) < 0) {
        return -ESTALE;
    }

    if (bytes > 0) {
        memcpy(rpc->shared->answer, answer, bytes);
    }

    atomic_store(&rpc->shared->answer_bytes, bytes);
    atomic_store(&rpc->shared->status, status);
    to = atomic_load(&rpc->shared->asker);

    if (to == 0 || to > DESK_PROCESS_COUNT) {
        (void) rpc_move(rpc, RPC_FILLING, RPC_FREE);
        return -ESTALE;
    }

    if (rpc_move(rpc, RPC_FILLING, RPC_ANSWERED) < 0) {
        return -ESTALE;
    }

    *asker = (uint32_t) (to - 1);
    desk_ready_set(seg, *asker, desk_ready_rpc_bit(seg, rpc->entry));

    return 0;
}

/* Secrets go this way: none stays. */
static int
rpc_free(desk_rpc_t *rpc, rpc_state_e from)
{
    int rc = rpc_move(rpc, from, RPC_CLAIMED);

    if (rc < 0) {
        return rc;
    }

    explicit_bzero(rpc->shared->ask, DESK_RPC_BYTES);
    explicit_bzero(rpc->shared->answer, DESK_RPC_BYTES);

    return rpc_move(rpc, RPC_CLAIMED, RPC_FREE);
}

static int
rpc_claim(desk_segment_t *seg, desk_rpc_t *rpc)
{
    uint32_t i;
    uint64_t word, next, generation, now = desk_now_ms();

    for (i = 0; i < DESK_RPC_COUNT; i++) {
        word = atomic_load(&seg->rpc[i].state);

        if ((word & STATE_MASK) != RPC_FREE
            && !rpc_is_stale(&seg->rpc[i], word, now))
        {
            continue;
        }

        generation = ((word >> STATE_BITS >> USES_SHIFT) + 1) << USES_SHIFT
                     | (uint32_t) now;
        next = generation << STATE_BITS | RPC_CLAIMED;

        if (atomic_compare_exchange_strong(&seg->rpc[i].state, &word, next)) {
            rpc->shared = &seg->rpc[i];
            rpc->entry = i;
            rpc->generation = next >> STATE_BITS;
            return 0;
        }
    }

    return -EAGAIN;
}

/* Its asker died, or its answerer in the middle of writing. */
static int
rpc_is_stale(const desk_rpc_shared_t *r, uint64_t word, uint64_t now)
{
    uint32_t since;

    if ((word & STATE_MASK) == RPC_CLAIMED) {
        /* The deadline is still that of the request before. */
        since = (uint32_t) now - (uint32_t) (word >> STATE_BITS);
        return since > STALE_AFTER_MS;
    }

    return now > atomic_load(&r->deadline_ms) + STALE_AFTER_MS;
}

static int
rpc_move(desk_rpc_t *rpc, rpc_state_e from, rpc_state_e to)
{
    uint64_t word = rpc->generation << STATE_BITS | from;
    uint64_t next = rpc->generation << STATE_BITS | to;

    return atomic_compare_exchange_strong(&rpc->shared->state, &word, next)
               ? 0
               : -ESTALE;
}
