/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "call/ear.h"
#include "voice_fixture.h"

/* The clock of the test, in place of libuv's. */
static uint64_t now;

uint64_t
uv_now(const uv_loop_t *loop)
{
    (void) loop;
    return now;
}

/* A recognizer that says what it is told to. */
static struct {
    stt_t      *stt;
    int         open_rc;
    int         finalize_rc;
    const char *answer; /* given at once; NULL: not */
    unsigned    begun;
    unsigned    rested;
    unsigned    fed;
    unsigned    asked;
    unsigned    closed;
    uint32_t    utterance;
    uint32_t    request;
} fake;

static int
fake_open(stt_t *stt)
{
    fake.stt = stt;
    return fake.open_rc;
}

static int
fake_feed(stt_t *stt, const frame_t *frame)
{
    (void) stt;
    assert_int_equal(frame->samples, FRAME_SAMPLES);
    fake.fed++;
    return fake.fed % 3 == 0 ? -EAGAIN : 0;
}

static void
fake_says(const char *text)
{
    fake.stt->events->on_final(fake.stt->data, fake.utterance, fake.request,
                               text, 0.75f);
}

static int
fake_finalize(stt_t *stt, uint32_t request)
{
    (void) stt;
    fake.asked++;
    fake.request = request;
    if (fake.finalize_rc < 0) {
        return fake.finalize_rc;
    }
    if (fake.answer != NULL) {
        fake_says(fake.answer);
    }
    return 0;
}

static void
fake_begin(stt_t *stt, uint32_t utterance)
{
    (void) stt;
    fake.begun++;
    fake.fed = 0;
    fake.utterance = utterance;
}

static void
fake_rest(stt_t *stt)
{
    (void) stt;
    fake.rested++;
}

static void
fake_close(stt_t *stt)
{
    (void) stt;
    fake.closed++;
}

static const stt_provider_t fake_stt = { "fake", fake_open, fake_feed,
                                         fake_finalize, fake_begin,
                                         fake_rest, fake_close };

static ear_t       ear;
static voice_t     voice;
static utterance_t heard;
static char        heard_text[EAR_TEXT_BYTES];
static unsigned    heard_count;

static void
on_utterance(void *data, const utterance_t *u)
{
    assert_ptr_equal(data, &ear);
    heard = *u;
    (void) snprintf(heard_text, sizeof(heard_text), "%s", u->text);
    heard.text = heard_text;
    heard_count++;
}

static const ear_events_t events = { .on_utterance = on_utterance };

static int
setup(void **state)
{
    static const stt_config_t config = { .language = "en-US",
                                         .client_id = "client" };

    (void) state;
    memset(&fake, 0, sizeof(fake));
    memset(&voice, 0, sizeof(voice));
    heard_count = 0;
    now = 1000000;
    ear_init(&ear, &events, &ear);
    return ear_open(&ear, &fake_stt, &config, NULL);
}

static int
teardown(void **state)
{
    (void) state;
    ear_close(&ear);
    ear_close(&ear);
    assert_int_equal(fake.closed, 1);
    return 0;
}

static void
speak(uint64_t ms)
{
    uint64_t end = now + ms;
    frame_t  frame;

    while (now < end) {
        now += FRAME_MS;
        frame = voice_speaks(&voice);
        ear_hear(&ear, &frame, now);
    }
}

static void
be_silent(uint64_t ms)
{
    uint64_t end = now + ms;
    frame_t  frame;

    while (now < end) {
        now += FRAME_MS;
        frame = voice_is_silent(&voice);
        ear_hear(&ear, &frame, now);
    }
}

/* Until the utterance is over, or so long. */
static uint64_t
silence_until_heard(uint64_t max_ms)
{
    unsigned count = heard_count;
    uint64_t begun = now;

    while (heard_count == count && now < begun + max_ms) {
        be_silent(FRAME_MS);
    }
    assert_int_equal(heard_count, count + 1);

    return now - begun;
}

static void
silence_is_no_utterance(void **state)
{
    (void) state;
    be_silent(5000);
    assert_int_equal(fake.begun, 0);
    assert_int_equal(heard_count, 0);
    assert_int_equal(ear_voice_ms(&ear), 0);
    assert_false(ear_is_busy(&ear));
}

static void
an_utterance_is_heard_with_its_times(void **state)
{
    uint64_t ended;

    (void) state;
    fake.answer = "i would like to book a cleaning";
    be_silent(1000);
    speak(900);
    ended = now;
    assert_true(ear_is_busy(&ear));
    (void) silence_until_heard(2000);
    assert_string_equal(heard.text, "i would like to book a cleaning");
    assert_true(heard.confidence > 0.7f && heard.confidence < 0.8f);
    assert_in_range(heard.voice_ms, 800, 1000);
    assert_in_range(heard.voice_end, ended - 60, ended + 60);
    assert_true(heard.voice_end <= heard.asked_ms);
    assert_true(heard.asked_ms <= heard.answered_ms);
    assert_true(heard.answered_ms <= heard.decided_ms);
    assert_int_equal(heard.decided_ms, now);
    assert_false(ear_is_busy(&ear));
}

static void
what_came_just_before_the_voice_is_fed_as_well(void **state)
{
    (void) state;
    be_silent(1000);
    speak(120);
    assert_int_equal(fake.begun, 1);
    assert_true(fake.fed >= 12);
    assert_true(fake.fed <= EAR_PREROLL_FRAMES + 3);
}

static void
what_was_said_is_not_kept_when_it_is_over(void **state)
{
    (void) state;
    be_silent(1000);
    fake.answer = "yes";
    speak(300);
    assert_int_equal(fake.rested, 0);
    (void) silence_until_heard(3000);
    assert_int_equal(fake.rested, 1);
}

static void
a_plain_yes_is_over_sooner_than_half_a_number(void **state)
{
    uint64_t yes, number;

    (void) state;
    be_silent(1000);
    ear_set_question(&ear, "Shall I book it?");
    fake.answer = "yes";
    speak(300);
    yes = silence_until_heard(3000);

    be_silent(500);
    ear_set_question(&ear, "What number can we reach you at?");
    fake.answer = "five five five";
    speak(700);
    number = silence_until_heard(3000);
    assert_true(yes <= 500);
    assert_true(number >= yes + 300);
}

static void
a_long_question_is_judged_by_its_end(void **state)
{
    char     text[1500];
    uint64_t waited;

    (void) state;
    memset(text, 'a', sizeof(text));
    (void) strcpy(text + sizeof(text) - 40, ". What number can we reach you "
                                            "at?");
    ear_set_question(&ear, text);
    fake.answer = "five five five";
    be_silent(1000);
    speak(700);
    waited = silence_until_heard(3000);
    assert_true(waited >= 800);
}

static void
a_pause_inside_does_not_end_it(void **state)
{
    (void) state;
    fake.answer = "my number is";
    be_silent(1000);
    speak(600);
    be_silent(300);
    assert_int_equal(fake.asked, 1);
    assert_int_equal(heard_count, 0);
    fake.answer = "my number is five five five one two three four";
    speak(800);
    (void) silence_until_heard(3000);
    assert_int_equal(fake.begun, 1);
    assert_int_equal(fake.asked, 2);
    assert_string_equal(heard.text,
                        "my number is five five five one two three four");
    assert_in_range(heard.voice_ms, 1300, 1500);
}

static void
an_answer_to_an_older_question_is_ignored(void **state)
{
    uint32_t request;

    (void) state;
    be_silent(1000);
    speak(600);
    be_silent(260);
    assert_int_equal(fake.asked, 1);
    request = fake.request;
    speak(600);
    be_silent(260);
    assert_int_equal(fake.asked, 2);

    fake.stt->events->on_final(fake.stt->data, fake.utterance, request,
                               "the half of it", 1);
    be_silent(1500);
    assert_int_equal(heard_count, 0);
    fake_says("all of it is here now");
    assert_int_equal(heard_count, 1);
    assert_string_equal(heard.text, "all of it is here now");

    /* Neither twice, nor of an utterance that is over. */
    fake_says("all of it is here now");
    assert_int_equal(heard_count, 1);
}

static void
an_answer_that_comes_late_is_decided_at_once(void **state)
{
    (void) state;
    be_silent(1000);
    speak(600);
    be_silent(1500);
    assert_int_equal(heard_count, 0);
    fake_says("yes");
    assert_int_equal(heard_count, 1);
    assert_int_equal(heard.answered_ms, now);
}

static void
a_recognizer_that_never_answers_has_understood_nothing(void **state)
{
    (void) state;
    be_silent(1000);
    speak(600);
    (void) silence_until_heard(6000);
    assert_string_equal(heard.text, "");
    assert_in_range(heard.voice_ms, 500, 700);
}

static void
a_recognizer_that_fails_ends_the_turn_all_the_same(void **state)
{
    (void) state;
    fake.finalize_rc = -EIO;
    be_silent(1000);
    speak(600);
    (void) silence_until_heard(3000);
    assert_string_equal(heard.text, "");

    fake.finalize_rc = 0;
    speak(600);
    be_silent(260);
    fake.stt->events->on_error(fake.stt->data,
                                &(fault_t){ FAULT_LOST, 0, "gone" });
    (void) silence_until_heard(3000);
    assert_string_equal(heard.text, "");
}

static void
a_cough_is_no_voice(void **state)
{
    (void) state;
    fake.answer = "";
    be_silent(1000);
    speak(160);
    (void) silence_until_heard(3000);
    assert_int_equal(heard.voice_ms, 0);
}

static void
a_short_word_that_was_understood_is_a_turn(void **state)
{
    (void) state;
    fake.answer = "yes";
    be_silent(1000);
    speak(160);
    (void) silence_until_heard(3000);
    assert_true(heard.voice_ms > 0);
    assert_string_equal(heard.text, "yes");
}

static void
a_voice_without_end_is_answered_all_the_same(void **state)
{
    (void) state;
    fake.answer = "and so on";
    be_silent(1000);
    speak(27000);
    assert_int_equal(heard_count, 1);
    assert_string_equal(heard.text, "and so on");
}

static void
partial_text_stands_when_the_final_one_is_awaited(void **state)
{
    (void) state;
    be_silent(1000);
    speak(600);
    fake.stt->events->on_partial(fake.stt->data, fake.utterance, "i would");
    assert_string_equal(ear.text, "i would");
    fake.stt->events->on_partial(fake.stt->data, fake.utterance - 1, "old");
    assert_string_equal(ear.text, "i would");
}

static void
a_text_longer_than_its_room_is_cut(void **state)
{
    char text[EAR_TEXT_BYTES + 100];

    (void) state;
    memset(text, 'a', sizeof(text));
    text[sizeof(text) - 1] = '\0';
    fake.answer = text;
    be_silent(1000);
    speak(600);
    (void) silence_until_heard(3000);
    assert_int_equal(strlen(heard.text), EAR_TEXT_BYTES - 1);
}

static void
an_ear_that_is_not_open_hears_no_utterance(void **state)
{
    (void) state;
    ear_close(&ear);
    be_silent(1000);
    speak(1000);
    be_silent(1000);
    assert_int_equal(fake.begun, 0);
    assert_int_equal(heard_count, 0);
}

static void
an_ear_closed_in_an_utterance_ends_it(void **state)
{
    unsigned fed;

    (void) state;
    be_silent(1000);
    speak(600);
    ear_close(&ear);
    fed = fake.fed;
    (void) silence_until_heard(3000);
    assert_int_equal(fake.fed, fed);
    assert_int_equal(fake.asked, 0);
    assert_string_equal(heard.text, "");
}

#define EAR_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        EAR_TEST(silence_is_no_utterance),
        EAR_TEST(an_utterance_is_heard_with_its_times),
        EAR_TEST(what_came_just_before_the_voice_is_fed_as_well),
        EAR_TEST(what_was_said_is_not_kept_when_it_is_over),
        EAR_TEST(a_plain_yes_is_over_sooner_than_half_a_number),
        EAR_TEST(a_long_question_is_judged_by_its_end),
        EAR_TEST(a_pause_inside_does_not_end_it),
        EAR_TEST(an_answer_to_an_older_question_is_ignored),
        EAR_TEST(an_answer_that_comes_late_is_decided_at_once),
        EAR_TEST(a_recognizer_that_never_answers_has_understood_nothing),
        EAR_TEST(a_recognizer_that_fails_ends_the_turn_all_the_same),
        EAR_TEST(a_cough_is_no_voice),
        EAR_TEST(a_short_word_that_was_understood_is_a_turn),
        EAR_TEST(a_voice_without_end_is_answered_all_the_same),
        EAR_TEST(partial_text_stands_when_the_final_one_is_awaited),
        EAR_TEST(a_text_longer_than_its_room_is_cut),
        EAR_TEST(an_ear_that_is_not_open_hears_no_utterance),
        EAR_TEST(an_ear_closed_in_an_utterance_ends_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
