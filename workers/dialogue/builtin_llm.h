/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef DIALOGUE_BUILTIN_LLM_H
#define DIALOGUE_BUILTIN_LLM_H

#include "provider/provider.h"

/* The dialogue engine as a language model: "builtin". */
extern const llm_provider_t llm_builtin;

#endif /* DIALOGUE_BUILTIN_LLM_H */
