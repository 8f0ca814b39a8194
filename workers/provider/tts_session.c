/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "provider/tts_job.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define SESSION_ATTEMPTS 2

static int  session_check(const tts_session_t *s);
static void session_on_tick(uv_timer_t *timer);
static void session_check_job(tts_session_t *s, tts_job_t *job, uint64_t now);
static void session_start(tts_session_t *s);
static int  session_start_job(tts_session_t *s, tts_job_t *job);
static void session_stop(tts_session_t *s);
static void session_again(tts_job_t *job);
static void session_give(tts_session_t *s);
static int  session_give_one(tts_session_t *s, tts_job_t *job);
static void session_end_job(tts_session_t *s, tts_job_t *job);
static void session_usage(tts_session_t *s);
static void session_pace(tts_session_t *s);
static void session_remove(tts_session_t *s, tts_job_t *job);
static void session_on_closed(uv_handle_t *handle);

int
tts_session_open(tts_t *tts, const tts_vendor_t *vendor)
{
    int            rc;
    tts_session_t *s;

    s = calloc(1, sizeof(tts_session_t));
    if (s == NULL) {
        return -ENOMEM;
    }

    s->account = calloc(1, sizeof(tts_account_t));
    if (s->account == NULL) {
        free(s);
        return -ENOMEM;
    }

    s->account->held = 1;
    s->tts = tts;
    s->vendor = vendor;
    s->config = tts->config;
    TAILQ_INIT(&s->jobs);

    rc = uv_timer_init(tts->loop, &s->timer);
    if (rc < 0) {
        tts_account_release(s->account);
        free(s);
        return rc;
    }

    s->timer.data = s;
    tts->impl = s;

    /* What is not set is told when it is to speak: others may serve then. */
    if (session_check(s) < 0) {
        return 0;
    }

    tts_session_enter(s);
    rc = vendor->open != NULL ? vendor->open(s) : 0;
    if (rc < 0) {
        s->depth = 0;
        tts_session_close(tts);
        return rc;
    }

    tts_session_leave(s);
    return 0;
}

int
tts_session_say(tts_t *tts, uint32_t request, const char *text, size_t length)
{
    int            rc;
    tts_job_t     *job;
    tts_audio_t   *audio;
    tts_session_t *s = tts->impl;

    rc = tts_job_create(&job, s, request, text, length);
    if (rc < 0) {
        return rc;
    }

    job->number = ++s->numbers;
    TAILQ_INSERT_TAIL(&s->jobs, job, next);
    tts_session_enter(s);

    if (job->clean.length == 0) {
        job->state = TTS_JOB_DONE;
    } else if (job->stock_key != NULL
               && (audio = tts_stock_get(job->stock_key)) != NULL)
    {
        if (tts_job_fill(job, audio) == 0) {
            job->state = TTS_JOB_DONE;
        }
        tts_audio_release(audio);
    }

    if (s->is_refused) {
        tts_job_fail(job, &s->refused);
    }

    tts_session_leave(s);
    return 0;
}

void
tts_session_cancel(tts_t *tts)
{
    tts_job_t     *job;
    tts_session_t *s = tts->impl;

    while ((job = TAILQ_FIRST(&s->jobs)) != NULL) {
        if (job->state == TTS_JOB_STARTED || job->stop_due) {
            job->stop_due = 0;
            s->vendor->stop(s, job);
        }
        session_remove(s, job);
    }

    if (!s->is_giving && s->depth == 0) {
        session_pace(s);
    }
}

void
tts_session_whole(tts_t *tts)
{
    tts_session_t *s = tts->impl;

    if (s->vendor->whole != NULL && !s->is_refused) {
        tts_session_enter(s);
        s->vendor->whole(s);
        tts_session_leave(s);
    }
}

void
tts_session_close(tts_t *tts)
{
    tts_session_t *s = tts->impl;

    if (s == NULL) {
        return;
    }

    tts_session_cancel(tts);
    if (s->vendor->close != NULL) {
        s->vendor->close(s);
    }

    s->impl = NULL;
    s->tts = NULL;
    tts->impl = NULL;
    uv_close((uv_handle_t *) &s->timer, session_on_closed);
}

void
tts_session_enter(tts_session_t *s)
{
    s->depth++;
}

void
tts_session_leave(tts_session_t *s)
{
    if (--s->depth > 0 || s->is_giving) {
        return;
    }

    s->is_giving = 1;
    session_stop(s);
    session_start(s);
    session_give(s);
    s->is_giving = 0;

    if (s->tts != NULL) {
        session_pace(s);
    }
}

uint64_t
tts_session_now(const tts_session_t *s)
{
    return uv_now(s->timer.loop);
}

tts_job_t *
tts_session_turn(tts_session_t *s)
{
    tts_job_t *job;

    TAILQ_FOREACH(job, &s->jobs, next) {
        if (job->state == TTS_JOB_STARTED) {
            return job;
        }
    }

    return NULL;
}

tts_job_t *
tts_session_job(tts_session_t *s, uint32_t number)
{
    tts_job_t *job;

    TAILQ_FOREACH(job, &s->jobs, next) {
        if (job->number == number && job->state == TTS_JOB_STARTED) {
            return job;
        }
    }

    return NULL;
}

void
tts_session_lost(tts_session_t *s, const fault_t *fault)
{
    tts_job_t *job;

    if (fault->kind == FAULT_REFUSED) {
        tts_session_refuse(s, fault);
    }

    TAILQ_FOREACH(job, &s->jobs, next) {
        if (job->state != TTS_JOB_STARTED) {
            continue;
        }

        job->impl = NULL;
        if (job->samples > 0 || job->attempts >= SESSION_ATTEMPTS
            || fault->kind != FAULT_LOST)
        {
            tts_job_fail(job, fault);
            job->stop_due = 0;
        } else {
            session_again(job);
        }
    }
}

void
tts_session_refuse(tts_session_t *s, const fault_t *fault)
{
    tts_job_t *job;

    (void) snprintf(s->refused_reason, sizeof(s->refused_reason), "%s",
                    fault->reason != NULL ? fault->reason : "refused");
    s->refused = *fault;
    s->refused.reason = s->refused_reason;
    s->is_refused = 1;

    TAILQ_FOREACH(job, &s->jobs, next) {
        tts_job_fail(job, &s->refused);
    }
}

/* Settings with which there is no use in asking. */
static int
session_check(const tts_session_t *s)
{
    tts_session_t     *w = (tts_session_t *) (uintptr_t) s;
    const char        *reason = NULL;
    provider_access_t  a = s->config->access;
    const tts_vendor_t *v = s->vendor;

    if (a.net == NULL) {
        reason = "no way to the outside";
    } else if (v->needs_key && (a.key == NULL || a.key[0] == '\0')) {
        reason = "no key is set";
    } else if (a.key != NULL && strpbrk(a.key, "\r\n") != NULL) {
        reason = "the key is none";
    } else if (v->needs_voice
               && (s->config->voice == NULL || s->config->voice[0] == '\0'))
    {
        reason = "no voice is set";
    }

    if (reason == NULL) {
        return 0;
    }

    tts_session_refuse(w, &(fault_t){ FAULT_REFUSED, 0, reason });
    return -EINVAL;
}

static void
session_on_tick(uv_timer_t *timer)
{
    uint64_t       now = uv_now(timer->loop);
    tts_job_t     *job;
    tts_session_t *s = timer->data;

    tts_session_enter(s);

    TAILQ_FOREACH(job, &s->jobs, next) {
        if (job->state == TTS_JOB_STARTED
            || (job->state == TTS_JOB_WAITING && job->turn_ms != 0)) {
            session_check_job(s, job, now);
        }
    }

    if (s->vendor->tick != NULL && !s->is_refused) {
        s->vendor->tick(s, now);
    }

    tts_session_leave(s);
}

/*
 * Its first audio in time, and then audio no slower than it is heard: a
 * service that sends a byte a second is as good as gone.
 */
static void
session_check_job(tts_session_t *s, tts_job_t *job, uint64_t now)
{
    fault_t fault = { FAULT_LOST, 0, NULL };

    if (s->vendor->in_turn && job->state == TTS_JOB_STARTED
        && job != tts_session_turn(s))
    {
        return;
    }

    if (job->turn_ms == 0) {
        job->turn_ms = now;
    }

    if (job->first_ms == 0 && now - job->turn_ms >= TTS_FIRST_MS) {
        fault.reason = "no audio in time";
    } else if (job->first_ms != 0
               && now - job->first_ms >= job->samples / 8 + TTS_LAG_MS)
    {
        fault.reason = "audio comes slower than it is heard";
    } else if (now - job->turn_ms >= TTS_TOTAL_MS) {
        fault.reason = "audio does not end";
    }

    if (fault.reason != NULL) {
        tts_job_fail(job, &fault);
    }
}

/* As many as the service takes at once, unless enough waits to be heard. */
static void
session_start(tts_session_t *s)
{
    unsigned   started = 0;
    tts_job_t *job, *next;

    for (job = TAILQ_FIRST(&s->jobs); job != NULL && s->tts != NULL;
         job = next)
    {
        next = TAILQ_NEXT(job, next);
        if (job->state == TTS_JOB_WAITING) {
            if (started >= s->vendor->ahead
                || s->account->unplayed > TTS_AHEAD_MAX)
            {
                return;
            }
            if (session_start_job(s, job) == -EAGAIN) {
                return;
            }
        }

        started += job->state == TTS_JOB_STARTED;
    }
}

static int
session_start_job(tts_session_t *s, tts_job_t *job)
{
    int      rc;
    fault_t  fault = { FAULT_LOST, 0, "it could not be asked" };
    uint64_t now = tts_session_now(s);

    job->attempts++;
    job->started_ms = now;
    job->state = TTS_JOB_STARTED;
    if (job->turn_ms == 0
        && (!s->vendor->in_turn || tts_session_turn(s) == job))
    {
        job->turn_ms = now;
    }

    rc = s->vendor->start(s, job);
    if (rc == 0) {
        job->usage_due = 1;
        return 0;
    }

    if (rc == -EAGAIN) {
        job->attempts--;
        job->state = TTS_JOB_WAITING;
        return rc;
    }

    if (rc == -EBUSY) {
        fault.kind = FAULT_BUSY;
        fault.reason = "it has failed too often";
    } else if (rc == -EINVAL) {
        fault.kind = FAULT_REFUSED;
        fault.reason = "its address is none that may be asked";
    }

    tts_job_fail(job, &fault);
    job->stop_due = 0;
    return rc;
}

/* Where jobs share a stream, those behind one that was stopped begin anew. */
static void
session_stop(tts_session_t *s)
{
    int        stopped = 0;
    tts_job_t *job;

    TAILQ_FOREACH(job, &s->jobs, next) {
        if (job->stop_due) {
            job->stop_due = 0;
            s->vendor->stop(s, job);
            stopped = 1;
        }
    }

    if (!stopped || !s->vendor->in_turn) {
        return;
    }

    TAILQ_FOREACH(job, &s->jobs, next) {
        if (job->state == TTS_JOB_STARTED) {
            job->attempts--;
            session_again(job);
        }
    }
}

static void
session_again(tts_job_t *job)
{
    tts_job_rewind(job);
    job->impl = NULL;
    job->first_ms = 0;
    job->state = TTS_JOB_WAITING;
}

/* The handlers may say more, cancel and close meanwhile. */
static void
session_give(tts_session_t *s)
{
    tts_job_t *job;

    for (;;) {
        session_usage(s);
        if (s->tts == NULL) {
            return;
        }

        job = TAILQ_FIRST(&s->jobs);
        if (job == NULL) {
            return;
        }

        if (session_give_one(s, job)) {
            continue;
        }

        if (job->state != TTS_JOB_DONE && job->state != TTS_JOB_FAILED) {
            return;
        }

        session_end_job(s, job);
        if (s->tts != NULL) {
            session_stop(s);
            session_start(s);
        }
    }
}

/* Whether there was something; the job may be gone then. */
static int
session_give_one(tts_session_t *s, tts_job_t *job)
{
    size_t              count;
    tts_t              *tts = s->tts;
    uint32_t            request = job->request;
    tts_word_t         *words;
    tts_audio_t        *audio;
    const tts_events_t *events = tts->events;

    audio = tts_job_take(job);
    if (audio != NULL) {
        events->on_audio(tts->data, request, audio);
        tts_audio_release(audio);
        return 1;
    }

    if (job->word_count == 0) {
        return 0;
    }

    words = job->words;
    count = job->word_count;
    job->words = NULL;
    job->word_count = 0;
    job->word_room = 0;
    if (events->on_words != NULL) {
        events->on_words(tts->data, request, words, count);
    }
    free(words);
    return 1;
}

/* It is taken off before anybody hears of it. */
static void
session_end_job(tts_session_t *s, tts_job_t *job)
{
    tts_t              *tts = s->tts;
    const tts_events_t *events = tts->events;

    TAILQ_REMOVE(&s->jobs, job, next);

    if (job->state == TTS_JOB_DONE) {
        events->on_done(tts->data, job->request);
    } else {
        /* What was kept of a connection that failed is not needed. */
        if (job->stop_due && s->tts != NULL) {
            s->vendor->stop(s, job);
        }
        events->on_error(tts->data, job->request, &job->fault);
    }

    tts_job_destroy(job);
}

static void
session_usage(tts_session_t *s)
{
    tts_t     *tts = s->tts;
    uint32_t   request, characters;
    tts_job_t *job = tts != NULL ? TAILQ_FIRST(&s->jobs) : NULL;

    while (job != NULL) {
        if (!job->usage_due) {
            job = TAILQ_NEXT(job, next);
            continue;
        }

        job->usage_due = 0;
        request = job->request;
        characters = job->clean.characters;
        if (tts->events->on_usage != NULL) {
            tts->events->on_usage(tts->data, request, characters);
        }

        /* Any job may be gone by now: from the beginning. */
        job = s->tts != NULL ? TAILQ_FIRST(&s->jobs) : NULL;
    }
}

static void
session_pace(tts_session_t *s)
{
    int wanted = !TAILQ_EMPTY(&s->jobs) || s->ticks;

    if (wanted && !uv_is_active((uv_handle_t *) &s->timer)) {
        (void) uv_timer_start(&s->timer, session_on_tick, TTS_TICK_MS,
                              TTS_TICK_MS);
    } else if (!wanted) {
        (void) uv_timer_stop(&s->timer);
    }
}

static void
session_remove(tts_session_t *s, tts_job_t *job)
{
    TAILQ_REMOVE(&s->jobs, job, next);
    tts_job_destroy(job);
}

static void
session_on_closed(uv_handle_t *handle)
{
    tts_session_t *s = handle->data;

    tts_account_release(s->account);
    free(s);
}
