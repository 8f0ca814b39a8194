/* SPDX-License-Identifier: BSD-2-Clause */

#include "ngx_frontdesk_body.h"
#include "ngx_frontdesk_csv.h"
#include "ngx_frontdesk_query.h"
#include "tests/fuzz/fuzz.h"

/*
 * Whatever a request says: what is taken is within the bounds of its fields
 * and valid UTF-8, what is refused is refused with a reason, and cursors that
 * are taken are the only ones for their row.
 *
 * Input: a byte (what follows is a query, CSV, JSON, tags), then that.
 */

#define ROWS_MAX 4

static const ngx_frontdesk_field_t items[] = {
    { .name = "name", .type = NGX_FRONTDESK_TEXT, .min = 1, .max = 10 },
    { .name = "n", .type = NGX_FRONTDESK_INTEGER, .min = 1, .max = 100 },
    { .name = "x", .type = NGX_FRONTDESK_NUMBER },
    { .name = "on", .type = NGX_FRONTDESK_BOOLEAN },
    { .name = "at", .type = NGX_FRONTDESK_TIME },
    { .name = "clock", .type = NGX_FRONTDESK_CLOCK },
    { .name = "phone", .type = NGX_FRONTDESK_PHONE },
    { .name = "email", .type = NGX_FRONTDESK_EMAIL },
    { .name = "kind", .type = NGX_FRONTDESK_CHOICE, .choices = "cat|dog" },
    { .name = "tags", .type = NGX_FRONTDESK_TEXTS, .max = 3 },
    { .name = NULL },
};

static const ngx_frontdesk_field_t body[] = {
    { "rows", NGX_FRONTDESK_OBJECTS, .items = items, .max = ROWS_MAX },
    { .name = "free", .type = NGX_FRONTDESK_OBJECT },
    { .name = NULL },
};

static const ngx_frontdesk_field_t query_fields[] = {
    { .name = "q", .type = NGX_FRONTDESK_TEXT, .min = 1, .max = 10 },
    { .name = "n", .type = NGX_FRONTDESK_INTEGER, .min = 1, .max = 100 },
    { .name = "x", .type = NGX_FRONTDESK_NUMBER },
    { .name = "at", .type = NGX_FRONTDESK_TIME },
    { .name = "day", .type = NGX_FRONTDESK_DATE },
    { .name = "id", .type = NGX_FRONTDESK_UUID },
    { .name = "limit", .type = NGX_FRONTDESK_LIMIT_ROWS },
    { .name = "offset", .type = NGX_FRONTDESK_OFFSET_ROWS },
    { .name = "cursor", .type = NGX_FRONTDESK_CURSOR },
    { .name = NULL },
};

/* Their parameters of SQL. */
#define N      1
#define ID     5
#define KEY    8
#define KEY_ID 9

static void
check_problems(const ngx_frontdesk_problems_t *problems)
{
    unsigned                       i;
    const ngx_frontdesk_problem_t *problem;

    FUZZ_CHECK(problems->n <= NGX_FRONTDESK_PROBLEMS);

    for (i = 0; i < problems->n; i++) {
        problem = &problems->list[i];
        FUZZ_CHECK(strlen(problem->message) > 10);
        FUZZ_CHECK(ngx_frontdesk_text_length(problem->field,
                                             strlen(problem->field))
                   >= 0);
    }
}

static void
check_cursor(const ngx_frontdesk_query_t *query)
{
    char                     text[2 * NGX_FRONTDESK_CURSOR_BYTES + 8];
    char                     space[sizeof(text)];
    size_t                   n;
    ngx_frontdesk_query_t    again;
    ngx_frontdesk_problems_t problems;

    n = ngx_frontdesk_cursor_make(text + 7, query->values[KEY],
                                  strlen(query->values[KEY]),
                                  query->values[KEY_ID],
                                  strlen(query->values[KEY_ID]));
    FUZZ_CHECK(n > 0);
    memcpy(text, "cursor=", 7);

    problems.n = 0;
    ngx_frontdesk_query_read(&again, &problems, query_fields, text, n + 7,
                             space, 0, 0);
    FUZZ_CHECK(problems.n == 0);
    FUZZ_CHECK(strcmp(again.values[KEY], query->values[KEY]) == 0);
    FUZZ_CHECK(strcmp(again.values[KEY_ID], query->values[KEY_ID]) == 0);
}

static void
read_query(const char *text, size_t bytes, int csv)
{
    char                    *space = malloc(bytes + 1);
    unsigned                 i;
    ngx_frontdesk_query_t    query;
    ngx_frontdesk_problems_t problems;

    FUZZ_CHECK(space != NULL);
    problems.n = 0;
    ngx_frontdesk_query_read(&query, &problems, query_fields, text, bytes,
                             space, csv, csv);
    check_problems(&problems);

    if (problems.n == 0) {
        FUZZ_CHECK(query.n == ngx_frontdesk_query_count(query_fields));
        FUZZ_CHECK(query.limit >= 1
                   && query.limit <= (query.csv ? NGX_FRONTDESK_LIMIT_CSV
                                                : NGX_FRONTDESK_LIMIT_MAX));
        FUZZ_CHECK(query.offset >= 0
                   && query.offset <= NGX_FRONTDESK_OFFSET_MAX);

        for (i = 0; i < query.n; i++) {
            FUZZ_CHECK(query.values[i] == NULL
                       || ngx_frontdesk_text_length(query.values[i],
                                                    strlen(query.values[i]))
                              >= 0);
        }

        FUZZ_CHECK(query.values[N] == NULL
                   || (atoi(query.values[N]) >= 1
                       && atoi(query.values[N]) <= 100));
        FUZZ_CHECK(query.values[ID] == NULL
                   || ngx_frontdesk_is_uuid(query.values[ID], 36));
        if (query.cursor) {
            check_cursor(&query);
        }
    }

    free(space);
}

static void
check_tree(cJSON *tree)
{
    int                      n;
    const cJSON             *row, *value;
    ngx_frontdesk_problems_t problems;

    problems.n = 0;
    ngx_frontdesk_fields_check(&problems, tree, body, 0);
    check_problems(&problems);

    if (problems.n > 0) {
        return;
    }

    n = cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(tree, "rows"));
    FUZZ_CHECK(n <= ROWS_MAX);

    cJSON_ArrayForEach(row, cJSON_GetObjectItemCaseSensitive(tree, "rows"))
    {
        value = cJSON_GetObjectItemCaseSensitive(row, "n");
        FUZZ_CHECK(value == NULL
                   || (value->valuedouble >= 1 && value->valuedouble <= 100
                       && value->valuedouble == (int) value->valuedouble));
        value = cJSON_GetObjectItemCaseSensitive(row, "name");
        FUZZ_CHECK(value == NULL || strlen(value->valuestring) <= 40);
        value = cJSON_GetObjectItemCaseSensitive(row, "phone");
        FUZZ_CHECK(value == NULL || value->valuestring[0] == '+');
    }
}

static void
read_csv(const char *text, size_t bytes)
{
    cJSON              *tree = NULL;
    unsigned            line;
    ngx_frontdesk_csv_e rc;

    rc = ngx_frontdesk_csv_read(&tree, &line, text, bytes, items, ROWS_MAX);
    FUZZ_CHECK((rc == NGX_FRONTDESK_CSV_OK) == (tree != NULL));
    FUZZ_CHECK(line >= 1);

    if (tree != NULL) {
        check_tree(tree);
        cJSON_Delete(tree);
    }
}

static void
read_tags(const char *text, size_t bytes)
{
    char   out[NGX_FRONTDESK_TAGS_BYTES];
    char  *copy = malloc(bytes + 1);
    size_t n;

    /* A header's value ends with a NUL in nginx. */
    FUZZ_CHECK(copy != NULL);
    memcpy(copy, text, bytes);
    copy[bytes] = '\0';

    if (ngx_frontdesk_tags_read(out, copy, bytes) == 0) {
        n = strlen(out);
        FUZZ_CHECK(strspn(out, "0123456789abcdef,") == n
                   || strcmp(out, "*") == 0);
        FUZZ_CHECK(n < 2 || n % 33 == 32);
    }

    free(copy);
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void) argc;
    (void) argv;
    return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *input, size_t bytes)
{
    unsigned    what;
    cJSON      *tree;
    const char *text;

    if (bytes < 2) {
        return 0;
    }

    what = input[0];
    text = (const char *) input + 1;
    bytes--;

    switch (what & 3) {
    case 0:
        read_query(text, bytes, what >> 2 & 1);
        break;
    case 1:
        read_csv(text, bytes);
        break;
    case 2:
        read_tags(text, bytes);
        break;
    default:
        if (ngx_frontdesk_body_parse(&tree, text, bytes)
            == NGX_FRONTDESK_BODY_OK)
        {
            check_tree(tree);
            cJSON_Delete(tree);
        }
    }

    return 0;
}
