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
#include "provider/stt_pocketsphinx.h"
#include "provider/stt_pool.h"
#include "tests/bench/caller.h"
#include "tests/bench/heard.h"

/* Answers of one session, newest last. */
typedef struct {
    stt_t    stt;
    unsigned finals, errors;
    uint32_t utterance, request;
    char     text[1024];
    float    confidence;
    int      close_at_final;
} session_t;

static uv_loop_t loop;
static char      folder[512];

static void
on_final(void *data, uint32_t utterance, uint32_t request, const char *text,
         float confidence)
{
    session_t *s = data;

    s->finals++;
    s->utterance = utterance;
    s->request = request;
    s->confidence = confidence;
    (void) snprintf(s->text, sizeof(s->text), "%s", text);

    if (s->close_at_final) {
        stt_pocketsphinx.close(&s->stt);
    }
}

static void
on_error(void *data, const fault_t *fault)
{
    session_t *s = data;

    (void) fault;
    s->errors++;
}

static const stt_events_t events = { NULL, on_final, NULL,
                                     on_error };
static const stt_config_t plain = { .language = "en-US", .client_id = "none" };

static void
opened(session_t *s, const stt_config_t *config)
{
    memset(s, 0, sizeof(*s));
    s->stt.provider = &stt_pocketsphinx;
    s->stt.events = &events;
    s->stt.data = s;
    s->stt.config = config;
    s->stt.loop = &loop;
    assert_int_equal(stt_pocketsphinx.open(&s->stt), 0);
}

static void
feed(session_t *s, const uint8_t *ulaw, size_t samples)
{
    int16_t pcm[FRAME_SAMPLES];
    frame_t frame = { .pcm = pcm, .samples = FRAME_SAMPLES };

    for (size_t at = 0; at + FRAME_SAMPLES <= samples; at += FRAME_SAMPLES) {
        g711_ulaw_decode(pcm, ulaw + at, FRAME_SAMPLES);
        frame.ulaw = ulaw + at;
        assert_int_equal(stt_pocketsphinx.feed(&s->stt, &frame), 0);
    }
}

static void
says(session_t *s, uint32_t utterance, const char *text)
{
    size_t   samples = 0;
    uint8_t *ulaw = NULL;

    assert_int_equal(caller_speak("rms", text, 0.0f, &ulaw, &samples), 0);
    stt_pocketsphinx.begin(&s->stt, utterance);
    feed(s, ulaw, samples);
    free(ulaw);
}

static void
asks(session_t *s, uint32_t request)
{
    assert_int_equal(stt_pocketsphinx.finalize(&s->stt, request), 0);
}

static void
ran(void)
{
    (void) uv_run(&loop, UV_RUN_DEFAULT);
}

static const char *
shared(const char *name)
{
    static char path[512];
    const char *root = getenv("FRONTDESK_SHARED");

    (void) snprintf(path, sizeof(path), "%s/%s",
                    root != NULL ? root : "../shared", name);
    return path;
}

static int
setup(void **state)
{
    int                 rc;
    const char         *build = getenv("FRONTDESK_BUILD");
    stt_decoder_paths_t paths = { .acoustic = HEARD_MODEL "en-us",
                                  .dictionary = HEARD_MODEL
                                  "cmudict-en-us.dict",
                                  .folder = folder };

    (void) state;
    (void) snprintf(folder, sizeof(folder), "%s/speech",
                    build != NULL ? build : "build");

    rc = uv_loop_init(&loop);
    return rc < 0 ? rc : stt_pocketsphinx_setup(&paths, 2);
}

static int
teardown(void **state)
{
    (void) state;
    ran();
    assert_int_equal(stt_pocketsphinx_shutdown(), 0);
    return uv_loop_close(&loop);
}

static void
on_warm(void *data, int rc)
{
    *(int *) data = rc;
}

static void
decoders_are_loaded_ahead(void **state)
{
    int rc = 1;

    (void) state;
    assert_int_equal(stt_pocketsphinx_warm(&loop, on_warm, &rc), 0);
    assert_int_equal(rc, 1); /* not on the loop */
    ran();
    assert_int_equal(rc, 0);
}

/* None of them is a sentence the model was made of. */
static void
callers_are_understood(void **state)
{
    int                      wrong = 0;
    session_t                s;
    static const char *const sentences[] = {
        "i would like to book a cleaning for next monday at nine",
        "good morning i need an appointment for tomorrow afternoon please",
        "do you have a table for four people on friday at seven thirty",
        "can i move my appointment from monday to wednesday at ten",
        "i want to cancel my appointment for thursday afternoon please",
        "when is my appointment this week",
        "what time do you close on friday afternoon",
        "are you open this coming saturday morning",
        "how much is a teeth whitening without insurance",
        "where can i park my car",
        "do you accept dental insurance from delta dental",
        "can i speak to somebody in the office please",
        "please have someone call me back tomorrow afternoon",
        "my name is jennifer thompson",
        "five five five two one three four",
        "let's do tuesday at eleven thirty",
        "yes please book that one",
        "no thank you that's not what i need",
        "can you say that one more time please",
        "thank you very much have a nice evening",
    };

    (void) state;
    opened(&s, &plain);

    for (uint32_t i = 0; i < 20; i++) {
        says(&s, i, sentences[i]);
        asks(&s, i);
        ran();
        assert_int_equal(s.request, i);
        assert_int_equal(s.utterance, i);
        if (heard_errors(sentences[i], s.text) > 0) {
            print_message("said %s, heard %s\n", sentences[i], s.text);
            wrong++;
        }
    }

    assert_int_equal(s.finals, 20);
    assert_in_range(wrong, 0, 3);
    stt_pocketsphinx.close(&s.stt);
}

static void
a_person_reading_digits_is_understood(void **state)
{
    size_t    samples = 0;
    uint8_t  *ulaw = NULL;
    session_t s;

    (void) state;
    if (caller_read(shared("audio/human-digits-8k-ulaw.wav"), &ulaw, &samples)
        < 0) {
        fail_msg("no recording at %s", shared("audio"));
    }

    opened(&s, &plain);
    stt_pocketsphinx.begin(&s.stt, 1);
    feed(&s, ulaw, samples);
    free(ulaw);
    asks(&s, 1);
    ran();

    /* "three three four oh six nine eight two" */
    assert_in_range(
        heard_errors("three three four oh six nine eight two", s.text), 0, 2);
    stt_pocketsphinx.close(&s.stt);
}

static void
only_the_newest_request_is_answered(void **state)
{
    session_t s;

    (void) state;
    opened(&s, &plain);
    says(&s, 7, "what are your hours");
    asks(&s, 1);
    says(&s, 8, "where are you located");
    asks(&s, 2);
    asks(&s, 3);
    ran();

    assert_int_equal(s.finals, 1);
    assert_int_equal(s.request, 3);
    assert_int_equal(s.utterance, 8);
    assert_string_equal(s.text, "where are you located");
    stt_pocketsphinx.close(&s.stt);
}

static void
silence_after_the_words_does_not_ask_again(void **state)
{
    uint8_t   silence[8000];
    session_t s;

    (void) state;
    memset(silence, G711_ULAW_SILENCE, sizeof(silence));

    opened(&s, &plain);
    says(&s, 1, "what are your hours");
    asks(&s, 1);
    ran();
    assert_string_equal(s.text, "what are your hours");

    feed(&s, silence, sizeof(silence));
    asks(&s, 2); /* answered without the loop */
    assert_int_equal(s.finals, 2);
    assert_int_equal(s.request, 2);
    assert_string_equal(s.text, "what are your hours");
    stt_pocketsphinx.close(&s.stt);
}

static void
nothing_said_is_nothing_heard(void **state)
{
    uint8_t   silence[16000];
    session_t s;

    (void) state;
    memset(silence, G711_ULAW_SILENCE, sizeof(silence));

    opened(&s, &plain);
    stt_pocketsphinx.begin(&s.stt, 1);
    asks(&s, 1);
    feed(&s, silence, sizeof(silence));
    asks(&s, 2);
    ran();
    assert_int_equal(s.finals, 2);
    assert_string_equal(s.text, "");
    assert_int_equal(s.errors, 0);
    stt_pocketsphinx.close(&s.stt);
}

static void
an_utterance_without_end_is_cut(void **state)
{
    size_t    samples = 0, fed = 0;
    uint8_t  *ulaw = NULL;
    int16_t   pcm[FRAME_SAMPLES];
    frame_t   frame = { .pcm = pcm, .samples = FRAME_SAMPLES };
    session_t s;

    (void) state;
    assert_int_equal(caller_speak("rms", "i want to talk to someone", 0.0f,
                                  &ulaw, &samples),
                     0);
    opened(&s, &plain);
    stt_pocketsphinx.begin(&s.stt, 1);

    for (;;) {
        frame.ulaw = ulaw + fed % (samples - FRAME_SAMPLES);
        g711_ulaw_decode(pcm, frame.ulaw, FRAME_SAMPLES);
        if (stt_pocketsphinx.feed(&s.stt, &frame) == -EAGAIN) {
            break;
        }
        fed += FRAME_SAMPLES;
        assert_true(fed <= 31 * FRAME_RATE_HZ);
    }

    assert_true(fed >= 29 * FRAME_RATE_HZ);
    free(ulaw);
    stt_pocketsphinx.close(&s.stt);
}

static void
closing_while_a_decoder_works_is_safe(void **state)
{
    session_t s, t;

    (void) state;
    opened(&s, &plain);
    says(&s, 1, "what are your hours");
    asks(&s, 1);
    stt_pocketsphinx.close(&s.stt);
    assert_null(s.stt.impl);
    stt_pocketsphinx.close(&s.stt);

    opened(&t, &plain);
    t.close_at_final = 1;
    says(&t, 1, "what are your hours");
    asks(&t, 1);
    ran();
    assert_int_equal(s.finals, 0);
    assert_int_equal(t.finals, 1);
    assert_null(t.stt.impl);
}

static void
more_calls_than_decoders_wait_their_turn(void **state)
{
    session_t s[6];

    (void) state;
    for (uint32_t i = 0; i < 6; i++) {
        opened(&s[i], &plain);
        says(&s[i], i, "where are you located");
        asks(&s[i], i);
    }
    stt_pocketsphinx.close(&s[5].stt); /* while it waits */
    ran();

    for (uint32_t i = 0; i < 5; i++) {
        assert_int_equal(s[i].finals, 1);
        assert_string_equal(s[i].text, "where are you located");
        stt_pocketsphinx.close(&s[i].stt);
    }
    assert_int_equal(s[5].finals, 0);
}

static void
a_client_s_own_words_are_learned_and_forgotten(void **state)
{
    session_t                s, other;
    static const char *const words[] = { "Bright Smile Dental",
                                         "Xaviera Kowalczyk",
                                         "Can I talk to Doctor Kowalczyk?",
                                         "Is Doctor Kowalczyk in?" };
    const stt_config_t       config = { .language = "en-US",
                                        .client_id = "one",
                                        .vocabulary = words,
                                        .vocabulary_count = 4 };

    (void) state;
    opened(&s, &plain);
    says(&s, 1, "can i talk to doctor kowalczyk");
    asks(&s, 1);
    ran();
    assert_null(strstr(s.text, "kowalczyk"));
    stt_pocketsphinx.close(&s.stt);

    opened(&s, &config);
    opened(&other, &plain);
    ran(); /* learned meanwhile */
    says(&s, 2, "can i talk to doctor kowalczyk");
    asks(&s, 2);
    says(&other, 2, "can i talk to doctor kowalczyk");
    asks(&other, 2);
    ran();
    assert_string_equal(s.text, "can i talk to doctor kowalczyk");
    assert_null(strstr(other.text, "kowalczyk")); /* another client's */

    stt_pocketsphinx.close(&s.stt);
    stt_pocketsphinx.close(&other.stt);
}

static void
many_clients_share_the_decoders(void **state)
{
    char         id[16], name[64];
    session_t    s[24];
    const char  *words[1] = { name };
    stt_config_t config = { .language = "en-US", .client_id = id };

    config.vocabulary = words;
    config.vocabulary_count = 1;

    (void) state;
    for (int i = 0; i < 24; i++) {
        (void) snprintf(id, sizeof(id), "client %d", i);
        (void) snprintf(name, sizeof(name), "Company Zyx%c", 'a' + i);
        opened(&s[i], &config);
        if (i % 2 == 1) {
            stt_pocketsphinx.close(&s[i].stt);
        }
        if (i % 8 == 7) {
            ran();
        }
    }

    ran();
    says(&s[22], 1, "what are your hours");
    asks(&s[22], 1);
    ran();
    assert_string_equal(s[22].text, "what are your hours");

    for (int i = 0; i < 24; i += 2) {
        stt_pocketsphinx.close(&s[i].stt);
    }
}

static void
a_missing_model_is_an_error_not_a_crash(void **state)
{
    session_t           s;
    stt_decoder_paths_t paths = { .acoustic = "/nowhere",
                                  .dictionary = "/nowhere",
                                  .folder = "/nowhere" };

    (void) state;
    assert_int_equal(stt_pocketsphinx_setup(&paths, 0), -EINVAL);
    assert_int_equal(stt_pocketsphinx_setup(&paths, 1), 0);
    opened(&s, &plain);
    says(&s, 1, "what are your hours");
    asks(&s, 1);
    ran();
    assert_int_equal(s.finals, 0);
    assert_int_equal(s.errors, 1);
    stt_pocketsphinx.close(&s.stt);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
        TEST(decoders_are_loaded_ahead),
        TEST(callers_are_understood),
        TEST(a_person_reading_digits_is_understood),
        TEST(only_the_newest_request_is_answered),
        TEST(silence_after_the_words_does_not_ask_again),
        TEST(nothing_said_is_nothing_heard),
        TEST(an_utterance_without_end_is_cut),
        TEST(closing_while_a_decoder_works_is_safe),
        TEST(more_calls_than_decoders_wait_their_turn),
        TEST(a_client_s_own_words_are_learned_and_forgotten),
        TEST(many_clients_share_the_decoders),
        TEST(a_missing_model_is_an_error_not_a_crash),
#undef TEST
    };

    return cmocka_run_group_tests_name("stt_pocketsphinx", tests, NULL, NULL);
}
