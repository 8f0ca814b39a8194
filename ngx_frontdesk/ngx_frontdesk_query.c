/* SPDX-License-Identifier: BSD-2-Clause */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ngx_frontdesk_query.h"
#include "ngx_frontdesk_token.h"

/* A query as it is read; values stand in space, name and value by turns. */
typedef struct {
    ngx_frontdesk_query_t *query;
    ngx_frontdesk_problems_t *problems;
    const ngx_frontdesk_field_t *fields;
    char *space;
    unsigned long seen; /* a bit for each field */
    unsigned format:1;  /* of the row: CSV or JSON */
} ngx_frontdesk_reading_t;

static void ngx_frontdesk_query_arg(ngx_frontdesk_reading_t *reading,
    const char *text, size_t len);
static void ngx_frontdesk_query_value(ngx_frontdesk_reading_t *reading,
    const ngx_frontdesk_field_t *field, unsigned at, char *value);

unsigned
ngx_frontdesk_query_count(const ngx_frontdesk_field_t *fields)
{
    unsigned n = 0;

    for (; fields != NULL && fields->name != NULL; fields++) {
        n += fields->type == NGX_FRONTDESK_CURSOR ? 2 : 1;
    }

    return n;
}

/* What SQL gets when nothing is said. */
static void
ngx_frontdesk_query_page(ngx_frontdesk_query_t *query,
    const ngx_frontdesk_field_t *fields)
{
    unsigned n = 0;

    for (; fields != NULL && fields->name != NULL; fields++, n++) {
        switch (fields->type) {
        case NGX_FRONTDESK_LIMIT_ROWS:
            if (query->limit == 0) {
                query->limit = query->csv ? NGX_FRONTDESK_LIMIT_CSV
                                          : NGX_FRONTDESK_LIMIT;
            }
            snprintf(query->limit_text, sizeof(query->limit_text), "%ld",
                     query->limit);
            query->values[n] = query->limit_text;
            break;
        case NGX_FRONTDESK_OFFSET_ROWS:
            snprintf(query->offset_text, sizeof(query->offset_text), "%ld",
                     query->offset);
            query->values[n] = query->offset_text;
            break;
        case NGX_FRONTDESK_CURSOR:
            n++;
            break;
        default:
            break;
        }
    }

    query->n = n;
}

static void
ngx_frontdesk_query_required(ngx_frontdesk_reading_t *reading)
{
    unsigned i = 0;
    const ngx_frontdesk_field_t *field = reading->fields;

    for (; field != NULL && field->name != NULL; field++, i++) {
        if (field->required && !(reading->seen >> i & 1)) {
            ngx_frontdesk_problem_add(reading->problems, field->name,
                                      "This is missing.");
        }
    }
}

void
ngx_frontdesk_query_read(ngx_frontdesk_query_t *query,
    ngx_frontdesk_problems_t *problems, const ngx_frontdesk_field_t *fields,
    const char *text, size_t len, char *space, int csv, int accepts)
{
    size_t n;
    const char *end = text + len, *stop;
    ngx_frontdesk_reading_t reading;

    memset(query, 0, sizeof(*query));
    memset(&reading, 0, sizeof(reading));
    reading.query = query;
    reading.problems = problems;
    reading.fields = fields;
    reading.space = space;
    reading.format = csv ? 1 : 0;
    query->csv = csv && accepts;

    for (; text < end; text += n + (stop != NULL)) {
        stop = memchr(text, '&', (size_t) (end - text));
        n = (size_t) ((stop != NULL ? stop : end) - text);

        if (n > 0) {
            ngx_frontdesk_query_arg(&reading, text, n);
        }
    }

    if (csv && query->limit > NGX_FRONTDESK_LIMIT_MAX && !query->csv) {
        ngx_frontdesk_problem_add(problems, "limit", "This must be 1 to %d.",
                                  NGX_FRONTDESK_LIMIT_MAX);
    }

    ngx_frontdesk_query_required(&reading);
    ngx_frontdesk_query_page(query, fields);
}

static int
ngx_frontdesk_unhex(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }

    c = (char) (c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* As forms encode; the end of what was written, or NULL: it is not valid. */
static char *
ngx_frontdesk_query_decode(char *out, const char *text, size_t len)
{
    int high, low;
    char *start = out;
    const char *end = text + len;

    for (; text < end; text++) {
        if (*text == '+') {
            *out++ = ' ';
            continue;
        }

        if (*text != '%') {
            *out++ = *text;
            continue;
        }

        if (end - text < 3) {
            return NULL;
        }

        high = ngx_frontdesk_unhex(text[1]);
        low = ngx_frontdesk_unhex(text[2]);
        if (high < 0 || low < 0) {
            return NULL;
        }

        *out++ = (char) (high << 4 | low);
        text += 2;
    }

    if (ngx_frontdesk_text_length(start, (size_t) (out - start)) < 0) {
        return NULL;
    }

    *out++ = '\0';
    return out;
}

static void
ngx_frontdesk_query_arg(ngx_frontdesk_reading_t *reading, const char *text,
    size_t len)
{
    char *name = reading->space, *value, *end;
    unsigned i = 0, at = 0;
    const char *equals = memchr(text, '=', len);
    const ngx_frontdesk_field_t *field;

    if (equals == NULL) {
        equals = text + len;
    }

    value = ngx_frontdesk_query_decode(name, text, (size_t) (equals - text));
    if (value == NULL) {
        ngx_frontdesk_problem_add(reading->problems, "",
                                  "A parameter's name is not valid UTF-8.");
        return;
    }

    for (field = reading->fields; field != NULL && field->name != NULL;
         field++, i++)
    {
        if (strcmp(field->name, name) == 0) {
            break;
        }
        at += field->type == NGX_FRONTDESK_CURSOR ? 2 : 1;
    }

    if (field != NULL && field->name == NULL) {
        field = NULL;
    }

    if (field == NULL
        && !(reading->format && strcmp(name, "format") == 0))
    {
        ngx_frontdesk_problem_add(reading->problems, name,
                                  "There is no such parameter.");
        return;
    }

    if (reading->seen >> i & 1) {
        ngx_frontdesk_problem_add(reading->problems, name,
                                  "This is given twice.");
        return;
    }
    reading->seen |= 1ul << i;

    end = NULL;
    if (equals < text + len) {
        end = ngx_frontdesk_query_decode(value, equals + 1,
                                         (size_t) (text + len - equals - 1));
    }

    if (end == NULL) {
        ngx_frontdesk_problem_add(reading->problems, name,
                                  equals == text + len
                                      ? "This must have a value."
                                      : "This is not valid UTF-8.");
        return;
    }

    if (field != NULL) {
        ngx_frontdesk_query_value(reading, field, at, value);
        reading->space = end;
    } else if (strcmp(value, "csv") == 0 || strcmp(value, "json") == 0) {
        reading->query->csv = value[0] == 'c';
    } else {
        ngx_frontdesk_problem_add(reading->problems, name,
                                  "This must be one of: json, csv.");
    }
}

static long
ngx_frontdesk_query_count_of(ngx_frontdesk_reading_t *reading,
    const char *name, const char *value, long min, long max)
{
    ngx_frontdesk_field_t field;

    memset(&field, 0, sizeof(field));
    field.type = NGX_FRONTDESK_INTEGER;
    field.min = (double) min;
    field.max = (double) max;
    ngx_frontdesk_text_check(reading->problems, name, value, &field);

    return strtol(value, NULL, 10);
}

/* base64url of a key, a bar, an id. */
static void
ngx_frontdesk_query_cursor(ngx_frontdesk_reading_t *reading, const char *name,
    const char *value)
{
    char text[NGX_FRONTDESK_CURSOR_BYTES];
    char *bar;
    size_t n = 0;
    ngx_frontdesk_query_t *query = reading->query;

    if (ngx_frontdesk_unbase64url((uint8_t *) text, sizeof(text) - 1, &n,
                                  value, strlen(value))
        != 0)
    {
        n = 0;
    }

    text[n] = '\0';
    bar = strrchr(text, '|');

    if (bar == NULL || ngx_frontdesk_text_length(text, n) < 0
        || !ngx_frontdesk_is_uuid(bar + 1, strlen(bar + 1)))
    {
        ngx_frontdesk_problem_add(reading->problems, name,
                                  "This is no cursor of ours.");
        return;
    }

    *bar = '\0';
    memcpy(query->cursor_key, text, (size_t) (bar - text) + 1);
    memcpy(query->cursor_id, bar + 1, sizeof(query->cursor_id) - 3);
    query->cursor = 1;
}

static void
ngx_frontdesk_query_value(ngx_frontdesk_reading_t *reading,
    const ngx_frontdesk_field_t *field, unsigned at, char *value)
{
    size_t len;
    ngx_frontdesk_query_t *query = reading->query;

    switch (field->type) {
    case NGX_FRONTDESK_LIMIT_ROWS:
        query->limit = ngx_frontdesk_query_count_of(
            reading, field->name, value, 1,
            reading->format ? NGX_FRONTDESK_LIMIT_CSV
                            : NGX_FRONTDESK_LIMIT_MAX);
        return;
    case NGX_FRONTDESK_OFFSET_ROWS:
        query->offset = ngx_frontdesk_query_count_of(
            reading, field->name, value, 0, NGX_FRONTDESK_OFFSET_MAX);
        return;
    case NGX_FRONTDESK_CURSOR:
        ngx_frontdesk_query_cursor(reading, field->name, value);
        query->values[at] = query->cursor_key;
        query->values[at + 1] = query->cursor_id;
        return;
    case NGX_FRONTDESK_TIME:
        /* The plus of a zone that was not encoded. */
        len = strlen(value);
        if (len > 6 && value[len - 6] == ' ') {
            value[len - 6] = '+';
        }
        break;
    default:
        break;
    }

    if (strcmp(field->name, "sort") == 0) {
        query->sorted = 1;
    }

    ngx_frontdesk_text_check(reading->problems, field->name, value, field);
    query->values[at] = value;
}

size_t
ngx_frontdesk_cursor_make(char out[2 * NGX_FRONTDESK_CURSOR_BYTES],
    const char *key, size_t key_len, const char *id, size_t id_len)
{
    char text[NGX_FRONTDESK_CURSOR_BYTES];

    if (!ngx_frontdesk_is_uuid(id, id_len)
        || key_len + id_len + 2 > sizeof(text))
    {
        return 0;
    }

    memcpy(text, key, key_len);
    text[key_len] = '|';
    memcpy(text + key_len + 1, id, id_len);

    return ngx_frontdesk_base64url(out, (uint8_t *) text,
                                   key_len + 1 + id_len);
}


/* Headers. */

static int
ngx_frontdesk_is_tag(const char *text, size_t len)
{
    return len == NGX_FRONTDESK_TAG_CHARS
           && strspn(text, "0123456789abcdef") == len;
}

/* RFC 9110, 13.1.1: "*", or tags with commas between. */
int
ngx_frontdesk_tags_read(char out[NGX_FRONTDESK_TAGS_BYTES], const char *text,
    size_t len)
{
    int weak;
    size_t n = 0;
    const char *end = text + len, *quote;

    out[0] = '\0';

    if (len == 1 && text[0] == '*') {
        memcpy(out, "*", 2);
        return 0;
    }

    for ( ;; ) {
        while (text < end && (*text == ' ' || *text == '\t' || *text == ',')) {
            text++;
        }

        if (text == end) {
            return 0;
        }

        weak = end - text > 2 && text[0] == 'W' && text[1] == '/';
        text += weak ? 2 : 0;

        quote = *text == '"' ? memchr(text + 1, '"', (size_t) (end - text - 1))
                             : NULL;
        if (quote == NULL) {
            return -1;
        }

        len = (size_t) (quote - text) - 1;
        if (!weak && ngx_frontdesk_is_tag(text + 1, len)
            && n + len + 2 < NGX_FRONTDESK_TAGS_BYTES)
        {
            if (n > 0) {
                out[n++] = ',';
            }
            memcpy(out + n, text + 1, len);
            n += len;
            out[n] = '\0';
        }

        text = quote + 1;
    }
}

int
ngx_frontdesk_is_idempotency_key(const char *text, size_t len)
{
    size_t i;

    for (i = 0; i < len; i++) {
        if (text[i] < ' ' || text[i] > '~') {
            return 0;
        }
    }

    return len > 0 && len <= NGX_FRONTDESK_IDEMPOTENCY_MAX;
}

/* Preferences in numbers are not weighed: who wants CSV says so first. */
int
ngx_frontdesk_accepts(const char *accept, size_t len, const char *type)
{
    size_t n = strlen(type);

    return len >= n && strncasecmp(accept, type, n) == 0
           && (len == n || strchr(",; \t", accept[n]) != NULL);
}
