/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef PROVIDER_LLM_PROMPT_H
#define PROVIDER_LLM_PROMPT_H

#include <stdint.h>

#include "provider/llm_text.h"
#include "provider/provider.h"

/*
 * What a model is told before the conversation: who it is, what it knows of
 * client and caller, how one speaks on a telephone, and what its tools are
 * for. No secret is in it; a canary tells when it is recited.
 */

/* Anew for each call: who has heard one does not know the next. */
int llm_prompt_canary(char canary[LLM_CANARY_BYTES]);

/* What stays the same during a call, so that services keep it; malloc'd. */
char *llm_prompt_make(const llm_config_t *config, const char *canary);

/* What does not: the time where the client is; malloc'd. */
char *llm_prompt_now(const llm_config_t *config, int64_t now_ms);

#endif /* PROVIDER_LLM_PROMPT_H */
