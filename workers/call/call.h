/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef CALL_CALL_H
#define CALL_CALL_H

#include <stdint.h>

#include <uv.h>

#include "base/log.h"
#include "net/host.h"
#include "shm/desk_doorbell.h"
#include "shm/desk_process.h"
#include "shm/desk_segment.h"
#include "store/pg.h"

/*
 * A call from its slot to its end: claims it in Postgres, has its time paid
 * for, lets it talk (or plays its audio back), and settles it once.
 */
typedef struct call_s call_t;

/* What all calls of a worker share. */
typedef struct {
    log_t           log;
    uv_loop_t      *loop;
    desk_segment_t *seg;
    desk_process_t *self;
    pg_t           *pg;
    net_host_t     *net; /* the way to services outside */
    const char     *node;
    const char     *state_dir;
    desk_bells_t    bells; /* nginx processes to be rung */

    /* The call is done with; its pointer is void when this returns. */
    void (*on_call_gone)(void *data, uint32_t slot);
    void *data;
} call_host_t;

/* A slot was assigned to this worker. 0, or -ENOENT when it was not. */
int call_create(call_t **cp, call_host_t *host, uint32_t slot);

/* Its ready bit was set: there are records, or the stream is gone. */
void call_on_ready(call_t *call);

/* Every 20 ms for a call that talks, every second for any other. */
void call_tick(call_t *call, uint64_t now_ms);
int  call_needs_ticks(const call_t *call);

/* The worker ends: the call is settled, the caller's line is freed. */
void call_shut_down(call_t *call);

/* At once and without a trace; for one that has another owner. */
void call_destroy(call_t *call);

#endif /* CALL_CALL_H */
