/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* fallocate() */
#endif

#include <errno.h>
#include <fcntl.h>

#include "desk_slot.h"

/*
 * The memory of a slot's up ring. A caller who is silent, or was understood,
 * needs few pages; one who talks on needs as many as the ring has. Pages come
 * by posix_fallocate() before they are written to, so that a full tmpfs makes
 * the past shorter, and is never SIGBUS.
 */

#define PAGE_BYTES 4096
/* At once: some one and a half seconds. */
#define WIDEN_BYTES (3 * PAGE_BYTES)

static void slot_widen(desk_segment_t *seg, const desk_slot_t *slot,
                       desk_ring_writer_t *up);
static off_t slot_offset(const desk_segment_t *seg, const desk_slot_t *slot);

uint32_t
desk_slot_near(uint32_t up_bytes)
{
    return up_bytes > 2 * DESK_SLOT_NEAR_BYTES ? DESK_SLOT_NEAR_BYTES
                                               : up_bytes;
}

/*
 * Once a frame: no allocation, no locks, no waiting; but while a caller talks
 * on, and after it, two system calls for every one and a half seconds.
 */
int
desk_slot_put_up(desk_segment_t *seg, const desk_slot_t *slot,
                 desk_ring_writer_t *up, desk_record_e type, uint8_t flags,
                 uint32_t stamp, const void *data, uint32_t length)
{
    if (up->reach > up->near && desk_ring_narrow(up)) {
        desk_slot_trim(seg, slot);
    }

    if (desk_ring_is_short(up, length)) {
        slot_widen(seg, slot, up);
    }

    return desk_ring_put(up, type, flags, stamp, data, length);
}

void
desk_slot_trim(desk_segment_t *seg, const desk_slot_t *slot)
{
    int      rc;
    uint32_t has, up, near = DESK_SLOT_NEAR_BYTES / PAGE_BYTES;

    has = atomic_load_explicit(&slot->shared->has_pages, memory_order_relaxed);
    up = has >> 16;

    if (up <= near || up > seg->up_bytes / PAGE_BYTES
        || desk_slot_near(seg->up_bytes) == seg->up_bytes)
    {
        return;
    }

    do {
        rc = fallocate(seg->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                       slot_offset(seg, slot) + DESK_SLOT_NEAR_BYTES,
                       (off_t) (up - near) * PAGE_BYTES);
    } while (rc < 0 && errno == EINTR);

    if (rc == 0) {
        atomic_store_explicit(&slot->shared->has_pages,
                              near << 16 | (has & 0xffff),
                              memory_order_relaxed);
    }
}

/* Where there is no memory, the ring does with what it has. */
static void
slot_widen(desk_segment_t *seg, const desk_slot_t *slot,
           desk_ring_writer_t *up)
{
    int      rc;
    uint32_t has;
    uint64_t end = up->reach + WIDEN_BYTES;

    if (end > up->size) {
        end = up->size;
    }

    do {
        rc = posix_fallocate(seg->fd,
                             slot_offset(seg, slot) + (off_t) up->reach,
                             (off_t) (end - up->reach));
    } while (rc == EINTR);

    if (rc != 0) {
        return;
    }

    up->reach = end;
    has = atomic_load_explicit(&slot->shared->has_pages, memory_order_relaxed);
    atomic_store_explicit(&slot->shared->has_pages,
                          (uint32_t) ((end + PAGE_BYTES - 1) / PAGE_BYTES)
                                  << 16
                              | (has & 0xffff),
                          memory_order_relaxed);
}

static off_t
slot_offset(const desk_segment_t *seg, const desk_slot_t *slot)
{
    return (off_t) (slot->up_data - (const uint8_t *) seg->header);
}
