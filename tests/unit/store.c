/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/store.h"

/*
 * Against a Postgres of its own, as tests/unit/pg.c has it, with functions of
 * the names and parameters of the worker's that answer whatever is asked for.
 */
static const char functions[] =
    "create schema worker;"
    "create function worker.tool(a text, b int, c text, d json) returns json "
    "language plpgsql as $$ begin"
    "  if c = 'stale' then raise exception 'gone' using errcode = 'FD409';"
    "  elsif c = 'refused' then raise 'no' using errcode = 'FD422';"
    "  elsif c = 'broken' then return 1 / 0;"
    "  elsif c = 'null' then return null;"
    "  end if;"
    "  return json_build_object('call', a, 'epoch', b, 'args', d);"
    "end $$;"
    "create function worker.call_reserve(a text, b int, c int) returns int "
    "language sql as 'select b + c';"
    "create table worker.rows (line text);"
    "create function worker.turn_add(a text, b int, c int, d text, e text, "
    "f boolean, g int, h json, i json) returns void language sql as "
    "$$ insert into worker.rows values "
    "(concat_ws('|', a, b, c, d, e, f, g, h, coalesce(i::text, 'null'))) $$;"
    "create function worker.call_end(a text, b int, c text, d text, e int, "
    "f text) returns json language sql as "
    "$$ select json_build_array(a, b, c, d, e, f) $$;"
    "create function worker.call_claim(a text, b text, c text, d text, "
    "e text, f int) returns json language sql as "
    "$$ select json_build_array(a, b, c, d, e, f) $$;"
    "create function worker.call_config(a text, b int) returns json "
    "language sql as $$ select json_build_array(a, b) $$;"
    "create function worker.vocabulary(a text) returns setof text "
    "language sql as $$ select a || n from generate_series(1, 3) n $$;";

static uv_loop_t       loop;
static pg_t           *pg;
static store_t         store;
static store_request_t request;

static int      answered_rc;
static unsigned answered;
static char     answer_text[512];

static void
on_answer(void *data, int rc, const cJSON *answer)
{
    char *text = answer != NULL ? cJSON_PrintUnformatted(answer) : NULL;

    assert_ptr_equal(data, &store);
    answered++;
    answered_rc = rc;
    (void) snprintf(answer_text, sizeof(answer_text), "%s",
                    text != NULL ? text : "");
    cJSON_free(text);
}

static void
run(void)
{
    int i;

    for (i = 0; i < 500 && pg_pending(pg) > 0; i++) {
        (void) uv_run(&loop, UV_RUN_NOWAIT);
        (void) usleep(10000);
    }
    assert_int_equal(pg_pending(pg), 0);
}

static int
setup_group(void **state)
{
    PGconn   *conn = PQconnectdb(getenv("DATABASE_URL"));
    PGresult *result = PQexec(conn, functions);
    int       rc = PQresultStatus(result) == PGRES_COMMAND_OK ? 0 : -1;

    (void) state;
    (void) fputs(PQerrorMessage(conn), stderr);
    PQclear(result);
    PQfinish(conn);

    return rc;
}

static int
setup(void **state)
{
    (void) state;
    answered = 0;
    answered_rc = 1;
    assert_int_equal(uv_loop_init(&loop), 0);
    assert_int_equal(pg_create(&pg, &loop, getenv("DATABASE_URL"), 2000), 0);
    store_open(&store, pg, "c1");
    store.epoch = 7;
    request.store = &store;
    request.done = on_answer;
    request.data = &store;

    return 0;
}

static int
teardown(void **state)
{
    (void) state;
    pg_destroy(pg);
    (void) uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&loop), 0);

    return 0;
}

static void
expect(int rc, const char *text)
{
    run();
    assert_int_equal(answered, 1);
    assert_int_equal(answered_rc, rc);
    assert_string_equal(answer_text, text);
    answered = 0;
}

static void
an_answer_comes_as_json_with_the_epoch_sent_along(void **state)
{
    store_end_t end = { "completed", "over", 12, NULL };

    (void) state;
    assert_int_equal(store_tool(&request, "any", "{\"a\":1}"), 0);
    expect(0, "{\"call\":\"c1\",\"epoch\":7,\"args\":{\"a\":1}}");
    assert_int_equal(store_reserve(&request, 30), 0);
    expect(0, "37");
    assert_int_equal(store_end(&request, &end), 0);
    expect(0, "[\"c1\",7,\"completed\",\"over\",12,null]");
}

static void
a_claim_says_what_is_known_and_what_is_not_known_can_be_asked(void **state)
{
    store_known_t known = { "cl", "ag", 4 };

    (void) state;
    assert_int_equal(store_claim(&request, "node", "MZ", NULL), 0);
    expect(0, "[\"c1\",\"node\",\"MZ\",null,null,null]");
    assert_int_equal(store_claim(&request, "node", "MZ", &known), 0);
    expect(0, "[\"c1\",\"node\",\"MZ\",\"cl\",\"ag\",4]");
    assert_int_equal(store_config(&request), 0);
    expect(0, "[\"c1\",7]");
}

static void
another_owner_is_stale_and_all_else_an_error(void **state)
{
    (void) state;
    assert_int_equal(store_tool(&request, "stale", "{}"), 0);
    expect(-ESTALE, "");
    assert_int_equal(store_tool(&request, "refused", "{}"), 0);
    expect(-EIO, "");
    assert_int_equal(store_tool(&request, "broken", "{}"), 0);
    expect(-EIO, "");
    assert_int_equal(store_tool(&request, "null", "{}"), 0);
    expect(-EIO, "");
    assert_int_equal(store_tool(&request, "any", "not json"), 0);
    expect(-EIO, "");
}

static void
who_canceled_is_not_told_and_it_is_done_all_the_same(void **state)
{
    store_turn_t turn = { .seq = 2, .role = "user", .content = "hello" };

    (void) state;
    assert_int_equal(store_tool(&request, "any", "{}"), 0);
    store_cancel(&request);
    assert_int_equal(store_turn(&store, &turn), 0);
    run();
    assert_int_equal(answered, 0);

    /* One that was never asked can be canceled as well. */
    memset(&request, 0, sizeof(request));
    store_cancel(&request);
}

static char said[256];

static void
on_rows(void *data, PGresult *result, const char *state, const char *error)
{
    int i;

    (void) data;
    (void) state;
    (void) error;
    assert_non_null(result);
    for (i = 0; i < PQntuples(result); i++) {
        (void) strcat(strcat(said, PQgetvalue(result, i, 0)), ";");
    }
}

static void
a_turn_is_written_with_all_its_columns(void **state)
{
    store_turn_t turn = { 5, "assistant", "caf\xc3\xa9", 1, 1234,
                          "{\"llm_ms\":3}", NULL };

    (void) state;
    said[0] = '\0';
    assert_int_equal(store_turn(&store, &turn), 0);
    assert_int_equal(pg_query(pg, PG_DURABLE,
                              "select line from worker.rows "
                              "where line like '%assistant%'",
                              0, NULL, on_rows, NULL),
                     0);
    run();
    assert_string_equal(said, "c1|7|5|assistant|caf\xc3\xa9|t|1234|"
                              "{\"llm_ms\":3}|null;");
}

static void
a_vocabulary_is_a_row_a_sentence(void **state)
{
    (void) state;
    said[0] = '\0';
    assert_int_equal(store_vocabulary(pg, "w", on_rows, NULL), 0);
    run();
    assert_string_equal(said, "w1;w2;w3;");
}

#define STORE_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(an_answer_comes_as_json_with_the_epoch_sent_along),
        STORE_TEST(
            a_claim_says_what_is_known_and_what_is_not_known_can_be_asked),
        STORE_TEST(another_owner_is_stale_and_all_else_an_error),
        STORE_TEST(who_canceled_is_not_told_and_it_is_done_all_the_same),
        STORE_TEST(a_turn_is_written_with_all_its_columns),
        STORE_TEST(a_vocabulary_is_a_row_a_sentence),
    };

    if (getenv("DATABASE_URL") == NULL && argc == 1) {
        (void) execl("tests/sql/cluster.sh", "cluster.sh", argv[0], "again",
                     NULL);
        perror("tests/sql/cluster.sh");
        return EXIT_FAILURE;
    }

    return cmocka_run_group_tests(tests, setup_group, NULL);
}
