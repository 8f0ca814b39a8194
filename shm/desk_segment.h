/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef DESK_SEGMENT_H
#define DESK_SEGMENT_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "desk_layout.h"

typedef struct {
    const char *name;       /* as shm_open() wants it: "/frontdesk" */
    uint32_t    slot_count; /* 1 to DESK_SLOTS_MAX */
    uint32_t    up_bytes;   /* multiples of 4096 up to DESK_RING_BYTES_MAX */
    uint32_t    down_bytes;
    uid_t       uid; /* who is to own it; (uid_t) -1: the caller */
    gid_t       gid;
} desk_segment_options_t;

/* A mapping of the segment. Its pointers are good until detach. */
typedef struct {
    desk_header_t         *header;
    desk_process_shared_t *processes;
    _Atomic uint64_t      *ready; /* ready_words for each process */
    _Atomic uint64_t      *states;
    desk_slot_shared_t    *slots;
    desk_rpc_shared_t     *rpc;
    desk_breakers_shared_t *breakers;
    uint8_t               *rings;

    /* Copies: what is in the segment is read once and checked. */
    uint32_t slot_count;
    uint32_t up_bytes;
    uint32_t down_bytes;
    uint32_t ready_words; /* bits: slots, then RPC entries */

    size_t   total_bytes;
    uint64_t inode;
    int      fd;
    char     name[64];
} desk_segment_t;

/*
 * Attaches the segment, creating it when it is not there or is left from an
 * earlier boot of the machine, or by a creator that died. Two that come at
 * once are safe. Returns 0 or -errno, and then a sentence in `error`: -EPROTO
 * for another layout or a damaged header, -EPERM when it belongs to a stranger
 * or others may write to it, -ENOSPC when memory is out.
 */
int desk_segment_attach(desk_segment_t *seg,
                        const desk_segment_options_t *options, char *error,
                        size_t error_bytes);

/*
 * Whether this program could use the segment if it is there already; changes
 * nothing. Returns 0, or -EPROTO and a sentence: it has another layout.
 */
int desk_segment_check(const char *name, char *error, size_t error_bytes);

/* Unmaps. The segment stays for the others. */
void desk_segment_detach(desk_segment_t *seg);

/* Takes the name away: those attached go on, the next attach makes anew. */
int desk_segment_unlink(const char *name);

/* Milliseconds of CLOCK_MONOTONIC. */
uint64_t desk_now_ms(void);

#endif /* DESK_SEGMENT_H */
