/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "call/playout.h"
#include "dsp/frame.h"
#include "dsp/g711.h"
#include "dsp/level.h"

#define SAMPLES_PER_MS (FRAME_RATE_HZ / 1000)
#define LEAD_SAMPLES (PLAYOUT_LEAD_MS * SAMPLES_PER_MS)
/* Audio is handed on in pieces of this size, smaller at a sentence's end. */
#define PIECE_SAMPLES FRAME_SAMPLES
/* A carrier whose marks do not come back is believed to have played. */
#define MARK_GRACE_MS 700
/* What a letter takes to speak at least, until a sentence's audio is whole. */
#define LETTER_SAMPLES 480
/* An echo comes back while what it is of is in this window, or the last. */
#define LOUD_WINDOW_MS 600

/* Audio of a sentence, as the synthesizer gave it. */
typedef struct part_s {
    struct part_s *next;
    tts_audio_t   *audio;
} part_t;

struct playout_sentence_s {
    TAILQ_ENTRY(playout_sentence_s) next;
    uint32_t request;
    uint64_t start;   /* of its audio in the speech; set when it begins */
    size_t   samples; /* of audio so far */
    part_t  *first, **last;
    size_t   dropped; /* samples before the first part: they were heard */
    uint32_t mark;    /* put behind its audio */
    unsigned done:1;  /* audio is all there */
    unsigned begun:1; /* start is known */
    unsigned marked:1;
    unsigned aside:1;
    size_t   length;
    char     text[];
};

static playout_sentence_t *playout_find(const playout_t *p,
                                        uint32_t         request);
static playout_sentence_t *playout_new(playout_t *p, uint32_t request,
                                       const char *text, size_t len);
static size_t   sentence_given(const playout_sentence_t *s);
static void     playout_begin(playout_t *p);
static void     playout_weigh(playout_t *p, const uint8_t *ulaw,
                              size_t samples, uint64_t now_ms);
static int      playout_send_from(playout_t *p, playout_sentence_t *s,
                                  uint64_t until, uint64_t now_ms);
static int      playout_mark(playout_t *p, playout_sentence_t *s);
static void     playout_drop(playout_t *p, uint64_t now_ms);
static int      playout_take_back(playout_t *p);
static uint64_t playout_clock(const playout_t *p, uint64_t now_ms);
static uint64_t playout_position(const playout_t *p, uint64_t now_ms);
static uint64_t sentence_end(const playout_sentence_t *s);
static const uint8_t *sentence_piece(const playout_sentence_t *s, size_t at,
                                     size_t samples, uint8_t *copy);
static void     sentence_drop(playout_sentence_t *s, size_t until);
static size_t   sentence_heard(const playout_sentence_t *s, uint64_t heard);
static size_t   word_cut(const char *text, size_t length);

void
playout_init(playout_t *p, leg_t *leg)
{
    memset(p, 0, sizeof(*p));
    p->leg = leg;

    /* An owner before us may have marks under way: ours have other numbers. */
    p->mark_next = (uint32_t) leg->slot.epoch << 16 | 1;
    p->mark_first = p->mark_next;
    TAILQ_INIT(&p->sentences);
}

void
playout_clear(playout_t *p)
{
    playout_sentence_t *s;

    while ((s = TAILQ_FIRST(&p->sentences)) != NULL) {
        TAILQ_REMOVE(&p->sentences, s, next);
        sentence_drop(s, s->samples);
        free(s);
    }

    p->total = 0;
    p->sent = 0;
    p->acked = 0;
    p->clock_at = 0;
    p->clock_ms = 0;
    p->drained_ms = 0;
    p->first_sent_ms = 0;
    p->mark_first = p->mark_next;
    p->whole = 0;
    p->paused = 0;
}

int
playout_add(playout_t *p, uint32_t request, const char *text, size_t len)
{
    return playout_new(p, request, text, len) != NULL ? 0 : -ENOMEM;
}

int
playout_add_aside(playout_t *p, uint32_t request, const char *text,
                  size_t len)
{
    playout_sentence_t *s = playout_new(p, request, text, len);

    if (s == NULL) {
        return -ENOMEM;
    }

    s->aside = 1;

    return 0;
}

int
playout_audio(playout_t *p, uint32_t request, tts_audio_t *audio)
{
    part_t             *part;
    playout_sentence_t *s = playout_find(p, request);

    if (s == NULL || s->done || audio->samples == 0) {
        return 0;
    }

    part = calloc(1, sizeof(*part));
    if (part == NULL) {
        return -ENOMEM;
    }

    tts_audio_hold(audio);
    part->audio = audio;
    *s->last = part;
    s->last = &part->next;
    s->samples += audio->samples;
    p->total += audio->samples;

    return 0;
}

void
playout_audio_done(playout_t *p, uint32_t request)
{
    playout_sentence_t *s = playout_find(p, request);

    if (s != NULL) {
        s->done = 1;
        playout_begin(p);
    }
}

void
playout_give_up(playout_t *p)
{
    playout_sentence_t *s;

    TAILQ_FOREACH(s, &p->sentences, next) {
        s->done = 1;
    }

    playout_begin(p);
}

int
playout_renew(playout_t *p, uint32_t request)
{
    int                 count = 0;
    size_t              given;
    unsigned            whole = p->whole;
    playout_sentence_t *s, *rest, *next;

    for (s = TAILQ_FIRST(&p->sentences); s != NULL; s = next) {
        next = TAILQ_NEXT(s, next);

        if (s->done) {
            continue;
        }

        if (s->samples == 0) {
            s->request = request + (uint32_t) count++;
            continue;
        }

        given = sentence_given(s);
        s->done = 1;

        if (given == s->length) {
            continue; /* but for the last breath it was all there */
        }

        rest = playout_new(p, request + (uint32_t) count, s->text + given,
                           s->length - given);
        if (rest == NULL) {
            playout_begin(p);
            return -ENOMEM;
        }

        rest->aside = s->aside;
        TAILQ_REMOVE(&p->sentences, rest, next);
        TAILQ_INSERT_AFTER(&p->sentences, s, rest, next);
        rest->begun = 0; /* it was put at the end first */
        s->text[given] = '\0';
        s->length = given;
        count++;
    }

    p->whole = whole;
    playout_begin(p);

    return count;
}

const char *
playout_text(const playout_t *p, uint32_t request, size_t *len)
{
    const playout_sentence_t *s = playout_find(p, request);

    if (s == NULL) {
        return NULL;
    }

    *len = s->length;

    return s->text;
}

uint32_t
playout_awaited(const playout_t *p)
{
    const playout_sentence_t *s;

    TAILQ_FOREACH(s, &p->sentences, next) {
        if (!s->done) {
            return s->request;
        }
    }

    return 0;
}

int
playout_is_aside(const playout_t *p, uint32_t request)
{
    const playout_sentence_t *s = playout_find(p, request);

    return s != NULL && s->aside;
}

void
playout_whole(playout_t *p)
{
    p->whole = 1;
}

int
playout_pump(playout_t *p, uint64_t now_ms)
{
    int                 rc = 0, dry;
    uint64_t            heard, until, dry_ms, before = p->sent;
    uint64_t            said = 0; /* up to where, but for asides */
    playout_sentence_t *s;

    if (p->clear_due) {
        rc = playout_take_back(p);
        if (rc < 0 || p->clear_due) {
            return rc;
        }
    }

    if (p->paused || TAILQ_EMPTY(&p->sentences)) {
        return 0;
    }

    heard = playout_clock(p, now_ms);
    dry = heard >= p->sent;
    dry_ms = p->clock_ms + (p->sent - p->clock_at) / SAMPLES_PER_MS;
    until = heard + LEAD_SAMPLES;

    TAILQ_FOREACH(s, &p->sentences, next) {
        if (!s->begun) {
            break;
        }

        rc = playout_send_from(p, s, until, now_ms);
        if (!s->aside && p->sent > s->start) {
            said = p->sent;
        }
        if (rc < 0 || p->sent < sentence_end(s) || !s->done) {
            break;
        }

        rc = playout_mark(p, s);
        if (rc < 0) {
            break;
        }
    }

    if (p->sent > before && dry) {
        /* All that the carrier had was played: its clock starts anew. */
        if (before > 0 && now_ms > dry_ms + FRAME_MS) {
            p->underruns++;
        }

        p->clock_at = before;
        p->clock_ms = now_ms;
    }

    if (said > before && p->first_sent_ms == 0) {
        p->first_sent_ms = now_ms;
    }

    playout_drop(p, now_ms);

    if (rc == -EAGAIN) {
        rc = 0; /* the ring is full: nginx is behind, try again later */
    }

    if (rc == 0) {
        rc = leg_send(p->leg);
    }

    return rc;
}

void
playout_on_mark(playout_t *p, uint32_t mark)
{
    uint64_t            end;
    playout_sentence_t *s;

    if (mark < p->mark_first) {
        return;
    }

    TAILQ_FOREACH(s, &p->sentences, next) {
        if (!s->marked || s->mark != mark) {
            continue;
        }

        end = sentence_end(s);
        if (end > p->acked) {
            p->acked = end;
        }

        /* Its audio is not needed again, only its words. */
        sentence_drop(s, s->samples);
        return;
    }
}

int
playout_pause(playout_t *p, uint64_t now_ms)
{
    uint64_t            heard;
    playout_sentence_t *s;

    heard = playout_position(p, now_ms);
    heard -= heard % FRAME_SAMPLES;
    if (heard < p->acked) {
        heard = p->acked;
    }

    /* What counts as heard now stays so: its marks are of no use any more. */
    p->paused = 1;
    p->sent = heard;
    p->acked = heard;
    p->clock_at = heard;
    p->clock_ms = now_ms;
    p->drained_ms = 0;

    /* Marks the carrier still holds come back at once, and mean nothing. */
    p->mark_first = p->mark_next;
    TAILQ_FOREACH(s, &p->sentences, next) {
        if (s->begun && sentence_end(s) > heard) {
            s->marked = 0;
        }
    }

    p->clear_due = 1;

    return playout_take_back(p);
}

void
playout_resume(playout_t *p, uint64_t now_ms)
{
    p->paused = 0;
    p->clock_at = p->sent;
    p->clock_ms = now_ms;
}

int
playout_is_over(playout_t *p, uint64_t now_ms)
{
    return p->whole && playout_is_heard(p, now_ms);
}

int
playout_is_heard(playout_t *p, uint64_t now_ms)
{
    const playout_sentence_t *s;

    if (p->paused) {
        return 0;
    }

    if (TAILQ_EMPTY(&p->sentences)) {
        return 1;
    }

    /* They need not get done in their order: one may fail at once. */
    TAILQ_FOREACH(s, &p->sentences, next) {
        if (!s->done) {
            return 0;
        }
    }

    if (p->sent < p->total) {
        return 0;
    }

    if (p->acked >= p->total) {
        return 1;
    }

    if (p->drained_ms == 0) {
        p->drained_ms = p->clock_ms
                        + (p->total - p->clock_at) / SAMPLES_PER_MS;
    }

    return now_ms > p->drained_ms + MARK_GRACE_MS;
}

int
playout_is_empty(const playout_t *p)
{
    return TAILQ_EMPTY(&p->sentences);
}

float
playout_loudest(const playout_t *p, uint64_t now_ms)
{
    if (p->loudest_ms == 0 || now_ms > p->loudest_ms + 2 * LOUD_WINDOW_MS) {
        return LEVEL_SILENCE_DBFS;
    }

    return p->loudest_dbfs[0] > p->loudest_dbfs[1] ? p->loudest_dbfs[0]
                                                   : p->loudest_dbfs[1];
}

uint64_t
playout_left_ms(const playout_t *p, uint64_t now_ms)
{
    return (p->total - playout_position(p, now_ms)) / SAMPLES_PER_MS;
}

size_t
playout_heard(const playout_t *p, uint64_t now_ms, char *text, size_t room)
{
    size_t                    length, used = 0;
    uint64_t                  heard;
    const playout_sentence_t *s;

    heard = playout_position(p, now_ms);
    text[0] = '\0';

    TAILQ_FOREACH(s, &p->sentences, next) {
        if (!s->begun || s->start >= heard) {
            break;
        }

        if (s->aside || s->length == 0 || (s->done && s->samples == 0)) {
            continue; /* no words of ours; or they could not be spoken */
        }

        length = sentence_heard(s, heard);

        if (length == 0 || used + length + 2 > room) {
            break;
        }

        if (used > 0) {
            text[used++] = ' ';
        }

        memcpy(text + used, s->text, length);
        used += length;
        text[used] = '\0';

        if (length < s->length) {
            break;
        }
    }

    return used;
}

static playout_sentence_t *
playout_new(playout_t *p, uint32_t request, const char *text, size_t len)
{
    playout_sentence_t *s;

    s = calloc(1, sizeof(*s) + len + 1);
    if (s == NULL) {
        return NULL;
    }

    s->request = request;
    s->last = &s->first;
    s->length = len;
    memcpy(s->text, text, len);
    TAILQ_INSERT_TAIL(&p->sentences, s, next);
    p->whole = 0;
    p->drained_ms = 0;
    playout_begin(p);

    return s;
}

static playout_sentence_t *
playout_find(const playout_t *p, uint32_t request)
{
    playout_sentence_t *s;

    TAILQ_FOREACH(s, &p->sentences, next) {
        if (s->request == request) {
            return s;
        }
    }

    return NULL;
}

/* A sentence's place is known when all audio before it is there. */
static void
playout_begin(playout_t *p)
{
    uint64_t            at = 0;
    playout_sentence_t *s;

    TAILQ_FOREACH(s, &p->sentences, next) {
        if (!s->begun) {
            s->start = at;
            s->begun = 1;
        }

        if (!s->done) {
            return;
        }

        at = sentence_end(s);
    }
}

static int
playout_send_from(playout_t *p, playout_sentence_t *s, uint64_t until,
                  uint64_t now_ms)
{
    int            rc;
    uint8_t        copy[PIECE_SAMPLES];
    uint64_t       end, piece;
    const uint8_t *ulaw;

    end = sentence_end(s);

    while (p->sent < end && p->sent < until) {
        piece = end - p->sent;

        if (piece > PIECE_SAMPLES) {
            piece = PIECE_SAMPLES;
        } else if (piece < PIECE_SAMPLES && !s->done) {
            return 0; /* more of it comes */
        }

        ulaw = sentence_piece(s, p->sent - s->start, piece, copy);
        rc = leg_put(p->leg, DESK_RECORD_AUDIO, ulaw, (uint32_t) piece);
        if (rc < 0) {
            return rc;
        }

        playout_weigh(p, ulaw, piece, now_ms);
        p->sent += piece;
    }

    return 0;
}

/* Once a frame that is sent: no allocation, no locks, no waiting. */
static void
playout_weigh(playout_t *p, const uint8_t *ulaw, size_t samples,
              uint64_t now_ms)
{
    float   dbfs;
    int16_t pcm[PIECE_SAMPLES];

    if (now_ms > p->loudest_ms + LOUD_WINDOW_MS) {
        p->loudest_dbfs[1] = now_ms > p->loudest_ms + 2 * LOUD_WINDOW_MS
                                 ? LEVEL_SILENCE_DBFS
                                 : p->loudest_dbfs[0];
        p->loudest_dbfs[0] = LEVEL_SILENCE_DBFS;
        p->loudest_ms = now_ms;
    }

    g711_ulaw_decode(pcm, ulaw, samples);
    dbfs = level_dbfs(pcm, samples);
    if (dbfs > p->loudest_dbfs[0]) {
        p->loudest_dbfs[0] = dbfs;
    }
}

static int
playout_mark(playout_t *p, playout_sentence_t *s)
{
    int rc;

    if (s->marked) {
        return 0;
    }

    rc = leg_put(p->leg, DESK_RECORD_MARK, &p->mark_next,
                 sizeof(p->mark_next));
    if (rc < 0) {
        return rc;
    }

    s->mark = p->mark_next++;
    s->marked = 1;

    return 0;
}

/*
 * What was heard is not sent again: a pause goes back to the frame that was
 * being heard, and no further.
 */
static void
playout_drop(playout_t *p, uint64_t now_ms)
{
    uint64_t            heard = playout_position(p, now_ms);
    playout_sentence_t *s;

    heard -= heard % FRAME_SAMPLES;

    TAILQ_FOREACH(s, &p->sentences, next) {
        if (!s->begun || s->start >= heard) {
            return;
        }

        sentence_drop(s, heard - s->start);
    }
}

/* The carrier drops what it has not played: once there is room to say so. */
static int
playout_take_back(playout_t *p)
{
    int rc;

    rc = leg_put(p->leg, DESK_RECORD_CLEAR, NULL, 0);

    if (rc == 0) {
        p->clear_due = 0;
    } else if (rc != -EAGAIN) {
        return rc;
    }

    return leg_send(p->leg);
}

/* How far the carrier has played if it began when it got the first frame. */
static uint64_t
playout_clock(const playout_t *p, uint64_t now_ms)
{
    uint64_t at;

    if (p->clock_ms == 0 || p->paused) {
        return p->sent;
    }

    at = p->clock_at + (now_ms - p->clock_ms) * SAMPLES_PER_MS;

    return at < p->sent ? at : p->sent;
}

/*
 * How far the caller has heard: by that clock, but never past a sentence
 * whose mark has not come back.
 */
static uint64_t
playout_position(const playout_t *p, uint64_t now_ms)
{
    uint64_t                  at = playout_clock(p, now_ms);
    const playout_sentence_t *s;

    TAILQ_FOREACH(s, &p->sentences, next) {
        if (s->marked && sentence_end(s) > p->acked) {
            if (sentence_end(s) < at) {
                at = sentence_end(s);
            }
            break;
        }
    }

    return at > p->acked ? at : p->acked;
}

static uint64_t
sentence_end(const playout_sentence_t *s)
{
    return s->start + s->samples;
}

/*
 * Samples that are there, and were not dropped: where they lie, or copied
 * where they are of more than one part.
 */
static const uint8_t *
sentence_piece(const playout_sentence_t *s, size_t at, size_t samples,
               uint8_t *copy)
{
    size_t        n, used = 0;
    const part_t *part = s->first;

    at -= s->dropped;

    for (/* void */; at >= part->audio->samples; part = part->next) {
        at -= part->audio->samples;
    }

    if (samples <= part->audio->samples - at) {
        return part->audio->ulaw + at;
    }

    for (/* void */; used < samples; part = part->next) {
        n = part->audio->samples - at;
        n = n < samples - used ? n : samples - used;
        memcpy(copy + used, part->audio->ulaw + at, n);
        used += n;
        at = 0;
    }

    return copy;
}

/* Parts that end before that are not needed again. */
static void
sentence_drop(playout_sentence_t *s, size_t until)
{
    part_t *part;

    while ((part = s->first) != NULL
           && s->dropped + part->audio->samples <= until)
    {
        s->first = part->next;
        s->dropped += part->audio->samples;
        tts_audio_release(part->audio);
        free(part);
    }

    if (s->first == NULL) {
        s->last = &s->first;
    }
}

/* How much of its text was spoken up to there, in whole words. */
static size_t
sentence_heard(const playout_sentence_t *s, uint64_t heard)
{
    size_t length, samples = s->samples;

    if (s->done && sentence_end(s) <= heard) {
        return s->length;
    }

    /* What is there of it so far may be but its beginning. */
    if (!s->done && samples < s->length * LETTER_SAMPLES) {
        samples = s->length * LETTER_SAMPLES;
    }

    length = (size_t) ((double) s->length * (double) (heard - s->start)
                       / (double) samples);

    return word_cut(s->text, length < s->length ? length : s->length);
}

/*
 * Where what its audio lacks begins in the text of one that broke off: some
 * words are rather said twice than not at all. Counted as sentence_heard()
 * does, so that what was heard and what is said again fit together.
 */
static size_t
sentence_given(const playout_sentence_t *s)
{
    size_t at = sentence_heard(s, sentence_end(s));

    while (at < s->length && s->text[at] == ' ') {
        at++;
    }

    return at;
}

/* The longest start of `text` within `length` that ends with a word. */
static size_t
word_cut(const char *text, size_t length)
{
    while (length > 0 && text[length] != ' ' && text[length] != '\0') {
        length--;
    }

    while (length > 0 && text[length - 1] == ' ') {
        length--;
    }

    return length;
}
