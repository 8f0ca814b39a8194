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

#include "dsp/g711.h"
#include "provider/tts_clean.h"
#include "provider/tts_decode.h"

#define SECOND 8000

static uint8_t file[500000];
static size_t  file_bytes;
static uint8_t heard[100000];
static size_t  heard_samples;

static void
sink(void *data, const uint8_t *ulaw, size_t samples)
{
    (void) data;

    assert_true(heard_samples + samples <= sizeof(heard));
    memcpy(heard + heard_samples, ulaw, samples);
    heard_samples += samples;
}

static void
put(const void *bytes, size_t length)
{
    assert_true(file_bytes + length <= sizeof(file));
    memcpy(file + file_bytes, bytes, length);
    file_bytes += length;
}

static void
put_number(uint32_t value, size_t width)
{
    for (size_t i = 0; i < width; i++) {
        file[file_bytes++] = (uint8_t) (value >> (8 * i));
    }
}

static void
put_chunk(const char *name, uint32_t size)
{
    put(name, 4);
    put_number(size, 4);
}

static void
put_fmt(unsigned tag, unsigned channels, uint32_t rate, unsigned bits)
{
    put_chunk("fmt ", 18);
    put_number(tag, 2);
    put_number(channels, 2);
    put_number(rate, 4);
    put_number(rate * channels * bits / 8, 4);
    put_number(channels * bits / 8, 2);
    put_number(bits, 2);
    put_number(0, 2);
}

/* A second of 1 kHz. */
static void
put_tone(unsigned tag, unsigned channels, uint32_t rate)
{
    float    value;
    uint8_t  code;
    uint32_t bits;
    int16_t  pcm;

    for (uint32_t i = 0; i < rate; i++) {
        value = 0.3f * sinf((float) (2.0 * M_PI * 1000.0 * i / rate));
        pcm = (int16_t) lrintf(value * 32767.0f);
        for (unsigned c = 0; c < channels; c++) {
            if (tag == 3) {
                memcpy(&bits, &value, 4);
                put_number(bits, 4);
            } else if (tag == 1) {
                put_number((uint16_t) pcm, 2);
            } else {
                g711_ulaw_encode(&code, &pcm, 1);
                put(&code, 1);
            }
        }
    }
}

static void
put_wav(unsigned tag, unsigned channels, uint32_t rate, uint32_t size)
{
    static const unsigned widths[] = { 0, 2, 0, 4, 0, 0, 1, 1 };

    unsigned width = widths[tag];

    file_bytes = 0;
    put_chunk("RIFF", 0xffffffff);
    put("WAVE", 4);
    put_fmt(tag, channels, rate, width * 8);
    put_chunk("fact", 4);
    put_number(rate, 4);
    put_chunk("LIST", 5);
    put("INFOx\0", 6);
    put_chunk("data", size == 1 ? rate * width * channels : size);
    put_tone(tag, channels, rate);
}

static int
decode(tts_form_e form, uint32_t rate, size_t step)
{
    int           rc = 0;
    tts_decode_t *d;

    heard_samples = 0;
    assert_int_equal(tts_decode_create(&d, form, rate, sink, NULL), 0);
    for (size_t at = 0; rc == 0 && at < file_bytes; at += step) {
        step = step < file_bytes - at ? step : file_bytes - at;
        rc = tts_decode_feed(d, file + at, step);
    }
    if (rc == 0) {
        rc = tts_decode_end(d);
    }
    tts_decode_destroy(d);
    return rc;
}

/* By its zero crossings, and that it was not weakened. */
static void
assert_tone(void)
{
    int            ups = 0, high = 0;
    static int16_t pcm[100000];

    assert_in_range(heard_samples, SECOND - 2, SECOND + 2);
    g711_ulaw_decode(pcm, heard, heard_samples);
    for (size_t i = 1; i < heard_samples; i++) {
        ups += pcm[i - 1] < 0 && pcm[i] >= 0;
        high = i > 100 && i < heard_samples - 100 && pcm[i] > high ? pcm[i]
                                                                   : high;
    }
    assert_in_range(ups, 996, 1002);
    assert_in_range(high, 8500, 10700);
}

static void
every_form_of_wav_is_the_same_tone(void **state)
{
    static const uint32_t rates[] = { 8000, 16000, 22050, 24000, 44100 };
    static const unsigned tags[] = { 1, 3, 7 };
    static const size_t   steps[] = { 1, 7, 1000, 500000 };

    (void) state;

    for (size_t r = 0; r < 5; r++) {
        for (size_t t = 0; t < 3; t++) {
            for (unsigned channels = 1; channels <= 2; channels++) {
                put_wav(tags[t], channels, rates[r], 1);
                for (size_t s = 0; s < 4; s++) {
                    assert_int_equal(
                        decode(TTS_FORM_ULAW, 8000, steps[s]), 0);
                    assert_tone();
                }
            }
        }
    }
}

static void
raw_audio_is_what_it_is_said_to_be(void **state)
{
    static const size_t steps[] = { 1, 3, 4801 };

    (void) state;

    for (size_t s = 0; s < 3; s++) {
        file_bytes = 0;
        put_tone(1, 1, 24000);
        assert_int_equal(decode(TTS_FORM_S16, 24000, steps[s]), 0);
        assert_tone();
        file_bytes = 0;
        put_tone(7, 1, 8000);
        assert_int_equal(decode(TTS_FORM_ULAW, 8000, steps[s]), 0);
        assert_tone();
        assert_memory_equal(heard, file, SECOND);
    }
}

static void
a_size_that_says_nothing_is_not_believed(void **state)
{
    (void) state;

    put_wav(1, 1, 24000, 0);
    assert_int_equal(decode(TTS_FORM_S16, 24000, 999), 0);
    assert_tone();
    put_wav(1, 1, 24000, 0xffffffff);
    assert_int_equal(decode(TTS_FORM_S16, 24000, 999), 0);
    assert_tone();
}

static void
what_follows_the_audio_is_not_heard(void **state)
{
    (void) state;

    put_wav(7, 1, 8000, 1);
    put_chunk("LIST", 4000);
    memset(file + file_bytes, 0x11, 4000);
    file_bytes += 4000;
    assert_int_equal(decode(TTS_FORM_ULAW, 8000, 77), 0);
    assert_tone();
}

static void
an_odd_byte_at_the_end_is_dropped(void **state)
{
    (void) state;

    file_bytes = 0;
    put_tone(1, 1, 8000);
    put("x", 1);
    assert_int_equal(decode(TTS_FORM_S16, 8000, 5), 0);
    assert_int_equal(heard_samples, SECOND);
    file_bytes = 3;
    assert_int_equal(decode(TTS_FORM_S16, 8000, 2), 0);
    assert_int_equal(heard_samples, 1);
}

static void
floats_that_are_none_are_no_noise(void **state)
{
    float wild[] = { NAN, INFINITY, -INFINITY, 1e30f, 0.0f };

    (void) state;

    file_bytes = 0;
    put(wild, sizeof(wild));
    assert_int_equal(decode(TTS_FORM_F32, 8000, 3), 0);
    assert_int_equal(heard_samples, 5);
    assert_int_equal(heard[0], G711_ULAW_SILENCE);
    assert_int_equal(heard[1], 0x80);
    assert_int_equal(heard[2], 0x00);
}

static void
what_is_none_of_these_is_refused(void **state)
{
    (void) state;

    put_wav(1, 1, 24000, 1);
    file_bytes = 20;
    assert_int_equal(decode(TTS_FORM_S16, 24000, 9), -EBADMSG);
    put_wav(6, 1, 8000, 1);
    assert_int_equal(decode(TTS_FORM_S16, 24000, 9), -ENOTSUP);
    put_wav(1, 3, 8000, 1);
    assert_int_equal(decode(TTS_FORM_S16, 24000, 9), -ENOTSUP);
    put_wav(1, 1, 8000, 1);
    memcpy(file + 8, "AVI ", 4);
    assert_int_equal(decode(TTS_FORM_S16, 24000, 9), -ENOTSUP);
    put_wav(1, 1, 8000, 1);
    memcpy(file + 12, "data", 4);
    assert_int_equal(decode(TTS_FORM_S16, 24000, 9), -EBADMSG);
    memcpy(file, "OggS", 4);
    assert_int_equal(decode(TTS_FORM_S16, 24000, 9), -ENOTSUP);
    memcpy(file, "ID3\4", 4);
    assert_int_equal(decode(TTS_FORM_ULAW, 8000, 1), -ENOTSUP);
}

static void
base64_in_pieces_is_base64(void **state)
{
    const char  *text = "SGVsbG8sIHdvcmxkIQ==";
    uint8_t      out[32];
    tts_base64_t b;

    (void) state;

    for (size_t step = 1; step < 20; step++) {
        size_t n = 0;

        memset(&b, 0, sizeof(b));
        for (size_t at = 0; at < 20; at += step) {
            int got = tts_base64_feed(&b, out + n, text + at,
                                      20 - at < step ? 20 - at : step);

            assert_true(got >= 0);
            n += (size_t) got;
        }
        assert_int_equal(tts_base64_end(&b), 0);
        assert_int_equal(n, 13);
        assert_memory_equal(out, "Hello, world!", 13);
    }

    memset(&b, 0, sizeof(b));
    assert_int_equal(tts_base64_feed(&b, out, "AA%A", 4), -EBADMSG);
    memset(&b, 0, sizeof(b));
    assert_int_equal(tts_base64_feed(&b, out, "AA==AA", 6), -EBADMSG);
    memset(&b, 0, sizeof(b));
    assert_int_equal(tts_base64_feed(&b, out, "A=", 2), -EBADMSG);
    memset(&b, 0, sizeof(b));
    assert_int_equal(tts_base64_feed(&b, out, "A", 1), 0);
    assert_int_equal(tts_base64_end(&b), -EBADMSG);
}

static char   found[64];
static size_t found_bytes;

static int
on_text(void *data, const char *text, size_t length)
{
    (void) data;

    assert_true(found_bytes + length < sizeof(found));
    memcpy(found + found_bytes, text, length);
    found_bytes += length;
    return 0;
}

static void
a_member_is_found_wherever_it_is(void **state)
{
    tts_member_t m;
    const char  *json = "{\"x\":\"audio\",\"y\":[{\"\\\"audio\":\"no\","
                        "\"au\\u0064io\" : \"a\\/b\\u002Bc\"}],"
                        "\"audio\":\"second\"}";

    (void) state;

    for (size_t step = 1; step < 40; step++) {
        found_bytes = 0;
        tts_member_init(&m, "audio", on_text, NULL);
        for (size_t at = 0; at < strlen(json); at += step) {
            size_t left = strlen(json) - at;

            assert_int_equal(
                tts_member_feed(&m, json + at, left < step ? left : step), 0);
        }
        assert_true(m.whole);
        assert_int_equal(found_bytes, 5);
        assert_memory_equal(found, "a/b+c", 5);
    }
}

static void
assert_clean(const char *text, const char *spoken)
{
    tts_clean_t clean;

    assert_int_equal(tts_clean(&clean, text, strlen(text), 4000), 0);
    assert_string_equal(clean.length > 0 ? clean.text : "", spoken);
    assert_int_equal(strlen(clean.text) >= clean.length, 1);
    for (uint32_t i = 0; i < clean.length; i++) {
        assert_true(clean.from[i] <= strlen(text));
    }
    tts_clean_free(&clean);
}

static void
what_is_for_eyes_is_gone(void **state)
{
    tts_clean_t clean;

    (void) state;

    assert_clean("Hello.", "Hello. ");
    assert_clean("**Hello**, _you_ there.", "Hello, you there. ");
    assert_clean("# Title\n- one\n- two", "Title one two ");
    assert_clean("[Our page](https://x.test/a).", "Our page. ");
    assert_clean("See https://x.test/a?b, or www.x.test.", "See , or . ");
    assert_clean("<b>Yes</b> 3 < 4", "Yes 3 < 4 ");
    assert_clean("a\x01\x7f\tb\r\nc", "a b c ");
    assert_clean("snake_case 3*4", "snake_case 3*4 ");
    assert_clean("Hi \xf0\x9f\x98\x80 there", "Hi there ");
    assert_clean("\xff\xc0\xafok", "ok ");
    assert_clean("... !? \xf0\x9f\x98\x80", "");
    assert_clean("", "");
    assert_clean("\xe0\xa4\xa8\xe0\xa4\xae", "\xe0\xa4\xa8\xe0\xa4\xae ");
    assert_int_equal(tts_clean(&clean, (char *) file, 5000, 4000), -EMSGSIZE);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_of_wav_is_the_same_tone),
        cmocka_unit_test(raw_audio_is_what_it_is_said_to_be),
        cmocka_unit_test(a_size_that_says_nothing_is_not_believed),
        cmocka_unit_test(what_follows_the_audio_is_not_heard),
        cmocka_unit_test(an_odd_byte_at_the_end_is_dropped),
        cmocka_unit_test(floats_that_are_none_are_no_noise),
        cmocka_unit_test(what_is_none_of_these_is_refused),
        cmocka_unit_test(base64_in_pieces_is_base64),
        cmocka_unit_test(a_member_is_found_wherever_it_is),
        cmocka_unit_test(what_is_for_eyes_is_gone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
