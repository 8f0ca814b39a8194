/* SPDX-License-Identifier: BSD-2-Clause */

#include "talk_fixture.h"

/* Answers begun before the turn is over, and what bridges a wait. */

static void
begin_outside(void)
{
    create_outside(GREETING);
    be_silent(3000);
    assert_int_equal(talk->state, TALK_LISTENING);
}

/* Until the recognizer has answered, and the turn is not over. */
static void
pauses_after(const char *text)
{
    fake.says = text;
    speak(600);
    while (fake.asks == 0 && talk->state == TALK_LISTENING) {
        be_silent(20);
    }
    assert_int_equal(talk->state, TALK_LISTENING);
    assert_non_null(talk->early);
}

static void
until_decided(void)
{
    while (talk->early != NULL && talk->state == TALK_LISTENING) {
        be_silent(20);
    }
}

/* ---- ahead of the end ---- */

static void
a_model_outside_is_asked_before_the_turn_is_over(void **state)
{
    (void) state;
    begin_outside();
    pauses_after("when are you open on weekdays");
    assert_int_equal(fake.asks, 1);
    assert_string_equal(fake.messages, "A:" GREETING "|"
                                       "U:when are you open on weekdays|");
    answers("Every day. ");
    assert_string_equal(fake.said_text, GREETING "|");
    expect_turns("\n1 assistant " GREETING);
    until_decided();
    assert_int_equal(fake.asks, 1);
    assert_int_equal(fake.cancels, 0);
    answer("From nine.");
    be_silent(2500);
    assert_string_equal(fake.said_text,
                        GREETING "|Every day.|From nine.|");
    expect_turns("\n1 assistant " GREETING
                 "\n2 user when are you open on weekdays"
                 "\n3 assistant Every day. From nine.");
}

static void
an_answer_that_was_whole_before_the_end_is_said_at_it(void **state)
{
    (void) state;
    begin_outside();
    pauses_after("when are you open on weekdays");
    answer("Every day.");
    assert_int_equal(talk->state, TALK_LISTENING);
    until_decided();
    assert_int_equal(talk->state, TALK_SPEAKING);
    be_silent(1500);
    assert_int_equal(talk->state, TALK_LISTENING);
    assert_int_equal(fake.asks, 1);
}

static void
tools_wait_for_the_end_and_run_once(void **state)
{
    (void) state;
    begin_outside();
    pauses_after("when are you open on weekdays");
    answers("Let me look.");
    asks_for_slots();
    assert_int_equal(rows.tool_count, 0);
    until_decided();
    assert_int_equal(rows.tool_count, 1);
    tool_answers(0, 0, "{\"ok\":true}");
    assert_int_equal(fake.asks, 2);
    assert_non_null(strstr(fake.messages,
                           "|A:Let me look.|C:" SLOTS_ARGS
                           "|R:{\"ok\":true}|"));
    assert_string_equal(rows.names, "get_available_slots|");
}

static void
refused_and_local_tools_that_waited_go_on_as_usual(void **state)
{
    (void) state;
    begin_outside();
    pauses_after("when are you open on weekdays");
    calls_tool("t1", "rob_the_bank", "{}");
    calls_tool("t2", "search_knowledge", "{\"q\":1}");
    answer_done();
    assert_int_equal(fake.asks, 1);
    until_decided();
    assert_int_equal(fake.asks, 2);
    assert_non_null(strstr(rows.events, "tool.refused {\"tool\":"
                                        "\"rob_the_bank\""));
    answer("I cannot do that.");
    be_silent(2500);
    assert_int_equal(talk->state, TALK_LISTENING);
}

static void
who_goes_on_takes_it_back_once_and_without_a_trace(void **state)
{
    (void) state;
    begin_outside();
    pauses_after("when are you open on weekdays");
    asks_for_slots();
    fake.says = "when are you open on weekdays and on sunday";
    speak(500);
    assert_null(talk->early);
    assert_int_equal(fake.cancels, 1);
    be_silent(1700);
    assert_int_equal(fake.cancels, 1);
    assert_string_equal(fake.messages,
                        "A:" GREETING "|"
                        "U:when are you open on weekdays and on sunday|");
    assert_int_equal(rows.tool_count, 0);
    assert_true(TAILQ_EMPTY(&talk->reply.tools));
    answer("Every day.");
    be_silent(1500);
    expect_turns("\n1 assistant " GREETING
                 "\n2 user when are you open on weekdays and on sunday"
                 "\n3 assistant Every day.");
}

static void
words_that_differ_in_case_and_points_are_the_same(void **state)
{
    (void) state;
    begin_outside();
    pauses_after("when are you open on weekdays");
    fake.stt->events->on_final(fake.stt->data, fake.utterance, fake.request,
                               "When are you open, on weekdays?", 0.9f);
    until_decided();
    assert_int_equal(fake.asks, 1);
    assert_int_equal(fake.cancels, 0);
    assert_non_null(strstr(rows.turns, "\n2 user When are you open, on "
                                       "weekdays?"));
}

static void
another_text_at_the_end_is_asked_anew(void **state)
{
    (void) state;
    begin_outside();
    pauses_after("when are you open on weekdays");
    answer("Every day.");
    talk->ear.events = &talk_answer_ear_events;
    (void) strcpy(talk->ear.text, "when are you open on sundays");
    until_decided();
    be_silent(40);
    assert_int_equal(fake.asks, 2);
    assert_int_equal(fake.cancels, 1);
    assert_null(strstr(fake.said_text, "Every day."));
}

static void
what_is_doubtful_or_incomplete_is_not_answered_ahead(void **state)
{
    (void) state;
    begin_outside();
    fake.says = "my number is";
    speak(600);
    be_silent(400);
    assert_null(talk->early);
    assert_int_equal(fake.asks, 0);
    be_silent(1700);
    assert_int_equal(fake.asks, 1);
}

static void
three_guesses_a_turn_are_all(void **state)
{
    int i;

    (void) state;
    begin_outside();
    for (i = 0; i < 6; i++) {
        fake.says = "when are you open on weekdays";
        speak(500);
        be_silent(240);
    }
    assert_int_equal(fake.asks, 3);
    assert_int_equal(fake.cancels, 3);
    be_silent(1500);
    assert_int_equal(fake.asks, 4);
}

static void
a_key_or_the_end_of_the_call_takes_it_back(void **state)
{
    (void) state;
    begin_outside();
    pauses_after("when are you open on weekdays");
    talk_on_key(talk, '1', now);
    assert_null(talk->early);
    assert_int_equal(talk->context.count, 1);
    be_silent(2500);
    assert_non_null(strstr(fake.messages, "|U:1|"));
    answer("One.");
    be_silent(1500);

    fake.asks = 0;
    pauses_after("when are you open on weekdays");
    talk_hang_up(talk, now);
    assert_null(talk->early);
    assert_null(strstr(rows.turns, "weekdays"));
}

static void
a_model_that_fails_ahead_is_replaced_ahead(void **state)
{
    (void) state;
    begin_outside();
    pauses_after("when are you open on weekdays");
    calls_tool("t1", "search_knowledge", "{\"query\":\"a\"}");
    fake.llm->events->on_error(fake.llm->data, fake.asked, &lost);
    be_silent(20);
    assert_string_equal(fake.llm->provider->name, "second");
    assert_int_equal(fake.asks, 2);
    assert_true(TAILQ_EMPTY(&talk->reply.tools));
    answer("Every day.");
    be_silent(3000);
    assert_int_equal(rows.tool_count, 0);
    assert_non_null(strstr(rows.turns, "\n3 assistant Every day."));
}

static void
the_embedded_model_is_never_asked_ahead(void **state)
{
    (void) state;
    begin();
    fake.says = "when are you open on weekdays";
    speak(600);
    be_silent(220);
    assert_int_equal(fake.asks, 0);
}

/* ---- a recognizer that finds turns ---- */

static void
finds(stt_turn_e turn, const char *text)
{
    fake.stt->events->on_turn(fake.stt->data, fake.utterance, turn, text,
                              0.9f);
}

static void
its_turn_is_over_when_the_recognizer_says_so(void **state)
{
    (void) state;
    begin_outside();
    fake.says = NULL;
    speak(600);
    finds(STT_TURN_BEGUN, "");
    be_silent(400);
    assert_int_equal(fake.asks, 0);
    finds(STT_TURN_OVER, "when are you open");
    assert_int_equal(fake.asks, 1);
    assert_int_equal(talk->state, TALK_THINKING);
    finds(STT_TURN_OVER, "when are you open");
    be_silent(200);
    assert_int_equal(fake.asks, 1);
}

static void
its_eager_end_is_answered_ahead_and_taken_back(void **state)
{
    (void) state;
    begin_outside();
    fake.says = NULL;
    speak(600);
    finds(STT_TURN_EAGER, "when are you open");
    assert_int_equal(fake.asks, 1);
    assert_non_null(talk->early);
    finds(STT_TURN_RESUMED, "");
    assert_null(talk->early);
    assert_int_equal(fake.cancels, 1);
    speak(300);
    finds(STT_TURN_EAGER, "when are you open on sunday");
    finds(STT_TURN_OVER, "When are you open on Sunday?");
    assert_int_equal(fake.asks, 2);
    assert_int_equal(fake.cancels, 1);
}

static void
its_silence_is_watched_over(void **state)
{
    (void) state;
    begin_outside();
    fake.says = NULL;
    speak(600);
    finds(STT_TURN_BEGUN, "");
    fake.stt->events->on_partial(fake.stt->data, fake.utterance,
                                 "when are you open");
    be_silent(3000);
    assert_int_equal(fake.asks, 0);
    be_silent(600);
    assert_int_equal(fake.asks, 1);
    assert_non_null(strstr(fake.messages, "|U:when are you open|"));
}

static void
its_beginning_makes_the_assistant_pause(void **state)
{
    (void) state;
    begin_outside();
    pauses_after("when are you open on weekdays");
    until_decided();
    answer(LONG);
    be_silent(1000);
    assert_int_equal(talk->state, TALK_SPEAKING);
    fake.says = NULL;
    speak(140);
    assert_int_equal(talk->state, TALK_SPEAKING);
    finds(STT_TURN_BEGUN, "");
    speak(20);
    assert_int_equal(talk->state, TALK_YIELDING);
}

/* ---- what bridges a wait ---- */

static void
a_slow_tool_is_bridged_by_three_words_at_most(void **state)
{
    (void) state;
    begin_with(800, "i need a time tomorrow");
    asks_for_slots();
    bridges = 1;
    talk->heard.voice_end = now;
    be_silent(880);
    assert_string_equal(fake.said_text, GREETING "|");
    be_silent(60);
    assert_string_equal(fake.said_text, GREETING "|One moment, please.|");
    be_silent(25000);
    assert_string_equal(fake.said_text,
                        GREETING "|One moment, please.|"
                                 "I'm still looking, just a second.|"
                                 "I'm sorry, this takes longer than usual.|");
    assert_int_equal(talk->state, TALK_THINKING);
    tool_answers(0, 0, "{\"ok\":true}");
    assert_string_equal(fake.messages,
                        "A:" GREETING "|U:i need a time tomorrow|"
                        "C:" SLOTS_ARGS "|R:{\"ok\":true}|");
    answer("At nine.");
    be_silent(1500);
    expect_turns("\n1 assistant " GREETING
                 "\n2 user i need a time tomorrow"
                 "\n3 tool {\"name\":\"get_available_slots\","
                 "\"arguments\":" SLOTS_ARGS ",\"result\":{\"ok\":true}}"
                 "\n4 assistant At nine.");
    assert_non_null(strstr(rows.events, "said.aside {\"text\":\"One moment, "
                                        "please.\"}"));
}

static void
an_answer_waits_for_no_more_than_the_word_itself(void **state)
{
    size_t before;

    (void) state;
    begin_with(800, "i need a time tomorrow");
    asks_for_slots();
    bridges = 1;
    before = line.samples;
    be_silent(1000);
    tool_answers(0, 0, "{\"ok\":true}");
    answer("At nine.");
    be_silent(2500);
    assert_int_equal(line.samples - before,
                     480 * strlen("One moment, please."
                                  "At nine."));
    assert_int_equal(talk->state, TALK_LISTENING);
    assert_non_null(strstr(rows.turns, "\n4 assistant At nine."));
}

static void
words_of_the_models_own_bridge_it_first(void **state)
{
    (void) state;
    begin_with(800, "i need a time tomorrow");
    bridges = 1;
    answers("Let me look that up.");
    asks_for_slots();
    be_silent(1900);
    assert_null(strstr(fake.said_text, "One moment"));
    be_silent(600);
    assert_non_null(strstr(fake.said_text, "One moment"));
    be_silent(2000);
    tool_answers(0, 0, "{\"ok\":true}");
    answer("At nine.");
    be_silent(2500);
    assert_non_null(strstr(rows.turns,
                           "assistant Let me look that up. At nine."));
}

static void
a_bridge_can_be_interrupted_and_nothing_heard_is_lost(void **state)
{
    (void) state;
    begin_with(800, "i need a time tomorrow");
    asks_for_slots();
    bridges = 1;
    be_silent(1000);
    assert_int_equal(talk->state, TALK_SPEAKING);
    fake.says = "no make it monday";
    speak(800);
    be_silent(1700);
    tool_answers(0, 0, "{\"ok\":true}");
    be_silent(40);
    assert_string_equal(fake.messages,
                        "A:" GREETING "|U:i need a time tomorrow|"
                        "C:" SLOTS_ARGS "|R:{\"ok\":true}|"
                        "U:no make it monday|");
    answer("Monday.");
    be_silent(1500);
    assert_null(strstr(rows.turns, "moment"));
}

static void
okay_to_a_bridge_takes_nothing_back(void **state)
{
    (void) state;
    begin_with(800, "i need a time tomorrow");
    asks_for_slots();
    bridges = 1;
    be_silent(1000);
    fake.says = "okay";
    speak(300);
    be_silent(900);
    speak(300); /* and once more, when it has been heard */
    be_silent(900);
    assert_int_equal(fake.cancels, 0);
    assert_null(talk->waiting);
    tool_answers(0, 0, "{\"ok\":true}");
    answer("At nine.");
    be_silent(2500);
    assert_non_null(strstr(rows.turns, "\n4 assistant At nine."));
}

static void
a_notice_waits_until_nobody_speaks(void **state)
{
    (void) state;
    begin_answer();
    talk_notice(talk, "One minute left.");
    be_silent(1000);
    assert_null(strstr(fake.said_text, "minute"));
    be_silent(3500);
    assert_non_null(strstr(fake.said_text, "|One minute left.|"));
    be_silent(2000);
    assert_int_equal(talk->state, TALK_LISTENING);
    assert_string_equal(talk->ear.question, LONG);
    say(600, "thank you");
    assert_non_null(strstr(fake.messages, "|A:" LONG "|U:thank you|"));
    assert_null(strstr(fake.messages, "minute"));
}

static void
a_notice_can_be_interrupted_without_harm(void **state)
{
    (void) state;
    begin_answer();
    be_silent(4000);
    talk_notice(talk, "You should know that we have one minute left.");
    be_silent(800);
    assert_int_equal(talk->state, TALK_SPEAKING);
    say(800, "and on sunday");
    assert_non_null(strstr(fake.messages, "|A:" LONG "|U:and on sunday|"));
}

/* ---- keys ---- */

static void
zero_asks_for_a_person(void **state)
{
    (void) state;
    begin();
    talk_on_key(talk, '0', now);
    be_silent(2100);
    assert_non_null(strstr(fake.messages,
                           "|U:i would like to speak to a person|"));
}

static void
zero_is_a_digit_where_digits_are_asked_for(void **state)
{
    (void) state;
    create("Please enter the number of children.", "[]");
    be_silent(4000);
    talk_on_key(talk, '0', now);
    be_silent(2100);
    assert_non_null(strstr(fake.messages, "|U:0|"));
}

static void
key_in(const char *keys)
{
    while (*keys != '\0') {
        talk_on_key(talk, *keys++, now);
        be_silent(100);
    }
    be_silent(2100);
}

static void
digits_nobody_asked_for_are_kept_from_everyone(void **state)
{
    (void) state;
    begin();
    key_in("4929");
    assert_non_null(strstr(fake.messages, "|U:[4 digits]|"));
    assert_null(strstr(rows.turns, "4929"));
    assert_null(memchr(talk->keys, '9', sizeof(talk->keys)));
    answer_done();
    key_in("42");
    assert_non_null(strstr(fake.messages, "|U:42|"));
}

static void
a_card_is_never_told_even_if_a_number_was_asked_for(void **state)
{
    (void) state;
    create("What is your phone number?", "[]");
    be_silent(4000);
    key_in("4111111111111111");
    assert_non_null(strstr(fake.messages, "|U:[card number]|"));
    assert_null(strstr(rows.turns, "4111"));
    answer("And your phone number?");
    be_silent(2500);
    key_in("4155550123");
    assert_non_null(strstr(fake.messages, "|U:4155550123|"));
}

static void
who_keys_is_not_heard_meanwhile(void **state)
{
    (void) state;
    begin();
    talk_on_key(talk, '4', now);
    fake.says = "beep beep";
    speak(600);
    talk_on_key(talk, '2', now);
    be_silent(2200);
    assert_int_equal(fake.asks, 1);
    assert_non_null(strstr(fake.messages, "|U:42|"));
    assert_null(strstr(rows.turns, "beep"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TALK_TEST(a_model_outside_is_asked_before_the_turn_is_over),
        TALK_TEST(an_answer_that_was_whole_before_the_end_is_said_at_it),
        TALK_TEST(tools_wait_for_the_end_and_run_once),
        TALK_TEST(refused_and_local_tools_that_waited_go_on_as_usual),
        TALK_TEST(who_goes_on_takes_it_back_once_and_without_a_trace),
        TALK_TEST(words_that_differ_in_case_and_points_are_the_same),
        TALK_TEST(another_text_at_the_end_is_asked_anew),
        TALK_TEST(what_is_doubtful_or_incomplete_is_not_answered_ahead),
        TALK_TEST(three_guesses_a_turn_are_all),
        TALK_TEST(a_key_or_the_end_of_the_call_takes_it_back),
        TALK_TEST(a_model_that_fails_ahead_is_replaced_ahead),
        TALK_TEST(the_embedded_model_is_never_asked_ahead),
        TALK_TEST(its_turn_is_over_when_the_recognizer_says_so),
        TALK_TEST(its_eager_end_is_answered_ahead_and_taken_back),
        TALK_TEST(its_silence_is_watched_over),
        TALK_TEST(its_beginning_makes_the_assistant_pause),
        TALK_TEST(a_slow_tool_is_bridged_by_three_words_at_most),
        TALK_TEST(an_answer_waits_for_no_more_than_the_word_itself),
        TALK_TEST(words_of_the_models_own_bridge_it_first),
        TALK_TEST(a_bridge_can_be_interrupted_and_nothing_heard_is_lost),
        TALK_TEST(okay_to_a_bridge_takes_nothing_back),
        TALK_TEST(a_notice_waits_until_nobody_speaks),
        TALK_TEST(a_notice_can_be_interrupted_without_harm),
        TALK_TEST(zero_asks_for_a_person),
        TALK_TEST(zero_is_a_digit_where_digits_are_asked_for),
        TALK_TEST(digits_nobody_asked_for_are_kept_from_everyone),
        TALK_TEST(a_card_is_never_told_even_if_a_number_was_asked_for),
        TALK_TEST(who_keys_is_not_heard_meanwhile),
    };

    log_open(LOG_ERROR, "talk_ahead");

    return cmocka_run_group_tests(tests, NULL, NULL);
}
