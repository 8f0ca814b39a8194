/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "provider/llm_exchange.h"
#include "provider/llm_history.h"

/* Another try has to leave time for another service. */
#define RETRY_WITHIN_MS 1000
#define RETRY_PAUSE_MS  100
#define RETRY_AFTER_MAX 600

static int  exchange_retry(llm_exchange_t *x, uint64_t pause_ms);
static int  exchange_recites(llm_exchange_t *x);
static void exchange_quiet(llm_exchange_t *x);
static void exchange_output(llm_exchange_t *x);

/* ---- what a form has read ---- */

void
llm_exchange_say(llm_exchange_t *x, const char *text)
{
    size_t len = strlen(text);

    if (len == 0 || llm_exchange_is_over(x)) {
        return;
    }

    x->text_bytes += len;
    if (x->text_bytes > LLM_TEXT_MAX) {
        llm_exchange_fail(x, FAULT_INVALID, 0, "more words than an answer has");
        return;
    }

    if (llm_text_feed(&x->text, text, len) < 0) {
        log_warn(x, "the prompt would have been recited: answer dropped");
        llm_exchange_fail(x, FAULT_INVALID, 0, "the prompt was recited");
    }
}

void
llm_exchange_call(llm_exchange_t *x, int index, const char *id,
                  const char *name, const char *args)
{
    int rc;

    if (llm_exchange_is_over(x)) {
        return;
    }

    rc = llm_calls_add(&x->calls, index, id, name, args);
    if (rc < 0) {
        llm_exchange_fail(x, rc == -E2BIG ? FAULT_INVALID : FAULT_LOST, 0,
                          rc == -E2BIG ? "more tool calls than are taken"
                                       : "out of memory");
        return;
    }

    exchange_output(x);
}

void
llm_exchange_stop(llm_exchange_t *x, llm_stop_e stop)
{
    if (x->stop == LLM_STOP_NONE) {
        x->stop = stop;
    }
}

void
llm_exchange_end(llm_exchange_t *x)
{
    if (llm_exchange_is_over(x)) {
        return;
    }

    llm_exchange_finish(x);
}

void
llm_exchange_error(llm_exchange_t *x, const cJSON *json)
{
    if (!llm_exchange_is_over(x)) {
        llm_exchange_judge(x, 0, json, NULL);
    }
}

/* ---- how it ends ---- */

/*
 * What is to be done about an error: asked again in another manner, or once
 * more, but never after something was said; else it is told.
 */
void
llm_exchange_judge(llm_exchange_t *x, int status, const cJSON *body,
                   const fault_t *fault)
{
    char        word[48];
    fault_e     kind;
    uint64_t    spent;
    llm_error_e error;

    error = llm_error_of(status, body, word, sizeof(word));

    if (error == LLM_ERROR_LONG && x->manner.history_bytes == LLM_HISTORY_BYTES)
    {
        x->manner.history_bytes = LLM_HISTORY_BYTES / 4;
        if (exchange_retry(x, 1) == 0) {
            return;
        }
    }

    if (error == LLM_ERROR_BARE && !x->manner.bare) {
        x->manner.bare = 1;
        if (exchange_retry(x, 1) == 0) {
            return;
        }
    }

    kind = error == LLM_ERROR_BUSY   ? FAULT_BUSY
           : error == LLM_ERROR_LOST ? FAULT_LOST
                                     : FAULT_REFUSED;
    if (status == 0 && body == NULL && fault != NULL) {
        kind = fault->kind;
        (void) snprintf(word, sizeof(word), "%.40s",
                        fault->reason != NULL ? fault->reason : "lost");
    }

    spent = uv_now(x->chat->llm->loop) - x->begun_ms;
    if (!x->tried && spent < RETRY_WITHIN_MS
        && (kind == FAULT_LOST || (kind == FAULT_BUSY && x->retry_ms > 0))
        && x->retry_ms <= RETRY_AFTER_MAX)
    {
        x->tried = 1;
        if (exchange_retry(x, x->retry_ms > 0
                                  ? x->retry_ms
                                  : RETRY_PAUSE_MS + uv_hrtime() % 50)
            == 0)
        {
            return;
        }
    }

    (void) snprintf(x->reason, sizeof(x->reason), "%s, status %d, request %s",
                    word, status != 0 ? status : x->status,
                    x->request_id[0] != '\0' ? x->request_id : "unknown");
    llm_exchange_fail(x, kind, x->retry_ms, x->reason);
}

static int
exchange_retry(llm_exchange_t *x, uint64_t pause_ms)
{
    http_t *http = x->http;

    if (x->any) {
        return -EALREADY;
    }

    x->http = NULL;
    x->pausing = 1;
    if (http != NULL) {
        http_cancel(http);
    }

    return uv_timer_start(&x->pause, llm_exchange_on_pause, pause_ms, 0);
}

void
llm_exchange_finish(llm_exchange_t *x)
{
    unsigned            i;
    llm_t              *llm = x->chat->llm;
    const llm_call_t   *call;
    const llm_events_t *events = llm->events;

    if (llm_text_end(&x->text) < 0) {
        llm_exchange_fail(x, FAULT_INVALID, 0, "the prompt was recited");
        return;
    }

    if (x->closed) {
        return;
    }

    if (!x->any && x->stop == LLM_STOP_NONE) {
        llm_exchange_fail(x, FAULT_LOST, 0, "an answer without anything in it");
        return;
    }

    if (x->stop == LLM_STOP_FILTERED && !x->any) {
        llm_exchange_fail(x, FAULT_INVALID, 0, "the answer was filtered");
        return;
    }

    if (exchange_recites(x)) {
        llm_exchange_fail(x, FAULT_INVALID, 0, "the prompt was recited");
        return;
    }

    /* Of what was filtered the tools are not wanted either. */
    llm_calls_number(&x->calls);
    for (i = 0; i < x->calls.count && x->stop != LLM_STOP_FILTERED; i++) {
        call = &x->calls.calls[i];
        events->on_tool(llm->data, x->number, call->id, call->name,
                        call->args != NULL ? call->args : "{}");
        if (x->closed) {
            return;
        }
    }

    if (x->has_usage && events->on_usage != NULL) {
        events->on_usage(llm->data, x->number, &x->usage);
        if (x->closed) {
            return;
        }
    }

    log_debug(x, "request %s: %u tokens in, %u cached, %u out, %llu ms",
              x->request_id, x->usage.tokens_in, x->usage.tokens_cached,
              x->usage.tokens_out,
              (unsigned long long) (uv_now(llm->loop) - x->begun_ms));

    exchange_quiet(x);
    events->on_done(llm->data, x->number);
}

void
llm_exchange_fail(llm_exchange_t *x, fault_e kind, uint32_t retry_ms,
                  const char *reason)
{
    llm_t  *llm = x->chat->llm;
    fault_t fault = { kind, retry_ms, reason };

    if (llm_exchange_is_over(x)) {
        return;
    }

    x->over = 1;
    llm_exchange_close(x); /* its memory stays until the loop goes round */
    llm->events->on_error(llm->data, x->number, &fault);
}

/* A tool could carry it out, too. */
static int
exchange_recites(llm_exchange_t *x)
{
    unsigned i;

    for (i = 0; i < x->calls.count; i++) {
        if (x->calls.calls[i].args != NULL
            && strcasestr(x->calls.calls[i].args, x->chat->canary) != NULL)
        {
            log_warn(x, "the prompt would have been recited: answer dropped");
            return 1;
        }
    }

    return 0;
}

/* All was given. The end of the stream is awaited: the connection is kept. */
static void
exchange_quiet(llm_exchange_t *x)
{
    x->over = 1;
    (void) uv_timer_stop(&x->patience);
    if (x->http == NULL) {
        llm_exchange_close(x);
    }
}

/* The first of what was waited for. */
static void
exchange_output(llm_exchange_t *x)
{
    if (!x->any) {
        x->any = 1;
        (void) uv_timer_stop(&x->patience);
    }
}

void
llm_exchange_on_text(void *data, const char *text, size_t len)
{
    llm_exchange_t *x = data;

    if (x->closed || x->over) {
        return;
    }

    exchange_output(x);
    x->chat->llm->events->on_text(x->chat->llm->data, x->number, text, len);
}
