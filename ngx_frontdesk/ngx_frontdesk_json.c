/* SPDX-License-Identifier: BSD-2-Clause */

#include <stdio.h>
#include <string.h>

#include "ngx_frontdesk_json.h"

/* Of pg_type: these numbers never change. */
#define NGX_FRONTDESK_OID_BOOL        16
#define NGX_FRONTDESK_OID_INT8        20
#define NGX_FRONTDESK_OID_INT2        21
#define NGX_FRONTDESK_OID_INT4        23
#define NGX_FRONTDESK_OID_JSON        114
#define NGX_FRONTDESK_OID_FLOAT4      700
#define NGX_FRONTDESK_OID_FLOAT8      701
#define NGX_FRONTDESK_OID_INT4S       1007
#define NGX_FRONTDESK_OID_TEXTS       1009
#define NGX_FRONTDESK_OID_VARCHARS    1015
#define NGX_FRONTDESK_OID_INT8S       1016
#define NGX_FRONTDESK_OID_TIMESTAMPTZ 1184
#define NGX_FRONTDESK_OID_NUMERIC     1700
#define NGX_FRONTDESK_OID_UUIDS       2951
#define NGX_FRONTDESK_OID_JSONB       3802

#define NGX_FRONTDESK_JSON_COLUMNS 64
#define NGX_FRONTDESK_JSON_KEY     72 /* Postgres has names of 63 bytes */

typedef int (*ngx_frontdesk_json_pt)(ngx_frontdesk_json_t *json,
    const char *text, size_t len);

static int ngx_frontdesk_json_escaped(ngx_frontdesk_json_t *json,
    const char *text, size_t len);
static int ngx_frontdesk_json_bool(ngx_frontdesk_json_t *json,
    const char *text, size_t len);
static int ngx_frontdesk_json_number(ngx_frontdesk_json_t *json,
    const char *text, size_t len);
static int ngx_frontdesk_json_time(ngx_frontdesk_json_t *json,
    const char *text, size_t len);
static int ngx_frontdesk_json_strings(ngx_frontdesk_json_t *json,
    const char *text, size_t len);
static int ngx_frontdesk_json_numbers(ngx_frontdesk_json_t *json,
    const char *text, size_t len);

static const struct {
    Oid type;
    ngx_frontdesk_json_pt write;
} ngx_frontdesk_json_types[] = {
    { NGX_FRONTDESK_OID_BOOL, ngx_frontdesk_json_bool },
    { NGX_FRONTDESK_OID_INT2, ngx_frontdesk_json_number },
    { NGX_FRONTDESK_OID_INT4, ngx_frontdesk_json_number },
    { NGX_FRONTDESK_OID_INT8, ngx_frontdesk_json_number },
    { NGX_FRONTDESK_OID_FLOAT4, ngx_frontdesk_json_number },
    { NGX_FRONTDESK_OID_FLOAT8, ngx_frontdesk_json_number },
    { NGX_FRONTDESK_OID_NUMERIC, ngx_frontdesk_json_number },
    { NGX_FRONTDESK_OID_JSON, ngx_frontdesk_json_raw },
    { NGX_FRONTDESK_OID_JSONB, ngx_frontdesk_json_raw },
    { NGX_FRONTDESK_OID_TIMESTAMPTZ, ngx_frontdesk_json_time },
    { NGX_FRONTDESK_OID_TEXTS, ngx_frontdesk_json_strings },
    { NGX_FRONTDESK_OID_VARCHARS, ngx_frontdesk_json_strings },
    { NGX_FRONTDESK_OID_UUIDS, ngx_frontdesk_json_strings },
    { NGX_FRONTDESK_OID_INT4S, ngx_frontdesk_json_numbers },
    { NGX_FRONTDESK_OID_INT8S, ngx_frontdesk_json_numbers },
};

/* A column is looked at once a result, not once a row. */
typedef struct {
    char key[NGX_FRONTDESK_JSON_KEY]; /* ,"name": */
    size_t key_len;
    ngx_frontdesk_json_pt write;
} ngx_frontdesk_json_column_t;

static int ngx_frontdesk_json_columns(ngx_frontdesk_json_column_t *columns,
    const PGresult *rows, int first);
static int ngx_frontdesk_json_object(ngx_frontdesk_json_t *json,
    const ngx_frontdesk_json_column_t *columns, int n, const PGresult *rows,
    int row, int first);

int
ngx_frontdesk_json_list(ngx_frontdesk_json_t *json, const PGresult *rows)
{
    int n, row, count;
    ngx_frontdesk_json_column_t columns[NGX_FRONTDESK_JSON_COLUMNS];

    n = ngx_frontdesk_json_columns(columns, rows, 0);
    count = PQntuples(rows);

    if (ngx_frontdesk_json_literal(json, "[") != 0) {
        return -1;
    }

    for (row = 0; row < count; row++) {
        if ((row > 0 && ngx_frontdesk_json_literal(json, ",") != 0)
            || ngx_frontdesk_json_object(json, columns, n, rows, row, 0) != 0)
        {
            return -1;
        }
    }

    return ngx_frontdesk_json_literal(json, "]");
}

int
ngx_frontdesk_json_row(ngx_frontdesk_json_t *json, const PGresult *rows,
    int row, int first)
{
    int n;
    ngx_frontdesk_json_column_t columns[NGX_FRONTDESK_JSON_COLUMNS];

    n = ngx_frontdesk_json_columns(columns, rows, first);
    return ngx_frontdesk_json_object(json, columns, n, rows, row, first);
}

static int
ngx_frontdesk_json_columns(ngx_frontdesk_json_column_t *columns,
    const PGresult *rows, int first)
{
    int i, n = PQnfields(rows) - first;
    Oid type;
    size_t t;

    if (n > NGX_FRONTDESK_JSON_COLUMNS) {
        n = NGX_FRONTDESK_JSON_COLUMNS;
    }

    for (i = 0; i < n; i++) {
        /* Column names are ours: nothing in them to escape. */
        columns[i].key_len = (size_t) snprintf(
            columns[i].key, sizeof(columns[i].key), "%c\"%.63s\":",
            i == 0 ? '{' : ',', PQfname(rows, first + i));
        columns[i].write = ngx_frontdesk_json_string;

        type = PQftype(rows, first + i);
        for (t = 0; t < sizeof(ngx_frontdesk_json_types)
                            / sizeof(ngx_frontdesk_json_types[0]);
             t++)
        {
            if (ngx_frontdesk_json_types[t].type == type) {
                columns[i].write = ngx_frontdesk_json_types[t].write;
                break;
            }
        }
    }

    return n;
}

static int
ngx_frontdesk_json_object(ngx_frontdesk_json_t *json,
    const ngx_frontdesk_json_column_t *columns, int n, const PGresult *rows,
    int row, int first)
{
    int i, column, rc;

    for (i = 0; i < n; i++) {
        if (ngx_frontdesk_json_raw(json, columns[i].key, columns[i].key_len)
            != 0)
        {
            return -1;
        }

        column = first + i;
        rc = PQgetisnull(rows, row, column)
                 ? ngx_frontdesk_json_literal(json, "null")
                 : columns[i].write(json, PQgetvalue(rows, row, column),
                                    (size_t) PQgetlength(rows, row, column));
        if (rc != 0) {
            return -1;
        }
    }

    return n == 0 ? ngx_frontdesk_json_literal(json, "{}")
                  : ngx_frontdesk_json_literal(json, "}");
}

int
ngx_frontdesk_json_raw(ngx_frontdesk_json_t *json, const char *text,
    size_t len)
{
    if ((size_t) (json->end - json->pos) < len
        && json->more(json, len) != 0)
    {
        return -1;
    }

    memcpy(json->pos, text, len);
    json->pos += len;

    return 0;
}

/* 0: as it is; u: \u00xx; else the letter behind a backslash. */
static const char ngx_frontdesk_json_escapes[256] = {
    "uuuuuuuubtnufruuuuuuuuuuuuuuuuuu"
};

static char
ngx_frontdesk_json_escape(unsigned char c)
{
    return c == '"' || c == '\\' ? (char) c : ngx_frontdesk_json_escapes[c];
}

int
ngx_frontdesk_json_string(ngx_frontdesk_json_t *json, const char *text,
    size_t len)
{
    if (ngx_frontdesk_json_literal(json, "\"") != 0
        || ngx_frontdesk_json_escaped(json, text, len) != 0)
    {
        return -1;
    }

    return ngx_frontdesk_json_literal(json, "\"");
}

static int
ngx_frontdesk_json_escaped(ngx_frontdesk_json_t *json, const char *text,
    size_t len)
{
    char escape, *p;
    const char *end = text + len, *run;

    static const char digits[] = "0123456789abcdef";

    /* The worst there can be is asked for once, so that nothing checks. */
    if ((size_t) (json->end - json->pos) < 6 * len
        && json->more(json, 6 * len) != 0)
    {
        return -1;
    }

    p = json->pos;

    while (text < end) {
        for (run = text; run < end; run++) {
            if (ngx_frontdesk_json_escape((unsigned char) *run) != 0) {
                break;
            }
        }

        memcpy(p, text, (size_t) (run - text));
        p += run - text;
        text = run;

        if (text == end) {
            break;
        }

        escape = ngx_frontdesk_json_escape((unsigned char) *text);
        *p++ = '\\';
        *p++ = escape;
        if (escape == 'u') {
            *p++ = '0';
            *p++ = '0';
            *p++ = digits[(unsigned char) *text >> 4];
            *p++ = digits[*text & 15];
        }
        text++;
    }

    json->pos = p;

    return 0;
}

static int
ngx_frontdesk_json_bool(ngx_frontdesk_json_t *json, const char *text,
    size_t len)
{
    return len > 0 && text[0] == 't' ? ngx_frontdesk_json_literal(json, "true")
                                     : ngx_frontdesk_json_literal(json,
                                                                  "false");
}

/* NaN and the infinities have no JSON. */
static int
ngx_frontdesk_json_number(ngx_frontdesk_json_t *json, const char *text,
    size_t len)
{
    char last = len > 0 ? text[len - 1] : 'N';

    if (last < '0' || last > '9') {
        return ngx_frontdesk_json_literal(json, "null");
    }

    return ngx_frontdesk_json_raw(json, text, len);
}

/* "2026-11-20 10:15:30.5+00", in UTC by the connection's setting. */
static int
ngx_frontdesk_json_time(ngx_frontdesk_json_t *json, const char *text,
    size_t len)
{
    if (len < 22 || len > 40 || text[10] != ' '
        || memcmp(text + len - 3, "+00", 3) != 0)
    {
        return ngx_frontdesk_json_string(json, text, len);
    }

    if (ngx_frontdesk_json_literal(json, "\"") != 0
        || ngx_frontdesk_json_raw(json, text, 10) != 0
        || ngx_frontdesk_json_literal(json, "T") != 0
        || ngx_frontdesk_json_raw(json, text + 11, len - 14) != 0)
    {
        return -1;
    }

    return ngx_frontdesk_json_literal(json, "Z\"");
}

/* One element, up to its comma or the end; returns where it stopped. */
static const char *
ngx_frontdesk_json_element(ngx_frontdesk_json_t *json, const char *text,
    const char *end)
{
    int quoted = *text == '"';
    const char *run;

    text += quoted;

    for (run = text; text < end; text++) {
        if (quoted ? *text == '"' : (*text == ',' || *text == '}')) {
            break;
        }

        if (*text == '\\' && text + 1 < end) {
            if (ngx_frontdesk_json_escaped(json, run, (size_t) (text - run))
                != 0)
            {
                return NULL;
            }
            run = ++text; /* what stands behind the backslash is itself */
        }
    }

    if (ngx_frontdesk_json_escaped(json, run, (size_t) (text - run)) != 0) {
        return NULL;
    }

    return text + (quoted && text < end);
}

/* {a,"b \"c\"",NULL} as Postgres writes arrays of one dimension. */
static int
ngx_frontdesk_json_array(ngx_frontdesk_json_t *json, const char *text,
    size_t len, int strings)
{
    size_t quote = strings ? 1 : 0;
    const char *end = text + len;

    if (ngx_frontdesk_json_literal(json, "[") != 0) {
        return -1;
    }

    for (text++; text < end && *text != '}';) {
        if (end - text >= 5 && memcmp(text, "NULL", 4) == 0
            && (text[4] == ',' || text[4] == '}'))
        {
            if (ngx_frontdesk_json_literal(json, "null") != 0) {
                return -1;
            }
            text += 4;

        } else {
            if (ngx_frontdesk_json_raw(json, "\"", quote) != 0) {
                return -1;
            }

            text = ngx_frontdesk_json_element(json, text, end);
            if (text == NULL
                || ngx_frontdesk_json_raw(json, "\"", quote) != 0)
            {
                return -1;
            }
        }

        if (text < end && *text == ',') {
            text++;
            if (ngx_frontdesk_json_literal(json, ",") != 0) {
                return -1;
            }
        }
    }

    return ngx_frontdesk_json_literal(json, "]");
}

static int
ngx_frontdesk_json_strings(ngx_frontdesk_json_t *json, const char *text,
    size_t len)
{
    return ngx_frontdesk_json_array(json, text, len, 1);
}

static int
ngx_frontdesk_json_numbers(ngx_frontdesk_json_t *json, const char *text,
    size_t len)
{
    return ngx_frontdesk_json_array(json, text, len, 0);
}
