/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef BENCH_CALLER_H
#define BENCH_CALLER_H

/*
 * A made-up caller: a sentence spoken by one of flite's voices (rms, awb,
 * slt, kal) and sent through a telephone line, 300 to 3,400 Hz in u-law,
 * with silence before and after. For tests and benchmarks.
 */

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <flite/flite.h>

#include "dsp/frame.h"
#include "dsp/g711.h"
#include "dsp/level.h"
#include "dsp/resample.h"
#include "provider/flite_lock.h"

#define CALLER_MS(ms) ((size_t) (ms) * (FRAME_RATE_HZ / 1000))

#define CALLER_LEVEL_DBFS (-20.0f)
#define CALLER_BEFORE     CALLER_MS(300)
#define CALLER_AFTER      CALLER_MS(500)

/* Two poles, two zeros: a step of the line's band pass. */
typedef struct {
    float b0, b1, b2, a1, a2;
    float x1, x2, y1, y2;
} biquad_t;

cst_voice *register_cmu_us_slt(const char *folder);
cst_voice *register_cmu_us_rms(const char *folder);
cst_voice *register_cmu_us_awb(const char *folder);
cst_voice *register_cmu_us_kal(const char *folder);

static inline int      caller_wave(const char *voice, const char *text,
                                   cst_wave **wave);
static inline int      caller_narrow(const cst_wave *wave, int16_t **pcm,
                                     size_t *samples);
static inline void     caller_line(int16_t *pcm, size_t samples,
                                   float noise_dbfs);
static inline biquad_t caller_filter(float cutoff_hz, float q,
                                     int is_high_pass);
static inline float    caller_step(biquad_t *f, float x);
static inline float    caller_noise(uint32_t *random);

/* noise_dbfs: of the line; 0 for a clean one. The samples are malloc'd. */
static inline int
caller_speak(const char *voice, const char *text, float noise_dbfs,
             uint8_t **ulaw, size_t *samples)
{
    int       rc;
    int16_t  *pcm;
    cst_wave *wave;

    flite_lock();
    rc = caller_wave(voice, text, &wave);
    flite_unlock();
    if (rc < 0) {
        return rc;
    }

    rc = caller_narrow(wave, &pcm, samples);
    delete_wave(wave);
    if (rc < 0) {
        return rc;
    }

    caller_line(pcm, *samples, noise_dbfs);

    *ulaw = malloc(*samples);
    if (*ulaw == NULL) {
        free(pcm);
        return -ENOMEM;
    }

    g711_ulaw_encode(*ulaw, pcm, *samples);
    free(pcm);
    return 0;
}

/* The samples of a u-law WAV file of 8 kHz. */
static inline int
caller_read(const char *path, uint8_t **ulaw, size_t *samples)
{
    long    len;
    char    tag[8];
    FILE   *file;
    uint8_t size[4];

    file = fopen(path, "re");
    if (file == NULL) {
        return -errno;
    }

    /* Chunks behind the twelve bytes of the RIFF header, up to "data". */
    if (fseek(file, 12, SEEK_SET) != 0) {
        goto failed;
    }

    for (;;) {
        if (fread(tag, 1, 4, file) != 4 || fread(size, 1, 4, file) != 4) {
            goto failed;
        }

        len = (long) ((uint32_t) size[0] | (uint32_t) size[1] << 8
                      | (uint32_t) size[2] << 16 | (uint32_t) size[3] << 24);
        if (memcmp(tag, "data", 4) == 0) {
            break;
        }

        if (fseek(file, len + (len & 1), SEEK_CUR) != 0) {
            goto failed;
        }
    }

    *ulaw = malloc((size_t) len + 1);
    if (*ulaw == NULL) {
        goto failed;
    }

    *samples = fread(*ulaw, 1, (size_t) len, file);
    fclose(file);
    return 0;

failed:
    fclose(file);
    return -EINVAL;
}

static inline int
caller_wave(const char *voice, const char *text, cst_wave **wave)
{
    cst_voice *v;
    static int is_initialized;

    if (!is_initialized) {
        flite_init();
        is_initialized = 1;
    }

    if (strcmp(voice, "rms") == 0) {
        v = register_cmu_us_rms(NULL);
    } else if (strcmp(voice, "awb") == 0) {
        v = register_cmu_us_awb(NULL);
    } else if (strcmp(voice, "kal") == 0) {
        v = register_cmu_us_kal(NULL);
    } else {
        v = register_cmu_us_slt(NULL);
    }

    flite_feat_set_float(v->features, "duration_stretch", 1.0f);
    *wave = flite_text_to_wave(text, v);
    return *wave != NULL ? 0 : -EINVAL;
}

static inline int
caller_narrow(const cst_wave *wave, int16_t **pcm, size_t *samples)
{
    int         rc;
    size_t      n = (size_t) wave->num_samples, room;
    int16_t    *out;
    resample_t *r;

    rc = resample_create(&r, (uint32_t) wave->sample_rate, FRAME_RATE_HZ);
    if (rc < 0) {
        return rc;
    }

    room = resample_bound(r, n) + resample_bound(r, 0) + CALLER_BEFORE
           + CALLER_AFTER;
    out = calloc(room, sizeof(int16_t));
    if (out == NULL) {
        resample_destroy(r);
        return -ENOMEM;
    }

    n = resample_feed(r, out + CALLER_BEFORE, wave->samples, n);
    n += resample_flush(r, out + CALLER_BEFORE + n);
    resample_destroy(r);

    *pcm = out;
    *samples = n + CALLER_BEFORE + CALLER_AFTER;
    *samples -= *samples % FRAME_SAMPLES;
    return 0;
}

static inline void
caller_line(int16_t *pcm, size_t samples, float noise_dbfs)
{
    float    noise, x;
    uint32_t random = 2463534242u;
    biquad_t steps[] = {
        caller_filter(300.0f, 0.541f, 1),
        caller_filter(300.0f, 1.307f, 1),
        caller_filter(3400.0f, 0.541f, 0),
        caller_filter(3400.0f, 1.307f, 0),
    };

    level_normalize(pcm, samples, CALLER_LEVEL_DBFS, 30.0f);
    noise = noise_dbfs < 0.0f ? 32768.0f * powf(10.0f, noise_dbfs / 20.0f)
                              : 0.0f;

    for (size_t i = 0; i < samples; i++) {
        x = (float) pcm[i] + noise * caller_noise(&random);
        for (size_t s = 0; s < sizeof(steps) / sizeof(steps[0]); s++) {
            x = caller_step(&steps[s], x);
        }
        pcm[i] = (int16_t) fmaxf(-32768.0f, fminf(32767.0f, x));
    }
}

/* The usual bilinear second-order sections. */
static inline biquad_t
caller_filter(float cutoff_hz, float q, int is_high_pass)
{
    float    w, c, alpha, a0, edge;
    biquad_t f = { 0 };

    w = 2.0f * (float) M_PI * cutoff_hz / FRAME_RATE_HZ;
    c = cosf(w);
    alpha = sinf(w) / (2.0f * q);
    a0 = 1.0f + alpha;
    edge = is_high_pass ? 1.0f + c : 1.0f - c;

    f.b0 = edge / 2.0f / a0;
    f.b1 = (is_high_pass ? -edge : edge) / a0;
    f.b2 = f.b0;
    f.a1 = -2.0f * c / a0;
    f.a2 = (1.0f - alpha) / a0;
    return f;
}

static inline float
caller_step(biquad_t *f, float x)
{
    float y;

    y = f->b0 * x + f->b1 * f->x1 + f->b2 * f->x2 - f->a1 * f->y1
        - f->a2 * f->y2;
    f->x2 = f->x1;
    f->x1 = x;
    f->y2 = f->y1;
    f->y1 = y;
    return y;
}

/* Evenly spread, root mean square 1. */
static inline float
caller_noise(uint32_t *random)
{
    *random ^= *random << 13;
    *random ^= *random >> 17;
    *random ^= *random << 5;
    return ((float) *random / 4294967296.0f - 0.5f) * 3.4641f;
}

#endif /* BENCH_CALLER_H */
