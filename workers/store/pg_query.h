/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef STORE_PG_QUERY_H
#define STORE_PG_QUERY_H

#include <stdint.h>
#include <sys/queue.h>

#include "store/pg.h"

/* A query of a connection, waiting or sent; in one of its two lists. */
typedef struct query_s query_t;

struct query_s {
    TAILQ_ENTRY(query_s) next;
    const char *sql;
    pg_done_pt  done; /* NULL: nobody is told */
    void       *data;
    pg_kind_e   kind;
    int         count;
    uint64_t    deadline_ms; /* of its answer, once sent */
    char       *params[PG_PARAMS_MAX];
    unsigned    answered:1; /* its result came; the sync is awaited */
};

TAILQ_HEAD(query_list_s, query_s);

/* Copies the parameters; NULL without memory. */
query_t *query_create(pg_kind_e kind, const char *sql, int count,
                      const char *const *params, pg_done_pt done,
                      void *data);
void     query_destroy(query_t *q);

/* Whoever `data` is of those in the list: it is not told any more. */
void query_list_forget(struct query_list_s *list, const void *data);

#endif /* STORE_PG_QUERY_H */
