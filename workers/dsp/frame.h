/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef DSP_FRAME_H
#define DSP_FRAME_H

#include <stddef.h>
#include <stdint.h>

/* What a telephone line carries: G.711 u-law, 8,000 samples a second. */
#define FRAME_RATE_HZ 8000
#define FRAME_MS 20
#define FRAME_SAMPLES (FRAME_RATE_HZ / 1000 * FRAME_MS)

/*
 * Some audio of one party, mostly 20 ms of it. Borrowed by whoever gets it:
 * valid until the function it is passed to returns.
 */
typedef struct {
    const uint8_t *ulaw; /* as it came from the line */
    const int16_t *pcm;  /* the same, linear */
    size_t         samples;
} frame_t;

#endif /* DSP_FRAME_H */
