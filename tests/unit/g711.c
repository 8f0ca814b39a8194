/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdlib.h>

#include <cmocka.h>

#include "dsp/g711.h"

static int16_t
value_of(uint8_t code)
{
    int16_t pcm;

    g711_ulaw_decode(&pcm, &code, 1);
    return pcm;
}

static uint8_t
code_of(int16_t pcm)
{
    uint8_t code;

    g711_ulaw_encode(&code, &pcm, 1);
    return code;
}

/* G.711, tables 2a and 2b: segment s has steps of 2^(s+1) from 33 * 2^s. */
static void
every_code_has_the_value_of_the_standard(void **state)
{
    int sign, segment, step, value;

    (void) state;

    for (int code = 0; code < 256; code++) {
        sign = code & 0x80 ? 1 : -1;
        segment = 7 - (code >> 4 & 7);
        step = 15 - (code & 15);
        value = (33 + 2 * step) * (1 << segment) - 33;
        assert_int_equal(value_of((uint8_t) code), sign * value * 4);
    }
}

static void
every_code_survives_there_and_back(void **state)
{
    (void) state;

    for (int code = 0; code < 256; code++) {
        /* There are two zeros; the positive one is sent. */
        assert_int_equal(code_of(value_of((uint8_t) code)),
                         code == 0x7f ? 0xff : code);
    }
}

/* The decision values of the tables are where an interval begins and ends. */
static void
every_sample_falls_into_the_interval_of_its_code(void **state)
{
    int code, low, width, amplitude;

    (void) state;

    for (int pcm = INT16_MIN; pcm <= INT16_MAX; pcm++) {
        code = code_of((int16_t) pcm);
        amplitude = abs(pcm) < 32636 ? abs(pcm) : 32635;
        width = 8 << (7 - (code >> 4 & 7));
        low = (16 + 15 - (code & 15)) * width - 4 * 33;
        assert_true(amplitude >= low && amplitude < low + width);
        assert_int_equal(code & 0x80, pcm < 0 ? 0 : 0x80);
    }
}

static void
extremes_are_clipped(void **state)
{
    (void) state;

    assert_int_equal(code_of(INT16_MAX), 0x80);
    assert_int_equal(code_of(INT16_MIN), 0x00);
    assert_int_equal(value_of(0x80), 32124);
    assert_int_equal(code_of(0), G711_ULAW_SILENCE);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_has_the_value_of_the_standard),
        cmocka_unit_test(every_code_survives_there_and_back),
        cmocka_unit_test(every_sample_falls_into_the_interval_of_its_code),
        cmocka_unit_test(extremes_are_clipped),
    };

    return cmocka_run_group_tests_name("g711", tests, NULL, NULL);
}
