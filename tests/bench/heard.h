/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef BENCH_HEARD_H
#define BENCH_HEARD_H

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <uv.h>

#include "dsp/g711.h"
#include "provider/stt_pocketsphinx.h"

#define HEARD_MODEL "/usr/share/pocketsphinx/model/en-us/"
#define HEARD_WORDS_MAX 128

/* What the embedded recognizer makes of a call's audio. For tests. */
typedef struct {
    char   text[1024];
    float  confidence;
    double decode_ms; /* from asking to the answer */
} heard_t;

static inline void heard_on_final(void *data, uint32_t utterance,
                                  uint32_t request, const char *text,
                                  float confidence);
static inline void heard_on_error(void *data, const fault_t *fault);
static inline int heard_split(char *text, const char *words[HEARD_WORDS_MAX]);
static inline double heard_now_ms(void);

static const stt_events_t heard_events = {
    .on_final = heard_on_final,
    .on_error = heard_on_error,
};

static const stt_config_t heard_config = { .language = "en-US" };

static uv_loop_t heard_loop;
static stt_t     heard_stt;
static heard_t  *heard_answer;
static uint32_t  heard_utterance;
static int       heard_rc;

/* folder: what the build made for the recognizer. */
static inline int
heard_open(const char *folder)
{
    int                 rc;
    stt_decoder_paths_t paths = { .acoustic = HEARD_MODEL "en-us",
                                  .dictionary = HEARD_MODEL
                                      "cmudict-en-us.dict",
                                  .folder = folder };

    rc = uv_loop_init(&heard_loop);
    if (rc < 0) {
        return rc;
    }

    rc = stt_pocketsphinx_setup(&paths, 1);
    if (rc == 0) {
        rc = stt_pocketsphinx_warm(&heard_loop, NULL, NULL);
    }
    if (rc < 0) {
        return rc;
    }

    (void) uv_run(&heard_loop, UV_RUN_DEFAULT);

    heard_stt.provider = &stt_pocketsphinx;
    heard_stt.events = &heard_events;
    heard_stt.config = &heard_config;
    heard_stt.loop = &heard_loop;
    return stt_pocketsphinx.open(&heard_stt);
}

static inline void
heard_close(void)
{
    stt_pocketsphinx.close(&heard_stt);
    (void) uv_run(&heard_loop, UV_RUN_DEFAULT);
    (void) stt_pocketsphinx_shutdown();
    (void) uv_loop_close(&heard_loop);
}

/* Feeds the samples frame by frame and asks for the text. */
static inline int
heard_listen(const uint8_t *ulaw, size_t samples, heard_t *heard)
{
    int     rc;
    double  start_ms;
    int16_t pcm[FRAME_SAMPLES];
    frame_t frame = { .pcm = pcm, .samples = FRAME_SAMPLES };

    memset(heard, 0, sizeof(*heard));
    heard_answer = heard;
    heard_rc = -ETIMEDOUT;
    stt_pocketsphinx.begin(&heard_stt, ++heard_utterance);

    for (size_t at = 0; at + FRAME_SAMPLES <= samples; at += FRAME_SAMPLES) {
        g711_ulaw_decode(pcm, ulaw + at, FRAME_SAMPLES);
        frame.ulaw = ulaw + at;
        rc = stt_pocketsphinx.feed(&heard_stt, &frame);
        if (rc < 0) {
            return rc;
        }
    }

    start_ms = heard_now_ms();
    rc = stt_pocketsphinx.finalize(&heard_stt, 1);
    if (rc < 0) {
        return rc;
    }

    (void) uv_run(&heard_loop, UV_RUN_DEFAULT);
    heard->decode_ms = heard_now_ms() - start_ms;
    return heard_rc;
}

/* What is one word or two as one likes to write it is written as one. */
static inline void
heard_copy(char *to, size_t bytes, const char *text)
{
    char                    *at;
    static const char *const pairs[] = { "any more", "any time", "hair cut" };

    (void) snprintf(to, bytes, "%s", text);

    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        while ((at = strstr(to, pairs[i])) != NULL) {
            at = strchr(at, ' ');
            memmove(at, at + 1, strlen(at));
        }
    }
}

/* Words put in, left out or changed. */
static inline int
heard_errors(const char *said, const char *heard)
{
    int         n, m, best, left, above, diagonal;
    int         row[HEARD_WORDS_MAX + 1];
    char        a[1024], b[1024];
    const char *x[HEARD_WORDS_MAX], *y[HEARD_WORDS_MAX];

    heard_copy(a, sizeof(a), said);
    heard_copy(b, sizeof(b), heard);
    n = heard_split(a, x);
    m = heard_split(b, y);

    for (int j = 0; j <= m; j++) {
        row[j] = j;
    }

    for (int i = 1; i <= n; i++) {
        diagonal = row[0];
        row[0] = i;
        left = i;

        for (int j = 1; j <= m; j++) {
            above = row[j];
            best = diagonal + (strcmp(x[i - 1], y[j - 1]) != 0);
            best = above + 1 < best ? above + 1 : best;
            best = left + 1 < best ? left + 1 : best;
            diagonal = above;
            row[j] = left = best;
        }
    }

    return row[m];
}

static inline int
heard_words(const char *text)
{
    char        copy[1024];
    const char *words[HEARD_WORDS_MAX];

    (void) snprintf(copy, sizeof(copy), "%s", text);
    return heard_split(copy, words);
}

static inline void
heard_on_final(void *data, uint32_t utterance, uint32_t request,
               const char *text, float confidence)
{
    (void) data;
    (void) request;

    if (utterance == heard_utterance) {
        (void) snprintf(heard_answer->text, sizeof(heard_answer->text), "%s",
                        text);
        heard_answer->confidence = confidence;
        heard_rc = 0;
    }
}

static inline void
heard_on_error(void *data, const fault_t *fault)
{
    (void) data;
    (void) fault;
    heard_rc = -EIO;
}

static inline int
heard_split(char *text, const char *words[HEARD_WORDS_MAX])
{
    int   n = 0;
    char *next, *word;

    for (word = strtok_r(text, " ", &next); word != NULL && n < HEARD_WORDS_MAX;
         word = strtok_r(NULL, " ", &next)) {
        words[n++] = word;
    }

    return n;
}

static inline double
heard_now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double) now.tv_sec * 1e3 + (double) now.tv_nsec / 1e6;
}

#endif /* BENCH_HEARD_H */
