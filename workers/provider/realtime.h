/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef PROVIDER_REALTIME_H
#define PROVIDER_REALTIME_H

#include "provider/provider.h"

/*
 * Speech to speech: one service that hears the caller, thinks and speaks. As
 * with the others (provider.h) all runs on the worker's loop, nothing blocks,
 * events may come before the function that caused them returns, and after
 * close() none comes.
 *
 * What the assistant says comes in items, numbered from 1 as they come. It
 * comes faster than it is heard: the caller's clock is ours, and a service is
 * told how much of an item was heard.
 */
typedef struct realtime_s realtime_t;

typedef struct {
    const char *name;
    const char *description;
    const char *schema; /* JSON Schema of its arguments */
} realtime_tool_t;

typedef struct {
    const char            *instructions;
    const char            *voice;    /* "": the service's own */
    const char            *language; /* BCP 47 */
    const realtime_tool_t *tools;
    size_t                 tool_count;
    provider_access_t      access;
    unsigned               interruptions:1;
} realtime_config_t;

typedef struct {
    uint32_t tokens_in;
    uint32_t tokens_cached; /* of those in */
    uint32_t tokens_out;
    uint32_t audio_in; /* of those in and out, what is sound */
    uint32_t audio_out;
} realtime_usage_t;

typedef enum {
    REALTIME_DONE,
    REALTIME_CUT,    /* canceled: by us, or since the caller spoke */
    REALTIME_PARTIAL /* it broke off by itself */
} realtime_end_e;

typedef struct {
    /* It is as we want it to be; what was fed before is on its way. */
    void (*on_ready)(void *data);
    /* The caller begins to speak, or has ended; utterances are numbered. */
    void (*on_speech)(void *data, uint32_t utterance, int begun);
    /*
     * What was said, at any time after it, even after the answer; "": it
     * could not be made out.
     */
    void (*on_user_text)(void *data, uint32_t utterance, const char *text);
    /* u-law, in order within an item. Who keeps it holds it. */
    void (*on_audio)(void *data, uint32_t item, tts_audio_t *audio);
    void (*on_audio_done)(void *data, uint32_t item);
    /* A piece of what the item says; not in step with its audio. */
    void (*on_text)(void *data, uint32_t item, const char *text, size_t len);
    /* Once a call; wants tool_result(), whatever becomes of the response. */
    void (*on_tool)(void *data, const char *id, const char *name,
                    const char *args);
    void (*on_usage)(void *data, const realtime_usage_t *usage);
    /* The response is over: no more audio of its items. */
    void (*on_done)(void *data, realtime_end_e end);
    /* Once; it is of no use any more but to be closed. */
    void (*on_error)(void *data, const fault_t *fault);
} realtime_events_t;

typedef struct {
    const char *name;
    int (*open)(realtime_t *rt);
    /* Once a frame. Before it is ready the last seconds are kept. */
    int (*feed)(realtime_t *rt, const frame_t *frame);
    /*
     * To be said just so, as soon as nothing else is. must: even when the
     * caller spoke meanwhile and is answered first.
     */
    int (*say)(realtime_t *rt, const char *text, int must);
    /* What the caller did otherwise than by speaking, to be answered. */
    int (*tell)(realtime_t *rt, const char *text);
    /* JSON. answer: the assistant is to go on when all results are there. */
    int (*tool_result)(realtime_t *rt, const char *id, const char *result,
                       int answer);
    /* Of the item only so much was heard. */
    int (*truncate)(realtime_t *rt, uint32_t item, uint32_t heard_ms);
    /* The response ends, and nothing more of it is given. */
    int (*interrupt)(realtime_t *rt);
    void (*close)(realtime_t *rt);
} realtime_provider_t;

struct realtime_s {
    const realtime_provider_t *provider;
    const realtime_events_t   *events; /* all of them are there */
    void                      *data;
    const realtime_config_t   *config; /* outlives it */
    uv_loop_t                 *loop;
    void                      *impl;
};

/* NULL when there is none of that name. */
const realtime_provider_t *realtime_provider_find(const char *name);

#endif /* PROVIDER_REALTIME_H */
