/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ngx_frontdesk_csv.h"

static const ngx_frontdesk_field_t items[] = {
    { .name = "phone_number", .type = NGX_FRONTDESK_PHONE },
    { .name = "name", .type = NGX_FRONTDESK_TEXT },
    { .name = "age", .type = NGX_FRONTDESK_INTEGER },
    { .name = "active", .type = NGX_FRONTDESK_BOOLEAN },
    { .name = "tags", .type = NGX_FRONTDESK_TEXTS },
    { .name = NULL },
};

/* In memory of just its size, so that a byte too far is seen. */
static ngx_frontdesk_csv_e
read_bytes(const char *text, size_t len, char **json, unsigned *line)
{
    char               *copy = malloc(len + (len == 0));
    cJSON              *body = NULL;
    ngx_frontdesk_csv_e rc;

    assert_non_null(copy);
    memcpy(copy, text, len);
    rc = ngx_frontdesk_csv_read(&body, line, copy, len, items, 4);
    assert_true((rc == NGX_FRONTDESK_CSV_OK) == (body != NULL));
    *json = body != NULL ? cJSON_PrintUnformatted(body) : NULL;
    cJSON_Delete(body);
    free(copy);

    return rc;
}

static void
becomes(const char *text, const char *rows)
{
    char    *json, whole[2048];
    unsigned line;

    assert_int_equal(read_bytes(text, strlen(text), &json, &line),
                     NGX_FRONTDESK_CSV_OK);
    snprintf(whole, sizeof(whole), "{\"rows\":%s}", rows);
    assert_string_equal(json, whole);
    cJSON_free(json);
}

static void
refused(const char *text, ngx_frontdesk_csv_e reason, unsigned at)
{
    char    *json;
    unsigned line;

    assert_int_equal(read_bytes(text, strlen(text), &json, &line), reason);
    assert_int_equal(line, at);
    assert_true(strlen(ngx_frontdesk_csv_reason(reason)) > 10);
}

static void
tables_become_rows(void **state)
{
    (void) state;

    becomes("name\n", "[]");
    becomes("name", "[]");
    becomes("name\nAnn", "[{\"name\":\"Ann\"}]");
    becomes("\xef\xbb\xbfname\r\nAnn\r\nBob\r\n",
            "[{\"name\":\"Ann\"},{\"name\":\"Bob\"}]");
    becomes("name,age,active,tags\nAnn,5,true,a; b;;c\n",
            "[{\"name\":\"Ann\",\"age\":5,\"active\":true,"
            "\"tags\":[\"a\",\"b\",\"c\"]}]");
    becomes("name,age\nAnn\n,7\n", "[{\"name\":\"Ann\"},{\"age\":7}]");
    becomes("name\n\n\r\nAnn\n\n", "[{\"name\":\"Ann\"}]");
    becomes("other\nx\n", "[{\"other\":\"x\"}]");
    becomes("age,active\nfive,yes\n1e3,FALSE\n",
            "[{\"age\":\"five\",\"active\":\"yes\"},"
            "{\"age\":\"1e3\",\"active\":false}]");
    becomes("phone_number\n+15550100001\n",
            "[{\"phone_number\":\"+15550100001\"}]");
}

static void
quotes_hold_anything(void **state)
{
    (void) state;

    becomes("name,age\n\"Ann, \"\"the\r\ngreat\"\"\",5\n",
            "[{\"name\":\"Ann, \\\"the\\r\\ngreat\\\"\",\"age\":5}]");
    becomes("\"name\"\n\"\"\n", "[{}]");
    becomes("name\n'=1+1\n", "[{\"name\":\"=1+1\"}]");
    becomes("name\n'ann\n", "[{\"name\":\"'ann\"}]");

    refused("name\n\"Ann", NGX_FRONTDESK_CSV_SYNTAX, 2);
    refused("name\nAnn\n\"Ann\"x\n", NGX_FRONTDESK_CSV_SYNTAX, 3);
    refused("name\nA\"nn\n", NGX_FRONTDESK_CSV_SYNTAX, 2);
}

static void
what_is_no_table_is_refused(void **state)
{
    int      i;
    char    *json, wide[512];
    size_t   n = 0;
    unsigned line;

    (void) state;

    refused("", NGX_FRONTDESK_CSV_HEADER, 1);
    refused("\n", NGX_FRONTDESK_CSV_HEADER, 1);
    refused("name,\nx,y\n", NGX_FRONTDESK_CSV_HEADER, 1);
    refused("name,name\n", NGX_FRONTDESK_CSV_HEADER, 1);
    refused("name\nAnn,5\n", NGX_FRONTDESK_CSV_COUNT, 2);
    refused("name\n\xff\n", NGX_FRONTDESK_CSV_UTF8, 1);
    assert_int_equal(read_bytes("name\na\0b\n", 9, &json, &line),
                     NGX_FRONTDESK_CSV_UTF8);

    for (i = 0; i < 65; i++) {
        n += (size_t) snprintf(wide + n, sizeof(wide) - n, "%sc%d",
                               i > 0 ? "," : "", i);
    }
    refused(wide, NGX_FRONTDESK_CSV_HEADER, 1);

    /* as many as may be and one more, which the check of fields refuses */
    becomes("name\n1\n2\n3\n4\n5\n6\n7\n\"",
            "[{\"name\":\"1\"},{\"name\":\"2\"},{\"name\":\"3\"},"
            "{\"name\":\"4\"},{\"name\":\"5\"}]");
}

/* Out. */

static char piece[4096];

static int
no_more(ngx_frontdesk_json_t *json, size_t size)
{
    (void) json;
    (void) size;
    return -1;
}

static int
table(ngx_frontdesk_json_t *out, const PGresult *rows)
{
    return ngx_frontdesk_csv_head(out, rows) != 0
           || ngx_frontdesk_csv_lines(out, rows, 0, 10) != 0;
}

static void
written(Oid type, const char *value, const char *expected)
{
    char                 whole[1024];
    PGresult            *row = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
    PGresAttDesc         columns[2] = { { 0 }, { 0 } };
    ngx_frontdesk_json_t out = { piece, piece + sizeof(piece), no_more, NULL };

    static char a[] = "a", b[] = "b", one[] = "1";

    columns[0].name = a;
    columns[0].typid = type;
    columns[1].name = b;
    columns[1].typid = 23;
    assert_int_equal(PQsetResultAttrs(row, 2, columns), 1);
    PQsetvalue(row, 0, 0, (char *) (uintptr_t) value,
               value != NULL ? (int) strlen(value) : -1);
    PQsetvalue(row, 0, 1, one, 1);

    assert_int_equal(table(&out, row), 0);
    *out.pos = '\0';
    snprintf(whole, sizeof(whole), "a,b\r\n%s,1\r\n", expected);
    assert_string_equal(piece, whole);

    out.pos = piece;
    out.end = piece + strlen(whole) - 1;
    assert_int_not_equal(table(&out, row), 0);
    PQclear(row);
}

static void
rows_become_a_table(void **state)
{
    (void) state;

    written(25, "Ann", "Ann");
    written(25, NULL, "");
    written(25, "", "");
    written(25, "a,b", "\"a,b\"");
    written(25, "a\"b\"\"", "\"a\"\"b\"\"\"\"\"");
    written(25, "a\r\nb", "\"a\r\nb\"");
    written(25, "\"", "\"\"\"\"");
    written(16, "t", "true");
    written(16, "f", "false");
    written(1184, "2026-11-20 10:15:30.5+00", "2026-11-20T10:15:30.5Z");
    written(1184, "infinity", "infinity");
}

static void
nothing_is_a_formula(void **state)
{
    (void) state;

    written(25, "=1+1", "\"'=1+1\"");
    written(25, "=1", "\"'=1\"");
    written(25, "@x", "\"'@x\"");
    written(25, "\tx", "\"'\tx\"");
    written(25, "+x", "\"'+x\"");
    written(25, "-", "\"'-\"");
    written(25, "+1+1", "\"'+1+1\"");
    written(25, "-1+1", "\"'-1+1\"");
    written(25, "=\"a\"", "\"'=\"\"a\"\"\"");
    written(25, "+15550100001", "+15550100001");
    written(23, "-17", "-17");
    written(1700, "-1.50", "-1.50");
    written(25, "a=1", "a=1");
}

static void
a_table_is_written_a_few_lines_at_a_time(void **state)
{
    int                  i;
    char                 digit[2] = "0";
    PGresult            *rows = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
    PGresAttDesc         column = { 0 };
    ngx_frontdesk_json_t out = { piece, piece + sizeof(piece), no_more, NULL };

    static char n[] = "n";

    (void) state;

    column.name = n;
    column.typid = 23;
    assert_int_equal(PQsetResultAttrs(rows, 1, &column), 1);
    for (i = 0; i < 5; i++) {
        digit[0] = (char) ('0' + i);
        PQsetvalue(rows, i, 0, digit, 1);
    }

    assert_int_equal(ngx_frontdesk_csv_head(&out, rows), 0);
    assert_int_equal(ngx_frontdesk_csv_lines(&out, rows, 0, 2), 0);
    *out.pos = '\0';
    assert_string_equal(piece, "n\r\n0\r\n1\r\n");

    out.pos = piece;
    assert_int_equal(ngx_frontdesk_csv_lines(&out, rows, 2, 2), 0);
    assert_int_equal(ngx_frontdesk_csv_lines(&out, rows, 4, 2), 0);
    assert_int_equal(ngx_frontdesk_csv_lines(&out, rows, 6, 2), 0);
    *out.pos = '\0';
    assert_string_equal(piece, "2\r\n3\r\n4\r\n");
    PQclear(rows);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_become_rows),
        cmocka_unit_test(quotes_hold_anything),
        cmocka_unit_test(what_is_no_table_is_refused),
        cmocka_unit_test(rows_become_a_table),
        cmocka_unit_test(a_table_is_written_a_few_lines_at_a_time),
        cmocka_unit_test(nothing_is_a_formula),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
