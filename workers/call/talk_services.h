/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef CALL_TALK_SERVICES_H
#define CALL_TALK_SERVICES_H

#include "call/ladder.h"
#include "call/talk_inner.h"
#include "call/usage.h"

/*
 * The services a talk has at its disposal, and what happens when one fails: a
 * ladder of each kind, from the agent's own to the embedded one. A failure is
 * only noted when it is told, often in the service's own event, and mended at
 * the next tick, 20 ms later at most. Talks that use embedded services alone
 * have none of it.
 */
struct talk_services_s {
    ladder_t     ladders[AGENT_KINDS];
    stt_config_t stt_config; /* of the rungs that are in use */
    llm_config_t llm_config;
    tts_config_t tts_config;

    fault_t  faults[AGENT_KINDS];
    unsigned lost[AGENT_KINDS];
    uint64_t voice_ms; /* since when the synthesizer owes something */

    const char *stock[PHRASE_COUNT + 1]; /* said in every call */

    usage_t     usage;
    const char *recognizer; /* in use; NULL: none yet */
    uint64_t    counted_samples; /* of what it has heard */
};

/* Finds, and opens the voice and the model; the recognizer with listen(). */
int  talk_services_open(talk_t *talk);
int  talk_services_listen(talk_t *talk);
void talk_services_close(talk_t *talk);

/* One failed: 1 when another will be tried, at the next tick. */
int talk_services_lose(talk_t *talk, agent_kind_e kind, const fault_t *fault);

/* Deadlines, what was lost, and better ones that may be tried again. */
void talk_services_tick(talk_t *talk, uint64_t now_ms);

/* Before a new answer, a new speech: back to the best that may be tried. */
void talk_services_climb(talk_t *talk, agent_kind_e kind);

/* It gave something of use. */
void talk_services_heard_of(talk_t *talk, agent_kind_e kind);

/* Whether the model is outside, and takes its time. */
int talk_services_model_is_outside(const talk_t *talk);

#endif /* CALL_TALK_SERVICES_H */
