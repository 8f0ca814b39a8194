/* SPDX-License-Identifier: BSD-2-Clause */

#include <stdlib.h>
#include <string.h>

#include "net/ws.h"
#include "tests/provider/driver.h"

/*
 *   open: url, headers, connect_ms, ping_ms, message_max, queue_max; quiet:
 *         of messages only their length is told; destroys: on "open",
 *         "message" or "closed"
 *   text: text, times; binary: bytes (base64), times
 *   close: code
 *   destroy
 *   queued: answered by an event "queued" with bytes
 */

typedef struct one_s one_t;

struct one_s {
    one_t   *next;
    int      id;
    ws_t    *ws;
    char     destroys[8];
    unsigned quiet:1;
};

static one_t *all;

static void
destroy_on(one_t *one, const char *where)
{
    if (one->ws != NULL && strcmp(one->destroys, where) == 0) {
        ws_destroy(one->ws);
        one->ws = NULL;
        driver_say(driver_event(one->id, "destroyed"));
    }
}

static void
on_open(void *data, const http_head_t *head)
{
    one_t *one = data;
    cJSON *event = driver_event(one->id, "open");

    driver_add_head(event, head);
    driver_say(event);
    destroy_on(one, "open");
}

static void
on_text(void *data, const char *text, size_t length)
{
    one_t *one = data;
    cJSON *event = driver_event(one->id, "text");

    (void) cJSON_AddNumberToObject(event, "length", (double) length);
    if (!one->quiet) {
        (void) cJSON_AddStringToObject(event, "text", text);
    }
    driver_say(event);
    destroy_on(one, "message");
}

static void
on_binary(void *data, const uint8_t *bytes, size_t length)
{
    one_t *one = data;
    cJSON *event = driver_event(one->id, "binary");

    (void) cJSON_AddNumberToObject(event, "length", (double) length);
    if (!one->quiet) {
        driver_add_bytes(event, "bytes", bytes, length);
    }
    driver_say(event);
    destroy_on(one, "message");
}

static void
on_closed(void *data, int code, const char *text, const fault_t *fault)
{
    one_t *one = data;
    cJSON *event = driver_event(one->id, "closed");

    (void) cJSON_AddNumberToObject(event, "code", code);
    (void) cJSON_AddStringToObject(event, "text", text);
    driver_add_fault(event, fault);
    driver_say(event);
    destroy_on(one, "closed");
}

static const char *
open_one(driver_t *driver, const cJSON *command)
{
    int          rc;
    one_t       *one = calloc(1, sizeof(one_t));
    ws_options_t options;
    const char **headers = driver_texts(command, "headers");

    static const ws_events_t events = { on_open, on_text, on_binary,
                                        on_closed };

    memset(&options, 0, sizeof(options));
    options.peer = driver_peer(command);
    options.headers = headers;
    options.connect_ms = (uint32_t) driver_number(command, "connect_ms");
    options.ping_ms = (uint32_t) driver_number(command, "ping_ms");
    options.message_max = (size_t) driver_number(command, "message_max");
    options.queue_max = (size_t) driver_number(command, "queue_max");

    one->id = (int) driver_number(command, "id");
    one->quiet = driver_number(command, "quiet") != 0;
    (void) strncpy(one->destroys, driver_text(command, "destroys"),
                   sizeof(one->destroys) - 1);
    one->next = all;
    all = one;

    rc = ws_open(&one->ws, driver->net, &options, &events, one);
    free(headers);

    return rc == 0 ? NULL : uv_err_name(rc);
}

static const char *
send_all(one_t *one, const cJSON *command, int is_text)
{
    int         rc = 0, i, times = (int) driver_number(command, "times");
    char       *bytes;
    size_t      length;
    const char *text = driver_text(command, "text");

    bytes = is_text ? strdup(text) : driver_bytes(command, "bytes", &length);
    length = is_text ? strlen(text) : length;

    for (i = 0; i < (times == 0 ? 1 : times) && rc == 0; i++) {
        rc = is_text ? ws_send_text(one->ws, bytes, length)
                     : ws_send_binary(one->ws, bytes, length);
    }

    free(bytes);

    return rc == 0 ? NULL : uv_err_name(rc);
}

static const char *
run(driver_t *driver, const char *verb, const cJSON *command)
{
    one_t *one;
    cJSON *event;

    if (strcmp(verb, "open") == 0) {
        return open_one(driver, command);
    }

    for (one = all; one != NULL; one = one->next) {
        if (one->id == (int) driver_number(command, "id")
            && one->ws != NULL)
        {
            break;
        }
    }

    if (one == NULL) {
        return "no such WebSocket";
    }

    if (strcmp(verb, "text") == 0 || strcmp(verb, "binary") == 0) {
        return send_all(one, command, strcmp(verb, "text") == 0);
    }

    if (strcmp(verb, "close") == 0) {
        ws_close(one->ws, (uint16_t) driver_number(command, "code"));
        return NULL;
    }

    if (strcmp(verb, "destroy") == 0) {
        strcpy(one->destroys, "now");
        destroy_on(one, "now");
        return NULL;
    }

    if (strcmp(verb, "queued") == 0) {
        event = driver_event(one->id, "queued");
        (void) cJSON_AddNumberToObject(event, "bytes",
                                       (double) ws_queued(one->ws));
        driver_say(event);
        return NULL;
    }

    return "no such verb";
}

static void
end(driver_t *driver)
{
    one_t *one;

    (void) driver;

    while ((one = all) != NULL) {
        all = one->next;
        ws_destroy(one->ws);
        free(one);
    }
}

const driver_part_t driver_ws = { "ws", run, end };
