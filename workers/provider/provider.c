/* SPDX-License-Identifier: BSD-2-Clause */

#include <string.h>

#include "provider/provider.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Each is defined in the file of its service. */
extern const stt_provider_t stt_pocketsphinx;
extern const stt_provider_t stt_deepgram;
extern const stt_provider_t stt_deepgram_flux;
extern const stt_provider_t stt_google;
extern const stt_provider_t stt_openai;
extern const stt_provider_t stt_openai_realtime;
extern const stt_provider_t stt_bhashini;
extern const llm_provider_t llm_builtin;
extern const llm_provider_t llm_openai, llm_openrouter, llm_groq, llm_ollama,
    llm_openai_compatible, llm_anthropic;
extern const tts_provider_t tts_flite;
extern const tts_provider_t tts_cartesia;
extern const tts_provider_t tts_elevenlabs;
extern const tts_provider_t tts_deepgram;
extern const tts_provider_t tts_google;
extern const tts_provider_t tts_openai;
extern const tts_provider_t tts_bhashini;

static const stt_provider_t *const stt_providers[] = {
    &stt_pocketsphinx,
    &stt_deepgram,
    &stt_deepgram_flux,
    &stt_google,
    &stt_openai,
    &stt_openai_realtime,
    &stt_bhashini,
};

static const llm_provider_t *const llm_providers[] = {
    &llm_builtin,
    &llm_openai,
    &llm_openrouter,
    &llm_groq,
    &llm_ollama,
    &llm_openai_compatible,
    &llm_anthropic,
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
