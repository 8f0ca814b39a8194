/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <string.h>

#include "rpc.h"
#include "rpc_google.h"
#include "rpc_seal.h"

/*
 * Returns 0 or -errno; an answer is written over what was asked. -EINPROGRESS:
 * rpc_answer() follows.
 */
typedef int (*rpc_handler_pt)(rpc_t *rpc, const desk_rpc_t *request,
                              uint8_t *data, uint32_t *bytes);

static int rpc_ping(rpc_t *rpc, const desk_rpc_t *request, uint8_t *data,
                    uint32_t *bytes);

static const rpc_handler_pt rpc_handlers[] = {
    [DESK_RPC_PING] = rpc_ping,
    [DESK_RPC_GOOGLE] = rpc_google,
    [DESK_RPC_SEAL] = rpc_seal,
};

_Static_assert(sizeof(rpc_handlers) / sizeof(rpc_handlers[0])
                   == DESK_RPC_KIND_COUNT,
               "a handler for each kind");

void
rpc_init(rpc_t *rpc, desk_segment_t *seg, const desk_process_t *self,
         desk_bells_t *bells)
{
    rpc->seg = seg;
    rpc->self = self;
    rpc->bells = bells;
    rpc->google = NULL;
    memset(&rpc->ring, 0, sizeof(rpc->ring));
}

void
rpc_on_ready(rpc_t *rpc, uint32_t entry)
{
    int             length, status;
    uint32_t        bytes;
    desk_rpc_t      request;
    desk_rpc_kind_e kind;
    static uint8_t  data[DESK_RPC_BYTES]; /* one loop, one at a time */

    length = desk_rpc_take(rpc->seg, rpc->self, entry, &request, &kind, data);
    if (length < 0) {
        return; /* it was not for us, or its asker has given up */
    }

    bytes = (uint32_t) length;
    status = rpc_handlers[kind](rpc, &request, data, &bytes);

    if (status != -EINPROGRESS) {
        rpc_answer(rpc, &request, status, data, status < 0 ? 0 : bytes);
    }
}

void
rpc_answer(rpc_t *rpc, desk_rpc_t *request, int status, const void *answer,
           uint32_t bytes)
{
    uint32_t asker = 0;

    if (desk_rpc_answer(rpc->seg, request, status, answer, bytes, &asker)
        == 0)
    {
        desk_bells_add(rpc->bells, asker);
    }
}

/* For /health: a worker that answers is a worker that works. */
static int
rpc_ping(rpc_t *rpc, const desk_rpc_t *request, uint8_t *data,
         uint32_t *bytes)
{
    (void) rpc;
    (void) request;
    (void) data;
    (void) bytes;

    return 0;
}
