/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "call/turns.h"

/* The last turn that was written, in place of store.c's. */
static struct {
    unsigned count;
    int      seq;
    int      interrupted;
    uint64_t t_ms;
    char     role[16];
    char     content[2048];
    char     timings[1024];
    char     state[64];
} row;

int
store_turn(store_t *s, const store_turn_t *turn)
{
    (void) s;
    row.count++;
    row.seq = turn->seq;
    row.interrupted = turn->interrupted;
    row.t_ms = turn->t_ms;
    (void) snprintf(row.role, sizeof(row.role), "%s", turn->role);
    (void) snprintf(row.content, sizeof(row.content), "%s", turn->content);
    (void) snprintf(row.timings, sizeof(row.timings), "%s",
                    turn->timings != NULL ? turn->timings : "");
    (void) snprintf(row.state, sizeof(row.state), "%s",
                    turn->state != NULL ? turn->state : "");

    return 0;
}

static turns_t turns;
static store_t store;

static int
setup(void **state)
{
    (void) state;
    memset(&row, 0, sizeof(row));
    turns_open(&turns, &store, 4, 1000000);

    return 0;
}

static double
timing(const char *name)
{
    double       number;
    cJSON       *json = cJSON_Parse(row.timings);
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, name);

    assert_non_null(json);
    number = item != NULL ? item->valuedouble : -1;
    cJSON_Delete(json);

    return number;
}

static void
numbers_go_on_where_the_call_had_come_to(void **state)
{
    turn_times_t times = { .voice_end = 1002000 };

    (void) state;
    turns_user(&turns, "hello", 0.876f, &times, "{\"state\":\"X\"}");
    assert_int_equal(row.seq, 5);
    assert_string_equal(row.role, "user");
    assert_string_equal(row.content, "hello");
    assert_string_equal(row.state, "{\"state\":\"X\"}");
    assert_int_equal(row.t_ms, 2000);
    assert_true(timing("confidence") > 0.86 && timing("confidence") < 0.88);

    assert_int_equal(turns_begin(&turns), 6);
    turns_tool(&turns, "search_knowledge", "{}", "{\"ok\":true}", 250,
               1003000);
    assert_int_equal(row.seq, 7);
    assert_int_equal(row.t_ms, 2750);
    assert_true(timing("tool_ms") == 250);
    turns_assistant(&turns, 6, "Yes.", 1, &times, 1002500, NULL);
    assert_int_equal(row.seq, 6);
    assert_int_equal(row.interrupted, 1);
    assert_string_equal(row.state, "");
    assert_int_equal(turns.seq, 7);
}

static void
the_parts_of_the_time_sum_up_to_the_whole(void **state)
{
    turn_times_t times = { .voice_end = 1001000,
                           .asked = 1001180,
                           .answered = 1001330,
                           .decided = 1001400,
                           .sentence = 1001410,
                           .audio = 1001500,
                           .first_frame = 1001520 };

    (void) state;
    turns_assistant(&turns, 6, "Yes.", 0, &times, 1001410, NULL);
    assert_true(timing("endpoint_ms") == 250);
    assert_true(timing("stt_ms") == 150);
    assert_true(timing("llm_ms") == 10);
    assert_true(timing("tts_ms") == 90);
    assert_true(timing("send_ms") == 20);
    assert_true(timing("first_frame_ms") == 520);
}

static void
a_time_that_never_was_is_not_told(void **state)
{
    turn_times_t times = { .decided = 1000000, .sentence = 1000010 };

    (void) state;
    turns_assistant(&turns, 6, "Hello.", 0, &times, 999999, NULL);
    assert_true(timing("endpoint_ms") == -1);
    assert_true(timing("stt_ms") == -1);
    assert_true(timing("llm_ms") == 10);
    assert_true(timing("tts_ms") == -1);
    assert_true(timing("first_frame_ms") == -1);
    assert_int_equal(row.t_ms, 0); /* before the call began */
}

static void
a_greeting_counts_from_the_streams_opening(void **state)
{
    turn_times_t times = { .decided = 1000000,
                           .sentence = 1000010,
                           .audio = 1000030,
                           .first_frame = 1000040 };

    (void) state;
    turns_assistant(&turns, 6, "Hello.", 0, &times, 1000010, NULL);
    assert_true(timing("first_frame_ms") == 40);
}

static void
turns_are_in_the_order_of_their_times(void **state)
{
    turn_times_t late = { .voice_end = 1002000 };
    turn_times_t none = { .voice_end = 0 };

    (void) state;
    turns_assistant(&turns, turns_begin(&turns), "Hello.", 0, &none, 1002100,
                    NULL);
    turns_user(&turns, "hi", 1, &late, NULL);
    assert_int_equal(row.t_ms, 2100);
    turns_tool(&turns, "t", "{}", "{}", 500, 1002200);
    assert_int_equal(row.t_ms, 2100);

    /* Written again, a turn keeps its time. */
    turns_tool(&turns, "t", "{}", "{}", 0, 1009000);
    turns_assistant(&turns, 5, "Hel", 1, &none, 1002100, NULL);
    assert_int_equal(row.t_ms, 2100);

    /* One that is numbered late has begun no earlier than its number says. */
    assert_true(turns_after(&turns, 1008000) == 1009000);
    assert_true(turns_after(&turns, 1010000) == 1010000);
}

static void
a_tools_turn_is_json_whatever_the_model_sent(void **state)
{
    size_t       i;
    cJSON       *json;
    const cJSON *args;

    static const char *const rows[] = {
        "not json",
        "",
        "{\"date\":",
        "{} {}",
        "\"",
        "{\"a\":1}x",
    };

    (void) state;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        turns_tool(&turns, "a \"tool\"", rows[i], "{\"ok\":false}", 1,
                   1000001);
        json = cJSON_ParseWithOpts(row.content, NULL, 1);
        assert_non_null(json);
        args = cJSON_GetObjectItemCaseSensitive(json, "arguments");
        assert_true(cJSON_IsString(args));
        assert_string_equal(args->valuestring, rows[i]);
        cJSON_Delete(json);
    }

    turns_tool(&turns, "t", "{\"a\":[1,\"x\"]}", "{\"ok\":true}", 1, 1000001);
    assert_string_equal(row.content, "{\"name\":\"t\",\"arguments\":{\"a\":"
                                     "[1,\"x\"]},\"result\":{\"ok\":true}}");
}

#define TURNS_TEST(f) cmocka_unit_test_setup(f, setup)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TURNS_TEST(numbers_go_on_where_the_call_had_come_to),
        TURNS_TEST(the_parts_of_the_time_sum_up_to_the_whole),
        TURNS_TEST(a_time_that_never_was_is_not_told),
        TURNS_TEST(a_greeting_counts_from_the_streams_opening),
        TURNS_TEST(turns_are_in_the_order_of_their_times),
        TURNS_TEST(a_tools_turn_is_json_whatever_the_model_sent),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
