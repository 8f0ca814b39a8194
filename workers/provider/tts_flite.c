/* SPDX-License-Identifier: BSD-2-Clause */

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "provider/tts_cache.h"
#include "provider/tts_flite.h"
#include "provider/tts_text.h"
#include "provider/tts_voice.h"

#define FLITE_CACHE_BYTES (4u << 20)
#define FLITE_TEXT_MAX    4096 /* of one say(); the rest is not spoken */
#define FLITE_SPEED_MIN   0.5f
#define FLITE_SPEED_MAX   2.0f

typedef struct flite_s flite_t;
typedef struct piece_s piece_t;

/* A clause or sentence to be spoken: the unit of work and of the cache. */
struct piece_s {
    piece_t *next;
    uint32_t request;
    unsigned is_last:1;   /* of its request */
    unsigned is_silent:1; /* there is nothing to say in it */
    char     key[];       /* voice, speed, text; see flite_key() */
};

/* One call's speech: tts->impl. */
struct flite_s {
    tts_t      *tts; /* NULL once closed */
    flite_t    *next_waiting;
    piece_t    *first, **last; /* in the order they are spoken */
    const char *voice;
    float       speed;
    unsigned    is_waiting:1; /* in the queue for the synthesizer */
    unsigned    is_giving:1;  /* events are being sent: not to be freed */
};

/*
 * One synthesizer, for flite takes one thread at a time. It speaks 100 times
 * faster than people do, so the calls take turns, a piece each.
 */
typedef struct {
    uv_work_t    work;
    uv_loop_t   *loop;
    flite_t     *first, **last; /* sessions that wait for it */
    piece_t     *warm, **warm_last;
    tts_cache_t *cache;
    size_t       cache_bytes;
    unsigned     sessions;
    unsigned     busy:1;

    /* The work at hand; only the thread's while busy. */
    char    *key;
    uint8_t *ulaw;
    size_t   samples;
    int      rc;
} synth_t;

static int         flite_open(tts_t *tts);
static int         flite_say(tts_t *tts, uint32_t request, const char *text,
                             size_t len);
static void        flite_cancel(tts_t *tts);
static void        flite_close(tts_t *tts);
static int         flite_pieces(piece_t ***last, const char *voice, float speed,
                                uint32_t request, const char *text, size_t len);
static int         flite_piece(piece_t **pp, const char *voice, float speed,
                               uint32_t request, const char *text, size_t len);
static float       flite_speed(float speed);
static void        flite_give(flite_t *f);
static void        flite_give_one(flite_t *f, tts_audio_t *speech);
static void        flite_fail(flite_t *f);
static void        flite_pieces_free(piece_t **first, piece_t ***last);
static int         synth_use(uv_loop_t *loop);
static void        synth_wait(flite_t *f);
static void        synth_unwait(flite_t *f);
static void        synth_dispatch(void);
static const char *synth_next(void);
static void        synth_on_work(uv_work_t *work);
static void        synth_on_done(uv_work_t *work, int status);
static void        synth_warmed(const char *key);
static flite_t    *synth_waiting_for(const char *key);

const tts_provider_t tts_flite = {
    .name = "flite",
    .open = flite_open,
    .say = flite_say,
    .cancel = flite_cancel,
    .close = flite_close,
};

static synth_t synth = {
    .last = &synth.first,
    .warm_last = &synth.warm,
    .cache_bytes = FLITE_CACHE_BYTES,
};

int
tts_flite_setup(size_t cache_bytes)
{
    if (synth.cache != NULL) {
        return -EBUSY;
    }

    synth.cache_bytes = cache_bytes;
    return 0;
}

int
tts_flite_warm(uv_loop_t *loop, const char *voice, float speed,
               const char *text)
{
    int rc;

    rc = synth_use(loop);
    if (rc < 0) {
        return rc;
    }

    rc = flite_pieces(&synth.warm_last, tts_voice_name(voice),
                      flite_speed(speed), 0, text, strlen(text));
    synth_dispatch();
    return rc;
}

int
tts_flite_shutdown(void)
{
    if (synth.busy || synth.sessions > 0) {
        return -EBUSY;
    }

    flite_pieces_free(&synth.warm, &synth.warm_last);
    tts_cache_destroy(synth.cache);
    synth.cache = NULL;
    synth.loop = NULL;
    return 0;
}

static int
flite_open(tts_t *tts)
{
    int      rc;
    flite_t *f;

    rc = synth_use(tts->loop);
    if (rc < 0) {
        return rc;
    }

    f = calloc(1, sizeof(flite_t));
    if (f == NULL) {
        return -ENOMEM;
    }

    f->tts = tts;
    f->last = &f->first;
    f->voice = tts_voice_name(tts->config->voice);
    f->speed = flite_speed(tts->config->speed);
    tts->impl = f;
    synth.sessions++;
    return 0;
}

static int
flite_say(tts_t *tts, uint32_t request, const char *text, size_t len)
{
    int      rc;
    flite_t *f = tts->impl;

    rc = flite_pieces(&f->last, f->voice, f->speed, request, text, len);
    if (rc < 0) {
        return rc;
    }

    flite_give(f);
    return 0;
}

static void
flite_cancel(tts_t *tts)
{
    flite_t *f = tts->impl;

    synth_unwait(f);
    flite_pieces_free(&f->first, &f->last);
}

static void
flite_close(tts_t *tts)
{
    flite_t *f = tts->impl;

    if (f == NULL) {
        return;
    }

    flite_cancel(tts);
    tts->impl = NULL;
    synth.sessions--;

    f->tts = NULL;
    if (!f->is_giving) {
        free(f);
    }
}

/* Appends a text cut into pieces; all of it or nothing. */
static int
flite_pieces(piece_t ***last, const char *voice, float speed,
             uint32_t request, const char *text, size_t len)
{
    int         rc;
    char        spoken[FLITE_TEXT_MAX];
    size_t      left, cut;
    piece_t    *first = NULL, **end = &first, *p;
    const char *at = spoken;

    rc = tts_text_spoken(spoken, sizeof(spoken), text, len);
    left = rc >= 0 ? (size_t) rc : strlen(spoken);

    do {
        at += strspn(at, " ");
        left = strlen(at);
        cut = tts_text_cut(at, left);

        rc = flite_piece(&p, voice, speed, request, at, cut);
        if (rc < 0) {
            flite_pieces_free(&first, &end);
            return rc;
        }

        *end = p;
        end = &p->next;
        at += cut;
        left -= cut;
        p->is_last = left == 0;
    } while (left > 0);

    **last = first;
    *last = end;
    return 0;
}

static int
flite_piece(piece_t **pp, const char *voice, float speed, uint32_t request,
            const char *text, size_t len)
{
    size_t   room = strlen(voice) + len + 32;
    piece_t *p;

    p = calloc(1, sizeof(piece_t) + room);
    if (p == NULL) {
        return -ENOMEM;
    }

    p->request = request;
    p->is_silent = 1;
    for (size_t i = 0; i < len; i++) {
        if (isalnum((unsigned char) text[i])) {
            p->is_silent = 0;
        }
    }

    (void) snprintf(p->key, room, "%s %.2f %.*s", voice, (double) speed,
                    (int) len, text);
    *pp = p;
    return 0;
}

static float
flite_speed(float speed)
{
    if (!(speed > 0.0f)) {
        return 1.0f;
    }

    if (speed < FLITE_SPEED_MIN) {
        return FLITE_SPEED_MIN;
    }

    return speed > FLITE_SPEED_MAX ? FLITE_SPEED_MAX : speed;
}

/*
 * Gives what is in the cache already, up to the first piece that is not.
 * The handlers may say more, cancel and close meanwhile.
 */
static void
flite_give(flite_t *f)
{
    tts_audio_t *speech, silence = { .held = 1 };

    if (f->is_giving) {
        return;
    }

    f->is_giving = 1;

    while (f->tts != NULL && f->first != NULL) {
        if (f->first->is_silent) {
            flite_give_one(f, &silence);
            continue;
        }

        speech = tts_cache_get(synth.cache, f->first->key);
        if (speech == NULL) {
            synth_wait(f);
            break;
        }

        flite_give_one(f, speech);
        tts_audio_release(speech);
    }

    f->is_giving = 0;
    if (f->tts == NULL) {
        free(f);
    }

    synth_dispatch();
}

/* The first piece is taken off before anybody hears of it. */
static void
flite_give_one(flite_t *f, tts_audio_t *speech)
{
    tts_t              *tts = f->tts;
    piece_t            *p = f->first;
    uint32_t            request = p->request;
    unsigned            is_last = p->is_last;
    const tts_events_t *events = tts->events;

    f->first = p->next;
    if (f->first == NULL) {
        f->last = &f->first;
    }
    free(p);

    if (speech->samples > 0) {
        events->on_audio(tts->data, request, speech);
    }

    if (is_last && f->tts != NULL) {
        events->on_done(tts->data, request);
    }
}

/* The request ends here; those after it may do better. */
static void
flite_fail(flite_t *f)
{
    piece_t *p;
    uint32_t request = f->first->request;
    unsigned is_last = 0;

    while (!is_last && f->first != NULL) {
        p = f->first;
        is_last = p->is_last;
        f->first = p->next;
        free(p);
    }

    if (f->first == NULL) {
        f->last = &f->first;
    }

    f->is_giving = 1;
    f->tts->events->on_error(
        f->tts->data, request,
        &(fault_t){ FAULT_LOST, 0, "no speech was made" });
    f->is_giving = 0;

    if (f->tts == NULL) {
        free(f);
    } else {
        flite_give(f);
    }
}

static void
flite_pieces_free(piece_t **first, piece_t ***last)
{
    piece_t *p;

    while (*first != NULL) {
        p = *first;
        *first = p->next;
        free(p);
    }

    *last = first;
}

static int
synth_use(uv_loop_t *loop)
{
    if (synth.loop != NULL && synth.loop != loop
        && (synth.busy || synth.sessions > 0)) {
        return -EBUSY;
    }

    synth.loop = loop;
    if (synth.cache != NULL) {
        return 0;
    }

    return tts_cache_create(&synth.cache, synth.cache_bytes);
}

static void
synth_wait(flite_t *f)
{
    if (f->is_waiting) {
        return;
    }

    f->is_waiting = 1;
    f->next_waiting = NULL;
    *synth.last = f;
    synth.last = &f->next_waiting;
}

static void
synth_unwait(flite_t *f)
{
    flite_t **at = &synth.first;

    if (!f->is_waiting) {
        return;
    }

    while (*at != f) {
        at = &(*at)->next_waiting;
    }

    *at = f->next_waiting;
    if (*at == NULL) {
        synth.last = at;
    }

    f->is_waiting = 0;
}

static void
synth_dispatch(void)
{
    const char *key;

    if (synth.busy) {
        return;
    }

    key = synth_next();
    if (key == NULL) {
        return;
    }

    synth.key = strdup(key);
    synth.ulaw = NULL;
    synth.samples = 0;

    if (synth.key == NULL
        || uv_queue_work(synth.loop, &synth.work, synth_on_work,
                         synth_on_done)
               < 0) {
        free(synth.key);
        synth.key = NULL;
        return; /* whatever comes next tries again */
    }

    synth.busy = 1;
}

/* Calls first; then what is made ahead and not there yet. */
static const char *
synth_next(void)
{
    piece_t      *p;
    tts_audio_t *speech;

    if (synth.first != NULL) {
        return synth.first->first->key;
    }

    while (synth.warm != NULL) {
        p = synth.warm;
        speech = p->is_silent ? NULL : tts_cache_get(synth.cache, p->key);
        if (speech == NULL && !p->is_silent) {
            return p->key;
        }

        if (speech != NULL) {
            tts_audio_release(speech);
        }
        synth_warmed(p->key);
    }

    return NULL;
}

/* On a thread of libuv. The key is "voice speed text". */
static void
synth_on_work(uv_work_t *work)
{
    char  voice[16];
    float speed;
    int   at = 0;

    (void) work;

    if (sscanf(synth.key, "%15s %f%n", voice, &speed, &at) != 2) {
        synth.rc = -EINVAL;
        return;
    }

    synth.rc = tts_voice_speak(voice, speed, synth.key + at + 1, &synth.ulaw,
                               &synth.samples);
}

/* Back on the loop: all who wait for these words get them. */
static void
synth_on_done(uv_work_t *work, int status)
{
    flite_t      *f;
    tts_audio_t *speech = NULL;

    (void) work;

    if (status == 0 && synth.rc == 0) {
        speech = tts_cache_put(synth.cache, synth.key, synth.ulaw,
                               synth.samples);
    }

    synth_warmed(synth.key);

    /* The handlers may change the queue, so each time from its beginning. */
    while ((f = synth_waiting_for(synth.key)) != NULL) {
        synth_unwait(f);

        if (speech == NULL) {
            flite_fail(f);
            continue;
        }

        f->is_giving = 1;
        flite_give_one(f, speech);
        f->is_giving = 0;

        if (f->tts == NULL) {
            free(f);
        } else {
            flite_give(f);
        }
    }

    if (speech != NULL) {
        tts_audio_release(speech);
    }

    free(synth.key);
    synth.key = NULL;
    synth.busy = 0;
    synth_dispatch();
}

/* Made or not, it is not tried again. */
static void
synth_warmed(const char *key)
{
    piece_t *p = synth.warm;

    if (p == NULL || strcmp(p->key, key) != 0) {
        return;
    }

    synth.warm = p->next;
    if (synth.warm == NULL) {
        synth.warm_last = &synth.warm;
    }
    free(p);
}

static flite_t *
synth_waiting_for(const char *key)
{
    for (flite_t *f = synth.first; f != NULL; f = f->next_waiting) {
        if (strcmp(f->first->key, key) == 0) {
            return f;
        }
    }

    return NULL;
}
