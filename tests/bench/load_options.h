/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef LOAD_OPTIONS_H
#define LOAD_OPTIONS_H

#include "load_meter.h"

#define LOAD_STEPS_MAX 32

typedef struct {
    const char *bench;   /* how the figures are called */
    const char *name;    /* and whose they are */
    const char *demo;    /* what the start script leaves of a stack */
    const char *purpose; /* the client to call, if no number is given */
    const char *to;
    const char *url; /* of the stack, if not as `demo` has it */
    const char *raw; /* instead: straight to this WebSocket */
    const char *segment;
    const char *audio;   /* spoken by the calls again and again */
    unsigned    steps[LOAD_STEPS_MAX]; /* numbers of calls, growing */
    unsigned    step_count;
    unsigned    wanted_count; /* of these; others only while all is well */
    double      seconds;
    double      warm_s;
    double      ramp;     /* calls a second, */
    double      at_once;  /* so many of them not answered yet */
    double      limit_ms; /* all is well: p99 below it, nothing lost */
    double      spins;    /* 1: never sleeps, as a wire does not */
    double      each;     /* 1: what each of the server's processes took */
    load_pids_t pids;     /* the server's */
    load_pids_t beside;   /* of the test, but not of the figures */
} load_options_t;

/* Returns 0, or -1 having said what is wrong. */
int load_options_read(load_options_t *o, int argc, char **argv);

#endif /* LOAD_OPTIONS_H */
