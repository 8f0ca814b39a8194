/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ngx_frontdesk_json.h"

/* Pieces of exactly what is asked for, and all that was written before. */
typedef struct {
    ngx_frontdesk_json_t json;
    char                *piece;
    char                *text;
    size_t               len;
    int                  fails_after;
} sink_t;

static void
keep(sink_t *sink)
{
    size_t n = (size_t) (sink->json.pos - sink->piece);

    sink->text = realloc(sink->text, sink->len + n + 1);
    assert_non_null(sink->text);
    if (n > 0) {
        memcpy(sink->text + sink->len, sink->piece, n);
    }
    sink->len += n;
    sink->text[sink->len] = '\0';
}

static int
more(ngx_frontdesk_json_t *json, size_t size)
{
    sink_t *sink = json->data;

    if (sink->fails_after-- == 0) {
        return -1;
    }

    keep(sink);
    free(sink->piece);
    sink->piece = malloc(size);
    assert_non_null(sink->piece);
    json->pos = sink->piece;
    json->end = sink->piece + size;

    return 0;
}

static void
sink_open(sink_t *sink, int fails_after)
{
    memset(sink, 0, sizeof(*sink));
    sink->json.more = more;
    sink->json.data = sink;
    sink->fails_after = fails_after;
}

static void
sink_close(sink_t *sink)
{
    free(sink->piece);
    free(sink->text);
}

/* One row of one column of the type. */
static PGresult *
row_of(Oid type, const char *value)
{
    PGresult    *row = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
    PGresAttDesc column = { 0 };
    static char  name[] = "c";

    assert_non_null(row);
    column.name = name;
    column.typid = type;
    assert_int_equal(PQsetResultAttrs(row, 1, &column), 1);
    assert_int_equal(PQsetvalue(row, 0, 0, (char *) (uintptr_t) value,
                                value != NULL ? (int) strlen(value) : -1),
                     1);

    return row;
}

static void
written(Oid type, const char *value, const char *expected)
{
    char      whole[1024];
    sink_t    sink;
    PGresult *row = row_of(type, value);

    sink_open(&sink, -1);
    assert_int_equal(ngx_frontdesk_json_row(&sink.json, row, 0, 0), 0);
    keep(&sink);
    snprintf(whole, sizeof(whole), "{\"c\":%s}", expected);
    assert_string_equal(sink.text, whole);
    sink_close(&sink);
    PQclear(row);
}

static void
types_become_their_json(void **state)
{
    (void) state;

    written(16, "t", "true");
    written(16, "f", "false");
    written(23, "-17", "-17");
    written(20, "9223372036854775807", "9223372036854775807");
    written(1700, "12.50", "12.50");
    written(701, "1e-07", "1e-07");
    written(701, "NaN", "null");
    written(701, "-Infinity", "null");
    written(114, "{\"a\": [1]}", "{\"a\": [1]}");
    written(3802, "null", "null");
    written(25, NULL, "null");
    written(25, "", "\"\"");
    written(2950, "00000000-0000-4000-8000-000000000002",
            "\"00000000-0000-4000-8000-000000000002\"");
    written(1082, "2026-11-20", "\"2026-11-20\"");
}

static void
times_are_rfc_3339_in_utc(void **state)
{
    (void) state;

    written(1184, "2026-11-20 10:15:30+00", "\"2026-11-20T10:15:30Z\"");
    written(1184, "2026-11-20 10:15:30.123456+00",
            "\"2026-11-20T10:15:30.123456Z\"");
    written(1184, "infinity", "\"infinity\"");
    written(1184, "2026-11-20 10:15:30+02", "\"2026-11-20 10:15:30+02\"");
}

static void
text_is_escaped(void **state)
{
    (void) state;

    written(25, "a\"b\\c/d\n\r\t\b\f\x01\x1f\x7f",
            "\"a\\\"b\\\\c/d\\n\\r\\t\\b\\f\\u0001\\u001f\x7f\"");
    written(25, "Zo\xc3\xab", "\"Zo\xc3\xab\"");
    written(25, "</script>", "\"</script>\"");
}

static void
arrays_are_arrays(void **state)
{
    (void) state;

    written(1009, "{}", "[]");
    written(1009, "{a,b}", "[\"a\",\"b\"]");
    written(1009, "{\"a b\",\"c\\\"d\",\"e\\\\f\",NULL,\"NULL\",\"\"}",
            "[\"a b\",\"c\\\"d\",\"e\\\\f\",null,\"NULL\",\"\"]");
    written(1007, "{1,-2,NULL}", "[1,-2,null]");
    written(2951, "{00000000-0000-4000-8000-000000000002}",
            "[\"00000000-0000-4000-8000-000000000002\"]");
}

static void
rows_become_a_list(void **state)
{
    int          rc, n = 0;
    sink_t       sink;
    PGresult    *rows = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
    PGresAttDesc columns[2] = { { 0 }, { 0 } };
    static char  id[] = "id", name[] = "name";
    static char  one[] = "1", two[] = "2", ann[] = "Ann";

    (void) state;

    columns[0].name = id;
    columns[0].typid = 23;
    columns[1].name = name;
    columns[1].typid = 25;
    assert_int_equal(PQsetResultAttrs(rows, 2, columns), 1);

    sink_open(&sink, -1);
    assert_int_equal(ngx_frontdesk_json_list(&sink.json, rows), 0);
    keep(&sink);
    assert_string_equal(sink.text, "[]");
    sink_close(&sink);

    PQsetvalue(rows, 0, 0, one, 1);
    PQsetvalue(rows, 0, 1, ann, 3);
    PQsetvalue(rows, 1, 0, two, 1);
    PQsetvalue(rows, 1, 1, NULL, -1);

    sink_open(&sink, -1);
    assert_int_equal(ngx_frontdesk_json_list(&sink.json, rows), 0);
    keep(&sink);
    assert_string_equal(sink.text, "[{\"id\":1,\"name\":\"Ann\"},"
                                   "{\"id\":2,\"name\":null}]");
    sink_close(&sink);

    /* memory that fails at the nth piece fails the list, and no more */
    for (rc = -1; rc != 0; n++) {
        sink_open(&sink, n);
        rc = ngx_frontdesk_json_list(&sink.json, rows);
        sink_close(&sink);
    }

    assert_true(n > 5);
    PQclear(rows);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(types_become_their_json),
        cmocka_unit_test(times_are_rfc_3339_in_utc),
        cmocka_unit_test(text_is_escaped),
        cmocka_unit_test(arrays_are_arrays),
        cmocka_unit_test(rows_become_a_list),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
