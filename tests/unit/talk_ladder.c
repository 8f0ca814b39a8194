/* SPDX-License-Identifier: BSD-2-Clause */

#include "talk_fixture.h"

#include "call/ladder.h"
#include "shm/desk_histogram.h"

/* Services that fail in the middle of a call, and who takes over. */

static const fault_t busy = { FAULT_BUSY, 30000, "busy" };
static const fault_t refused = { FAULT_REFUSED, 0, "key" };
static uint64_t      heard_ms; /* when the caller last got a sound */

/* Greeted by the first voice, and listening. */
static void
begin_outside(void)
{
    create_outside(GREETING);
    be_silent(3000);
    assert_int_equal(talk->state, TALK_LISTENING);
    assert_string_equal(fake.opened, "tts first|llm first|stt first|");
    bridges = 1;
}

/* Until something is heard that was not there before; how long it took. */
static uint64_t
waits_for_sound(uint64_t most)
{
    size_t   samples = line.samples;
    uint64_t since = now;

    while (line.samples == samples && now < since + most) {
        be_silent(20);
    }
    heard_ms = now;

    return now - since;
}

static void
asks(const char *text)
{
    unsigned before = fake.asks;

    fake.says = text;
    speak(600);
    while (fake.asks == before || talk->state == TALK_LISTENING) {
        be_silent(20);
        assert_true(now < 1000000 + 600000);
    }
}

/* ---- the ladder alone ---- */

static void
a_ladder_goes_down_and_up_again_by_its_times(void **state)
{
    ladder_t ladder;

    (void) state;
    ladder_init(&ladder);
    assert_int_equal(ladder_add(&ladder, "a"), 0);
    assert_int_equal(ladder_add(&ladder, "b"), 0);
    assert_int_equal(ladder_add(&ladder, "a"), -EEXIST);
    assert_int_equal(ladder_add(&ladder, "own"), 0);
    assert_string_equal(ladder_name(&ladder), "a");

    assert_int_equal(ladder_fall(&ladder, &lost, 1000), 0);
    assert_string_equal(ladder_name(&ladder), "b");
    assert_int_equal(ladder_climb(&ladder, 10999), 0);
    assert_int_equal(ladder_fall(&ladder, &busy, 2000), 0);
    assert_string_equal(ladder_name(&ladder), "own");
    assert_int_equal(ladder_fall(&ladder, &lost, 3000), -ENOENT);

    assert_int_equal(ladder_climb(&ladder, 11000), 1);
    assert_string_equal(ladder_name(&ladder), "a");

    /* The second time it is left alone for longer, and "b" is still busy. */
    assert_int_equal(ladder_fall(&ladder, &lost, 12000), 0);
    assert_string_equal(ladder_name(&ladder), "own");
    assert_int_equal(ladder_climb(&ladder, 31000), 0);
    assert_int_equal(ladder_climb(&ladder, 32000), 1);
    assert_string_equal(ladder_name(&ladder), "a");
}

static void
who_refuses_is_not_asked_again(void **state)
{
    ladder_t ladder;

    (void) state;
    ladder_init(&ladder);
    (void) ladder_add(&ladder, "a");
    (void) ladder_add(&ladder, "own");
    assert_int_equal(ladder_fall(&ladder, &refused, 0), 0);
    assert_int_equal(ladder_climb(&ladder, UINT64_MAX - 1), 0);
}

static void
a_ladder_has_so_many_rungs(void **state)
{
    unsigned                 i;
    ladder_t                 ladder;
    static const char *const names[] = { "a", "b", "c", "d", "e", "f" };

    (void) state;
    ladder_init(&ladder);
    for (i = 0; i < LADDER_RUNGS; i++) {
        assert_int_equal(ladder_add(&ladder, names[i]), 0);
    }
    assert_int_equal(ladder_add(&ladder, names[i]), -ENOSPC);
}

/* ---- the model ---- */

static void
a_model_that_fails_is_followed_by_the_next_with_the_same_question(void **state)
{
    (void) state;
    begin_outside();
    asks("when are you open on weekdays");
    assert_string_equal(fake.llm->provider->name, "first");
    fake.llm->events->on_error(fake.llm->data, fake.asked, &lost);
    be_silent(40);
    assert_string_equal(fake.llm->provider->name, "second");
    assert_string_equal(fake.messages, "A:" GREETING "|"
                                       "U:when are you open on weekdays|");
    answer("Every day.");
    be_silent(2000);
    assert_int_equal(talk->state, TALK_LISTENING);
    expect_turns("\n1 assistant " GREETING
                 "\n2 user when are you open on weekdays"
                 "\n3 assistant Every day.");
    assert_non_null(strstr(rows.events,
                           "provider.lost {\"kind\":\"llm\",\"from\":"
                           "\"first\",\"to\":\"second\",\"fault\":\"lost\"}"));
    assert_null(strstr(fake.said_text, "sorry"));
}

static void
a_model_without_a_first_word_is_given_up_and_a_word_bridges_it(void **state)
{
    (void) state;
    begin_outside();
    asks("when are you open on weekdays");
    assert_true(waits_for_sound(5000) <= 1000);
    assert_non_null(strstr(fake.said_text, "|One moment, please.|"));
    assert_string_equal(fake.llm->provider->name, "first");
    be_silent(1700);
    assert_string_equal(fake.llm->provider->name, "second");
    answer("Every day.");
    be_silent(2000);
    assert_int_equal(talk->state, TALK_LISTENING);
    assert_non_null(strstr(rows.turns, "\n3 assistant Every day."));
}

static void
a_model_that_stops_in_a_sentence_is_followed_by_the_next(void **state)
{
    (void) state;
    begin_outside();
    asks("when are you open on weekdays");
    answers("We are open every day. And on Sun");
    be_silent(2700);
    assert_string_equal(fake.llm->provider->name, "second");

    /* It answers the question, not the half of an answer. */
    assert_string_equal(fake.messages, "A:" GREETING "|"
                                       "U:when are you open on weekdays|");
    answer("From nine to five.");
    be_silent(3000);
    asks("and on sunday");
    assert_string_equal(fake.messages,
                        "A:" GREETING "|U:when are you open on weekdays|"
                        "A!:We are open every day.|A:From nine to five.|"
                        "U:and on sunday|");
}

static void
the_embedded_model_hears_what_was_said_since_something_was_done(void **state)
{
    (void) state;
    begin_outside();
    asks("i would like a cleaning");
    answer("When?");
    be_silent(1500);
    asks("tomorrow at nine");
    fake.llm->events->on_error(fake.llm->data, fake.asked, &refused);
    be_silent(40);
    fake.llm->events->on_error(fake.llm->data, fake.asked, &refused);
    be_silent(40);
    assert_string_equal(fake.llm->provider->name, "fake");
    assert_string_equal(fake.messages,
                        "U:i would like a cleaning tomorrow at nine|");
    answer("Tomorrow at nine is free.");
    be_silent(2500);

    /* It knows the conversation from here on. */
    asks("yes please");
    assert_int_equal(fake.messages[0], 'A');
    assert_non_null(strstr(fake.messages, "|U:yes please|"));
}

static void
a_tool_that_ran_is_not_run_again_by_the_next_model(void **state)
{
    (void) state;
    begin_outside();
    asks("book me in tomorrow at nine");
    calls_tool("t1", "book_appointment",
               "{\"start\":\"2026-11-21T09:00\",\"name\":\"Ann\"}");
    fake.llm->events->on_error(fake.llm->data, fake.asked, &lost);
    be_silent(40);
    assert_string_equal(fake.llm->provider->name, "second");
    assert_int_equal(fake.asks, 1);
    tool_answers(0, 0, "{\"ok\":true}");
    assert_int_equal(fake.asks, 2);
    assert_non_null(strstr(fake.messages, "|R:{\"ok\":true}|"));
    assert_string_equal(rows.names, "book_appointment|");
}

static void
what_was_done_is_told_even_if_no_model_is_left_to_tell(void **state)
{
    (void) state;
    begin_outside();
    asks("book me in tomorrow at nine");
    calls_tool("t1", "book_appointment",
               "{\"start\":\"2026-11-21T09:00\",\"name\":\"Ann\"}");
    answer_done();
    tool_answers(0, 0, "{\"ok\":true}");
    fake.llm->events->on_error(fake.llm->data, fake.asked, &lost);
    be_silent(40);
    fake.llm->events->on_error(fake.llm->data, fake.asked, &lost);
    be_silent(40);
    assert_string_equal(fake.llm->provider->name, "fake");
    assert_int_equal(fake.asks, 3); /* the embedded one is not asked */
    assert_non_null(strstr(fake.said_text, "|That is done. Is there"));
    be_silent(3500);
    assert_int_equal(talk->state, TALK_LISTENING);
}

static void
a_better_model_is_tried_again_when_its_time_has_come(void **state)
{
    (void) state;
    begin_outside();
    asks("hello there");
    fake.llm->events->on_error(fake.llm->data, fake.asked, &lost);
    be_silent(40);
    answer("Hello.");
    be_silent(1500);
    asks("when are you open");
    assert_string_equal(fake.llm->provider->name, "second");
    answer("Always.");
    be_silent(8000);
    asks("and on sunday");
    assert_string_equal(fake.llm->provider->name, "first");
    assert_non_null(strstr(fake.messages, "|U:and on sunday|"));
}

static void
a_model_that_cannot_be_opened_is_passed_over(void **state)
{
    (void) state;
    begin_outside();
    fake.refuses = "second";
    asks("hello there");
    fake.llm->events->on_error(fake.llm->data, fake.asked, &lost);
    be_silent(40);
    assert_string_equal(fake.llm->provider->name, "fake");
    answer("Hello.");
    be_silent(1500);
    assert_int_equal(talk->state, TALK_LISTENING);
}

/* ---- the voice ---- */

static void
a_voice_that_fails_is_followed_by_another_with_the_same_words(void **state)
{
    (void) state;
    begin_outside();
    fake.tts_waits = 1;
    asks("when are you open on weekdays");
    answers("We are open every day. ");
    answer("From nine to five.");
    fake.said_text[0] = '\0';
    fake.tts_waits = 0;
    fake.tts->events->on_error(fake.tts->data, fake.said - 1, &lost);
    assert_true(waits_for_sound(2500) <= 60);
    assert_string_equal(fake.tts->provider->name, "second");
    assert_string_equal(fake.said_text,
                        "We are open every day.|From nine to five.|");
    be_silent(4000);
    assert_non_null(strstr(rows.turns, "\n3 assistant We are open every day. "
                                       "From nine to five."));
}

/* A call's first words are owed from when they were asked for. */
static void
a_voice_has_its_time_for_the_greeting_too(void **state)
{
    (void) state;
    fake.tts_waits = 1;
    create_outside(GREETING);
    be_silent(1400);
    assert_string_equal(fake.opened, "tts first|llm first|stt first|");
    be_silent(200);
    assert_non_null(strstr(fake.opened, "tts second"));
}

static void
a_voice_that_gives_nothing_is_followed_within_the_time(void **state)
{
    (void) state;
    begin_outside();
    asks("when are you open on weekdays");
    fake.mute = "first";
    answer("We are open every day.");
    assert_true(waits_for_sound(2500) <= 1600);
    assert_string_equal(fake.tts->provider->name, "second");
}

static void
a_voice_that_breaks_off_is_followed_by_the_rest_of_the_sentence(void **state)
{
    (void) state;
    begin_outside();
    fake.tts_waits = 1;
    asks("when are you open on weekdays");
    answer("We are open every day from nine to five.");
    give_audio(fake.said, 15); /* "We are open ev" */
    fake.tts_waits = 0;
    fake.said_text[0] = '\0';
    be_silent(1600);
    assert_string_equal(fake.tts->provider->name, "second");
    assert_string_equal(fake.said_text, "every day from nine to five.|");
    be_silent(4000);
    assert_non_null(strstr(rows.turns, "\n3 assistant We are open every day "
                                       "from nine to five."));
    asks("and on sunday");
    assert_non_null(strstr(fake.messages,
                           "|A:We are open every day from nine to five.|"));
}

static void
all_voices_but_the_embedded_one_may_fail(void **state)
{
    uint64_t waited;

    (void) state;
    begin_outside();
    fake.refuses = "second";
    fake.mute = "first";
    asks("when are you open on weekdays");
    answer("We are open every day.");
    waited = waits_for_sound(4000);
    assert_true(waited <= 2500);
    assert_string_equal(fake.tts->provider->name, "fake");
    be_silent(3000);
    assert_int_equal(talk->state, TALK_LISTENING);
    assert_non_null(strstr(rows.turns, "\n3 assistant We are open every day"));
}

static void
old_audio_after_a_change_of_voice_is_nobodys(void **state)
{
    tts_t    old;
    uint32_t stale;
    size_t   samples;

    (void) state;
    begin_outside();
    fake.tts_waits = 1;
    asks("when are you open on weekdays");
    answer("We are open every day.");
    stale = fake.said;
    old = *fake.tts;
    fake.tts->events->on_error(fake.tts->data, stale, &lost);
    be_silent(40);
    samples = line.samples;
    give_audio(stale, 10);
    old.events->on_done(old.data, stale);
    be_silent(100);
    assert_int_equal(line.samples, samples);
    give_audio(fake.said, 22);
    end_audio(fake.said);
    be_silent(100);
    assert_true(line.samples > samples);
}

/* ---- the recognizer ---- */

static void
a_recognizer_that_fails_in_an_utterance_is_followed_from_its_start(void **state)
{
    size_t fed;

    (void) state;
    begin_outside();
    fake.says = NULL;
    speak(600);
    fed = fake.fed_samples;
    assert_true(fed > 600 * 8);
    fake.stt->events->on_error(fake.stt->data, &lost);
    be_silent(40);
    assert_string_equal(fake.stt->provider->name, "second");
    assert_true(fake.fed_samples >= fed);
    fake.says = "when are you open on weekdays";
    be_silent(1200);
    assert_int_equal(fake.asks, 1);
    assert_non_null(strstr(fake.messages,
                           "|U:when are you open on weekdays|"));
}

static void
a_recognizer_that_does_not_answer_is_followed(void **state)
{
    (void) state;
    begin_outside();
    fake.says = NULL;
    speak(600);
    be_silent(1100);
    assert_string_equal(fake.stt->provider->name, "first");
    fake.says = "when are you open on weekdays";
    be_silent(600);
    assert_string_equal(fake.stt->provider->name, "second");
    assert_int_equal(fake.asks, 1);
    assert_true(waits_for_sound(2500) <= 1000);
}

static void
a_lost_recognizer_does_not_shorten_what_is_being_said(void **state)
{
    (void) state;
    begin_outside();
    fake.says = NULL;
    speak(400);
    fake.stt->events->on_error(fake.stt->data, &lost);
    fake.stt->events->on_error(fake.stt->data, &lost);
    speak(400);
    assert_int_equal(fake.asks, 0);
    assert_string_equal(fake.stt->provider->name, "second");
    fake.says = "i would like to come in tomorrow";
    be_silent(1500);
    assert_int_equal(fake.asks, 1);
}

static void
what_is_kept_for_another_recognizer_has_a_limit(void **state)
{
    (void) state;
    begin_outside();
    fake.says = NULL;
    speak(40000);
    assert_true(talk->ear.kept_room <= 27 * 8000);
    fake.says = "enough";
    be_silent(3000);
    assert_int_equal(talk->ear.kept_samples, 0);
}

/* ---- what is told of it ---- */

static void
what_services_took_is_told_with_the_turn_by_who_took_it(void **state)
{
    desk_histogram_t h;

    static const llm_usage_t used = { 200, 0, 7 };

    (void) state;
    begin_outside();
    fake.stt->sent_samples = 2 * 8000 + 4000;
    talk->tts.events->on_usage(talk->tts.data, fake.said, 30);
    asks("do you have time");
    fake.llm->events->on_usage(fake.llm->data, fake.asked, &used);
    answer("Yes, at nine.");
    be_silent(3000);

    assert_non_null(strstr(rows.usage, "\"provider\":\"first\",\"model\":"
                                       "\"\",\"unit\":\"token_in\","
                                       "\"quantity\":200"));
    assert_non_null(strstr(rows.usage, "\"token_out\",\"quantity\":7"));
    assert_non_null(strstr(rows.usage, "\"character\",\"quantity\":30"));
    assert_non_null(strstr(rows.usage, "\"second\",\"quantity\":2"));

    /* Of a recognizer that is gone the seconds stay, and are its own. */
    fake.stt->sent_samples = 3 * 8000;
    fake.stt->events->on_error(fake.stt->data, &lost);
    be_silent(100);
    talk_hang_up(talk, now);
    assert_non_null(strstr(rows.usage, "\"kind\":\"stt\",\"provider\":"
                                       "\"first\",\"model\":\"\",\"unit\":"
                                       "\"second\",\"quantity\":3"));

    /* And how long the answer took is counted, once. */
    desk_histogram_sum(&line.seg, DESK_STAGE_REPLY, &h);
    assert_int_equal(h.buckets[DESK_BUCKET_COUNT - 1], 1);
    desk_histogram_sum(&line.seg, DESK_STAGE_PLAYOUT, &h);
    assert_int_equal(h.buckets[DESK_BUCKET_COUNT - 1], 1);
}

static void
embedded_services_alone_keep_nothing(void **state)
{
    (void) state;
    begin();
    speak(800);
    assert_null(talk->services);
    assert_null(talk->ear.kept);
}

/* ---- all of them ---- */

static const char *helpless_reason;

static void
on_helpless(void *data, const char *reason)
{
    assert_ptr_equal(data, &line);
    helpless_reason = reason;
}

static void
when_nobody_is_left_the_call_is_told_once(void **state)
{
    static const talk_events_t with_help = { .on_over = on_over,
                                             .on_stale = on_stale,
                                             .on_helpless = on_helpless };

    (void) state;
    begin_outside();
    talk->events = &with_help;
    helpless_reason = NULL;
    fake.refuses = "second";
    fake.open_rc = -EIO;
    fake.stt->events->on_error(fake.stt->data, &lost);
    be_silent(100);
    assert_string_equal(helpless_reason, "recognizer_failed");
    helpless_reason = NULL;
    be_silent(500);
    assert_null(helpless_reason);
    assert_int_equal(over_count, 0);
}

static void
any_one_service_dies_and_something_is_heard_in_time(void **state)
{
    int      which;
    uint64_t spoke;

    for (which = 0; which < 3; which++) {
        if (which > 0) {
            (void) teardown(state);
            (void) setup(state);
        }
        begin_outside();
        fake.says = which == 0 ? NULL : "when are you open on weekdays";
        speak(600);
        spoke = now;
        if (which == 2) {
            fake.mute = "first";
        }
        (void) waits_for_sound(20);
        fake.says = "when are you open on weekdays";
        if (which == 0) {
            fake.stt->events->on_error(fake.stt->data, &lost);
        }
        (void) waits_for_sound(4000);
        assert_true(heard_ms - spoke <= 2500);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ladder_goes_down_and_up_again_by_its_times),
        cmocka_unit_test(who_refuses_is_not_asked_again),
        cmocka_unit_test(a_ladder_has_so_many_rungs),
        TALK_TEST(
            a_model_that_fails_is_followed_by_the_next_with_the_same_question),
        TALK_TEST(
            a_model_without_a_first_word_is_given_up_and_a_word_bridges_it),
        TALK_TEST(a_model_that_stops_in_a_sentence_is_followed_by_the_next),
        TALK_TEST(
            the_embedded_model_hears_what_was_said_since_something_was_done),
        TALK_TEST(a_tool_that_ran_is_not_run_again_by_the_next_model),
        TALK_TEST(what_was_done_is_told_even_if_no_model_is_left_to_tell),
        TALK_TEST(a_better_model_is_tried_again_when_its_time_has_come),
        TALK_TEST(a_model_that_cannot_be_opened_is_passed_over),
        TALK_TEST(
            a_voice_that_fails_is_followed_by_another_with_the_same_words),
        TALK_TEST(a_voice_has_its_time_for_the_greeting_too),
        TALK_TEST(a_voice_that_gives_nothing_is_followed_within_the_time),
        TALK_TEST(
            a_voice_that_breaks_off_is_followed_by_the_rest_of_the_sentence),
        TALK_TEST(all_voices_but_the_embedded_one_may_fail),
        TALK_TEST(old_audio_after_a_change_of_voice_is_nobodys),
        TALK_TEST(
            a_recognizer_that_fails_in_an_utterance_is_followed_from_its_start),
        TALK_TEST(a_recognizer_that_does_not_answer_is_followed),
        TALK_TEST(a_lost_recognizer_does_not_shorten_what_is_being_said),
        TALK_TEST(what_is_kept_for_another_recognizer_has_a_limit),
        TALK_TEST(what_services_took_is_told_with_the_turn_by_who_took_it),
        TALK_TEST(embedded_services_alone_keep_nothing),
        TALK_TEST(when_nobody_is_left_the_call_is_told_once),
        TALK_TEST(any_one_service_dies_and_something_is_heard_in_time),
    };

    log_open(LOG_ERROR, "talk_ladder");

    return cmocka_run_group_tests(tests, NULL, NULL);
}
