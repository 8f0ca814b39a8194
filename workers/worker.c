/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uv.h>

#include "base/failpoint.h"
#include "base/log.h"
#include "call/call.h"
#include "job/jobs.h"
#include "net/host.h"
#include "provider/stt_pocketsphinx.h"
#include "provider/tts_flite.h"
#include "provider/tts_stock.h"
#include "rpc.h"
#include "shm/desk_doorbell.h"
#include "shm/desk_process.h"
#include "shm/desk_sched.h"
#include "shm/desk_slot.h"
#include "store/cache.h"
#include "store/news.h"
#include "store/store.h"
#include "worker.h"

#define TICK_MS 20
/* Of stock phrases that services outside have spoken. */
#define STOCK_BYTES (16U << 20)
/*
 * From so many slots made ready a millisecond on, the worker does not ask to
 * be rung but looks by itself every millisecond: one wake-up on either side
 * for many frames, at the price of that millisecond. Counted over a while.
 */
#define BUSY_PER_MS 8
#define BUSY_OVER_MS 16
#define BUSY_LOOK_MS 1
/* Utterances recognized at the same time; more of them wait. */
#define DECODERS 2
/* How often calls are looked for whose owner is gone, on whatever node. */
#define SWEEP_MS 10000
/* While Postgres was away nobody could show that they live: time for all. */
#define SWEEP_AFTER 7
/* How long calls may take to settle when the worker is told to end. */
#define SHUT_DOWN_MS 4000
/* What is kept of clients: two items each, of 1,024 clients. */
#define CACHE_ITEMS 2048
#define CACHE_BYTES (8U << 20)

typedef struct {
    log_t           log;
    uv_loop_t       loop;
    desk_segment_t *seg;
    desk_process_t  self;
    desk_doorbell_t bell;
    pg_t           *pg;
    call_host_t     host;
    rpc_t           rpc;
    google_t       *google;
    net_host_t     *net; /* to services outside */
    jobs_t         *jobs;
    news_t         *news;

    call_t  **calls; /* by slot */
    uint32_t  call_count;
    uint32_t  ticking; /* calls that need the tick */
    uint64_t  ending_ms; /* when it was told to end; 0: it was not */
    uint64_t  busy_since; /* slots made ready are counted since then */
    uint32_t  busy_count;
    uint64_t  sweep_ms;  /* when lost calls and old news are looked for next */
    unsigned  sweeps;    /* times in a row that Postgres was there */

    uv_poll_t    poll;
    uv_prepare_t prepare;
    uv_check_t   check;
    uv_timer_t   tick;
    uv_timer_t   beat;
    uv_timer_t   look;
    uv_signal_t  term;
    uv_signal_t  quit;

    unsigned draining:1;
    unsigned stopped:1;
    unsigned busy:1; /* looks by itself */
    int      status;
} worker_t;

static int  worker_open(worker_t *w, const desk_conf_t *conf);
static void worker_open_stock(worker_t *w, const desk_conf_t *conf);
static void worker_close(worker_t *w);
static void worker_warm(worker_t *w);
static void worker_drain(worker_t *w);
static void worker_on_slot(worker_t *w, uint32_t slot);
static void worker_sweep(worker_t *w, uint64_t now_ms);
static void worker_tell_node(worker_t *w);
static int  worker_is_first(const worker_t *w);
static void worker_ring(worker_t *w);
static void worker_check_end(worker_t *w);
static void worker_on_bell(uv_poll_t *poll, int status, int events);
static void worker_on_prepare(uv_prepare_t *prepare);
static void worker_on_check(uv_check_t *check);
static void worker_on_look(uv_timer_t *timer);
static void worker_weigh(worker_t *w);
static void worker_on_tick(uv_timer_t *timer);
static void worker_on_beat(uv_timer_t *timer);
static void worker_on_term(uv_signal_t *handle, int number);
static void worker_on_quit(uv_signal_t *handle, int number);
static void worker_on_call_gone(void *data, uint32_t slot);
static void worker_on_warm(void *data, int rc);
static void worker_on_phrases(void *data, PGresult *result,
                              const char *state, const char *error);
static void worker_on_swept(void *data, PGresult *result, const char *state,
                            const char *error);

int
worker_run(const desk_conf_t *conf, desk_segment_t *seg)
{
    int      rc;
    worker_t w;

    memset(&w, 0, sizeof(w));
    /* A peer that is gone is an error of that write and no more. */
    (void) signal(SIGPIPE, SIG_IGN);
    /* Decoders, which want all they can get, have threads of their own. */
    (void) desk_sched_short_turns(DESK_SCHED_LOOP_US);

    strcpy(w.log.prefix, "worker: ");
    w.seg = seg;
    w.bell.fd = -1;

    rc = worker_open(&w, conf);
    if (rc < 0) {
        log_error(&w, "cannot start: %s", strerror(-rc));
        return EXIT_FAILURE;
    }

    log_info(&w, "up as process %u", w.self.index);
    (void) uv_run(&w.loop, UV_RUN_DEFAULT);
    worker_close(&w);

    return w.status;
}

static int
worker_open(worker_t *w, const desk_conf_t *conf)
{
    int         rc;
    const char *reason;

    w->calls = calloc(w->seg->slot_count, sizeof(call_t *));
    if (w->calls == NULL) {
        return -ENOMEM;
    }

    rc = desk_process_enter(w->seg, DESK_KIND_AI, &w->self);
    if (rc < 0) {
        return rc;
    }

    rc = desk_doorbell_open(&w->bell, w->seg, &w->self);
    if (rc < 0) {
        return rc;
    }

    rc = uv_loop_init(&w->loop);
    if (rc < 0) {
        return rc;
    }

    w->loop.data = w;

    rc = pg_create(&w->pg, &w->loop, conf->worker_database_url,
                   (unsigned) conf->pg_timeout_ms);
    if (rc < 0) {
        return rc;
    }

    w->host.loop = &w->loop;
    w->host.seg = w->seg;
    w->host.self = &w->self;
    w->host.pg = w->pg;
    w->host.node = conf->node_name;
    w->host.state_dir = conf->state_dir;
    w->host.on_call_gone = worker_on_call_gone;
    w->host.data = w;
    strcpy(w->host.log.prefix, "worker: ");

    rc = jobs_create(&w->jobs, &w->loop, conf);
    if (rc < 0) {
        return rc;
    }

    rc = google_create(&w->google, &w->loop, conf);
    if (rc < 0) {
        return rc;
    }

    rc = news_create(&w->news, &w->loop, w->seg, conf->worker_database_url);
    if (rc < 0) {
        return rc;
    }

    rc = cache_create(&w->host.cache, w->seg, CACHE_ITEMS, CACHE_BYTES);
    if (rc < 0) {
        return rc;
    }

    rpc_init(&w->rpc, w->seg, &w->self, &w->host.bells);
    w->rpc.google = w->google;

    reason = desk_keyring_read(&w->rpc.ring, conf->credential_keys);
    if (reason != NULL) {
        log_error(w, "credential_keys: %s", reason);
        return -EINVAL;
    }

    rc = net_host_create(&w->net, &w->loop,
                         &(net_host_options_t){
                             .ca_file = conf->provider_ca_file[0] != '\0'
                                            ? conf->provider_ca_file
                                            : NULL,
                             .segment = w->seg,
                             .self = &w->self });
    if (rc < 0) {
        return rc;
    }

    worker_open_stock(w, conf);

    w->host.reach.conf = conf;
    w->host.reach.net = w->net;
    w->host.reach.ring = &w->rpc.ring;

    rc = access_keys_create(&w->host.reach.keys, w->net, conf, &reason);
    if (rc < 0) {
        log_error(w, "keys of %s: %s", reason, strerror(-rc));
        return rc;
    }

    rc = stt_pocketsphinx_setup(&(stt_decoder_paths_t){
                                    .acoustic = conf->acoustic_model,
                                    .dictionary = conf->dictionary,
                                    .folder = conf->language_model },
                                DECODERS);
    if (rc < 0) {
        return rc;
    }

    (void) uv_poll_init(&w->loop, &w->poll, w->bell.fd);
    (void) uv_prepare_init(&w->loop, &w->prepare);
    (void) uv_check_init(&w->loop, &w->check);
    (void) uv_timer_init(&w->loop, &w->tick);
    (void) uv_timer_init(&w->loop, &w->beat);
    (void) uv_timer_init(&w->loop, &w->look);
    (void) uv_signal_init(&w->loop, &w->term);
    (void) uv_signal_init(&w->loop, &w->quit);

    (void) uv_poll_start(&w->poll, UV_READABLE, worker_on_bell);
    (void) uv_prepare_start(&w->prepare, worker_on_prepare);
    (void) uv_check_start(&w->check, worker_on_check);
    (void) uv_timer_start(&w->beat, worker_on_beat, 0, DESK_HEARTBEAT_MS);
    (void) uv_signal_start(&w->term, worker_on_term, SIGTERM);
    (void) uv_signal_start(&w->quit, worker_on_quit, SIGQUIT);

    worker_warm(w);

    return desk_process_set_life(&w->self, DESK_LIFE_UP);
}

/* The process ends after it: what the loop still holds goes with it. */
/* Without the file each worker has greetings of services outside by itself. */
static void
worker_open_stock(worker_t *w, const desk_conf_t *conf)
{
    int  rc;
    char path[512];

    (void) snprintf(path, sizeof(path), "%s/stock.ulaw", conf->state_dir);
    rc = tts_stock_open(conf->state_dir[0] != '\0' ? path : NULL, STOCK_BYTES);

    if (rc < 0) {
        log_warn(w, "%s cannot be used: %s", path, strerror(-rc));
    }
}

static void
worker_close(worker_t *w)
{
    uint32_t i;

    for (i = 0; i < w->seg->slot_count; i++) {
        if (w->calls[i] != NULL) {
            call_destroy(w->calls[i]);
        }
    }

    free(w->calls);
    google_destroy(w->google);
    cache_destroy(w->host.cache);
    access_keys_destroy(w->host.reach.keys);
    net_host_destroy(w->net);
    tts_stock_close();
    news_destroy(w->news);
    pg_destroy(w->pg);
    desk_doorbell_close(&w->bell);
    desk_process_leave(w->seg, &w->self);

    /* Last: it may wait, and no heart beats any more. */
    jobs_destroy(w->jobs);
}

/* Greetings are synthesized ahead, and a recognizer is made ready. */
static void
worker_warm(worker_t *w)
{
    if (stt_pocketsphinx_warm(&w->loop, worker_on_warm, w) < 0) {
        worker_on_warm(w, -ENOMEM);
    }

    (void) store_phrases(w->pg, worker_on_phrases, w);
}

/* All that is ready: once each, whatever it was set for. */
static void
worker_drain(worker_t *w)
{
    uint32_t word, bit;
    uint64_t bits;

    for (word = 0; word < w->seg->ready_words; word++) {
        bits = desk_ready_take(w->seg, w->self.index, word);

        while (bits != 0) {
            bit = word * 64 + (uint32_t) __builtin_ctzll(bits);
            bits &= bits - 1;

            if (bit < w->seg->slot_count) {
                w->busy_count++;
                worker_on_slot(w, bit);
            } else {
                rpc_on_ready(&w->rpc, bit - w->seg->slot_count);
            }
        }
    }
}

static void
worker_on_slot(worker_t *w, uint32_t slot)
{
    int rc;

    if (w->calls[slot] == NULL) {
        rc = call_create(&w->calls[slot], &w->host, slot);
        if (rc < 0) {
            if (rc != -ENOENT) {
                log_error(w, "a call could not be taken: %s", strerror(-rc));
            }
            return;
        }

        w->call_count++;

        if (call_needs_ticks(w->calls[slot]) && w->ticking++ == 0) {
            (void) uv_timer_start(&w->tick, worker_on_tick, TICK_MS, TICK_MS);
        }
    }

    call_on_ready(w->calls[slot]);
}

static void
worker_sweep(worker_t *w, uint64_t now_ms)
{
    if (now_ms < w->sweep_ms) {
        return;
    }

    w->sweep_ms = now_ms + SWEEP_MS;
    cache_sweep(w->host.cache);
    w->sweeps = pg_is_up(w->pg) ? w->sweeps + 1 : 0;

    if (w->sweeps >= SWEEP_AFTER && !w->draining) {
        (void) store_sweep(w->pg, worker_on_swept, w);
    }

    if (pg_is_up(w->pg) && worker_is_first(w)) {
        worker_tell_node(w);
    }
}

/* One of the node's workers speaks for all. */
static void
worker_tell_node(worker_t *w)
{
    uint32_t     i;
    store_node_t node;

    memset(&node, 0, sizeof(node));
    node.name = w->host.node;
    node.slots = w->seg->slot_count;
    node.calls = node.slots - desk_slot_free_count(w->seg);
    node.draining = w->draining;

    for (i = 0; i < DESK_PROCESS_COUNT; i++) {
        node.workers += desk_process_life(w->seg, i) == DESK_LIFE_UP
                        && desk_process_kind(w->seg, i) == DESK_KIND_AI;
    }

    (void) store_node_beat(w->pg, &node);
}

/* Of the node's workers, the one that takes jobs and listens to news. */
static int
worker_is_first(const worker_t *w)
{
    uint32_t i;

    for (i = 0; i < w->self.index; i++) {
        if (desk_process_life(w->seg, i) == DESK_LIFE_UP
            && desk_process_kind(w->seg, i) == DESK_KIND_AI)
        {
            return 0;
        }
    }

    return 1;
}

/* Once a loop turn, for all that was put in it. */
static void
worker_ring(worker_t *w)
{
    uint32_t sent = desk_bells_ring(&w->host.bells, &w->bell, w->seg);

    if (sent > 0) {
        desk_count(&w->self, DESK_COUNT_DOORBELLS, sent);
    }
}

static void
worker_check_end(worker_t *w)
{
    if (w->stopped || !w->draining) {
        return;
    }

    if ((w->call_count == 0 && pg_pending(w->pg) == 0
         && jobs_count(w->jobs) == 0 && google_count(w->google) == 0)
        || (w->ending_ms != 0
            && uv_now(&w->loop) > w->ending_ms + SHUT_DOWN_MS))
    {
        w->stopped = 1;
        uv_stop(&w->loop);
    }
}

static void
worker_on_bell(uv_poll_t *poll, int status, int events)
{
    worker_t *w = poll->loop->data;

    (void) status;
    (void) events;
    desk_doorbell_disarm(&w->bell, &w->self);
    desk_count(&w->self, DESK_COUNT_WAKEUPS, 1);
}

/*
 * Before sleeping: tell the others first, then see that nothing is left; or,
 * when there is much to do, leave what comes for the next look.
 */
static void
worker_on_prepare(uv_prepare_t *prepare)
{
    worker_t *w = prepare->loop->data;

    worker_weigh(w);

    if (w->busy) {
        worker_ring(w);

        if (!uv_is_active((uv_handle_t *) &w->look)) {
            (void) uv_timer_start(&w->look, worker_on_look, BUSY_LOOK_MS, 0);
        }
        return;
    }

    for (;;) {
        worker_ring(w);

        if (desk_doorbell_arm(w->seg, &w->self)) {
            return;
        }

        worker_drain(w);
    }
}

/* What is ready is taken after every wake-up: this is only one. */
static void
worker_on_look(uv_timer_t *timer)
{
    (void) timer;
}

static void
worker_weigh(worker_t *w)
{
    uint64_t span, now = uv_now(&w->loop);

    span = now - w->busy_since;

    if (span >= BUSY_OVER_MS) {
        w->busy = w->busy_count >= BUSY_PER_MS * span;
        w->busy_since = now;
        w->busy_count = 0;
    }
}

static void
worker_on_check(uv_check_t *check)
{
    worker_t *w = check->loop->data;

    desk_doorbell_awake(&w->self);
    worker_drain(w);
    worker_check_end(w);
}

static void
worker_on_tick(uv_timer_t *timer)
{
    uint32_t  i;
    uint64_t  now;
    worker_t *w = timer->loop->data;

    now = uv_now(&w->loop);

    for (i = 0; i < w->seg->slot_count; i++) {
        if (w->calls[i] != NULL && call_needs_ticks(w->calls[i])) {
            call_tick(w->calls[i], now);
        }
    }
}

static void
worker_on_beat(uv_timer_t *timer)
{
    int       is_first;
    uint32_t  i;
    worker_t *w = timer->loop->data;

    if (desk_process_beat(&w->self) < 0) {
        /* Declared dead: our calls are others' now. */
        log_error(w, "was declared dead, ending");
        w->status = EXIT_FAILURE;
        w->stopped = 1;
        uv_stop(&w->loop);
        return;
    }

    FAILPOINT_HERE("worker.beat");
    worker_sweep(w, uv_now(&w->loop));
    is_first = !w->draining && worker_is_first(w);
    jobs_allow(w->jobs, is_first);
    news_allow(w->news, is_first);

    /* Calls without a tick look at the clock here. */
    for (i = 0; i < w->seg->slot_count; i++) {
        if (w->calls[i] != NULL && !call_needs_ticks(w->calls[i])) {
            call_tick(w->calls[i], uv_now(&w->loop));
        }
    }
}

static void
worker_on_term(uv_signal_t *handle, int number)
{
    uint32_t  i;
    worker_t *w = handle->loop->data;

    (void) number;
    log_info(w, "told to end with %u calls", w->call_count);
    w->draining = 1;
    w->ending_ms = uv_now(&w->loop);
    (void) desk_process_set_life(&w->self, DESK_LIFE_DRAINING);

    for (i = 0; i < w->seg->slot_count; i++) {
        if (w->calls[i] != NULL) {
            call_shut_down(w->calls[i]);
        }
    }
}

static void
worker_on_quit(uv_signal_t *handle, int number)
{
    worker_t *w = handle->loop->data;

    (void) number;
    log_info(w, "draining %u calls", w->call_count);
    w->draining = 1;
    (void) desk_process_set_life(&w->self, DESK_LIFE_DRAINING);
}

static void
worker_on_call_gone(void *data, uint32_t slot)
{
    worker_t *w = data;

    if (call_needs_ticks(w->calls[slot]) && --w->ticking == 0) {
        (void) uv_timer_stop(&w->tick);
    }

    w->calls[slot] = NULL;
    w->call_count--;
}

static void
worker_on_warm(void *data, int rc)
{
    worker_t *w = data;

    if (rc < 0) {
        log_error(w, "the embedded recognizer cannot be made ready: %s",
                  strerror(-rc));
    }
}

static void
worker_on_phrases(void *data, PGresult *result, const char *state,
                  const char *error)
{
    int       i;
    worker_t *w = data;

    (void) state;

    if (result == NULL) {
        log_warn(w, "greetings could not be read: %s", error);
        return;
    }

    for (i = 0; i < PQntuples(result); i++) {
        (void) tts_flite_warm(&w->loop, PQgetvalue(result, i, 0),
                              strtof(PQgetvalue(result, i, 1), NULL),
                              PQgetvalue(result, i, 2));
    }
}

/* One at a time: there may be more. */
static void
worker_on_swept(void *data, PGresult *result, const char *state,
                const char *error)
{
    worker_t *w = data;

    if (result == NULL) {
        log_warn(w, "lost calls could not be looked for (%s): %s", state,
                 error);

    } else if (PQntuples(result) == 1
               && strcmp(PQgetvalue(result, 0, 0), "0") != 0)
    {
        log_warn(w, "ended a call that had lost its owner");
        w->sweep_ms = uv_now(&w->loop);
    }
}
