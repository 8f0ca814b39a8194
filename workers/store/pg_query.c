/* SPDX-License-Identifier: BSD-2-Clause */

#include <stdlib.h>
#include <string.h>

#include "store/pg_query.h"

query_t *
query_create(pg_kind_e kind, const char *sql, int count,
             const char *const *params, pg_done_pt done, void *data)
{
    int      i;
    query_t *q;

    q = calloc(1, sizeof(query_t));
    if (q == NULL) {
        return NULL;
    }

    q->sql = sql;
    q->done = done;
    q->data = data;
    q->kind = kind;
    q->count = count;

    for (i = 0; i < count; i++) {
        if (params[i] == NULL) {
            continue;
        }

        q->params[i] = strdup(params[i]);
        if (q->params[i] == NULL) {
            query_destroy(q);
            return NULL;
        }
    }

    return q;
}

void
query_destroy(query_t *q)
{
    int i;

    for (i = 0; i < q->count; i++) {
        free(q->params[i]);
    }

    free(q);
}

void
query_list_forget(struct query_list_s *list, const void *data)
{
    query_t *q;

    TAILQ_FOREACH(q, list, next) {
        if (q->data == data) {
            q->done = NULL;
        }
    }
}
