/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dsp/frame.h"
#include "provider/tts_job.h"

#define JOB_PIECE_MIN FRAME_SAMPLES
#define JOB_TEXT_STEP 2048 /* of base64 at once */
#define JOB_WORDS_MAX 2048
/* The magnitude bits of u-law from which on something can be heard: -48 dB. */
#define JOB_AUDIBLE 0x6f

/* A piece of speech as it is given. */
typedef struct {
    tts_audio_t    audio; /* first: users know only this */
    tts_account_t *account;
    uint8_t        ulaw[];
} given_t;

static int  job_decode(tts_job_t *job);
static void job_on_samples(void *data, const uint8_t *ulaw, size_t samples);
static int  job_keep(tts_job_t *job, const uint8_t *ulaw, size_t samples);
static void job_cut(tts_job_t *job);
static int  job_append(tts_job_t *job, tts_audio_t *audio);
static void job_trouble(tts_job_t *job, int rc);
static int  job_room(void *blockp, size_t *room, size_t wanted, size_t size);
static void given_drop(tts_audio_t *audio);

int
tts_job_create(tts_job_t **jp, tts_session_t *s, uint32_t request,
               const char *text, size_t length)
{
    int        rc;
    tts_job_t *job;

    job = calloc(1, sizeof(tts_job_t));
    if (job == NULL) {
        return -ENOMEM;
    }

    rc = tts_clean(&job->clean, text, length, TTS_TEXT_MAX);
    if (rc < 0) {
        free(job);
        return rc;
    }

    job->session = s;
    job->request = request;
    job->last = &job->first;
    job->stock_key = tts_stock_key(s, &job->clean, text, length);
    *jp = job;
    return 0;
}

void
tts_job_destroy(tts_job_t *job)
{
    tts_job_rewind(job);
    free(job->tail);
    free(job->kept);
    free(job->words);
    free(job->stock_key);
    tts_clean_free(&job->clean);
    free(job);
}

void
tts_job_rewind(tts_job_t *job)
{
    tts_audio_t *audio;

    while ((audio = tts_job_take(job)) != NULL) {
        tts_audio_release(audio);
    }

    tts_decode_destroy(job->decode);
    job->decode = NULL;
    memset(&job->base64, 0, sizeof(job->base64));
    job->tail_bytes = 0;
    job->samples = 0;
    job->word_count = 0;
    job->word_at = 0;
    job->is_audible = 0;
    job->may_be_empty = 0;
}

int
tts_job_fill(tts_job_t *job, tts_audio_t *audio)
{
    int rc;

    tts_audio_hold(audio);
    rc = job_append(job, audio);
    if (rc < 0) {
        tts_audio_release(audio);
        return rc;
    }

    job->samples = audio->samples;
    return 0;
}

tts_audio_t *
tts_job_take(tts_job_t *job)
{
    tts_audio_t *audio;
    tts_piece_t *piece = job->first;

    if (piece == NULL) {
        return NULL;
    }

    audio = piece->audio;
    job->first = piece->next;
    if (job->first == NULL) {
        job->last = &job->first;
    }

    free(piece);
    return audio;
}

void
tts_account_release(tts_account_t *account)
{
    if (--account->held == 0) {
        free(account);
    }
}

void
tts_job_bytes(tts_job_t *job, const void *bytes, size_t length)
{
    int rc;

    if (job->state != TTS_JOB_STARTED || length == 0) {
        return;
    }

    rc = job_decode(job);
    if (rc == 0) {
        rc = tts_decode_feed(job->decode, bytes, length);
    }

    if (rc < 0) {
        job_trouble(job, rc);
    } else if (job->tail_bytes >= JOB_PIECE_MIN) {
        job_cut(job);
    }
}

void
tts_job_base64(tts_job_t *job, const char *text, size_t length)
{
    int     n;
    size_t  step;
    uint8_t bytes[JOB_TEXT_STEP / 4 * 3 + 3];

    while (length > 0 && job->state == TTS_JOB_STARTED) {
        step = length < JOB_TEXT_STEP ? length : JOB_TEXT_STEP;
        n = tts_base64_feed(&job->base64, bytes, text, step);
        if (n < 0) {
            job_trouble(job, n);
            return;
        }

        tts_job_bytes(job, bytes, (size_t) n);
        text += step;
        length -= step;
    }
}

void
tts_job_base64_whole(tts_job_t *job, const char *text)
{
    tts_job_base64(job, text, strlen(text));
    if (job->state == TTS_JOB_STARTED && tts_base64_end(&job->base64) < 0) {
        job_trouble(job, -EBADMSG);
    }

    memset(&job->base64, 0, sizeof(job->base64));
}

/* Times that make no sense are not passed on; the words are only a help. */
void
tts_job_word(tts_job_t *job, const char *word, double begins_s, double ends_s)
{
    int64_t    text;
    tts_word_t w;

    if (job->state != TTS_JOB_STARTED || job->word_count >= JOB_WORDS_MAX
        || !isfinite(begins_s) || !isfinite(ends_s) || begins_s < 0
        || ends_s < begins_s
        || ends_s * FRAME_RATE_HZ > (double) TTS_UNPLAYED_MAX)
    {
        return;
    }

    text = tts_clean_word(&job->clean, &job->word_at, word);
    if (text < 0
        || job_room(&job->words, &job->word_room, job->word_count + 1,
                    sizeof(tts_word_t))
               < 0)
    {
        return;
    }

    w.text = (uint32_t) text;
    w.begins = (uint32_t) (begins_s * FRAME_RATE_HZ);
    w.ends = (uint32_t) (ends_s * FRAME_RATE_HZ);
    job->words[job->word_count++] = w;
}

void
tts_job_done(tts_job_t *job)
{
    int rc = 0;

    if (job->state != TTS_JOB_STARTED) {
        return;
    }

    if (job->decode != NULL) {
        rc = tts_base64_end(&job->base64);
        if (rc == 0) {
            rc = tts_decode_end(job->decode);
        }
        if (rc < 0) {
            job_trouble(job, rc);
            return;
        }
    }

    if (job->tail_bytes > 0) {
        job_cut(job);
    }

    if (job->state == TTS_JOB_FAILED) {
        return;
    }

    if (!job->is_audible && !job->may_be_empty) {
        tts_job_fail(job, &(fault_t){ FAULT_INVALID, 0,
                                      job->samples == 0
                                          ? "no audio"
                                          : "nothing but silence" });
        job->stop_due = 0; /* it has ended by itself */
        return;
    }

    if (job->stock_key != NULL && job->kept != NULL
        && job->state == TTS_JOB_STARTED)
    {
        tts_stock_put(job->stock_key, job->kept, job->samples);
        job->kept = NULL;
    }

    job->state = TTS_JOB_DONE;
}

void
tts_job_fail(tts_job_t *job, const fault_t *fault)
{
    if (job->state == TTS_JOB_DONE || job->state == TTS_JOB_FAILED) {
        return;
    }

    (void) snprintf(job->reason, sizeof(job->reason), "%s",
                    fault->reason != NULL ? fault->reason : "no reason");
    job->fault = *fault;
    job->fault.reason = job->reason;
    job->stop_due = job->state == TTS_JOB_STARTED;
    job->state = TTS_JOB_FAILED;
}

static int
job_decode(tts_job_t *job)
{
    const tts_vendor_t *v = job->session->vendor;

    if (job->decode != NULL) {
        return 0;
    }

    return tts_decode_create(&job->decode, v->form, v->rate_hz,
                             job_on_samples, job);
}

static void
job_on_samples(void *data, const uint8_t *ulaw, size_t samples)
{
    int            rc;
    tts_job_t     *job = data;
    tts_account_t *account = job->session->account;

    if (job->state != TTS_JOB_STARTED) {
        return;
    }

    if (job->samples + samples > TTS_UNPLAYED_MAX
        || account->unplayed + job->tail_bytes + samples > TTS_UNPLAYED_MAX)
    {
        job_trouble(job, -EFBIG);
        return;
    }

    rc = job_room(&job->tail, &job->tail_room, job->tail_bytes + samples, 1);
    if (rc == 0 && job->stock_key != NULL) {
        rc = job_keep(job, ulaw, samples);
    }
    if (rc < 0) {
        job_trouble(job, rc);
        return;
    }

    for (size_t i = 0; i < samples && !job->is_audible; i++) {
        job->is_audible = (ulaw[i] & 0x7f) < JOB_AUDIBLE;
    }

    memcpy(job->tail + job->tail_bytes, ulaw, samples);
    job->tail_bytes += samples;
    job->samples += samples;

    if (job->first_ms == 0) {
        job->first_ms = tts_session_now(job->session);
    }
}

static int
job_keep(tts_job_t *job, const uint8_t *ulaw, size_t samples)
{
    int rc;

    rc = job_room(&job->kept, &job->kept_room, job->samples + samples, 1);
    if (rc == 0) {
        memcpy(job->kept + job->samples, ulaw, samples);
    }

    return rc;
}

/* What is in the tail becomes a piece of its own. */
static void
job_cut(tts_job_t *job)
{
    given_t *g;

    g = calloc(1, sizeof(given_t) + job->tail_bytes);
    if (g == NULL) {
        job_trouble(job, -ENOMEM);
        return;
    }

    memcpy(g->ulaw, job->tail, job->tail_bytes);
    g->audio.ulaw = g->ulaw;
    g->audio.samples = job->tail_bytes;
    g->audio.held = 1;
    g->audio.drop = given_drop;
    g->account = job->session->account;
    g->account->held++;
    g->account->unplayed += job->tail_bytes;
    job->tail_bytes = 0;

    if (job_append(job, &g->audio) < 0) {
        tts_audio_release(&g->audio);
        job_trouble(job, -ENOMEM);
    }
}

static int
job_append(tts_job_t *job, tts_audio_t *audio)
{
    tts_piece_t *piece;

    piece = calloc(1, sizeof(tts_piece_t));
    if (piece == NULL) {
        return -ENOMEM;
    }

    piece->audio = audio;
    *job->last = piece;
    job->last = &piece->next;
    return 0;
}

static void
job_trouble(tts_job_t *job, int rc)
{
    fault_t fault = { FAULT_INVALID, 0, "audio that is broken" };

    if (rc == -ENOMEM) {
        fault.kind = FAULT_LOST;
        fault.reason = "out of memory";
    } else if (rc == -EFBIG) {
        fault.reason = "more audio than any sentence has";
    } else if (rc == -ENOTSUP) {
        fault.reason = "audio of another kind than was asked for";
    }

    tts_job_fail(job, &fault);
}

/* `blockp` points to the pointer of what is to have room. */
static int
job_room(void *blockp, size_t *room, size_t wanted, size_t size)
{
    void  *old, *block;
    size_t next = *room > 0 ? *room : 1024 / size;

    if (wanted <= *room) {
        return 0;
    }

    while (next < wanted) {
        next *= 2;
    }

    memcpy(&old, blockp, sizeof(old));
    block = realloc(old, next * size);
    if (block == NULL) {
        return -ENOMEM;
    }

    memcpy(blockp, &block, sizeof(block));
    *room = next;
    return 0;
}

static void
given_drop(tts_audio_t *audio)
{
    given_t *g = (given_t *) audio;

    g->account->unplayed -= audio->samples;
    tts_account_release(g->account);
    free(g);
}
