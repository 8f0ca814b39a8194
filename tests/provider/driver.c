/* SPDX-License-Identifier: BSD-2-Clause */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "base/log.h"
#include "tests/provider/driver.h"

#define LINE_BYTES 4194304

static const driver_part_t *const parts[] = {
    &driver_host,
    &driver_http,
    &driver_realtime,
    &driver_trace,
    &driver_ws,
    &driver_stt,
    &driver_llm,
    &driver_tts,
};

#define PARTS (sizeof(parts) / sizeof(parts[0]))

static driver_t  driver;
static uv_poll_t input;
static char      line[LINE_BYTES];
static size_t    line_bytes;

static void on_input(uv_poll_t *poll, int status, int events);
static void read_lines(void);
static void run(const cJSON *command);
static void end(void);

int
main(int argc, char **argv)
{
    static uv_loop_t   loop;
    net_host_options_t options;

    memset(&options, 0, sizeof(options));
    options.ca_file = argc > 1 ? argv[1] : NULL;
    log_open(LOG_DEBUG, "driver");

    driver.loop = &loop;

    if (uv_loop_init(&loop) != 0
        || net_host_create(&driver.net, &loop, &options) != 0
        || uv_poll_init(&loop, &input, STDIN_FILENO) != 0
        || uv_poll_start(&input, UV_READABLE, on_input) != 0)
    {
        return EXIT_FAILURE;
    }

    driver_say(driver_event(0, "ready"));
    (void) uv_run(&loop, UV_RUN_DEFAULT);

    /* A handle that is left is a leak. */
    if (uv_loop_close(&loop) != 0) {
        uv_print_all_handles(&loop, stderr);
        return EXIT_FAILURE;
    }

    return EXIT_SUCCESS;
}

void
driver_say(cJSON *event)
{
    char *text = cJSON_PrintUnformatted(event);

    (void) puts(text);
    (void) fflush(stdout);
    cJSON_free(text);
    cJSON_Delete(event);
}

cJSON *
driver_event(int id, const char *name)
{
    cJSON *event = cJSON_CreateObject();

    (void) cJSON_AddNumberToObject(event, "id", id);
    (void) cJSON_AddStringToObject(event, "event", name);

    return event;
}

void
driver_add_fault(cJSON *event, const fault_t *fault)
{
    cJSON *to;

    static const char *const kinds[] = { "lost", "busy", "refused",
                                         "invalid" };

    if (fault == NULL) {
        (void) cJSON_AddNullToObject(event, "fault");
        return;
    }

    to = cJSON_AddObjectToObject(event, "fault");
    (void) cJSON_AddStringToObject(to, "kind", kinds[fault->kind]);
    (void) cJSON_AddNumberToObject(to, "retry_ms", fault->retry_ms);
    (void) cJSON_AddStringToObject(to, "reason", fault->reason);
}

void
driver_add_head(cJSON *event, const http_head_t *head)
{
    cJSON *to = cJSON_AddObjectToObject(event, "head");

    (void) cJSON_AddNumberToObject(to, "status", head->status);
    (void) cJSON_AddStringToObject(to, "content_type", head->content_type);
    (void) cJSON_AddStringToObject(to, "request_id", head->request_id);
    (void) cJSON_AddNumberToObject(to, "retry_ms", head->retry_ms);
}

void
driver_add_bytes(cJSON *event, const char *name, const void *bytes,
                 size_t length)
{
    char *text = malloc((length + 2) / 3 * 4 + 1);

    (void) EVP_EncodeBlock((unsigned char *) text, bytes, (int) length);
    (void) cJSON_AddStringToObject(event, name, text);
    free(text);
}

const char *
driver_text(const cJSON *command, const char *name)
{
    const char *text;

    text = cJSON_GetStringValue(cJSON_GetObjectItem(command, name));

    return text == NULL ? "" : text;
}

double
driver_number(const cJSON *command, const char *name)
{
    const cJSON *item = cJSON_GetObjectItem(command, name);

    return cJSON_IsNumber(item) ? item->valuedouble
                                : (cJSON_IsTrue(item) ? 1 : 0);
}

void *
driver_bytes(const cJSON *command, const char *name, size_t *length)
{
    int         n;
    char       *bytes;
    const char *text = driver_text(command, name);
    size_t      room = strlen(text);

    bytes = malloc(room + 1);
    n = EVP_DecodeBlock((unsigned char *) bytes, (const unsigned char *) text,
                        (int) room);

    /* Padding is counted as bytes. */
    while (n > 0 && room > 0 && text[room - 1] == '=') {
        room--;
        n--;
    }

    *length = n < 0 ? 0 : (size_t) n;

    return bytes;
}

const char **
driver_texts(const cJSON *command, const char *name)
{
    int          i, count;
    const cJSON *list = cJSON_GetObjectItem(command, name);
    const char **texts;

    count = cJSON_GetArraySize(list);
    texts = calloc((size_t) count + 1, sizeof(char *));

    for (i = 0; i < count; i++) {
        texts[i] = cJSON_GetStringValue(cJSON_GetArrayItem(list, i));
    }

    return texts;
}

net_peer_t
driver_peer(const cJSON *command)
{
    const cJSON *credential = cJSON_GetObjectItem(command, "credential");

    return (net_peer_t){
        .service = driver_text(command, "service"),
        .credential = cJSON_GetStringValue(credential),
        .url = driver_text(command, "url"),
        .trusted = !cJSON_IsFalse(cJSON_GetObjectItem(command, "trusted")),
    };
}

static void
on_input(uv_poll_t *poll, int status, int events)
{
    ssize_t n;

    (void) poll;
    (void) status;
    (void) events;

    n = read(STDIN_FILENO, line + line_bytes, sizeof(line) - line_bytes);
    if (n <= 0) {
        end();
        return;
    }

    line_bytes += (size_t) n;
    read_lines();
}

static void
read_lines(void)
{
    char  *stop, *from = line;
    size_t left = line_bytes;
    cJSON *command;

    while ((stop = memchr(from, '\n', left)) != NULL) {
        *stop = '\0';

        command = cJSON_Parse(from);
        run(command);
        cJSON_Delete(command);

        left -= (size_t) (stop + 1 - from);
        from = stop + 1;
    }

    memmove(line, from, left);
    line_bytes = left;
}

static void
run(const cJSON *command)
{
    size_t      i;
    cJSON      *event;
    const char *why = "no such part";

    for (i = 0; i < PARTS; i++) {
        if (strcmp(driver_text(command, "to"), parts[i]->name) == 0) {
            why = parts[i]->run(&driver, driver_text(command, "do"), command);
            break;
        }
    }

    if (why != NULL) {
        event = driver_event((int) driver_number(command, "id"), "failed");
        (void) cJSON_AddStringToObject(event, "reason", why);
        driver_say(event);
    }
}

static void
end(void)
{
    size_t i;

    uv_close((uv_handle_t *) &input, NULL);

    for (i = 0; i < PARTS; i++) {
        if (parts[i]->end != NULL) {
            parts[i]->end(&driver);
        }
    }

    net_host_destroy(driver.net);
}
