/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dsp/g711.h"
#include "dsp/level.h"
#include "provider/stt_post.h"

#define MS(ms) ((size_t) (ms) * (FRAME_RATE_HZ / 1000))

#define POST_CONNECT_MS 1500
#define POST_ANSWER_MAX (256 * 1024)
#define POST_TRIES 3
#define POST_AGAIN_MS 100 /* then twice that */
#define POST_SPREAD_MS 50
#define POST_FAILURES 2

#define POST_LEAD_MAX MS(2000) /* kept while nobody has spoken yet */
/* Silence at both ends that is sent along. */
#define POST_HEAD MS(300)
#define POST_TAIL MS(200)
/* Nobody writes down less. */
#define POST_LEAST MS(100)
/* Nothing so quiet is asked about when no voice was found in it. */
#define POST_QUIET_DBFS (-50.0f)

static void post_warm(stt_post_t *p);
static void post_ask(stt_post_t *p);
static void post_forget(stt_post_t *p);
static void post_listen(stt_post_t *p, const frame_t *frame);
static int post_is_quiet(const stt_post_t *p);
static void post_stop(stt_post_t *p);
static void post_settle(stt_post_t *p);
static void post_final(stt_post_t *p, const char *text, float confidence);
static void post_give_up(stt_post_t *p, const fault_t *fault);
static void post_hold(stt_post_t *p);
static void post_release(stt_post_t *p);
static void post_on_body(void *data, const char *bytes, size_t length);
static void post_on_head(void *data, const http_head_t *head);
static void post_on_done(void *data, int status, const fault_t *fault);
static void post_on_late(void *data);
static void post_on_again(void *data);

static const http_events_t post_http_events = {
    .on_head = post_on_head,
    .on_body = post_on_body,
    .on_done = post_on_done,
};

int
stt_post_open(stt_t *stt, const stt_post_vendor_t *vendor)
{
    int         rc;
    stt_post_t *p;

    p = calloc(1, vendor->bytes);
    if (p == NULL) {
        return -ENOMEM;
    }

    p->vendor = vendor;
    p->stt = stt;
    p->resting = 1;
    vad_init(&p->vad);
    (void) snprintf(p->log.prefix, sizeof(p->log.prefix), "stt %s: ",
                    vendor->service);

    rc = stt_timer_create(&p->late, stt->loop, post_on_late, p);
    if (rc == 0) {
        rc = stt_timer_create(&p->again, stt->loop, post_on_again, p);
    }

    if (rc < 0) {
        post_hold(p);
        p->closed = 1;
        post_settle(p);
        post_release(p);
        return rc;
    }

    stt->impl = p;
    post_warm(p);
    if (vendor->prepare != NULL) {
        p->preparing = 1; /* not from here: it may fail, and be told */
        stt_timer_start(p->again, 0);
    }
    return 0;
}

/* Once a frame: no waiting; memory is mapped as the utterance grows. */
int
stt_post_feed(stt_t *stt, const frame_t *frame)
{
    int         rc = 0;
    stt_post_t *p = stt->impl;

    if (p->dead) {
        return -EPIPE;
    }

    if (p->audio == NULL) {
        rc = stt_audio_create(&p->audio);
    } else if (p->voice_to == 0
               && p->samples + frame->samples > POST_LEAD_MAX) {
        p->samples -= POST_LEAD_MAX / 2;
        memmove(p->audio->ulaw, p->audio->ulaw + POST_LEAD_MAX / 2,
                p->samples);
    }

    if (rc == 0 && p->samples + frame->samples > STT_AUDIO_MAX) {
        rc = -EAGAIN;
    }

    if (rc < 0) {
        return rc;
    }

    memcpy(p->audio->ulaw + p->samples, frame->ulaw, frame->samples);
    p->samples += frame->samples;
    post_listen(p, frame);
    return 0;
}

int
stt_post_finalize(stt_t *stt, uint32_t request)
{
    int         same;
    stt_post_t *p = stt->impl;

    if (p->dead || p->resting) {
        return -EPIPE;
    }

    p->request = request;
    same = p->waiting && p->http != NULL && !p->preparing && p->voice_to > 0
           && p->sent_from == p->voice_from && p->sent_to == p->voice_to;
    p->waiting = 1;
    p->asked_ms = uv_now(stt->loop);
    stt_timer_start(p->late, p->vendor->answer_ms);

    if (same) {
        return 0; /* only silence has come since: that answer will do */
    }

    post_stop(p);
    p->tries = 0;
    post_hold(p);
    post_ask(p);
    post_release(p);
    return 0;
}

void
stt_post_begin(stt_t *stt, uint32_t utterance)
{
    stt_post_t *p = stt->impl;

    stt_post_rest(stt);
    p->resting = 0;
    p->utterance = utterance;
    p->text_to = 0;
    post_warm(p);
}

/* Callers are silent most of the time, and need no room for that. */
void
stt_post_rest(stt_t *stt)
{
    stt_post_t *p = stt->impl;

    p->waiting = 0;
    p->resting = 1;
    stt_timer_stop(p->late);
    post_stop(p);
    post_forget(p);
}

void
stt_post_close(stt_t *stt)
{
    stt_post_t *p = stt->impl;

    if (p == NULL) {
        return;
    }

    stt->impl = NULL;
    post_hold(p);
    p->closed = 1;
    post_settle(p);
    post_release(p);
}

int
stt_post_send(stt_post_t *p, const char *url, int trusted,
              const char *const *headers, const pack_t *body)
{
    const provider_access_t *access = &p->stt->config->access;
    http_request_t           r = {
        .peer = { p->vendor->service, access->key, url, trusted != 0 },
        .method = "POST",
        .headers = headers,
        .body = body->bytes,
        .body_bytes = body->length,
        .answer_max = POST_ANSWER_MAX,
        .deadlines = { POST_CONNECT_MS, p->vendor->answer_ms,
                       p->vendor->answer_ms, p->vendor->answer_ms },
    };

    if (pack_is_bad(body)) {
        return -ENOMEM;
    }

    p->body.length = 0;
    p->retry_ms = 0;
    return http_start(&p->http, access->net, &r, &post_http_events, p);
}

void
stt_post_prepared(stt_post_t *p)
{
    p->preparing = 0;
    p->tries = 0;
    if (!p->closed && p->waiting) {
        post_ask(p);
    }
}

void
stt_post_answer(stt_post_t *p, const char *text, float confidence)
{
    p->failures = 0;
    stt_text_clear(&p->text);
    if (stt_text_add(&p->text, text, confidence) < 0) {
        log_warn(p, "an answer was not taken: too much text");
    }

    p->text_from = p->sent_from;
    p->text_to = p->sent_to;
    p->text_utterance = p->utterance;
    post_final(p, p->text.text, stt_text_confidence(&p->text));
}

/* Tried anew while the answer can be in time; a refusal will stay one. */
void
stt_post_fail(stt_post_t *p, const fault_t *fault)
{
    uint32_t wait;
    uint64_t spent;

    if (p->closed || p->dead) {
        return;
    }

    if (fault->kind == FAULT_REFUSED) {
        post_give_up(p, fault);
        return;
    }

    wait = POST_AGAIN_MS << p->tries;
    wait += (uint32_t) (uv_hrtime() / 1000 % POST_SPREAD_MS);
    if (wait < fault->retry_ms) {
        wait = fault->retry_ms + POST_SPREAD_MS;
    }
    spent = p->waiting ? uv_now(p->stt->loop) - p->asked_ms : 0;

    if (p->tries + 1 < POST_TRIES && spent + wait < p->vendor->answer_ms) {
        p->tries++;
        stt_timer_start(p->again, wait);
        return;
    }

    post_give_up(p, fault);
}

uint32_t
stt_post_voice_ms(const stt_post_t *p)
{
    return (uint32_t) ((p->sent_to - p->sent_from) / MS(1));
}

/* A handshake while somebody speaks is one that nobody waits for. */
static void
post_warm(stt_post_t *p)
{
    pack_t                   url = { 0 };
    const provider_access_t *access = &p->stt->config->access;
    net_peer_t               peer = { p->vendor->service, access->key, NULL,
                                      access->trusted };

    if (p->vendor->address == NULL || p->dead) {
        return;
    }

    p->vendor->address(p, &url);
    if (!pack_is_bad(&url)) {
        peer.url = url.bytes;
        (void) net_host_warm(access->net, &peer);
    }
    pack_clear(&url);
}

static void
post_ask(stt_post_t *p)
{
    int    rc;
    size_t from = 0, to = p->samples;

    if (p->samples < POST_LEAST
        || (p->voice_to == 0 && post_is_quiet(p))) {
        post_final(p, "", 0);
        return;
    }

    if (p->text_to > 0 && p->text_utterance == p->utterance
        && p->text_from == p->voice_from && p->text_to == p->voice_to) {
        post_final(p, p->text.text, stt_text_confidence(&p->text));
        return;
    }

    if (p->voice_to > 0) {
        from = p->voice_from > POST_HEAD ? p->voice_from - POST_HEAD : 0;
        to = to > p->voice_to + POST_TAIL ? p->voice_to + POST_TAIL : to;
    }

    p->sent_from = p->voice_from;
    p->sent_to = p->voice_to;
    rc = p->vendor->ask(p, p->audio->ulaw + from, to - from);
    if (rc < 0) {
        stt_post_fail(p, &(fault_t){ rc == -EBUSY ? FAULT_BUSY : FAULT_LOST, 0,
                                     "it cannot be asked" });
        return;
    }

    if (p->http != NULL && !p->preparing) {
        p->stt->sent_samples += to - from;
    }
}

static void
post_forget(stt_post_t *p)
{
    stt_audio_release(p->audio);
    p->audio = NULL;
    p->samples = 0;
    p->voice_from = 0;
    p->voice_to = 0;
}

/* Notes where in the utterance the first and the last voice is. */
static void
post_listen(stt_post_t *p, const frame_t *frame)
{
    size_t gap;

    if (!vad_feed(&p->vad, frame->pcm, frame->samples)) {
        return;
    }

    gap = MS(p->vad.gap_ms);
    if (gap >= p->samples) {
        return; /* this utterance has only the end of a pause so far */
    }

    if (p->voice_to == 0) {
        gap = MS(p->vad.speech_ms);
        p->voice_from = gap < p->samples ? p->samples - gap : 0;
        gap = MS(p->vad.gap_ms);
    }

    p->voice_to = p->samples - gap;
}

/* Of what has no voice in it, whether it is not worth a question. */
static int
post_is_quiet(const stt_post_t *p)
{
    int      quiet;
    int16_t *pcm;

    pcm = malloc(p->samples * sizeof(int16_t));
    if (pcm == NULL) {
        return 0;
    }

    g711_ulaw_decode(pcm, p->audio->ulaw, p->samples);
    quiet = level_dbfs(pcm, p->samples) <= POST_QUIET_DBFS;
    free(pcm);
    return quiet;
}

/* What is asked about an utterance is not of interest any more. */
static void
post_stop(stt_post_t *p)
{
    if (p->preparing) {
        return;
    }

    stt_timer_stop(p->again);
    if (p->http != NULL) {
        http_cancel(p->http);
        p->http = NULL;
    }
}

static void
post_settle(stt_post_t *p)
{
    p->preparing = 0;
    if (p->http != NULL) {
        http_cancel(p->http);
        p->http = NULL;
    }

    stt_timer_destroy(p->late);
    stt_timer_destroy(p->again);
    p->late = p->again = NULL;
}

static void
post_final(stt_post_t *p, const char *text, float confidence)
{
    if (p->closed || !p->waiting) {
        return;
    }

    p->waiting = 0;
    stt_timer_stop(p->late);
    p->stt->events->on_final(p->stt->data, p->utterance, p->request, text,
                             confidence);
}

static void
post_give_up(stt_post_t *p, const fault_t *fault)
{
    p->preparing = 0;
    post_final(p, "", 0);

    if (!p->closed && !p->dead) {
        p->dead = 1;
        post_stop(p);
        post_forget(p);
        p->stt->events->on_error(p->stt->data, fault);
    }
}

static void
post_hold(stt_post_t *p)
{
    p->held++;
}

/* Who listens may close it in any event: it goes when nothing is under way. */
static void
post_release(stt_post_t *p)
{
    if (--p->held == 0 && p->closed) {
        post_forget(p);
        pack_clear(&p->body);
        free(p);
    }
}

static void
post_on_head(void *data, const http_head_t *head)
{
    stt_post_t *p = data;

    p->retry_ms = head->retry_ms;
}

static void
post_on_body(void *data, const char *bytes, size_t length)
{
    stt_post_t *p = data;

    pack_add(&p->body, bytes, length);
}

static void
post_on_done(void *data, int status, const fault_t *fault)
{
    fault_t     why = { FAULT_LOST, 0, "no answer" };
    stt_post_t *p = data;

    p->http = NULL;
    post_hold(p);

    if (fault == NULL && !p->body.bad) {
        pack_add(&p->body, "", 0);
        p->vendor->on_answer(p, p->body.bytes != NULL ? p->body.bytes : "",
                             p->body.length);
    } else {
        why = fault != NULL ? *fault : why;
        /* What it does not want of us, it will not want the next time. */
        if (status >= 400 && status < 500 && status != 408 && status != 425
            && status != 429) {
            why.kind = FAULT_REFUSED;
        }
        if (why.retry_ms == 0) {
            why.retry_ms = p->retry_ms;
        }
        if (why.kind != FAULT_REFUSED || p->vendor->on_refused == NULL
            || !p->vendor->on_refused(p)) {
            stt_post_fail(p, &why);
        }
    }

    post_release(p);
}

/* An answer that comes later is for nobody. */
static void
post_on_late(void *data)
{
    stt_post_t *p = data;

    if (!p->waiting) {
        return;
    }

    post_hold(p);
    post_stop(p);
    p->failures++;
    if (p->failures >= POST_FAILURES) {
        post_give_up(p, &(fault_t){ FAULT_LOST, 0, "answers come too late" });
    } else {
        post_final(p, "", 0);
    }
    post_release(p);
}

static void
post_on_again(void *data)
{
    stt_post_t *p = data;

    post_hold(p);
    if (p->preparing) {
        p->vendor->prepare(p);
    } else if (p->waiting) {
        post_ask(p);
    }
    post_release(p);
}
