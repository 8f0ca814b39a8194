/* SPDX-License-Identifier: BSD-2-Clause */

#include "desk_fixture.h"

#include <libpq-fe.h>

#include "base/log.h"
#include "shm/desk_news.h"
#include "store/news.h"

/*
 * Against a Postgres of its own: without DATABASE_URL the program runs itself
 * again by tests/sql/cluster.sh, which starts one.
 */

#define ONE "00000000-0000-4000-8000-000000000001"
#define TWO "00000000-0000-4000-8000-000000000002"
#define PATIENCE_MS 15000

#define OTHERS                                                                \
    "from pg_stat_activity where pid <> pg_backend_pid() "                    \
    "and backend_type = 'client backend'"

static uv_loop_t      loop;
static desk_segment_t seg;
static news_t        *news;

static int
setup(void **state)
{
    (void) state;
    fixture_segment(&seg, "listener", 2, 8192, 8192);
    assert_int_equal(uv_loop_init(&loop), 0);
    assert_int_equal(news_create(&news, &loop, &seg, getenv("DATABASE_URL")),
                     0);

    return 0;
}

static int
teardown(void **state)
{
    (void) state;
    news_destroy(news);
    (void) uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&loop), 0);
    desk_segment_detach(&seg);

    return 0;
}

/* By a connection of the test's own; its one value, if it has one. */
static int
command(const char *sql)
{
    int       value = 0;
    PGconn   *conn = PQconnectdb(getenv("DATABASE_URL"));
    PGresult *result = PQexec(conn, sql);

    if (PQresultStatus(result) != PGRES_COMMAND_OK
        && PQresultStatus(result) != PGRES_TUPLES_OK)
    {
        fail_msg("%s: %s", sql, PQerrorMessage(conn));
    }

    if (PQntuples(result) > 0) {
        value = atoi(PQgetvalue(result, 0, 0));
    }

    PQclear(result);
    PQfinish(conn);

    return value;
}

typedef int (*fact_pt)(const void *data);

static void
run_until(fact_pt fact, const void *data)
{
    unsigned waited;

    for (waited = 0; !fact(data); waited += 10) {
        assert_true(waited < PATIENCE_MS);
        (void) uv_run(&loop, UV_RUN_NOWAIT);
        (void) usleep(10000);
    }
}

static int
is_heard(const void *data)
{
    (void) data;

    return desk_news_age_ms(&seg, desk_now_ms()) != UINT64_MAX;
}

static int
is_heard_after(const void *data)
{
    return atomic_load(&seg.news->heard_ms) > *(const uint64_t *) data;
}

static int
has_changed(const void *data)
{
    const desk_news_stamp_t *stamp = data;

    return atomic_load(&seg.news->versions[stamp->place]) != stamp->version;
}

static void
nobody_listens_who_is_not_to(void **state)
{
    int i;

    (void) state;

    for (i = 0; i < 50; i++) {
        news_allow(news, 0);
        (void) uv_run(&loop, UV_RUN_NOWAIT);
        (void) usleep(1000);
    }

    assert_false(is_heard(NULL));
    assert_int_equal(command("select count(*) " OTHERS), 0);
}

static void
a_change_is_counted_for_its_client_alone(void **state)
{
    desk_news_stamp_t one, two;

    (void) state;
    news_allow(news, 1);
    run_until(is_heard, NULL);
    one = desk_news_stamp(&seg, ONE);
    two = desk_news_stamp(&seg, TWO);
    (void) command("select pg_notify('frontdesk_client', '" ONE "')");
    run_until(has_changed, &one);
    assert_false(has_changed(&two));
    assert_int_equal(desk_news_stamp(&seg, ONE).version, one.version + 1);
}

static void
a_word_about_no_client_is_about_all(void **state)
{
    desk_news_stamp_t one, two;

    (void) state;
    news_allow(news, 1);
    run_until(is_heard, NULL);
    one = desk_news_stamp(&seg, ONE);
    two = desk_news_stamp(&seg, TWO);
    (void) command("select pg_notify('frontdesk_client', '')");
    run_until(has_changed, &one);
    run_until(has_changed, &two);
}

static void
it_goes_on_hearing_itself(void **state)
{
    int      i;
    uint64_t heard = 0;

    (void) state;
    news_allow(news, 1);

    for (i = 0; i < 3; i++) {
        run_until(is_heard_after, &heard);
        heard = atomic_load(&seg.news->heard_ms);
        assert_true(heard <= desk_now_ms());
    }
}

/* What was said meanwhile nobody knows. */
static void
a_new_connection_counts_for_all(void **state)
{
    uint64_t          heard;
    desk_news_stamp_t one, two;

    (void) state;
    news_allow(news, 1);
    run_until(is_heard, NULL);
    one = desk_news_stamp(&seg, ONE);
    two = desk_news_stamp(&seg, TWO);
    heard = atomic_load(&seg.news->heard_ms);
    (void) command("select count(pg_terminate_backend(pid)) " OTHERS);
    run_until(has_changed, &one);
    run_until(has_changed, &two);
    run_until(is_heard_after, &heard);
}

/*
 * As behind a pooler of transactions: queries are answered, and what is
 * notified goes elsewhere.
 */
static void
who_is_answered_and_hears_nothing_does_not_say_so(void **state)
{
    int      i;
    uint64_t heard;

    (void) state;
    news_allow(news, 1);
    run_until(is_heard, NULL);

    /* Nobody can make a session deaf from outside: here words change names. */
    (void) command("create function public.pg_notify(text, text) returns void "
                   "language sql as $$ select $$");
    (void) command("alter role postgres set search_path = public, pg_catalog");
    (void) command("select count(pg_terminate_backend(pid)) " OTHERS);
    (void) usleep(100000);
    for (i = 0; i < 100; i++) {
        (void) uv_run(&loop, UV_RUN_NOWAIT);
        (void) usleep(10000);
    }

    heard = atomic_load(&seg.news->heard_ms);
    for (i = 0; i < 500; i++) {
        (void) uv_run(&loop, UV_RUN_NOWAIT);
        (void) usleep(10000);
    }

    assert_int_equal(atomic_load(&seg.news->heard_ms), heard);
    assert_int_equal(command("select count(*) " OTHERS), 1);

    (void) command("alter role postgres reset search_path");
    (void) command("drop function public.pg_notify(text, text)");
    (void) command("select count(pg_terminate_backend(pid)) " OTHERS);
    run_until(is_heard_after, &heard);
}

static void
two_listeners_do_no_harm(void **state)
{
    news_t           *second;
    desk_news_stamp_t one;

    (void) state;
    assert_int_equal(news_create(&second, &loop, &seg,
                                 getenv("DATABASE_URL")),
                     0);
    news_allow(news, 1);
    news_allow(second, 1);
    run_until(is_heard, NULL);
    one = desk_news_stamp(&seg, ONE);
    (void) command("select pg_notify('frontdesk_client', '" ONE "')");
    run_until(has_changed, &one);

    /* One goes, the other one goes on. */
    news_destroy(second);
    one = desk_news_stamp(&seg, ONE);
    (void) command("select pg_notify('frontdesk_client', '" ONE "')");
    run_until(has_changed, &one);
}

int
main(int argc, char **argv)
{
#define NEWS(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        NEWS(nobody_listens_who_is_not_to),
        NEWS(a_change_is_counted_for_its_client_alone),
        NEWS(a_word_about_no_client_is_about_all),
        NEWS(it_goes_on_hearing_itself),
        NEWS(a_new_connection_counts_for_all),
        NEWS(who_is_answered_and_hears_nothing_does_not_say_so),
        NEWS(two_listeners_do_no_harm),
    };

    if (getenv("DATABASE_URL") == NULL && argc == 1) {
        (void) execl("tests/sql/cluster.sh", "cluster.sh", argv[0], "again",
                     NULL);
        perror("tests/sql/cluster.sh");
        return EXIT_FAILURE;
    }

    log_open(LOG_ERROR, "news");

    return cmocka_run_group_tests(tests, NULL, NULL);
}
