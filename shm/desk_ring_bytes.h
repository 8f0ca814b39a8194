/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef DESK_RING_BYTES_H
#define DESK_RING_BYTES_H

#include <stdatomic.h>
#include <stdint.h>
#include <string.h>

/*
 * Bytes that one side may read while the other writes them are copied as
 * relaxed atomic words: plain moves on the machine, no data race by the
 * standard. Rings are lines, so words are aligned and never cross an end.
 */
static inline void
word_store(uint8_t *at, uint64_t word)
{
    atomic_store_explicit((_Atomic uint64_t *) (void *) at, word,
                          memory_order_relaxed);
}

static inline uint64_t
word_load(const uint8_t *at)
{
    return atomic_load_explicit((const _Atomic uint64_t *) (const void *) at,
                                memory_order_relaxed);
}

static inline void
bytes_store(uint8_t *at, const void *from, uint32_t length)
{
    uint64_t       word;
    const uint8_t *p = from;

    for (; length >= sizeof(word); length -= sizeof(word)) {
        memcpy(&word, p, sizeof(word));
        word_store(at, word);
        p += sizeof(word);
        at += sizeof(word);
    }

    if (length > 0) {
        word = 0;
        memcpy(&word, p, length);
        word_store(at, word);
    }
}

static inline void
bytes_load(uint8_t *to, const uint8_t *at, uint32_t length)
{
    uint64_t word;

    for (; length >= sizeof(word); length -= sizeof(word)) {
        word = word_load(at);
        memcpy(to, &word, sizeof(word));
        to += sizeof(word);
        at += sizeof(word);
    }

    if (length > 0) {
        word = word_load(at);
        memcpy(to, &word, length);
    }
}

#endif /* DESK_RING_BYTES_H */
