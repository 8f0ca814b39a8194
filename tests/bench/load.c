/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Holds many calls against a server, as the carrier's media streams do, and
 * tells what comes back, how late, and what it cost the server: one line of
 * JSON for each number of calls.
 */

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "load_call.h"
#include "load_demo.h"
#include "load_meter.h"
#include "load_options.h"
#include "load_wire.h"

#define NS_S 1e9
#define NS_MS 1e6
#define EVENTS_MAX 256
#define TICKS_MAX 32 /* in a turn, before sockets are read again */
#define GRACE_NS UINT64_C(1000000000) /* what is not back then is lost */
#define SETUP_NS UINT64_C(20000000000) /* longer than the ramp needs */
#define STOPS_PER_S 500
#define NAP_NS 50000U
#define AUDIO_MAX (8000 * 120)

/* Yields load_phase_e and what comes after what. */
typedef enum {
    LOAD_RAMP,  /* calls begin, so many a second */
    LOAD_WARM,
    LOAD_COUNT, /* the window is open */
    LOAD_GRACE, /* what is under way comes back */
    LOAD_STOP
} load_phase_e;

/* What the server has taken up to a moment. */
typedef struct {
    uint64_t at_ns;
    uint64_t cpu_ns;
    uint64_t each_ns[LOAD_PIDS_MAX];
    uint64_t beside_ns;
    uint64_t own_ns;
    uint64_t busy_ns;
} load_reading_t;

typedef struct {
    unsigned calls;
    uint64_t pss;
    uint64_t rss;
    uint64_t segment;
} load_memory_t;

typedef struct {
    load_options_t options;
    load_host_t    host;
    load_demo_t    demo;
    uint8_t        audio[AUDIO_MAX];

    load_call_t  *calls;
    load_call_t **heap; /* those that send, by when they are due */
    unsigned      room;
    unsigned      heaped;
    unsigned      begun;
    unsigned      stopped;

    load_phase_e   phase;
    uint64_t       since_ns;
    unsigned       step;
    unsigned       begun_before; /* this step */
    load_reading_t from;
    load_reading_t to;
    load_memory_t  empty; /* before the first call */
    load_memory_t  first; /* at the first step */
    unsigned       done:1;
} load_t;

static volatile sig_atomic_t interrupted;

static void on_signal(int number);
static int load_open(load_t *l);
static int load_find(load_t *l);
static int load_read_audio(load_t *l);
static void load_turn(load_t *l);
static void load_begin(load_t *l, uint64_t now);
static void load_retry(load_t *l, uint64_t now);
static void load_stop(load_t *l, uint64_t now);
static void load_advance(load_t *l, uint64_t now);
static void load_set_phase(load_t *l, load_phase_e phase, uint64_t now);
static int load_step_over(load_t *l);
static void load_print(const load_t *l, const load_memory_t *memory);
static void load_print_each(const load_t *l, double span);
static uint64_t load_wait_ns(const load_t *l, uint64_t now);
static void reading_take(load_reading_t *r, const load_options_t *o);
static void memory_take(load_memory_t *m, const load_t *l);
static double kib_per_call(uint64_t bytes, uint64_t before, unsigned calls);
static void heap_push(load_t *l, load_call_t *call);
static void heap_sink(load_t *l);

int
main(int argc, char **argv)
{
    static load_t l;

    if (load_options_read(&l.options, argc, argv) < 0) {
        return 2;
    }

    if (load_open(&l) < 0) {
        return 1;
    }

    (void) signal(SIGINT, on_signal);
    (void) signal(SIGTERM, on_signal);

    /* Sleeping to the microsecond is what the phases ask for. */
    (void) prctl(PR_SET_TIMERSLACK, 1UL);

    memory_take(&l.empty, &l);
    load_set_phase(&l, LOAD_RAMP, load_now_ns());

    while (!l.done) {
        load_turn(&l);
    }

    if (l.host.error[0] != '\0') {
        fprintf(stderr, "load: %u not begun, %u dropped; first: %s\n",
                l.host.failed, l.host.dropped, l.host.error);
    }

    return l.host.failed + l.host.dropped > 0;
}

static void
on_signal(int number)
{
    (void) number;
    interrupted = 1;
}

static int
load_open(load_t *l)
{
    unsigned i;
    double   place = 0;

    l->host.epoll = epoll_create1(EPOLL_CLOEXEC);
    l->host.raw_url = l->options.raw;
    l->room = l->options.steps[l->options.step_count - 1];
    l->calls = calloc(l->room, sizeof(load_call_t));
    l->heap = calloc(l->room, sizeof(load_call_t *));

    if (l->host.epoll < 0 || l->calls == NULL || l->heap == NULL) {
        fprintf(stderr, "load: %s\n", strerror(errno));
        return -1;
    }

    if (load_find(l) < 0) {
        return -1;
    }

    if (l->options.audio != NULL && load_read_audio(l) < 0) {
        return -1;
    }

    /* By the golden ratio any number of calls lies evenly in the 20 ms. */
    for (i = 0; i < l->room; i++) {
        place += 0.6180339887498949;
        place -= (double) (long) place;
        load_call_init(&l->calls[i], &l->host, i,
                       (uint64_t) (place * (double) LOAD_FRAME_NS));
    }

    return 0;
}

static int
load_find(load_t *l)
{
    load_options_t *o = &l->options;

    if (o->raw != NULL) {
        l->host.carrier.account_sid = "AC00000000000000000000000000000000";
        return load_demo_resolve(&l->demo, &l->host.server, o->raw);
    }

    if (load_demo_read(&l->demo, &l->host.carrier, o->demo, o->purpose, o->to,
                       o->url)
        < 0)
    {
        return -1;
    }

    return load_demo_resolve(&l->demo, &l->host.server, l->demo.base_url);
}

/* Of a recording, whole frames. */
static int
load_read_audio(load_t *l)
{
    FILE  *f;
    size_t len;

    f = fopen(l->options.audio, "r");
    if (f == NULL) {
        fprintf(stderr, "load: %s: %s\n", l->options.audio, strerror(errno));
        return -1;
    }

    len = fread(l->audio, 1, sizeof(l->audio), f);
    (void) fclose(f);

    l->host.audio = l->audio;
    l->host.audio_frames = (uint32_t) (len / LOAD_FRAME_BYTES);

    if (l->host.audio_frames == 0) {
        fprintf(stderr, "load: %s is too short\n", l->options.audio);
        return -1;
    }

    return 0;
}

/* Sends what is due, then reads what has come. */
static void
load_turn(load_t *l)
{
    int                       i, n;
    uint64_t                  now, wait;
    struct timespec           t;
    load_call_t              *call;
    static struct epoll_event events[EVENTS_MAX];

    now = load_now_ns();

    for (i = 0; i < TICKS_MAX && l->heaped > 0; i++) {
        call = l->heap[0];
        if (call->due_ns > now) {
            break;
        }

        if (call->state == LOAD_CALL_LIVE) {
            load_call_tick(call, now);
            call->due_ns += LOAD_FRAME_NS;
            now = load_now_ns();
        } else {
            l->heap[0] = l->heap[--l->heaped];
        }

        heap_sink(l);
    }

    load_advance(l, now);
    if (l->done) {
        return;
    }

    wait = load_wait_ns(l, load_now_ns());
    t.tv_sec = (time_t) (wait / 1000000000);
    t.tv_nsec = (long) (wait % 1000000000);
    n = epoll_pwait2(l->host.epoll, events, EVENTS_MAX, &t, NULL);

    for (i = 0; i < n; i++) {
        load_call_state_e before;

        call = events[i].data.ptr;
        before = call->state;
        load_call_on_event(call, events[i].events);

        if (before != LOAD_CALL_LIVE && call->state == LOAD_CALL_LIVE) {
            heap_push(l, call);
        }
    }
}

static void
load_begin(load_t *l, uint64_t now)
{
    unsigned target = l->options.steps[l->step];
    double   due = (double) (now - l->since_ns) / NS_S * l->options.ramp;

    while (l->begun < target && l->begun - l->begun_before <= due
           && l->host.waiting < l->options.at_once)
    {
        load_call_begin(&l->calls[l->begun++]);
    }

    if (l->host.retrying > 0) {
        load_retry(l, now);
    }

    /* Who does not answer in time does not hold up the rest for ever. */
    if ((l->begun == target && l->host.live + l->host.over == l->begun
         && l->host.waiting == 0)
        || (double) (now - l->since_ns)
               > (double) SETUP_NS
                     + (target - l->begun_before) / l->options.ramp * NS_S)
    {
        load_set_phase(l, LOAD_WARM, now);
    }
}

static void
load_retry(load_t *l, uint64_t now)
{
    unsigned i;

    for (i = 0; i < l->begun; i++) {
        if (l->calls[i].retry_ns > 0 && l->calls[i].retry_ns <= now) {
            load_call_begin(&l->calls[i]);
        }
    }
}

static void
load_stop(load_t *l, uint64_t now)
{
    double due = (double) (now - l->since_ns) / NS_S * STOPS_PER_S;

    while (l->stopped < l->begun && l->stopped <= due) {
        load_call_stop(&l->calls[l->stopped]);

        /* A yardstick knows nothing of stop. */
        if (l->options.raw != NULL) {
            load_call_end(&l->calls[l->stopped]);
        }

        l->stopped++;
    }

    l->done = l->host.over == l->begun
              || (double) (now - l->since_ns)
                     > (double) SETUP_NS + l->begun * NS_S / STOPS_PER_S;
}

static void
load_advance(load_t *l, uint64_t now)
{
    double age = (double) (now - l->since_ns) / NS_S;

    if (interrupted && l->phase != LOAD_STOP) {
        load_set_phase(l, LOAD_STOP, now);
    }

    switch (l->phase) {

    case LOAD_RAMP:
        load_begin(l, now);
        return;

    case LOAD_WARM:
        if (age >= l->options.warm_s) {
            load_set_phase(l, LOAD_COUNT, now);
        }
        return;

    case LOAD_COUNT:
        if (now >= l->host.window.to_ns) {
            reading_take(&l->to, &l->options);
            load_set_phase(l, LOAD_GRACE, now);
        }
        return;

    case LOAD_GRACE:
        if (age >= (double) GRACE_NS / NS_S) {
            load_set_phase(l, load_step_over(l) ? LOAD_STOP : LOAD_RAMP, now);
        }
        return;

    case LOAD_STOP:
        load_stop(l, now);
        return;
    }
}

static void
load_set_phase(load_t *l, load_phase_e phase, uint64_t now)
{
    load_window_t *window = &l->host.window;

    l->phase = phase;
    l->since_ns = now;

    switch (phase) {

    case LOAD_RAMP:
        l->begun_before = l->begun;
        return;

    case LOAD_COUNT:
        reading_take(&l->from, &l->options);
        memset(window, 0, sizeof(*window));
        window->from_ns = load_now_ns();
        window->to_ns = window->from_ns
                        + (uint64_t) (l->options.seconds * NS_S);
        return;

    default:
        return;
    }
}

/* Tells the step's figures. Returns whether it was the last one. */
static int
load_step_over(load_t *l)
{
    load_memory_t        memory;
    const load_window_t *window = &l->host.window;

    memory_take(&memory, l);
    if (l->step == 0) {
        l->first = memory;
    }

    load_print(l, &memory);

    if (++l->step == l->options.step_count) {
        return 1;
    }

    return l->step >= l->options.wanted_count
           && (load_histogram_ms(&window->trip, 0.99) > l->options.limit_ms
               || (l->options.audio == NULL && window->received < window->sent)
               || l->host.live < l->options.steps[l->step - 1]);
}

static void
load_print(const load_t *l, const load_memory_t *memory)
{
    const load_window_t *w = &l->host.window;
    double               span = (double) (l->to.at_ns - l->from.at_ns);
    double               cpu = (double) (l->to.cpu_ns - l->from.cpu_ns);
    double               own = (double) (l->to.own_ns - l->from.own_ns);
    double               busy = (double) (l->to.busy_ns - l->from.busy_ns);
    double               others;
    const load_memory_t *before = l->step == 0 ? &l->empty : &l->first;
    unsigned             more = memory->calls - before->calls;

    others = busy - cpu - own - (double) (l->to.beside_ns - l->from.beside_ns);

    printf("{\"bench\":\"%s\",\"server\":\"%s\",\"calls\":%u,\"wanted\":%u,"
           "\"frames_per_s\":%.0f,\"p50_ms\":%.3f,\"p95_ms\":%.3f,"
           "\"p99_ms\":%.3f,\"max_ms\":%.3f,",
           l->options.bench, l->options.name, l->host.live,
           l->options.steps[l->step],
           (double) w->received / l->options.seconds,
           load_histogram_ms(&w->trip, 0.5), load_histogram_ms(&w->trip, 0.95),
           load_histogram_ms(&w->trip, 0.99),
           (double) w->trip.max / NS_MS);

    if (l->options.audio != NULL) {
        printf("\"heard_frames\":%llu,", (unsigned long long) w->heard);
    }

    printf("\"lost\":%lld,\"reordered\":%llu,\"duplicated\":%llu,"
           "\"foreign\":%llu,\"damaged\":%llu,\"unsent\":%llu,"
           "\"not_begun\":%u,\"dropped\":%u,\"marks\":%llu,\"clears\":%llu,",
           l->options.audio != NULL ? 0LL
                                    : (long long) (w->sent - w->received),
           (unsigned long long) w->reordered,
           (unsigned long long) w->duplicated, (unsigned long long) w->foreign,
           (unsigned long long) w->damaged, (unsigned long long) w->unsent,
           l->host.failed, l->host.dropped, (unsigned long long) l->host.marks,
           (unsigned long long) l->host.clears);

    if (l->options.pids.count > 0) {
        printf("\"cpu_us_per_frame\":%.2f,\"cpu_share\":%.3f,"
               "\"pss_kib_per_call\":%.1f,\"rss_kib_per_call\":%.1f,",
               w->sent > 0 ? cpu / 1e3 / (double) w->sent : 0, cpu / span,
               kib_per_call(memory->pss, before->pss, more),
               kib_per_call(memory->rss, before->rss, more));
    }

    if (l->options.segment != NULL) {
        printf("\"segment_kib_per_call\":%.1f,",
               kib_per_call(memory->segment, before->segment, more));
    }

    if (l->options.each != 0) {
        load_print_each(l, span);
    }

    printf("\"generator_late_p99_ms\":%.3f,\"generator_cpu_share\":%.3f,"
           "\"others_cpu_share\":%.3f}\n",
           load_histogram_ms(&w->late, 0.99), own / span,
           others > 0 ? others / span : 0);

    (void) fflush(stdout);
}

/* Whether the processes share the work evenly. */
static void
load_print_each(const load_t *l, double span)
{
    size_t i;

    printf("\"cpu_share_each\":[");

    for (i = 0; i < l->options.pids.count; i++) {
        printf("%s%.3f", i > 0 ? "," : "",
               (double) (l->to.each_ns[i] - l->from.each_ns[i]) / span);
    }

    printf("],");
}

static uint64_t
load_wait_ns(const load_t *l, uint64_t now)
{
    uint64_t until = now + 5000000;

    if (l->options.spins != 0) {
        return 0;
    }

    if (l->heaped > 0 && l->heap[0]->due_ns < until) {
        until = l->heap[0]->due_ns;
    }

    if (l->phase == LOAD_COUNT && l->host.window.to_ns < until) {
        until = l->host.window.to_ns;
    }

    /* When frames are due closer than this, several leave in one turn. */
    if (l->heaped > LOAD_FRAME_NS / NAP_NS && until < now + NAP_NS) {
        until = now + NAP_NS;
    }

    return until > now ? until - now : 0;
}

static void
reading_take(load_reading_t *r, const load_options_t *o)
{
    load_pids_t own = { .pids = { getpid() }, .count = 1 };

    r->at_ns = load_now_ns();
    r->cpu_ns = load_pids_cpu_ns(&o->pids, r->each_ns);
    r->beside_ns = load_pids_cpu_ns(&o->beside, NULL);
    r->own_ns = load_pids_cpu_ns(&own, NULL);
    r->busy_ns = load_machine_busy_ns();
}

static void
memory_take(load_memory_t *m, const load_t *l)
{
    struct stat st;

    m->calls = l->host.live;
    m->pss = load_pids_pss_bytes(&l->options.pids);
    m->rss = load_pids_rss_bytes(&l->options.pids);
    m->segment = 0;

    if (l->options.segment != NULL && stat(l->options.segment, &st) == 0) {
        m->segment = (uint64_t) st.st_blocks * 512;
    }
}

static double
kib_per_call(uint64_t bytes, uint64_t before, unsigned calls)
{
    return calls > 0 ? ((double) bytes - (double) before) / 1024 / calls : 0;
}

/* A heap with the earliest on top. */
static void
heap_push(load_t *l, load_call_t *call)
{
    unsigned up, at = l->heaped++;

    while (at > 0) {
        up = (at - 1) / 2;
        if (l->heap[up]->due_ns <= call->due_ns) {
            break;
        }
        l->heap[at] = l->heap[up];
        at = up;
    }

    l->heap[at] = call;
}

/* The top has changed: down to its place. */
static void
heap_sink(load_t *l)
{
    unsigned     at = 0, down;
    load_call_t *call;

    if (l->heaped == 0) {
        return;
    }

    call = l->heap[0];

    while ((down = 2 * at + 1) < l->heaped) {
        if (down + 1 < l->heaped
            && l->heap[down + 1]->due_ns < l->heap[down]->due_ns)
        {
            down++;
        }

        if (call->due_ns <= l->heap[down]->due_ns) {
            break;
        }

        l->heap[at] = l->heap[down];
        at = down;
    }

    l->heap[at] = call;
}
