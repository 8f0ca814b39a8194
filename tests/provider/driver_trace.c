/* SPDX-License-Identifier: BSD-2-Clause */

#include <stdio.h>
#include <string.h>

#include "service/trace.h"
#include "tests/provider/driver.h"

/*
 *   open: url, header, call, begun, now
 *   add: name, begun, ended, text: one value of it
 *   close: now
 */
static trace_t *trace;
static char     kept[4][256]; /* what the trace points to */

static const char *
keep(unsigned at, const cJSON *command, const char *name)
{
    (void) snprintf(kept[at], sizeof(kept[at]), "%s",
                    driver_text(command, name));

    return kept[at];
}

static const char *
run(driver_t *driver, const char *verb, const cJSON *command)
{
    int             rc = 0;
    uint64_t        begun = (uint64_t) driver_number(command, "begun");
    uint64_t        now = (uint64_t) driver_number(command, "now");
    trace_value_t   values[] = { { "text", driver_text(command, "text"), 0 },
                                 { "number", NULL, -7 } };
    trace_options_t options = { .net = driver->net, .node = "node-1" };

    if (strcmp(verb, "open") == 0) {
        options.url = keep(0, command, "url");
        options.header = keep(1, command, "header");
        options.call_id = keep(2, command, "call");
        rc = trace_open(&trace, &options, begun, now);

    } else if (strcmp(verb, "add") == 0) {
        trace_add(trace, keep(3, command, "name"), begun,
                  (uint64_t) driver_number(command, "ended"), values, 2);

    } else {
        trace_close(trace, now, values, 1);
        trace = NULL;
    }

    driver_say(driver_event((int) driver_number(command, "id"),
                            rc == 0 ? "ok" : "refused"));

    return NULL;
}

const driver_part_t driver_trace = { "trace", run, NULL };
