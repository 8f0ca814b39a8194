/* SPDX-License-Identifier: BSD-2-Clause */

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "load_options.h"

#define CALLS_MAX 100000

typedef enum {
    OPTION_TEXT,
    OPTION_NUMBER,
    OPTION_PIDS,
    OPTION_STEPS,
    OPTION_SEARCH
} option_kind_e;

typedef struct {
    const char   *name;
    option_kind_e kind;
    size_t        offset;
    const char   *help;
} option_t;

#define OPTION(name, kind, member, help)                                      \
    "--" name, OPTION_##kind, offsetof(load_options_t, member), help

static const option_t options[] = {
    { OPTION("calls", STEPS, steps, "N[,N...]  calls to hold, step by step") },
    { OPTION("search", SEARCH, steps, "N[,N...] more, while all is well") },
    { OPTION("limit-ms", NUMBER, limit_ms, "MS      its greatest p99 (20)") },
    { OPTION("seconds", NUMBER, seconds, "S        measured in a step (5)") },
    { OPTION("warmup", NUMBER, warm_s, "S         before it (1)") },
    { OPTION("ramp", NUMBER, ramp, "N           calls a second begin (100)") },
    { OPTION("spin", NUMBER, spins, "1           never sleep (0)") },
    { OPTION("at-once", NUMBER, at_once, "N        not answered yet (16)") },
    { OPTION("demo", TEXT, demo, "FILE        demo.json of the stack") },
    { OPTION("purpose", TEXT, purpose, "P        the client to call (echo)") },
    { OPTION("to", TEXT, to, "NUMBER        the number to call instead") },
    { OPTION("url", TEXT, url, "URL          of the stack, if not demo's") },
    { OPTION("raw", TEXT, raw, "ws://...     a WebSocket, without a webhook") },
    { OPTION("pids", PIDS, pids, "N[,N...]    the server's processes") },
    { OPTION("beside", PIDS, beside, "N[,N...]  others that are of the test") },
    { OPTION("segment", TEXT, segment, "FILE     of shared memory") },
    { OPTION("bench", TEXT, bench, "NAME       of the figures (echo)") },
    { OPTION("name", TEXT, name, "NAME        of the server (frontdesk)") },
};

#define OPTION_COUNT (sizeof(options) / sizeof(options[0]))

static int option_set(load_options_t *o, const option_t *option,
                      const char *value);
static int steps_read(load_options_t *o, const char *text);
static int complain(const char *what);

int
load_options_read(load_options_t *o, int argc, char **argv)
{
    int    i;
    size_t k;

    o->bench = "echo";
    o->name = "frontdesk";
    o->purpose = "echo";
    o->seconds = 5;
    o->warm_s = 1;
    o->ramp = 100;
    o->at_once = 16;
    o->limit_ms = 20;

    for (i = 1; i < argc; i += 2) {
        for (k = 0; k < OPTION_COUNT; k++) {
            if (strcmp(argv[i], options[k].name) == 0) {
                break;
            }
        }

        if (k == OPTION_COUNT || i + 1 == argc
            || option_set(o, &options[k], argv[i + 1]) < 0)
        {
            return complain(argv[i]);
        }
    }

    if (o->wanted_count == 0 || o->seconds <= 0 || o->warm_s < 0
        || o->ramp <= 0)
    {
        return complain("--calls");
    }

    return (o->demo != NULL) == (o->raw != NULL) ? complain("--demo or --raw")
                                                 : 0;
}

static int
option_set(load_options_t *o, const option_t *option, const char *value)
{
    char *end;
    void *member = (char *) o + option->offset;

    switch (option->kind) {

    case OPTION_TEXT:
        *(const char **) member = value;
        return 0;

    case OPTION_NUMBER:
        *(double *) member = strtod(value, &end);
        return end == value || *end != '\0' ? -1 : 0;

    case OPTION_PIDS:
        return load_pids_read(member, value);

    case OPTION_STEPS:
        o->step_count = 0;
        if (steps_read(o, value) < 0) {
            return -1;
        }
        o->wanted_count = o->step_count;
        return 0;

    default: /* OPTION_SEARCH */
        return steps_read(o, value);
    }
}

static int
steps_read(load_options_t *o, const char *text)
{
    char *end;
    long  n, last;

    last = o->step_count > 0 ? (long) o->steps[o->step_count - 1] : 0;

    for (; o->step_count < LOAD_STEPS_MAX; text = end + 1) {
        n = strtol(text, &end, 10);
        if (end == text || n <= last || n > CALLS_MAX) {
            return -1;
        }

        last = n;
        o->steps[o->step_count++] = (unsigned) n;

        if (*end != ',') {
            return *end == '\0' ? 0 : -1;
        }
    }

    return -1;
}

static int
complain(const char *what)
{
    size_t i;

    fprintf(stderr, "load: %s: not as it must be\n\n", what);

    for (i = 0; i < OPTION_COUNT; i++) {
        fprintf(stderr, "  %s %s\n", options[i].name, options[i].help);
    }

    return -1;
}
