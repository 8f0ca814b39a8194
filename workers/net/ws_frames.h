/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef NET_WS_FRAMES_H
#define NET_WS_FRAMES_H

#include <stddef.h>
#include <stdint.h>

struct wslay_event_context;

typedef struct {
    uint8_t *data; /* behind it is a NUL, when there is any */
    size_t   bytes, room;
} ws_bytes_t;

/* Returns 0 or -ENOMEM. */
int ws_bytes_add(ws_bytes_t *to, const void *bytes, size_t length);

/*
 * A WebSocket's bytes as a client frames them (RFC 6455, 5): what came becomes
 * messages, what is to be said becomes frames in `out`. Knows of no socket.
 */
typedef struct {
    struct wslay_event_context *wslay;
    /* Whole ones; may set `stopped`. */
    void (*on_message)(void *data, int is_text, const uint8_t *bytes,
                       size_t length);
    void  *data;
    size_t message_max;

    const uint8_t *in;
    size_t         in_bytes;
    ws_bytes_t     message; /* after a close, why */
    uint8_t        opcode;  /* of the message that is being read */
    ws_bytes_t     out;

    uint64_t now_ms, counted_ms;
    unsigned empty_frames;

    uint8_t goodbye[2]; /* of a close frame: its code */
    size_t  goodbye_bytes;

    const char *broken; /* why nothing more is read; or NULL */
    unsigned    no_memory:1;
    unsigned    stopped:1;    /* by who owns it: no further message */
    unsigned    in_control:1; /* the frame being read */
    unsigned    in_close:1;
} ws_frames_t;

int  ws_frames_init(ws_frames_t *frames, size_t message_max,
                    void (*on_message)(void *data, int is_text,
                                      const uint8_t *bytes, size_t length),
                    void *data);
void ws_frames_clear(ws_frames_t *frames);

/* Pings are answered. Look at `broken` and `no_memory` after it. */
void ws_frames_read(ws_frames_t *frames, const uint8_t *bytes, size_t length,
                    uint64_t now_ms);
/* Whether the peer said goodbye, and then its code; 1005: it said none. */
int ws_frames_has_closed(const ws_frames_t *frames, int *code);

/* They wait in it until ws_frames_flush(). 0, -EPIPE, -ENOMEM. */
int ws_frames_text(ws_frames_t *frames, const void *bytes, size_t length);
int ws_frames_binary(ws_frames_t *frames, const void *bytes, size_t length);
int ws_frames_ping(ws_frames_t *frames);
/* After what waits. */
int ws_frames_close(ws_frames_t *frames, uint16_t code);

/* All that waits goes to `out`. 0 or -ENOMEM. */
int ws_frames_flush(ws_frames_t *frames);
/* Bytes of messages that wait. */
size_t ws_frames_waiting(const ws_frames_t *frames);

#endif /* NET_WS_FRAMES_H */
