/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <string.h>

#include "call/call_inner.h"
#include "dsp/g711.h"

static int  read_is_waiting(const call_t *call);
static void read_note_begun(call_t *call, uint64_t at);
static void read_on_record(call_t *call, const desk_record_t *record);
static void read_on_audio(call_t *call, const desk_record_t *record);
static void read_on_stop(call_t *call, const desk_record_t *record);

void
call_read(call_t *call)
{
    int            rc;
    uint64_t       replay;
    desk_record_t  record;
    static uint8_t copy[DESK_RECORD_MAX]; /* one loop, one reader at a time */

    replay = atomic_load_explicit(&call->leg.slot.shared->up.replay,
                                  memory_order_relaxed);

    for (;;) {
        if (read_is_waiting(call)) {
            return;
        }

        read_note_begun(call, leg_position(&call->leg));
        rc = leg_next(&call->leg, &record, copy);
        if (rc <= 0) {
            break;
        }

        read_on_record(call, &record);

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

void
call_read_forget(call_t *call)
{
    unsigned i;

    for (i = 0; i < EAR_PREROLL_FRAMES; i++) {
        call->begun[i] = leg_position(&call->leg);
    }
}

/* Until the call's row and the recognizer are here audio waits where it is. */
static int
read_is_waiting(const call_t *call)
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
read_note_begun(call_t *call, uint64_t at)
{
    call->begun[call->begun_at] = at;
    call->begun_at = (call->begun_at + 1) % EAR_PREROLL_FRAMES;
}

static void
read_on_record(call_t *call, const desk_record_t *record)
{
    uint32_t mark;
    uint64_t now = uv_now(call->host->loop);

    switch (record->type) {

    case DESK_RECORD_AUDIO:
        read_on_audio(call, record);
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

        call_read_forget(call);
        return;

    case DESK_RECORD_STOP:
        read_on_stop(call, record);
        return;

    default:
        return; /* START says what the card says; others are not for us */
    }
}

/* Once a frame: no allocation, no locks, no waiting. */
static void
read_on_audio(call_t *call, const desk_record_t *record)
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
read_on_stop(call_t *call, const desk_record_t *record)
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
