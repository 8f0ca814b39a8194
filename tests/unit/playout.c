/* SPDX-License-Identifier: BSD-2-Clause */

#include "call_fixture.h"

#include "call/playout.h"

#define RATE 8 /* samples a millisecond */
#define LEAD (PLAYOUT_LEAD_MS * RATE)

static line_t    line;
static playout_t playout;
static uint64_t  now;
static int       audios; /* that somebody holds */

/* Eight letters a second are 1,000 samples each. */
static const char text[] = "one two three four five";

static void
line_up(uint32_t down_bytes)
{
    line_open(&line, down_bytes);
    playout_init(&playout, &line.leg);
    now = 1000000;
}

static int
setup(void **state)
{
    (void) state;
    line_up(65536);

    return 0;
}

static int
teardown(void **state)
{
    (void) state;
    playout_clear(&playout);
    assert_int_equal(audios, 0);
    line_close(&line);

    return 0;
}

static void
add(uint32_t request, const char *words)
{
    assert_int_equal(playout_add(&playout, request, words, strlen(words)), 0);
}

/* Samples that say where in the request they belong. */
static uint8_t
sample_at(uint32_t request, size_t at)
{
    return (uint8_t) (request * 31 + at % 251);
}

static void
audio_drop(tts_audio_t *audio)
{
    audios--;
    free(audio);
}

static void
give(uint32_t request, size_t from, size_t samples)
{
    size_t       i;
    uint8_t     *ulaw;
    tts_audio_t *audio;

    audio = calloc(1, sizeof(*audio) + samples);
    assert_non_null(audio);
    ulaw = (uint8_t *) (audio + 1);
    for (i = 0; i < samples; i++) {
        ulaw[i] = sample_at(request, from + i);
    }

    audio->ulaw = ulaw;
    audio->samples = samples;
    audio->held = 1;
    audio->drop = audio_drop;
    audios++;
    assert_int_equal(playout_audio(&playout, request, audio), 0);
    tts_audio_release(audio);
}

static void
give_all(uint32_t request, size_t samples)
{
    give(request, 0, samples);
    playout_audio_done(&playout, request);
}

static void
pump(void)
{
    assert_int_equal(playout_pump(&playout, now), 0);
    line_read(&line);
}

/* Ticks of 20 ms, as the worker has them. */
static void
run(uint64_t ms)
{
    uint64_t end = now + ms;

    while (now + 20 <= end) {
        now += 20;
        pump();
    }
    now = end;
}

static void
expect_heard(const char *words)
{
    char heard[512];

    assert_int_equal(playout_heard(&playout, now, heard, sizeof(heard)),
                     strlen(words));
    assert_string_equal(heard, words);
}

static void
expect_audio(size_t at, uint32_t request, size_t from, size_t samples)
{
    size_t i;

    assert_true(at + samples <= line.samples);
    for (i = 0; i < samples; i++) {
        if (line.audio[at + i] != sample_at(request, from + i)) {
            fail_msg("sample %zu of %zu is not the one of request %u", i,
                     samples, request);
        }
    }
}

static void
no_more_than_the_lead_is_with_the_carrier(void **state)
{
    (void) state;
    add(1, text);
    give_all(1, 16000);
    pump();
    assert_int_equal(line.samples, LEAD);
    run(200);
    assert_int_equal(line.samples, LEAD + 200 * RATE);
    run(5000);
    assert_int_equal(line.samples, 16000);
    expect_audio(0, 1, 0, 16000);
}

/* Pieces of the line go over the ends of what the synthesizer gave. */
static void
audio_in_parts_of_any_length_is_sent_whole(void **state)
{
    size_t              i, at = 0;
    static const size_t lengths[] = { 1, 159, 161, 7, 480, 3, 3, 3, 1000, 40 };

    (void) state;
    add(1, text);
    for (i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        give(1, at, lengths[i]);
        at += lengths[i];
        pump();
    }

    playout_audio_done(&playout, 1);
    run(1000);
    assert_int_equal(line.samples, at);
    expect_audio(0, 1, 0, at);
}

static void
what_was_heard_is_not_held_any_more(void **state)
{
    size_t i;

    (void) state;
    add(1, text);
    for (i = 0; i < 10; i++) {
        give(1, i * 1600, 1600);
    }
    playout_audio_done(&playout, 1);
    assert_int_equal(audios, 10);

    pump();
    run(1000);
    assert_int_equal(audios, 5);

    /* What the carrier gives back is there to be sent again. */
    run(290);
    assert_int_equal(audios, 4);
    assert_int_equal(playout_pause(&playout, now), 0);
    line_read(&line);
    assert_int_equal(audios, 4);
    run(500);
    playout_resume(&playout, now);
    line.samples = 0;
    pump();
    expect_audio(0, 1, 8 * 1280, LEAD);

    run(1000);
    assert_int_equal(audios, 0);
}

static void
one_audio_is_played_by_two_who_end_in_any_order(void **state)
{
    playout_t          other;
    static uint8_t     ulaw[1600];
    static tts_audio_t audio = { .ulaw = ulaw, .samples = sizeof(ulaw) };

    (void) state;
    playout_init(&other, &line.leg);
    assert_int_equal(playout_add(&other, 7, text, strlen(text)), 0);
    add(1, text);
    audio.held = 1;
    assert_int_equal(playout_audio(&playout, 1, &audio), 0);
    assert_int_equal(playout_audio(&other, 7, &audio), 0);
    assert_int_equal(playout_audio(&other, 8, &audio), 0); /* nobody's */
    assert_int_equal(audio.held, 3);
    playout_clear(&playout);
    assert_int_equal(audio.held, 2);
    playout_clear(&other);
    assert_int_equal(audio.held, 1);
}

static void
a_mark_stands_behind_each_sentence(void **state)
{
    (void) state;
    add(1, "one.");
    add(2, "two.");
    give_all(1, 1000);
    give_all(2, 500);
    pump();
    assert_string_equal(line.order, "amam");
    assert_true(line.marks[0] != 0 && line.marks[0] != line.marks[1]);
    assert_int_equal(line.samples, 1500);
    expect_audio(0, 1, 0, 1000);
    expect_audio(1000, 2, 0, 500);
}

static void
an_unfinished_sentence_waits_for_a_whole_frame(void **state)
{
    (void) state;
    add(1, text);
    give(1, 0, 170);
    pump();
    assert_int_equal(line.samples, 160);
    give(1, 170, 1);
    pump();
    assert_int_equal(line.samples, 160);
    playout_audio_done(&playout, 1);
    pump();
    assert_int_equal(line.samples, 171);
    assert_string_equal(line.order, "am");
}

static void
sentences_keep_their_order_whichever_is_synthesized_first(void **state)
{
    (void) state;
    add(1, "one.");
    add(2, "two.");
    give_all(2, 800);
    pump();
    assert_int_equal(line.samples, 0);
    give_all(1, 800);
    pump();
    expect_audio(0, 1, 0, 800);
    expect_audio(800, 2, 0, 800);
}

static void
audio_that_nobody_waits_for_is_dropped(void **state)
{
    (void) state;
    add(1, "one.");
    give(1, 0, 1600);
    playout_clear(&playout);
    add(2, "two.");
    give(1, 1600, 1600); /* stale: canceled meanwhile */
    playout_audio_done(&playout, 1);
    pump();
    assert_int_equal(line.samples, 0);
    give_all(2, 320);
    pump();
    assert_int_equal(line.samples, 320);
    expect_audio(0, 2, 0, 320);
}

static void
audio_after_a_sentence_is_done_is_dropped(void **state)
{
    (void) state;
    add(1, "one.");
    give_all(1, 160);
    give(1, 160, 160);
    give(2, 0, 0);
    pump();
    assert_int_equal(line.samples, 160);
}

static void
nothing_is_heard_before_the_first_frame(void **state)
{
    (void) state;
    expect_heard("");
    add(1, text);
    expect_heard("");
    give(1, 0, 16000);
    now += 3000;
    expect_heard("");
}

static void
heard_text_is_cut_at_a_word(void **state)
{
    (void) state;
    add(1, text); /* 23 letters */
    give_all(1, 23000);
    pump();
    run(300); /* 2.4 letters: half of "one" */
    expect_heard("");
    run(600); /* 7.2: all of "two", as the blank behind it was reached */
    expect_heard("one two");
    run(150); /* 8.4: but the beginning of "three" */
    expect_heard("one two");
    run(650); /* 13.6 */
    expect_heard("one two three");
    run(3000);
    playout_on_mark(&playout, line.marks[0]);
    expect_heard(text);
}

static void
nothing_is_heard_past_a_mark_that_has_not_come(void **state)
{
    (void) state;
    add(1, "one.");
    add(2, "two.");
    give_all(1, 800);
    give_all(2, 800);
    pump();
    run(1000);
    expect_heard("one.");
    playout_on_mark(&playout, line.marks[0]);
    expect_heard("one. two.");
}

static void
a_mark_counts_before_our_clock_does(void **state)
{
    (void) state;
    add(1, "one.");
    add(2, "two.");
    give_all(1, 1600);
    give_all(2, 800);
    pump();
    playout_on_mark(&playout, line.marks[0]);
    expect_heard("one.");
}

static void
a_sentence_being_synthesized_is_not_heard_ahead_of_its_sound(void **state)
{
    (void) state;
    add(1, "this sentence has many words, and they take seconds to say");
    give(1, 0, 1600);
    pump();
    run(200);
    expect_heard("");
}

static void
a_sentence_that_could_not_be_spoken_is_not_heard_and_hides_none(void **state)
{
    (void) state;
    add(1, "one.");
    add(2, "never.");
    add(3, "three.");
    give_all(1, 800);
    playout_audio_done(&playout, 2);
    give_all(3, 800);
    playout_whole(&playout);
    pump();
    run(400);
    playout_on_mark(&playout, line.marks[line.mark_count - 1]);
    expect_heard("one. three.");
    assert_true(playout_is_over(&playout, now));
}

static void
a_pause_takes_back_what_was_not_heard_and_plays_it_again(void **state)
{
    size_t before;

    (void) state;
    add(1, text);
    give_all(1, 16000);
    pump();
    run(500);
    assert_int_equal(playout_pause(&playout, now), 0);
    line_read(&line);
    assert_int_equal(line.clears, 1);
    before = line.samples;
    run(700);
    assert_int_equal(line.samples, before);
    assert_false(playout_is_over(&playout, now));

    playout_resume(&playout, now);
    pump();
    assert_int_equal(line.samples, before + LEAD);
    expect_audio(before, 1, 500 * RATE, LEAD);
    run(3000);
    assert_int_equal(line.samples - before, 16000 - 500 * RATE);
}

static void
marks_echoed_by_a_clear_do_not_count_as_heard(void **state)
{
    (void) state;
    add(1, text);
    give_all(1, 2000);
    playout_whole(&playout);
    pump();
    assert_int_equal(line.mark_count, 1);
    run(100);
    assert_int_equal(playout_pause(&playout, now), 0);
    line_read(&line);
    playout_on_mark(&playout, line.marks[0]);
    expect_heard("one two");
    playout_resume(&playout, now);
    pump();
    playout_on_mark(&playout, line.marks[0]);
    assert_false(playout_is_over(&playout, now));

    /* The one put anew does. */
    assert_int_equal(line.mark_count, 2);
    playout_on_mark(&playout, line.marks[1]);
    expect_heard(text);
    assert_true(playout_is_over(&playout, now));
}

static void
what_was_heard_before_a_pause_needs_its_mark_no_more(void **state)
{
    (void) state;
    add(1, "one.");
    add(2, text);
    give_all(1, 800); /* ends with a frame, and its mark is slow */
    give_all(2, 23000);
    pump();
    run(100);
    assert_int_equal(playout_pause(&playout, now), 0);
    playout_on_mark(&playout, 1); /* echoed by the clear */
    playout_resume(&playout, now);
    pump();
    run(1100);
    expect_heard("one. one two");
}

static void
a_pause_says_clear_even_when_nothing_was_sent(void **state)
{
    (void) state;
    assert_int_equal(playout_pause(&playout, now), 0);
    line_read(&line);
    assert_string_equal(line.order, "c");
}

static void
nothing_is_sent_while_paused(void **state)
{
    (void) state;
    assert_int_equal(playout_pause(&playout, now), 0);
    add(1, text);
    give_all(1, 8000);
    run(2000);
    assert_int_equal(line.samples, 0);
    assert_false(playout_is_over(&playout, now));
    playout_resume(&playout, now);
    pump();
    assert_string_equal(line.order, "ca");
}

static void
a_speech_is_over_when_its_last_mark_has_come(void **state)
{
    (void) state;
    add(1, "one.");
    give_all(1, 1600);
    pump();
    run(150);
    assert_false(playout_is_over(&playout, now));
    playout_on_mark(&playout, line.marks[0]);
    assert_false(playout_is_over(&playout, now)); /* more may come */
    playout_whole(&playout);
    assert_true(playout_is_over(&playout, now));
}

static void
a_carrier_that_sends_no_mark_is_believed_after_a_while(void **state)
{
    (void) state;
    add(1, "one.");
    give_all(1, 1600);
    playout_whole(&playout);
    pump();
    run(200);
    assert_false(playout_is_over(&playout, now));
    run(680);
    assert_false(playout_is_over(&playout, now));
    run(60);
    assert_true(playout_is_over(&playout, now));
}

static void
a_speech_is_not_over_while_any_sentence_is_to_come(void **state)
{
    (void) state;
    add(1, "one.");
    add(2, "never.");
    playout_audio_done(&playout, 2); /* refused at once */
    playout_whole(&playout);
    pump();
    run(3000);
    assert_false(playout_is_over(&playout, now));
    give_all(1, 1600);
    pump();
    assert_int_equal(line.samples, 1600);
}

static void
a_speech_of_nothing_is_over(void **state)
{
    (void) state;
    playout_whole(&playout);
    assert_true(playout_is_empty(&playout));
    assert_true(playout_is_over(&playout, now));
}

static void
a_gap_in_synthesis_is_counted_and_starts_the_clock_anew(void **state)
{
    (void) state;
    add(1, text);
    give(1, 0, 1600);
    pump();
    run(1000);
    give(1, 1600, 8000);
    playout_audio_done(&playout, 1);
    pump();
    assert_int_equal(playout.underruns, 1);
    assert_int_equal(line.samples, 1600 + LEAD);
    run(100);
    assert_int_equal(playout_pause(&playout, now), 0);
    assert_int_equal(playout.sent, 1600 + 100 * RATE);
}

static void
a_full_ring_is_tried_again(void **state)
{
    (void) state;
    playout_clear(&playout);
    line_close(&line);
    line_up(8192);
    add(1, text);
    give_all(1, 16000);

    /* nginx does not read; our clock goes on. */
    while (now < 1000000 + 3000) {
        assert_int_equal(playout_pump(&playout, now), 0);
        now += 20;
    }

    assert_true(playout.sent < 16000);
    line_read(&line);
    run(4000);
    assert_int_equal(line.samples, 16000);
    expect_audio(0, 1, 0, 16000);
    assert_int_equal(line.mark_count, 1);
}

static void
a_clear_that_finds_the_ring_full_is_sent_before_all_else(void **state)
{
    (void) state;
    playout_clear(&playout);
    line_close(&line);
    line_up(8192);
    add(1, text);
    give_all(1, 16000);

    while (now < 1000000 + 3000) {
        assert_int_equal(playout_pump(&playout, now), 0);
        now += 20;
    }

    while (leg_put(&line.leg, DESK_RECORD_MARK, &now, 4) == 0) {
    }
    assert_int_equal(playout_pause(&playout, now), 0);

    /* The speech is gone before there is room. */
    playout_clear(&playout);
    add(2, "two.");
    give_all(2, 800);
    line.mark_count = 0;
    {
        desk_record_t record;

        while (desk_ring_next(&line.down, &record, NULL) > 0) {
        }
        desk_ring_release(&line.down);
    }
    assert_int_equal(playout_pump(&playout, now), 0);
    line_read(&line);
    assert_string_equal(line.order, "cam");
    expect_audio(0, 2, 0, 800);
}

static void
a_call_of_another_worker_gets_nothing(void **state)
{
    (void) state;
    add(1, text);
    give_all(1, 16000);
    pump();
    line_give_away(&line);
    now += 100;
    assert_int_equal(playout_pump(&playout, now), -ESTALE);
    assert_int_equal(playout_pause(&playout, now), -ESTALE);
}

static void
a_heard_text_fits_the_room_it_is_given(void **state)
{
    char heard[9];

    (void) state;
    add(1, "one two");
    add(2, "three");
    give_all(1, 800);
    give_all(2, 800);
    pump();
    playout_on_mark(&playout, line.marks[1]);
    assert_int_equal(playout_heard(&playout, now, heard, sizeof(heard)), 7);
    assert_string_equal(heard, "one two");
}

#define PLAYOUT_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        PLAYOUT_TEST(no_more_than_the_lead_is_with_the_carrier),
        PLAYOUT_TEST(audio_in_parts_of_any_length_is_sent_whole),
        PLAYOUT_TEST(what_was_heard_is_not_held_any_more),
        PLAYOUT_TEST(one_audio_is_played_by_two_who_end_in_any_order),
        PLAYOUT_TEST(a_mark_stands_behind_each_sentence),
        PLAYOUT_TEST(an_unfinished_sentence_waits_for_a_whole_frame),
        PLAYOUT_TEST(
            sentences_keep_their_order_whichever_is_synthesized_first),
        PLAYOUT_TEST(audio_that_nobody_waits_for_is_dropped),
        PLAYOUT_TEST(audio_after_a_sentence_is_done_is_dropped),
        PLAYOUT_TEST(nothing_is_heard_before_the_first_frame),
        PLAYOUT_TEST(heard_text_is_cut_at_a_word),
        PLAYOUT_TEST(nothing_is_heard_past_a_mark_that_has_not_come),
        PLAYOUT_TEST(a_mark_counts_before_our_clock_does),
        PLAYOUT_TEST(
            a_sentence_being_synthesized_is_not_heard_ahead_of_its_sound),
        PLAYOUT_TEST(
            a_sentence_that_could_not_be_spoken_is_not_heard_and_hides_none),
        PLAYOUT_TEST(a_pause_takes_back_what_was_not_heard_and_plays_it_again),
        PLAYOUT_TEST(marks_echoed_by_a_clear_do_not_count_as_heard),
        PLAYOUT_TEST(what_was_heard_before_a_pause_needs_its_mark_no_more),
        PLAYOUT_TEST(a_pause_says_clear_even_when_nothing_was_sent),
        PLAYOUT_TEST(nothing_is_sent_while_paused),
        PLAYOUT_TEST(a_speech_is_over_when_its_last_mark_has_come),
        PLAYOUT_TEST(a_carrier_that_sends_no_mark_is_believed_after_a_while),
        PLAYOUT_TEST(a_speech_is_not_over_while_any_sentence_is_to_come),
        PLAYOUT_TEST(a_speech_of_nothing_is_over),
        PLAYOUT_TEST(a_gap_in_synthesis_is_counted_and_starts_the_clock_anew),
        PLAYOUT_TEST(a_full_ring_is_tried_again),
        PLAYOUT_TEST(a_clear_that_finds_the_ring_full_is_sent_before_all_else),
        PLAYOUT_TEST(a_call_of_another_worker_gets_nothing),
        PLAYOUT_TEST(a_heard_text_fits_the_room_it_is_given),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
