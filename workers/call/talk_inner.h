/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef CALL_TALK_INNER_H
#define CALL_TALK_INNER_H

#include "call/talk.h"
#include "dialogue/phrases.h"

/*
 * Between the files of a talk, and for no others: talk.c lives by the clock
 * and knows the states, talk_speech.c is the assistant's turn, talk_answer.c
 * the caller's and how it is answered, talk_early.c how it is answered ahead
 * of its end, talk_aside.c what bridges a wait, talk_keys.c what is keyed,
 * talk_services.c who recognizes, thinks and speaks.
 */

/* Voice over the assistant's that makes it pause. */
#define TALK_YIELD_VOICE_MS 200

/* ---- talk.c ---- */

void talk_set_state(talk_t *talk, talk_state_e next);
void talk_over(talk_t *talk, const char *reason);

/* A stock phrase in the agent's language. */
const char *talk_phrase(const talk_t *talk, phrase_e phrase);

/* Nobody understands, or speaks, any more: somebody else has to help. */
void talk_helpless(talk_t *talk, const char *reason);

/* What the leg said: -ESTALE is the end of it, here. */
void talk_check_leg(talk_t *talk, int rc);

/* What comes next answers nothing that was heard. */
void talk_forget_heard(talk_t *talk, uint64_t decided_ms);

/* ---- talk_speech.c ---- */

extern const tts_events_t talk_speech_tts_events;

/* Words that do not come from the model; why the call ends then, or NULL. */
void talk_speech_say(talk_t *talk, const char *text, const char *ends);

/* A sentence of the answer; and that it was the last one. */
void talk_speech_add(talk_t *talk, const char *text, size_t len);
void talk_speech_whole(talk_t *talk, const char *ends);

/* The same, but no part of it: what bridges a wait. */
void talk_speech_aside(talk_t *talk, const char *text);
/* Whether nothing else is being said. */
int talk_speech_is_aside(const talk_t *talk);

/* The caller has the floor; or it was nothing. */
void talk_speech_stop(talk_t *talk, uint64_t now_ms);
void talk_speech_go_on(talk_t *talk, uint64_t now_ms);

/* Ends what was heard whole. */
void talk_speech_check(talk_t *talk, uint64_t now_ms);

/* Of what the synthesizer has not given by now the words are lost. */
void talk_speech_give_up(talk_t *talk);

/* Saying the last words: from here on nothing stops them. */
int talk_speech_is_last(const talk_t *talk);

/* ---- talk_answer.c ---- */

extern const ear_events_t   talk_answer_ear_events;
extern const reply_events_t talk_answer_reply_events;

/* The caller has said something. */
void talk_answer_take(talk_t *talk, const char *text, uint64_t now_ms);

/* This call was another worker's, or another stream's. */
void talk_answer_resume(talk_t *talk, uint64_t opened_ms);

/* What was said while tools ran: its turn has come; or it never will. */
void talk_answer_check_waiting(talk_t *talk);
void talk_answer_drop_waiting(talk_t *talk);

/* No wait is without an end. */
void talk_answer_check_stuck(talk_t *talk, uint64_t now_ms);

/* It is written, and counts as what is answered next. */
void talk_answer_note(talk_t *talk, const char *text);

/* ---- talk_early.c ---- */

/* The turn is probably over with these words: asks, and says nothing. */
void talk_early_begin(talk_t *talk, const char *text, float confidence);
/* It is over: 1 when the answer on its way is to just these words. */
int  talk_early_take(talk_t *talk, const char *text);
void talk_early_drop(talk_t *talk);

/* ---- talk_aside.c ---- */

void talk_aside_check(talk_t *talk, uint64_t now_ms);

/* ---- talk_keys.c ---- */

void talk_keys_check(talk_t *talk, uint64_t now_ms);

/* ---- talk_measure.c ---- */

void talk_measure_open(talk_t *talk);
void talk_measure_close(talk_t *talk);

/* An answer has ended, at now_ms or before. */
void talk_measure_speech(talk_t *talk, uint64_t now_ms);
void talk_measure_tool(talk_t *talk, const char *name, uint64_t took_ms,
                       uint64_t now_ms);

/* What services outside have had to do. */
void talk_measure_model(talk_t *talk, const llm_usage_t *used);
void talk_measure_voice(talk_t *talk, uint32_t characters);
/* Before another recognizer takes the place of this one. */
void talk_measure_ear(talk_t *talk);
/* All that, to the store. */
void talk_measure_spent(talk_t *talk);

#endif /* CALL_TALK_INNER_H */
