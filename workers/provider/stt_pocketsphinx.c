/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dsp/g711.h"
#include "dsp/level.h"
#include "dsp/vad.h"
#include "provider/stt_audio.h"
#include "provider/stt_pocketsphinx.h"
#include "provider/stt_pool.h"

#define MS(ms) ((size_t) (ms) * (FRAME_RATE_HZ / 1000))

#define SPHINX_LEAD_MAX MS(2000) /* kept while nobody has spoken yet */

/* What is left of the silence at both ends. */
#define SPHINX_HEAD MS(160)
#define SPHINX_TAIL MS(140)

/* Nothing so quiet is looked at when no voice was found in it. */
#define SPHINX_QUIET_DBFS (-50.0f)

typedef struct sphinx_s sphinx_t;

/* An utterance being decoded. It outlives its session if need be. */
typedef struct {
    stt_job_t job; /* first: done() gets it back */
    sphinx_t *sphinx; /* NULL: nobody wants the answer any more */
    stt_audio_t *audio;
    uint32_t  utterance;
    uint32_t  request;
    size_t    from, to; /* as in sphinx_t's voice_from and voice_to */
} sphinx_job_t;

/* One call's recognition: stt->impl. */
struct sphinx_s {
    stt_t        *stt;
    stt_client_t *client; /* NULL: no words of its own */
    vad_t         vad;
    stt_audio_t  *audio; /* the utterance; NULL: nothing yet */
    size_t        samples;
    size_t        voice_from, voice_to; /* of it, where somebody speaks */
    uint32_t      utterance;
    sphinx_job_t *job; /* the newest, not answered yet */

    /* The last answer, and to what: silence alone does not change it. */
    stt_result_t result;
    uint32_t     result_utterance;
    size_t       result_from, result_to;
    unsigned     has_result:1;
};

static int sphinx_open(stt_t *stt);
static int sphinx_feed(stt_t *stt, const frame_t *frame);
static int sphinx_finalize(stt_t *stt, uint32_t request);
static void sphinx_begin(stt_t *stt, uint32_t utterance);
static void sphinx_rest(stt_t *stt);
static void sphinx_close(stt_t *stt);
static void sphinx_forget(sphinx_t *s);
static int sphinx_drop(sphinx_t *s, size_t samples);
static void sphinx_listen(sphinx_t *s, const frame_t *frame);
static int sphinx_decode(sphinx_t *s, uint32_t request);
static void sphinx_cut(const sphinx_t *s, size_t *from, size_t *to);
static int sphinx_is_quiet(const sphinx_t *s);
static void sphinx_give_up(sphinx_t *s);
static void sphinx_answer(sphinx_t *s, uint32_t utterance, uint32_t request,
                          const stt_result_t *result);
static void sphinx_on_done(stt_job_t *job, int rc);
static void sphinx_job_free(sphinx_job_t *j);

const stt_provider_t stt_pocketsphinx = {
    .name = "pocketsphinx",
    .open = sphinx_open,
    .feed = sphinx_feed,
    .finalize = sphinx_finalize,
    .begin = sphinx_begin,
    .rest = sphinx_rest,
    .close = sphinx_close,
};

int
stt_pocketsphinx_setup(const stt_decoder_paths_t *paths, unsigned decoders)
{
    return stt_pool_setup(paths, decoders);
}

int
stt_pocketsphinx_warm(uv_loop_t *loop, void (*done)(void *data, int rc),
                      void *data)
{
    return stt_pool_warm(loop, done, data);
}

int
stt_pocketsphinx_shutdown(void)
{
    return stt_pool_destroy();
}

static int
sphinx_open(stt_t *stt)
{
    int                 rc;
    sphinx_t           *s;
    const stt_config_t *c = stt->config;

    s = calloc(1, sizeof(sphinx_t));
    if (s == NULL) {
        return -ENOMEM;
    }

    if (c != NULL && c->client_id != NULL && c->vocabulary_count > 0) {
        rc = stt_pool_attach(stt->loop, &s->client, c->client_id,
                             c->vocabulary, c->vocabulary_count);
        if (rc < 0) {
            free(s);
            return rc;
        }
    }

    vad_init(&s->vad);
    s->stt = stt;
    stt->impl = s;
    return 0;
}

static int
sphinx_feed(stt_t *stt, const frame_t *frame)
{
    int       rc = 0;
    sphinx_t *s = stt->impl;

    if (s->audio == NULL) {
        rc = stt_audio_create(&s->audio);
    } else if (s->voice_to == 0
               && s->samples + frame->samples > SPHINX_LEAD_MAX) {
        rc = sphinx_drop(s, SPHINX_LEAD_MAX / 2);
    }

    if (rc == 0 && s->samples + frame->samples > STT_AUDIO_MAX) {
        rc = -EAGAIN;
    }

    if (rc < 0) {
        return rc;
    }

    memcpy(s->audio->ulaw + s->samples, frame->ulaw, frame->samples);
    s->samples += frame->samples;
    sphinx_listen(s, frame);
    return 0;
}

static int
sphinx_finalize(stt_t *stt, uint32_t request)
{
    sphinx_t     *s = stt->impl;
    sphinx_job_t *j = s->job;

    /* Only silence has come since: the answer stays the same. */
    if (s->voice_to > 0 && s->has_result && s->result_utterance == s->utterance
        && s->result_from == s->voice_from && s->result_to == s->voice_to) {
        sphinx_give_up(s);
        sphinx_answer(s, s->utterance, request, &s->result);
        return 0;
    }

    if (s->voice_to > 0 && j != NULL && j->utterance == s->utterance
        && j->from == s->voice_from && j->to == s->voice_to) {
        j->request = request;
        return 0;
    }

    sphinx_give_up(s);
    return sphinx_decode(s, request);
}

static void
sphinx_begin(stt_t *stt, uint32_t utterance)
{
    sphinx_t *s = stt->impl;

    s->utterance = utterance;
    sphinx_forget(s);
}

/* Callers are silent most of the time, and need no room for that. */
static void
sphinx_rest(stt_t *stt)
{
    sphinx_forget(stt->impl);
}

static void
sphinx_close(stt_t *stt)
{
    sphinx_t *s = stt->impl;

    if (s == NULL) {
        return;
    }

    sphinx_give_up(s);
    if (s->client != NULL) {
        stt_pool_detach(s->client);
    }

    stt_audio_release(s->audio);
    free(s);
    stt->impl = NULL;
}

/* What is decoded already, or waits for it, stays as long. */
static void
sphinx_forget(sphinx_t *s)
{
    stt_audio_release(s->audio);
    s->audio = NULL;
    s->samples = 0;
    s->voice_from = 0;
    s->voice_to = 0;
}

static int
sphinx_drop(sphinx_t *s, size_t samples)
{
    int          rc;
    stt_audio_t *audio = s->audio;

    samples = samples < s->samples ? samples : s->samples;

    if (audio->held > 1) {
        rc = stt_audio_create(&audio);
        if (rc < 0) {
            return rc;
        }
    }

    s->samples -= samples;
    memmove(audio->ulaw, s->audio->ulaw + samples, s->samples);

    if (audio != s->audio) {
        stt_audio_release(s->audio);
        s->audio = audio;
    }

    return 0;
}

/* Notes where in the utterance the first and the last voice is. */
static void
sphinx_listen(sphinx_t *s, const frame_t *frame)
{
    size_t gap;

    if (!vad_feed(&s->vad, frame->pcm, frame->samples)) {
        return;
    }

    gap = MS(s->vad.gap_ms);
    if (gap >= s->samples) {
        return; /* this utterance has only the end of a pause so far */
    }

    if (s->voice_to == 0) {
        gap = MS(s->vad.speech_ms);
        s->voice_from = gap < s->samples ? s->samples - gap : 0;
        gap = MS(s->vad.gap_ms);
    }

    s->voice_to = s->samples - gap;
}

static int
sphinx_decode(sphinx_t *s, uint32_t request)
{
    int           rc = 1;
    size_t        from, to;
    stt_result_t  nothing = { .text = "" };
    sphinx_job_t *j;

    if (s->samples > 0) {
        rc = s->voice_to > 0 ? 0 : sphinx_is_quiet(s);
    }

    if (rc < 0) {
        return rc;
    }

    if (rc > 0) {
        sphinx_answer(s, s->utterance, request, &nothing);
        return 0;
    }

    j = calloc(1, sizeof(sphinx_job_t));
    if (j == NULL) {
        return -ENOMEM;
    }

    sphinx_cut(s, &from, &to);
    stt_audio_hold(s->audio);
    j->audio = s->audio;
    j->sphinx = s;
    j->utterance = s->utterance;
    j->request = request;
    j->from = s->voice_from;
    j->to = s->voice_to;
    j->job.ulaw = s->audio->ulaw + from;
    j->job.samples = to - from;
    j->job.client = s->client;
    j->job.done = sphinx_on_done;

    s->job = j;
    rc = stt_pool_submit(s->stt->loop, &j->job);
    if (rc < 0) {
        s->job = NULL;
        sphinx_job_free(j);
    }

    return rc;
}

/* The voice with a little silence around. */
static void
sphinx_cut(const sphinx_t *s, size_t *from, size_t *to)
{
    *from = 0;
    *to = s->samples;

    if (s->voice_to > 0) {
        if (s->voice_from > SPHINX_HEAD) {
            *from = s->voice_from - SPHINX_HEAD;
        }
        if (*to > s->voice_to + SPHINX_TAIL) {
            *to = s->voice_to + SPHINX_TAIL;
        }
    }
}

/* Of what has no voice in it, whether it is not worth a look. */
static int
sphinx_is_quiet(const sphinx_t *s)
{
    int      quiet;
    int16_t *pcm;

    pcm = malloc(s->samples * sizeof(int16_t));
    if (pcm == NULL) {
        return -ENOMEM;
    }

    g711_ulaw_decode(pcm, s->audio->ulaw, s->samples);
    quiet = level_dbfs(pcm, s->samples) <= SPHINX_QUIET_DBFS;
    free(pcm);

    return quiet;
}

/* A decoding that has begun goes on, but nobody hears of it. */
static void
sphinx_give_up(sphinx_t *s)
{
    sphinx_job_t *j = s->job;

    if (j == NULL) {
        return;
    }

    s->job = NULL;
    if (stt_pool_withdraw(&j->job)) {
        sphinx_job_free(j);
    } else {
        j->sphinx = NULL;
    }
}

static void
sphinx_answer(sphinx_t *s, uint32_t utterance, uint32_t request,
              const stt_result_t *result)
{
    s->stt->events->on_final(s->stt->data, utterance, request, result->text,
                             result->confidence);
}

static void
sphinx_on_done(stt_job_t *job, int rc)
{
    sphinx_t     *s;
    sphinx_job_t  done = *(sphinx_job_t *) job;

    sphinx_job_free((sphinx_job_t *) job);

    s = done.sphinx;
    if (s == NULL) {
        return;
    }

    s->job = NULL;
    if (rc < 0) {
        s->stt->events->on_error(
            s->stt->data,
            &(fault_t){ FAULT_LOST, 0, "the recognizer failed" });
        return;
    }

    s->has_result = 1;
    s->result = done.job.result;
    s->result_utterance = done.utterance;
    s->result_from = done.from;
    s->result_to = done.to;
    sphinx_answer(s, done.utterance, done.request, &done.job.result);
}

static void
sphinx_job_free(sphinx_job_t *j)
{
    stt_audio_release(j->audio);
    free(j);
}
