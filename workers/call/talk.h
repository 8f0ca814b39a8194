/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef CALL_TALK_H
#define CALL_TALK_H

#include "base/log.h"
#include "call/agent.h"
#include "call/ear.h"
#include "call/leg.h"
#include "call/playout.h"
#include "call/turns.h"
#include "dialogue/reply.h"
#include "service/trace.h"
#include "shm/desk_process.h"

/*
 * The conversation of a call: who has the floor, and when it changes hands.
 * Owned by the call; it lives from the claim of the call to its end.
 */

/* Yields talk_state_e, talk_state_names[] and talk_enter[]. */
#define TALK_STATES(S)                                                        \
    S(LISTENING, talk_enter_listening) /* the caller has the floor */         \
    S(THINKING, NULL)                  /* turn taken, answer awaited */       \
    S(SPEAKING, NULL)                  /* the assistant has it */             \
    S(YIELDING, talk_enter_yielding)   /* the caller may be interrupting */   \
    S(OVER, NULL)                      /* nothing more is said or heard */

#define TALK_STATE_ENUM(name, enter) TALK_##name,
typedef enum { TALK_STATES(TALK_STATE_ENUM) TALK_STATE_COUNT } talk_state_e;
#undef TALK_STATE_ENUM

typedef struct {
    /* All was said and heard: the call is to end. */
    void (*on_over)(void *data, const char *reason);
    /* Another worker has the call. */
    void (*on_stale)(void *data);
    /*
     * Not even embedded services do: the caller is to be helped otherwise.
     * NULL: they hear an excuse, and on_over() follows.
     */
    void (*on_helpless)(void *data, const char *reason);
} talk_events_t;

typedef struct talk_services_s talk_services_t;

/* What the assistant says at a time: one turn. */
typedef struct {
    char        *text;
    size_t       length;
    size_t       room;
    int          seq;
    uint32_t     first; /* request of its first sentence */
    uint64_t     begun_ms;
    turn_times_t times;
    const char  *ends; /* why the call ends when it was heard, or NULL */
    unsigned     live:1;
    unsigned     whole:1;   /* its text is */
    unsigned     written:1; /* to the store, whole */
} speech_t;

#define TALK_KEYS_MAX 32

/*
 * What is heard while it is awaited, and is nobody's turn: "one moment", "we
 * have a minute left".
 */
typedef struct {
    uint64_t    quiet_ms; /* since when the caller waits and hears nothing */
    unsigned    count;    /* in this turn */
    const char *notice;   /* to be said when nobody speaks, or NULL */
} aside_t;

typedef struct {
    log_t                log;
    const talk_events_t *events;
    void                *data;
    uv_loop_t           *loop;
    desk_process_t      *self; /* for its counters */
    leg_t               *leg;
    agent_t             *agent;
    store_t             *store;
    turns_t             *turns;

    trace_t     *trace; /* NULL: nobody wants one */
    talk_state_e state;
    uint64_t     since_ms;

    ear_t     ear;
    reply_t   reply;
    tts_t     tts;
    playout_t playout;
    context_t context;
    speech_t  speech;

    talk_services_t *services; /* NULL: all are embedded */
    aside_t          aside;
    char            *early; /* words that are answered ahead, or NULL */
    unsigned         early_tries; /* in this turn */
    size_t           early_mark;  /* messages before them */

    uint32_t     request; /* of the synthesizer */
    turn_times_t heard;   /* of the utterance being answered */
    float        confidence; /* of the same */
    char        *waiting; /* what was said while tools ran */
    uint64_t     progress_ms; /* when something last came of an answer */
    uint64_t     sent;        /* samples of it handed on by then */
    unsigned     idle_prompts;
    unsigned     failures;

    char     keys[TALK_KEYS_MAX + 1];
    unsigned key_count;
    uint64_t key_ms;

    char     summary[512];
    unsigned tts_open:1;
    unsigned reply_open:1;
    unsigned helpless:1; /* said so */
} talk_t;

int  talk_create(talk_t **tp, uv_loop_t *loop, desk_process_t *self,
                 leg_t *leg, agent_t *agent, store_t *store, turns_t *turns,
                 const talk_events_t *events, void *data);
void talk_destroy(talk_t *talk);

/* Greets; or goes on where another worker had come to. */
void talk_start(talk_t *talk, uint64_t opened_ms);

/* The recognizer can be opened: the client's words are known. */
void talk_listen(talk_t *talk);

void talk_hear(talk_t *talk, const frame_t *frame, uint64_t now_ms);
void talk_on_key(talk_t *talk, char key, uint64_t now_ms);
void talk_on_mark(talk_t *talk, uint32_t mark);
void talk_tick(talk_t *talk, uint64_t now_ms);

/* Says a last sentence, whatever goes on, and is over then. */
void talk_farewell(talk_t *talk, const char *text, const char *reason);

/* A word aside, as soon as nobody speaks; a string that stays. */
void talk_notice(talk_t *talk, const char *text);

/* The caller has gone: what was being said is written as far as heard. */
void talk_hang_up(talk_t *talk, uint64_t now_ms);

/* Where a new owner has to listen again to miss nothing. */
int talk_is_hearing(const talk_t *talk);

#endif /* CALL_TALK_H */
