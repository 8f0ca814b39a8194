/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef PROVIDER_LLM_HISTORY_H
#define PROVIDER_LLM_HISTORY_H

#include <stddef.h>

#include <cjson/cJSON.h>

#include "provider/provider.h"

/*
 * The conversation in a service's own form, such that it is accepted whatever
 * happened in the call: every tool call has one result right after it, no
 * result is without its call, nobody says nothing, caller and assistant take
 * turns, the caller begins and has the last word. Ids are numbered anew: those
 * of another service may not be to this one's taste.
 */
typedef enum {
    LLM_FORM_OPENAI,
    LLM_FORM_ANTHROPIC
} llm_form_e;

#define LLM_HISTORY_BYTES 48000 /* some 12,000 tokens */

/*
 * The oldest turns go when there is more than `max_bytes`, never the last one.
 * An array; NULL when there is no memory.
 */
cJSON *llm_history_make(const llm_request_t *what, llm_form_e form,
                        size_t max_bytes);

#endif /* PROVIDER_LLM_HISTORY_H */
