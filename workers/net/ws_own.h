/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef NET_WS_OWN_H
#define NET_WS_OWN_H

/* What ws.c, how it goes, and ws_send.c, what is sent, share. */

#include "net/pipe.h"
#include "net/ws.h"
#include "net/ws_frames.h"
#include "net/ws_hello.h"

typedef enum {
    WS_CONNECTING,
    WS_GREETING, /* the upgrade is asked for */
    WS_OPEN,
    WS_CLOSING, /* we have said goodbye, or are about to */
    WS_CLOSED
} ws_state_e;

struct ws_s {
    TAILQ_ENTRY(ws_s) next;
    TAILQ_ENTRY(ws_s) next_waiting;
    TAILQ_ENTRY(ws_s) next_unread;

    net_host_t *host;
    pipe_t     *pipe;
    ws_state_e  state;
    ws_events_t events;
    void       *data;
    size_t      queue_max;
    uint32_t    ping_ms;
    uv_timer_t  timer;

    desk_ask_t  ask;
    ws_hello_t  hello;
    ws_frames_t frames;

    /*
     * Framed. `sending` does not move nor grow: TLS wants a write that did
     * not go through to be tried with the same bytes again.
     */
    ws_bytes_t sending;
    size_t     sent;

    net_target_t *again; /* it was kept ready: where it went to */
    uint32_t      connect_ms;

    uint64_t opened_ms, heard_ms, pinged_ms, moved_ms;

    unsigned trusted:1;
    unsigned is_up:1;   /* the connection */
    unsigned is_open:1; /* frames may be sent */
    unsigned is_waiting:1;
    unsigned is_unread:1;
    unsigned telling:1;
    unsigned dropped:1;
};

/* Has something to send: it goes when this turn is over. */
void ws_wait(ws_t *ws);
void ws_write(ws_t *ws);

#endif /* NET_WS_OWN_H */
