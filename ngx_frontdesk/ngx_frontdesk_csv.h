/* SPDX-License-Identifier: BSD-2-Clause */

/* Tables as text: RFC 4180, in and out.  No nginx. */

#ifndef NGX_FRONTDESK_CSV_H
#define NGX_FRONTDESK_CSV_H

#include <stddef.h>

#include <cjson/cJSON.h>
#include <libpq-fe.h>

#include "ngx_frontdesk_fields.h"
#include "ngx_frontdesk_json.h"

#define NGX_FRONTDESK_CSV_COLUMNS 64

typedef enum {
    NGX_FRONTDESK_CSV_OK,
    NGX_FRONTDESK_CSV_SYNTAX,
    NGX_FRONTDESK_CSV_UTF8,
    NGX_FRONTDESK_CSV_HEADER, /* none, a name twice, too many of them */
    NGX_FRONTDESK_CSV_COUNT,  /* a line with more cells than the first */
    NGX_FRONTDESK_CSV_MEMORY
} ngx_frontdesk_csv_e;

/*
 * {"rows": [...]} of a table whose first line names fields of items.  Cells
 * become what their field is; one that cannot stays a text, for the check of
 * fields to refuse.  Empty cells are absent.  What stands behind max rows and
 * one more is not read.  line is where reading stopped.
 */
ngx_frontdesk_csv_e ngx_frontdesk_csv_read(cJSON **body, unsigned *line,
    const char *text, size_t len, const ngx_frontdesk_field_t *items,
    unsigned max);

/* A sentence for the user. */
const char *ngx_frontdesk_csv_reason(ngx_frontdesk_csv_e rc);

/* A line of the columns' names.  0, or -1 when there is no room. */
int ngx_frontdesk_csv_head(ngx_frontdesk_json_t *out, const PGresult *rows);

/* At most n rows from one on; likewise. */
int ngx_frontdesk_csv_lines(ngx_frontdesk_json_t *out, const PGresult *rows,
    int row, int n);

#endif
