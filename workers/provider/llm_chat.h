/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef PROVIDER_LLM_CHAT_H
#define PROVIDER_LLM_CHAT_H

#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include <cjson/cJSON.h>

#include "base/log.h"
#include "net/http.h"
#include "net/sse.h"
#include "provider/llm_calls.h"
#include "provider/llm_text.h"
#include "provider/provider.h"

/*
 * What services that answer a conversation over HTTP with a stream of events
 * have in common: llm_chat.c is the provider, llm_exchange.c one request on
 * its way, llm_error.c what their refusals mean. What is a service's own is
 * its row, and the functions of its form.
 */
typedef struct llm_chat_s     llm_chat_t;
typedef struct llm_exchange_s llm_exchange_t;

/* Milliseconds. */
#define LLM_CONNECT_MS 2000
#define LLM_IDLE_MS    8000
#define LLM_TOTAL_MS   30000

#define LLM_ANSWER_MAX   (8 * 1024 * 1024) /* bytes of a whole stream */
#define LLM_TEXT_MAX     (64 * 1024)       /* of them, words */
#define LLM_BODY_MAX     (1024 * 1024)     /* of an answer that is no stream */
#define LLM_HEADERS_MAX  6
#define LLM_STRAY_MAX    2048
#define LLM_EXCHANGE_MAX 8 /* at the same time, of one call */

/* How a request is asked again, when the first way was not taken. */
typedef struct {
    size_t   history_bytes;
    unsigned bare:1; /* without what not every model knows */
} llm_manner_t;

typedef struct {
    const char *name;     /* of the row, as in agents.llm_provider */
    const char *base_url; /* "": it must be set */
    const char *path;
    const char *model;
    uint32_t    first_ms; /* to the first word */
    unsigned    needs_key:1;
    unsigned    local:1; /* base_url is this machine */
    const void *more;    /* what the form wants to know */

    /* The request; NULL when there is no memory. */
    cJSON *(*body)(const llm_chat_t *chat, const llm_request_t *what,
                   const llm_manner_t *manner);
    /* Headers beside the content's type; "%s" is the key. NULL ends them. */
    const char *const *headers;
    /* One event of the stream that is no error. */
    void (*on_event)(llm_exchange_t *x, const cJSON *json);
    /* An answer that came as one piece. */
    void (*on_whole)(llm_exchange_t *x, const cJSON *json);
} llm_service_t;

struct llm_chat_s {
    llm_t               *llm;
    const llm_service_t *service;
    char                *url;
    char                *prompt; /* without the time */
    char                *tools;  /* JSON array as the form has it; NULL */
    char                 canary[LLM_CANARY_BYTES];
    unsigned             exchange_count;
    TAILQ_HEAD(llm_exchange_list, llm_exchange_s) exchanges;
};

typedef enum {
    LLM_STOP_NONE,
    LLM_STOP_WHOLE,   /* all is said, or its tools are wanted */
    LLM_STOP_LENGTH,  /* as long as it may be */
    LLM_STOP_FILTERED /* the service will not say it */
} llm_stop_e;

struct llm_exchange_s {
    TAILQ_ENTRY(llm_exchange_s) next;
    log_t                       log;
    llm_chat_t                 *chat; /* not touched when closed */
    uint32_t                    number;
    llm_request_t               what; /* a copy */
    llm_manner_t                manner;
    http_t                     *http;
    uv_timer_t                  patience; /* for the first word */
    uv_timer_t                  pause;    /* before another try */
    uint64_t                    begun_ms;
    unsigned                    timers; /* not yet closed */
    int                         status; /* of HTTP; 0: none yet */
    uint32_t                    retry_ms;
    char                        request_id[64];
    char                        reason[128];

    sse_t       sse;
    llm_text_t  text;
    llm_calls_t calls;
    llm_usage_t usage;
    llm_stop_e  stop;
    size_t      text_bytes;
    unsigned    garbage; /* events that were none */

    char  *body; /* an answer that is no stream, or a refusal */
    size_t body_bytes, body_room;
    char   stray[LLM_STRAY_MAX]; /* a line that is no event */
    size_t stray_len;

    unsigned stray_skip:1;
    unsigned began:1;   /* the body's first byte has come */
    unsigned whole:1;   /* it is one JSON object, no stream */
    unsigned any:1;     /* a word or a tool call came */
    unsigned pausing:1; /* before another try */
    unsigned has_usage:1;
    unsigned tried:1;  /* again, for it may have been a mishap */
    unsigned over:1;   /* its last event was given */
    unsigned closed:1; /* canceled, or nothing is left to come */
};

/* ---- the provider's functions, for the rows ---- */

int   llm_chat_open(llm_t *llm, const llm_service_t *service, char *tools);
int   llm_chat_request(llm_t *llm, uint32_t request,
                       const llm_request_t *what);
void  llm_chat_cancel(llm_t *llm, uint32_t request);
char *llm_chat_save(llm_t *llm);
void  llm_chat_close(llm_t *llm);

/* The first of the models that the agent names, else the service's own. */
size_t llm_chat_model(const llm_chat_t *chat, char *model, size_t room);

/* ---- one request on its way ---- */

int  llm_exchange_start(llm_chat_t *chat, uint32_t number,
                        const llm_request_t *what);
void llm_exchange_close(llm_exchange_t *x);

/* What a form has read. After any of them the exchange may be closed. */
void llm_exchange_say(llm_exchange_t *x, const char *text);
void llm_exchange_call(llm_exchange_t *x, int index, const char *id,
                       const char *name, const char *args);
void llm_exchange_stop(llm_exchange_t *x, llm_stop_e stop);
void llm_exchange_end(llm_exchange_t *x); /* nothing follows */
void llm_exchange_error(llm_exchange_t *x, const cJSON *json);

static inline int
llm_exchange_is_over(const llm_exchange_t *x)
{
    return x->over || x->closed;
}

/* ---- what a refusal means ---- */

typedef enum {
    LLM_ERROR_LOST,
    LLM_ERROR_BUSY,
    LLM_ERROR_REFUSED,
    LLM_ERROR_LONG, /* more than the model reads: less may do */
    LLM_ERROR_BARE  /* a setting that it does not know */
} llm_error_e;

/*
 * Out of a status (0: it came within an answer) and a body, which may be NULL.
 * `word` becomes the service's own word for it, fit for a log.
 */
llm_error_e llm_error_of(int status, const cJSON *body, char *word,
                         size_t word_bytes);

/* Whether an event or a line is an error rather than part of an answer. */
int llm_error_is(const cJSON *json);

#endif /* PROVIDER_LLM_CHAT_H */
