/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * One libpq connection as a state machine on nginx's events.
 *
 * The socket is watched level-triggered: libpq reads as much as it likes, and
 * what it leaves is reported again.  libpq owns the descriptor and may change
 * it while it connects.
 */

#include <netdb.h>

#include "ngx_frontdesk_pg.h"

#define NGX_FRONTDESK_PG_HOSTS_BYTES 4096

#define NGX_FRONTDESK_PG_WATCH_READ  1
#define NGX_FRONTDESK_PG_WATCH_WRITE 2

static void ngx_frontdesk_pg_poll(ngx_frontdesk_pg_t *conn);
static void ngx_frontdesk_pg_opened(ngx_frontdesk_pg_t *conn);
static ngx_int_t ngx_frontdesk_pg_watch(ngx_frontdesk_pg_t *conn,
    ngx_uint_t what);
static void ngx_frontdesk_pg_unwatch(ngx_frontdesk_pg_t *conn);
static void ngx_frontdesk_pg_timer(ngx_event_t *ev);
static void ngx_frontdesk_pg_read(ngx_event_t *rev);
static void ngx_frontdesk_pg_write(ngx_event_t *wev);
static void ngx_frontdesk_pg_results(ngx_frontdesk_pg_t *conn,
    uint64_t most_ns);
static void ngx_frontdesk_pg_more(ngx_event_t *ev);
static uint64_t ngx_frontdesk_pg_share_ns(ngx_frontdesk_pg_t *conn);
static void ngx_frontdesk_pg_result(ngx_frontdesk_pg_query_t *query,
    PGresult *result);
static ngx_int_t ngx_frontdesk_pg_flush(ngx_frontdesk_pg_t *conn);
static ngx_frontdesk_pg_statement_t *ngx_frontdesk_pg_prepare(
    ngx_frontdesk_pg_t *conn, const char *sql);
static ngx_frontdesk_pg_statement_t *ngx_frontdesk_pg_find_statement(
    ngx_frontdesk_pg_t *conn, const char *sql);
static void ngx_frontdesk_pg_sent(ngx_frontdesk_pg_t *conn,
    ngx_frontdesk_pg_query_t *query);

static void
ngx_frontdesk_pg_notice(void *data, const PGresult *result)
{
    /* Notices are for people at a prompt. */
}

static PGconn *
ngx_frontdesk_pg_start(ngx_frontdesk_pg_pool_t *pool)
{
    char options[320];
    long timeout_ms = (long) pool->conf->pg_timeout_ms;

    /*
     * Postgres gives up a little before we do, so that a slow query costs
     * itself alone, not the pipeline it stands in.  A plan is made once:
     * planning a list again takes three times as long as reading it.
     */
    snprintf(options, sizeof(options),
             "-c TimeZone=UTC -c DateStyle=ISO "
             "-c plan_cache_mode=force_generic_plan -c statement_timeout=%ld "
             "-c lock_timeout=%ld -c idle_in_transaction_session_timeout=5000",
             timeout_ms - timeout_ms / 8, timeout_ms / 2);

    /* What stands before the URL is its default, behind it a rule. */
    const char *const names[] = {
        "application_name", "keepalives_idle", "keepalives_interval",
        "keepalives_count", "tcp_user_timeout", "dbname", "client_encoding",
        "options", pool->hostaddr != NULL ? "hostaddr" : NULL, NULL
    };
    const char *const values[] = {
        "frontdesk nginx", "10", "5", "3", "5000",
        pool->conf->api_database_url, "UTF8", options, pool->hostaddr, NULL
    };

    return PQconnectStartParams(names, values, 1);
}

void
ngx_frontdesk_pg_open(ngx_frontdesk_pg_t *conn)
{
    conn->state = NGX_FRONTDESK_PG_CONNECTING;
    conn->load = 0;
    ngx_frontdesk_pg_forget_statements(conn);

    conn->timer.handler = ngx_frontdesk_pg_timer;
    conn->timer.data = conn;
    conn->timer.log = conn->pool->log;
    conn->timer.cancelable = 1; /* the live queries' deadline is not */
    conn->more.handler = ngx_frontdesk_pg_more;
    conn->more.data = conn;
    conn->more.log = conn->pool->log;
    ngx_add_timer(&conn->timer, ngx_frontdesk_pg_pool_patience(conn));

    conn->pg = ngx_frontdesk_pg_start(conn->pool);

    if (conn->pg == NULL || PQstatus(conn->pg) == CONNECTION_BAD) {
        ngx_frontdesk_pg_lost(conn, "cannot connect");
        return;
    }

    PQsetNoticeReceiver(conn->pg, ngx_frontdesk_pg_notice, NULL);

    /* As if PGRES_POLLING_WRITING had been answered, says libpq. */
    if (ngx_frontdesk_pg_watch(conn, NGX_FRONTDESK_PG_WATCH_WRITE) != NGX_OK) {
        ngx_frontdesk_pg_lost(conn, "cannot watch the socket");
    }
}

void
ngx_frontdesk_pg_close(ngx_frontdesk_pg_t *conn)
{
    if (conn->timer.timer_set) {
        ngx_del_timer(&conn->timer);
    }

    if (conn->more.posted) {
        ngx_delete_posted_event(&conn->more);
    }

    ngx_frontdesk_pg_unwatch(conn);

    if (conn->pg != NULL) {
        PQfinish(conn->pg);
        conn->pg = NULL;
    }

    conn->state = NGX_FRONTDESK_PG_CLOSED;
}

static void
ngx_frontdesk_pg_poll(ngx_frontdesk_pg_t *conn)
{
    ngx_int_t rc;

    /* libpq may close the socket and get a new one of the same number. */
    ngx_frontdesk_pg_unwatch(conn);

    switch (PQconnectPoll(conn->pg)) {
    case PGRES_POLLING_OK:
        ngx_frontdesk_pg_opened(conn);
        return;
    case PGRES_POLLING_READING:
        rc = ngx_frontdesk_pg_watch(conn, NGX_FRONTDESK_PG_WATCH_READ);
        break;
    case PGRES_POLLING_WRITING:
        rc = ngx_frontdesk_pg_watch(conn, NGX_FRONTDESK_PG_WATCH_WRITE);
        break;
    default:
        rc = NGX_ERROR;
    }

    if (rc != NGX_OK) {
        ngx_frontdesk_pg_lost(conn, "cannot connect");
    }
}

static void
ngx_frontdesk_pg_opened(ngx_frontdesk_pg_t *conn)
{
    if (PQsetnonblocking(conn->pg, 1) != 0
        || PQenterPipelineMode(conn->pg) != 1
        || ngx_frontdesk_pg_watch(conn, NGX_FRONTDESK_PG_WATCH_READ) != NGX_OK)
    {
        ngx_frontdesk_pg_lost(conn, "cannot set up the connection");
        return;
    }

    ngx_del_timer(&conn->timer);
    conn->state = NGX_FRONTDESK_PG_READY;
    conn->failures = 0;
    conn->progress = ngx_current_msec;

    ngx_frontdesk_pg_pool_ready(conn);
}


/* Events. */

static ngx_int_t
ngx_frontdesk_pg_watch_event(ngx_event_t *ev, ngx_int_t event,
    ngx_uint_t wanted)
{
    if (wanted && !ev->active) {
        return ngx_add_event(ev, event, NGX_LEVEL_EVENT);
    }

    if (!wanted && ev->active) {
        return ngx_del_event(ev, event, 0);
    }

    return NGX_OK;
}

static ngx_int_t
ngx_frontdesk_pg_watch(ngx_frontdesk_pg_t *conn, ngx_uint_t what)
{
    int fd = PQsocket(conn->pg);
    ngx_connection_t *c = conn->socket;

    if (fd < 0 || (c != NULL && c->fd != fd)) {
        return NGX_ERROR;
    }

    if (c == NULL) {
        c = ngx_get_connection(fd, conn->pool->log);
        if (c == NULL) {
            return NGX_ERROR;
        }

        c->data = conn;
        c->number = ngx_atomic_fetch_add(ngx_connection_counter, 1);
        c->read->log = conn->pool->log;
        c->write->log = conn->pool->log;
        c->read->handler = ngx_frontdesk_pg_read;
        c->write->handler = ngx_frontdesk_pg_write;
        conn->socket = c;
    }

    if (ngx_frontdesk_pg_watch_event(c->read, NGX_READ_EVENT,
                                     what & NGX_FRONTDESK_PG_WATCH_READ)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_frontdesk_pg_watch_event(c->write, NGX_WRITE_EVENT,
                                        what & NGX_FRONTDESK_PG_WATCH_WRITE);
}

static void
ngx_frontdesk_pg_unwatch_event(ngx_event_t *ev, ngx_int_t event,
    ngx_uint_t flags)
{
    if (ev->active) {
        (void) ngx_del_event(ev, event, flags);
    }

    if (ev->posted) {
        ngx_delete_posted_event(ev);
    }
}

/*
 * Before PQfinish(): what is closed cannot be taken out of epoll.  When libpq
 * has closed it already, the kernel took it out.
 */
static void
ngx_frontdesk_pg_unwatch(ngx_frontdesk_pg_t *conn)
{
    ngx_uint_t flags;
    ngx_connection_t *c = conn->socket;

    if (c == NULL) {
        return;
    }

    flags = PQsocket(conn->pg) == c->fd ? 0 : NGX_CLOSE_EVENT;
    ngx_frontdesk_pg_unwatch_event(c->read, NGX_READ_EVENT, flags);
    ngx_frontdesk_pg_unwatch_event(c->write, NGX_WRITE_EVENT, flags);

    ngx_free_connection(c);
    c->fd = (ngx_socket_t) -1;
    conn->socket = NULL;
}

static void
ngx_frontdesk_pg_timer(ngx_event_t *ev)
{
    ngx_frontdesk_pg_t *conn = ev->data;

    if (conn->state == NGX_FRONTDESK_PG_CLOSED) {
        ngx_frontdesk_pg_open(conn);
        return;
    }

    ngx_frontdesk_pg_lost(conn, "connecting takes too long");
}

static void
ngx_frontdesk_pg_read(ngx_event_t *rev)
{
    ngx_connection_t *c = rev->data;
    ngx_frontdesk_pg_t *conn = c->data;

    if (conn->state == NGX_FRONTDESK_PG_CONNECTING) {
        ngx_frontdesk_pg_poll(conn);
        return;
    }

    if (conn->more.posted) {
        return; /* what was read before is not answered yet */
    }

    if (PQconsumeInput(conn->pg) != 1) {
        /* A last word such as "shutting down" may be in the buffer. */
        ngx_frontdesk_pg_results(conn, UINT64_MAX);

        if (conn->state == NGX_FRONTDESK_PG_READY) {
            ngx_frontdesk_pg_lost(conn, "the server closed the connection");
        }
        return;
    }

    ngx_frontdesk_pg_results(conn, ngx_frontdesk_pg_share_ns(conn));
}

/* The turn after one that was full. */
static void
ngx_frontdesk_pg_more(ngx_event_t *ev)
{
    ngx_frontdesk_pg_t *conn = ev->data;

    ngx_frontdesk_pg_results(conn, ngx_frontdesk_pg_share_ns(conn));
}

static void
ngx_frontdesk_pg_write(ngx_event_t *wev)
{
    ngx_connection_t *c = wev->data;
    ngx_frontdesk_pg_t *conn = c->data;

    if (conn->state == NGX_FRONTDESK_PG_CONNECTING) {
        ngx_frontdesk_pg_poll(conn);
        return;
    }

    if (ngx_frontdesk_pg_flush(conn) != NGX_OK) {
        ngx_frontdesk_pg_lost(conn, "cannot send");
    }
}

static ngx_int_t
ngx_frontdesk_pg_flush(ngx_frontdesk_pg_t *conn)
{
    int rc = PQflush(conn->pg);

    if (rc < 0) {
        return NGX_ERROR;
    }

    return ngx_frontdesk_pg_watch(conn,
                                  rc == 0 ? NGX_FRONTDESK_PG_WATCH_READ
                                          : NGX_FRONTDESK_PG_WATCH_READ
                                                | NGX_FRONTDESK_PG_WATCH_WRITE);
}


/* Results: each query's, then a sync, in the order sent. */

/* Of a turn of the event loop, for the answers of one connection. */
static uint64_t
ngx_frontdesk_pg_share_ns(ngx_frontdesk_pg_t *conn)
{
    return NGX_FRONTDESK_PG_TURN_NS / conn->pool->n;
}

/*
 * Callers' frames share this process: after most_ns of answers they get their
 * turn, and the rest comes in the next.
 */
static void
ngx_frontdesk_pg_results(ngx_frontdesk_pg_t *conn, uint64_t most_ns)
{
    uint64_t from_ns = ngx_frontdesk_now_ns();
    PGresult *result;
    ngx_uint_t empty = 0;
    ngx_queue_t *head;
    ngx_frontdesk_pg_query_t *query;

    while (conn->state == NGX_FRONTDESK_PG_READY
           && !ngx_queue_empty(&conn->in_flight) && !PQisBusy(conn->pg))
    {
        result = PQgetResult(conn->pg);

        if (result == NULL) {
            /* The end of one command; twice in a row: nothing is there. */
            if (++empty > 1) {
                break;
            }
            continue;
        }

        empty = 0;
        conn->progress = ngx_current_msec;
        head = ngx_queue_head(&conn->in_flight);
        query = ngx_queue_data(head, ngx_frontdesk_pg_query_t, link);

        if (PQresultStatus(result) != PGRES_PIPELINE_SYNC) {
            ngx_frontdesk_pg_result(query, result);

            if (PQstatus(conn->pg) == CONNECTION_BAD) {
                ngx_frontdesk_pg_lost(conn, "the connection broke");
            }
            continue;
        }

        PQclear(result);
        ngx_queue_remove(&query->link);
        query->in_flight = 0;
        conn->load--;

        if (query->prepares != NULL && query->error != NULL
            && query->generation == conn->generation)
        {
            query->prepares->ready = 0;
        }

        ngx_frontdesk_pg_query_done(query);

        if (ngx_frontdesk_now_ns() - from_ns >= most_ns
            && conn->state == NGX_FRONTDESK_PG_READY)
        {
            ngx_post_event(&conn->more, &ngx_posted_next_events);
            break;
        }
    }

    if (conn->state == NGX_FRONTDESK_PG_READY) {
        ngx_frontdesk_pg_pool_wake(conn->pool);
    }
}

static void
ngx_frontdesk_pg_result(ngx_frontdesk_pg_query_t *query, PGresult *result)
{
    PGresult **keep;

    switch (PQresultStatus(result)) {
    case PGRES_TUPLES_OK:
    case PGRES_COMMAND_OK:
        PQclear(query->result);
        keep = &query->result;
        break;
    case PGRES_PIPELINE_ABORTED:
        PQclear(result);
        return;
    default:
        keep = &query->error;
        if (*keep != NULL) {
            PQclear(result);
            return;
        }
    }

    *keep = result;
}


/* Queries. */

static void
ngx_frontdesk_pg_statement_name(char name[32], ngx_frontdesk_pg_t *conn,
    ngx_frontdesk_pg_statement_t *statement)
{
    snprintf(name, 32, "q%u_%u", (unsigned) conn->generation,
             (unsigned) (statement - conn->statements));
}

/* All of its statements first: a Parse has a sync of its own. */
ngx_int_t
ngx_frontdesk_pg_send(ngx_frontdesk_pg_t *conn,
    ngx_frontdesk_pg_query_t *query)
{
    char name[32];
    ngx_uint_t i;
    const ngx_frontdesk_pg_step_t *step;
    ngx_frontdesk_pg_statement_t *statements[NGX_FRONTDESK_PG_STEPS];

    for (i = 0; i < query->nsteps; i++) {
        statements[i] = ngx_frontdesk_pg_prepare(conn, query->steps[i].sql);
        if (statements[i] == NULL) {
            return NGX_ERROR;
        }
    }

    for (i = 0; i < query->nsteps; i++) {
        step = &query->steps[i];
        ngx_frontdesk_pg_statement_name(name, conn, statements[i]);

        if (PQsendQueryPrepared(conn->pg, name, (int) step->nparams,
                                step->params, NULL, NULL, 0)
            != 1)
        {
            return NGX_ERROR;
        }
    }

    if (PQpipelineSync(conn->pg) != 1) {
        return NGX_ERROR;
    }

    ngx_frontdesk_pg_sent(conn, query);

    return ngx_frontdesk_pg_flush(conn);
}

static void
ngx_frontdesk_pg_sent(ngx_frontdesk_pg_t *conn,
    ngx_frontdesk_pg_query_t *query)
{
    if (ngx_queue_empty(&conn->in_flight)) {
        conn->progress = ngx_current_msec;
    }

    ngx_queue_insert_tail(&conn->in_flight, &query->link);
    query->conn = conn;
    query->generation = conn->generation;
    query->in_flight = 1;
    conn->load++;
}

void
ngx_frontdesk_pg_forget_statements(ngx_frontdesk_pg_t *conn)
{
    conn->nstatements = 0;
    ngx_memzero(conn->statements, sizeof(conn->statements));
}

/* Its place, taken now if it had none: by the text's address, open hashing. */
static ngx_frontdesk_pg_statement_t *
ngx_frontdesk_pg_find_statement(ngx_frontdesk_pg_t *conn, const char *sql)
{
    uint64_t i = (uint64_t) (uintptr_t) sql * 0x9e3779b97f4a7c15u >> 32;
    ngx_frontdesk_pg_statement_t *statement;

    for ( ;; i++) {
        statement = &conn->statements[i % NGX_FRONTDESK_PG_STATEMENTS];

        if (statement->sql == sql) {
            return statement;
        }

        if (statement->sql == NULL) {
            break;
        }
    }

    if (conn->nstatements == NGX_FRONTDESK_PG_STATEMENTS / 2) {
        return NULL;
    }

    conn->nstatements++;
    statement->sql = sql;

    return statement;
}

/*
 * A Parse gets a sync of its own: a query in the same transaction would take
 * it along when it fails.  What follows is sent at once, trusting it.
 */
static ngx_frontdesk_pg_statement_t *
ngx_frontdesk_pg_prepare(ngx_frontdesk_pg_t *conn, const char *sql)
{
    char name[32];
    ngx_frontdesk_pg_call_t call;
    ngx_frontdesk_pg_query_t *query;
    ngx_frontdesk_pg_statement_t *statement;

    statement = ngx_frontdesk_pg_find_statement(conn, sql);
    if (statement == NULL) {
        return NULL;
    }

    if (statement->ready) {
        return statement;
    }

    ngx_memzero(&call, sizeof(call));
    call.sql = sql;

    query = ngx_frontdesk_pg_query_create(conn->pool, &call);
    if (query == NULL) {
        return NULL;
    }

    ngx_frontdesk_pg_statement_name(name, conn, statement);

    if (PQsendPrepare(conn->pg, name, sql, 0, NULL) != 1
        || PQpipelineSync(conn->pg) != 1)
    {
        ngx_frontdesk_pg_query_free(query);
        return NULL;
    }

    query->prepares = statement;
    statement->ready = 1;
    ngx_frontdesk_pg_sent(conn, query);

    return statement;
}

void
ngx_frontdesk_pg_lost(ngx_frontdesk_pg_t *conn, const char *why)
{
    ngx_uint_t level;
    ngx_queue_t *head;
    ngx_msec_t wait_ms, most_ms;
    ngx_frontdesk_pg_query_t *query;

    level = conn->pool->announced || conn->failures > 0 ? NGX_LOG_INFO
                                                        : NGX_LOG_WARN;
    ngx_log_error(level, conn->pool->log, 0, "postgres connection lost: %s",
                  why);

    /* A connection that was good is opened again at once. */
    wait_ms = 0;
    if (conn->state != NGX_FRONTDESK_PG_READY) {
        most_ms = ngx_frontdesk_pg_pool_is_scout(conn)
                      ? NGX_FRONTDESK_PG_SCOUT_MS
                      : NGX_FRONTDESK_PG_BACKOFF_MAX_MS;
        wait_ms = ngx_min((ngx_msec_t) NGX_FRONTDESK_PG_BACKOFF_MS
                              << ngx_min(conn->failures, 6),
                          most_ms);
        wait_ms += (ngx_msec_t) ngx_random() % (wait_ms / 4 + 1);
        conn->failures++;
    }

    ngx_frontdesk_pg_close(conn);

    /* Backwards, as each that is asked again goes to the front. */
    while (!ngx_queue_empty(&conn->in_flight)) {
        head = ngx_queue_last(&conn->in_flight);
        query = ngx_queue_data(head, ngx_frontdesk_pg_query_t, link);

        ngx_queue_remove(head);
        query->in_flight = 0;
        conn->load--;
        ngx_frontdesk_pg_query_lost(query);
    }

    ngx_add_timer(&conn->timer, wait_ms);
    ngx_frontdesk_pg_pool_lost(conn);
}


/* At configuration time. */

static char *
ngx_frontdesk_pg_lookup(ngx_conf_t *cf, const char *names)
{
    char *addresses, *p, *last, name[NI_MAXHOST];
    size_t len;
    struct addrinfo hints, *found;

    addresses = ngx_palloc(cf->pool, NGX_FRONTDESK_PG_HOSTS_BYTES);
    if (addresses == NULL) {
        return NULL;
    }

    p = addresses;
    last = addresses + NGX_FRONTDESK_PG_HOSTS_BYTES;
    ngx_memzero(&hints, sizeof(hints));
    hints.ai_socktype = SOCK_STREAM;

    for ( ;; ) {
        len = strcspn(names, ",");
        if (len >= sizeof(name) || last - p < INET6_ADDRSTRLEN + 1) {
            return NULL;
        }

        ngx_memcpy(name, names, len);
        name[len] = '\0';

        if (getaddrinfo(name, NULL, &hints, &found) != 0) {
            return NULL;
        }

        if (getnameinfo(found->ai_addr, found->ai_addrlen, p,
                        (socklen_t) (last - p), NULL, 0, NI_NUMERICHOST)
            != 0)
        {
            freeaddrinfo(found);
            return NULL;
        }

        freeaddrinfo(found);
        p += ngx_strlen(p);

        names += len;
        if (*names++ == '\0') {
            return addresses;
        }

        *p++ = ',';
    }
}

ngx_int_t
ngx_frontdesk_pg_resolve(ngx_conf_t *cf, const char *url, char **hostaddr)
{
    char *reason, *host = NULL, *known = NULL;
    ngx_int_t rc = NGX_OK;
    PQconninfoOption *options, *option;

    *hostaddr = NULL;

    /* libpq's reason quotes the URL, and with it the password. */
    options = PQconninfoParse(url, &reason);
    if (options == NULL) {
        PQfreemem(reason);
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "api_database_url is not a postgresql:// URL");
        return NGX_ERROR;
    }

    for (option = options; option->keyword != NULL; option++) {
        if (ngx_strcmp(option->keyword, "host") == 0) {
            host = option->val;
        } else if (ngx_strcmp(option->keyword, "hostaddr") == 0) {
            known = option->val;
        }
    }

    if (known == NULL && host != NULL && host[0] != '/' && host[0] != '\0') {
        *hostaddr = ngx_frontdesk_pg_lookup(cf, host);
        if (*hostaddr == NULL) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "host of api_database_url not found");
            rc = NGX_ERROR;
        }
    }

    PQconninfoFree(options);
    return rc;
}
