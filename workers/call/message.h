/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef CALL_MESSAGE_H
#define CALL_MESSAGE_H

#include "call/agent.h"
#include "call/leg.h"
#include "call/turns.h"
#include "dsp/frame.h"

/*
 * What a caller gets who cannot be talked to: an excuse, a tone, a minute to
 * leave a message, and thanks. Nothing of it is recognized, answered or
 * spoken by anything but the embedded voice. The message is a file in
 * state_dir/messages, and a lead of the client's.
 */
typedef struct message_s message_t;

typedef struct {
    void (*on_over)(void *data, const char *reason);
    /* Another worker has the call. */
    void (*on_stale)(void *data);
} message_events_t;

/* All that is pointed to is borrowed, and outlives it. */
int  message_create(message_t **mp, uv_loop_t *loop, leg_t *leg,
                    const agent_t *agent, store_t *store, turns_t *turns,
                    const char *state_dir, const message_events_t *events,
                    void *data);
void message_destroy(message_t *m);

void message_start(message_t *m);
void message_hear(message_t *m, const frame_t *frame, uint64_t now_ms);
void message_on_key(message_t *m, char key, uint64_t now_ms);
void message_on_mark(message_t *m, uint32_t mark);
void message_tick(message_t *m, uint64_t now_ms);

/* The call ends: keeps what was said. Returns whether there is something. */
int message_hang_up(message_t *m);

#endif /* CALL_MESSAGE_H */
