/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>

#include "call/call_inner.h"
#include "dialogue/phrases.h"

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
/* So long before the end of its time the caller is told; not in short ones. */
#define LAST_MINUTE_S 60
#define WARNED_CALL_S 180

#define SAY_TOO_LONG "We have come to the end of our time. Goodbye."

static void clock_farewell(call_t *call, const char *text, const char *reason);
static void clock_ask_slice(call_t *call);
static void clock_on_slice(void *data, int rc, const cJSON *answer);

void
call_clock_open(call_t *call)
{
    call->reserving.store = &call->store;
    call->reserving.done = clock_on_slice;
    call->reserving.data = call;
}

void
call_clock_check(call_t *call, uint64_t now_ms)
{
    uint64_t seconds = call_clock_seconds(call);

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

        if (!call->broke) {
            call_clock_pay_ahead(call);
        }

        if (call->broke && seconds >= call->reserved_s) {
            call_finish(call, "completed", "no_balance");
        } else if (call->broke && seconds + GOODBYE_S >= call->reserved_s) {
            clock_farewell(call, SAY_BALANCE, "no_balance");
        } else if (seconds >= (uint64_t) call->agent.max_call_s) {
            clock_farewell(call, SAY_TOO_LONG, "too_long");
        } else if (seconds + LAST_MINUTE_S >= (uint64_t) call->agent.max_call_s
                   && call->agent.max_call_s >= WARNED_CALL_S
                   && call->talk != NULL && !call->warned)
        {
            call->warned = 1;
            talk_notice(call->talk, phrase_of(call->agent.llm.language,
                                              PHRASE_LAST_MINUTE));
        }
        return;

    case CALL_LINGERING:
        if (call_claim_is_followed(call)) {
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

uint64_t
call_clock_seconds(const call_t *call)
{
    uint64_t now = call->broken_ms != 0 ? call->broken_ms
                                        : uv_now(call->host->loop);

    return now > call->started_ms ? (now - call->started_ms + 999) / 1000 : 0;
}

void
call_clock_pay_ahead(call_t *call)
{
    if (call_clock_seconds(call) + SLICE_AHEAD_S >= call->reserved_s) {
        clock_ask_slice(call);
    }
}

static void
clock_farewell(call_t *call, const char *text, const char *reason)
{
    if (call->talk != NULL) {
        talk_farewell(call->talk, text, reason);
    } else {
        call_finish(call, "completed", reason);
    }
}

static void
clock_ask_slice(call_t *call)
{
    if (call->asking) {
        return;
    }

    call->asking = store_reserve(&call->reserving, SLICE_S) == 0;
}

static void
clock_on_slice(void *data, int rc, const cJSON *answer)
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
