/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A process's connections, its waiting queries and their deadlines.
 *
 * Answers go out from events of nginx alone and queries are sent from one
 * posted event, so a handler may ask the next question without ever finding
 * itself inside libpq.
 */

#include "ngx_frontdesk_pg.h"

static void ngx_frontdesk_pg_turn(ngx_event_t *ev);
static void ngx_frontdesk_pg_deadline(ngx_event_t *ev);
static void ngx_frontdesk_pg_beat(ngx_event_t *ev);
static void ngx_frontdesk_pg_answer(ngx_frontdesk_pg_query_t *query,
    ngx_frontdesk_pg_answer_t *answer);
static void ngx_frontdesk_pg_refuse_waiting(ngx_frontdesk_pg_pool_t *pool);
static ngx_uint_t ngx_frontdesk_pg_hope(ngx_frontdesk_pg_pool_t *pool);

ngx_frontdesk_pg_pool_t *
ngx_frontdesk_pg_pool_create(ngx_cycle_t *cycle, const desk_conf_t *conf,
    const char *hostaddr)
{
    ngx_uint_t i;
    ngx_frontdesk_pg_pool_t *pool;

    pool = ngx_pcalloc(cycle->pool, sizeof(ngx_frontdesk_pg_pool_t));
    if (pool == NULL) {
        return NULL;
    }

    pool->log = cycle->log;
    pool->conf = conf;
    pool->hostaddr = hostaddr;
    pool->n = (ngx_uint_t) conf->pg_connections;
    ngx_queue_init(&pool->waiting);
    ngx_queue_init(&pool->live);

    pool->connections = ngx_pcalloc(cycle->pool,
                                    pool->n * sizeof(ngx_frontdesk_pg_t));
    if (pool->connections == NULL) {
        return NULL;
    }

    pool->turn.handler = ngx_frontdesk_pg_turn;
    pool->turn.data = pool;
    pool->turn.log = pool->log;

    pool->timer.handler = ngx_frontdesk_pg_deadline;
    pool->timer.data = pool;
    pool->timer.log = pool->log;

    pool->beat.handler = ngx_frontdesk_pg_beat;
    pool->beat.data = pool;
    pool->beat.log = pool->log;
    pool->beat.cancelable = 1;
    ngx_add_timer(&pool->beat, NGX_FRONTDESK_PG_BEAT_MS);

    for (i = 0; i < pool->n; i++) {
        pool->connections[i].pool = pool;
        ngx_queue_init(&pool->connections[i].in_flight);
        ngx_frontdesk_pg_open(&pool->connections[i]);
    }

    return pool;
}

void
ngx_frontdesk_pg_pool_destroy(ngx_frontdesk_pg_pool_t *pool)
{
    ngx_uint_t i;
    ngx_queue_t *q;
    ngx_frontdesk_pg_t *conn;

    if (pool->turn.posted) {
        ngx_delete_posted_event(&pool->turn);
    }

    if (pool->timer.timer_set) {
        ngx_del_timer(&pool->timer);
    }

    if (pool->beat.timer_set) {
        ngx_del_timer(&pool->beat);
    }

    for (i = 0; i < pool->n; i++) {
        conn = &pool->connections[i];
        ngx_frontdesk_pg_close(conn);

        while (!ngx_queue_empty(&conn->in_flight)) {
            q = ngx_queue_head(&conn->in_flight);
            ngx_queue_remove(q);
            ngx_frontdesk_pg_query_free(
                ngx_queue_data(q, ngx_frontdesk_pg_query_t, link));
        }
    }

    while (!ngx_queue_empty(&pool->waiting)) {
        q = ngx_queue_head(&pool->waiting);
        ngx_queue_remove(q);
        ngx_frontdesk_pg_query_free(
            ngx_queue_data(q, ngx_frontdesk_pg_query_t, link));
    }
}


/* Queries, from asked to answered. */

static const char *
ngx_frontdesk_pg_copy(char **p, const char *text)
{
    char *copy = *p;

    if (text == NULL) {
        return NULL;
    }

    *p += ngx_strlen(text) + 1;
    ngx_memcpy(copy, text, (size_t) (*p - copy));
    return copy;
}

static size_t
ngx_frontdesk_pg_step_size(const ngx_frontdesk_pg_step_t *step)
{
    size_t size = step->nparams * sizeof(char *);
    ngx_uint_t i;

    for (i = 0; i < step->nparams; i++) {
        size += step->params[i] != NULL ? ngx_strlen(step->params[i]) + 1 : 0;
    }

    return size;
}

/* Its pointers at places, its texts behind p. */
static void
ngx_frontdesk_pg_step_copy(ngx_frontdesk_pg_step_t *to,
    const ngx_frontdesk_pg_step_t *from, const char ***places, char **p)
{
    ngx_uint_t i;

    to->sql = from->sql;
    to->nparams = from->nparams;
    to->params = *places;

    for (i = 0; i < from->nparams; i++) {
        *(*places)++ = ngx_frontdesk_pg_copy(p, from->params[i]);
    }
}

ngx_frontdesk_pg_query_t *
ngx_frontdesk_pg_query_create(ngx_frontdesk_pg_pool_t *pool,
    const ngx_frontdesk_pg_call_t *call)
{
    char *p;
    size_t size;
    ngx_uint_t i, n;
    const char **places;
    ngx_frontdesk_pg_step_t last;
    ngx_frontdesk_pg_query_t *query;

    if (call->nbefore >= NGX_FRONTDESK_PG_STEPS) {
        return NULL;
    }

    last.sql = call->sql;
    last.nparams = call->nparams;
    last.params = call->params;

    n = last.nparams;
    size = sizeof(*query) + ngx_frontdesk_pg_step_size(&last);
    for (i = 0; i < call->nbefore; i++) {
        n += call->before[i].nparams;
        size += ngx_frontdesk_pg_step_size(&call->before[i]);
    }

    query = ngx_alloc(size, pool->log);
    if (query == NULL) {
        return NULL;
    }

    ngx_memzero(query, sizeof(*query));
    query->pool = pool;
    query->sql = call->sql;
    query->nsteps = call->nbefore + 1;
    query->idempotent = call->idempotent;

    places = (const char **) (query + 1);
    p = (char *) (places + n);
    for (i = 0; i < call->nbefore; i++) {
        ngx_frontdesk_pg_step_copy(&query->steps[i], &call->before[i],
                                   &places, &p);
    }
    ngx_frontdesk_pg_step_copy(&query->steps[i], &last, &places, &p);

    return query;
}

static void
ngx_frontdesk_pg_forget(ngx_frontdesk_pg_query_t *query)
{
    PQclear(query->result);
    PQclear(query->error);
    query->result = NULL;
    query->error = NULL;
}

void
ngx_frontdesk_pg_query_free(ngx_frontdesk_pg_query_t *query)
{
    ngx_frontdesk_pg_forget(query);
    ngx_free(query);
}

ngx_frontdesk_pg_query_t *
ngx_frontdesk_pg_query(ngx_frontdesk_pg_pool_t *pool,
    const ngx_frontdesk_pg_call_t *call, ngx_frontdesk_pg_handler_pt handler,
    void *data)
{
    ngx_frontdesk_pg_query_t *query;

    if (pool->queued >= (ngx_uint_t) pool->conf->pg_queue) {
        pool->counters.refused++;
        return NULL;
    }

    query = ngx_frontdesk_pg_query_create(pool, call);
    if (query == NULL) {
        return NULL;
    }

    query->handler = handler;
    query->data = data;
    query->deadline = ngx_current_msec
                      + (ngx_msec_t) pool->conf->pg_timeout_ms;

    query->live = 1;
    ngx_queue_insert_tail(&pool->live, &query->age);
    if (!pool->timer.timer_set) {
        ngx_add_timer(&pool->timer, (ngx_msec_t) pool->conf->pg_timeout_ms);
    }

    pool->counters.queries++;
    pool->queued++;
    ngx_queue_insert_tail(&pool->waiting, &query->link);
    ngx_frontdesk_pg_pool_wake(pool);

    return query;
}

void
ngx_frontdesk_pg_detach(ngx_frontdesk_pg_query_t *query)
{
    /*
     * Who asked left first.  Postgres will answer all the same, so the query
     * stays with the pool and only forgets whom to tell.
     */
    query->handler = NULL;
    query->data = NULL;
}

/* From here on only its results may still come. */
static void
ngx_frontdesk_pg_settle(ngx_frontdesk_pg_query_t *query)
{
    ngx_frontdesk_pg_pool_t *pool = query->pool;

    if (!query->live) {
        return;
    }

    query->live = 0;
    ngx_queue_remove(&query->age);

    if (ngx_queue_empty(&pool->live) && pool->timer.timer_set) {
        ngx_del_timer(&pool->timer);
    }
}

/* Answers; frees it unless its results are still to come. */
static void
ngx_frontdesk_pg_answer(ngx_frontdesk_pg_query_t *query,
    ngx_frontdesk_pg_answer_t *answer)
{
    void *data = query->data;
    ngx_frontdesk_pg_handler_pt handler = query->handler;

    ngx_frontdesk_pg_settle(query);
    query->handler = NULL;

    if (handler != NULL) {
        answer->kept = 0;
        handler(data, answer);

        if (answer->kept) {
            query->result = NULL;
        }
    }

    if (!query->in_flight) {
        ngx_frontdesk_pg_query_free(query);
    }
}

static void
ngx_frontdesk_pg_answer_away(ngx_frontdesk_pg_query_t *query)
{
    ngx_frontdesk_pg_answer_t answer;

    query->pool->counters.failures++;
    ngx_frontdesk_pg_unavailable(&answer);
    ngx_frontdesk_pg_answer(query, &answer);
}

/* To the front of those waiting: it has waited before. */
static void
ngx_frontdesk_pg_again(ngx_frontdesk_pg_query_t *query)
{
    ngx_frontdesk_pg_forget(query);
    query->tries++;
    query->pool->queued++;
    ngx_queue_insert_head(&query->pool->waiting, &query->link);
    ngx_frontdesk_pg_pool_wake(query->pool);
}

/* A newer name for each, so that those under way cannot be mistaken. */
static void
ngx_frontdesk_pg_renew_statements(ngx_frontdesk_pg_query_t *query)
{
    if (query->generation == query->conn->generation) {
        ngx_frontdesk_pg_forget_statements(query->conn);
        query->conn->generation++;
    }
}

void
ngx_frontdesk_pg_query_done(ngx_frontdesk_pg_query_t *query)
{
    ngx_frontdesk_pg_answer_t answer;
    ngx_frontdesk_pg_verdict_e verdict;

    if (query->error == NULL) {
        answer.result = query->result;
        answer.status = NGX_HTTP_OK;
        ngx_str_null(&answer.detail);
        ngx_str_null(&answer.field);
        answer.retry_s = 0;
        ngx_frontdesk_pg_answer(query, &answer);
        return;
    }

    verdict = ngx_frontdesk_pg_error(&answer, query->error);

    switch (verdict) {
    case NGX_FRONTDESK_PG_STALE:
    case NGX_FRONTDESK_PG_AGAIN:
        if (query->live && query->tries == 0) {
            if (verdict == NGX_FRONTDESK_PG_STALE) {
                ngx_frontdesk_pg_renew_statements(query);
            }
            ngx_frontdesk_pg_again(query);
            return;
        }
        break;
    case NGX_FRONTDESK_PG_GONE:
        ngx_frontdesk_pg_query_lost(query);
        return;
    case NGX_FRONTDESK_PG_FAULT:
        query->pool->counters.failures++;
        ngx_log_error(NGX_LOG_ERR, query->pool->log, 0,
                      "postgres refused \"%s\": %s %s", query->sql,
                      PQresultErrorField(query->error, PG_DIAG_SQLSTATE),
                      PQresultErrorField(query->error,
                                         PG_DIAG_MESSAGE_PRIMARY));
        break;
    default:
        break;
    }

    ngx_frontdesk_pg_answer(query, &answer);
}

void
ngx_frontdesk_pg_query_lost(ngx_frontdesk_pg_query_t *query)
{
    if (!query->live) {
        ngx_frontdesk_pg_query_free(query);
        return;
    }

    if (query->idempotent && query->tries < NGX_FRONTDESK_PG_TRIES
        && query->handler != NULL)
    {
        ngx_frontdesk_pg_again(query);
        return;
    }

    ngx_frontdesk_pg_answer_away(query);
}


/* The pool. */

void
ngx_frontdesk_pg_pool_wake(ngx_frontdesk_pg_pool_t *pool)
{
    if (!ngx_queue_empty(&pool->waiting)) {
        ngx_post_event(&pool->turn, &ngx_posted_events);
    }
}

/* Alone, it is patient every second time: the server may be slow. */
ngx_uint_t
ngx_frontdesk_pg_pool_is_scout(ngx_frontdesk_pg_t *conn)
{
    ngx_uint_t i;
    ngx_frontdesk_pg_pool_t *pool = conn->pool;

    for (i = 0; i < pool->n; i++) {
        if (pool->connections[i].state == NGX_FRONTDESK_PG_READY) {
            return 0;
        }
    }

    return conn == pool->connections
           && (pool->n > 1 || conn->failures % 2 == 1);
}

ngx_msec_t
ngx_frontdesk_pg_pool_patience(ngx_frontdesk_pg_t *conn)
{
    ngx_msec_t ms = (ngx_msec_t) conn->pool->conf->pg_timeout_ms;

    return ngx_frontdesk_pg_pool_is_scout(conn)
               ? ngx_min(ms, NGX_FRONTDESK_PG_SCOUT_MS)
               : ms;
}

/* One is there: the others need not wait any longer. */
static void
ngx_frontdesk_pg_pool_follow(ngx_frontdesk_pg_pool_t *pool)
{
    ngx_uint_t i;
    ngx_frontdesk_pg_t *conn;

    for (i = 0; i < pool->n; i++) {
        conn = &pool->connections[i];

        if (conn->state == NGX_FRONTDESK_PG_CLOSED && conn->timer.timer_set) {
            ngx_add_timer(&conn->timer, (ngx_msec_t) ngx_random()
                                            % NGX_FRONTDESK_PG_BACKOFF_MS);
        }
    }
}

void
ngx_frontdesk_pg_pool_ready(ngx_frontdesk_pg_t *conn)
{
    ngx_frontdesk_pg_pool_t *pool = conn->pool;

    pool->counters.reconnects++;

    if (pool->announced) {
        pool->announced = 0;
        ngx_log_error(NGX_LOG_NOTICE, pool->log, 0, "postgres is back");
        ngx_frontdesk_pg_pool_follow(pool);
    }

    ngx_frontdesk_pg_pool_wake(pool);
}

void
ngx_frontdesk_pg_pool_lost(ngx_frontdesk_pg_t *conn)
{
    ngx_frontdesk_pg_pool_t *pool = conn->pool;

    if (!pool->announced && !ngx_frontdesk_pg_hope(pool)) {
        pool->announced = 1;
        ngx_log_error(NGX_LOG_ERR, pool->log, 0, "postgres is away");
    }

    ngx_frontdesk_pg_pool_wake(pool);
}

/* A connection is there, or may be in a moment: its last one was good. */
static ngx_uint_t
ngx_frontdesk_pg_hope(ngx_frontdesk_pg_pool_t *pool)
{
    ngx_uint_t i;
    ngx_frontdesk_pg_t *conn;

    for (i = 0; i < pool->n; i++) {
        conn = &pool->connections[i];
        if (conn->state == NGX_FRONTDESK_PG_READY || conn->failures == 0) {
            return 1;
        }
    }

    return 0;
}

static ngx_frontdesk_pg_t *
ngx_frontdesk_pg_least_busy(ngx_frontdesk_pg_pool_t *pool)
{
    ngx_uint_t i;
    ngx_frontdesk_pg_t *conn, *best = NULL;

    for (i = 0; i < pool->n; i++) {
        conn = &pool->connections[i];

        if (conn->state == NGX_FRONTDESK_PG_READY
            && conn->load < NGX_FRONTDESK_PG_DEPTH
            && (best == NULL || conn->load < best->load))
        {
            best = conn;
        }
    }

    return best;
}

static void
ngx_frontdesk_pg_turn(ngx_event_t *ev)
{
    ngx_queue_t *q;
    ngx_frontdesk_pg_t *conn;
    ngx_frontdesk_pg_pool_t *pool = ev->data;
    ngx_frontdesk_pg_query_t *query;

    if (!ngx_frontdesk_pg_hope(pool)) {
        ngx_frontdesk_pg_refuse_waiting(pool);
        return;
    }

    while (!ngx_queue_empty(&pool->waiting)) {
        conn = ngx_frontdesk_pg_least_busy(pool);
        if (conn == NULL) {
            return; /* the next result or connection wakes us */
        }

        q = ngx_queue_head(&pool->waiting);
        query = ngx_queue_data(q, ngx_frontdesk_pg_query_t, link);
        ngx_queue_remove(q);
        pool->queued--;

        if (query->idempotent && query->handler == NULL) {
            /* a question nobody listens to any more */
            ngx_frontdesk_pg_settle(query);
            ngx_frontdesk_pg_query_free(query);
            continue;
        }

        if (ngx_frontdesk_pg_send(conn, query) != NGX_OK) {
            if (!query->in_flight) {
                ngx_frontdesk_pg_query_lost(query);
            }
            ngx_frontdesk_pg_lost(conn, "cannot send");
        }
    }
}

static void
ngx_frontdesk_pg_refuse_waiting(ngx_frontdesk_pg_pool_t *pool)
{
    ngx_queue_t *q, refused;

    /* A handler may ask again; that waits for the next turn. */
    if (ngx_queue_empty(&pool->waiting)) {
        return;
    }

    ngx_queue_init(&refused);
    ngx_queue_add(&refused, &pool->waiting);
    ngx_queue_init(&pool->waiting);

    while (!ngx_queue_empty(&refused)) {
        q = ngx_queue_head(&refused);
        ngx_queue_remove(q);
        pool->queued--;
        ngx_frontdesk_pg_answer_away(
            ngx_queue_data(q, ngx_frontdesk_pg_query_t, link));
    }
}

/*
 * A connection that said nothing for a whole deadline is not slow, it is
 * dead: Postgres itself gives up before.
 */
static void
ngx_frontdesk_pg_drop_silent(ngx_frontdesk_pg_pool_t *pool)
{
    ngx_uint_t i;
    ngx_frontdesk_pg_t *conn;

    for (i = 0; i < pool->n; i++) {
        conn = &pool->connections[i];

        if (conn->state == NGX_FRONTDESK_PG_READY && conn->load > 0
            && (ngx_msec_int_t) (ngx_current_msec - conn->progress)
                   >= (ngx_msec_int_t) pool->conf->pg_timeout_ms)
        {
            ngx_frontdesk_pg_lost(conn, "the server is silent");
        }
    }
}

static void
ngx_frontdesk_pg_deadline(ngx_event_t *ev)
{
    ngx_queue_t *head;
    ngx_msec_int_t left;
    ngx_frontdesk_pg_pool_t *pool = ev->data;
    ngx_frontdesk_pg_query_t *query;

    while (!ngx_queue_empty(&pool->live)) {
        head = ngx_queue_head(&pool->live);
        query = ngx_queue_data(head, ngx_frontdesk_pg_query_t, age);

        left = (ngx_msec_int_t) (query->deadline - ngx_current_msec);
        if (left > 0) {
            ngx_add_timer(&pool->timer, (ngx_msec_t) left);
            break;
        }

        pool->counters.timeouts++;
        if (!query->in_flight) {
            ngx_queue_remove(&query->link);
            pool->queued--;
        }

        ngx_frontdesk_pg_answer_away(query);
    }

    ngx_frontdesk_pg_drop_silent(pool);
}

/* A question that nobody waits for, and whose answer says that it lives. */
static void
ngx_frontdesk_pg_ping(ngx_frontdesk_pg_t *conn)
{
    ngx_frontdesk_pg_call_t call;
    ngx_frontdesk_pg_query_t *query;

    ngx_memzero(&call, sizeof(call));
    call.sql = "select 1";

    query = ngx_frontdesk_pg_query_create(conn->pool, &call);
    if (query == NULL) {
        return;
    }

    if (ngx_frontdesk_pg_send(conn, query) != NGX_OK) {
        if (!query->in_flight) {
            ngx_frontdesk_pg_query_free(query);
        }
        ngx_frontdesk_pg_lost(conn, "cannot send");
    }
}

/*
 * Connections that are idle are asked something now and then: one that died
 * unnoticed is found before a request finds it.
 */
static void
ngx_frontdesk_pg_beat(ngx_event_t *ev)
{
    ngx_uint_t i;
    ngx_frontdesk_pg_t *conn;
    ngx_frontdesk_pg_pool_t *pool = ev->data;

    ngx_frontdesk_pg_drop_silent(pool);

    for (i = 0; i < pool->n; i++) {
        conn = &pool->connections[i];

        if (conn->state == NGX_FRONTDESK_PG_READY && conn->load == 0
            && (ngx_msec_int_t) (ngx_current_msec - conn->progress)
                   >= NGX_FRONTDESK_PG_BEAT_MS)
        {
            ngx_frontdesk_pg_ping(conn);
        }
    }

    ngx_add_timer(ev, NGX_FRONTDESK_PG_BEAT_MS);
}

void
ngx_frontdesk_pg_pool_state(ngx_frontdesk_pg_pool_t *pool,
    ngx_frontdesk_pg_state_t *state)
{
    ngx_uint_t i;

    *state = pool->counters;
    state->connections = pool->n;
    state->queued = pool->queued;

    for (i = 0; i < pool->n; i++) {
        state->in_flight += pool->connections[i].load;
        state->ready += pool->connections[i].state == NGX_FRONTDESK_PG_READY;
    }
}

ngx_str_t
ngx_frontdesk_pg_value(PGresult *result, int row, const char *name)
{
    int column;
    ngx_str_t value = ngx_null_string;

    column = PQfnumber(result, name);
    if (column >= 0 && row < PQntuples(result)) {
        value.data = (u_char *) PQgetvalue(result, row, column);
        value.len = (size_t) PQgetlength(result, row, column);
    }

    return value;
}
