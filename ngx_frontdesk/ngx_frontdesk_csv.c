/* SPDX-License-Identifier: BSD-2-Clause */

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ngx_frontdesk_csv.h"

#define NGX_FRONTDESK_OID_BOOL        16
#define NGX_FRONTDESK_OID_TIMESTAMPTZ 1184

/* Cells that a spreadsheet would take for a formula. */
#define NGX_FRONTDESK_CSV_FORMULA "=+-@\t"

typedef struct {
    const char *pos;
    const char *end;
    char *cell; /* as large as the text: no cell is larger */
    size_t len;
    unsigned line;
    unsigned last:1; /* of its line */
} ngx_frontdesk_csv_t;

static ngx_frontdesk_csv_e ngx_frontdesk_csv_cell(ngx_frontdesk_csv_t *csv);
static ngx_frontdesk_csv_e ngx_frontdesk_csv_rows(ngx_frontdesk_csv_t *csv,
    cJSON *rows, const ngx_frontdesk_field_t *items, unsigned max);

const char *
ngx_frontdesk_csv_reason(ngx_frontdesk_csv_e rc)
{
    static const char *const reasons[] = {
        [NGX_FRONTDESK_CSV_OK] = "",
        [NGX_FRONTDESK_CSV_SYNTAX] = "A quote of the CSV is out of place.",
        [NGX_FRONTDESK_CSV_UTF8] = "The CSV is not valid UTF-8.",
        [NGX_FRONTDESK_CSV_HEADER] = "The first line of the CSV must name "
                                     "fields, each once.",
        [NGX_FRONTDESK_CSV_COUNT] = "A line of the CSV has more cells than "
                                    "the first.",
        [NGX_FRONTDESK_CSV_MEMORY] = "The CSV could not be read.",
    };

    return reasons[rc];
}


/* In. */

ngx_frontdesk_csv_e
ngx_frontdesk_csv_read(cJSON **body, unsigned *line, const char *text,
    size_t len, const ngx_frontdesk_field_t *items, unsigned max)
{
    cJSON *tree, *rows;
    ngx_frontdesk_csv_t csv;
    ngx_frontdesk_csv_e rc;

    *line = 1;

    if (ngx_frontdesk_text_length(text, len) < 0) {
        return NGX_FRONTDESK_CSV_UTF8;
    }

    memset(&csv, 0, sizeof(csv));
    csv.pos = text;
    csv.end = text + len;
    csv.line = 1;

    if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
        csv.pos += 3;
    }

    tree = cJSON_CreateObject();
    rows = cJSON_AddArrayToObject(tree, "rows");
    csv.cell = malloc(len + 1);

    rc = rows == NULL || csv.cell == NULL
             ? NGX_FRONTDESK_CSV_MEMORY
             : ngx_frontdesk_csv_rows(&csv, rows, items, max);

    free(csv.cell);
    *line = csv.line;

    if (rc != NGX_FRONTDESK_CSV_OK) {
        cJSON_Delete(tree);
        return rc;
    }

    *body = tree;
    return NGX_FRONTDESK_CSV_OK;
}

static void
ngx_frontdesk_csv_end_line(ngx_frontdesk_csv_t *csv)
{
    csv->last = 1;

    if (csv->pos < csv->end && *csv->pos == '\r') {
        csv->pos++;
    }

    if (csv->pos < csv->end && *csv->pos == '\n') {
        csv->pos++;
    }
}

/* Of one without quotes; a NUL is none of its own letters either. */
static int
ngx_frontdesk_csv_is_end(char c)
{
    return c == ',' || c == '\n' || c == '\r' || c == '\0';
}

/* Takes one cell and what ends it. */
static ngx_frontdesk_csv_e
ngx_frontdesk_csv_cell(ngx_frontdesk_csv_t *csv)
{
    int quoted = csv->pos < csv->end && *csv->pos == '"';

    csv->len = 0;
    csv->last = 0;

    for (csv->pos += quoted; csv->pos < csv->end; csv->pos++) {
        if (quoted && *csv->pos == '"') {
            if (csv->pos + 1 == csv->end || csv->pos[1] != '"') {
                csv->pos++;
                quoted = 0;
                break;
            }
            csv->pos++; /* two are one */

        } else if (!quoted && ngx_frontdesk_csv_is_end(*csv->pos)) {
            break;

        } else if (!quoted && *csv->pos == '"') {
            return NGX_FRONTDESK_CSV_SYNTAX;
        }

        csv->cell[csv->len++] = *csv->pos;
    }

    csv->cell[csv->len] = '\0';

    if (quoted) {
        return NGX_FRONTDESK_CSV_SYNTAX; /* the text ends within */
    }

    if (csv->pos == csv->end || *csv->pos == '\r' || *csv->pos == '\n') {
        ngx_frontdesk_csv_end_line(csv);
        return NGX_FRONTDESK_CSV_OK;
    }

    if (*csv->pos++ != ',') {
        return NGX_FRONTDESK_CSV_SYNTAX;
    }

    return NGX_FRONTDESK_CSV_OK;
}

/* Texts with semicolons between. */
static cJSON *
ngx_frontdesk_csv_texts(char *cell)
{
    char *element, *rest = cell;
    cJSON *array = cJSON_CreateArray(), *text;

    while ((element = strsep(&rest, ";")) != NULL) {
        element += strspn(element, " ");
        if (*element == '\0') {
            continue;
        }

        text = cJSON_CreateString(element);
        if (!cJSON_AddItemToArray(array, text)) {
            cJSON_Delete(text);
        }
    }

    return array;
}

static cJSON *
ngx_frontdesk_csv_value(ngx_frontdesk_csv_t *csv,
    ngx_frontdesk_type_e type)
{
    char *end, *cell = csv->cell;
    double number;

    /* The guard that we, too, put before what looks like a formula. */
    if (cell[0] == '\'' && cell[1] != '\0'
        && strchr(NGX_FRONTDESK_CSV_FORMULA, cell[1]) != NULL)
    {
        cell++;
    }

    switch (type) {
    case NGX_FRONTDESK_INTEGER:
    case NGX_FRONTDESK_NUMBER:
        number = strtod(cell, &end);
        if (*end == '\0' && strspn(cell, "-.0123456789") == strlen(cell)) {
            return cJSON_CreateNumber(number);
        }
        break;
    case NGX_FRONTDESK_BOOLEAN:
        if (strcasecmp(cell, "true") == 0 || strcasecmp(cell, "false") == 0) {
            return cJSON_CreateBool((cell[0] | 0x20) == 't');
        }
        break;
    case NGX_FRONTDESK_TEXTS:
        return ngx_frontdesk_csv_texts(cell);
    default:
        break;
    }

    return cJSON_CreateString(cell);
}

static ngx_frontdesk_type_e
ngx_frontdesk_csv_type(const ngx_frontdesk_field_t *items, const char *name)
{
    for (; items != NULL && items->name != NULL; items++) {
        if (strcmp(items->name, name) == 0) {
            return items->type;
        }
    }

    return NGX_FRONTDESK_TEXT;
}

static ngx_frontdesk_csv_e
ngx_frontdesk_csv_header(ngx_frontdesk_csv_t *csv, cJSON *names)
{
    cJSON *name;
    const cJSON *other;
    ngx_frontdesk_csv_e rc;

    do {
        rc = ngx_frontdesk_csv_cell(csv);
        if (rc != NGX_FRONTDESK_CSV_OK) {
            return rc;
        }

        cJSON_ArrayForEach(other, names) {
            if (strcmp(other->valuestring, csv->cell) == 0) {
                return NGX_FRONTDESK_CSV_HEADER;
            }
        }

        if (csv->len == 0
            || cJSON_GetArraySize(names) == NGX_FRONTDESK_CSV_COLUMNS)
        {
            return NGX_FRONTDESK_CSV_HEADER;
        }

        name = cJSON_CreateString(csv->cell);
        if (!cJSON_AddItemToArray(names, name)) {
            cJSON_Delete(name);
            return NGX_FRONTDESK_CSV_MEMORY;
        }
    } while (!csv->last);

    return NGX_FRONTDESK_CSV_OK;
}

static ngx_frontdesk_csv_e
ngx_frontdesk_csv_row(ngx_frontdesk_csv_t *csv, cJSON *row,
    const cJSON *names, const ngx_frontdesk_field_t *items)
{
    cJSON *value;
    const cJSON *name = names->child;
    ngx_frontdesk_csv_e rc;

    do {
        rc = ngx_frontdesk_csv_cell(csv);
        if (rc != NGX_FRONTDESK_CSV_OK) {
            return rc;
        }

        if (name == NULL) {
            return NGX_FRONTDESK_CSV_COUNT;
        }

        if (csv->len > 0) {
            value = ngx_frontdesk_csv_value(
                csv, ngx_frontdesk_csv_type(items, name->valuestring));
            if (!cJSON_AddItemToObject(row, name->valuestring, value)) {
                cJSON_Delete(value);
                return NGX_FRONTDESK_CSV_MEMORY;
            }
        }

        name = name->next;
    } while (!csv->last);

    return NGX_FRONTDESK_CSV_OK;
}

static ngx_frontdesk_csv_e
ngx_frontdesk_csv_rows(ngx_frontdesk_csv_t *csv, cJSON *rows,
    const ngx_frontdesk_field_t *items, unsigned max)
{
    cJSON *row, *names = cJSON_CreateArray();
    unsigned n = 0;
    ngx_frontdesk_csv_e rc;

    rc = names == NULL ? NGX_FRONTDESK_CSV_MEMORY
                       : ngx_frontdesk_csv_header(csv, names);

    while (rc == NGX_FRONTDESK_CSV_OK && csv->pos < csv->end && n <= max) {
        csv->line++;

        if (*csv->pos == '\r' || *csv->pos == '\n') {
            ngx_frontdesk_csv_end_line(csv); /* an empty line is no row */
            continue;
        }

        row = cJSON_CreateObject();
        if (!cJSON_AddItemToArray(rows, row)) {
            cJSON_Delete(row);
            rc = NGX_FRONTDESK_CSV_MEMORY;
        } else {
            rc = ngx_frontdesk_csv_row(csv, row, names, items);
            n++;
        }
    }

    cJSON_Delete(names);
    return rc;
}


/* Out. */

/* A phone number or any other number is no formula. */
static int
ngx_frontdesk_csv_is_formula(const char *text, size_t len)
{
    size_t i;

    if (len == 0 || strchr(NGX_FRONTDESK_CSV_FORMULA "\r", text[0]) == NULL) {
        return 0;
    }

    for (i = 1; i < len; i++) {
        if ((text[i] < '0' || text[i] > '9')
            && !(text[0] == '-' && text[i] == '.'))
        {
            return 1;
        }
    }

    return len == 1 || (text[0] != '+' && text[0] != '-');
}

static int
ngx_frontdesk_csv_text(ngx_frontdesk_json_t *out, const char *text, size_t len)
{
    int rc = 0;
    size_t i, n;
    int guarded = ngx_frontdesk_csv_is_formula(text, len);
    int quoted = guarded;

    for (i = 0; i < len && !quoted; i++) {
        quoted = strchr("\",\r\n", text[i]) != NULL;
    }

    if (!quoted) {
        return ngx_frontdesk_json_raw(out, text, len);
    }

    rc |= ngx_frontdesk_json_raw(out, "\"'", guarded ? 2 : 1);

    for (i = 0; i < len; i += n) {
        n = 0;
        while (i + n < len && text[i + n++] != '"') {
            /* void: up to a quote, and it */
        }

        rc |= ngx_frontdesk_json_raw(out, text + i, n);
        if (text[i + n - 1] == '"') {
            rc |= ngx_frontdesk_json_literal(out, "\"");
        }
    }

    return rc | ngx_frontdesk_json_literal(out, "\"");
}

static int
ngx_frontdesk_csv_column(ngx_frontdesk_json_t *out, const PGresult *rows,
    int row, int column)
{
    int rc;
    size_t len;
    const char *text;

    if (PQgetisnull(rows, row, column)) {
        return 0;
    }

    text = PQgetvalue(rows, row, column);
    len = (size_t) PQgetlength(rows, row, column);

    switch (PQftype(rows, column)) {
    case NGX_FRONTDESK_OID_BOOL:
        return text[0] == 't' ? ngx_frontdesk_json_literal(out, "true")
                              : ngx_frontdesk_json_literal(out, "false");
    case NGX_FRONTDESK_OID_TIMESTAMPTZ:
        /* As JSON has it, in UTC, without quotes. */
        if (len < 22 || text[10] != ' '
            || memcmp(text + len - 3, "+00", 3) != 0)
        {
            break;
        }
        rc = ngx_frontdesk_json_raw(out, text, 10);
        rc |= ngx_frontdesk_json_literal(out, "T");
        rc |= ngx_frontdesk_json_raw(out, text + 11, len - 14);
        return rc | ngx_frontdesk_json_literal(out, "Z");
    default:
        break;
    }

    return ngx_frontdesk_csv_text(out, text, len);
}

int
ngx_frontdesk_csv_head(ngx_frontdesk_json_t *out, const PGresult *rows)
{
    int rc = 0, column, n = PQnfields(rows);
    const char *name;

    for (column = 0; column < n; column++) {
        name = PQfname(rows, column);
        if (column > 0) {
            rc |= ngx_frontdesk_json_literal(out, ",");
        }
        rc |= ngx_frontdesk_csv_text(out, name, strlen(name));
    }

    return rc | ngx_frontdesk_json_literal(out, "\r\n");
}

int
ngx_frontdesk_csv_lines(ngx_frontdesk_json_t *out, const PGresult *rows,
    int row, int n)
{
    int rc = 0, column, columns = PQnfields(rows);

    for (; n > 0 && row < PQntuples(rows) && rc == 0; row++, n--) {
        for (column = 0; column < columns; column++) {
            if (column > 0) {
                rc |= ngx_frontdesk_json_literal(out, ",");
            }
            rc |= ngx_frontdesk_csv_column(out, rows, row, column);
        }
        rc |= ngx_frontdesk_json_literal(out, "\r\n");
    }

    return rc;
}
