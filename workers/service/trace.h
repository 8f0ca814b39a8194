/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef SERVICE_TRACE_H
#define SERVICE_TRACE_H

#include <stddef.h>
#include <stdint.h>

#include "net/host.h"

/*
 * A call as a trace for OpenTelemetry (OTLP/HTTP 1.x, JSON): the call is the
 * root, the parts of its turns are spans below it. Nothing that was said and
 * no number is in it. What cannot be sent is lost: a call never waits for it.
 */
typedef struct trace_s trace_t;

typedef struct {
    net_host_t *net;
    const char *url;     /* as http://collector:4318/v1/traces */
    const char *header;  /* "Name: value" to be let in there; "": none */
    const char *node;    /* service.instance.id */
    const char *call_id; /* a UUID: the trace's id */
} trace_options_t;

typedef struct {
    const char *name;
    const char *text; /* NULL: it is a number */
    int64_t     number;
} trace_value_t;

/* begun_ms and all times: of the worker's loop. Strings outlive the trace. */
int trace_open(trace_t **tp, const trace_options_t *options,
               uint64_t begun_ms, uint64_t now_ms);

/* A part; one that has not begun (0) or ends before it began is left out. */
void trace_add(trace_t *trace, const char *name, uint64_t begun_ms,
               uint64_t ended_ms, const trace_value_t *values, size_t count);

/* Sends what is left with the call itself; the trace is gone. */
void trace_close(trace_t *trace, uint64_t now_ms, const trace_value_t *values,
                 size_t count);

#endif /* SERVICE_TRACE_H */
