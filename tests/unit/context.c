/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dialogue/context.h"

static context_t context;

static int
setup(void **state)
{
    (void) state;
    context_init(&context);

    return 0;
}

static int
teardown(void **state)
{
    (void) state;
    context_clear(&context);
    context_clear(&context);

    return 0;
}

static void
add(llm_role_e role, const char *text)
{
    int is_tool = role == LLM_TOOL_CALL || role == LLM_TOOL_RESULT;

    assert_int_equal(context_add(&context, role, text,
                                 is_tool ? "tool" : NULL,
                                 is_tool ? "t1" : NULL),
                     0);
}

/* A letter for the role, the mark of a cut, and the text. */
static void
expect(const char *messages)
{
    size_t i, at = 0;
    char   text[4096] = "";

    for (i = 0; i < context.count; i++) {
        at += (size_t) snprintf(text + at, sizeof(text) - at, "%c%s:%s|",
                                "SUACR"[context.messages[i].role],
                                context.messages[i].interrupted ? "!" : "",
                                context.messages[i].text);
    }

    assert_string_equal(text, messages);
}

static void
messages_keep_their_order_and_are_copies(void **state)
{
    char text[] = "hello";

    (void) state;
    add(LLM_USER, text);
    text[0] = 'j';
    add(LLM_TOOL_CALL, "{}");
    expect("U:hello|C:{}|");
    assert_string_equal(context.messages[1].name, "tool");
    assert_string_equal(context.messages[1].id, "t1");
    assert_string_equal(context_last(&context, LLM_USER), "hello");
    assert_null(context_last(&context, LLM_ASSISTANT));
}

static void
a_cut_leaves_what_was_heard(void **state)
{
    (void) state;
    add(LLM_USER, "when");
    context_begin(&context);
    add(LLM_ASSISTANT, "From nine to five.");
    context_cut(&context, "From nine");
    expect("U:when|A!:From nine|");
}

static void
a_cut_of_nothing_heard_leaves_nothing(void **state)
{
    (void) state;
    add(LLM_ASSISTANT, "Hello.");
    add(LLM_USER, "when");
    context_begin(&context);
    add(LLM_ASSISTANT, "From nine");
    add(LLM_ASSISTANT, "to five.");
    context_cut(&context, "");
    expect("A:Hello.|U:when|");

    /* An answer before stays, whatever is cut. */
    context_cut(&context, "");
    context_cut(&context, "Hello.");
    expect("A:Hello.|U:when|");
}

static void
what_was_heard_to_its_end_is_not_interrupted(void **state)
{
    (void) state;
    context_begin(&context);
    add(LLM_ASSISTANT, "**From** nine\nto  five.");
    context_cut(&context, "From nine to five.");
    expect("A:**From** nine\nto  five.|");
}

static void
a_cut_goes_through_the_answer_in_order_and_tools_stay(void **state)
{
    (void) state;
    add(LLM_USER, "tomorrow");
    context_begin(&context);
    add(LLM_ASSISTANT, "Let me look.");
    add(LLM_TOOL_CALL, "{}");
    add(LLM_TOOL_RESULT, "{\"ok\":true}");
    add(LLM_ASSISTANT, "There is nine and ten.");
    context_cut(&context, "Let me look. There is");
    expect("U:tomorrow|A:Let me look.|C:{}|R:{\"ok\":true}|A!:There is|");

    context_cut(&context, "Let me");
    expect("U:tomorrow|A!:Let me|C:{}|R:{\"ok\":true}|");
    context_cut(&context, "");
    expect("U:tomorrow|C:{}|R:{\"ok\":true}|");
}

static void
a_cut_without_an_answer_changes_nothing(void **state)
{
    (void) state;
    context_cut(&context, "");
    context_cut(&context, "Hello.");
    add(LLM_USER, "when");
    context_begin(&context);
    context_cut(&context, "Hello.");
    expect("U:when|");
}

static void
a_long_call_forgets_its_beginning_in_whole_exchanges(void **state)
{
    int i;

    (void) state;

    for (i = 0; i < 1000; i++) {
        add(LLM_USER, "u");
        context_begin(&context);
        add(LLM_TOOL_CALL, "c");
        add(LLM_TOOL_RESULT, "r");
        add(LLM_ASSISTANT, "one two");
        assert_true(context.count <= 512);
        assert_true(context.messages[0].role != LLM_TOOL_CALL
                    && context.messages[0].role != LLM_TOOL_RESULT);
    }

    assert_true(context.count > 400);

    /* The answer that goes on is still the one that is cut. */
    context_cut(&context, "one");
    assert_string_equal(context.messages[context.count - 1].text, "one");
    assert_string_equal(context.messages[context.count - 5].text, "one two");
}

static void
doubt_is_of_the_last_message_alone(void **state)
{
    (void) state;
    context_doubt(&context);
    add(LLM_USER, "one");
    add(LLM_USER, "two");
    context_doubt(&context);
    add(LLM_ASSISTANT, "three");
    assert_false(context.messages[0].doubtful);
    assert_true(context.messages[1].doubtful);
    assert_false(context.messages[2].doubtful);
}

#define CONTEXT_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CONTEXT_TEST(messages_keep_their_order_and_are_copies),
        CONTEXT_TEST(a_cut_leaves_what_was_heard),
        CONTEXT_TEST(a_cut_of_nothing_heard_leaves_nothing),
        CONTEXT_TEST(what_was_heard_to_its_end_is_not_interrupted),
        CONTEXT_TEST(a_cut_goes_through_the_answer_in_order_and_tools_stay),
        CONTEXT_TEST(a_cut_without_an_answer_changes_nothing),
        CONTEXT_TEST(doubt_is_of_the_last_message_alone),
        CONTEXT_TEST(a_long_call_forgets_its_beginning_in_whole_exchanges),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
