/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef VOICE_FIXTURE_H
#define VOICE_FIXTURE_H

/* Frames that sound like a voice, or like nobody, as a line carries them. */

#include <math.h>
#include <string.h>

#include "dsp/frame.h"
#include "dsp/g711.h"

typedef struct {
    uint64_t random;
    double   phase;
    uint8_t  ulaw[FRAME_SAMPLES];
    int16_t  pcm[FRAME_SAMPLES];
} voice_t;

static inline double
voice_random(voice_t *v)
{
    v->random = v->random * UINT64_C(6364136223846793005)
                + UINT64_C(1442695040888963407);

    return (double) (v->random >> 40) / (double) (1 << 24) - 0.5;
}

static inline frame_t
voice_frame(voice_t *v)
{
    frame_t frame = { v->ulaw, v->pcm, FRAME_SAMPLES };

    g711_ulaw_encode(v->ulaw, v->pcm, FRAME_SAMPLES);
    g711_ulaw_decode(v->pcm, v->ulaw, FRAME_SAMPLES);

    return frame;
}

/* A vowel of some 130 Hz whose color changes from frame to frame. */
static inline frame_t
voice_speaks(voice_t *v)
{
    int    i, h;
    double sum, pitch, weights[16];

    pitch = 130 + 12 * voice_random(v);
    for (h = 1; h < 16; h++) {
        weights[h] = (1 + voice_random(v)) / (1 + h * 0.4);
    }

    for (i = 0; i < FRAME_SAMPLES; i++) {
        v->phase += 2 * 3.14159265358979 * pitch / FRAME_RATE_HZ;
        sum = 0;
        for (h = 1; h < 16; h++) {
            sum += weights[h] * sin(h * v->phase);
        }
        v->pcm[i] = (int16_t) (2500 * sum);
    }

    return voice_frame(v);
}

static inline frame_t
voice_is_silent(voice_t *v)
{
    int i;

    for (i = 0; i < FRAME_SAMPLES; i++) {
        v->pcm[i] = (int16_t) (24 * voice_random(v));
    }

    return voice_frame(v);
}

#endif /* VOICE_FIXTURE_H */
