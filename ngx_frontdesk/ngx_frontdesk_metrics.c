/* SPDX-License-Identifier: BSD-2-Clause */

/* /health and /metrics. */

#include "ngx_frontdesk_lag.h"
#include "ngx_frontdesk_route.h"

#define NGX_FRONTDESK_METRICS_BYTES 65536
#define NGX_FRONTDESK_LAG_MS        100

static ngx_str_t ngx_frontdesk_json_type = ngx_string("application/json");

static ngx_frontdesk_lag_t ngx_frontdesk_lag; /* of this process */
static ngx_event_t ngx_frontdesk_lag_timer;
static uint64_t ngx_frontdesk_lag_due_ns;

static ngx_int_t ngx_frontdesk_health_start(ngx_http_request_t *r);
static ngx_int_t ngx_frontdesk_health_done(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer);

/* This process answers: that is all there is to it. */
ngx_int_t
ngx_frontdesk_live_handler(ngx_http_request_t *r)
{
    static ngx_str_t body = ngx_string("{\"status\":\"ok\"}");

    return ngx_frontdesk_send_text(r, NGX_HTTP_OK, &ngx_frontdesk_json_type,
                                   &body);
}

typedef struct {
    ngx_frontdesk_pg_state_t pg;
    ngx_frontdesk_bridge_health_t bridge;
} ngx_frontdesk_health_t;

static void
ngx_frontdesk_health_take(ngx_http_request_t *r,
    ngx_frontdesk_health_t *health)
{
    ngx_frontdesk_main_conf_t *mcf;

    mcf = ngx_http_get_module_main_conf(r, ngx_frontdesk_module);
    ngx_memzero(health, sizeof(*health));

    if (mcf->pg != NULL) {
        ngx_frontdesk_pg_pool_state(mcf->pg, &health->pg);
    }

    ngx_frontdesk_bridge_health(&health->bridge);
}

/* A call that came now would be answered by a worker. */
ngx_int_t
ngx_frontdesk_ready_handler(ngx_http_request_t *r)
{
    ngx_frontdesk_health_t health;

    static ngx_str_t body = ngx_string("{\"status\":\"ok\"}");

    ngx_frontdesk_health_take(r, &health);

    if (health.pg.ready == 0) {
        return ngx_frontdesk_send_error(r, NGX_HTTP_SERVICE_UNAVAILABLE,
                                        "The database is away.", "database");
    }

    if (!health.bridge.attached || health.bridge.workers == 0) {
        return ngx_frontdesk_send_error(r, NGX_HTTP_SERVICE_UNAVAILABLE,
                                        "No worker is there.", "workers");
    }

    if (health.bridge.draining) {
        return ngx_frontdesk_send_error(r, NGX_HTTP_SERVICE_UNAVAILABLE,
                                        "This node is draining.", "draining");
    }

    return ngx_frontdesk_send_text(r, NGX_HTTP_OK, &ngx_frontdesk_json_type,
                                   &body);
}

ngx_int_t
ngx_frontdesk_health_handler(ngx_http_request_t *r)
{
    return ngx_frontdesk_begin(r, ngx_frontdesk_health_start);
}

static ngx_int_t
ngx_frontdesk_health_start(ngx_http_request_t *r)
{
    ngx_frontdesk_pg_call_t call;

    ngx_memzero(&call, sizeof(call));
    call.sql = "select * from api.health()";
    call.idempotent = 1;

    return ngx_frontdesk_ask(r, &call, ngx_frontdesk_health_done);
}

/* Resident memory of this process; reading procfs does not wait for disks. */
static uint64_t
ngx_frontdesk_memory(void)
{
    int n;
    FILE *in;
    unsigned long long pages = 0;

    in = fopen("/proc/self/statm", "re");
    if (in == NULL) {
        return 0;
    }

    n = fscanf(in, "%*u %llu", &pages);
    fclose(in);

    return n == 1 ? (uint64_t) pages * ngx_pagesize : 0;
}

static ngx_uint_t
ngx_frontdesk_connections(void)
{
#if (NGX_STAT_STUB)
    return *ngx_stat_active;
#else
    return 0;
#endif
}

static ngx_int_t
ngx_frontdesk_health_done(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer)
{
    u_char text[1024], *p;
    ngx_tm_t tm;
    ngx_str_t body;
    ngx_uint_t is_ok, has_pg = answer->result != NULL;
    ngx_frontdesk_health_t health;

    ngx_frontdesk_health_take(r, &health);
    is_ok = has_pg && health.bridge.attached && health.bridge.workers > 0;
    ngx_gmtime(ngx_time(), &tm);

    p = ngx_snprintf(
        text, sizeof(text),
        "{\"status\":\"%s\","
        "\"timestamp\":\"%4d-%02d-%02dT%02d:%02d:%02dZ\","
        "\"database\":{\"status\":\"%s\",\"connections\":%ui,\"ready\":%ui},"
        "\"workers\":{\"status\":\"%s\",\"count\":%ui},"
        "\"providers\":{\"status\":\"ok\",\"embedded\":true},"
        "\"queue\":{\"waiting\":%ui,\"in_flight\":%ui},"
        "\"memory\":{\"process_bytes\":%uL,\"segment_bytes\":%uL},"
        "\"slots\":{\"total\":%ui,\"free\":%ui},\"draining\":%s,"
        "\"active_calls\":%ui,\"active_connections\":%ui}",
        is_ok ? "ok" : "error", tm.ngx_tm_year, tm.ngx_tm_mon, tm.ngx_tm_mday,
        tm.ngx_tm_hour, tm.ngx_tm_min, tm.ngx_tm_sec, has_pg ? "ok" : "away",
        health.pg.connections, health.pg.ready,
        health.bridge.workers > 0 ? "ok" : "away", health.bridge.workers,
        health.pg.queued, health.pg.in_flight, ngx_frontdesk_memory(),
        health.bridge.memory_bytes, health.bridge.slots,
        health.bridge.free_slots, health.bridge.draining ? "true" : "false",
        health.bridge.calls, ngx_frontdesk_connections());

    body.data = text;
    body.len = (size_t) (p - text);

    return ngx_frontdesk_send_text(r,
                                   is_ok ? NGX_HTTP_OK
                                         : NGX_HTTP_SERVICE_UNAVAILABLE,
                                   &ngx_frontdesk_json_type, &body);
}


/* How late this process's timers are: what it does keeps others waiting. */

uint64_t
ngx_frontdesk_now_ns(void)
{
    struct timespec ts;

    (void) clock_gettime(CLOCK_MONOTONIC, &ts);

    return (uint64_t) ts.tv_sec * 1000000000 + (uint64_t) ts.tv_nsec;
}

static void
ngx_frontdesk_lag_tick(ngx_event_t *ev)
{
    uint64_t now = ngx_frontdesk_now_ns();

    if (ngx_frontdesk_lag_due_ns != 0) {
        ngx_frontdesk_lag_add(&ngx_frontdesk_lag, ngx_frontdesk_lag_due_ns,
                              now);
    }

    ngx_frontdesk_lag_due_ns = now + NGX_FRONTDESK_LAG_MS * 1000000;
    ngx_add_timer(ev, NGX_FRONTDESK_LAG_MS);
}

void
ngx_frontdesk_metrics_init_process(ngx_cycle_t *cycle)
{
    ngx_event_t *ev = &ngx_frontdesk_lag_timer;

    ev->handler = ngx_frontdesk_lag_tick;
    ev->data = ev;
    ev->log = cycle->log;
    ev->cancelable = 1;
    ngx_frontdesk_lag_tick(ev);
}

static u_char *
ngx_frontdesk_lag_metrics(u_char *p, u_char *last)
{
    uint64_t max, now = ngx_frontdesk_now_ns();

    max = ngx_frontdesk_lag_max_ns(&ngx_frontdesk_lag, now);

    return ngx_slprintf(
        p, last,
        "# HELP frontdesk_loop_lag_seconds How late timers ran.\n"
        "# TYPE frontdesk_loop_lag_seconds summary\n"
        "frontdesk_loop_lag_seconds_sum{pid=\"%P\"} %.6f\n"
        "frontdesk_loop_lag_seconds_count{pid=\"%P\"} %uL\n"
        "# HELP frontdesk_loop_lag_seconds_max The latest in a minute.\n"
        "# TYPE frontdesk_loop_lag_seconds_max gauge\n"
        "frontdesk_loop_lag_seconds_max{pid=\"%P\"} %.6f\n",
        ngx_pid, (double) ngx_frontdesk_lag.sum_ns / 1e9, ngx_pid,
        ngx_frontdesk_lag.count, ngx_pid, (double) max / 1e9);
}


/* Metrics: the segment's for all processes, Postgres' for this one. */

static u_char *
ngx_frontdesk_metric(u_char *p, u_char *last, const char *name,
    const char *type, const char *help, uint64_t value)
{
    return ngx_slprintf(p, last,
                        "# HELP %s %s\n# TYPE %s %s\n%s{pid=\"%P\"} %uL\n",
                        name, help, name, type, name, ngx_pid, value);
}

static u_char *
ngx_frontdesk_pg_metrics(u_char *p, u_char *last,
    const ngx_frontdesk_pg_state_t *pg)
{
    const struct {
        const char *name;
        const char *type;
        const char *help;
        uint64_t value;
    } rows[] = {
        { "frontdesk_postgres_connections", "gauge",
          "Connections this process wants.", pg->connections },
        { "frontdesk_postgres_connections_ready", "gauge",
          "Connections that are open.", pg->ready },
        { "frontdesk_postgres_in_flight", "gauge",
          "Queries sent and not answered.", pg->in_flight },
        { "frontdesk_postgres_queued", "gauge",
          "Queries waiting for a connection.", pg->queued },
        { "frontdesk_postgres_queries_total", "counter",
          "Queries taken.", pg->queries },
        { "frontdesk_postgres_failures_total", "counter",
          "Queries that Postgres or its absence failed.", pg->failures },
        { "frontdesk_postgres_timeouts_total", "counter",
          "Queries past their deadline.", pg->timeouts },
        { "frontdesk_postgres_refused_total", "counter",
          "Queries refused because the queue was full.", pg->refused },
        { "frontdesk_postgres_opened_total", "counter",
          "Connections opened.", pg->reconnects },
        { "frontdesk_password_checks", "gauge",
          "Password checks under way.", ngx_frontdesk_password_pending() },
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        p = ngx_frontdesk_metric(p, last, rows[i].name, rows[i].type,
                                 rows[i].help, rows[i].value);
    }

    return p;
}

ngx_int_t
ngx_frontdesk_metrics_handler(ngx_http_request_t *r)
{
    size_t n;
    u_char *text, *p, *last;
    ngx_str_t body;
    ngx_frontdesk_health_t health;

    static ngx_str_t type = ngx_string("text/plain; version=0.0.4; "
                                       "charset=utf-8");

    text = ngx_pnalloc(r->pool, NGX_FRONTDESK_METRICS_BYTES);
    if (text == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    last = text + NGX_FRONTDESK_METRICS_BYTES;
    ngx_frontdesk_health_take(r, &health);
    p = ngx_frontdesk_pg_metrics(text, last, &health.pg);
    p = ngx_frontdesk_lag_metrics(p, last);

    n = ngx_frontdesk_bridge_metrics(p, (size_t) (last - p));
    p += ngx_min(n, (size_t) (last - p));

    body.data = text;
    body.len = (size_t) (p - text);

    return ngx_frontdesk_send_text(r, NGX_HTTP_OK, &type, &body);
}
