/* SPDX-License-Identifier: BSD-2-Clause */

/* What a row of the table asked, and what became of it. */

#ifndef NGX_FRONTDESK_RESULT_H
#define NGX_FRONTDESK_RESULT_H

#include "ngx_frontdesk_route.h"

/* A request on its way through a row: ctx->data, in the request's pool. */
typedef struct {
    ngx_frontdesk_query_t query;
    ngx_uint_t n; /* of these, with those of the Idempotency-Key: */
    const char *params[NGX_FRONTDESK_PARAMS + 3];
    const char *lock;
    char *tags;         /* of If-Match; NULL: none was sent */
    const char *key[3]; /* Idempotency-Key, place, digest; NULL: none */
    char digest[NGX_FRONTDESK_DIGEST_BYTES];
} ngx_frontdesk_api_t;

/* As the row says. */
ngx_int_t ngx_frontdesk_send_result(ngx_http_request_t *r, PGresult *rows);

/* The same; what is large is written over many turns of the event loop. */
ngx_int_t ngx_frontdesk_send_answer(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer);

/* As CSV, its header lines being set; takes the rows. */
ngx_int_t ngx_frontdesk_send_table(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer);

/* Columns status, location, tag, body of what Postgres keeps. */
ngx_int_t ngx_frontdesk_send_kept(ngx_http_request_t *r, PGresult *rows);

#endif
