/* SPDX-License-Identifier: BSD-2-Clause */

#include <stdlib.h>
#include <string.h>

#include "net/sse.h"
#include "tests/provider/driver.h"

/*
 *   start: url, method, headers, body (base64), answer_max, connect, head,
 *          idle, total; sse: what comes is told as server-sent events; quiet:
 *          of the body only its length is told; cancels: at "head" or "body"
 *   cancel
 */

typedef struct one_s one_t;

struct one_s {
    one_t   *next;
    int      id;
    http_t  *http; /* NULL: over */
    sse_t    sse;
    size_t   bytes;
    char     cancels[8];
    unsigned is_sse:1;
    unsigned quiet:1;
};

static one_t *all;

static void
on_event(void *data, const char *name, const char *text, size_t length)
{
    one_t *one = data;
    cJSON *event = driver_event(one->id, "sse");

    (void) length;
    (void) cJSON_AddStringToObject(event, "name", name);
    (void) cJSON_AddStringToObject(event, "text", text);
    driver_say(event);
}

/* Whether it was cancelled, because that was wanted here. */
static int
is_cancelled(one_t *one, const char *where)
{
    if (one->http != NULL && strcmp(one->cancels, where) == 0) {
        http_cancel(one->http);
        one->http = NULL;
        driver_say(driver_event(one->id, "cancelled"));
    }

    return one->http == NULL;
}

static void
on_head(void *data, const http_head_t *head)
{
    one_t *one = data;
    cJSON *event = driver_event(one->id, "head");

    driver_add_head(event, head);
    driver_say(event);
    (void) is_cancelled(one, "head");
}

static void
on_body(void *data, const char *bytes, size_t length)
{
    one_t *one = data;
    cJSON *event;

    one->bytes += length;

    if (one->is_sse) {
        if (sse_feed(&one->sse, bytes, length) < 0) {
            driver_say(driver_event(one->id, "too_long"));
        }

    } else if (!one->quiet) {
        event = driver_event(one->id, "body");
        driver_add_bytes(event, "bytes", bytes, length);
        driver_say(event);
    }

    (void) is_cancelled(one, "body");
}

static void
on_done(void *data, int status, const fault_t *fault)
{
    one_t *one = data;
    cJSON *event = driver_event(one->id, "done");

    one->http = NULL;
    (void) cJSON_AddNumberToObject(event, "status", status);
    (void) cJSON_AddNumberToObject(event, "bytes", (double) one->bytes);
    (void) cJSON_AddBoolToObject(event, "within",
                                 one->is_sse && sse_is_within(&one->sse));
    driver_add_fault(event, fault);
    driver_say(event);
}

static const char *
start(driver_t *driver, const cJSON *command)
{
    int            rc;
    void          *body;
    one_t         *one = calloc(1, sizeof(one_t));
    http_request_t request;
    const char   **headers = driver_texts(command, "headers");

    static const http_events_t events = { on_head, on_body, on_done };

    memset(&request, 0, sizeof(request));
    request.peer = driver_peer(command);
    request.method = driver_text(command, "method");
    request.method = request.method[0] != '\0' ? request.method : NULL;
    request.headers = headers;
    body = driver_bytes(command, "body", &request.body_bytes);
    request.body = body;
    request.answer_max = (size_t) driver_number(command, "answer_max");
    request.deadlines.connect = (uint32_t) driver_number(command, "connect");
    request.deadlines.head = (uint32_t) driver_number(command, "head");
    request.deadlines.idle = (uint32_t) driver_number(command, "idle");
    request.deadlines.total = (uint32_t) driver_number(command, "total");

    one->id = (int) driver_number(command, "id");
    one->is_sse = driver_number(command, "sse") != 0;
    one->quiet = driver_number(command, "quiet") != 0;
    (void) strncpy(one->cancels, driver_text(command, "cancels"),
                   sizeof(one->cancels) - 1);
    sse_init(&one->sse, on_event, one);
    one->next = all;
    all = one;

    rc = http_start(&one->http, driver->net, &request, &events, one);

    /* It keeps nothing of them. */
    memset(body, 0xee, request.body_bytes);
    free(body);
    free(headers);

    return rc == 0 ? NULL : uv_err_name(rc);
}

static const char *
run(driver_t *driver, const char *verb, const cJSON *command)
{
    one_t *one;

    if (strcmp(verb, "start") == 0) {
        return start(driver, command);
    }

    for (one = all; one != NULL; one = one->next) {
        if (one->id == (int) driver_number(command, "id")
            && one->http != NULL && strcmp(verb, "cancel") == 0)
        {
            strcpy(one->cancels, "now");
            (void) is_cancelled(one, "now");
            return NULL;
        }
    }

    return "no such request";
}

/* What is under way goes with the host: that too must leave nothing. */
static void
end(driver_t *driver)
{
    one_t *one;

    (void) driver;

    while ((one = all) != NULL) {
        all = one->next;
        sse_clear(&one->sse);
        free(one);
    }
}

const driver_part_t driver_http = { "http", run, end };
