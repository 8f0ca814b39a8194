/* SPDX-License-Identifier: BSD-2-Clause */

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "provider/llm_exchange.h"

#define REFUSAL_MAX (16 * 1024) /* bytes of a body that tells why not */
#define GARBAGE_MAX 8

static void exchange_on_head(void *data, const http_head_t *head);
static void exchange_on_body(void *data, const char *bytes, size_t length);
static void exchange_on_done(void *data, int status, const fault_t *fault);
static void exchange_feed(llm_exchange_t *x, const char *bytes, size_t length);
static void exchange_lines(llm_exchange_t *x, const char *bytes,
                           size_t length);
static void exchange_whole(llm_exchange_t *x);
static void exchange_refused(llm_exchange_t *x, const fault_t *fault);
static void stray_feed(llm_exchange_t *x, const char *bytes, size_t length);
static void stray_line(llm_exchange_t *x);
static int  body_keep(llm_exchange_t *x, const char *bytes, size_t length,
                      size_t max);

const http_events_t llm_exchange_http_events = {
    .on_head = exchange_on_head,
    .on_body = exchange_on_body,
    .on_done = exchange_on_done,
};

static void
exchange_on_head(void *data, const http_head_t *head)
{
    size_t          i;
    llm_exchange_t *x = data;

    x->status = head->status;
    x->retry_ms = head->retry_ms;

    for (i = 0; head->request_id != NULL && head->request_id[i] != '\0'
                && i + 1 < sizeof(x->request_id);
         i++)
    {
        x->request_id[i] = isgraph((unsigned char) head->request_id[i])
                               ? head->request_id[i]
                               : '?';
    }
    x->request_id[i] = '\0';
}

static void
exchange_on_body(void *data, const char *bytes, size_t length)
{
    llm_exchange_t *x = data;

    if (llm_exchange_is_over(x) || x->pausing) {
        return; /* what follows the end is let run out: the line is kept */
    }

    if (x->status >= 200 && x->status < 300) {
        exchange_feed(x, bytes, length);
    } else {
        (void) body_keep(x, bytes, length, REFUSAL_MAX);
    }
}

static void
exchange_on_done(void *data, int status, const fault_t *fault)
{
    llm_exchange_t *x = data;

    x->http = NULL;
    if (x->over) {
        llm_exchange_close(x);
        return;
    }

    if (x->closed) {
        return;
    }

    if (status != 0 && (status < 200 || status >= 300)) {
        exchange_refused(x, fault);
        return;
    }

    if (x->whole) {
        exchange_whole(x);
    } else if (status != 0) {
        /* A last event without the blank line after it. */
        exchange_feed(x, "\n\n", 2);
    }

    if (llm_exchange_is_over(x) || x->pausing) {
        return;
    }

    if (x->stop != LLM_STOP_NONE) {
        llm_exchange_finish(x);
        return;
    }

    if (fault != NULL) {
        llm_exchange_judge(x, 0, NULL, fault);
        return;
    }

    llm_exchange_fail(x, FAULT_LOST, 0, "the answer was cut off");
}

static void
exchange_feed(llm_exchange_t *x, const char *bytes, size_t length)
{
    size_t skip = 0;

    if (!x->began) {
        while (skip < length && isspace((unsigned char) bytes[skip])) {
            skip++;
        }
        if (skip == length) {
            return;
        }
        x->began = 1;
        x->whole = bytes[skip] == '{';
    }

    if (x->whole) {
        if (body_keep(x, bytes + skip, length - skip, LLM_BODY_MAX) < 0) {
            llm_exchange_fail(x, FAULT_INVALID, 0, "an answer without end");
        }
        return;
    }

    exchange_lines(x, bytes, length);
}

/* Line by line, so that what is no event is judged after those before it. */
static void
exchange_lines(llm_exchange_t *x, const char *bytes, size_t length)
{
    int         rc;
    size_t      some;
    const char *end;

    while (length > 0 && !llm_exchange_is_over(x) && !x->pausing) {
        end = memchr(bytes, '\n', length);
        some = end != NULL ? (size_t) (end - bytes) + 1 : length;

        rc = sse_feed(&x->sse, bytes, some);
        if (rc < 0) {
            llm_exchange_fail(x, rc == -EMSGSIZE ? FAULT_INVALID : FAULT_LOST,
                              0,
                              rc == -EMSGSIZE ? "an event without end"
                                              : "out of memory");
            return;
        }

        if (!llm_exchange_is_over(x) && !x->pausing) {
            stray_feed(x, bytes, some);
        }

        bytes += some;
        length -= some;
    }
}

static void
exchange_whole(llm_exchange_t *x)
{
    cJSON *json = cJSON_ParseWithLength(x->body, x->body_bytes);

    if (llm_error_is(json)) {
        llm_exchange_error(x, json);
    } else if (json != NULL) {
        x->chat->service->on_whole(x, json);
    }

    cJSON_Delete(json);
}

void
llm_exchange_on_event(void *data, const char *event, const char *text,
                      size_t length)
{
    cJSON          *json;
    llm_exchange_t *x = data;

    if (llm_exchange_is_over(x) || x->pausing) {
        return;
    }

    if (length == 6 && memcmp(text, "[DONE]", 6) == 0) {
        llm_exchange_end(x);
        return;
    }

    json = cJSON_ParseWithLength(text, length);

    if (!cJSON_IsObject(json)) {
        if (++x->garbage > GARBAGE_MAX) {
            llm_exchange_fail(x, FAULT_INVALID, 0, "events that are none");
        }
    } else if (llm_error_is(json) || strcmp(event, "error") == 0) {
        llm_exchange_judge(x, 0, json, NULL);
    } else {
        x->chat->service->on_event(x, json);
    }

    cJSON_Delete(json);
}

/*
 * Lines that are no events to those who read events, but an error to those
 * who send them: "error: {...}", or the JSON alone.
 */
static void
stray_feed(llm_exchange_t *x, const char *bytes, size_t length)
{
    char   c;
    size_t i;

    for (i = 0; i < length; i++) {
        c = bytes[i];

        if (c == '\n' || c == '\r') {
            if (x->stray_len > 0 && !x->stray_skip) {
                stray_line(x);
                if (llm_exchange_is_over(x) || x->pausing) {
                    return;
                }
            }
            x->stray_len = 0;
            x->stray_skip = 0;
            continue;
        }

        if (x->stray_skip) {
            continue;
        }

        x->stray[x->stray_len++] = c;
        x->stray_skip = (x->stray[0] != '{' && x->stray[0] != 'e')
                        || (x->stray_len == 6
                            && x->stray[0] == 'e'
                            && memcmp(x->stray, "error:", 6) != 0)
                        || x->stray_len == sizeof(x->stray);
    }
}

static void
stray_line(llm_exchange_t *x)
{
    cJSON *json;
    size_t skip = x->stray[0] == 'e' ? 6 : 0;

    if (x->stray_len <= skip) {
        return;
    }

    json = cJSON_ParseWithLength(x->stray + skip, x->stray_len - skip);
    if (cJSON_IsObject(json) && (skip > 0 || llm_error_is(json))) {
        llm_exchange_judge(x, 0, json, NULL);
    }

    cJSON_Delete(json);
}

static int
body_keep(llm_exchange_t *x, const char *bytes, size_t length, size_t max)
{
    char  *grown;
    size_t room;

    if (x->body_bytes + length > max) {
        return -EMSGSIZE;
    }

    if (x->body_bytes + length > x->body_room) {
        room = (x->body_bytes + length) * 2;
        grown = realloc(x->body, room);
        if (grown == NULL) {
            return -ENOMEM;
        }
        x->body = grown;
        x->body_room = room;
    }

    memcpy(x->body + x->body_bytes, bytes, length);
    x->body_bytes += length;

    return 0;
}

static void
exchange_refused(llm_exchange_t *x, const fault_t *fault)
{
    cJSON *json = NULL;

    if (x->body_bytes > 0) {
        json = cJSON_ParseWithLength(x->body, x->body_bytes);
    }

    llm_exchange_judge(x, x->status, json, fault);
    cJSON_Delete(json);
}
