/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * This process's end of the segment: its place in the process table, its
 * doorbell as an event of nginx's, and what the end of a turn of the event
 * loop does for all streams at once.
 */

#ifndef NGX_FRONTDESK_BRIDGE_H
#define NGX_FRONTDESK_BRIDGE_H

#include "shm/desk_process.h"
#include "shm/desk_slot.h"

#include "ngx_frontdesk.h"

/* NULL: the segment could not be attached; this node takes no streams. */
desk_segment_t *ngx_frontdesk_bridge_segment(void);
desk_process_t *ngx_frontdesk_bridge_self(void);

/*
 * Something happened in this turn of the loop: at its end workers are rung,
 * rings are read, and sockets are written to.
 */
void ngx_frontdesk_bridge_turn(void);

/* That worker has something to read. */
void ngx_frontdesk_bridge_ring(ngx_uint_t process);

/* Who is to be told when a slot's ready bit is set. */
typedef void (*ngx_frontdesk_bridge_ready_pt)(void *data);

void ngx_frontdesk_bridge_watch(ngx_uint_t slot,
    ngx_frontdesk_bridge_ready_pt handler, void *data);
/* By then the slot may be another's, who goes on watching. */
void ngx_frontdesk_bridge_unwatch(ngx_uint_t slot, const void *data);

void ngx_frontdesk_bridge_count(desk_counter_e counter, uint64_t n);

#endif
