/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* recvmmsg() */
#endif

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "desk_doorbell.h"
#include "desk_ring.h"

/* Tests take it away to see that they see it. */
#ifndef DESK_DOORBELL_FENCE
#define DESK_DOORBELL_FENCE() atomic_thread_fence(memory_order_seq_cst)
#endif

#define DRAIN_MAX 16 /* at once */
#define DRAIN_ROUNDS 4

static socklen_t doorbell_address(struct sockaddr_un *to,
                                  const desk_segment_t *seg, uint32_t index,
                                  uint64_t generation);
static char *hex(char *to, uint64_t n, int digits);
static int ready_any(const desk_segment_t *seg, uint32_t index);

int
desk_doorbell_open(desk_doorbell_t *bell, const desk_segment_t *seg,
                   const desk_process_t *self)
{
    int                rc;
    socklen_t          length;
    struct sockaddr_un at;

    bell->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (bell->fd < 0) {
        return -errno;
    }

    length = doorbell_address(&at, seg, self->index, self->generation);

    if (bind(bell->fd, (struct sockaddr *) &at, length) < 0) {
        rc = -errno;
        desk_doorbell_close(bell);
        return rc;
    }

    return 0;
}

void
desk_doorbell_close(desk_doorbell_t *bell)
{
    if (bell->fd >= 0) {
        (void) close(bell->fd);
        bell->fd = -1;
    }
}

int
desk_doorbell_arm(const desk_segment_t *seg, const desk_process_t *self)
{
    uint32_t armed;

    /*
     * Counted, so that a ringer who saw an earlier arming cannot undo this
     * one. Ringers only ever clear the lowest bit: load and store will do.
     */
    armed = atomic_load_explicit(&self->shared->armed, memory_order_relaxed);
    atomic_store_explicit(&self->shared->armed, (armed | 1) + 2,
                          memory_order_relaxed);

    /*
     * D1 pairs with D2 in desk_doorbell_ring(): keeps the store of `armed`
     * before the loads of the ready words. The producer sets a ready bit, and
     * only then looks at `armed`. Without both fences each side may read the
     * old value of the other, and the wake-up is lost.
     */
    DESK_DOORBELL_FENCE();

    if (ready_any(seg, self->index)) {
        desk_doorbell_awake(self);
        return 0;
    }

    return 1;
}

void
desk_doorbell_disarm(desk_doorbell_t *bell, const desk_process_t *self)
{
    int            i;
    struct mmsghdr waste[DRAIN_MAX];

    desk_doorbell_awake(self);
    memset(waste, 0, sizeof(waste));

    /*
     * Several may have rung. All is read away, or a socket that is full (of
     * what a stranger sent, even) would show no edge to an epoll that waits
     * for one. What comes on and on is left for the next turn. The bytes say
     * nothing: there is no room for them.
     */
    for (i = 0; i < DRAIN_ROUNDS; i++) {
        if (recvmmsg(bell->fd, waste, DRAIN_MAX, MSG_DONTWAIT, NULL)
            < DRAIN_MAX)
        {
            break;
        }
    }
}

int
desk_doorbell_ring(desk_doorbell_t *bell, const desk_segment_t *seg,
                   uint32_t index)
{
    char                   byte = 0;
    uint32_t               armed;
    socklen_t              length;
    struct sockaddr_un     to;
    desk_process_shared_t *p = &seg->processes[index];

    /* D2 pairs with D1 in desk_doorbell_arm(). */
    DESK_DOORBELL_FENCE();

    armed = atomic_load_explicit(&p->armed, memory_order_relaxed);
    if ((armed & 1) == 0) {
        return 0;
    }

    DESK_RING_STEP(30);
    length = doorbell_address(&to, seg, index,
                              desk_process_generation(seg, index));

    /* A full socket means that it has been rung already; a gone one is dead. */
    (void) sendto(bell->fd, &byte, 1, MSG_DONTWAIT | MSG_NOSIGNAL,
                  (struct sockaddr *) &to, length);

    DESK_RING_STEP(31);

    /*
     * Only now, when the byte is there: killed between the two, we would have
     * left a sleeper that nobody rings any more.
     */
    (void) atomic_compare_exchange_strong_explicit(&p->armed, &armed,
                                                   armed & ~1U,
                                                   memory_order_relaxed,
                                                   memory_order_relaxed);

    return 1;
}

uint32_t
desk_bells_ring(desk_bells_t *bells, desk_doorbell_t *bell,
                const desk_segment_t *seg)
{
    uint32_t i, sent = 0;
    uint64_t word;

    for (i = 0; i < DESK_PROCESS_COUNT / 64; i++) {
        word = bells->words[i];
        bells->words[i] = 0;

        for (; word != 0; word &= word - 1) {
            sent += (uint32_t) desk_doorbell_ring(
                bell, seg, i * 64 + (uint32_t) __builtin_ctzll(word));
        }
    }

    return sent;
}

/*
 * An abstract name (unix(7): it begins with a NUL and has a length). The
 * segment's inode is in it because two may have one name: an old one that was
 * unlinked while in use, and its successor.
 */
static socklen_t
doorbell_address(struct sockaddr_un *to, const desk_segment_t *seg,
                 uint32_t index, uint64_t generation)
{
    char             *p = to->sun_path;
    static const char prefix[] = "\0frontdesk-bell-";

    to->sun_family = AF_UNIX;
    memcpy(p, prefix, sizeof(prefix) - 1);

    p = hex(p + sizeof(prefix) - 1, seg->inode, 16);
    p = hex(p, index, 2);
    p = hex(p, generation, 14);

    return (socklen_t) (p - (char *) to);
}

static char *
hex(char *to, uint64_t n, int digits)
{
    int i;

    for (i = digits - 1; i >= 0; i--) {
        to[i] = "0123456789abcdef"[n & 15];
        n >>= 4;
    }

    return to + digits;
}

static int
ready_any(const desk_segment_t *seg, uint32_t index)
{
    uint32_t          i;
    _Atomic uint64_t *words = desk_ready_words(seg, index);

    for (i = 0; i < seg->ready_words; i++) {
        if (atomic_load_explicit(&words[i], memory_order_acquire) != 0) {
            return 1;
        }
    }

    return 0;
}
