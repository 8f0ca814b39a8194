/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Many short calls, one after the other and some beside each other: webhook,
 * stream, a few frames, stop. Afterwards the server must be as it was before;
 * that is for others to look at. One line of JSON.
 */

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>

#include "load_call.h"
#include "load_demo.h"
#include "load_meter.h"
#include "load_option.h"

#define NS_S 1e9
#define PLACES_MAX 256
#define EVENTS_MAX 64
#define TURN_NS 1000000
#define CLOSE_NS UINT64_C(10000000000) /* after stop the server closes */

typedef struct {
    const char *demo;
    const char *purpose;
    const char *to;
    const char *url;
    double      calls;
    double      rate;    /* of them begin in a second, at most */
    double      at_once; /* of them are there at a time, at most */
    double      frames;  /* each of them sends */
} short_options_t;

typedef struct {
    short_options_t options;
    load_demo_t     demo;
    load_host_t     host;
    load_call_t     places[PLACES_MAX];
    unsigned        begun;
    unsigned        left_open; /* the server did not close them */
    uint64_t        from_ns;
} short_t;

static int short_open(short_t *s);
static void short_turn(short_t *s);
static void short_step(short_t *s, load_call_t *call, uint64_t now);
static void short_send(short_t *s, load_call_t *call, uint64_t now);
static void short_print(const short_t *s);

#define OPTION(name, set, member, help)                                       \
    "--" name, load_option_##set, offsetof(short_options_t, member), help

static const load_option_t options[] = {
    { OPTION("demo", text, demo, "FILE     demo.json of the stack") },
    { OPTION("purpose", text, purpose, "P     the client to call (echo)") },
    { OPTION("to", text, to, "NUMBER     the number to call instead") },
    { OPTION("url", text, url, "URL       of the stack, if not demo's") },
    { OPTION("calls", number, calls, "N       in all (10000)") },
    { OPTION("rate", number, rate, "N        begin in a second (150)") },
    { OPTION("at-once", number, at_once, "N     are there at a time (32)") },
    { OPTION("frames", number, frames, "N      each of them sends (5)") },
};

#define OPTION_COUNT (sizeof(options) / sizeof(options[0]))

int
main(int argc, char **argv)
{
    static short_t s = {
        .options = { .purpose = "echo",
                     .calls = 10000,
                     .rate = 150,
                     .at_once = 32,
                     .frames = 5 },
    };

    if (load_option_read(options, OPTION_COUNT, &s.options, argc, argv) < 0) {
        return 2;
    }

    if (s.options.demo == NULL || s.options.at_once < 1
        || s.options.at_once > PLACES_MAX)
    {
        (void) load_option_complain(options, OPTION_COUNT,
                                    "--demo or --at-once");
        return 2;
    }

    if (short_open(&s) < 0) {
        return 1;
    }

    while (s.host.over < (unsigned) s.options.calls) {
        short_turn(&s);
    }

    short_print(&s);

    if (s.host.error[0] != '\0') {
        fprintf(stderr, "short: %s\n", s.host.error);
    }

    return s.host.failed + s.host.dropped + s.left_open > 0;
}

static int
short_open(short_t *s)
{
    unsigned         i;
    short_options_t *o = &s->options;

    s->host.epoll = epoll_create1(EPOLL_CLOEXEC);
    if (s->host.epoll < 0) {
        fprintf(stderr, "short: %s\n", strerror(errno));
        return -1;
    }

    if (load_demo_read(&s->demo, &s->host.carrier, o->demo, o->purpose, o->to,
                       o->url)
            < 0
        || load_demo_resolve(&s->demo, &s->host.server, s->demo.base_url) < 0)
    {
        return -1;
    }

    for (i = 0; i < PLACES_MAX; i++) {
        s->places[i].fd = -1;
        s->places[i].state = LOAD_CALL_OVER;
    }

    s->from_ns = load_now_ns();

    return 0;
}

static void
short_turn(short_t *s)
{
    int                       i, n;
    unsigned                  k;
    uint64_t                  now = load_now_ns();
    struct timespec           t = { 0, TURN_NS };
    static struct epoll_event events[EVENTS_MAX];

    for (k = 0; k < (unsigned) s->options.at_once; k++) {
        short_step(s, &s->places[k], now);
    }

    n = epoll_pwait2(s->host.epoll, events, EVENTS_MAX, &t, NULL);

    for (i = 0; i < n; i++) {
        load_call_on_event(events[i].data.ptr, events[i].events);
    }
}

static void
short_step(short_t *s, load_call_t *call, uint64_t now)
{
    double age = (double) (now - s->from_ns) / NS_S;

    switch (call->state) {

    case LOAD_CALL_OVER:
        if (s->begun < (unsigned) s->options.calls
            && s->begun <= age * s->options.rate)
        {
            load_call_init(call, &s->host, s->begun++, now % LOAD_FRAME_NS);
            load_call_begin(call);
        }
        return;

    case LOAD_CALL_IDLE:
        if (call->retry_ns > 0 && call->retry_ns <= now) {
            load_call_begin(call);
        }
        return;

    case LOAD_CALL_LIVE:
        if (call->due_ns <= now) {
            short_send(s, call, now);
        }
        return;

    case LOAD_CALL_STOPPING:
        if (call->due_ns <= now) {
            s->left_open++;
            load_call_end(call);
        }
        return;

    default:
        return;
    }
}

static void
short_send(short_t *s, load_call_t *call, uint64_t now)
{
    if (call->frames < (uint32_t) s->options.frames) {
        load_call_tick(call, now);
        call->due_ns += LOAD_FRAME_NS;
        return;
    }

    call->due_ns = now + CLOSE_NS;
    load_call_stop(call);
}

static void
short_print(const short_t *s)
{
    double seconds = (double) (load_now_ns() - s->from_ns) / NS_S;

    printf("{\"bench\":\"short\",\"purpose\":\"%s\",\"calls\":%u,"
           "\"frames_each\":%.0f,\"seconds\":%.1f,\"calls_per_s\":%.0f,"
           "\"not_begun\":%u,\"dropped\":%u,\"left_open\":%u}\n",
           s->options.purpose, s->begun, s->options.frames, seconds,
           s->begun / seconds, s->host.failed, s->host.dropped, s->left_open);
}
