/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Tables of up to ten thousand rows as CSV.  To write one takes longer than a
 * caller's frame may wait, so it is done a few rows a turn of the event loop.
 */

#include "ngx_frontdesk_csv.h"
#include "ngx_frontdesk_result.h"

#define NGX_FRONTDESK_TABLE_ROWS 500 /* of a turn: half a millisecond */

/* In the request's pool, and gone with it. */
typedef struct {
    ngx_http_request_t *request;
    PGresult *rows;
    int row; /* the next one */
    ngx_frontdesk_output_t out;
    ngx_event_t next;
} ngx_frontdesk_table_t;

static void ngx_frontdesk_table_turn(ngx_event_t *ev);

static ngx_str_t ngx_frontdesk_csv_type =
    ngx_string("text/csv; charset=utf-8");

static void
ngx_frontdesk_table_cleanup(void *data)
{
    ngx_frontdesk_table_t *table = data;

    if (table->next.posted) {
        ngx_delete_posted_event(&table->next);
    }

    PQclear(table->rows);
}

/* NGX_DONE while there are more. */
static ngx_int_t
ngx_frontdesk_table_write(ngx_frontdesk_table_t *table)
{
    ngx_http_request_t *r = table->request;

    if (ngx_frontdesk_csv_lines(&table->out.json, table->rows, table->row,
                                NGX_FRONTDESK_TABLE_ROWS)
        != 0)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    table->row += NGX_FRONTDESK_TABLE_ROWS;

    if (table->row < PQntuples(table->rows)) {
        ngx_post_event(&table->next, &ngx_posted_next_events);
        return NGX_DONE;
    }

    return ngx_frontdesk_send(r, NGX_HTTP_OK, &ngx_frontdesk_csv_type,
                              ngx_frontdesk_output_close(&table->out));
}

ngx_int_t
ngx_frontdesk_send_table(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer)
{
    ngx_http_cleanup_t *cln;
    ngx_frontdesk_table_t *table;

    table = ngx_pcalloc(r->pool, sizeof(ngx_frontdesk_table_t));
    cln = ngx_http_cleanup_add(r, 0);
    if (table == NULL || cln == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    table->request = r;
    table->rows = answer->result;
    answer->kept = 1;
    cln->handler = ngx_frontdesk_table_cleanup;
    cln->data = table;

    table->next.handler = ngx_frontdesk_table_turn;
    table->next.data = table;
    table->next.log = r->connection->log;

    if (ngx_frontdesk_output_open(&table->out, r) != NGX_OK
        || ngx_frontdesk_csv_head(&table->out.json, table->rows) != 0)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_frontdesk_table_write(table);
}

static void
ngx_frontdesk_table_turn(ngx_event_t *ev)
{
    ngx_frontdesk_table_t *table = ev->data;
    ngx_http_request_t *r = table->request;
    ngx_connection_t *c = r->connection;

    ngx_http_set_log_request(c->log, r);
    ngx_frontdesk_finish(r, ngx_frontdesk_table_write(table));
    ngx_http_run_posted_requests(c);
}
