/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef DIALOGUE_REPLY_H
#define DIALOGUE_REPLY_H

#include <stdint.h>
#include <sys/queue.h>

#include "dialogue/context.h"
#include "dialogue/sentence.h"
#include "provider/provider.h"
#include "store/store.h"
#include "tool/tool.h"

/*
 * The assistant's answers, one at a time: asks the model, runs the tools it
 * calls, asks again with their results, and cuts what it says into sentences
 * that can be spoken. Owned by the call.
 *
 * A canceled answer says nothing more, but a tool that was running is let
 * finish and its result is kept: it happened.
 */

typedef struct {
    void (*on_sentence)(void *data, const char *text, size_t len);
    /* A tool has run; args and result are JSON. */
    void (*on_tool)(void *data, const char *name, const char *args,
                    const char *result, uint64_t took_ms);
    /* What the model took for it. NULL: nobody wants to know. */
    void (*on_usage)(void *data, const llm_usage_t *usage);
    /* The answer is whole. `ends`: the call is to end when it was heard. */
    void (*on_done)(void *data, int ends);
    /* It may not be used, or not so: what is wrong. NULL: nobody wants it. */
    void (*on_refused)(void *data, const char *name, const char *why);
    /*
     * The model has failed. Who returns 1 will soon call reply_change(), or
     * reply_fail(); until then the answer waits. NULL: nobody does.
     */
    int (*on_lost)(void *data, const fault_t *fault);
    /* There will be no (more) answer. */
    void (*on_failed)(void *data, const char *reason);
    /* The store says that another worker has the call. */
    void (*on_stale)(void *data);
} reply_events_t;

/* Of one round trip to the model and its tools. */
#define REPLY_TOOLS_MAX 8
#define REPLY_ROUNDS_MAX 8

typedef struct reply_tool_s reply_tool_t;

typedef struct {
    const reply_events_t *events;
    void                 *data;

    llm_t       llm;
    context_t  *context;
    store_t    *store;
    const char *const *allowed; /* names of tools the agent may use */
    size_t      allowed_count;

    sentence_t sentence;
    char      *text; /* of this round, for the context */
    size_t     length;
    size_t     room;

    uint32_t request;
    unsigned rounds;
    unsigned running; /* tools of this answer that have not ended */
    unsigned called;  /* tools of this round */
    uint64_t first_text_ms;
    uint64_t heard_ms; /* asked, or when something last came of it */
    size_t   asked;    /* messages of the context that are answered */

    /* Sentences of this round that were handed on; NULL: not kept. */
    char  *given;
    size_t given_length;

    TAILQ_HEAD(reply_tool_list, reply_tool_s) tools;

    unsigned open:1;
    unsigned active:1;    /* an answer is on its way */
    unsigned asking:1;    /* within the model's request() */
    unsigned round_done:1;
    unsigned ends:1;
    unsigned held:1; /* nothing of it is said or done yet */
    unsigned lost:1; /* another model is to go on with it */
    unsigned taken_over:1; /* its model does not know the conversation */
} reply_t;

int  reply_open(reply_t *reply, const llm_provider_t *provider,
                const llm_config_t *config, uv_loop_t *loop,
                context_t *context, store_t *store,
                const reply_events_t *events, void *data);
void reply_close(reply_t *reply);

/* Answers the last message of the context. */
int  reply_start(reply_t *reply);
void reply_cancel(reply_t *reply);

/*
 * The same, ahead of its time: what comes of it is kept, and tools do not run,
 * until reply_release(). It may be canceled as if it had never been asked.
 */
int  reply_start_held(reply_t *reply);
void reply_release(reply_t *reply);

/*
 * Another model goes on, in the middle of an answer too: it is asked the same.
 * Not to be called from an event of the model. 0 or -errno: there is none now.
 */
int reply_change(reply_t *reply, const llm_provider_t *provider,
                 const llm_config_t *config);

/* There is no other model: the answer ends. */
void reply_fail(reply_t *reply, const char *reason);

/* Since when the model owes something, 0: it does not. */
uint64_t reply_waits_since(const reply_t *reply);

/* Whether an answer is on its way. */
int reply_is_live(const reply_t *reply);

/* Tools of an answer, canceled or not, that are still running. */
int reply_is_working(const reply_t *reply);

/* The dialogue's state as JSON for turns, or NULL; to be freed. */
char *reply_save(reply_t *reply);

#endif /* DIALOGUE_REPLY_H */
