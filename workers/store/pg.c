/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "shm/desk_segment.h"
#include "store/pg.h"
#include "store/pg_query.h"

#define RETRY_FIRST_MS 50
#define RETRY_MAX_MS 1000
#define CONNECT_TIMEOUT_MS 3000

#define PG_STATES(S)                                                          \
    S(DOWN)       /* waits for its next try */                                \
    S(CONNECTING)                                                             \
    S(UP)

#define PG_STATE_ENUM(name) PG_##name,
typedef enum { PG_STATES(PG_STATE_ENUM) } pg_state_e;

struct pg_s {
    log_t      log;
    uv_loop_t *loop;
    PGconn    *conn;
    char      *url;
    unsigned   timeout_ms;
    pg_state_e state;
    unsigned   retry_ms;
    int        watching; /* what the poll handle waits for */
    unsigned   closing:1;
    unsigned   broken:1; /* nothing more can be read from it */

    uv_poll_t *poll; /* of this connection; closed with it */
    uv_timer_t timer;

    const char  *listen; /* what it listens to, or NULL */
    pg_notice_pt on_notice;
    void        *notice_data;

    struct query_list_s waiting; /* not sent */
    struct query_list_s sent;    /* in order of their answers */
    size_t              pending;
};

static void pg_connect(pg_t *pg);
static void pg_connect_step(pg_t *pg);
static void pg_up(pg_t *pg);
static void pg_lost(pg_t *pg, const char *reason);
static void pg_close_connection(pg_t *pg);
static void pg_watch(pg_t *pg, int events);
static void pg_on_poll(uv_poll_t *poll, int status, int events);
static void pg_on_timer(uv_timer_t *timer);
static void pg_on_closed(uv_handle_t *handle);
static void pg_on_poll_closed(uv_handle_t *handle);
static void pg_send_waiting(pg_t *pg);
static int  pg_send(pg_t *pg, query_t *q);
static void pg_flush(pg_t *pg);
static void pg_read(pg_t *pg);
static void pg_read_result(pg_t *pg, PGresult *result);
static void pg_read_notices(pg_t *pg);
static void pg_on_listening(void *data, PGresult *result, const char *state,
                            const char *error);
static void pg_check_deadline(pg_t *pg);
static void query_finish(pg_t *pg, query_t *q, PGresult *result,
                         const char *state, const char *error);

int
pg_create(pg_t **pp, uv_loop_t *loop, const char *url, unsigned timeout_ms)
{
    pg_t *pg;

    pg = calloc(1, sizeof(pg_t));
    if (pg == NULL) {
        return -ENOMEM;
    }

    pg->url = strdup(url);
    if (pg->url == NULL) {
        free(pg);
        return -ENOMEM;
    }

    strcpy(pg->log.prefix, "postgres: ");
    pg->loop = loop;
    pg->timeout_ms = timeout_ms;
    pg->retry_ms = RETRY_FIRST_MS;
    TAILQ_INIT(&pg->waiting);
    TAILQ_INIT(&pg->sent);

    (void) uv_timer_init(loop, &pg->timer);
    pg->timer.data = pg;

    pg_connect(pg);

    *pp = pg;
    return 0;
}

void
pg_destroy(pg_t *pg)
{
    query_t *q;

    if (pg == NULL) {
        return;
    }

    pg->closing = 1;
    pg_close_connection(pg);

    while ((q = TAILQ_FIRST(&pg->sent)) != NULL) {
        TAILQ_REMOVE(&pg->sent, q, next);
        query_finish(pg, q, NULL, "", "the worker ends");
    }

    while ((q = TAILQ_FIRST(&pg->waiting)) != NULL) {
        TAILQ_REMOVE(&pg->waiting, q, next);
        query_finish(pg, q, NULL, "", "the worker ends");
    }

    uv_close((uv_handle_t *) &pg->timer, pg_on_closed);
}

int
pg_query(pg_t *pg, pg_kind_e kind, const char *sql, int count,
         const char *const *params, pg_done_pt done, void *data)
{
    query_t *q;

    if (count > PG_PARAMS_MAX || pg->closing) {
        return -EINVAL;
    }

    if (kind == PG_FAILS && pg->state != PG_UP) {
        return -ENOTCONN;
    }

    q = query_create(kind, sql, count, params, done, data);
    if (q == NULL) {
        return -ENOMEM;
    }

    TAILQ_INSERT_TAIL(&pg->waiting, q, next);
    pg->pending++;

    if (pg->state == PG_UP) {
        pg_send_waiting(pg);
    }

    return 0;
}

void
pg_forget(pg_t *pg, const void *data)
{
    query_list_forget(&pg->sent, data);
    query_list_forget(&pg->waiting, data);
}

void
pg_listen(pg_t *pg, const char *sql, pg_notice_pt on_notice, void *data)
{
    pg->listen = sql;
    pg->on_notice = on_notice;
    pg->notice_data = data;

    /* If it is not up, it will listen when it is. */
    (void) pg_query(pg, PG_FAILS, sql, 0, NULL, pg_on_listening, pg);
}

int
pg_is_up(const pg_t *pg)
{
    return pg->state == PG_UP;
}

size_t
pg_pending(const pg_t *pg)
{
    return pg->pending;
}

static void
pg_connect(pg_t *pg)
{
    pg->state = PG_CONNECTING;
    pg->broken = 0;
    pg->conn = PQconnectStart(pg->url);

    if (pg->conn == NULL || PQstatus(pg->conn) == CONNECTION_BAD
        || PQsocket(pg->conn) < 0)
    {
        pg_lost(pg, pg->conn != NULL ? PQerrorMessage(pg->conn)
                                     : "out of memory");
        return;
    }

    (void) uv_timer_start(&pg->timer, pg_on_timer, CONNECT_TIMEOUT_MS, 0);
    pg_watch(pg, UV_WRITABLE);
}

static void
pg_connect_step(pg_t *pg)
{
    switch (PQconnectPoll(pg->conn)) {

    case PGRES_POLLING_READING:
        pg_watch(pg, UV_READABLE);
        return;

    case PGRES_POLLING_WRITING:
        pg_watch(pg, UV_WRITABLE);
        return;

    case PGRES_POLLING_OK:
        pg_up(pg);
        return;

    default:
        pg_lost(pg, PQerrorMessage(pg->conn));
    }
}

static void
pg_up(pg_t *pg)
{
    if (PQsetnonblocking(pg->conn, 1) != 0
        || PQenterPipelineMode(pg->conn) != 1)
    {
        pg_lost(pg, PQerrorMessage(pg->conn));
        return;
    }

    pg->state = PG_UP;
    pg->retry_ms = RETRY_FIRST_MS;
    (void) uv_timer_start(&pg->timer, pg_on_timer, 250, 250);
    pg_watch(pg, UV_READABLE);

    if (pg->listen != NULL) {
        (void) pg_query(pg, PG_FAILS, pg->listen, 0, NULL, pg_on_listening,
                        pg);
    }

    if (pg->state == PG_UP) {
        pg_send_waiting(pg);
    }
}

/*
 * What was sent is answered or not, we cannot know. Durable queries go back
 * to the head of the line, in their order; the others are told.
 */
static void
pg_lost(pg_t *pg, const char *reason)
{
    query_t            *q;
    struct query_list_s failed;

    log_warn(pg, "connection lost, next try in %u ms: %.*s", pg->retry_ms,
             (int) strcspn(reason, "\n"), reason);

    pg_close_connection(pg);
    pg->state = PG_DOWN;

    TAILQ_INIT(&failed);

    while ((q = TAILQ_LAST(&pg->sent, query_list_s)) != NULL) {
        TAILQ_REMOVE(&pg->sent, q, next);

        if (q->answered) {
            /* Its own statement was committed or refused and told. */
            pg->pending--;
            query_destroy(q);
        } else if (q->kind == PG_DURABLE) {
            TAILQ_INSERT_HEAD(&pg->waiting, q, next);
        } else {
            TAILQ_INSERT_HEAD(&failed, q, next);
        }
    }

    (void) uv_timer_start(&pg->timer, pg_on_timer, pg->retry_ms, 0);
    pg->retry_ms *= 2;
    if (pg->retry_ms > RETRY_MAX_MS) {
        pg->retry_ms = RETRY_MAX_MS;
    }

    while ((q = TAILQ_FIRST(&failed)) != NULL) {
        TAILQ_REMOVE(&failed, q, next);
        query_finish(pg, q, NULL, "", "the database went away");
    }
}

static void
pg_close_connection(pg_t *pg)
{
    if (pg->poll != NULL) {
        (void) uv_poll_stop(pg->poll);
        uv_close((uv_handle_t *) pg->poll, pg_on_poll_closed);
        pg->poll = NULL;
    }

    if (pg->conn != NULL) {
        PQfinish(pg->conn);
        pg->conn = NULL;
    }

    (void) uv_timer_stop(&pg->timer);
}

/* libpq may change its socket while it connects: a new handle then. */
static void
pg_watch(pg_t *pg, int events)
{
    uv_os_fd_t fd;

    if (pg->poll != NULL
        && (uv_fileno((uv_handle_t *) pg->poll, &fd) != 0
            || fd != PQsocket(pg->conn)))
    {
        uv_close((uv_handle_t *) pg->poll, pg_on_poll_closed);
        pg->poll = NULL;
    }

    if (pg->poll == NULL) {
        pg->poll = calloc(1, sizeof(uv_poll_t));
        if (pg->poll == NULL) {
            return; /* the timer tries again */
        }

        if (uv_poll_init(pg->loop, pg->poll, PQsocket(pg->conn)) != 0) {
            free(pg->poll);
            pg->poll = NULL;
            return;
        }

        pg->poll->data = pg;
        pg->watching = 0;
    }

    /* While it connects, the socket may be another of the same number. */
    if (pg->watching != events || pg->state == PG_CONNECTING) {
        pg->watching = events;
        (void) uv_poll_start(pg->poll, events, pg_on_poll);
    }
}

static void
pg_on_poll(uv_poll_t *poll, int status, int events)
{
    pg_t *pg = poll->data;

    if (status < 0 && pg->state != PG_CONNECTING) {
        pg_lost(pg, uv_strerror(status));
        return;
    }

    if (pg->state == PG_CONNECTING) {
        pg_connect_step(pg);
        return;
    }

    if (events & UV_READABLE) {
        pg_read(pg);
    }

    if (pg->state == PG_UP && (events & UV_WRITABLE)) {
        pg_flush(pg);
    }
}

static void
pg_on_timer(uv_timer_t *timer)
{
    pg_t *pg = timer->data;

    switch (pg->state) {

    case PG_DOWN:
        pg_connect(pg);
        return;

    case PG_CONNECTING:
        pg_lost(pg, "timed out");
        return;

    case PG_UP:
        pg_check_deadline(pg);
    }
}

static void
pg_on_closed(uv_handle_t *handle)
{
    pg_t *pg = handle->data;

    free(pg->url);
    free(pg);
}

static void
pg_on_poll_closed(uv_handle_t *handle)
{
    free(handle);
}

static void
pg_send_waiting(pg_t *pg)
{
    query_t *q;

    while ((q = TAILQ_FIRST(&pg->waiting)) != NULL) {
        if (pg_send(pg, q) < 0) {
            pg_lost(pg, PQerrorMessage(pg->conn));
            return;
        }

        TAILQ_REMOVE(&pg->waiting, q, next);
        TAILQ_INSERT_TAIL(&pg->sent, q, next);
    }

    pg_flush(pg);
}

static int
pg_send(pg_t *pg, query_t *q)
{
    if (PQsendQueryParams(pg->conn, q->sql, q->count, NULL,
                          (const char *const *) q->params, NULL, NULL, 0)
            != 1
        || PQpipelineSync(pg->conn) != 1)
    {
        return -EIO;
    }

    q->answered = 0;
    q->deadline_ms = desk_now_ms() + pg->timeout_ms;

    return 0;
}

static void
pg_flush(pg_t *pg)
{
    int rc;

    rc = PQflush(pg->conn);
    if (rc < 0) {
        pg_lost(pg, PQerrorMessage(pg->conn));
        return;
    }

    pg_watch(pg, rc > 0 ? UV_READABLE | UV_WRITABLE : UV_READABLE);
}

static void
pg_read(pg_t *pg)
{
    PGresult *result;
    PGconn   *conn = pg->conn;

    if (PQconsumeInput(conn) != 1) {
        pg_lost(pg, PQerrorMessage(conn));
        return;
    }

    /* A callback may lose the connection; then there is nothing to read. */
    while (pg->conn == conn && !pg->broken && !PQisBusy(conn)
           && !TAILQ_EMPTY(&pg->sent))
    {
        result = PQgetResult(conn);

        if (result != NULL) {
            pg_read_result(pg, result);
            PQclear(result);
            continue;
        }

        /* NULL ends the results of a query; the sync's result follows. */
        if (PQisBusy(conn) || PQstatus(conn) != CONNECTION_OK) {
            break;
        }
    }

    if (pg->conn == conn
        && (pg->broken || PQstatus(conn) != CONNECTION_OK))
    {
        pg_lost(pg, PQerrorMessage(conn));
    }

    if (pg->conn == conn) {
        pg_read_notices(pg);
    }
}

/* Whoever is told may lose the connection: then there is nothing left. */
static void
pg_read_notices(pg_t *pg)
{
    PGconn   *conn = pg->conn;
    PGnotify *notify;

    while (pg->conn == conn && (notify = PQnotifies(conn)) != NULL) {
        if (pg->on_notice != NULL) {
            pg->on_notice(pg->notice_data, notify->relname, notify->extra);
        }

        PQfreemem(notify);
    }
}

static void
pg_on_listening(void *data, PGresult *result, const char *state,
                const char *error)
{
    pg_t *pg = data;

    if (result != NULL) {
        pg->on_notice(pg->notice_data, NULL, NULL);
    } else if (state[0] != '\0') {
        log_error(pg, "cannot listen (%s): %s", state, error);
    }
}

static void
pg_read_result(pg_t *pg, PGresult *result)
{
    query_t    *q = TAILQ_FIRST(&pg->sent);
    const char *state;

    switch (PQresultStatus(result)) {

    case PGRES_PIPELINE_SYNC:
        TAILQ_REMOVE(&pg->sent, q, next);

        if (!q->answered) {
            query_finish(pg, q, NULL, "", "no answer");
            return;
        }

        pg->pending--;
        query_destroy(q);
        return;

    case PGRES_TUPLES_OK:
    case PGRES_COMMAND_OK:
        q->answered = 1;
        if (q->done != NULL) {
            q->done(q->data, result, "", NULL);
        }
        return;

    default:
        state = PQresultErrorField(result, PG_DIAG_SQLSTATE);

        /*
         * Without a code it is libpq that speaks, of a server it does not
         * understand; 57P01 and its like: the server goes. Either way what
         * was sent is not answered.
         */
        if (state == NULL || strncmp(state, "57P", 3) == 0) {
            pg->broken = 1;
            return;
        }

        q->answered = 1;
        if (q->done != NULL) {
            q->done(q->data, NULL, state,
                    PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
        }
    }
}

/* A server that accepts and never answers is as good as dead. */
static void
pg_check_deadline(pg_t *pg)
{
    query_t *q = TAILQ_FIRST(&pg->sent);

    if (q != NULL && desk_now_ms() > q->deadline_ms) {
        pg_lost(pg, "no answer in time");
    }
}

static void
query_finish(pg_t *pg, query_t *q, PGresult *result, const char *state,
             const char *error)
{
    pg->pending--;

    if (q->done != NULL) {
        q->done(q->data, result, state, error);
    }

    query_destroy(q);
}
