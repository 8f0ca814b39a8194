/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef DSP_VAD_H
#define DSP_VAD_H

#include <stddef.h>
#include <stdint.h>

#include "dsp/frame.h"

/*
 * Tells a caller's voice from the line: hiss, hum, clicks, tones, breath.
 * Speech begins with frames that are loud against the line's own noise and
 * have a pitch; once begun, the voiceless sounds of its words belong to it.
 *
 * Kept by value. The fields of the first part are for reading.
 */

/* A gap no longer than this is inside a word or between two. */
#define VAD_HANGOVER_MS 160

#define VAD_PITCH_SAMPLES (FRAME_SAMPLES / 4) /* a frame at 2 kHz */
#define VAD_PITCH_FRAMES 3

typedef struct {
    float    level_dbfs;  /* of the last frame */
    float    noise_dbfs;  /* of the line when nobody speaks */
    float    talker_dbfs; /* of the voice, while there is one */
    uint32_t speech_ms;   /* of this stretch of speech, up to its last voice */
    /*
     * Since the last voice, exact to the frame; 0 while a gap may still turn
     * out to be one inside a word. Before the first voice: since the start.
     */
    uint32_t silence_ms;
    uint32_t gap_ms; /* since the last voice, also while it may be a gap */
    unsigned speaking:1;

    /* Private. */
    unsigned voiced:1; /* the last frame had a pitch and was loud enough */
    uint8_t  voiced_bits;  /* of the last eight frames, newest lowest */
    uint8_t  active_bits;  /* the same: loud against the noise */
    uint8_t  steady_count; /* frames in a row that sound all the same */
    uint32_t pitchless_ms; /* since the last frame with a pitch */
    uint32_t run_ms;       /* since speech began, gaps and all */
    float    tilt;         /* spectral slope of the last frame, -1 to 1 */
    float    previous_dbfs;
    float    last_in, last_out; /* high pass */
    float    low_dbfs[2];       /* lowest level of this window and the last */
    uint32_t window_count;
    float    history[VAD_PITCH_SAMPLES * VAD_PITCH_FRAMES];
} vad_t;

void vad_init(vad_t *v);

/*
 * Once a frame: no allocation, no locks, no waiting. Returns whether the
 * caller is speaking, that is `speaking`. Takes any number of samples at
 * 8 kHz, and looks at 20 ms at a time.
 */
int vad_feed(vad_t *v, const int16_t *pcm, size_t samples);

#endif /* DSP_VAD_H */
