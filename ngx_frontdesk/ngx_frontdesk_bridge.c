/* SPDX-License-Identifier: BSD-2-Clause */

#include "ngx_frontdesk_bridge.h"
#include "ngx_frontdesk_ws.h"
#include "desk_breaker.h"

/* Times round the rings in a turn, before sockets get their turn again. */
#define BRIDGE_ROUNDS_MAX 8

typedef struct {
    ngx_frontdesk_bridge_ready_pt handler;
    void *data;
} bridge_watch_t;

static u_char *bridge_service_metrics(u_char *p, u_char *end);
static void bridge_attach(ngx_cycle_t *cycle,
    ngx_frontdesk_main_conf_t *conf);
static ngx_int_t bridge_listen(ngx_cycle_t *cycle);
static void bridge_bell_handler(ngx_event_t *rev);
static void bridge_turn_handler(ngx_event_t *ev);
static void bridge_beat_handler(ngx_event_t *ev);
static void bridge_ring_workers(void);
static void bridge_drain(void);

static struct {
    desk_segment_t segment;
    desk_process_t self;
    desk_doorbell_t bell;
    ngx_connection_t *connection; /* of the doorbell */
    ngx_event_t turn;
    ngx_event_t beat;
    bridge_watch_t *watches; /* by slot */
    desk_bells_t bells;      /* workers to be rung at the turn's end */
    unsigned attached:1;
} bridge;


ngx_int_t
ngx_frontdesk_bridge_init_process(ngx_cycle_t *cycle)
{
    ngx_frontdesk_main_conf_t *conf = ngx_frontdesk_main_conf(cycle);

    ngx_memzero(&bridge, sizeof(bridge));
    bridge.bell.fd = -1;
    bridge.turn.handler = bridge_turn_handler;
    bridge.turn.log = cycle->log;
    bridge.beat.handler = bridge_beat_handler;
    bridge.beat.log = cycle->log;
    bridge.beat.data = &bridge;
    /* A periodic timer must not keep a worker that wants to end. */
    bridge.beat.cancelable = 1;

    if (conf == NULL || !conf->loaded) {
        return NGX_OK;
    }

    bridge_attach(cycle, conf);

    return NGX_OK;
}

void
ngx_frontdesk_bridge_exit_process(ngx_cycle_t *cycle)
{
    (void) cycle;

    if (!bridge.attached) {
        return;
    }

    bridge.attached = 0;

    /* nginx takes what is left open here for a leak. */
    bridge.connection->fd = (ngx_socket_t) -1;
    ngx_free_connection(bridge.connection);

    desk_process_leave(&bridge.segment, &bridge.self);
    desk_doorbell_close(&bridge.bell);
    desk_segment_detach(&bridge.segment);
}

desk_segment_t *
ngx_frontdesk_bridge_segment(void)
{
    return bridge.attached ? &bridge.segment : NULL;
}

desk_process_t *
ngx_frontdesk_bridge_self(void)
{
    return &bridge.self;
}

/* Once a frame: an event that is posted already is not posted again. */
void
ngx_frontdesk_bridge_turn(void)
{
    if (bridge.attached) {
        desk_doorbell_awake(&bridge.self);
    }

    ngx_post_event(&bridge.turn, &ngx_posted_events);
}

void
ngx_frontdesk_bridge_ring(ngx_uint_t process)
{
    desk_bells_add(&bridge.bells, (uint32_t) process);
    ngx_frontdesk_bridge_turn();
}

void
ngx_frontdesk_bridge_watch(ngx_uint_t slot,
    ngx_frontdesk_bridge_ready_pt handler, void *data)
{
    bridge.watches[slot].handler = handler;
    bridge.watches[slot].data = data;
}

void
ngx_frontdesk_bridge_unwatch(ngx_uint_t slot, const void *data)
{
    if (bridge.watches[slot].data == data) {
        bridge.watches[slot].handler = NULL;
    }
}

void
ngx_frontdesk_bridge_count(desk_counter_e counter, uint64_t n)
{
    if (bridge.attached) {
        desk_count(&bridge.self, counter, n);
    }
}

ngx_int_t
ngx_frontdesk_bridge_free_slots(void)
{
    uint32_t worker;

    if (!bridge.attached
        || desk_process_pick(&bridge.segment, DESK_KIND_AI, &worker) < 0)
    {
        return 0;
    }

    return (ngx_int_t) desk_slot_free_count(&bridge.segment);
}

ngx_uint_t
ngx_frontdesk_bridge_is_draining(void)
{
    return bridge.attached
           && atomic_load_explicit(&bridge.segment.header->draining,
                                   memory_order_relaxed)
                  != 0;
}

void
ngx_frontdesk_bridge_health(ngx_frontdesk_bridge_health_t *health)
{
    uint32_t i;
    uint64_t beat, now;

    ngx_memzero(health, sizeof(*health));

    if (!bridge.attached) {
        return;
    }

    health->attached = 1;
    health->slots = bridge.segment.slot_count;
    health->free_slots = desk_slot_free_count(&bridge.segment);
    health->calls = health->slots - health->free_slots;
    health->memory_bytes = bridge.segment.total_bytes;
    health->draining = ngx_frontdesk_bridge_is_draining();

    now = desk_now_ms();

    for (i = 0; i < DESK_PROCESS_COUNT; i++) {
        beat = atomic_load_explicit(
            &bridge.segment.processes[i].heartbeat_ms, memory_order_relaxed);

        if (desk_process_life(&bridge.segment, i) == DESK_LIFE_UP
            && desk_process_kind(&bridge.segment, i) == DESK_KIND_AI
            && now <= beat + DESK_HEARTBEAT_LOST_MS)
        {
            health->workers++;
        }
    }
}

size_t
ngx_frontdesk_bridge_metrics(u_char *buf, size_t size)
{
    u_char *p = buf, *end = buf + size;
    ngx_uint_t i;
    ngx_frontdesk_bridge_health_t health;

    static const struct {
        const char *name;
        const char *help;
    } counters[] = {
#define BRIDGE_COUNTER(id, name, help) { name, help },
        DESK_COUNTERS(BRIDGE_COUNTER)
    };

    if (!bridge.attached) {
        return 0;
    }

    ngx_frontdesk_bridge_health(&health);

    for (i = 0; i < DESK_COUNTER_COUNT; i++) {
        p = ngx_slprintf(p, end,
                         "# HELP frontdesk_%s_total %s.\n"
                         "# TYPE frontdesk_%s_total counter\n"
                         "frontdesk_%s_total %uL\n",
                         counters[i].name, counters[i].help,
                         counters[i].name, counters[i].name,
                         desk_counter_sum(&bridge.segment,
                                          (desk_counter_e) i));
    }

    p = ngx_slprintf(p, end,
                     "# HELP frontdesk_slots Calls this node can hold.\n"
                     "# TYPE frontdesk_slots gauge\n"
                     "frontdesk_slots %ui\n"
                     "# HELP frontdesk_calls_active Calls held now.\n"
                     "# TYPE frontdesk_calls_active gauge\n"
                     "frontdesk_calls_active %ui\n"
                     "# HELP frontdesk_workers AI workers alive.\n"
                     "# TYPE frontdesk_workers gauge\n"
                     "frontdesk_workers %ui\n"
                     "# HELP frontdesk_draining Whether no call is taken.\n"
                     "# TYPE frontdesk_draining gauge\n"
                     "frontdesk_draining %ui\n",
                     health.slots, health.calls, health.workers,
                     (ngx_uint_t) health.draining);

    p = bridge_service_metrics(p, end);

    return (size_t) (p - buf);
}

/* What workers know of services outside, a line for each of them. */
static u_char *
bridge_service_metrics(u_char *p, u_char *end)
{
    uint32_t row, i;
    uint64_t values[4];
    desk_service_t service;

    static const struct {
        const char *name;
        const char *type;
        const char *help;
    } rows[] = {
        { "requests_total", "counter", "Requests to services outside" },
        { "faults_total", "counter", "Requests to them that failed" },
        { "breaker_opened_total", "counter", "Times a breaker opened" },
        { "breakers_open", "gauge", "Breakers that are not closed" },
    };

    for (row = 0; row < sizeof(rows) / sizeof(rows[0]); row++) {
        p = ngx_slprintf(p, end,
                         "# HELP frontdesk_service_%s %s.\n"
                         "# TYPE frontdesk_service_%s %s\n",
                         rows[row].name, rows[row].help, rows[row].name,
                         rows[row].type);

        for (i = 0; i < DESK_SERVICE_COUNT; i++) {
            if (desk_service_read(bridge.segment.breakers, i, &service) < 0) {
                continue;
            }

            values[0] = service.requests;
            values[1] = service.faults;
            values[2] = service.opened;
            values[3] = service.open;
            p = ngx_slprintf(p, end,
                             "frontdesk_service_%s{service=\"%s\"} %uL\n",
                             rows[row].name, service.name, values[row]);
        }
    }

    return p;
}

static void
bridge_attach(ngx_cycle_t *cycle, ngx_frontdesk_main_conf_t *conf)
{
    char error[256];
    desk_segment_options_t options;

    options.name = conf->desk.segment_name;
    options.slot_count = (uint32_t) conf->desk.slots;
    options.up_bytes = (uint32_t) conf->desk.up_ring_bytes;
    options.down_bytes = (uint32_t) conf->desk.down_ring_bytes;
    options.uid = (uid_t) -1;
    options.gid = (gid_t) -1;

    if (desk_segment_attach(&bridge.segment, &options, error, sizeof(error))
        < 0)
    {
        ngx_log_error(NGX_LOG_ERR, cycle->log, 0,
                      "frontdesk takes no streams: %s", error);
        return;
    }

    bridge.watches = ngx_pcalloc(cycle->pool, bridge.segment.slot_count
                                                  * sizeof(bridge_watch_t));

    if (bridge.watches == NULL
        || desk_process_enter(&bridge.segment, DESK_KIND_NGINX, &bridge.self)
               < 0)
    {
        ngx_log_error(NGX_LOG_ERR, cycle->log, 0,
                      "frontdesk takes no streams: the process table of the "
                      "segment is full");
        desk_segment_detach(&bridge.segment);
        return;
    }

    if (bridge_listen(cycle) != NGX_OK) {
        ngx_log_error(NGX_LOG_ERR, cycle->log, ngx_errno,
                      "frontdesk takes no streams: no doorbell");
        desk_process_leave(&bridge.segment, &bridge.self);
        desk_doorbell_close(&bridge.bell);
        desk_segment_detach(&bridge.segment);
        return;
    }

    (void) desk_process_set_life(&bridge.self, DESK_LIFE_UP);
    bridge.attached = 1;
    ngx_add_timer(&bridge.beat, DESK_HEARTBEAT_MS);
    ngx_frontdesk_bridge_turn(); /* arms the doorbell */
}

static ngx_int_t
bridge_listen(ngx_cycle_t *cycle)
{
    ngx_connection_t *c;

    if (desk_doorbell_open(&bridge.bell, &bridge.segment, &bridge.self) < 0) {
        return NGX_ERROR;
    }

    c = ngx_get_connection(bridge.bell.fd, cycle->log);
    if (c == NULL) {
        return NGX_ERROR;
    }

    c->log = cycle->log;
    c->read->log = cycle->log;
    c->write->log = cycle->log;
    c->read->handler = bridge_bell_handler;
    bridge.connection = c;

    return ngx_add_event(c->read, NGX_READ_EVENT, NGX_CLEAR_EVENT);
}

static void
bridge_bell_handler(ngx_event_t *rev)
{
    (void) rev;
    desk_doorbell_disarm(&bridge.bell, &bridge.self);
    desk_count(&bridge.self, DESK_COUNT_WAKEUPS, 1);
    ngx_frontdesk_bridge_turn();
}

/*
 * Posted events run after those of sockets and timers, so this is the end of
 * the turn: tell the workers, take what they have for us, write it, and arm
 * the doorbell before the process sleeps.
 */
static void
bridge_turn_handler(ngx_event_t *ev)
{
    ngx_uint_t i;

    (void) ev;

    if (!bridge.attached) {
        ngx_frontdesk_ws_flush();
        return;
    }

    for (i = 0; i < BRIDGE_ROUNDS_MAX; i++) {
        bridge_drain();
        ngx_frontdesk_ws_flush();
        bridge_ring_workers();

        /* What the above did was done in this turn, not for the next. */
        if (bridge.turn.posted) {
            ngx_delete_posted_event(&bridge.turn);
        }

        if (desk_doorbell_arm(&bridge.segment, &bridge.self)) {
            return;
        }
    }

    ngx_post_event(&bridge.turn, &ngx_posted_next_events);
}

static void
bridge_beat_handler(ngx_event_t *ev)
{
    if (!bridge.attached) {
        return;
    }

    if (desk_process_beat(&bridge.self) < 0) {
        /*
         * Its slots are, or will be, given away.  At once, as if it had died:
         * nginx brings another process, and the carrier asks for new streams.
         */
        ngx_log_error(NGX_LOG_ERR, ev->log, 0,
                      "frontdesk is declared dead: this process ends");
        bridge.attached = 0;
        ngx_terminate = 1;
        return;
    }

    ngx_add_timer(ev, DESK_HEARTBEAT_MS);
}

static void
bridge_ring_workers(void)
{
    uint32_t sent = desk_bells_ring(&bridge.bells, &bridge.bell,
                                    &bridge.segment);

    if (sent > 0) {
        desk_count(&bridge.self, DESK_COUNT_DOORBELLS, sent);
    }
}

static void
bridge_drain(void)
{
    uint32_t word, bit;
    uint64_t bits;
    bridge_watch_t *watch;

    for (word = 0; word < bridge.segment.ready_words; word++) {
        bits = desk_ready_take(&bridge.segment, bridge.self.index, word);

        while (bits != 0) {
            bit = word * 64 + (uint32_t) __builtin_ctzll(bits);
            bits &= bits - 1;

            if (bit >= bridge.segment.slot_count) {
                continue;
            }

            watch = &bridge.watches[bit];
            if (watch->handler != NULL) {
                watch->handler(watch->data);
            }
        }
    }
}
