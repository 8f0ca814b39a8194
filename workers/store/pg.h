/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef STORE_PG_H
#define STORE_PG_H

#include <stddef.h>

#include <libpq-fe.h>
#include <uv.h>

/*
 * One connection to Postgres on the worker's loop, in pipeline mode: a query
 * is sent at once, whatever is still on its way, and answers come in order.
 * Each is a transaction of its own.
 *
 * When the connection breaks it is made again, and what was not answered is
 * handled by its kind: durable queries wait, in order, and are sent again
 * (their functions do the same when called twice); others fail.
 */
typedef struct pg_s pg_t;

/*
 * `result` is NULL when there was no answer; `error` says why, or what
 * Postgres refused; `state` is its SQLSTATE or "". All borrowed.
 */
typedef void (*pg_done_pt)(void *data, PGresult *result, const char *state,
                           const char *error);

typedef enum { PG_FAILS,
               PG_DURABLE } pg_kind_e;

#define PG_PARAMS_MAX 12

int  pg_create(pg_t **pp, uv_loop_t *loop, const char *url,
               unsigned timeout_ms);
void pg_destroy(pg_t *pg);

/* `sql` is kept by address, parameters (text or NULL) are copied. */
int pg_query(pg_t *pg, pg_kind_e kind, const char *sql, int count,
             const char *const *params, pg_done_pt done, void *data);

/* The owner of `data` goes: its queries are done, but it is not told. */
void pg_forget(pg_t *pg, const void *data);

/*
 * `on_notice` is called for each word of somebody on a channel that `sql`
 * listens to, in their order; and with NULLs whenever listening has begun
 * anew: what was said before that is not known. Texts are borrowed.
 */
typedef void (*pg_notice_pt)(void *data, const char *channel,
                             const char *payload);
void pg_listen(pg_t *pg, const char *sql, pg_notice_pt on_notice, void *data);

int    pg_is_up(const pg_t *pg);
size_t pg_pending(const pg_t *pg);

#endif /* STORE_PG_H */
