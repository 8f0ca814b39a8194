/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef CALL_EAR_H
#define CALL_EAR_H

#include <stdint.h>

#include "dsp/vad.h"
#include "provider/provider.h"

/*
 * Listens to the caller: finds where an utterance begins, has it recognized,
 * and decides when it is over. The recognizer is asked at the first short
 * silence already; by what it understood, and by what the assistant had asked,
 * follows how much more silence is waited for: none after a plain "yes", long
 * in the middle of a telephone number.
 */

/* An utterance that is over. Times are of the worker's clock. */
typedef struct {
    const char *text; /* "": somebody spoke, nothing was understood */
    float       confidence;
    uint32_t    voice_ms;    /* how much voice was in it */
    uint64_t    voice_end;   /* when the last of it was heard */
    uint64_t    asked_ms;    /* recognizer asked, */
    uint64_t    answered_ms; /* its answer, */
    uint64_t    decided_ms;  /* and the turn taken */
} utterance_t;

typedef struct {
    void (*on_utterance)(void *data, const utterance_t *utterance);
    /*
     * It may well be over with these words, but is not decided; and it was
     * not. NULL: nobody works ahead.
     */
    void (*on_eager)(void *data, const char *text, float confidence);
    void (*on_resumed)(void *data);
    /*
     * The recognizer has failed. Who returns 1 will soon call ear_change();
     * meanwhile nothing is decided. NULL: nobody does.
     */
    int (*on_lost)(void *data, const fault_t *fault);
} ear_events_t;

#define EAR_PREROLL_FRAMES 15
#define EAR_TEXT_BYTES     1024

typedef enum { EAR_QUIET,
               EAR_VOICE,
               EAR_PAUSE } ear_state_e;

typedef struct {
    const ear_events_t *events;
    void               *data;

    vad_t       vad;
    stt_t       stt;
    ear_state_e state;
    unsigned    open:1;
    unsigned    lost:1;       /* another recognizer is to come */
    unsigned    keeps:1;      /* what was heard, for it */
    unsigned    finds_turns:1; /* the recognizer tells when one is over */
    unsigned    turn_begun:1; /* by its word */
    unsigned    gave_up:1;    /* decided before it had answered */

    /* u-law of the utterance, while another recognizer may have to hear it. */
    uint8_t *kept;
    size_t   kept_samples;
    size_t   kept_room;
    uint64_t decided_ms;
    uint64_t words_ms; /* when it was last understood to say more */

    uint32_t utterance; /* number of the one being heard */
    uint32_t request;   /* of the recognizer */
    uint32_t answered;  /* request that `text` answers */
    uint32_t voice_ms;  /* of this utterance */
    uint64_t begun_ms;
    uint64_t voice_end;
    uint64_t asked_ms;
    uint64_t answered_ms;
    float    confidence;
    char     text[EAR_TEXT_BYTES];
    char     question[512]; /* the assistant's last words */

    /* What came just before a voice was made out. */
    uint8_t  preroll[EAR_PREROLL_FRAMES][FRAME_SAMPLES];
    unsigned preroll_count;
    unsigned preroll_at;
} ear_t;

void ear_init(ear_t *ear, const ear_events_t *events, void *data);
int  ear_open(ear_t *ear, const stt_provider_t *provider,
              const stt_config_t *config, uv_loop_t *loop);
void ear_close(ear_t *ear);

/*
 * Another recognizer goes on: it hears the utterance from its beginning. Not
 * to be called from an event of the old one. What was heard is kept for that
 * only if ear_keep() was told so before.
 */
int  ear_change(ear_t *ear, const stt_provider_t *provider,
                const stt_config_t *config, uint64_t now_ms);
void ear_keep(ear_t *ear, int keeps);

/* What the caller is answering to. */
void ear_set_question(ear_t *ear, const char *text);

/* Once a frame. */
void ear_hear(ear_t *ear, const frame_t *frame, uint64_t now_ms);

/* Milliseconds of voice in the utterance being heard; 0 when there is none. */
uint32_t ear_voice_ms(const ear_t *ear);

/* Whether an utterance has begun that is not over. */
int ear_is_busy(const ear_t *ear);

#endif /* CALL_EAR_H */
