/* SPDX-License-Identifier: BSD-2-Clause */

#include <string.h>

#include "provider/provider.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Each is defined in the file of its service. */
extern const stt_provider_t stt_pocketsphinx;
extern const llm_provider_t llm_builtin;
extern const tts_provider_t tts_flite;
extern const tts_provider_t tts_cartesia;
extern const tts_provider_t tts_elevenlabs;
extern const tts_provider_t tts_deepgram;
extern const tts_provider_t tts_google;
extern const tts_provider_t tts_openai;
extern const tts_provider_t tts_bhashini;

static const stt_provider_t *const stt_providers[] = {
    &stt_pocketsphinx,
};

static const llm_provider_t *const llm_providers[] = {
    &llm_builtin,
};

static const tts_provider_t *const tts_providers[] = {
    &tts_flite,
    &tts_cartesia,
    &tts_elevenlabs,
    &tts_deepgram,
    &tts_google,
    &tts_openai,
    &tts_bhashini,
};

#define PROVIDER_FIND(table, wanted)                                          \
    for (size_t i = 0; i < COUNT(table); i++) {                               \
        if (strcmp((table)[i]->name, wanted) == 0) {                          \
            return (table)[i];                                                \
        }                                                                     \
    }                                                                         \
    return NULL

const stt_provider_t *
stt_provider_find(const char *name)
{
    PROVIDER_FIND(stt_providers, name);
}

const llm_provider_t *
llm_provider_find(const char *name)
{
    PROVIDER_FIND(llm_providers, name);
}

const tts_provider_t *
tts_provider_find(const char *name)
{
    PROVIDER_FIND(tts_providers, name);
}
