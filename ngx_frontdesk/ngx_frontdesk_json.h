/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Rows of Postgres as JSON, by column name and type.  The text goes into
 * memory the caller hands out piece by piece.  No nginx.
 */

#ifndef NGX_FRONTDESK_JSON_H
#define NGX_FRONTDESK_JSON_H

#include <stddef.h>

#include <libpq-fe.h>

typedef struct ngx_frontdesk_json_s ngx_frontdesk_json_t;

struct ngx_frontdesk_json_s {
    char *pos;
    char *end;

    /* Sets pos and end to at least size bytes more; 0, or -1. */
    int (*more)(ngx_frontdesk_json_t *json, size_t size);
    void *data;
};

/* 0, or -1 when more() failed. */
int ngx_frontdesk_json_list(ngx_frontdesk_json_t *json, const PGresult *rows);
/* One row, from its column first on. */
int ngx_frontdesk_json_row(ngx_frontdesk_json_t *json, const PGresult *rows,
    int row, int first);
int ngx_frontdesk_json_raw(ngx_frontdesk_json_t *json, const char *text,
    size_t len);
int ngx_frontdesk_json_string(ngx_frontdesk_json_t *json, const char *text,
    size_t len);

#define ngx_frontdesk_json_literal(json, text) \
    ngx_frontdesk_json_raw(json, text, sizeof(text) - 1)

#endif
