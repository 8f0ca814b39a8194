/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dsp/vad.h"
#include "tests/bench/caller.h"

#define MS(ms) ((size_t) (ms) * (FRAME_RATE_HZ / 1000))

typedef struct {
    uint32_t begun;     /* stretches of speech */
    size_t   first_ms;  /* the first frame that was speech */
    size_t   end_ms;    /* the last voice, by gap_ms */
    uint32_t speech_ms; /* of the longest stretch */
} seen_t;

static int16_t pcm[MS(20000)];

static seen_t
watch(const int16_t *samples, size_t count)
{
    int    was_speaking = 0;
    vad_t  v;
    seen_t seen = { 0 };

    vad_init(&v);

    for (size_t at = 0; at + FRAME_SAMPLES <= count; at += FRAME_SAMPLES) {
        if (vad_feed(&v, samples + at, FRAME_SAMPLES)) {
            if (!was_speaking) {
                seen.begun++;
                if (seen.begun == 1) {
                    seen.first_ms = at / MS(1) + FRAME_MS;
                }
            }

            seen.end_ms = at / MS(1) + FRAME_MS - v.gap_ms;
            if (v.speech_ms > seen.speech_ms) {
                seen.speech_ms = v.speech_ms;
            }
        }
        was_speaking = v.speaking;
    }

    return seen;
}

static size_t
say(const char *voice, const char *text, float noise_dbfs)
{
    size_t   samples = 0;
    uint8_t *ulaw = NULL;

    assert_int_equal(caller_speak(voice, text, noise_dbfs, &ulaw, &samples), 0);
    assert_true(samples <= sizeof(pcm) / sizeof(pcm[0]));
    g711_ulaw_decode(pcm, ulaw, samples);
    free(ulaw);
    return samples;
}

/* Evenly spread noise of so much power. */
static void
hiss(size_t samples, float dbfs)
{
    uint32_t random = 12345;

    for (size_t i = 0; i < samples; i++) {
        pcm[i] = (int16_t) (32768.0f * powf(10.0f, dbfs / 20.0f)
                            * caller_noise(&random));
    }
}

static void
a_short_yes_is_heard(void **state)
{
    seen_t                   seen;
    static const char *const voices[] = { "rms", "awb", "slt", "kal" };

    (void) state;

    for (size_t i = 0; i < 4; i++) {
        for (int noisy = 0; noisy < 2; noisy++) {
            seen = watch(pcm, say(voices[i], "Yes.", noisy ? -50.0f : 0.0f));
            assert_int_equal(seen.begun, 1);
            assert_true(seen.speech_ms >= 120);
            assert_true(seen.first_ms < 700);
        }
    }
}

static void
a_sentence_is_one_stretch_and_its_end_is_exact(void **state)
{
    size_t samples;
    seen_t seen;

    (void) state;

    for (int noisy = 0; noisy < 2; noisy++) {
        samples = say("rms",
                      "I would like to book an appointment for tomorrow.",
                      noisy ? -50.0f : 0.0f);
        seen = watch(pcm, samples);
        assert_int_equal(seen.begun, 1);
        assert_in_range(seen.first_ms, 320, 660);

        /* 500 ms of silence are behind it, and some of flite's own. */
        assert_in_range(samples / MS(1) - seen.end_ms, 480, 900);
        assert_in_range(seen.speech_ms, 1800, 3400);
    }
}

static void
a_person_reading_digits_is_heard_to_the_end(void **state)
{
    int         rc;
    char        path[512];
    size_t      samples = 0;
    seen_t      seen;
    uint8_t    *ulaw = NULL;
    const char *shared = getenv("FRONTDESK_SHARED");

    (void) state;

    (void) snprintf(path, sizeof(path), "%s/audio/human-digits-8k-ulaw.wav",
                    shared != NULL ? shared : "../shared");
    rc = caller_read(path, &ulaw, &samples);
    if (rc < 0) {
        fail_msg("%s: %s", path, strerror(-rc));
    }

    g711_ulaw_decode(pcm, ulaw, samples);
    free(ulaw);

    seen = watch(pcm, samples);
    assert_int_equal(seen.begun, 1);
    assert_in_range(seen.first_ms, 520, 680);
    assert_true(seen.speech_ms > 2500);
}

static void
silence_is_counted_from_the_last_voice(void **state)
{
    size_t   samples, at;
    vad_t    v;
    uint32_t voiced_at = 0;

    (void) state;

    samples = say("slt", "No.", 0.0f);
    memset(pcm + samples, 0, MS(600) * sizeof(int16_t));
    vad_init(&v);

    for (at = 0; at + FRAME_SAMPLES <= samples + MS(600);
         at += FRAME_SAMPLES) {
        uint32_t now_ms = (uint32_t) (at / MS(1)) + FRAME_MS;

        (void) vad_feed(&v, pcm + at, FRAME_SAMPLES);

        if (v.speaking && v.gap_ms == 0) {
            voiced_at = now_ms;
            assert_int_equal(v.silence_ms, 0);
        }

        if (voiced_at > 0) {
            assert_int_equal(v.gap_ms, now_ms - voiced_at);
            assert_int_equal(v.silence_ms,
                             v.gap_ms > VAD_HANGOVER_MS ? v.gap_ms : 0);
        }
    }

    assert_true(voiced_at > 0);
    assert_false(v.speaking);
    assert_true(v.silence_ms >= 600);
}

static void
gaps_inside_a_sentence_are_not_silence(void **state)
{
    size_t samples;
    vad_t  v;
    int    has_begun = 0;

    (void) state;

    /* Full of stops: p, t, k. */
    samples = say("awb", "Put up to ten packed cups apart.", 0.0f);
    vad_init(&v);

    for (size_t at = 0; at + MS(900) <= samples; at += FRAME_SAMPLES) {
        has_begun |= vad_feed(&v, pcm + at, FRAME_SAMPLES);
        if (has_begun) {
            assert_int_equal(v.silence_ms, 0);
        }
    }
    assert_true(has_begun);
}

static void
a_line_that_hisses_is_silent(void **state)
{
    (void) state;

    for (float dbfs = -60.0f; dbfs <= -30.0f; dbfs += 6.0f) {
        hiss(MS(10000), dbfs);
        assert_int_equal(watch(pcm, MS(10000)).begun, 0);
    }

    memset(pcm, 0, sizeof(pcm));
    assert_int_equal(watch(pcm, MS(10000)).begun, 0);
}

/* Noise that comes and goes has no pitch. */
static void
breath_and_clicks_are_not_speech(void **state)
{
    (void) state;

    hiss(MS(10000), -38.0f);
    for (size_t i = 0; i < MS(10000); i++) {
        if (i / MS(400) % 3 != 1) {
            pcm[i] = (int16_t) (pcm[i] / 32);
        }
    }
    assert_int_equal(watch(pcm, MS(10000)).begun, 0);

    hiss(MS(10000), -60.0f);
    for (size_t i = MS(700); i + 40 < MS(10000); i += MS(730)) {
        for (size_t k = 0; k < 40; k++) {
            pcm[i + k] = k % 2 ? -20000 : 20000;
        }
    }
    assert_int_equal(watch(pcm, MS(10000)).begun, 0);
}

static void
tones_and_hum_are_not_speech(void **state)
{
    static const double pairs[][2] = {
        { 697, 1209 },
        { 941, 1477 },
        { 350, 440 },
        { 425, 425 },
        { 1000, 1000 },
        { 50, 150 },
        { 60, 120 },
    };

    (void) state;

    for (size_t p = 0; p < sizeof(pairs) / sizeof(pairs[0]); p++) {
        hiss(MS(6000), -60.0f);
        for (size_t i = MS(500); i < MS(6000); i++) {
            double t = 2.0 * M_PI * (double) i / FRAME_RATE_HZ;

            pcm[i] = (int16_t) (pcm[i] + 3000.0 * sin(pairs[p][0] * t)
                                + 3000.0 * sin(pairs[p][1] * t));
        }
        assert_int_equal(watch(pcm, MS(6000)).begun, 0);
    }
}

static void
any_number_of_samples_may_be_fed(void **state)
{
    size_t samples;
    vad_t  v;
    int    has_spoken = 0;

    (void) state;

    samples = say("rms", "Good morning.", 0.0f);
    vad_init(&v);
    for (size_t at = 0; at + 400 <= samples; at += 400) {
        has_spoken |= vad_feed(&v, pcm + at, 400);
    }
    assert_true(has_spoken);
    assert_int_equal(vad_feed(&v, pcm, 0), v.speaking);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_short_yes_is_heard),
        cmocka_unit_test(a_sentence_is_one_stretch_and_its_end_is_exact),
        cmocka_unit_test(a_person_reading_digits_is_heard_to_the_end),
        cmocka_unit_test(silence_is_counted_from_the_last_voice),
        cmocka_unit_test(gaps_inside_a_sentence_are_not_silence),
        cmocka_unit_test(a_line_that_hisses_is_silent),
        cmocka_unit_test(breath_and_clicks_are_not_speech),
        cmocka_unit_test(tones_and_hum_are_not_speech),
        cmocka_unit_test(any_number_of_samples_may_be_fed),
    };

    return cmocka_run_group_tests_name("vad", tests, NULL, NULL);
}
