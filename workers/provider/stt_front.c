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
#define FRONT_CEPSTRA 13
#define FRONT_TOP_HZ 3500.0 /* centers of bands above are not heard */

/*
 * How much a band's energy (natural logarithm) strays from what thirteen
 * cepstra can tell: harmonics, mostly.
 */
#define FRONT_STRAY 0.05

#define FRONT_PATH_MAX 1024
#define FRONT_MAGIC 0x11223344

struct stt_front_s {
    fe_t       *fe; /* gives logarithms of band energies */
    resample_t *resample;
    int         bands, heard; /* of all, the first so many are carried */
    double      lifter[FRONT_CEPSTRA];
    double      weights[FRONT_CEPSTRA][FRONT_BANDS_MAX];
};

/* The static part of a model's Gaussians. */
typedef struct {
    float *values; /* FRONT_CEPSTRA for each */
    size_t count;
} gaussians_t;

static int front_open(stt_front_t *f, const char *acoustic);
static int front_heard(cmd_ln_t *config, int bands);
static int front_learn(stt_front_t *f, const char *acoustic);
static int gaussians_read(gaussians_t *g, const char *acoustic,
                          const char *name);
static void front_spread(const gaussians_t *means, const gaussians_t *variances,
                         double spread[FRONT_CEPSTRA][FRONT_CEPSTRA]);
static void front_solve(stt_front_t *f,
                        double spread[FRONT_CEPSTRA][FRONT_CEPSTRA]);
static double front_cosine(const stt_front_t *f, int cepstrum, int band);
static void front_invert(double m[FRONT_BANDS_MAX][FRONT_BANDS_MAX], int n);

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
    if (rc == 0) {
        rc = front_learn(f, acoustic);
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

    out = (mfcc_t **) ckd_calloc_2d((size_t) count + 1, FRONT_CEPSTRA,
                                    sizeof(mfcc_t));

    for (int32 t = 0; t < count; t++) {
        for (int i = 0; i < FRONT_CEPSTRA; i++) {
            sum = 0.0;
            for (int j = 0; j < f->heard; j++) {
                sum += f->weights[i][j] * (double) bands[t][j];
            }
            out[t][i] = (mfcc_t) sum;
        }
    }

    ckd_free_2d(bands);
    *cepstra = out;
    *frames = count;
    return 0;
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

    for (int i = 0; i < FRONT_CEPSTRA; i++) {
        f->lifter[i] = lift > 0 ? 1.0 + lift / 2 * sin(M_PI * i / lift) : 1.0;
    }

    if (f->bands <= FRONT_BANDS_MAX && f->heard >= FRONT_CEPSTRA
        && strcmp(cmd_ln_str_r(config, "-transform"), "dct") == 0
        && cmd_ln_int32_r(config, "-ceplen") == FRONT_CEPSTRA) {
        cmd_ln_set_int_r(config, "-lifter", 0);
        cmd_ln_set_boolean_r(config, "-logspec", TRUE);
        cmd_ln_set_boolean_r(config, "-remove_silence", FALSE);

        f->fe = fe_init_auto_r(config);
        rc = f->fe != NULL ? 0 : -EINVAL;
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

static int
front_learn(stt_front_t *f, const char *acoustic)
{
    int         rc;
    double      spread[FRONT_CEPSTRA][FRONT_CEPSTRA];
    gaussians_t means = { NULL, 0 }, variances = { NULL, 0 };

    rc = gaussians_read(&means, acoustic, "means");
    if (rc == 0) {
        rc = gaussians_read(&variances, acoustic, "variances");
    }

    if (rc == 0 && means.count != variances.count) {
        rc = -EINVAL;
    }

    if (rc == 0) {
        front_spread(&means, &variances, spread);
        front_solve(f, spread);
    }

    free(means.values);
    free(variances.values);
    return rc;
}

/*
 * Text lines up to "endhdr", the byte order, numbers of codebooks, streams
 * and densities, the length of each stream's vectors, the number of floats;
 * then vectors by codebook, stream and density. The first stream is static.
 */
static int
gaussians_read(gaussians_t *g, const char *acoustic, const char *name)
{
    int      rc = -EINVAL;
    char     path[FRONT_PATH_MAX], line[256];
    FILE    *file;
    size_t   first, rest = 0;
    uint32_t head[4], len, total;

    (void) snprintf(path, sizeof(path), "%s/%s", acoustic, name);
    file = fopen(path, "re");
    if (file == NULL) {
        return -errno;
    }

    do {
        if (fgets(line, sizeof(line), file) == NULL) {
            goto done;
        }
    } while (strstr(line, "endhdr") == NULL);

    if (fread(head, sizeof(head), 1, file) != 1 || head[0] != FRONT_MAGIC
        || head[1] == 0 || head[1] > 10000 || head[2] == 0 || head[2] > 8
        || head[3] == 0 || head[3] > 10000) {
        goto done;
    }

    for (uint32_t i = 0; i < head[2]; i++) {
        if (fread(&len, sizeof(len), 1, file) != 1 || len > 1000
            || (i == 0 && len != FRONT_CEPSTRA)) {
            goto done;
        }
        rest += i > 0 ? len : 0;
    }

    if (fread(&total, sizeof(total), 1, file) != 1) {
        goto done;
    }

    first = (size_t) head[3] * FRONT_CEPSTRA;
    g->count = (size_t) head[1] * head[3];
    g->values = malloc(g->count * FRONT_CEPSTRA * sizeof(float));
    if (g->values == NULL) {
        rc = -ENOMEM;
        goto done;
    }

    for (uint32_t i = 0; i < head[1]; i++) {
        if (fread(g->values + i * first, sizeof(float), first, file) != first
            || fseek(file, (long) (rest * head[3] * sizeof(float)), SEEK_CUR)
                   != 0) {
            goto done;
        }
    }

    rc = 0;

done:
    fclose(file);
    return rc;
}

/* Covariance of the cepstra of speech: of the means, and around them. */
static void
front_spread(const gaussians_t *means, const gaussians_t *variances,
             double spread[FRONT_CEPSTRA][FRONT_CEPSTRA])
{
    double       mean[FRONT_CEPSTRA] = { 0 }, n = (double) means->count;
    const float *m, *v;

    memset(spread, 0, sizeof(double) * FRONT_CEPSTRA * FRONT_CEPSTRA);

    for (size_t g = 0; g < means->count; g++) {
        for (int i = 0; i < FRONT_CEPSTRA; i++) {
            mean[i] += (double) means->values[g * FRONT_CEPSTRA + i] / n;
        }
    }

    for (size_t g = 0; g < means->count; g++) {
        m = means->values + g * FRONT_CEPSTRA;
        v = variances->values + g * FRONT_CEPSTRA;

        for (int i = 0; i < FRONT_CEPSTRA; i++) {
            for (int j = 0; j < FRONT_CEPSTRA; j++) {
                spread[i][j] += ((double) m[i] - mean[i])
                                * ((double) m[j] - mean[j]) / n;
            }
            spread[i][i] += (double) v[i] / n;
        }
    }
}

/*
 * With energies x = G c + stray in the bands that are heard, cepstra c of
 * covariance S are best guessed as S G' (G S G' + stray I)^-1 x. Means do not
 * matter: the recognizer takes them off.
 */
static void
front_solve(stt_front_t *f, double spread[FRONT_CEPSTRA][FRONT_CEPSTRA])
{
    int    n = f->heard;
    double sg[FRONT_CEPSTRA][FRONT_BANDS_MAX], g, sum;
    double gsg[FRONT_BANDS_MAX][FRONT_BANDS_MAX];

    for (int i = 0; i < FRONT_CEPSTRA; i++) {
        for (int j = 0; j < n; j++) {
            sg[i][j] = 0.0;
            for (int k = 0; k < FRONT_CEPSTRA; k++) {
                g = front_cosine(f, k, j) / f->lifter[k];
                sg[i][j] += spread[i][k] * g;
            }
        }
    }

    for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
            sum = i == j ? FRONT_STRAY : 0.0;
            for (int k = 0; k < FRONT_CEPSTRA; k++) {
                sum += front_cosine(f, k, i) / f->lifter[k] * sg[k][j];
            }
            gsg[i][j] = sum;
        }
    }

    front_invert(gsg, n);

    for (int i = 0; i < FRONT_CEPSTRA; i++) {
        for (int j = 0; j < n; j++) {
            sum = 0.0;
            for (int k = 0; k < n; k++) {
                sum += sg[i][k] * gsg[k][j];
            }
            f->weights[i][j] = sum;
        }
    }
}

/* Of the orthonormal transform between energies and cepstra. */
static double
front_cosine(const stt_front_t *f, int cepstrum, int band)
{
    return cos(M_PI * cepstrum * (band + 0.5) / f->bands)
           * sqrt((cepstrum == 0 ? 1.0 : 2.0) / f->bands);
}

/* Gauss-Jordan in place; the matrix is symmetric and positive. */
static void
front_invert(double m[FRONT_BANDS_MAX][FRONT_BANDS_MAX], int n)
{
    double pivot, factor;

    for (int p = 0; p < n; p++) {
        pivot = m[p][p];
        m[p][p] = 1.0;

        for (int j = 0; j < n; j++) {
            m[p][j] /= pivot;
        }

        for (int i = 0; i < n; i++) {
            if (i == p) {
                continue;
            }

            factor = m[i][p];
            m[i][p] = 0.0;
            for (int j = 0; j < n; j++) {
                m[i][j] -= factor * m[p][j];
            }
        }
    }
}
