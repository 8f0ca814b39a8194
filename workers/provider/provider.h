/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef PROVIDER_PROVIDER_H
#define PROVIDER_PROVIDER_H

#include <stddef.h>
#include <stdint.h>

#include <uv.h>

#include "dsp/frame.h"
#include "net/fault.h"
#include "net/host.h"

/*
 * Speech and language services behind three structs of functions. A service
 * is one file that defines one of them and one row in provider.c. All run on
 * the loop of their worker; none blocks it. Events may come before the
 * function that caused them returns. After close() no event comes.
 *
 * Every request carries a number the caller chose, and every event gives it
 * back, so that what belongs to something canceled can be told and dropped.
 */

/*
 * What it takes to speak with a service outside; nothing for those that are
 * built in. Strings outlive whatever was opened with them.
 */
typedef struct {
    net_host_t *net;
    const char *base_url; /* "": the service's own */
    const char *key;      /* secret; "": none is needed */
    const char *model;    /* "": the provider's choice */
    unsigned    trusted:1; /* base_url is from the settings: net/host.h */

    struct keys_s *lender; /* of the key; NULL: it is the client's own */
    unsigned       loan;   /* which of the lender's it is */
} provider_access_t;

/* ---- speech to text ---- */

typedef struct stt_s stt_t;

typedef struct {
    const char        *language;   /* BCP 47, as in agents.language */
    const char        *client_id;  /* a client's own words are kept by it */
    const char *const *vocabulary; /* sentences in the client's own words, */
    size_t             vocabulary_count; /* for open() alone */
    provider_access_t  access;
    const char *const *keyterms; /* words to expect: names, products */
    size_t             keyterm_count;
} stt_config_t;

/* What a service that finds turns by itself says of one. */
typedef enum {
    STT_TURN_BEGUN,   /* somebody speaks */
    STT_TURN_EAGER,   /* is probably over: text as on_final() would have it */
    STT_TURN_RESUMED, /* it was not */
    STT_TURN_OVER
} stt_turn_e;

typedef struct {
    /* What is understood so far; may change. Never from the embedded one. */
    void (*on_partial)(void *data, uint32_t utterance, const char *text);
    /*
     * Answers finalize(): all that was fed to this utterance up to then.
     * Empty text: nothing was understood. confidence: 0 to 1.
     */
    void (*on_final)(void *data, uint32_t utterance, uint32_t request,
                     const char *text, float confidence);
    /* Only from who finds turns. NULL: who listens does not want to know. */
    void (*on_turn)(void *data, uint32_t utterance, stt_turn_e turn,
                    const char *text, float confidence);
    /*
     * It is of no use any more but to be closed. What can be mended, a lost
     * connection, the provider mends by itself, and hears what it missed.
     */
    void (*on_error)(void *data, const fault_t *fault);
} stt_events_t;

typedef struct {
    const char *name; /* as in agents.stt_provider */
    int (*open)(stt_t *stt);
    /* Once a frame: no waiting. -EAGAIN: dropped, the service is behind. */
    int (*feed)(stt_t *stt, const frame_t *frame);
    /*
     * Asks for the text of the utterance as fed so far, without ending it:
     * more may be fed and another finalize() asked. A newer request makes
     * older ones void: only the newest is sure to be answered.
     */
    int (*finalize)(stt_t *stt, uint32_t request);
    /* Forgets what was fed; what is fed next is this utterance. */
    void (*begin)(stt_t *stt, uint32_t utterance);
    /*
     * The utterance is over: what was fed is not needed, and until the next
     * begins nothing is told of it. NULL: no matter.
     */
    void (*rest)(stt_t *stt);
    void (*close)(stt_t *stt);
} stt_provider_t;

struct stt_s {
    const stt_provider_t *provider;
    const stt_events_t   *events;
    void                 *data;   /* handed to events */
    const stt_config_t   *config; /* outlives the stt */
    uv_loop_t            *loop;
    void                 *impl; /* the provider's own, freed by close() */
    /* Audio that went to a service outside, for what it costs: only grows. */
    uint64_t sent_samples;
};

/* ---- language model ---- */

typedef struct llm_s llm_t;

typedef enum {
    LLM_SYSTEM,
    LLM_USER,
    LLM_ASSISTANT,
    LLM_TOOL_CALL,  /* name, id and arguments in text */
    LLM_TOOL_RESULT /* name, id and result in text */
} llm_role_e;

typedef struct {
    llm_role_e  role;
    const char *text; /* for tools: JSON */
    const char *name; /* of the tool, else NULL */
    const char *id;   /* of the tool call, else NULL */
    unsigned    interrupted:1; /* text is only what the caller heard */
    unsigned    doubtful:1;    /* text may well not be what was said */
} llm_message_t;

typedef struct {
    const llm_message_t *messages; /* oldest first; answers the last */
    size_t               count;
    int64_t              now_ms; /* wall clock, Unix time */
} llm_request_t;

/* What a model is told of a tool. */
typedef struct {
    const char *name;
    const char *description;
    const char *schema; /* JSON Schema of its arguments */
} llm_tool_t;

typedef struct {
    const char        *client_name;
    const char        *timezone;     /* IANA, the client's */
    const char        *caller_phone; /* E.164 or "" */
    const char        *contact_name; /* "" when not known */
    const char        *language;
    const char *const *services; /* what can be booked, by name */
    size_t             service_count;
    const char *const *tools; /* names of those the agent may use */
    size_t             tool_count;
    const char        *state; /* JSON of an earlier owner's save(), or NULL */
    provider_access_t  access;
    float              temperature; /* below 0: the provider's choice */
    uint32_t           max_tokens;  /* of an answer; 0: the provider's choice */
    const char        *prompt; /* the agent's, in the client's words; or NULL */
    const llm_tool_t  *tool_specs; /* the same as `tools`, for a model */
    size_t             tool_spec_count;
} llm_config_t;

/* What an answer took, as the service counts. */
typedef struct {
    uint32_t tokens_in;
    uint32_t tokens_cached; /* of those in */
    uint32_t tokens_out;
} llm_usage_t;

typedef struct {
    void (*on_text)(void *data, uint32_t request, const char *text,
                    size_t len);
    void (*on_tool)(void *data, uint32_t request, const char *id,
                    const char *name, const char *args);
    /* Before on_done(), when the service told. NULL: nobody wants to know. */
    void (*on_usage)(void *data, uint32_t request, const llm_usage_t *usage);
    /* The answer is whole; tool calls in it now want their results. */
    void (*on_done)(void *data, uint32_t request);
    void (*on_error)(void *data, uint32_t request, const fault_t *fault);
} llm_events_t;

typedef struct {
    const char *name; /* as in agents.llm_provider */
    int (*open)(llm_t *llm);
    /* The request is borrowed: what is needed later is copied. */
    int (*request)(llm_t *llm, uint32_t request, const llm_request_t *what);
    void (*cancel)(llm_t *llm, uint32_t request);
    /* JSON that brings a later owner of the call here, or NULL; malloc'd. */
    char *(*save)(llm_t *llm);
    void (*close)(llm_t *llm);
} llm_provider_t;

struct llm_s {
    const llm_provider_t *provider;
    const llm_events_t   *events;
    void                 *data;
    const llm_config_t   *config; /* outlives the llm */
    uv_loop_t            *loop;
    void                 *impl;
};

/* ---- text to speech ---- */

typedef struct tts_s tts_t;

typedef struct {
    const char *voice; /* as in agents.tts_voice_id */
    const char *language;
    float       speed; /* 1.0: as the voice was recorded */

    provider_access_t access;

    /*
     * What is said in every call, word for word: of services outside its
     * audio is kept, and spoken without them.
     */
    const char *const *stock;
    size_t             stock_count;
} tts_config_t;

/* When a word is heard, in samples of its request's audio. */
typedef struct {
    uint32_t text; /* where the word begins in what was to be said */
    uint32_t begins;
    uint32_t ends;
} tts_word_t;

/*
 * Speech, u-law at 8 kHz, of which there is one for all who play it. It
 * belongs to the loop's thread.
 */
typedef struct tts_audio_s tts_audio_t;

struct tts_audio_s {
    const uint8_t *ulaw;
    size_t         samples;
    unsigned       held;
    void (*drop)(tts_audio_t *audio); /* nobody holds it; NULL: it stays */
};

static inline void
tts_audio_hold(tts_audio_t *audio)
{
    audio->held++;
}

static inline void
tts_audio_release(tts_audio_t *audio)
{
    if (--audio->held == 0 && audio->drop != NULL) {
        audio->drop(audio);
    }
}

typedef struct {
    /* Of any length, in order within a request. Who keeps it holds it. */
    void (*on_audio)(void *data, uint32_t request, tts_audio_t *audio);
    /* From who tells. NULL: nobody wants to know. */
    void (*on_words)(void *data, uint32_t request, const tts_word_t *words,
                     size_t count);
    /* All audio of the request has been given. */
    void (*on_done)(void *data, uint32_t request);
    /* Of that request; what follows it may still be said. */
    void (*on_error)(void *data, uint32_t request, const fault_t *fault);
    /*
     * So many characters were sent to be spoken, each time they are. Also of
     * what is canceled then. NULL: nobody wants to know.
     */
    void (*on_usage)(void *data, uint32_t request, uint32_t characters);
} tts_events_t;

typedef struct {
    const char *name; /* as in agents.tts_provider */
    int (*open)(tts_t *tts);
    /* One clause or sentence. Several may be waiting: spoken in order. */
    int (*say)(tts_t *tts, uint32_t request, const char *text, size_t len);
    void (*cancel)(tts_t *tts); /* all that is not yet given */
    void (*close)(tts_t *tts);
    /*
     * The answer is whole: what is said next belongs to another. NULL: no
     * matter. It need not be called.
     */
    void (*whole)(tts_t *tts);
} tts_provider_t;

struct tts_s {
    const tts_provider_t *provider;
    const tts_events_t   *events;
    void                 *data;
    const tts_config_t   *config; /* outlives the tts */
    uv_loop_t            *loop;
    void                 *impl;
};

/* The rows of provider.c; NULL when there is none of that name. */
const stt_provider_t *stt_provider_find(const char *name);
const llm_provider_t *llm_provider_find(const char *name);
const tts_provider_t *tts_provider_find(const char *name);

#endif /* PROVIDER_PROVIDER_H */
