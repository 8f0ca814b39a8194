/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "call/wav.h"

#define HEAD_BYTES 58

static uv_loop_t loop;
static char      folder[64];

static int
setup(void **state)
{
    (void) state;
    strcpy(folder, "/tmp/frontdesk-wav-XXXXXX");
    assert_non_null(mkdtemp(folder));

    return uv_loop_init(&loop);
}

static int
teardown(void **state)
{
    char command[128];

    (void) state;
    (void) snprintf(command, sizeof(command), "rm -rf '%s'", folder);
    assert_int_equal(system(command), 0);

    return uv_loop_close(&loop);
}

static uint8_t *
file(const char *name, size_t *length)
{
    char     path[256];
    FILE    *in;
    uint8_t *bytes = malloc(1 << 20);

    (void) snprintf(path, sizeof(path), "%s/%s", folder, name);
    in = fopen(path, "rb");
    assert_non_null(in);
    *length = fread(bytes, 1, 1 << 20, in);
    (void) fclose(in);

    return bytes;
}

static uint32_t
number(const uint8_t *at)
{
    return at[0] | (uint32_t) at[1] << 8 | (uint32_t) at[2] << 16
           | (uint32_t) at[3] << 24;
}

static void
record(const char *name, size_t frames, size_t samples_max)
{
    int     rc;
    size_t  i;
    wav_t  *wav;
    uint8_t frame[160];

    rc = wav_create(&wav, &loop, folder, name, samples_max);
    assert_int_equal(rc, 0);

    for (i = 0; i < frames; i++) {
        memset(frame, (int) (i & 0x7f), sizeof(frame));
        wav_add(wav, frame, sizeof(frame));
        (void) uv_run(&loop, UV_RUN_NOWAIT);
    }

    assert_int_equal(wav_samples(wav),
                     frames * 160 < samples_max ? frames * 160 : samples_max);
    wav_finish(wav);
    (void) uv_run(&loop, UV_RUN_DEFAULT);
}

static void
a_recording_is_a_file_of_ulaw(void **state)
{
    size_t   length, i;
    uint8_t *bytes;

    (void) state;
    record("call", 130, 480000);
    bytes = file("call.wav", &length);

    assert_int_equal(length, HEAD_BYTES + 130 * 160);
    assert_memory_equal(bytes, "RIFF", 4);
    assert_int_equal(number(bytes + 4), length - 8);
    assert_memory_equal(bytes + 8, "WAVEfmt ", 8);
    assert_int_equal(bytes[20], 7);
    assert_int_equal(number(bytes + 24), 8000);
    assert_memory_equal(bytes + 38, "fact", 4);
    assert_int_equal(number(bytes + 46), 130 * 160);
    assert_memory_equal(bytes + 50, "data", 4);
    assert_int_equal(number(bytes + 54), 130 * 160);

    for (i = 0; i < 130; i++) {
        assert_int_equal(bytes[HEAD_BYTES + i * 160], i & 0x7f);
        assert_int_equal(bytes[HEAD_BYTES + i * 160 + 159], i & 0x7f);
    }

    free(bytes);
}

static void
a_name_that_is_taken_gets_a_number(void **state)
{
    size_t length;

    (void) state;
    record("call", 10, 480000);
    record("call", 20, 480000);
    record("call", 30, 480000);

    free(file("call.wav", &length));
    assert_int_equal(length, HEAD_BYTES + 10 * 160);
    free(file("call.2.wav", &length));
    assert_int_equal(length, HEAD_BYTES + 20 * 160);
    free(file("call.3.wav", &length));
    assert_int_equal(length, HEAD_BYTES + 30 * 160);
}

static void
what_is_too_long_is_cut(void **state)
{
    size_t length;

    (void) state;
    record("call", 50, 8000 - 40);
    free(file("call.wav", &length));
    assert_int_equal(length, HEAD_BYTES + 8000 - 40);
}

static void
a_worker_that_dies_leaves_what_it_took(void **state)
{
    int      i;
    size_t   length;
    wav_t   *wav;
    uint8_t  frame[160] = { 1 }, *bytes;

    (void) state;
    assert_int_equal(wav_create(&wav, &loop, folder, "call", 480000), 0);

    for (i = 0; i < 100; i++) {
        wav_add(wav, frame, sizeof(frame));
        (void) uv_run(&loop, UV_RUN_DEFAULT);
    }

    bytes = file("call.wav", &length);
    assert_int_equal(length, HEAD_BYTES + 16000);
    assert_memory_equal(bytes, "RIFF", 4);
    assert_string_equal(wav_name(wav), "call.wav");
    free(bytes);
    wav_finish(wav);
    (void) uv_run(&loop, UV_RUN_DEFAULT);
}

static void
without_a_place_nothing_is_kept(void **state)
{
    wav_t  *wav;
    uint8_t frame[160] = { 0 };

    (void) state;
    assert_int_equal(wav_create(&wav, &loop, "/nowhere/at/all", "call", 8000),
                     0);
    (void) uv_run(&loop, UV_RUN_DEFAULT);
    wav_add(wav, frame, sizeof(frame));
    assert_string_equal(wav_name(wav), "");
    wav_finish(wav);
    (void) uv_run(&loop, UV_RUN_DEFAULT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_recording_is_a_file_of_ulaw),
        TEST(a_name_that_is_taken_gets_a_number),
        TEST(what_is_too_long_is_cut),
        TEST(a_worker_that_dies_leaves_what_it_took),
        TEST(without_a_place_nothing_is_kept),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
