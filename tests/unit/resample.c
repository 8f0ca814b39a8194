/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dsp/level.h"
#include "dsp/resample.h"

#define SECOND 16000

static int16_t in[SECOND];
static int16_t out[4 * SECOND];

static void
sine(int16_t *pcm, size_t samples, double hz, double rate_hz)
{
    double phase;

    for (size_t i = 0; i < samples; i++) {
        phase = 2.0 * M_PI * hz * (double) i / rate_hz;
        pcm[i] = (int16_t) (10000.0 * sin(phase));
    }
}

static size_t
convert(uint32_t from_hz, uint32_t to_hz, size_t samples, size_t step)
{
    size_t      n = 0, got;
    resample_t *r;

    assert_int_equal(resample_create(&r, from_hz, to_hz), 0);

    for (size_t at = 0; at < samples; at += step) {
        step = step < samples - at ? step : samples - at;
        got = resample_feed(r, out + n, in + at, step);
        assert_true(got <= resample_bound(r, step));
        n += got;
    }

    got = resample_flush(r, out + n);
    assert_true(got <= resample_bound(r, 0));
    resample_destroy(r);
    return n + got;
}

static void
as_many_come_out_as_the_rates_say(void **state)
{
    (void) state;

    sine(in, 8000, 440, 8000);
    assert_in_range(convert(8000, 16000, 8000, 8000), 15998, 16002);
    assert_in_range(convert(16000, 8000, 16000, 16000), 7999, 8001);
    assert_int_equal(convert(8000, 8000, 8000, 160), 8000);
}

static void
a_tone_stays_where_and_how_it_was(void **state)
{
    size_t n, worst = 0;

    (void) state;

    sine(in, 8000, 1000, 8000);
    n = convert(8000, 16000, 8000, 160);
    sine(in, SECOND, 1000, 16000);

    /* Not shifted and not weakened; the edges apart. */
    for (size_t i = 200; i < n - 200; i++) {
        size_t difference = (size_t) abs(in[i] - out[i]);

        worst = difference > worst ? difference : worst;
    }
    assert_true(worst < 250);
}

static void
what_a_line_cannot_carry_is_not_folded_into_it(void **state)
{
    size_t n;

    (void) state;

    sine(in, SECOND, 5500, 16000);
    n = convert(16000, 8000, SECOND, SECOND);
    assert_true(level_dbfs(out + 200, n - 400) < -60.0f);
}

static void
frames_give_the_same_as_the_whole(void **state)
{
    size_t  n;
    int16_t whole[8100];

    (void) state;

    sine(in, SECOND, 700, 16000);
    n = convert(16000, 8000, SECOND, SECOND);
    memcpy(whole, out, n * sizeof(int16_t));

    assert_int_equal(convert(16000, 8000, SECOND, 320), n);
    assert_memory_equal(whole, out, n * sizeof(int16_t));
    assert_int_equal(convert(16000, 8000, SECOND, 7), n);
    assert_memory_equal(whole, out, n * sizeof(int16_t));
}

static void
after_a_reset_it_is_as_new(void **state)
{
    size_t      n, m;
    int16_t     first[700];
    resample_t *r;

    (void) state;

    sine(in, 320, 300, 8000);
    assert_int_equal(resample_create(&r, 8000, 16000), 0);
    assert_int_equal(resample_flush(r, out), 0);
    n = resample_feed(r, first, in, 320);
    resample_reset(r);
    m = resample_feed(r, out, in, 320);
    assert_int_equal(n, m);
    assert_memory_equal(first, out, n * sizeof(int16_t));
    resample_destroy(r);
    resample_destroy(NULL);
}

static void
a_rate_of_zero_is_refused(void **state)
{
    resample_t *r = NULL;

    (void) state;

    assert_int_equal(resample_create(&r, 0, 8000), -EINVAL);
    assert_int_equal(resample_create(&r, 8000, 0), -EINVAL);
    assert_null(r);
}

static void
speech_is_brought_to_its_level_and_never_clips(void **state)
{
    (void) state;

    sine(in, 8000, 500, 8000);
    level_normalize(in, 8000, -18.0f, 20.0f);
    assert_true(fabsf(level_dbfs(in, 8000) + 18.0f) < 0.2f);

    /* Twenty times too loud: bent below full scale, not folded over. */
    level_normalize(in, 8000, 8.0f, 40.0f);
    for (size_t i = 0; i < 8000; i++) {
        assert_in_range(in[i] + 32768, 1, 65535);
    }

    memset(in, 0, sizeof(in));
    level_normalize(in, 8000, -18.0f, 20.0f);
    assert_int_equal(in[4000], 0);
    assert_true(level_dbfs(in, 0) <= LEVEL_SILENCE_DBFS);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_many_come_out_as_the_rates_say),
        cmocka_unit_test(a_tone_stays_where_and_how_it_was),
        cmocka_unit_test(what_a_line_cannot_carry_is_not_folded_into_it),
        cmocka_unit_test(frames_give_the_same_as_the_whole),
        cmocka_unit_test(after_a_reset_it_is_as_new),
        cmocka_unit_test(a_rate_of_zero_is_refused),
        cmocka_unit_test(speech_is_brought_to_its_level_and_never_clips),
    };

    return cmocka_run_group_tests_name("resample", tests, NULL, NULL);
}
