/* SPDX-License-Identifier: BSD-2-Clause */

#include <stddef.h>
#include <stdlib.h>

#include "load_option.h"
#include "load_options.h"

#define CALLS_MAX 100000

static int steps_set(void *all, void *member, const char *value);
static int search_set(void *all, void *member, const char *value);
static int steps_read(load_options_t *o, const char *text);

#define OPTION(name, set, member, help)                                       \
    "--" name, set, offsetof(load_options_t, member), help
#define TEXT load_option_text
#define NUMBER load_option_number
#define PIDS load_option_pids

static const load_option_t options[] = {
    { OPTION("calls", steps_set, steps, "N[,N...]  to hold, step by step") },
    { OPTION("search", search_set, steps, "N[,N...] more, if all is well") },
    { OPTION("limit-ms", NUMBER, limit_ms, "MS      its greatest p99 (20)") },
    { OPTION("seconds", NUMBER, seconds, "S        measured in a step (5)") },
    { OPTION("warmup", NUMBER, warm_s, "S         before it (1)") },
    { OPTION("ramp", NUMBER, ramp, "N           calls a second begin (100)") },
    { OPTION("spin", NUMBER, spins, "1           never sleep (0)") },
    { OPTION("at-once", NUMBER, at_once, "N        not answered yet (16)") },
    { OPTION("audio", TEXT, audio, "FILE       of u-law they say, no stamps") },
    { OPTION("demo", TEXT, demo, "FILE        demo.json of the stack") },
    { OPTION("purpose", TEXT, purpose, "P        the client to call (echo)") },
    { OPTION("to", TEXT, to, "NUMBER        the number to call instead") },
    { OPTION("url", TEXT, url, "URL          of the stack, if not demo's") },
    { OPTION("raw", TEXT, raw, "ws://...     a WebSocket, without a webhook") },
    { OPTION("pids", PIDS, pids, "N[,N...]    the server's processes") },
    { OPTION("each", NUMBER, each, "1           tell what each of them took") },
    { OPTION("beside", PIDS, beside, "N[,N...]  others that are of the test") },
    { OPTION("segment", TEXT, segment, "FILE     of shared memory") },
    { OPTION("bench", TEXT, bench, "NAME       of the figures (echo)") },
    { OPTION("name", TEXT, name, "NAME        of the server (frontdesk)") },
};

#define OPTION_COUNT (sizeof(options) / sizeof(options[0]))

int
load_options_read(load_options_t *o, int argc, char **argv)
{
    o->bench = "echo";
    o->name = "frontdesk";
    o->purpose = "echo";
    o->seconds = 5;
    o->warm_s = 1;
    o->ramp = 100;
    o->at_once = 16;
    o->limit_ms = 20;

    if (load_option_read(options, OPTION_COUNT, o, argc, argv) < 0) {
        return -1;
    }

    if (o->wanted_count == 0 || o->seconds <= 0 || o->warm_s < 0
        || o->ramp <= 0)
    {
        return load_option_complain(options, OPTION_COUNT, "--calls");
    }

    return (o->demo != NULL) == (o->raw != NULL)
               ? load_option_complain(options, OPTION_COUNT, "--demo or --raw")
               : 0;
}

static int
steps_set(void *all, void *member, const char *value)
{
    load_options_t *o = all;

    (void) member;
    o->step_count = 0;

    if (steps_read(o, value) < 0) {
        return -1;
    }

    o->wanted_count = o->step_count;

    return 0;
}

static int
search_set(void *all, void *member, const char *value)
{
    (void) member;

    return steps_read(all, value);
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
