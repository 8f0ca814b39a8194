/* SPDX-License-Identifier: BSD-2-Clause */

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "provider/llm_exchange.h"
#include "provider/llm_history.h"

#define HEADER_BYTES 640

static int  exchange_copy(llm_exchange_t *x, const llm_request_t *what);
static int  exchange_ask(llm_exchange_t *x, const char *body);
static void exchange_reset(llm_exchange_t *x);
static void exchange_on_patience(uv_timer_t *timer);
static void exchange_on_timer_closed(uv_handle_t *handle);
static void exchange_free(llm_exchange_t *x);

int
llm_exchange_start(llm_chat_t *chat, uint32_t number,
                   const llm_request_t *what)
{
    int             rc;
    llm_exchange_t *x;

    x = calloc(1, sizeof(llm_exchange_t));
    if (x == NULL) {
        return -ENOMEM;
    }

    x->chat = chat;
    x->number = number;
    x->manner.history_bytes = LLM_HISTORY_BYTES;
    x->begun_ms = uv_now(chat->llm->loop);
    (void) snprintf(x->log.prefix, sizeof(x->log.prefix), "llm %s: ",
                    chat->service->name);
    sse_init(&x->sse, llm_exchange_on_event, x);

    rc = exchange_copy(x, what);
    if (rc < 0) {
        exchange_free(x);
        return rc;
    }

    (void) uv_timer_init(chat->llm->loop, &x->patience);
    (void) uv_timer_init(chat->llm->loop, &x->pause);
    x->timers = 2;
    x->patience.data = x;
    x->pause.data = x;
    TAILQ_INSERT_TAIL(&chat->exchanges, x, next);
    chat->exchange_count++;

    rc = llm_exchange_send(x);
    if (rc == -ENOMEM || rc == -EINVAL) {
        llm_exchange_close(x);
        return rc;
    }

    if (rc < 0) {
        /* The breaker is open: as if the service had said so. */
        llm_exchange_fail(x, rc == -EBUSY ? FAULT_BUSY : FAULT_LOST, 0,
                          "not to be asked now");
        return 0;
    }

    (void) uv_timer_start(&x->patience, exchange_on_patience,
                          chat->service->first_ms, 0);

    return 0;
}

/* No event after this; the memory goes when the loop has let go of it. */
void
llm_exchange_close(llm_exchange_t *x)
{
    http_t *http = x->http;

    if (x->closed) {
        return;
    }

    x->closed = 1;
    TAILQ_REMOVE(&x->chat->exchanges, x, next);
    x->chat->exchange_count--;
    x->http = NULL;
    if (http != NULL) {
        http_cancel(http);
    }

    uv_close((uv_handle_t *) &x->patience, exchange_on_timer_closed);
    uv_close((uv_handle_t *) &x->pause, exchange_on_timer_closed);
}

/* ---- asking ---- */

static int
exchange_copy(llm_exchange_t *x, const llm_request_t *what)
{
    size_t         i;
    llm_message_t *copy;

    copy = calloc(what->count + 1, sizeof(llm_message_t));
    if (copy == NULL) {
        return -ENOMEM;
    }

    x->what = *what;
    x->what.messages = copy;

    for (i = 0; i < what->count; i++) {
        const llm_message_t *m = &what->messages[i];

        copy[i] = *m;
        copy[i].text = strdup(m->text != NULL ? m->text : "");
        copy[i].name = m->name != NULL ? strdup(m->name) : NULL;
        copy[i].id = m->id != NULL ? strdup(m->id) : NULL;
        x->what.count = i + 1;

        if (copy[i].text == NULL || (m->name != NULL && copy[i].name == NULL)
            || (m->id != NULL && copy[i].id == NULL))
        {
            return -ENOMEM;
        }
    }

    x->what.count = what->count;

    return 0;
}

int
llm_exchange_send(llm_exchange_t *x)
{
    int    rc;
    char  *text;
    cJSON *body;

    body = x->chat->service->body(x->chat, &x->what, &x->manner);
    text = body != NULL ? cJSON_PrintUnformatted(body) : NULL;
    cJSON_Delete(body);
    if (text == NULL) {
        return -ENOMEM;
    }

    exchange_reset(x);
    rc = exchange_ask(x, text);
    cJSON_free(text);

    return rc;
}

static int
exchange_ask(llm_exchange_t *x, const char *body)
{
    int         rc;
    char       *line;
    char        secret[LLM_HEADERS_MAX][HEADER_BYTES];
    size_t      i, count = 0;
    uint64_t    spent;
    const char *headers[LLM_HEADERS_MAX + 3], *const *wanted;
    http_request_t    request = { 0 };
    const llm_chat_t *chat = x->chat;

    const provider_access_t *access = &chat->llm->config->access;

    headers[count++] = "Content-Type: application/json";
    headers[count++] = "Accept: text/event-stream";

    wanted = chat->service->headers;
    for (i = 0; i < LLM_HEADERS_MAX && wanted[i] != NULL; i++) {
        line = strstr(wanted[i], "%s");
        if (line == NULL) {
            headers[count++] = wanted[i];
        } else if (access->key[0] != '\0') {
            (void) snprintf(secret[i], sizeof(secret[i]), "%.*s%s",
                            (int) (line - wanted[i]), wanted[i], access->key);
            headers[count++] = secret[i];
        }
    }
    headers[count] = NULL;

    spent = uv_now(chat->llm->loop) - x->begun_ms;
    request.peer.service = chat->service->name;
    request.peer.credential = access->key[0] != '\0' ? access->key : NULL;
    request.peer.url = chat->url;
    request.peer.trusted = access->base_url[0] != '\0' ? access->trusted
                                                       : chat->service->local;
    request.method = "POST";
    request.headers = headers;
    request.body = body;
    request.body_bytes = strlen(body);
    request.answer_max = LLM_ANSWER_MAX;
    request.deadlines.connect = LLM_CONNECT_MS;
    request.deadlines.head = chat->service->first_ms;
    request.deadlines.idle = LLM_IDLE_MS;
    request.deadlines.total = spent < LLM_TOTAL_MS - 1
                                  ? (uint32_t) (LLM_TOTAL_MS - spent)
                                  : 1;

    rc = http_start(&x->http, access->net, &request,
                    &llm_exchange_http_events, x);
    explicit_bzero(secret, sizeof(secret));

    return rc;
}

/* Of another try nothing is left that the first one brought. */
static void
exchange_reset(llm_exchange_t *x)
{
    sse_clear(&x->sse);
    sse_init(&x->sse, llm_exchange_on_event, x);
    llm_text_init(&x->text, x->chat->canary, llm_exchange_on_text, x);
    llm_calls_clear(&x->calls);
    memset(&x->usage, 0, sizeof(x->usage));
    x->stop = LLM_STOP_NONE;
    x->status = 0;
    x->retry_ms = 0;
    x->request_id[0] = '\0';
    x->text_bytes = 0;
    x->body_bytes = 0;
    x->stray_len = 0;
    x->stray_skip = 0;
    x->garbage = 0;
    x->began = 0;
    x->whole = 0;
    x->pausing = 0;
    x->has_usage = 0;
}

/* ---- time ---- */

void
llm_exchange_on_pause(uv_timer_t *timer)
{
    int             rc;
    llm_exchange_t *x = timer->data;

    rc = llm_exchange_send(x);
    if (rc < 0) {
        llm_exchange_fail(x, rc == -EBUSY ? FAULT_BUSY : FAULT_LOST, 0,
                          "not to be asked again");
    }
}

static void
exchange_on_patience(uv_timer_t *timer)
{
    llm_exchange_fail(timer->data, FAULT_LOST, 0, "no word in time");
}

static void
exchange_on_timer_closed(uv_handle_t *handle)
{
    llm_exchange_t *x = handle->data;

    if (--x->timers == 0) {
        exchange_free(x);
    }
}

static void
exchange_free(llm_exchange_t *x)
{
    size_t         i;
    llm_message_t *m;

    for (i = 0; i < x->what.count && x->what.messages != NULL; i++) {
        m = (llm_message_t *) (uintptr_t) &x->what.messages[i];
        free((char *) (uintptr_t) m->text);
        free((char *) (uintptr_t) m->name);
        free((char *) (uintptr_t) m->id);
    }

    free((llm_message_t *) (uintptr_t) x->what.messages);
    sse_clear(&x->sse);
    llm_calls_clear(&x->calls);
    free(x->body);
    free(x);
}
