/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef DESK_RECORD_H
#define DESK_RECORD_H

#include <stdint.h>

/*
 * What travels in a slot's rings. Up: from the caller to the worker that owns
 * the call. Down: from that worker to the caller.
 */
#define DESK_RECORDS(R)                                                       \
    R(PAD, "pad")       /* nothing: the ring ends here, go on at its start */ \
    R(AUDIO, "audio")   /* u-law, 8 kHz */                                    \
    R(DTMF, "dtmf")     /* up: one key */                                     \
    R(MARK, "mark")     /* down: tell when heard; up: was heard. A number */  \
    R(CLEAR, "clear")   /* down: forget all audio not played yet */           \
    R(START, "start")   /* up: the stream is open, the card is filled */      \
    R(STOP, "stop")     /* up: the stream is over; down: close it */          \
    R(TEXT, "text")     /* words: typed by, or shown to, a browser */         \
    R(EVENT, "event")   /* down: JSON for those who watch the call */         \
    R(RESUME, "resume") /* up: a new stream carries the same call */

#define DESK_RECORD_ENUM(name, text) DESK_RECORD_##name,
typedef enum { DESK_RECORDS(DESK_RECORD_ENUM) DESK_RECORD_COUNT } desk_record_e;
#undef DESK_RECORD_ENUM

/* Of one record's payload. Audio is handed on in frames far below this. */
#define DESK_RECORD_MAX 4096

/*
 * The word before a payload:
 * stamp << 32 | flags << 24 | type << 16 | length.
 */
#define DESK_RECORD_HEAD 8

/* A bit of the type that readers do not see: a copy of a record before. */
#define DESK_RECORD_AGAIN 0x80U

/* One record as a reader sees it; data is valid until the next call. */
typedef struct {
    desk_record_e  type;
    uint8_t        flags;
    uint16_t       length;
    uint32_t       stamp; /* ms since the stream's start, by its own clock */
    const uint8_t *data;
} desk_record_t;

static inline uint64_t
desk_record_word(desk_record_e type, uint8_t flags, uint32_t stamp,
                 uint16_t length)
{
    return (uint64_t) stamp << 32 | (uint64_t) flags << 24
           | (uint64_t) type << 16 | length;
}

/* Bytes that a payload takes in a ring, its head included. */
static inline uint32_t
desk_record_span(uint32_t length)
{
    return DESK_RECORD_HEAD + ((length + 7U) & ~7U);
}

#endif /* DESK_RECORD_H */
