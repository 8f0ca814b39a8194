/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef LOAD_WIRE_H
#define LOAD_WIRE_H

#include <stddef.h>
#include <stdint.h>

/* The bytes of WebSocket (RFC 6455), base64, and of one stamped frame. */

#define LOAD_FRAME_BYTES 160
#define LOAD_FRAME_BASE64 216

/* Room before a text that is to be sent, for the frame's head. */
#define LOAD_WIRE_HEAD 14

typedef enum {
    LOAD_WIRE_TEXT = 1,
    LOAD_WIRE_CLOSE = 8,
    LOAD_WIRE_PING = 9,
    LOAD_WIRE_PONG = 10
} load_wire_opcode_e;

typedef struct {
    unsigned       opcode;
    const uint8_t *data;
    size_t         len;
} load_wire_frame_t;

/*
 * Masks `len` bytes that stand LOAD_WIRE_HEAD bytes behind `buf` and puts the
 * head before them. Returns where the frame begins; its length is in *total.
 */
uint8_t *load_wire_close(uint8_t *buf, load_wire_opcode_e opcode, size_t len,
                         size_t *total);

/*
 * The next frame from a server. Returns its bytes, 0 when it is not whole yet,
 * -1 when it is not one that this program can take: masked, or in pieces.
 */
long load_wire_next(load_wire_frame_t *frame, const uint8_t *data, size_t len);

size_t load_base64_encode(char *out, const uint8_t *data, size_t len);
/* Returns the number of bytes, or -1. `out` has room for len / 4 * 3. */
long load_base64_decode(uint8_t *out, const char *text, size_t len);

/*
 * Twenty milliseconds of what is no speech: who sent it, the how manieth it
 * is, when it left, and bytes that follow from these.
 */
typedef struct {
    uint64_t sent_ns;
    uint32_t call;
    uint32_t sequence;
} load_stamp_t;

void load_stamp_write(uint8_t *frame, const load_stamp_t *stamp);
/* Returns 0, or -1 when the frame was not written by load_stamp_write(). */
int load_stamp_read(load_stamp_t *stamp, const uint8_t *frame);

/* A number in decimal; returns where it ends. */
char *load_decimal(char *out, uint64_t n);

#endif /* LOAD_WIRE_H */
