/* SPDX-License-Identifier: BSD-2-Clause */

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cjson/cJSON.h>

#include "base/log.h"
#include "net/http.h"
#include "service/trace.h"

/* So many spans are sent at a time. */
#define SPANS_MAX 64

#define KIND_INTERNAL 1
#define KIND_SERVER   2

struct trace_s {
    trace_options_t options;
    char            trace_id[33];
    char            root_id[17];
    uint64_t        begun_ms;
    uint64_t        epoch_ms; /* Unix time when the loop's clock was 0 */
    uint64_t        number;   /* of the last span */
    cJSON          *spans;
};

static int    trace_read_id(char *trace_id, const char *call_id);
static cJSON *trace_span(trace_t *trace, const char *name, uint64_t begun_ms,
                         uint64_t ended_ms, int kind);
static void trace_name_span(trace_t *trace, cJSON *span, const char *member);
static void trace_put_time(const trace_t *trace, cJSON *span,
                           const char *member, uint64_t ms);
static void trace_put_values(cJSON *span, const trace_value_t *values,
                             size_t count);
static void trace_put_value(cJSON *list, const trace_value_t *value);
static void trace_send(trace_t *trace);
static cJSON *trace_envelope(trace_t *trace);
static void   trace_on_sent(void *data, int status, const fault_t *fault);

static const log_t trace_log = { "trace: " };

int
trace_open(trace_t **tp, const trace_options_t *options, uint64_t begun_ms,
           uint64_t now_ms)
{
    trace_t        *trace;
    struct timespec now;

    trace = calloc(1, sizeof(trace_t));
    if (trace == NULL) {
        return -ENOMEM;
    }

    trace->options = *options;
    trace->begun_ms = begun_ms;
    (void) clock_gettime(CLOCK_REALTIME, &now);
    trace->epoch_ms = (uint64_t) now.tv_sec * 1000
                      + (uint64_t) now.tv_nsec / 1000000 - now_ms;
    trace->spans = cJSON_CreateArray();

    if (trace->spans == NULL
        || trace_read_id(trace->trace_id, options->call_id) < 0)
    {
        cJSON_Delete(trace->spans);
        free(trace);
        return -EINVAL;
    }

    /* Whoever takes the call over has a root of the same name. */
    memcpy(trace->root_id, trace->trace_id + 16, 16);

    *tp = trace;
    return 0;
}

void
trace_add(trace_t *trace, const char *name, uint64_t begun_ms,
          uint64_t ended_ms, const trace_value_t *values, size_t count)
{
    cJSON *span;

    if (begun_ms == 0 || ended_ms < begun_ms) {
        return;
    }

    span = trace_span(trace, name, begun_ms, ended_ms, KIND_INTERNAL);
    trace_name_span(trace, span, "spanId");
    (void) cJSON_AddStringToObject(span, "parentSpanId", trace->root_id);
    trace_put_values(span, values, count);

    if (cJSON_GetArraySize(trace->spans) >= SPANS_MAX) {
        trace_send(trace);
    }
}

void
trace_close(trace_t *trace, uint64_t now_ms, const trace_value_t *values,
            size_t count)
{
    cJSON *span;

    span = trace_span(trace, "call", trace->begun_ms, now_ms, KIND_SERVER);
    (void) cJSON_AddStringToObject(span, "spanId", trace->root_id);
    trace_put_values(span, values, count);

    trace_send(trace);
    cJSON_Delete(trace->spans);
    free(trace);
}

/* A UUID's digits are a trace's. */
static int
trace_read_id(char *trace_id, const char *call_id)
{
    size_t n = 0;

    for (; *call_id != '\0'; call_id++) {
        if (*call_id == '-') {
            continue;
        }

        if (!isxdigit((unsigned char) *call_id) || n == 32) {
            return -EINVAL;
        }

        trace_id[n++] = (char) tolower((unsigned char) *call_id);
    }

    trace_id[n] = '\0';

    return n == 32 ? 0 : -EINVAL;
}

static cJSON *
trace_span(trace_t *trace, const char *name, uint64_t begun_ms,
           uint64_t ended_ms, int kind)
{
    cJSON *span = cJSON_CreateObject();

    (void) cJSON_AddItemToArray(trace->spans, span);
    (void) cJSON_AddStringToObject(span, "traceId", trace->trace_id);
    (void) cJSON_AddStringToObject(span, "name", name);
    (void) cJSON_AddNumberToObject(span, "kind", kind);
    trace_put_time(trace, span, "startTimeUnixNano", begun_ms);
    trace_put_time(trace, span, "endTimeUnixNano", ended_ms);

    return span;
}

/*
 * No two of a trace may be alike, those of the call's other owners among
 * them: by the time, which goes on, and their number.
 */
static void
trace_name_span(trace_t *trace, cJSON *span, const char *member)
{
    char id[17];

    (void) snprintf(id, sizeof(id), "%012" PRIx64 "%04x",
                    (trace->epoch_ms + trace->begun_ms) & 0xffffffffffffUL,
                    (unsigned) (++trace->number & 0xffff));
    (void) cJSON_AddStringToObject(span, member, id);
}

/* As text: JSON's numbers do not hold it. */
static void
trace_put_time(const trace_t *trace, cJSON *span, const char *member,
               uint64_t ms)
{
    char text[32];

    (void) snprintf(text, sizeof(text), "%" PRIu64 "000000",
                    trace->epoch_ms + ms);
    (void) cJSON_AddStringToObject(span, member, text);
}

static void
trace_put_values(cJSON *span, const trace_value_t *values, size_t count)
{
    size_t i;
    cJSON *list = cJSON_AddArrayToObject(span, "attributes");

    for (i = 0; i < count; i++) {
        trace_put_value(list, &values[i]);
    }
}

static void
trace_put_value(cJSON *list, const trace_value_t *value)
{
    char   number[24];
    cJSON *attribute = cJSON_CreateObject(), *inner;

    (void) cJSON_AddItemToArray(list, attribute);
    (void) cJSON_AddStringToObject(attribute, "key", value->name);
    inner = cJSON_AddObjectToObject(attribute, "value");

    if (value->text != NULL) {
        (void) cJSON_AddStringToObject(inner, "stringValue", value->text);
    } else {
        (void) snprintf(number, sizeof(number), "%" PRId64, value->number);
        (void) cJSON_AddStringToObject(inner, "intValue", number);
    }
}

static void
trace_send(trace_t *trace)
{
    int            rc;
    char          *body;
    cJSON         *json;
    http_t        *http;
    http_request_t request;
    const char    *headers[] = { "Content-Type: application/json",
                                 trace->options.header, NULL };

    static const http_events_t events = { .on_done = trace_on_sent };

    if (headers[1] != NULL && headers[1][0] == '\0') {
        headers[1] = NULL;
    }

    json = trace_envelope(trace);
    body = cJSON_PrintUnformatted(json);
    cJSON_Delete(json);
    if (body == NULL) {
        return;
    }

    memset(&request, 0, sizeof(request));
    request.peer.service = "otlp";
    request.peer.url = trace->options.url;
    request.peer.trusted = 1; /* the settings name it */
    request.method = "POST";
    request.headers = headers;
    request.body = body;
    request.body_bytes = strlen(body);

    rc = http_start(&http, trace->options.net, &request, &events, NULL);
    if (rc < 0) {
        log_write(LOG_DEBUG, &trace_log, "not sent: %s", strerror(-rc));
    }

    cJSON_free(body);
}

/* Takes the spans that there are. */
static cJSON *
trace_envelope(trace_t *trace)
{
    cJSON *json = cJSON_CreateObject();
    cJSON *resource, *scope;

    const trace_value_t self[] = {
        { "service.name", "frontdesk", 0 },
        { "service.instance.id", trace->options.node, 0 },
    };

    resource = cJSON_CreateObject();
    (void) cJSON_AddItemToArray(cJSON_AddArrayToObject(json, "resourceSpans"),
                                resource);
    trace_put_values(cJSON_AddObjectToObject(resource, "resource"), self, 2);

    scope = cJSON_CreateObject();
    (void) cJSON_AddItemToArray(cJSON_AddArrayToObject(resource, "scopeSpans"),
                                scope);
    (void) cJSON_AddStringToObject(cJSON_AddObjectToObject(scope, "scope"),
                                   "name", "frontdesk.call");
    (void) cJSON_AddItemToObject(scope, "spans", trace->spans);
    trace->spans = cJSON_CreateArray();

    return json;
}

static void
trace_on_sent(void *data, int status, const fault_t *fault)
{
    (void) data;

    if (fault != NULL) {
        log_write(LOG_DEBUG, &trace_log, "not sent (%d): %s", status,
                  fault->reason);
    }
}
