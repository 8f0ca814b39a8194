/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "desk_doorbell.h"

static socklen_t doorbell_address(struct sockaddr_un *to, const char *name,
                                  uint32_t index, uint64_t generation);
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

    length = doorbell_address(&at, seg->name, self->index, self->generation);

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
    atomic_store_explicit(&self->shared->armed, 1, memory_order_relaxed);

    /*
     * D1 pairs with D2 in desk_doorbell_ring(): keeps the store of `armed`
     * before the loads of the ready words. The producer sets a ready bit, and
     * only then looks at `armed`. Without both fences each side may read the
     * old value of the other, and the wake-up is lost.
     */
    atomic_thread_fence(memory_order_seq_cst);

    if (ready_any(seg, self->index)) {
        atomic_store_explicit(&self->shared->armed, 0, memory_order_relaxed);
        return 0;
    }

    return 1;
}

void
desk_doorbell_disarm(desk_doorbell_t *bell, const desk_process_t *self)
{
    char waste[16];

    atomic_store_explicit(&self->shared->armed, 0, memory_order_relaxed);

    /* Several may have rung; one byte left over costs one idle turn. */
    (void) recv(bell->fd, waste, sizeof(waste), MSG_DONTWAIT);
}

int
desk_doorbell_ring(desk_doorbell_t *bell, const desk_segment_t *seg,
                   uint32_t index)
{
    char                   byte = 0;
    socklen_t              length;
    struct sockaddr_un     to;
    desk_process_shared_t *p = &seg->processes[index];

    /* D2 pairs with D1 in desk_doorbell_arm(). */
    atomic_thread_fence(memory_order_seq_cst);

    if (atomic_load_explicit(&p->armed, memory_order_relaxed) == 0
        || atomic_exchange_explicit(&p->armed, 0, memory_order_relaxed) == 0)
    {
        return 0;
    }

    length = doorbell_address(&to, seg->name, index,
                              desk_process_generation(seg, index));

    /* A full socket means that it has been rung already; a gone one is dead. */
    (void) sendto(bell->fd, &byte, 1, MSG_DONTWAIT | MSG_NOSIGNAL,
                  (struct sockaddr *) &to, length);

    return 1;
}

static socklen_t
doorbell_address(struct sockaddr_un *to, const char *name, uint32_t index,
                 uint64_t generation)
{
    int n;

    memset(to, 0, sizeof(*to));
    to->sun_family = AF_UNIX;

    /* unix(7): abstract names begin with a NUL and have a length. */
    n = snprintf(to->sun_path + 1, sizeof(to->sun_path) - 1,
                 "%s.%u.%llu.bell", name, index,
                 (unsigned long long) generation);

    return (socklen_t) (offsetof(struct sockaddr_un, sun_path) + 1
                        + (size_t) n);
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
