/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef PROVIDER_DRIVER_H
#define PROVIDER_DRIVER_H

#include <cjson/cJSON.h>
#include <uv.h>

#include "net/fault.h"
#include "net/host.h"
#include "net/http.h"

/*
 * A program that does with the workers' code what it is told on stdin, and
 * prints what came of it: one JSON object a line in both directions. A command
 * is {"to": part, "do": verb, "id": number ...}; an event has the same id.
 */
typedef struct {
    uv_loop_t  *loop;
    net_host_t *net;
} driver_t;

/* One part, one file (driver_<part>.c), one row in driver.c. */
typedef struct {
    const char *name; /* "to" */
    /* Returns NULL, or why it could not be done: that is an event "failed". */
    const char *(*run)(driver_t *driver, const char *verb,
                       const cJSON *command);
    /* stdin is at its end: closes all that the part has. NULL: nothing. */
    void (*end)(driver_t *driver);
} driver_part_t;

extern const driver_part_t driver_host;
extern const driver_part_t driver_http;
extern const driver_part_t driver_realtime;
extern const driver_part_t driver_trace;
extern const driver_part_t driver_ws;
extern const driver_part_t driver_stt;
extern const driver_part_t driver_llm;
extern const driver_part_t driver_tts;

/* Prints and frees it. */
void driver_say(cJSON *event);

/* {"id": id, "event": name} */
cJSON *driver_event(int id, const char *name);

/* Adds "fault": {"kind", "retry_ms", "reason"}, or null. */
void driver_add_fault(cJSON *event, const fault_t *fault);
/* Adds "head": {"status", "content_type", "request_id", "retry_ms"}. */
void driver_add_head(cJSON *event, const http_head_t *head);
/* Adds bytes that may be anything, in base64. */
void driver_add_bytes(cJSON *event, const char *name, const void *bytes,
                      size_t length);

/* Members of a command; what is not there is "" (or NULL), 0. */
const char *driver_text(const cJSON *command, const char *name);
double      driver_number(const cJSON *command, const char *name);
/* Decoded from base64; malloc'd. */
void *driver_bytes(const cJSON *command, const char *name, size_t *length);
/* An array of strings, NULL behind its last; free() it, not them. */
const char **driver_texts(const cJSON *command, const char *name);
/* "service", "credential", "url", "trusted" (unless it is false). */
net_peer_t driver_peer(const cJSON *command);

#endif /* PROVIDER_DRIVER_H */
