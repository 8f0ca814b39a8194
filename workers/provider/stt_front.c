/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sphinxbase/fe.h>

#include "dsp/frame.h"
#include "dsp/resample.h"
#include "provider/stt_front.h"

#define FRONT_RATE_HZ 16000
#define FRONT_STEP 160  /* samples between frames */
#define FRONT_BANDS_MAX 64
#define FRONT_TOP_HZ 3500.0 /* centers of bands above are not heard */

/*
 * Variance of a band's energy (natural logarithm) around what thirteen
 * cepstra tell of it: harmonics, mostly. With 0.06 a high voice loses 12 of
 * 100 sentences more, with 0.2 it loses 3.
 */
#define FRONT_STRAY 0.1

/*
 * How loud the middle of speech is above the model's zero, and how far below
 * the loudest frame speech ends. What lies around speech, digital silence or
 * a noisy room, has no say: a person's digits on a real line were misheard
 * when it had.
 */
#define FRONT_SPEECH_LEVEL 12.0
#define FRONT_SPEECH_DEPTH 45.0 /* 45 dB */

#define FRONT_PATH_MAX 1024

struct stt_front_s {
    fe_t       *fe; /* gives logarithms of band energies */
    resample_t *resample;
    int         bands, heard; /* of all, the first so many are carried */
    double      lifter[STT_CEPSTRA]; /* on the model's cepstra */
    double      weights[STT_CEPSTRA][FRONT_BANDS_MAX];
};

static int front_open(stt_front_t *f, const char *acoustic);
static int front_heard(cmd_ln_t *config, int bands);
static void front_center(mfcc_t **cepstra, int32 frames);
static double front_cosine(int bands, int cepstrum, int band);

int
stt_front_create(stt_front_t **fp, const char *acoustic)
{
    int          rc;
    stt_front_t *f;

    f = calloc(1, sizeof(stt_front_t));
    if (f == NULL) {
        return -ENOMEM;
    }

    rc = resample_create(&f->resample, FRAME_RATE_HZ, FRONT_RATE_HZ);
    if (rc == 0) {
        rc = front_open(f, acoustic);
    }

    if (rc < 0) {
        stt_front_destroy(f);
        return rc;
    }

    *fp = f;
    return 0;
}

void
stt_front_destroy(stt_front_t *f)
{
    if (f == NULL) {
        return;
    }

    if (f->fe != NULL) {
        fe_free(f->fe);
    }

    resample_destroy(f->resample);
    free(f);
}

int
stt_front_cepstra(stt_front_t *f, const int16_t *pcm, size_t samples,
                  mfcc_t ***cepstra, int32 *frames)
{
    int32        count, last = 0;
    double       sum;
    size_t       n;
    mfcc_t     **bands, **out;
    int16_t     *wide;
    const int16 *at;

    n = resample_bound(f->resample, samples) + resample_bound(f->resample, 0);
    wide = malloc(n * sizeof(int16_t));
    if (wide == NULL) {
        return -ENOMEM;
    }

    resample_reset(f->resample);
    n = resample_feed(f->resample, wide, pcm, samples);
    n += resample_flush(f->resample, wide + n);

    count = (int32) (n / FRONT_STEP) + 4;
    bands = (mfcc_t **) ckd_calloc_2d((size_t) count, (size_t) f->bands,
                                      sizeof(mfcc_t));
    at = wide;

    fe_start_stream(f->fe);
    (void) fe_start_utt(f->fe);
    (void) fe_process_frames(f->fe, &at, &n, bands, &count, NULL);
    (void) fe_end_utt(f->fe, bands[count], &last);
    count += last;
    free(wide);

    out = (mfcc_t **) ckd_calloc_2d((size_t) count + 1, STT_CEPSTRA,
                                    sizeof(mfcc_t));

    for (int32 t = 0; t < count; t++) {
        for (int i = 0; i < STT_CEPSTRA; i++) {
            sum = 0.0;
            for (int j = 0; j < f->heard; j++) {
                sum += f->weights[i][j] * (double) bands[t][j];
            }
            out[t][i] = (mfcc_t) sum;
        }
    }

    ckd_free_2d(bands);
    front_center(out, count);
    *cepstra = out;
    *frames = count;
    return 0;
}

/* The first cepstrum is loudness. */
static void
front_center(mfcc_t **cepstra, int32 frames)
{
    int    count = 0;
    double loudest = -INFINITY, mean[STT_CEPSTRA] = { 0 };

    for (int32 t = 0; t < frames; t++) {
        loudest = fmax(loudest, (double) cepstra[t][0]);
    }

    for (int32 t = 0; t < frames; t++) {
        if ((double) cepstra[t][0] >= loudest - FRONT_SPEECH_DEPTH) {
            for (int i = 0; i < STT_CEPSTRA; i++) {
                mean[i] += (double) cepstra[t][i];
            }
            count++;
        }
    }

    for (int32 t = 0; t < frames; t++) {
        for (int i = 0; i < STT_CEPSTRA; i++) {
            cepstra[t][i] -= (mfcc_t) (mean[i] / count);
        }
        cepstra[t][0] += (mfcc_t) FRONT_SPEECH_LEVEL;
    }
}

/* From cepstra to all bands as they tell them, and of those heard back. */
void
stt_front_map(const stt_front_t *f, stt_front_map_t *map)
{
    memset(map, 0, sizeof(*map));

    for (int i = 0; i < STT_CEPSTRA; i++) {
        for (int j = 0; j < f->heard; j++) {
            for (int k = 0; k < STT_CEPSTRA; k++) {
                map->matrix[i][k] += f->weights[i][j]
                                     * front_cosine(f->bands, k, j)
                                     / f->lifter[k];
            }
            map->stray[i] += f->weights[i][j] * f->weights[i][j] * FRONT_STRAY;
        }
    }
}

/* As the model wants it, but for the energies themselves, not liftered. */
static int
front_open(stt_front_t *f, const char *acoustic)
{
    int       rc = -EINVAL, lift;
    char      path[FRONT_PATH_MAX];
    cmd_ln_t *config;

    (void) snprintf(path, sizeof(path), "%s/feat.params", acoustic);
    config = cmd_ln_init(NULL, ps_args(), TRUE, NULL);
    if (config == NULL) {
        return -ENOMEM;
    }

    if (cmd_ln_parse_file_r(config, ps_args(), path, FALSE) == NULL) {
        cmd_ln_free_r(config);
        return -EINVAL;
    }

    f->bands = (int) cmd_ln_int32_r(config, "-nfilt");
    f->heard = front_heard(config, f->bands);
    lift = (int) cmd_ln_int32_r(config, "-lifter");

    for (int i = 0; i < STT_CEPSTRA; i++) {
        f->lifter[i] = lift > 0 ? 1.0 + lift / 2 * sin(M_PI * i / lift) : 1.0;
    }

    if (f->bands <= FRONT_BANDS_MAX && f->heard >= STT_CEPSTRA
        && strcmp(cmd_ln_str_r(config, "-transform"), "dct") == 0
        && cmd_ln_int32_r(config, "-ceplen") == STT_CEPSTRA) {
        cmd_ln_set_int_r(config, "-lifter", 0);
        cmd_ln_set_boolean_r(config, "-logspec", TRUE);
        cmd_ln_set_boolean_r(config, "-remove_silence", FALSE);

        f->fe = fe_init_auto_r(config);
        rc = f->fe != NULL ? 0 : -EINVAL;
    }

    for (int i = 0; rc == 0 && i < STT_CEPSTRA; i++) {
        for (int j = 0; j < f->heard; j++) {
            f->weights[i][j] = front_cosine(f->heard, i, j);
        }
    }

    cmd_ln_free_r(config);
    return rc;
}

/* Bands lie evenly on the mel scale, each from the one before's center on. */
static int
front_heard(cmd_ln_t *config, int bands)
{
    int    n = 0;
    double low, high, center;

    low = log10(1.0 + cmd_ln_float64_r(config, "-lowerf") / 700.0);
    high = log10(1.0 + cmd_ln_float64_r(config, "-upperf") / 700.0);

    while (n < bands) {
        center = low + (high - low) * (n + 1) / (bands + 1);
        if (700.0 * (pow(10.0, center) - 1.0) > FRONT_TOP_HZ) {
            break;
        }
        n++;
    }

    return n;
}

/* Of the orthonormal transform between energies and cepstra. */
static double
front_cosine(int bands, int cepstrum, int band)
{
    return cos(M_PI * cepstrum * (band + 0.5) / bands)
           * sqrt((cepstrum == 0 ? 1.0 : 2.0) / bands);
}
