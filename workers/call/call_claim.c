/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "call/call_inner.h"

static void claim_on_answer(void *data, int rc, const cJSON *answer);
static int  claim_ask_config(call_t *call, const cJSON *answer);
static void claim_on_config(void *data, int rc, const cJSON *config);
static int  claim_read(call_t *call, const cJSON *answer, const cJSON *told);
static void claim_take(call_t *call, int rc);
static void claim_tell_followed(call_t *call);
static int  claim_is_at(const call_t *call, uint32_t slot);
static int  claim_last_seq(const agent_t *agent);
static void claim_begin(call_t *call);
static int  claim_take_message(call_t *call);
static int  claim_start_talk(call_t *call);
static void claim_on_words(void *data, PGresult *result, const char *state,
                           const char *error);
static void claim_hear(call_t *call, const PGresult *words);
static void claim_on_over(void *data, const char *reason);
static void claim_on_stale(void *data);
static void claim_on_helpless(void *data, const char *reason);

static const talk_events_t claim_talk_events = {
    .on_over = claim_on_over,
    .on_stale = claim_on_stale,
    .on_helpless = claim_on_helpless,
};

static const message_events_t claim_message_events = {
    .on_over = claim_on_over,
    .on_stale = claim_on_stale,
};

int
call_claim(call_t *call)
{
    char          stream[DESK_ID_BYTES];
    store_known_t known;

    call->claiming.store = &call->store;
    call->claiming.done = claim_on_answer;
    call->claiming.data = call;

    (void) snprintf(stream, sizeof(stream), "%.*s", DESK_ID_BYTES - 1,
                    call->leg.slot.shared->card.stream_sid);

    return store_claim(&call->claiming, call->host->node, stream,
                       call_config_find(call, &known) == 0 ? &known : NULL);
}

int
call_claim_is_followed(const call_t *call)
{
    uint32_t              i;
    const desk_segment_t *seg = call->host->seg;

    for (i = 0; i < seg->slot_count; i++) {
        if (claim_is_at(call, i)
            && seg->slots[i].card.opened_ms > call->opened_ms)
        {
            return 1;
        }
    }

    return 0;
}

static void
claim_on_answer(void *data, int rc, const cJSON *answer)
{
    call_t *call = data;

    leg_take_in_hand(&call->leg);

    if (call->state == CALL_CLOSING || call->state == CALL_ENDED) {
        return;
    }

    if (rc == 0) {
        rc = claim_read(call, answer,
                        cJSON_GetObjectItemCaseSensitive(answer, "config"));
    }

    if (rc == -EAGAIN) {
        rc = claim_ask_config(call, answer);
        if (rc == 0) {
            return;
        }
    }

    claim_take(call, rc);
}

/* The answer took so long that what was known then is not good any more. */
static int
claim_ask_config(call_t *call, const cJSON *answer)
{
    const cJSON  *epoch = cJSON_GetObjectItemCaseSensitive(answer, "epoch");
    store_known_t known;

    call->claim = cJSON_Duplicate(answer, 1);
    if (call->claim == NULL || !cJSON_IsNumber(epoch)) {
        return -EINVAL;
    }

    call->store.epoch = epoch->valueint;
    call->claiming.done = claim_on_config;
    (void) call_config_find(call, &known);

    return store_config(&call->claiming);
}

static void
claim_on_config(void *data, int rc, const cJSON *config)
{
    call_t *call = data;

    leg_take_in_hand(&call->leg);

    if (call->state == CALL_CLOSING || call->state == CALL_ENDED) {
        return;
    }

    if (rc == 0) {
        rc = claim_read(call, call->claim, config);
    }

    cJSON_Delete(call->claim);
    call->claim = NULL;
    claim_take(call, rc);
}

static int
claim_read(call_t *call, const cJSON *answer, const cJSON *told)
{
    int           rc;
    cache_item_t *config;

    rc = call_config_take(call, told, &config);
    if (rc == 0) {
        rc = agent_read(&call->agent, answer, config,
                        &call->host->reach);
        cache_item_drop(config);
    }

    return rc;
}

static void
claim_take(call_t *call, int rc)
{
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

    if (call->agent.closed_keys > 0) {
        log_warn(call, "%u of the client's own keys cannot be opened",
                 call->agent.closed_keys);
    }

    claim_tell_followed(call);

    /* A call that goes on began before this stream did. */
    if (call->agent.epoch > 1) {
        call->started_ms = uv_now(call->host->loop)
                           - (uint64_t) call->agent.elapsed_s * 1000;
    }

    turns_open(&call->turns, &call->store, claim_last_seq(&call->agent),
               call->started_ms);

    if (call->state == CALL_SETTLING) {
        call_settle(call);
        call_sweep(call);
        return;
    }

    if (call->state == CALL_CONNECTING) {
        claim_begin(call);
    }

    call_on_ready(call); /* what came meanwhile */
}

/* Who still has an old stream of it need not wait for this one any more. */
static void
claim_tell_followed(call_t *call)
{
    int             owner;
    uint32_t        i;
    desk_slot_t     slot;
    desk_segment_t *seg = call->host->seg;

    for (i = 0; i < seg->slot_count; i++) {
        if (!claim_is_at(call, i)) {
            continue;
        }

        slot.shared = &seg->slots[i];
        owner = desk_slot_ai_index(&slot);

        if (owner >= 0) {
            desk_ready_set(seg, (uint32_t) owner, i);
            desk_bells_add(&call->host->bells, (uint32_t) owner);
        }
    }
}

/* A look at another's slot: it is filled while it is LIVE. */
static int
claim_is_at(const call_t *call, uint32_t slot)
{
    uint64_t              state;
    const desk_segment_t *seg = call->host->seg;

    state = atomic_load_explicit(&seg->states[slot], memory_order_acquire);

    return slot != call->slot && (state & DESK_SLOT_LIVE) != 0
           && strncmp(seg->slots[slot].card.call_id, call->store.call_id,
                      DESK_ID_BYTES)
                  == 0;
}

static int
claim_last_seq(const agent_t *agent)
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
claim_begin(call_t *call)
{
    int rc, max_call_s;

    call_set_state(call, CALL_UP);

    call_clock_pay_ahead(call);

    if (call->echo) {
        /* Of all that it was told it needs but this. */
        max_call_s = call->agent.max_call_s;
        agent_clear(&call->agent);
        call->agent.max_call_s = max_call_s;
        return;
    }

    if (desk_slot_is_deadly(&call->leg.slot)) {
        log_error(call, "workers died of it, taking a message instead");
        rc = claim_take_message(call);
    } else {
        rc = claim_start_talk(call);
    }

    if (rc < 0) {
        log_error(call, "cannot talk: %s", strerror(-rc));
        call_finish(call, "failed", "no_speech");
    }
}

/* Nothing of a conversation is tried (again). */
static int
claim_take_message(call_t *call)
{
    int rc;

    rc = message_create(&call->message, call->host->loop, &call->leg,
                        &call->agent, &call->store, &call->turns,
                        call->host->state_dir, &claim_message_events, call);
    if (rc == 0) {
        message_start(call->message);
    }

    return rc;
}

/* The talk stays for what was done in it, but says and hears no more. */
void
call_claim_take_over(call_t *call)
{
    call->helpless = 0;

    if (call->state != CALL_UP || call->talk == NULL) {
        return;
    }

    talk_hang_up(call->talk, uv_now(call->host->loop));

    if (call->state != CALL_UP) {
        return;
    }

    call->talked = call->talk;
    call->talk = NULL;

    if (claim_take_message(call) < 0) {
        call_finish(call, "failed", "no_speech");
    }
}

static int
claim_start_talk(call_t *call)
{
    int           rc;
    cache_item_t *words;

    rc = talk_create(&call->talk, call->host->loop, call->host->self,
                     &call->leg, &call->agent, &call->store, &call->turns,
                     &claim_talk_events, call);
    if (rc < 0) {
        return rc;
    }

    talk_start(call->talk, call->opened_ms);

    words = call_config_words(call);
    if (words != NULL) {
        claim_hear(call, words->value);
        cache_item_drop(words);
        return 0;
    }

    call->deaf = 1;

    if (store_vocabulary(call->host->pg, call->agent.client_id, claim_on_words,
                         call)
        < 0)
    {
        call->deaf = 0;
        talk_listen(call->talk);
    }

    return 0;
}

static void
claim_on_words(void *data, PGresult *result, const char *state,
               const char *error)
{
    call_t *call = data;

    (void) state;

    if (call->state != CALL_UP || call->talk == NULL) {
        return;
    }

    if (result == NULL) {
        log_warn(call, "the client's words are not known: %s", error);
    } else {
        call_config_keep_words(call, result);
    }

    call->deaf = 0;
    claim_hear(call, result);
    call_on_ready(call); /* what came meanwhile */
}

/* One copy for all calls of the client is the recognizer's. */
static void
claim_hear(call_t *call, const PGresult *words)
{
    int          i, count;
    const char **list;

    count = words != NULL ? PQntuples(words) : 0;
    list = calloc((size_t) count + 1, sizeof(char *));

    if (list == NULL) {
        log_warn(call, "the client's words are not known: %s",
                 strerror(ENOMEM));
        count = 0;
    }

    for (i = 0; i < count; i++) {
        list[i] = PQgetvalue(words, i, 0);
    }

    call->agent.stt.vocabulary = list;
    call->agent.stt.vocabulary_count = (size_t) count;

    talk_listen(call->talk);

    call->agent.stt.vocabulary = NULL;
    call->agent.stt.vocabulary_count = 0;
    free(list);
}

static void
claim_on_over(void *data, const char *reason)
{
    call_finish(data, "completed", reason);
}

static void
claim_on_stale(void *data)
{
    call_abandon(data);
}

static void
claim_on_helpless(void *data, const char *reason)
{
    call_t *call = data;

    log_error(call, "cannot be talked with any more: %s", reason);
    call->helpless = 1;
}
