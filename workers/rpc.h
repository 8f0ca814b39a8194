/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef RPC_H
#define RPC_H

#include <stdint.h>

#include "service/google.h"
#include "shm/desk_doorbell.h"
#include "shm/desk_process.h"
#include "shm/desk_rpc.h"
#include "shm/desk_seal.h"
#include "shm/desk_segment.h"

/* The worker's end of the RPC lane: one handler for each kind of request. */
typedef struct {
    desk_segment_t       *seg;
    const desk_process_t *self;
    desk_bells_t         *bells; /* processes to be rung */
    google_t             *google; /* borrowed; set by who has it */
    desk_keyring_t        ring;   /* seals clients' keys; the same */
} rpc_t;

void rpc_init(rpc_t *rpc, desk_segment_t *seg, const desk_process_t *self,
              desk_bells_t *bells);

/* The ready bit of this entry was set. */
void rpc_on_ready(rpc_t *rpc, uint32_t entry);

/* Of a handler that answers later: the answer, or -errno without one. */
void rpc_answer(rpc_t *rpc, desk_rpc_t *request, int status,
                const void *answer, uint32_t bytes);

#endif /* RPC_H */
