/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "call/call_inner.h"

typedef void (*call_enter_pt)(call_t *call, call_state_e from);

static void call_enter_lingering(call_t *call, call_state_e from);
static void call_enter_settling(call_t *call, call_state_e from);
static void call_enter_closing(call_t *call, call_state_e from);
static void call_enter_ended(call_t *call, call_state_e from);
static void call_on_settled(void *data, int rc, const cJSON *answer);

#define CALL_STATE_NAME(name, enter) #name,
static const char *const call_state_names[] = { CALL_STATES(CALL_STATE_NAME) };

#define CALL_STATE_ENTER(name, enter) enter,
static const call_enter_pt call_enter[] = { CALL_STATES(CALL_STATE_ENTER) };

int
call_create(call_t **cp, call_host_t *host, uint32_t slot)
{
    int                rc;
    call_t            *call;
    const desk_card_t *card;

    call = calloc(1, sizeof(call_t));
    if (call == NULL) {
        return -ENOMEM;
    }

    rc = leg_open(&call->leg, host->seg, host->self, slot, &host->bells);
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
    (void) snprintf(call->client_id, sizeof(call->client_id), "%.36s",
                    card->client_id);
    (void) snprintf(call->agent_id, sizeof(call->agent_id), "%.36s",
                    card->agent_id);
    (void) snprintf(call->log.prefix, sizeof(call->log.prefix), "call %s: ",
                    call->store.call_id);

    call_clock_open(call);
    call->settling.store = &call->store;
    call->settling.done = call_on_settled;
    call->settling.data = call;

    desk_count(host->self,
               desk_slot_is_adopted(&call->leg.slot) ? DESK_COUNT_CALLS_ADOPTED
                                                     : DESK_COUNT_CALLS,
               1);
    call_read_forget(call);

    rc = call_claim(call);
    if (rc < 0) {
        leg_close(&call->leg);
        cache_item_drop(call->config);
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
            /* What was left in the ring while it connected: the reason. */
            call_read(call);

        } else if (call->state == CALL_LINGERING
                   && call_claim_is_followed(call))
        {
            call_abandon(call);
        }
    }

    call_sweep(call);
}

void
call_tick(call_t *call, uint64_t now_ms)
{
    leg_take_in_hand(&call->leg);

    if (call->helpless) {
        call_claim_take_over(call);
    }

    if (call->talk != NULL && call->state == CALL_UP) {
        talk_tick(call->talk, now_ms);
    } else if (call->message != NULL && call->state == CALL_UP) {
        message_tick(call->message, now_ms);
    }

    if (!call->gone && now_ms >= call->second_ms + 1000) {
        call->second_ms = now_ms;
        call_clock_check(call, now_ms);
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
    store_cancel(&call->claiming);
    store_cancel(&call->reserving);
    store_cancel(&call->settling);
    pg_forget(call->host->pg, call);

    talk_destroy(call->talk);
    talk_destroy(call->talked);
    message_destroy(call->message);
    leg_close(&call->leg);
    agent_clear(&call->agent);
    cache_item_drop(call->config);
    cJSON_Delete(call->claim);

    free(call);
}

void
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

void
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

void
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

void
call_settle(call_t *call)
{
    store_end_t   end;
    const talk_t *talk = call->talk != NULL ? call->talk : call->talked;

    if (!call->claimed) {
        return; /* the claim is on its way; then it is settled, or given up */
    }

    end.status = call->status;
    end.reason = call->reason;
    end.duration_s = call_clock_seconds(call);
    end.summary = talk != NULL && talk->summary[0] != '\0' ? talk->summary
                                                           : NULL;

    if (store_end(&call->settling, &end) < 0) {
        log_error(call, "its end could not be written");
        call_set_state(call, CALL_CLOSING);
    }
}

void
call_sweep(call_t *call)
{
    uint32_t     slot = call->slot;
    call_host_t *host = call->host;

    if (call->gone) {
        host->on_call_gone(host->data, slot);
        call_destroy(call);
    }
}

/* What comes after this is not paid for, unless another stream comes. */
static void
call_enter_lingering(call_t *call, call_state_e from)
{
    (void) from;
    call->broken_ms = call->since_ms;

    if (call_claim_is_followed(call)) {
        call_abandon(call);
    }
}

static void
call_enter_settling(call_t *call, call_state_e from)
{
    (void) from;
    call_settle(call);
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
             (unsigned long long) call_clock_seconds(call),
             call->reason != NULL ? call->reason : "never begun");
    desk_count(call->host->self, DESK_COUNT_CALLS_ENDED, 1);
    call->gone = 1;
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
