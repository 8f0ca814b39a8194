/* SPDX-License-Identifier: BSD-2-Clause */

#include "talk_fixture.h"

/*
 * What went wrong for users of systems like this one, each as a test; the
 * table is in docs/turn-taking.md.
 */

static void
begin_outside(void)
{
    create_outside(GREETING);
    be_silent(3000);
    assert_int_equal(talk->state, TALK_LISTENING);
}

static size_t
times_in(const char *text, const char *what)
{
    size_t count = 0;

    while ((text = strstr(text, what)) != NULL) {
        count++;
        text += strlen(what);
    }

    return count;
}

static void
pitfall_01_stale_audio_after_cancel(void **state)
{
    size_t   samples;
    uint32_t stale;

    (void) state;
    begin();
    fake.tts_waits = 1;
    say(800, "when are you open on weekdays");
    answer(LONG);
    stale = fake.said;
    give_audio(stale, 4);
    say(400, "no wait");
    samples = line.samples;
    give_audio(stale, 20);
    answer("Yes.");
    give_audio(stale, 20);
    end_audio(stale);
    be_silent(500);
    assert_int_equal(line.samples, samples);
}

static void
pitfall_02_interrupted_before_first_audio(void **state)
{
    unsigned cancels;

    (void) state;
    begin();
    fake.tts_waits = 1;
    say(800, "when are you open on weekdays");
    answers(LONG " ");
    answers("And ");
    cancels = fake.cancels;
    say(400, "no wait");
    assert_int_equal(fake.cancels, cancels + 1);
    assert_int_equal(fake.tts_cancels, 1);
}

static void
pitfall_03_mute_after_an_early_interruption(void **state)
{
    size_t samples;

    (void) state;
    begin();
    fake.tts_waits = 1;
    say(800, "when are you open on weekdays");
    answer(LONG);
    say(400, "no wait");
    fake.tts_waits = 0;
    samples = line.samples;
    answer("Please go on.");
    be_silent(2000);
    assert_int_equal(line.samples, samples + 480 * strlen("Please go on."));
    assert_int_equal(talk->state, TALK_LISTENING);
}

static void
pitfall_04_the_carrier_is_cleared_even_if_nothing_waits(void **state)
{
    unsigned clears;

    (void) state;
    begin_answer();
    while (talk->playout.sent < talk->playout.total) {
        be_silent(20);
    }
    assert_int_equal(talk->state, TALK_SPEAKING);
    clears = line.clears;
    talk_on_key(talk, '1', now);
    carrier();
    assert_int_equal(line.clears, clears + 1);
}

static void
pitfall_05_no_burst_after_an_interruption(void **state)
{
    size_t samples;

    (void) state;
    begin();
    fake.tts_waits = 1;
    say(800, "when are you open on weekdays");
    answer(LONG);
    give_audio(fake.said, 20);
    be_silent(300);
    speak(220);
    assert_int_equal(talk->state, TALK_YIELDING);
    samples = line.samples;
    give_audio(fake.said, 20);
    end_audio(fake.said);
    speak(200);
    assert_int_equal(line.samples, samples);
    assert_int_equal(line.order[strlen(line.order) - 1], 'c');
}

static void
pitfall_06_unspoken_text_in_history(void **state)
{
    (void) state;
    begin_answer();
    say(800, "and on sunday");
    assert_null(strstr(fake.messages, "nine to five"));
    assert_non_null(strstr(fake.messages, "|A!:We are open every|"));
}

static void
pitfall_07_heard_text_lost(void **state)
{
    (void) state;
    begin_with(800, "when are you open on weekdays");
    answers("We are open. ");
    answer("Every day from nine to five.");
    be_silent(1800); /* the first sentence, and 17 letters */
    say(800, "and on sunday");
    assert_non_null(strstr(fake.messages, "A!:We are open. Every day"));
}

static void
pitfall_08_a_call_without_a_result(void **state)
{
    (void) state;
    begin_with(800, "i need a time tomorrow");
    asks_for_slots();
    say(600, "no wait make it monday");
    assert_int_equal(fake.asks, 1); /* not before there is one */
    tool_answers(0, -EIO, NULL);
    be_silent(40);
    assert_int_equal(times_in(fake.messages, "|C:"), 1);
    assert_int_equal(times_in(fake.messages, "|R:"), 1);
}

static void
pitfall_09_a_booking_made_twice(void **state)
{
    (void) state;
    begin_with(800, "book me in tomorrow at nine");
    calls_tool("t1", "book_appointment",
               "{\"start\":\"2026-11-21T09:00\",\"name\":\"Ann\"}");
    answer_done();
    say(600, "hello are you there");
    tool_answers(0, 0, "{\"ok\":true,\"start\":\"2026-11-21T09:00\"}");
    be_silent(40);
    assert_non_null(strstr(fake.messages, "|R:{\"ok\":true"));
    assert_non_null(strstr(rows.turns, " tool {\"name\":\"book_app"));
    assert_string_equal(rows.names, "book_appointment|");
}

static void
pitfall_10_tool_outputs_skipped_by_an_interruption(void **state)
{
    (void) state;
    begin_with(800, "i need a time tomorrow");
    answers("Let me look what there is for you tomorrow.");
    calls_tool("t1", "get_available_slots", SLOTS_ARGS);
    calls_tool("t2", "search_knowledge", "{\"query\":\"parking\"}");
    answer_done();
    be_silent(500);
    speak(900);
    tool_answers(1, 0, "{\"ok\":true,\"n\":2}");
    tool_answers(0, 0, "{\"ok\":true,\"n\":1}");
    say(100, "hello");
    assert_non_null(strstr(fake.messages, "\"n\":1"));
    assert_non_null(strstr(fake.messages, "\"n\":2"));
}

static void
pitfall_11_speech_within_a_tool_waits_for_nobody(void **state)
{
    (void) state;
    begin_with(800, "i need a time tomorrow");
    answers("Let me look what there is for you tomorrow.");
    asks_for_slots();
    be_silent(300);
    tool_answers(0, 0, "{\"ok\":true}"); /* before it was heard */
    assert_int_equal(fake.asks, 2);
    answer("At nine.");
    speak(900);
    assert_int_equal(talk->state, TALK_LISTENING);
}

static void
pitfall_12_a_cough_cancels_the_answer(void **state)
{
    (void) state;
    begin_with(800, "when are you open on weekdays");
    say(300, "");
    assert_int_equal(fake.cancels, 0);
    answer("Every day.");
    be_silent(300);
    fake.says = "";
    speak(240);
    be_silent(3000);
    assert_non_null(strstr(rows.turns, "\n3 assistant Every day."));
    assert_int_equal(talk->state, TALK_LISTENING);
}

static void
pitfall_13_stuck_in_a_state(void **state)
{
    (void) state;
    begin();
    talk_set_state(talk, TALK_THINKING); /* by whatever mistake */
    be_silent(5200);
    assert_int_equal(talk->state, TALK_LISTENING);
    talk_set_state(talk, TALK_SPEAKING);
    be_silent(5200);
    assert_int_equal(talk->state, TALK_LISTENING);
    talk_set_state(talk, TALK_YIELDING);
    be_silent(9000);
    assert_int_not_equal(talk->state, TALK_YIELDING);
}

static void
pitfall_14_words_in_an_uninterruptible_speech(void **state)
{
    (void) state;
    begin();
    agent.interruptions = 0;
    say(800, "when are you open on weekdays");
    answer(LONG);
    be_silent(300);
    fake.says = "yes yes i know";
    speak(800);
    be_silent(4000);
    assert_int_equal(fake.asks, 1); /* not answered out of place */
    say(600, "and on sunday");
    assert_int_equal(fake.asks, 2); /* and not deaf */
    assert_non_null(strstr(fake.messages, "|A:" LONG "|U:and on sunday|"));
}

static void
pitfall_15_finalised_twice(void **state)
{
    (void) state;
    begin_with(800, "when are you open on weekdays");
    fake.stt->events->on_final(fake.stt->data, fake.utterance, fake.request,
                               "when are you open on weekdays", 0.9f);
    fake.stt->events->on_final(fake.stt->data, fake.utterance, fake.request,
                               "when are you open", 0.9f);
    be_silent(100);
    assert_int_equal(fake.asks, 1);
    assert_int_equal(times_in(rows.turns, " user "), 1);
}

static void
pitfall_16_a_transcript_after_the_turn_was_closed(void **state)
{
    (void) state;
    begin();
    fake.says = NULL;
    speak(600);
    be_silent(4400); /* nothing was understood, it seems */
    assert_int_equal(fake.asks, 1);
    assert_int_equal(talk->state, TALK_THINKING);
    fake.stt->events->on_final(fake.stt->data, fake.utterance, fake.request,
                               "when are you open", 0.9f);
    assert_int_equal(fake.asks, 2);
    assert_non_null(strstr(fake.messages, "|U:when are you open|"));
    answer("Always.");
    be_silent(1500);
    assert_int_equal(times_in(rows.turns, " assistant "), 2);
}

static void
pitfall_17_a_short_word(void **state)
{
    (void) state;
    begin();
    fake.says = "yes";
    speak(140);
    be_silent(700);
    assert_int_equal(fake.asks, 1);
    assert_non_null(strstr(fake.messages, "|U:yes|"));
}

static void
pitfall_18_a_blind_wait(void **state)
{
    (void) state;
    create("Shall I book it?", "[]");
    be_silent(2000);
    fake.says = "yes please";
    speak(400);
    be_silent(320);
    assert_int_equal(fake.asks, 1);
}

static void
pitfall_19_an_apology_although_there_is_text(void **state)
{
    (void) state;
    begin();
    fake.says = NULL;
    speak(600);
    fake.stt->events->on_partial(fake.stt->data, fake.utterance,
                                 "when are you open");
    be_silent(4500); /* no final ever comes */
    assert_int_equal(fake.asks, 1);
    assert_non_null(strstr(fake.messages, "|U:when are you open|"));
}

static void
pitfall_20_a_second_sentence_needs_no_caller(void **state)
{
    (void) state;
    begin();
    fake.tts_waits = 1;
    say(800, "when are you open on weekdays");
    answers("Every day. ");
    answer("From nine to five.");
    give_audio(fake.said - 1, 10);
    end_audio(fake.said - 1);
    be_silent(2000);
    give_audio(fake.said, 18);
    end_audio(fake.said);
    be_silent(1500);
    assert_int_equal(line.samples - 480 * strlen(GREETING), 480 * 28);
}

static void
pitfall_21_first_phonemes_lost(void **state)
{
    (void) state;
    begin_answer();
    speak(120);
    assert_true(fake.fed_samples >= 300 * 8); /* 180 of them before it */
}

static void
pitfall_22_interrupted_by_its_own_echo(void **state)
{
    frame_t  frame;
    int      i, k;
    unsigned clears;

    (void) state;
    begin_answer();
    clears = line.clears;

    /* A faint voice at the loudness of an echo, for more than a second. */
    for (i = 0; i < 60; i++) {
        frame = voice_speaks(&voice);
        for (k = 0; k < FRAME_SAMPLES; k++) {
            voice.pcm[k] = (int16_t) (voice.pcm[k] / 60);
        }
        frame = voice_frame(&voice);
        tick(&frame);
    }
    assert_int_equal(line.clears, clears);
    assert_int_equal(talk->state, TALK_SPEAKING);

    /* Louder, and our own words. */
    fake.says = "open every day from nine";
    speak(400);
    be_silent(900);
    assert_int_equal(talk->state, TALK_SPEAKING);
    assert_int_equal(fake.asks, 1);
}

static void
pitfall_23_both_begin_together(void **state)
{
    size_t samples;

    (void) state;
    begin();
    fake.tts_waits = 1;
    say(800, "when are you open on weekdays");
    answer(LONG);
    samples = line.samples;
    fake.says = "and on sunday as well";
    speak(300);
    give_audio(fake.said, 30);
    assert_int_equal(talk->state, TALK_YIELDING);
    assert_int_equal(line.samples, samples);
}

static void
pitfall_24_words_needed_to_interrupt(void **state)
{
    uint64_t began;

    (void) state;
    begin_answer();
    began = now;
    fake.says = "stop";
    while (line.clears == 0 || talk->state == TALK_SPEAKING) {
        speak(20);
        assert_true(now < began + 300); /* silent at once, */
    }
    be_silent(700);
    assert_int_equal(fake.asks, 2); /* and one word will do */
}

static void
pitfall_25_a_goodbye_cut(void **state)
{
    (void) state;
    begin_with(500, "that is all thank you");
    answers("Goodbye, and thank you.");
    hangs_up();
    while (over_count == 0) {
        be_silent(20);
        assert_true(played_ms > 0);
    }
    assert_true(now >= played_ms);
}

static void
pitfall_26_an_end_that_never_drains(void **state)
{
    (void) state;
    begin();
    echoes = 0;
    fake.tts_waits = 1; /* not a sound of it */
    talk_farewell(talk, "Goodbye.", "no_balance");
    be_silent(10000);
    assert_int_equal(over_count, 1);
}

static void
pitfall_27_the_call_is_told_to_end_once(void **state)
{
    (void) state;
    begin_with(500, "that is all thank you");
    answers("Goodbye.");
    hangs_up();
    be_silent(5000);
    talk_hang_up(talk, now);
    be_silent(1000);
    assert_int_equal(over_count, 1);
    assert_string_equal(over_reason, "completed");
}

static void
pitfall_28_a_recognizer_is_lost(void **state)
{
    size_t fed;

    (void) state;
    begin_outside();
    fake.says = NULL;
    speak(700);
    fed = fake.fed_samples;
    fake.stt->events->on_error(fake.stt->data, &lost);
    fake.says = "when are you open";
    speak(40);
    assert_true(fake.fed_samples > fed);
    be_silent(1500);
    assert_int_equal(fake.asks, 1);
}

static void
pitfall_29_contexts_pile_up(void **state)
{
    int i;

    (void) state;
    begin();
    fake.tts_waits = 1;
    for (i = 0; i < 8; i++) {
        say(600, "no wait");
        answer(LONG);
    }
    /* Each that was begun but the last was canceled, once. */
    assert_int_equal(fake.tts_cancels, 7);
    assert_int_equal(playout_awaited(&talk->playout), fake.said);
}

static void
pitfall_30_deaf_while_a_tool_runs(void **state)
{
    (void) state;
    begin_with(800, "i need a time tomorrow");
    asks_for_slots();
    speak(500);
    assert_true(fake.fed_samples >= 500 * 8);
    be_silent(1700);
    assert_non_null(talk->waiting);
}

static void
pitfall_31_scripted_words_are_in_the_history(void **state)
{
    (void) state;
    begin();
    be_silent(12000); /* asked whether they are still there */
    say(600, "yes i am");
    assert_string_equal(fake.messages, "A:" GREETING "|"
                                       "A:Are you still there?|U:yes i am|");
    assert_non_null(strstr(rows.turns, "assistant Are you still there?"));
}

static void
pitfall_32_two_answers_at_once(void **state)
{
    size_t samples;

    (void) state;
    begin_with(800, "when are you open on weekdays");
    answer(LONG);
    be_silent(200);
    say(800, "no wait");
    samples = line.samples;
    answer("Yes.");
    talk_farewell(talk, "Goodbye now.", "no_balance");
    be_silent(3000);
    /* All that follows is the last, and what was sent ahead before it. */
    assert_true(line.samples - samples
                <= 480 * strlen("Goodbye now.") + 400 * 8 + 160);
    assert_int_equal(over_count, 1);
}

static void
pitfall_33_music_keeps_the_turn_open(void **state)
{
    int i;

    (void) state;
    begin_outside();
    fake.says = NULL;
    speak(800);
    fake.stt->events->on_partial(fake.stt->data, fake.utterance,
                                 "when are you open");
    fake.says = "when are you open";
    for (i = 0; i < 24; i++) { /* the voice goes on, no word does */
        speak(140);
        be_silent(60);
    }
    assert_null(strstr(rows.turns, " user "));
    for (i = 0; i < 4; i++) {
        speak(140);
        be_silent(60);
    }
    assert_non_null(strstr(rows.turns, " user when are you open"));
}

static void
pitfall_34_parallel_tool_calls(void **state)
{
    (void) state;
    begin_with(800, "i need a time tomorrow");
    calls_tool("t1", "get_available_slots", SLOTS_ARGS);
    calls_tool("t2", "search_knowledge", "{\"query\":\"parking\"}");
    calls_tool("t3", "search_knowledge", "{\"query\":\"fees\"}");
    answer_done();
    assert_int_equal(rows.tool_count, 3);
    tool_answers(2, 0, "{\"ok\":true,\"n\":3}");
    tool_answers(0, 0, "{\"ok\":true,\"n\":1}");
    assert_int_equal(fake.asks, 1);
    tool_answers(1, 0, "{\"ok\":true,\"n\":2}");
    assert_int_equal(fake.asks, 2);
    assert_int_equal(times_in(fake.messages, "|R:"), 3);
}

/* ---- a model that is hostile, or mad ---- */

static void
a_model_that_calls_tools_for_ever_is_stopped(void **state)
{
    int i;

    (void) state;
    begin_with(800, "i need a time tomorrow");
    for (i = 0; i < 20 && talk->state == TALK_THINKING; i++) {
        calls_tool("t", "rob_the_bank", "{}");
        answer_done();
    }
    assert_int_equal(i, 8);
    assert_int_equal(fake.asks, 8);
    assert_int_equal(times_in(rows.events, "tool.refused"), 8);
    assert_int_equal(talk->state, TALK_LISTENING);
}

static void
too_many_tools_at_once_are_refused(void **state)
{
    int i;

    (void) state;
    begin_with(800, "i need a time tomorrow");
    for (i = 0; i < 30; i++) {
        calls_tool("t", "cancel_appointment", "{}"); /* not this agent's */
    }
    answer_done();
    assert_int_equal(rows.tool_count, 0);
    assert_int_equal(times_in(rows.events, "tool.refused"), 30);
    assert_int_equal(times_in(fake.messages, "|R:"), 8);
}

static void
names_and_arguments_of_any_bytes_are_refused_in_order(void **state)
{
    static const char *const args[] = {
        "", "{", "[]", "null", "\"x\"", "{\"query\":1e999}",
        "{\"query\":\"x\",\"client_id\":\"other\"}",
        "{\"query\":\"\xff\xfe\"", "{\"date\":\"tomorrow\"}"
    };
    size_t i;

    (void) state;
    begin_with(800, "i need a time tomorrow");
    for (i = 0; i < sizeof(args) / sizeof(args[0]); i++) {
        calls_tool("t", i % 2 ? "search_knowledge" : "\"\xff;drop--",
                   args[i]);
    }
    answer_done();
    assert_int_equal(rows.tool_count, 0);
    assert_null(strstr(rows.events, "\xff"));
    assert_null(strstr(rows.events, "drop"));
    assert_non_null(strstr(rows.events, "tool.refused {\"tool\":\"\","));
}

static void
an_endless_answer_has_an_end(void **state)
{
    int i;

    (void) state;
    begin_with(800, "tell me everything");
    for (i = 0; i < 3000 && reply_is_live(&talk->reply); i++) {
        answers("word word. ");
    }
    assert_true(i < 2000);
    assert_false(reply_is_live(&talk->reply));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TALK_TEST(pitfall_01_stale_audio_after_cancel),
        TALK_TEST(pitfall_02_interrupted_before_first_audio),
        TALK_TEST(pitfall_03_mute_after_an_early_interruption),
        TALK_TEST(pitfall_04_the_carrier_is_cleared_even_if_nothing_waits),
        TALK_TEST(pitfall_05_no_burst_after_an_interruption),
        TALK_TEST(pitfall_06_unspoken_text_in_history),
        TALK_TEST(pitfall_07_heard_text_lost),
        TALK_TEST(pitfall_08_a_call_without_a_result),
        TALK_TEST(pitfall_09_a_booking_made_twice),
        TALK_TEST(pitfall_10_tool_outputs_skipped_by_an_interruption),
        TALK_TEST(pitfall_11_speech_within_a_tool_waits_for_nobody),
        TALK_TEST(pitfall_12_a_cough_cancels_the_answer),
        TALK_TEST(pitfall_13_stuck_in_a_state),
        TALK_TEST(pitfall_14_words_in_an_uninterruptible_speech),
        TALK_TEST(pitfall_15_finalised_twice),
        TALK_TEST(pitfall_16_a_transcript_after_the_turn_was_closed),
        TALK_TEST(pitfall_17_a_short_word),
        TALK_TEST(pitfall_18_a_blind_wait),
        TALK_TEST(pitfall_19_an_apology_although_there_is_text),
        TALK_TEST(pitfall_20_a_second_sentence_needs_no_caller),
        TALK_TEST(pitfall_21_first_phonemes_lost),
        TALK_TEST(pitfall_22_interrupted_by_its_own_echo),
        TALK_TEST(pitfall_23_both_begin_together),
        TALK_TEST(pitfall_24_words_needed_to_interrupt),
        TALK_TEST(pitfall_25_a_goodbye_cut),
        TALK_TEST(pitfall_26_an_end_that_never_drains),
        TALK_TEST(pitfall_27_the_call_is_told_to_end_once),
        TALK_TEST(pitfall_28_a_recognizer_is_lost),
        TALK_TEST(pitfall_29_contexts_pile_up),
        TALK_TEST(pitfall_30_deaf_while_a_tool_runs),
        TALK_TEST(pitfall_31_scripted_words_are_in_the_history),
        TALK_TEST(pitfall_32_two_answers_at_once),
        TALK_TEST(pitfall_33_music_keeps_the_turn_open),
        TALK_TEST(pitfall_34_parallel_tool_calls),
        TALK_TEST(a_model_that_calls_tools_for_ever_is_stopped),
        TALK_TEST(too_many_tools_at_once_are_refused),
        TALK_TEST(names_and_arguments_of_any_bytes_are_refused_in_order),
        TALK_TEST(an_endless_answer_has_an_end),
    };

    log_open(LOG_ERROR, "pitfalls");

    return cmocka_run_group_tests(tests, NULL, NULL);
}
