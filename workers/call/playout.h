/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef CALL_PLAYOUT_H
#define CALL_PLAYOUT_H

#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "call/leg.h"
#include "provider/provider.h"

/*
 * Speech on its way to the caller: sentences, their audio as it is
 * synthesized, how much of it was handed to the carrier, and how much the
 * caller has heard by the carrier's marks and our clock between them.
 *
 * At most PLAYOUT_LEAD_MS is with the carrier and not heard, so that little
 * has to be taken back when the caller interrupts.
 */
#define PLAYOUT_LEAD_MS 400

typedef struct playout_sentence_s playout_sentence_t;

typedef struct {
    leg_t *leg;

    TAILQ_HEAD(playout_sentence_list, playout_sentence_s) sentences;

    uint64_t total;    /* samples synthesized so far */
    uint64_t sent;     /* samples handed to the ring */
    uint64_t acked;    /* heard for certain, by a mark */
    uint64_t clock_at; /* this sample played ... */
    uint64_t clock_ms; /* ... at this time */
    uint64_t drained_ms; /* when all should have been heard; 0: not yet */

    uint64_t first_sent_ms; /* of this speech; 0: nothing yet */
    uint32_t mark_next;     /* marks are numbers that never come again */
    uint32_t mark_first;    /* older ones are of what was cleared */
    uint32_t underruns;
    float    loudest_dbfs[2]; /* of what was sent in the last windows */
    uint64_t loudest_ms;

    unsigned whole:1;     /* no more sentences will come */
    unsigned paused:1;    /* the caller may be interrupting */
    unsigned clear_due:1; /* the ring was full: it comes before all else */
} playout_t;

void playout_init(playout_t *p, leg_t *leg);
void playout_clear(playout_t *p); /* frees, says nothing to the carrier */

/* A sentence to come; `request` is that of its synthesis. */
int playout_add(playout_t *p, uint32_t request, const char *text, size_t len);

/*
 * One that is no part of what the assistant has to say, "one moment": it is
 * heard, and never among the words that were.
 */
int playout_add_aside(playout_t *p, uint32_t request, const char *text,
                      size_t len);

/*
 * Its audio, which is held until it was heard and not copied. Of a request
 * that is not (any more) there: dropped.
 */
int  playout_audio(playout_t *p, uint32_t request, tts_audio_t *audio);
void playout_audio_done(playout_t *p, uint32_t request);
/* What is not synthesized by now will not be. */
void playout_give_up(playout_t *p);
/*
 * Another synthesizer has to say what is not there yet, in its order and under
 * new requests from `request` on: of a sentence that broke off, the words from
 * where its audio ends. Nothing the old one still gives is taken. Returns how
 * many there are, or -ENOMEM.
 */
int         playout_renew(playout_t *p, uint32_t request);
const char *playout_text(const playout_t *p, uint32_t request, size_t *len);

/* A sentence whose audio is not all there; 0 when there is none. */
uint32_t playout_awaited(const playout_t *p);
int      playout_is_aside(const playout_t *p, uint32_t request);

/* All sentences are added. */
void playout_whole(playout_t *p);

/*
 * Hands on what is due. Called when audio came and every 20 ms. Returns 0, or
 * -errno of the leg.
 */
int playout_pump(playout_t *p, uint64_t now_ms);

/* The carrier's word that audio up to this mark was heard. */
void playout_on_mark(playout_t *p, uint32_t mark);

/*
 * The caller may be interrupting: what was not heard is taken back from the
 * carrier, and playing can go on from there.
 */
int  playout_pause(playout_t *p, uint64_t now_ms);
void playout_resume(playout_t *p, uint64_t now_ms);

/* Whether everything was heard, by mark or, if none comes, by the clock. */
int playout_is_over(playout_t *p, uint64_t now_ms);
/* The same, though more sentences may come. */
int playout_is_heard(playout_t *p, uint64_t now_ms);
/* Whether there is nothing, heard or not. */
int playout_is_empty(const playout_t *p);

/*
 * How loud the assistant was at most in the last half second to a second:
 * what may come back from the line as an echo.
 */
float playout_loudest(const playout_t *p, uint64_t now_ms);

/* How much of what is there is still to be heard. */
uint64_t playout_left_ms(const playout_t *p, uint64_t now_ms);

/* What the caller heard of it, cut at a word. Returns its length. */
size_t playout_heard(const playout_t *p, uint64_t now_ms, char *text,
                     size_t room);

#endif /* CALL_PLAYOUT_H */
