/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dsp/g711.h"
#include "dsp/level.h"
#include "provider/tts_cache.h"
#include "provider/tts_flite.h"

#define REQUESTS 16

/* What came back, and what the handlers shall do meanwhile. */
static struct {
    size_t   samples[REQUESTS];
    unsigned pieces[REQUESTS];
    unsigned done[REQUESTS];
    unsigned order[REQUESTS];
    unsigned done_count;
    unsigned errors;
    uint8_t  last[200000]; /* all audio of the newest request */
    size_t   last_samples;
    uint32_t last_request;
    int      close_at_audio;
} got;

static uv_loop_t loop;
static tts_t     tts;

static void
on_audio(void *data, uint32_t request, tts_audio_t *audio)
{
    size_t         samples = audio->samples;
    const uint8_t *ulaw = audio->ulaw;

    (void) data;

    if (request != got.last_request) {
        got.last_request = request;
        got.last_samples = 0;
    }

    assert_true(got.last_samples + samples <= sizeof(got.last));
    memcpy(got.last + got.last_samples, ulaw, samples);
    got.last_samples += samples;
    got.samples[request] += samples;
    got.pieces[request]++;

    if (got.close_at_audio) {
        tts_flite.close(&tts);
    }
}

static void
on_done(void *data, uint32_t request)
{
    (void) data;
    got.order[got.done_count++] = request;
    got.done[request]++;
}

static void
on_error(void *data, uint32_t request, const fault_t *fault)
{
    (void) data;
    (void) request;
    (void) fault;
    got.errors++;
}

static const tts_events_t events = {
    .on_audio = on_audio,
    .on_done = on_done,
    .on_error = on_error,
};

static void
opened(const char *voice, float speed)
{
    static tts_config_t config;

    memset(&got, 0, sizeof(got));
    got.last_request = UINT32_MAX;
    config.voice = voice;
    config.language = "en-US";
    config.speed = speed;
    tts.provider = &tts_flite;
    tts.events = &events;
    tts.config = &config;
    tts.loop = &loop;
    assert_int_equal(tts_flite.open(&tts), 0);
}

static void
say(uint32_t request, const char *text)
{
    assert_int_equal(tts_flite.say(&tts, request, text, strlen(text)), 0);
}

static void
ran(void)
{
    (void) uv_run(&loop, UV_RUN_DEFAULT);
}

static int
setup(void **state)
{
    (void) state;
    return uv_loop_init(&loop);
}

static int
teardown(void **state)
{
    (void) state;
    if (tts.impl != NULL) {
        tts_flite.close(&tts);
    }
    ran();
    assert_int_equal(tts_flite_shutdown(), 0);
    return uv_loop_close(&loop);
}

static void
what_is_said_comes_in_order_and_once(void **state)
{
    (void) state;
    opened("slt", 1.0f);
    say(1, "Thank you for calling. How can I help you?");
    say(2, "One moment please.");
    say(3, "Thank you for calling.");
    assert_int_equal(got.done_count, 0); /* nothing waits for the thread */
    ran();

    assert_int_equal(got.done_count, 3);
    for (uint32_t i = 1; i <= 3; i++) {
        assert_int_equal(got.order[i - 1], i);
        assert_int_equal(got.done[i], 1);
    }
    assert_int_equal(got.pieces[1], 2);
    assert_in_range(got.samples[1], 8000, 40000);
    assert_int_equal(got.errors, 0);
}

static void
it_begins_at_once_and_is_as_loud_as_people(void **state)
{
    float   level_db;
    size_t  quiet = 0;
    int16_t pcm[200000];

    (void) state;

    for (int v = 0; v < 4; v++) {
        static const char *const voices[] = { "slt", "rms", "awb", "kal" };

        opened(voices[v], 1.0f);
        say(1, "How can I help you today?");
        ran();

        g711_ulaw_decode(pcm, got.last, got.last_samples);
        while (quiet < got.last_samples && abs(pcm[quiet]) < 400) {
            quiet++;
        }
        assert_true(quiet < 60 * 8);
        level_db = level_dbfs(pcm, got.last_samples);
        assert_true(level_db > -24.0f && level_db < -16.0f);
        tts_flite.close(&tts);
    }
}

static void
speed_and_voice_are_heeded(void **state)
{
    size_t normal;

    (void) state;
    opened("cmu_us_rms", 1.0f);
    say(1, "We are open every day.");
    ran();
    normal = got.samples[1];
    tts_flite.close(&tts);

    opened("rms", 1.5f);
    say(1, "We are open every day.");
    ran();
    assert_true(got.samples[1] < normal * 8 / 10);
    assert_true(got.samples[1] > normal * 5 / 10);
    tts_flite.close(&tts);

    opened("a voice of another service", 0.0f);
    say(1, "We are open every day.");
    ran();
    assert_int_equal(got.done[1], 1);
}

static void
what_was_said_once_costs_nothing(void **state)
{
    size_t samples;

    (void) state;
    opened("slt", 1.0f);
    say(1, "Is there anything else?");
    ran();
    samples = got.samples[1];

    say(2, "Is there anything else?"); /* no loop runs */
    assert_int_equal(got.done[2], 1);
    assert_int_equal(got.samples[2], samples);
}

static void
what_is_made_ahead_is_there(void **state)
{
    (void) state;
    assert_int_equal(tts_flite_warm(&loop, "awb", 1.0f, "Good morning. Hello."),
                     0);
    ran();
    opened("awb", 1.0f);
    say(1, "Good morning. Hello.");
    assert_int_equal(got.done[1], 1);
    assert_int_equal(got.pieces[1], 2);
}

static void
after_cancel_only_what_is_new_comes(void **state)
{
    (void) state;
    opened("slt", 1.0f);
    say(1, "This will not be heard, because it is canceled.");
    say(2, "Neither will this.");
    tts_flite.cancel(&tts);
    say(3, "But this will.");
    ran();

    assert_int_equal(got.samples[1] + got.samples[2], 0);
    assert_int_equal(got.done[1] + got.done[2], 0);
    assert_int_equal(got.done[3], 1);
}

static void
closing_during_the_work_or_an_event_is_safe(void **state)
{
    (void) state;
    opened("slt", 1.0f);
    say(1, "Nobody waits for the end of this sentence.");
    tts_flite.close(&tts);
    assert_null(tts.impl);
    ran();
    assert_int_equal(got.samples[1] + got.done[1], 0);

    opened("slt", 1.0f);
    got.close_at_audio = 1;
    say(1, "First sentence. Second sentence.");
    ran();
    assert_int_equal(got.pieces[1], 1);
    assert_int_equal(got.done[1], 0);

    /* The same out of the cache, within say(). */
    opened("slt", 1.0f);
    got.close_at_audio = 1;
    say(1, "First sentence. Second sentence.");
    assert_null(tts.impl);
    assert_int_equal(got.done[1], 0);
}

static void
nothing_to_say_is_done_at_once(void **state)
{
    (void) state;
    opened("slt", 1.0f);
    say(1, "");
    say(2, " ... ");
    assert_int_equal(got.done[1], 1);
    assert_int_equal(got.done[2], 1);
    assert_int_equal(got.pieces[1] + got.pieces[2], 0);
}

static void
many_calls_take_turns(void **state)
{
    tts_t        other;
    unsigned     before;
    tts_config_t config = { .voice = "rms",
                            .language = "en-US",
                            .speed = 1.0f };

    (void) state;
    opened("slt", 1.0f);
    other = tts;
    other.config = &config;
    other.impl = NULL;
    assert_int_equal(tts_flite.open(&other), 0);

    say(1, "One long answer. It has many sentences. They take a while. And "
           "another one. And the last of them.");
    before = got.done_count;
    assert_int_equal(tts_flite.say(&other, 2, "Short.", 6), 0);
    ran();

    assert_int_equal(got.done_count, before + 2);
    assert_int_equal(got.order[before], 2);
    tts_flite.close(&other);
}

static uint8_t *
some(size_t samples)
{
    uint8_t *ulaw = calloc(1, samples);

    assert_non_null(ulaw);
    return ulaw;
}

static void
the_cache_is_bounded_and_drops_the_oldest(void **state)
{
    char          key[16];
    tts_cache_t  *cache;
    tts_audio_t *held, *speech;

    (void) state;
    assert_int_equal(tts_cache_create(&cache, 100000), 0);
    held = tts_cache_put(cache, "held", some(9000), 9000);

    for (int i = 0; i < 50; i++) {
        (void) snprintf(key, sizeof(key), "key %d", i);
        tts_audio_release(tts_cache_put(cache, key, some(9000), 9000));
        assert_true(tts_cache_bytes(cache) <= 100000);

        /* What is used again and again stays. */
        if (i > 0) {
            speech = tts_cache_get(cache, "key 1");
            assert_true(speech != NULL);
            tts_audio_release(speech);
        }
    }

    assert_null(tts_cache_get(cache, "key 2"));
    assert_null(tts_cache_get(cache, "held"));
    assert_int_equal(held->samples, 9000); /* still ours */
    tts_audio_release(held);

    speech = tts_cache_put(cache, "too large", some(200000), 200000);
    assert_int_equal(speech->samples, 200000);
    tts_audio_release(speech);
    assert_null(tts_cache_get(cache, "too large"));
    tts_cache_destroy(cache);
    tts_cache_destroy(NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
        TEST(what_is_said_comes_in_order_and_once),
        TEST(it_begins_at_once_and_is_as_loud_as_people),
        TEST(speed_and_voice_are_heeded),
        TEST(what_was_said_once_costs_nothing),
        TEST(what_is_made_ahead_is_there),
        TEST(after_cancel_only_what_is_new_comes),
        TEST(closing_during_the_work_or_an_event_is_safe),
        TEST(nothing_to_say_is_done_at_once),
        TEST(many_calls_take_turns),
        TEST(the_cache_is_bounded_and_drops_the_oldest),
#undef TEST
    };

    return cmocka_run_group_tests_name("tts_flite", tests, NULL, NULL);
}
