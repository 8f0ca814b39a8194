/* SPDX-License-Identifier: BSD-2-Clause */

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "desk_fixture.h"

#include "base/log.h"
#include "store/pg.h"

/*
 * Against a Postgres of its own: without DATABASE_URL the program runs itself
 * again by tests/sql/cluster.sh, which starts one. And against a server that
 * does what none should.
 */

static uv_loop_t loop;
static pg_t     *pg;

/* What came back: a letter and a text each. */
static char     told[4096];
static unsigned told_count;

static void
on_done(void *data, PGresult *result, const char *state, const char *error)
{
    size_t used = strlen(told);

    (void) data;
    told_count++;
    (void) snprintf(told + used, sizeof(told) - used, "%s|",
                    result == NULL          ? (state[0] != '\0' ? state : error)
                    : PQntuples(result) > 0 ? PQgetvalue(result, 0, 0)
                                            : "nothing");
}

static void
open_pg(const char *url, unsigned timeout_ms)
{
    told[0] = '\0';
    told_count = 0;
    assert_int_equal(uv_loop_init(&loop), 0);
    assert_int_equal(pg_create(&pg, &loop, url, timeout_ms), 0);
}

static int
setup(void **state)
{
    (void) state;
    open_pg(getenv("DATABASE_URL"), 2000);

    return 0;
}

static int
teardown(void **state)
{
    (void) state;
    pg_destroy(pg);
    pg = NULL;
    (void) uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&loop), 0);

    return 0;
}

static void
on_alarm(uv_timer_t *timer)
{
    *(int *) timer->data = 1;
}

/* Until so many were told, or the time is over. */
static void
run_until(unsigned count, unsigned ms)
{
    int        over = 0;
    uv_timer_t timer;

    (void) uv_timer_init(&loop, &timer);
    timer.data = &over;
    (void) uv_timer_start(&timer, on_alarm, ms, 0);
    while (told_count < count && !over) {
        (void) uv_run(&loop, UV_RUN_ONCE);
    }
    uv_close((uv_handle_t *) &timer, NULL);
    (void) uv_run(&loop, UV_RUN_NOWAIT);
}

static void
ask(pg_kind_e kind, const char *sql, const char *param)
{
    assert_int_equal(pg_query(pg, kind, sql, param != NULL, &param, on_done,
                              &told),
                     0);
}

/* By a connection of the test's own. */
static void
command(const char *sql)
{
    PGconn   *conn = PQconnectdb(getenv("DATABASE_URL"));
    PGresult *result = PQexec(conn, sql);

    if (PQresultStatus(result) != PGRES_COMMAND_OK
        && PQresultStatus(result) != PGRES_TUPLES_OK)
    {
        fail_msg("%s: %s", sql, PQerrorMessage(conn));
    }
    PQclear(result);
    PQfinish(conn);
}

#define KILL_OTHERS                                           \
    "select pg_terminate_backend(pid) from pg_stat_activity " \
    "where pid <> pg_backend_pid() and backend_type = 'client backend'"

static void
answers_come_in_the_order_of_the_questions(void **state)
{
    int  i;
    char number[16], wanted[1024] = "";

    (void) state;

    for (i = 0; i < 100; i++) {
        (void) snprintf(number, sizeof(number), "%d", i);
        ask(PG_DURABLE, "select $1::text", number);
        (void) strcat(strcat(wanted, number), "|");
    }

    assert_int_equal(pg_pending(pg), 100);
    run_until(100, 5000);
    assert_string_equal(told, wanted);
    assert_int_equal(pg_pending(pg), 0);
}

static void
what_is_refused_is_told_and_the_others_go_on(void **state)
{
    (void) state;
    ask(PG_DURABLE, "select 1", NULL);
    ask(PG_DURABLE, "select 1 / $1::int", "0");
    ask(PG_DURABLE, "no such thing", NULL);
    ask(PG_DURABLE, "select 2", NULL);
    run_until(4, 5000);
    assert_string_equal(told, "1|22012|42601|2|");
    assert_int_equal(pg_pending(pg), 0);
}

static void
a_forgotten_query_is_done_and_tells_nobody(void **state)
{
    (void) state;
    command("create table forgotten (n int)");
    ask(PG_DURABLE, "insert into forgotten values (1)", NULL);
    pg_forget(pg, &told);
    assert_int_equal(pg_query(pg, PG_DURABLE, "select count(*) from forgotten",
                              0, NULL, on_done, NULL),
                     0);
    run_until(1, 5000);
    assert_string_equal(told, "1|");
    assert_int_equal(pg_pending(pg), 0);
}

static void
what_can_fail_fails_while_there_is_no_connection(void **state)
{
    const char *none = NULL;

    (void) state;
    assert_int_equal(pg_query(pg, PG_FAILS, "select 1", 0, &none, on_done,
                              NULL),
                     -ENOTCONN);
    assert_false(pg_is_up(pg));
    ask(PG_DURABLE, "select 1", NULL);
    run_until(1, 5000);
    assert_true(pg_is_up(pg));
}

static void
a_broken_connection_is_made_again_and_durable_queries_with_it(void **state)
{
    (void) state;
    ask(PG_DURABLE, "select 1", NULL);
    run_until(1, 5000);

    /* One runs, one waits behind it, when the server throws us out. */
    ask(PG_DURABLE, "select 'a' from pg_sleep(0.3)", NULL);
    ask(PG_FAILS, "select 'b'", NULL);
    ask(PG_DURABLE, "select 'c'", NULL);
    run_until(4, 100);
    command(KILL_OTHERS);
    run_until(4, 5000);
    assert_string_equal(told, "1|the database went away|a|c|");
    assert_int_equal(pg_pending(pg), 0);
}

static void
an_idle_connection_that_breaks_is_made_again(void **state)
{
    (void) state;
    ask(PG_DURABLE, "select 1", NULL);
    run_until(1, 5000);
    command(KILL_OTHERS);
    ask(PG_DURABLE, "select 2", NULL);
    run_until(2, 5000);
    assert_string_equal(told, "1|2|");
}

static void
a_query_that_takes_too_long_breaks_the_connection_and_nothing_else(
    void **state)
{
    (void) state;
    (void) teardown(state);
    open_pg(getenv("DATABASE_URL"), 300);
    ask(PG_DURABLE, "select 1", NULL);
    run_until(1, 5000);
    ask(PG_FAILS, "select pg_sleep(5)", NULL);
    ask(PG_DURABLE, "select 2", NULL);
    run_until(3, 3000);
    assert_string_equal(told, "1|the database went away|2|");
}

static void
who_ends_tells_what_was_not_answered(void **state)
{
    (void) state;
    ask(PG_DURABLE, "select 1", NULL);
    pg_destroy(pg);
    assert_string_equal(told, "the worker ends|");
    (void) uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&loop), 0);
    (void) setup(state);
}

static void
on_notice(void *data, const char *channel, const char *payload)
{
    size_t used = strlen(told);

    (*(unsigned *) data)++;
    told_count++;
    (void) snprintf(told + used, sizeof(told) - used, "%s:%s|",
                    channel != NULL ? channel : "anew",
                    payload != NULL ? payload : "");
}

static void
who_listens_is_told_and_after_each_new_connection_too(void **state)
{
    unsigned noticed = 0;

    (void) state;
    pg_listen(pg, "listen here", on_notice, &noticed);
    run_until(1, 10000);
    assert_int_equal(noticed, 1);

    command("notify here, 'a'; notify here, 'b'; notify there");
    run_until(3, 10000);
    assert_int_equal(noticed, 3);

    command(KILL_OTHERS);
    run_until(4, 10000);
    assert_int_equal(noticed, 4);

    command("notify here");
    run_until(5, 10000);
    assert_int_equal(noticed, 5);
    assert_string_equal(told, "anew:|here:a|here:b|anew:|here:|");
}

static void
on_last_notice(void *data, const char *channel, const char *payload)
{
    (void) payload;
    told_count++;

    if (channel != NULL) {
        pg_destroy(*(pg_t **) data);
    }
}

/* Of several that came at once, the first is the last that is told. */
static void
who_is_told_may_end_the_connection(void **state)
{
    pg_t *own;

    (void) state;
    assert_int_equal(pg_create(&own, &loop, getenv("DATABASE_URL"), 2000), 0);
    pg_listen(own, "listen here", on_last_notice, &own);
    run_until(1, 10000);
    command("notify here, 'a'; notify here, 'b'");
    run_until(2, 10000);
    run_until(3, 200);
    assert_int_equal(told_count, 2);
}

static void
who_listens_before_there_is_a_connection_is_told_once_there_is(void **state)
{
    unsigned noticed = 0;

    (void) state;
    assert_false(pg_is_up(pg));
    pg_listen(pg, "listen here", on_notice, &noticed);
    ask(PG_DURABLE, "select 1", NULL);
    run_until(2, 10000);
    assert_int_equal(noticed, 1);
    assert_string_equal(told, "1|anew:|");
}

static void
parameters_have_a_limit_and_may_be_null(void **state)
{
    const char *none[PG_PARAMS_MAX + 1] = { NULL };

    (void) state;
    assert_int_equal(pg_query(pg, PG_DURABLE, "select 1", PG_PARAMS_MAX + 1,
                              none, on_done, NULL),
                     -EINVAL);
    assert_int_equal(pg_query(pg, PG_DURABLE,
                              "select coalesce($1::text, 'null')", 1, none,
                              on_done, NULL),
                     0);
    run_until(1, 5000);
    assert_string_equal(told, "null|");
}

/* ---- a server as none should be ---- */

static size_t
hear(int fd, char last)
{
    char    bytes[8192];
    ssize_t n;

    /* A message is a letter, a length, and what it says; startup has none. */
    for (;;) {
        n = read(fd, bytes, sizeof(bytes));
        if (n <= 0) {
            return 0;
        }
        if (last == '\0' || (n >= 5 && bytes[n - 5] == last)) {
            return (size_t) n;
        }
    }
}

static void
say(int fd, const void *bytes, size_t n)
{
    CHILD_ASSERT(write(fd, bytes, n) == (ssize_t) n);
}

#define SAY(fd, text) say(fd, text, sizeof(text) - 1)

/* Each connection is treated worse or better than the one before. */
static void
serve(int listener)
{
    int fd, n;

    for (n = 0;; n++) {
        fd = accept(listener, NULL, NULL);
        CHILD_ASSERT(fd >= 0);
        if (hear(fd, '\0') == 0) {
            _exit(0);
        }

        if (n == 0) {
            close(fd); /* before it has said hello */
            continue;
        }

        /* AuthenticationOk, ReadyForQuery. */
        SAY(fd, "R\0\0\0\10\0\0\0\0Z\0\0\0\5I");

        if (hear(fd, 'S') == 0) {
            _exit(0);
        }

        switch (n) {

        case 1: /* noise */
            SAY(fd, "\xff\xff\xff\xff\xff\xff\xff\xff garbage");
            (void) hear(fd, 'X');
            break;

        case 2: /* nothing at all */
            (void) hear(fd, 'X');
            break;

        case 3: /* half of an answer */
            SAY(fd, "1\0\0\0\0042\0\0\0\4T\0\0\0\33\0\1n\0");
            break;

        case 4: /* an end in the middle, by the book */
            SAY(fd, "E\0\0\0\34SFATAL\0C57P01\0Mshutdown\0\0");
            break;

        default: /* one column n of type text, one row, "42" */
            SAY(fd, "1\0\0\0\0042\0\0\0\4T\0\0\0\32\0\1n\0"
                    "\0\0\0\0\0\0\0\0\0\31\377\377\377\377\377\377\0\0"
                    "D\0\0\0\14\0\1\0\0\0\00242C\0\0\0\15SELECT 1\0"
                    "Z\0\0\0\5I");
            (void) hear(fd, 'X');
        }

        close(fd);
    }
}

static void
whatever_a_server_does_a_durable_query_is_answered_once(void **state)
{
    int                listener;
    char               url[128];
    pid_t              pid;
    socklen_t          length = sizeof(struct sockaddr_in);
    struct sockaddr_in at = { .sin_family = AF_INET };

    (void) state;
    listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(bind(listener, (struct sockaddr *) &at, sizeof(at)), 0);
    assert_int_equal(listen(listener, 8), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *) &at, &length),
                     0);

    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        (void) prctl(PR_SET_PDEATHSIG, SIGKILL);
        serve(listener);
    }
    (void) close(listener);

    (void) snprintf(url, sizeof(url),
                    "host=127.0.0.1 port=%d user=u dbname=d sslmode=disable "
                    "gssencmode=disable",
                    ntohs(at.sin_port));
    open_pg(url, 400);
    ask(PG_DURABLE, "select n", NULL);
    run_until(1, 10000);
    assert_string_equal(told, "42|");
    run_until(2, 300);
    assert_string_equal(told, "42|");
    assert_int_equal(pg_pending(pg), 0);
    (void) teardown(state);

    (void) kill(pid, SIGKILL);
    (void) fixture_wait(pid);
}

#define PG_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        PG_TEST(answers_come_in_the_order_of_the_questions),
        PG_TEST(what_is_refused_is_told_and_the_others_go_on),
        PG_TEST(a_forgotten_query_is_done_and_tells_nobody),
        PG_TEST(what_can_fail_fails_while_there_is_no_connection),
        PG_TEST(a_broken_connection_is_made_again_and_durable_queries_with_it),
        PG_TEST(an_idle_connection_that_breaks_is_made_again),
        PG_TEST(
            a_query_that_takes_too_long_breaks_the_connection_and_nothing_else),
        PG_TEST(who_ends_tells_what_was_not_answered),
        PG_TEST(who_listens_is_told_and_after_each_new_connection_too),
        PG_TEST(who_is_told_may_end_the_connection),
        PG_TEST(
            who_listens_before_there_is_a_connection_is_told_once_there_is),
        PG_TEST(parameters_have_a_limit_and_may_be_null),
        cmocka_unit_test(
            whatever_a_server_does_a_durable_query_is_answered_once),
    };

    if (getenv("DATABASE_URL") == NULL && argc == 1) {
        (void) execl("tests/sql/cluster.sh", "cluster.sh", argv[0], "again",
                     NULL);
        perror("tests/sql/cluster.sh");
        return EXIT_FAILURE;
    }

    log_open(LOG_ERROR, "pg");

    return cmocka_run_group_tests(tests, NULL, NULL);
}
