/* SPDX-License-Identifier: BSD-2-Clause */

#include <math.h>
#include <string.h>

#include "dsp/level.h"
#include "dsp/vad.h"

#define VAD_HIGH_PASS 0.9f /* pole: -3 dB at 130 Hz, below it is hum */

/* How far above the noise a frame must be to begin and to go on. */
#define VAD_BEGIN_DB 8.0f
#define VAD_STAY_DB 5.0f
#define VAD_FLOOR_DBFS (-52.0f)  /* what is lower is no caller's voice */
#define VAD_TALKER_DB 28.0f      /* so far below the voice is not the voice */
#define VAD_PITCHLESS_MS 180     /* the longest "s" at the end of a word */

/* Voices are between 71 and 400 Hz: lags at 2 kHz. */
#define VAD_LAG_MIN 5
#define VAD_LAG_MAX 28
#define VAD_PITCH_MIN 0.5f /* a frame's correlation with itself, a pitch on */

/* Of the last frames, how many must have a pitch for speech to begin. */
#define VAD_BEGIN_MASK 0x1f
#define VAD_BEGIN_COUNT 3

/* A tone: frame after frame the same level and slope. No voice is so even. */
#define VAD_STEADY_DB 0.8f
#define VAD_STEADY_TILT 0.025f
#define VAD_STEADY_BEGIN 1
#define VAD_STEADY_STAY 8

#define VAD_NOISE_MIN_DBFS (-75.0f)
#define VAD_NOISE_START_DBFS (-45.0f) /* the most the first frame may claim */
#define VAD_NOISE_FALL 0.3f
#define VAD_NOISE_RISE 0.05f
#define VAD_NOISE_RISE_MAX_DB 0.3f
#define VAD_WINDOW_FRAMES 75

static void vad_frame(vad_t *v, const int16_t *pcm, size_t samples);
static void vad_measure(vad_t *v, const int16_t *pcm, size_t samples);
static float vad_pitch(const vad_t *v);
static void vad_begin(vad_t *v);
static void vad_go_on(vad_t *v, uint32_t ms);
static void vad_noise(vad_t *v);

void
vad_init(vad_t *v)
{
    memset(v, 0, sizeof(*v));
    v->level_dbfs = LEVEL_SILENCE_DBFS;
    v->noise_dbfs = 0.0f; /* not known: the first frame sets it */
    v->talker_dbfs = LEVEL_SILENCE_DBFS;
    v->previous_dbfs = LEVEL_SILENCE_DBFS;
}

int
vad_feed(vad_t *v, const int16_t *pcm, size_t samples)
{
    size_t step;

    while (samples > 0) {
        step = samples < FRAME_SAMPLES ? samples : FRAME_SAMPLES;
        vad_frame(v, pcm, step);
        pcm += step;
        samples -= step;
    }

    return v->speaking;
}

static void
vad_frame(vad_t *v, const int16_t *pcm, size_t samples)
{
    int      is_active, steady_max;
    uint32_t ms;

    steady_max = v->speaking ? VAD_STEADY_STAY : VAD_STEADY_BEGIN;
    ms = (uint32_t) (samples * 1000 / FRAME_RATE_HZ);
    vad_measure(v, pcm, samples);

    is_active = v->level_dbfs > v->noise_dbfs + VAD_BEGIN_DB
                && v->level_dbfs > VAD_FLOOR_DBFS;
    v->voiced = v->level_dbfs > v->noise_dbfs + VAD_STAY_DB
                && v->level_dbfs > VAD_FLOOR_DBFS
                && v->steady_count < steady_max
                && vad_pitch(v) > VAD_PITCH_MIN;

    v->active_bits = (uint8_t) (v->active_bits << 1 | is_active);
    v->voiced_bits = (uint8_t) (v->voiced_bits << 1 | (is_active && v->voiced));

    v->gap_ms += ms;

    if (v->speaking) {
        vad_go_on(v, ms);

    } else if (v->voiced
               && __builtin_popcount(v->voiced_bits & VAD_BEGIN_MASK)
                      >= VAD_BEGIN_COUNT) {
        vad_begin(v);

    } else {
        v->silence_ms = v->gap_ms;
    }

    vad_noise(v);
}

/* Fills in what a frame sounds like: level, slope, steadiness, history. */
static void
vad_measure(vad_t *v, const int16_t *pcm, size_t samples)
{
    float  in, out, r0 = 0.0f, r1 = 0.0f, sum = 0.0f, tilt, *history;
    size_t n = 0;

    history = v->history + VAD_PITCH_SAMPLES * (VAD_PITCH_FRAMES - 1);
    memmove(v->history, v->history + VAD_PITCH_SAMPLES,
            sizeof(v->history) - VAD_PITCH_SAMPLES * sizeof(float));

    for (size_t i = 0; i < samples; i++) {
        in = (float) pcm[i];
        out = in - v->last_in + VAD_HIGH_PASS * v->last_out;
        r0 += out * out;
        r1 += out * v->last_out;
        v->last_in = in;
        v->last_out = out;

        sum += out;
        if ((i & 3) == 3) {
            history[n++] = sum;
            sum = 0.0f;
        }
    }

    while (n < VAD_PITCH_SAMPLES) {
        history[n++] = 0.0f;
    }

    v->previous_dbfs = v->level_dbfs;
    v->level_dbfs = level_of_power(r0 / (float) samples);

    tilt = r0 > 0.0f ? r1 / r0 : 0.0f;
    if (fabsf(tilt - v->tilt) < VAD_STEADY_TILT
        && fabsf(v->level_dbfs - v->previous_dbfs) < VAD_STEADY_DB) {
        v->steady_count += v->steady_count < UINT8_MAX;

    } else {
        v->steady_count = 0;
    }

    v->tilt = tilt;
}

/* How well the last 40 ms or so repeat themselves, at best: 0 to 1. */
static float
vad_pitch(const vad_t *v)
{
    float        best = 0.0f, r, energy = 1.0f, lagged = 1.0f;
    const float *x;
    const int    len = VAD_PITCH_SAMPLES * VAD_PITCH_FRAMES - VAD_LAG_MAX;

    x = v->history + VAD_LAG_MAX;

    for (int i = 0; i < len; i++) {
        energy += x[i] * x[i];
        lagged += x[i - VAD_LAG_MIN] * x[i - VAD_LAG_MIN];
    }

    for (int lag = VAD_LAG_MIN; lag <= VAD_LAG_MAX; lag++) {
        r = 0.0f;

        for (int i = 0; i < len; i++) {
            r += x[i] * x[i - lag];
        }

        if (r > 0.0f) {
            r = r * r / (energy * lagged);
            best = r > best ? r : best;
        }

        /* The window of the next lag begins and ends one sample earlier. */
        if (lag < VAD_LAG_MAX) {
            lagged += x[-lag - 1] * x[-lag - 1]
                      - x[len - 1 - lag] * x[len - 1 - lag];
        }
    }

    return sqrtf(best);
}

/* Some frames of speech have passed before it was sure: they count. */
static void
vad_begin(vad_t *v)
{
    uint32_t frames = 0;

    while (frames < 8 && (v->active_bits >> frames & 1)) {
        frames++;
    }

    v->speaking = 1;
    v->talker_dbfs = v->level_dbfs;
    v->run_ms = frames * FRAME_MS;
    v->speech_ms = v->run_ms;
    v->gap_ms = 0;
    v->silence_ms = 0;
    v->pitchless_ms = 0;
}

static void
vad_go_on(vad_t *v, uint32_t ms)
{
    int is_voice;

    v->run_ms += ms;
    v->pitchless_ms = v->voiced ? 0 : v->pitchless_ms + ms;

    is_voice = v->level_dbfs > v->noise_dbfs + VAD_STAY_DB
               && v->level_dbfs > VAD_FLOOR_DBFS
               && v->level_dbfs > v->talker_dbfs - VAD_TALKER_DB
               && v->steady_count < VAD_STEADY_STAY
               && v->pitchless_ms <= VAD_PITCHLESS_MS;

    if (is_voice) {
        v->gap_ms = 0;
        v->silence_ms = 0;
        v->speech_ms = v->run_ms;

        if (v->voiced) {
            v->talker_dbfs += 0.1f * (v->level_dbfs - v->talker_dbfs);
        }
        return;
    }

    if (v->gap_ms > VAD_HANGOVER_MS) {
        v->speaking = 0;
        v->silence_ms = v->gap_ms;
    }
}

/*
 * Falls fast, rises slowly, and not at all while somebody speaks; unless for
 * seconds nothing was lower, for then the line itself has become louder.
 */
static void
vad_noise(vad_t *v)
{
    float low, difference;

    if (v->noise_dbfs == 0.0f) {
        v->noise_dbfs = fminf(v->level_dbfs, VAD_NOISE_START_DBFS);
        v->low_dbfs[0] = v->low_dbfs[1] = v->noise_dbfs;
    }

    v->low_dbfs[0] = fminf(v->low_dbfs[0], v->level_dbfs);
    if (++v->window_count >= VAD_WINDOW_FRAMES) {
        low = fminf(v->low_dbfs[0], v->low_dbfs[1]);
        v->noise_dbfs = fmaxf(v->noise_dbfs, low);
        v->low_dbfs[1] = v->low_dbfs[0];
        v->low_dbfs[0] = 0.0f;
        v->window_count = 0;
    }

    difference = v->level_dbfs - v->noise_dbfs;
    if (difference < 0.0f) {
        v->noise_dbfs += VAD_NOISE_FALL * difference;

    } else if (!v->speaking && !(v->voiced_bits & VAD_BEGIN_MASK)) {
        v->noise_dbfs += fminf(VAD_NOISE_RISE * difference,
                               VAD_NOISE_RISE_MAX_DB);
    }

    v->noise_dbfs = fmaxf(v->noise_dbfs, VAD_NOISE_MIN_DBFS);
}
