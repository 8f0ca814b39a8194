/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef NET_PIPE_H
#define NET_PIPE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "net/host_own.h"

/*
 * A connection's bytes, TLS and all, made by libcurl: what a WebSocket runs
 * on. Of one owner, who may destroy it from any of its events.
 */
typedef struct {
    void (*on_up)(void *data);
    /* There may be something to read, or room to write: what was wanted. */
    void (*on_ready)(void *data);
    /* Instead of on_up(): it did not connect. */
    void (*on_down)(void *data, const fault_t *fault);
} pipe_events_t;

#define PIPE_READ  1
#define PIPE_WRITE 2

int  pipe_open(pipe_t **pp, net_host_t *host, const net_target_t *target,
               unsigned trusted, uint32_t connect_ms,
               const pipe_events_t *events, void *data);
void pipe_destroy(pipe_t *pipe);

/* Once it is up: another owner. */
void pipe_give(pipe_t *pipe, const pipe_events_t *events, void *data);
void pipe_want(pipe_t *pipe, int what);

/*
 * Bytes, 0 at its end, -EAGAIN, -EIO. Read until -EAGAIN: what TLS holds back
 * does not make it ready again. What a write of -EAGAIN was tried with is
 * tried again as it is, from the same place.
 */
ssize_t pipe_read(pipe_t *pipe, void *to, size_t room);
ssize_t pipe_write(pipe_t *pipe, const void *bytes, size_t length);

#endif /* NET_PIPE_H */
