/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <pocketsphinx.h>
#include <sphinxbase/err.h>
#include <sphinxbase/ngram_model.h>

#include "provider/stt_decoder.h"
#include "provider/stt_front.h"
#include "provider/stt_lm.h"
#include "provider/stt_words.h"

#define DECODER_PATH_MAX 1024
#define DECODER_BASE "base"

/*
 * Found by measurement: narrower beams and coarser scores save up to a third
 * of the time and cost 3 to 6 of 100 sentences.
 */
#define DECODER_WORD_PENALTY "0.15" /* fewer, longer words */
#define DECODER_MODEL_WEIGHT "7.5"  /* of the language model, in each pass */
#define DECODER_FLAT_WEIGHT "9.5"
#define DECODER_PATH_WEIGHT "10.5"
#define DECODER_GAUSSIANS "8" /* of 128, how many score a frame */

/* A client's own sentence counts as so many of the base model's. */
#define DECODER_CLIENT_WEIGHT 20

struct stt_decoder_s {
    ps_decoder_t *ps;
    stt_front_t  *front;
    stt_words_t  *words; /* opened at the first learning */
    char          dictionary[DECODER_PATH_MAX];
    char          folder[DECODER_PATH_MAX];
    size_t        added_words;
};

static int decoder_init(stt_decoder_t *d, const char *acoustic);
static int decoder_add_words(stt_decoder_t *d, const stt_lm_t *lm);
static int decoder_add_word(stt_decoder_t *d, const char *word);
static int decoder_set_model(stt_decoder_t *d, const char *name, stt_lm_t *lm);
static int decoder_select(stt_decoder_t *d, const char *name);
static int decoder_run(stt_decoder_t *d, mfcc_t **cepstra, int32 frames);
static void decoder_result(stt_decoder_t *d, stt_result_t *result);
static float decoder_confidence(stt_decoder_t *d, const char *text);
static void decoder_silence(void);
static void decoder_log(void *data, err_lvl_t level, const char *format, ...);

int
stt_decoder_create(stt_decoder_t **dp, const stt_decoder_paths_t *paths)
{
    int                   rc;
    stt_decoder_t        *d;
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, decoder_silence);

    d = calloc(1, sizeof(stt_decoder_t));
    if (d == NULL) {
        return -ENOMEM;
    }

    (void) snprintf(d->dictionary, sizeof(d->dictionary), "%s",
                    paths->dictionary);
    (void) snprintf(d->folder, sizeof(d->folder), "%s", paths->folder);

    rc = stt_front_create(&d->front, paths->acoustic);
    if (rc == 0) {
        rc = decoder_init(d, paths->acoustic);
    }

    if (rc < 0) {
        stt_decoder_destroy(d);
        return rc;
    }

    *dp = d;
    return 0;
}

void
stt_decoder_destroy(stt_decoder_t *d)
{
    if (d == NULL) {
        return;
    }

    if (d->ps != NULL) {
        ps_free(d->ps);
    }

    stt_words_close(d->words);
    stt_front_destroy(d->front);
    free(d);
}

int
stt_decoder_learn(stt_decoder_t *d, const char *name,
                  const char *const *sentences, size_t count)
{
    int       rc;
    char      path[DECODER_PATH_MAX + 16], spoken[STT_TEXT_MAX];
    stt_lm_t *lm;

    rc = stt_lm_create(&lm);
    if (rc < 0) {
        return rc;
    }

    (void) snprintf(path, sizeof(path), "%s/base.txt", d->folder);
    rc = stt_lm_read(lm, path, 1);
    if (rc == 0) {
        (void) snprintf(path, sizeof(path), "%s/base.general", d->folder);
        rc = stt_lm_read_general(lm, path);
    }

    for (size_t i = 0; i < count && rc == 0; i++) {
        if (stt_words_spoken(spoken, sizeof(spoken), sentences[i]) > 0) {
            rc = stt_lm_add(lm, spoken, strlen(spoken),
                            DECODER_CLIENT_WEIGHT);
        }
    }

    if (rc == 0) {
        rc = decoder_add_words(d, lm);
    }
    if (rc == 0) {
        rc = decoder_set_model(d, name, lm);
    }

    stt_lm_destroy(lm);
    return rc;
}

void
stt_decoder_forget(stt_decoder_t *d, const char *name)
{
    if (decoder_select(d, NULL) == 0) {
        (void) ps_unset_search(d->ps, name);
    }
}

size_t
stt_decoder_added_words(const stt_decoder_t *d)
{
    return d->added_words;
}

int
stt_decoder_decode(stt_decoder_t *d, const char *name, const int16_t *pcm,
                   size_t samples, stt_result_t *result)
{
    int      rc;
    int32    frames;
    mfcc_t **cepstra;

    rc = decoder_select(d, name);
    if (rc < 0) {
        return rc;
    }

    rc = stt_front_cepstra(d->front, pcm, samples, &cepstra, &frames);
    if (rc < 0) {
        return rc;
    }

    rc = decoder_run(d, cepstra, frames);
    ckd_free_2d(cepstra);

    if (rc == 0) {
        decoder_result(d, result);
    }

    return rc;
}

static int
decoder_init(stt_decoder_t *d, const char *acoustic)
{
    char      dict[DECODER_PATH_MAX + 16], model[DECODER_PATH_MAX + 16];
    char      means[DECODER_PATH_MAX + 16], variances[DECODER_PATH_MAX + 16];
    cmd_ln_t *config;

    (void) snprintf(dict, sizeof(dict), "%s/base.dict", d->folder);
    (void) snprintf(model, sizeof(model), "%s/base.lm.bin", d->folder);
    (void) snprintf(means, sizeof(means), "%s/means", d->folder);
    (void) snprintf(variances, sizeof(variances), "%s/variances", d->folder);

    config = cmd_ln_init(
        NULL, ps_args(), TRUE, "-hmm", acoustic, "-mean", means, "-var",
        variances, "-dict", dict, "-wip", DECODER_WORD_PENALTY, "-lw",
        DECODER_MODEL_WEIGHT, "-fwdflatlw", DECODER_FLAT_WEIGHT, "-bestpathlw",
        DECODER_PATH_WEIGHT, "-topn", DECODER_GAUSSIANS, NULL);
    if (config == NULL) {
        return -EINVAL;
    }

    d->ps = ps_init(config);
    cmd_ln_free_r(config);
    if (d->ps == NULL) {
        return -EINVAL;
    }

    ps_get_feat(d->ps)->cmn = CMN_NONE; /* stt_front.c has done it */

    if (ps_set_lm_file(d->ps, DECODER_BASE, model) < 0) {
        return -EINVAL;
    }

    return decoder_select(d, NULL);
}

static int
decoder_add_words(stt_decoder_t *d, const stt_lm_t *lm)
{
    int         rc;
    char       *known;
    const char *word;

    if (d->words == NULL) {
        rc = stt_words_open(&d->words, d->dictionary);
        if (rc < 0) {
            return rc;
        }
    }

    for (size_t i = 0; i < stt_lm_word_count(lm); i++) {
        word = stt_lm_word(lm, i);
        known = ps_lookup_word(d->ps, word);
        if (known != NULL) {
            ckd_free(known);
            continue;
        }

        rc = decoder_add_word(d, word);
        if (rc < 0) {
            return rc;
        }
    }

    return 0;
}

/*
 * Without the update: only the model set next sees the word, so that other
 * clients' models stay as they are.
 */
static int
decoder_add_word(stt_decoder_t *d, const char *word)
{
    char name[STT_LM_WORD_MAX + 16], phones[STT_PHONES_MAX];

    for (unsigned n = 0; n < 4; n++) {
        if (stt_words_phones(d->words, word, n, phones) < 0) {
            break;
        }

        (void) snprintf(name, sizeof(name), n == 0 ? "%s" : "%s(%u)", word,
                        n + 1);
        if (ps_add_word(d->ps, name, phones, FALSE) < 0) {
            break;
        }
        d->added_words++;
    }

    return 0;
}

/* PocketSphinx reads models from files only; this one is in memory. */
static int
decoder_set_model(stt_decoder_t *d, const char *name, stt_lm_t *lm)
{
    int            rc, fd;
    char           path[64];
    FILE          *file;
    ngram_model_t *model;

    fd = memfd_create("lm", MFD_CLOEXEC);
    if (fd < 0) {
        return -errno;
    }

    file = fdopen(fd, "w");
    if (file == NULL) {
        rc = -errno;
        close(fd);
        return rc;
    }

    rc = stt_lm_write(lm, file);
    if (rc == 0) {
        (void) snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
        model = ngram_model_read(ps_get_config(d->ps), path, NGRAM_ARPA,
                                 ps_get_logmath(d->ps));
        if (model == NULL) {
            rc = -EINVAL;

        } else {
            rc = ps_set_lm(d->ps, name, model) < 0 ? -EINVAL : 0;
            ngram_model_free(model);
        }
    }

    fclose(file);
    return rc;
}

static int
decoder_select(stt_decoder_t *d, const char *name)
{
    if (name == NULL) {
        name = DECODER_BASE;
    }

    return ps_set_search(d->ps, name) < 0 ? -ENOENT : 0;
}

static int
decoder_run(stt_decoder_t *d, mfcc_t **cepstra, int32 frames)
{
    int rc;

    if (ps_start_utt(d->ps) < 0) {
        return -EIO;
    }

    /* At once, so that the cepstral mean is that of this utterance. */
    rc = ps_process_cep(d->ps, cepstra, frames, FALSE, TRUE);
    if (ps_end_utt(d->ps) < 0) {
        rc = -1;
    }

    return rc < 0 ? -EIO : 0;
}

static void
decoder_result(stt_decoder_t *d, stt_result_t *result)
{
    int32       score;
    const char *text;

    text = ps_get_hyp(d->ps, &score);
    (void) snprintf(result->text, sizeof(result->text), "%s",
                    text != NULL ? text : "");
    result->confidence = 0.0f;

    if (result->text[0] != '\0') {
        result->confidence = decoder_confidence(d, result->text);
    }
}

/*
 * What is sure of a sentence is sure of each of its words to the power of
 * their number. By measurement the half of what is right is above 0.75, the
 * half of what is wrong below 0.5.
 */
static float
decoder_confidence(stt_decoder_t *d, const char *text)
{
    double p, words = 1.0;

    for (const char *at = text; *at != '\0'; at++) {
        words += *at == ' ';
    }

    p = logmath_exp(ps_get_logmath(d->ps), ps_get_prob(d->ps));
    p = (pow(fmax(p, 1e-9), 1.0 / words) - 0.1) / 0.65;
    return (float) fmax(0.0, fmin(1.0, p));
}

static void
decoder_silence(void)
{
    err_set_logfp(NULL);
    err_set_callback(decoder_log, NULL);
}

/* What PocketSphinx says of its work could hold what a caller said. */
static void
decoder_log(void *data, err_lvl_t level, const char *format, ...)
{
    (void) data;
    (void) level;
    (void) format;
}
