/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "call/agent.h"
#include "call/call.h"
#include "call/leg.h"
#include "call/message.h"
#include "call/talk.h"
#include "call/turns.h"
#include "dsp/g711.h"
#include "store/store.h"

/* Time is paid for ahead in slices, so that a crash costs at most one. */
#define SLICE_S 30
#define SLICE_AHEAD_S 10
/* What is left for a goodbye when the balance, or the time, runs out. */
#define GOODBYE_S 8
/*
 * How long a call whose stream broke waits for another one: for 15 s a carrier
 * tries to ask us what to do.
 */
#define LINGER_MS 16000
/* How long nginx may take to close a stream. */
#define CLOSE_MS 3000
#define CLAIM_MS 5000

#define SAY_BALANCE "I'm sorry, we have to end the call here. Goodbye."
#define SAY_TOO_LONG "We have come to the end of our time. Goodbye."

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
    uint64_t     opened_ms; /* of the stream */
    uint64_t     started_ms; /* of the call */

    leg_t      leg;
    agent_t    agent;
    store_t    store;
    turns_t    turns;
    talk_t    *talk;    /* NULL: an echo, or */
    message_t *message; /* what the caller says is only taken down */

    store_request_t claiming;
    store_request_t reserving;
    store_request_t settling;

    char     **words; /* the client's own, for the recognizer */
    size_t     word_count;

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
    unsigned    gone:1; /* to be destroyed at the end of this event */
};

typedef void (*call_enter_pt)(call_t *call, call_state_e from);

static void call_set_state(call_t *call, call_state_e next);
static void call_enter_lingering(call_t *call, call_state_e from);
static void call_enter_settling(call_t *call, call_state_e from);
static void call_enter_closing(call_t *call, call_state_e from);
static void call_enter_ended(call_t *call, call_state_e from);
static void call_read(call_t *call);
static int call_is_waiting(const call_t *call);
static void call_note_begun(call_t *call, uint64_t at);
static void call_forget_begun(call_t *call);
static void call_on_record(call_t *call, const desk_record_t *record);
static void call_on_audio(call_t *call, const desk_record_t *record);
static void call_on_stop(call_t *call, const desk_record_t *record);
static void call_begin(call_t *call);
static int call_take_message(call_t *call);
static int call_start_talk(call_t *call);
static void call_finish(call_t *call, const char *status, const char *reason);
static void call_abandon(call_t *call);
static void call_sweep(call_t *call);
static int call_is_followed(const call_t *call);
static int call_is_at(const call_t *call, uint32_t slot);
static void call_tell_followed(call_t *call);
static void call_check_clock(call_t *call, uint64_t now_ms);
static void call_farewell(call_t *call, const char *text, const char *reason);
static void call_ask_slice(call_t *call);
static uint64_t call_seconds(const call_t *call);
static int call_last_seq(const agent_t *agent);
static void call_on_claimed(void *data, int rc, const cJSON *answer);
static void call_on_slice(void *data, int rc, const cJSON *answer);
static void call_on_settled(void *data, int rc, const cJSON *answer);
static void call_on_words(void *data, PGresult *result, const char *state,
                          const char *error);
static void call_on_over(void *data, const char *reason);
static void call_on_stale(void *data);

#define CALL_STATE_NAME(name, enter) #name,
static const char *const call_state_names[] = { CALL_STATES(CALL_STATE_NAME) };

#define CALL_STATE_ENTER(name, enter) enter,
static const call_enter_pt call_enter[] = { CALL_STATES(CALL_STATE_ENTER) };

static const talk_events_t call_talk_events = {
    .on_over = call_on_over,
    .on_stale = call_on_stale,
};

static const message_events_t call_message_events = {
    .on_over = call_on_over,
    .on_stale = call_on_stale,
};

int
call_create(call_t **cp, call_host_t *host, uint32_t slot)
{
    int                rc;
    char               stream[DESK_ID_BYTES];
    call_t            *call;
    const desk_card_t *card;

    call = calloc(1, sizeof(call_t));
    if (call == NULL) {
        return -ENOMEM;
    }

    rc = leg_open(&call->leg, host->seg, host->self, slot, &host->ring_mask);
    if (rc < 0) {
        free(call);
        return rc;
    }

    card = &call->leg.slot.shared->card;
    call->host = host;
    call->slot = slot;
    call->state = CALL_CONNECTING;
    call->since_ms = uv_now(host->loop);
    call->opened_ms = card->opened_ms;
    call->started_ms = card->opened_ms;
    call->echo = card->pipeline == DESK_PIPELINE_ECHO;

    /* nginx filled it, and nginx may be wrong: it ends where it ends. */
    store_open(&call->store, host->pg, "");
    (void) snprintf(call->store.call_id, sizeof(call->store.call_id), "%.36s",
                    card->call_id);
    (void) snprintf(call->log.prefix, sizeof(call->log.prefix), "call %s: ",
                    call->store.call_id);

    call->claiming.store = &call->store;
    call->claiming.done = call_on_claimed;
    call->claiming.data = call;
    call->reserving.store = &call->store;
    call->reserving.done = call_on_slice;
    call->reserving.data = call;
    call->settling.store = &call->store;
    call->settling.done = call_on_settled;
    call->settling.data = call;

    desk_count(host->self,
               desk_slot_is_adopted(&call->leg.slot) ? DESK_COUNT_CALLS_ADOPTED
                                                     : DESK_COUNT_CALLS,
               1);
    call_forget_begun(call);

    (void) snprintf(stream, sizeof(stream), "%.*s", DESK_ID_BYTES - 1,
                    card->stream_sid);
    rc = store_claim(&call->claiming, host->node, stream);
    if (rc < 0) {
        leg_close(&call->leg);
        free(call);
        return rc;
    }

    *cp = call;
    return 0;
}

void
call_on_ready(call_t *call)
{
    leg_take_in_hand(&call->leg);
    call_read(call);

    if (!call->gone && call->state != CALL_ENDED
        && !leg_has_stream(&call->leg))
    {
        /* nginx let go; if it could, it has said why before. */
        if (call->state == CALL_CLOSING) {
            call_set_state(call, CALL_ENDED);

        } else if (call->state == CALL_UP || call->state == CALL_CONNECTING) {
            call_set_state(call, CALL_LINGERING);

        } else if (call->state == CALL_LINGERING && call_is_followed(call)) {
            call_abandon(call);
        }
    }

    call_sweep(call);
}

void
call_tick(call_t *call, uint64_t now_ms)
{
    leg_take_in_hand(&call->leg);

    if (call->talk != NULL && call->state == CALL_UP) {
        talk_tick(call->talk, now_ms);
    } else if (call->message != NULL && call->state == CALL_UP) {
        message_tick(call->message, now_ms);
    }

    if (!call->gone && now_ms >= call->second_ms + 1000) {
        call->second_ms = now_ms;
        call_check_clock(call, now_ms);
    }

    call_sweep(call);
}

int
call_needs_ticks(const call_t *call)
{
    return !call->echo;
}

void
call_shut_down(call_t *call)
{
    if (call->state == CALL_CONNECTING || call->state == CALL_UP
        || call->state == CALL_LINGERING)
    {
        call_finish(call, "completed", "service_stopped");
    }

    call_sweep(call);
}

void
call_destroy(call_t *call)
{
    size_t i;

    store_cancel(&call->claiming);
    store_cancel(&call->reserving);
    store_cancel(&call->settling);
    pg_forget(call->host->pg, call);

    talk_destroy(call->talk);
    message_destroy(call->message);
    leg_close(&call->leg);
    agent_clear(&call->agent);

    for (i = 0; i < call->word_count; i++) {
        free(call->words[i]);
    }

    free(call->words);
    free(call);
}

static void
call_set_state(call_t *call, call_state_e next)
{
    call_state_e prev = call->state;

    log_debug(call, "%s -> %s", call_state_names[prev],
              call_state_names[next]);

    call->state = next;
    call->since_ms = uv_now(call->host->loop);

    if (call_enter[next] != NULL) {
        call_enter[next](call, prev);
    }
}

/* What comes after this is not paid for, unless another stream comes. */
static void
call_enter_lingering(call_t *call, call_state_e from)
{
    (void) from;
    call->broken_ms = call->since_ms;

    if (call_is_followed(call)) {
        call_abandon(call);
    }
}

static void
call_enter_settling(call_t *call, call_state_e from)
{
    store_end_t end;

    (void) from;

    if (!call->claimed) {
        return; /* the claim is on its way; then it is settled, or given up */
    }

    end.status = call->status;
    end.reason = call->reason;
    end.duration_s = call_seconds(call);
    end.summary = call->talk != NULL && call->talk->summary[0] != '\0'
                      ? call->talk->summary
                      : NULL;

    if (store_end(&call->settling, &end) < 0) {
        log_error(call, "its end could not be written");
        call_set_state(call, CALL_CLOSING);
    }
}

/* nginx closes the stream; what the carrier does next it asks us then. */
static void
call_enter_closing(call_t *call, call_state_e from)
{
    (void) from;

    if (leg_put(&call->leg, DESK_RECORD_STOP, NULL, 0) < 0
        || leg_send(&call->leg) < 0 || !leg_has_stream(&call->leg))
    {
        call_set_state(call, CALL_ENDED);
    }
}

static void
call_enter_ended(call_t *call, call_state_e from)
{
    (void) from;

    log_info(call, "ended after %llu s: %s",
             (unsigned long long) call_seconds(call),
             call->reason != NULL ? call->reason : "never begun");
    desk_count(call->host->self, DESK_COUNT_CALLS_ENDED, 1);
    call->gone = 1;
}

static void
call_read(call_t *call)
{
    int             rc;
    uint64_t        replay;
    desk_record_t   record;
    static uint8_t  copy[DESK_RECORD_MAX]; /* one loop, one reader at a time */

    replay = atomic_load_explicit(&call->leg.slot.shared->up.replay,
                                  memory_order_relaxed);

    for (;;) {
        if (call_is_waiting(call)) {
            return;
        }

        call_note_begun(call, leg_position(&call->leg));
        rc = leg_next(&call->leg, &record, copy);
        if (rc <= 0) {
            break;
        }

        call_on_record(call, &record);

        if (call->gone) {
            return;
        }
    }

    if (rc == -ESTALE) {
        call_abandon(call);
        return;
    }

    if (rc < 0) {
        log_error(call, "ring is damaged");
        desk_count(call->host->self, DESK_COUNT_RECORDS_BAD, 1);
        call_finish(call, "failed", "damaged");
        return;
    }

    if (call->talk == NULL) {
        replay = leg_position(&call->leg);
    } else if (!talk_is_hearing(call->talk)) {
        replay = call->begun[call->begun_at];
    }

    leg_read_done(&call->leg, replay);

    if (call->echo && call->state != CALL_ENDED
        && leg_send(&call->leg) == -ESTALE)
    {
        call_abandon(call);
    }
}

/* Until the call's row and the recognizer are here audio waits where it is. */
static int
call_is_waiting(const call_t *call)
{
    return !call->echo
           && (call->state == CALL_CONNECTING
               || (call->state == CALL_UP && call->deaf));
}

/*
 * A voice is made out when it has lasted a while. Who has to listen again
 * begins as many frames before.
 */
static void
call_note_begun(call_t *call, uint64_t at)
{
    call->begun[call->begun_at] = at;
    call->begun_at = (call->begun_at + 1) % EAR_PREROLL_FRAMES;
}

/* What is behind us is not to be taken for new again. */
static void
call_forget_begun(call_t *call)
{
    unsigned i;

    for (i = 0; i < EAR_PREROLL_FRAMES; i++) {
        call->begun[i] = leg_position(&call->leg);
    }
}

static void
call_on_record(call_t *call, const desk_record_t *record)
{
    uint32_t mark;
    uint64_t now = uv_now(call->host->loop);

    switch (record->type) {

    case DESK_RECORD_AUDIO:
        call_on_audio(call, record);
        return;

    case DESK_RECORD_MARK:
        if (call->talk != NULL && record->length == sizeof(mark)) {
            memcpy(&mark, record->data, sizeof(mark));
            talk_on_mark(call->talk, mark);
        } else if (call->message != NULL && record->length == sizeof(mark)) {
            memcpy(&mark, record->data, sizeof(mark));
            message_on_mark(call->message, mark);
        }
        return;

    case DESK_RECORD_DTMF:
        if (call->talk != NULL && record->length == 1) {
            talk_on_key(call->talk, (char) record->data[0], now);
        } else if (call->message != NULL && record->length == 1) {
            message_on_key(call->message, (char) record->data[0], now);
        }

        call_forget_begun(call);
        return;

    case DESK_RECORD_STOP:
        call_on_stop(call, record);
        return;

    default:
        return; /* START says what the card says; others are not for us */
    }
}

/* Once a frame: no allocation, no locks, no waiting. */
static void
call_on_audio(call_t *call, const desk_record_t *record)
{
    frame_t frame;
    int16_t pcm[DESK_RECORD_MAX];

    if (call->echo) {
        /* A full ring drops it: an echo is of now or not at all. */
        (void) leg_put(&call->leg, DESK_RECORD_AUDIO, record->data,
                       record->length);
        return;
    }

    if (call->state != CALL_UP) {
        return;
    }

    g711_ulaw_decode(pcm, record->data, record->length);
    frame.ulaw = record->data;
    frame.pcm = pcm;
    frame.samples = record->length;

    if (call->talk != NULL) {
        talk_hear(call->talk, &frame, uv_now(call->host->loop));
    } else if (call->message != NULL) {
        message_hear(call->message, &frame, uv_now(call->host->loop));
    }
}

/* Flags 0: the carrier's stop. 1: the stream broke, and may come again. */
static void
call_on_stop(call_t *call, const desk_record_t *record)
{
    switch (call->state) {

    case CALL_CONNECTING:
    case CALL_UP:
    case CALL_LINGERING:
        if (record->flags == 0) {
            call_finish(call, "completed", "caller_hung_up");
        } else {
            call_set_state(call, CALL_LINGERING);
        }
        return;

    case CALL_CLOSING:
        call_set_state(call, CALL_ENDED);
        return;

    default:
        return;
    }
}

static void
call_begin(call_t *call)
{
    int rc, max_call_s;

    call_set_state(call, CALL_UP);

    if (call_seconds(call) + SLICE_AHEAD_S >= call->reserved_s) {
        call_ask_slice(call);
    }

    if (call->echo) {
        /* Of all that it was told it needs but this. */
        max_call_s = call->agent.max_call_s;
        agent_clear(&call->agent);
        call->agent.max_call_s = max_call_s;
        return;
    }

    rc = desk_slot_is_deadly(&call->leg.slot) ? call_take_message(call)
                                              : call_start_talk(call);
    if (rc < 0) {
        log_error(call, "cannot talk: %s", strerror(-rc));
        call_finish(call, "failed", "no_speech");
    }
}

/* Workers died of it: nothing of a conversation is tried again. */
static int
call_take_message(call_t *call)
{
    int rc;

    log_error(call, "workers died of it, taking a message instead");

    rc = message_create(&call->message, call->host->loop, &call->leg,
                        &call->agent, &call->store, &call->turns,
                        call->host->state_dir, &call_message_events, call);
    if (rc == 0) {
        message_start(call->message);
    }

    return rc;
}

static int
call_start_talk(call_t *call)
{
    int rc;

    rc = talk_create(&call->talk, call->host->loop, call->host->self,
                     &call->leg, &call->agent, &call->store, &call->turns,
                     &call_talk_events, call);
    if (rc < 0) {
        return rc;
    }

    call->deaf = 1;
    talk_start(call->talk, call->opened_ms);

    if (store_vocabulary(call->host->pg, call->agent.client_id, call_on_words,
                         call)
        < 0)
    {
        call->deaf = 0;
        talk_listen(call->talk);
    }

    return 0;
}

static void
call_finish(call_t *call, const char *status, const char *reason)
{
    if (call->state == CALL_SETTLING || call->state == CALL_CLOSING
        || call->state == CALL_ENDED)
    {
        return;
    }

    if (call->talk != NULL) {
        talk_hang_up(call->talk, uv_now(call->host->loop));
    } else if (call->message != NULL && message_hang_up(call->message)) {
        reason = "message_taken";
    }

    call->status = status;
    call->reason = reason;
    call_set_state(call, CALL_SETTLING);
}

/* Someone else has the call: not a frame, not a row from here on. */
static void
call_abandon(call_t *call)
{
    if (!call->gone) {
        log_info(call, "is another worker's now");
        desk_count(call->host->self, DESK_COUNT_FENCED, 1);

        /* When only the call is, and not the slot, this stream is of no use. */
        (void) leg_put(&call->leg, DESK_RECORD_STOP, NULL, 0);
        (void) leg_send(&call->leg);
        call->state = CALL_ENDED;
        call->gone = 1;
    }
}

/* Only here, at the end of an event, may the call go. */
static void
call_sweep(call_t *call)
{
    uint32_t     slot = call->slot;
    call_host_t *host = call->host;

    if (call->gone) {
        host->on_call_gone(host->data, slot);
        call_destroy(call);
    }
}

/* Whether another stream of the call has come to this node after ours. */
static int
call_is_followed(const call_t *call)
{
    uint32_t              i;
    const desk_segment_t *seg = call->host->seg;

    for (i = 0; i < seg->slot_count; i++) {
        if (call_is_at(call, i)
            && seg->slots[i].card.opened_ms > call->opened_ms)
        {
            return 1;
        }
    }

    return 0;
}

/* A look at another's slot: it is filled while it is LIVE. */
static int
call_is_at(const call_t *call, uint32_t slot)
{
    uint64_t              state;
    const desk_segment_t *seg = call->host->seg;

    state = atomic_load_explicit(&seg->states[slot], memory_order_acquire);

    return slot != call->slot && (state & DESK_SLOT_LIVE) != 0
           && strncmp(seg->slots[slot].card.call_id, call->store.call_id,
                      DESK_ID_BYTES)
                  == 0;
}

/* Who still has an old stream of it need not wait for this one any more. */
static void
call_tell_followed(call_t *call)
{
    int             owner;
    uint32_t        i;
    desk_slot_t     slot;
    desk_segment_t *seg = call->host->seg;

    for (i = 0; i < seg->slot_count; i++) {
        if (!call_is_at(call, i)) {
            continue;
        }

        slot.shared = &seg->slots[i];
        owner = desk_slot_ai_index(&slot);

        if (owner >= 0) {
            desk_ready_set(seg, (uint32_t) owner, i);
            call->host->ring_mask |= UINT64_C(1) << owner;
        }
    }
}

static void
call_check_clock(call_t *call, uint64_t now_ms)
{
    uint64_t seconds = call_seconds(call);

    switch (call->state) {

    case CALL_CONNECTING:
        if (now_ms > call->since_ms + CLAIM_MS) {
            call_finish(call, "failed", "no_database");
        }
        return;

    case CALL_UP:
        if (!desk_slot_is_mine(&call->leg.slot, call->host->self)) {
            call_abandon(call);
            return;
        }

        if (seconds + SLICE_AHEAD_S >= call->reserved_s && !call->broke) {
            call_ask_slice(call);
        }

        if (call->broke && seconds >= call->reserved_s) {
            call_finish(call, "completed", "no_balance");
        } else if (call->broke && seconds + GOODBYE_S >= call->reserved_s) {
            call_farewell(call, SAY_BALANCE, "no_balance");
        } else if (seconds >= (uint64_t) call->agent.max_call_s) {
            call_farewell(call, SAY_TOO_LONG, "too_long");
        }
        return;

    case CALL_LINGERING:
        if (call_is_followed(call)) {
            call_abandon(call);
        } else if (now_ms > call->since_ms + LINGER_MS) {
            call_finish(call, "completed", "connection_lost");
        }
        return;

    case CALL_CLOSING:
        if (now_ms > call->since_ms + CLOSE_MS) {
            call_set_state(call, CALL_ENDED);
        }
        return;

    case CALL_SETTLING:
        if (!call->claimed && now_ms > call->since_ms + CLAIM_MS) {
            call_set_state(call, CALL_CLOSING);
        }
        return;

    case CALL_ENDED:
        return;
    }
}

static void
call_farewell(call_t *call, const char *text, const char *reason)
{
    if (call->talk != NULL) {
        talk_farewell(call->talk, text, reason);
    } else {
        call_finish(call, "completed", reason);
    }
}

static void
call_ask_slice(call_t *call)
{
    if (call->asking) {
        return;
    }

    call->asking = store_reserve(&call->reserving, SLICE_S) == 0;
}

/* Since the call began, every begun one counted. */
static uint64_t
call_seconds(const call_t *call)
{
    uint64_t now = call->broken_ms != 0 ? call->broken_ms
                                        : uv_now(call->host->loop);

    return now > call->started_ms ? (now - call->started_ms + 999) / 1000 : 0;
}

static int
call_last_seq(const agent_t *agent)
{
    int          last = 0;
    const cJSON *turn, *seq;

    cJSON_ArrayForEach(turn, agent->turns)
    {
        seq = cJSON_GetObjectItemCaseSensitive(turn, "seq");
        if (cJSON_IsNumber(seq) && seq->valueint > last) {
            last = seq->valueint;
        }
    }

    return last;
}

static void
call_on_claimed(void *data, int rc, const cJSON *answer)
{
    call_t *call = data;

    leg_take_in_hand(&call->leg);

    if (call->state == CALL_CLOSING || call->state == CALL_ENDED) {
        return;
    }

    if (rc == 0) {
        rc = agent_read(&call->agent, answer);
    }

    if (rc < 0) {
        /* Nothing was begun that would have to be settled by us. */
        log_write(rc == -ESTALE ? LOG_INFO : LOG_ERROR, &call->log,
                  "could not be claimed: %s", strerror(-rc));
        call->reason = "not_claimed";
        call_set_state(call, CALL_CLOSING);
        call_sweep(call);
        return;
    }

    call->claimed = 1;
    call->store.epoch = call->agent.epoch;
    call->reserved_s = (uint64_t) call->agent.reserved_s;
    call_tell_followed(call);

    /* A call that goes on began before this stream did. */
    if (call->agent.epoch > 1) {
        call->started_ms = uv_now(call->host->loop)
                           - (uint64_t) call->agent.elapsed_s * 1000;
    }

    turns_open(&call->turns, &call->store, call_last_seq(&call->agent),
               call->started_ms);

    if (call->state == CALL_SETTLING) {
        call_enter_settling(call, CALL_SETTLING);
        call_sweep(call);
        return;
    }

    if (call->state == CALL_CONNECTING) {
        call_begin(call);
    }

    call_on_ready(call); /* what came meanwhile */
}

static void
call_on_slice(void *data, int rc, const cJSON *answer)
{
    call_t *call = data;

    leg_take_in_hand(&call->leg);
    call->asking = 0;

    if (rc == -ESTALE) {
        call_abandon(call);

    } else if (rc == 0 && cJSON_IsNumber(answer)) {
        call->reserved_s += (uint64_t) answer->valueint;
        call->broke = answer->valueint < SLICE_S;
    }

    call_sweep(call);
}

static void
call_on_settled(void *data, int rc, const cJSON *answer)
{
    call_t *call = data;

    (void) answer;

    if (rc == -ESTALE) {
        call_abandon(call);

    } else if (call->state == CALL_SETTLING) {
        call_set_state(call, CALL_CLOSING);
    }

    call_sweep(call);
}

static void
call_on_words(void *data, PGresult *result, const char *state,
              const char *error)
{
    int     i, count;
    call_t *call = data;

    (void) state;

    if (call->state != CALL_UP || call->talk == NULL) {
        return;
    }

    count = result != NULL ? PQntuples(result) : 0;
    call->words = calloc((size_t) count + 1, sizeof(char *));

    if (result == NULL || call->words == NULL) {
        log_warn(call, "the client's words are not known: %s",
                 error != NULL ? error : "out of memory");
        count = 0;
    }

    for (i = 0; i < count; i++) {
        call->words[call->word_count] = strdup(PQgetvalue(result, i, 0));
        if (call->words[call->word_count] != NULL) {
            call->word_count++;
        }
    }

    call->agent.stt.vocabulary = (const char *const *) call->words;
    call->agent.stt.vocabulary_count = call->word_count;
    call->deaf = 0;

    talk_listen(call->talk);
    call_on_ready(call); /* what came meanwhile */
}

static void
call_on_over(void *data, const char *reason)
{
    call_finish(data, "completed", reason);
}

static void
call_on_stale(void *data)
{
    call_abandon(data);
}
