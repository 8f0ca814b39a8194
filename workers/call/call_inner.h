/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef CALL_CALL_INNER_H
#define CALL_CALL_INNER_H

#include "call/agent.h"
#include "call/call.h"
#include "call/leg.h"
#include "call/message.h"
#include "call/talk.h"
#include "call/turns.h"
#include "store/store.h"

/*
 * Between the files of a call, and for no others: call.c is its states and its
 * end, call_claim.c how it becomes ours and begins, call_read.c what comes up
 * the line, call_clock.c time and what it costs.
 */

/* Yields call_state_e, call_state_names[] and call_enter[]. */
#define CALL_STATES(S)                                                        \
    S(CONNECTING, NULL)                /* slot claimed, call row awaited */   \
    S(UP, NULL)                        /* in conversation */                  \
    S(LINGERING, call_enter_lingering) /* stream broke, may be resumed */     \
    S(SETTLING, call_enter_settling)   /* its end is being written */         \
    S(CLOSING, call_enter_closing)     /* settled: nginx closes the stream */ \
    S(ENDED, call_enter_ended)

#define CALL_STATE_ENUM(name, enter) CALL_##name,
typedef enum { CALL_STATES(CALL_STATE_ENUM) } call_state_e;
#undef CALL_STATE_ENUM

struct call_s {
    log_t        log;
    call_host_t *host;
    uint32_t     slot;

    call_state_e state;
    uint64_t     since_ms;
    uint64_t     opened_ms;  /* of the stream */
    uint64_t     started_ms; /* of the call */

    leg_t      leg;
    agent_t    agent;
    store_t    store;
    turns_t    turns;
    talk_t    *talk;    /* NULL: an echo, or */
    message_t *message; /* what the caller says is only taken down */
    talk_t    *talked;  /* what was done before it came to that */

    store_request_t claiming;
    store_request_t reserving;
    store_request_t settling;

    char              client_id[DESK_ID_BYTES]; /* as the slot's card says */
    char              agent_id[DESK_ID_BYTES];
    cJSON            *claim;  /* its answer, while what it lacks is asked for */
    cache_item_t     *config; /* what was known when the call was claimed */
    desk_news_stamp_t config_stamp; /* of what is told then */
    desk_news_stamp_t words_stamp;

    /* Where the last frames began: what a voice is made out by. */
    uint64_t begun[EAR_PREROLL_FRAMES];
    unsigned begun_at;

    uint64_t    reserved_s;
    uint64_t    broken_ms; /* when the stream broke; 0: it did not */
    uint64_t    second_ms; /* of the last look at the clock */
    const char *reason;    /* of the end */
    const char *status;
    unsigned    broke:1; /* the balance */
    unsigned    asking:1; /* for a slice */
    unsigned    echo:1;
    unsigned    deaf:1; /* the recognizer is not there yet: audio waits */
    unsigned    claimed:1;
    unsigned    warned:1; /* that its time is nearly over */
    unsigned    helpless:1; /* a message is to be taken instead of talking */
    unsigned    gone:1; /* to be destroyed at the end of this event */
};

/* ---- call.c ---- */

void call_set_state(call_t *call, call_state_e next);

/* The end of it, and why; what was said is written, then it is settled. */
void call_finish(call_t *call, const char *status, const char *reason);
void call_settle(call_t *call);

/* Someone else has the call: not a frame, not a row from here on. */
void call_abandon(call_t *call);

/* Only here, at the end of an event, may the call go. */
void call_sweep(call_t *call);

/* ---- call_config.c ---- */

/*
 * What is known already of the agent that the slot's card names, for a claim;
 * -ENOENT: nothing. What is told from here on has this moment's stamp.
 */
int call_config_find(call_t *call, store_known_t *known);

/*
 * What the call goes by: what was told, which is kept for the next ones, or
 * else what was known. 0 and an item to be dropped; -EAGAIN: what was known
 * is not good any more, and Postgres is to be asked.
 */
int call_config_take(call_t *call, const cJSON *told, cache_item_t **config);

/* The client's words (a PGresult), to be dropped; NULL: they are not known. */
cache_item_t *call_config_words(call_t *call);
void          call_config_keep_words(call_t *call, const PGresult *words);

/* ---- call_claim.c ---- */

/* Asks for the call's row; what follows begins with its answer. */
int call_claim(call_t *call);

/* No talking any more: from the next tick on what is said is taken down. */
void call_claim_take_over(call_t *call);

/* Whether another stream of the call has come to this node after ours. */
int call_claim_is_followed(const call_t *call);

/* ---- call_read.c ---- */

void call_read(call_t *call);

/* What is behind us is not to be taken for new again. */
void call_read_forget(call_t *call);

/* ---- call_clock.c ---- */

void call_clock_open(call_t *call);

/* Once a second: whatever may last too long. */
void call_clock_check(call_t *call, uint64_t now_ms);

/* Asks for the next slice of time when this one is about to end. */
void call_clock_pay_ahead(call_t *call);

/* Since the call began, every begun one counted. */
uint64_t call_clock_seconds(const call_t *call);

#endif /* CALL_CALL_INNER_H */
