/* SPDX-License-Identifier: BSD-2-Clause */

#include "talk_fixture.h"

/*
 * Whatever happens, wherever the conversation is: it goes on by itself, what
 * it remembers is in order, and it comes to an end.
 */

#define MODEL_MS 300  /* what the model takes for an answer */
#define QUIET_MS 2600 /* the longest a caller who waits hears nothing */
#define LAST_MS  90000

static unsigned answered; /* asks that were answered, or never will be */
static uint64_t asked_ms;
static int      model_dead;

/* A frame, and the model's answer when its time has come. */
static void
live(frame_t (*next)(voice_t *voice))
{
    frame_t frame = next(&voice);

    if (fake.asks == answered) {
        asked_ms = now;
    } else if (now >= asked_ms + MODEL_MS && !model_dead
               && reply_is_live(&talk->reply))
    {
        answered = fake.asks;
        answer("We can do that for you. What else?");
    }

    tick(&frame);
}

static void
live_for(uint64_t ms, frame_t (*next)(voice_t *voice))
{
    uint64_t end = now + ms;

    while (now < end && talk->state != TALK_OVER) {
        live(next);
    }
}

/* ---- where it is ---- */

static void
at_listening(void)
{
    live_for(3000, voice_is_silent);
}

static void
at_greeting(void)
{
    live_for(300, voice_is_silent);
}

static void
at_user_speaking(void)
{
    at_listening();
    live_for(400, voice_speaks);
}

static void
at_deciding(void)
{
    at_user_speaking();
    live_for(240, voice_is_silent);
}

static void
at_thinking(void)
{
    at_user_speaking();
    while (talk->state != TALK_THINKING) {
        live(voice_is_silent);
    }
}

static void
at_speaking(void)
{
    at_thinking();
    live_for(800, voice_is_silent);
}

static void
at_paused(void)
{
    at_speaking();
    live_for(240, voice_speaks);
}

static void
at_tool(void)
{
    at_thinking();
    answered = fake.asks;
    asks_for_slots();
    live_for(200, voice_is_silent);
}

static void
at_ending(void)
{
    at_thinking();
    answered = fake.asks;
    answers("Goodbye.");
    hangs_up();
}

static void (*const places[])(void) = {
    at_greeting, at_listening, at_user_speaking, at_deciding, at_thinking,
    at_speaking, at_paused,    at_tool,          at_ending
};

/* ---- what happens ---- */

static void
nothing(void)
{
}

static void
caller_speaks(void)
{
    live_for(900, voice_speaks);
}

static void
noise_only(void)
{
    fake.says = "";
    live_for(160, voice_speaks);
    live_for(1000, voice_is_silent);
    fake.says = "when are you open";
}

static void
a_key(void)
{
    talk_on_key(talk, '5', now);
}

static void
hangs_up_now(void)
{
    talk_hang_up(talk, now);
}

static void
stt_fault(void)
{
    fake.stt->events->on_error(fake.stt->data, &lost);
}

static void
llm_fault(void)
{
    fake.llm->events->on_error(fake.llm->data, fake.asked, &lost);
}

static void
llm_dies(void)
{
    model_dead = 1;
    live_for(2600, voice_is_silent);
    model_dead = 0;
}

static void
tts_fault(void)
{
    fake.tts->events->on_error(fake.tts->data, fake.said, &lost);
}

static void
tts_dies(void)
{
    fake.mute = fake.tts->provider->name;
}

static void
duplicates(void)
{
    fake.stt->events->on_final(fake.stt->data, fake.utterance, fake.request,
                               "when are you open", 0.9f);
    fake.llm->events->on_done(fake.llm->data, fake.asked);
    fake.llm->events->on_done(fake.llm->data, fake.asked);
    end_audio(fake.said);
    talk_on_mark(talk, line.mark_count > 0 ? line.marks[0] : 1);
}

static void
late_ones(void)
{
    fake.stt->events->on_final(fake.stt->data, fake.utterance - 1,
                               fake.request - 1, "an old word", 0.9f);
    fake.llm->events->on_text(fake.llm->data, fake.asked - 1, "Old.", 4);
    give_audio(fake.said - 1, 3);
    talk_on_mark(talk, 1);
}

static void
marks_are_lost(void)
{
    echoes = 0;
}

static void (*const happenings[])(void) = {
    nothing,    caller_speaks, noise_only, a_key,    hangs_up_now,
    stt_fault,  llm_fault,     llm_dies,   tts_fault, tts_dies,
    duplicates, late_ones,     marks_are_lost
};

/* ---- what must hold ---- */

static void
expect_history(void)
{
    size_t               i;
    const llm_message_t *m = talk->context.messages;

    for (i = 0; i < talk->context.count; i++) {
        if (m[i].role == LLM_TOOL_CALL) {
            assert_true(i + 1 < talk->context.count);
            assert_int_equal(m[i + 1].role, LLM_TOOL_RESULT);
            assert_string_equal(m[i].id, m[i + 1].id);
        } else if (m[i].role == LLM_TOOL_RESULT) {
            assert_true(i > 0 && m[i - 1].role == LLM_TOOL_CALL);
        }
    }

    assert_null(strstr(rows.turns, "Old."));
}

/* Nobody says anything more: it comes to its end, and is never mute. */
static void
expect_end(int hung_up)
{
    size_t   samples = line.samples;
    uint64_t began = now, sound_ms = now;

    while (talk->state != TALK_OVER) {
        if (rows.tool_count > 0
            && rows.tools[rows.tool_count - 1] != NULL && now > began + 4000)
        {
            tool_answers(rows.tool_count - 1, 0, "{\"ok\":true}");
            rows.tools[rows.tool_count - 1] = NULL;
        }

        live(voice_is_silent);
        assert_true(now < began + LAST_MS);

        if (line.samples > samples || played_ms > now
            || talk->state != TALK_THINKING || talk->aside.count > 0)
        {
            sound_ms = now;
        }
        samples = line.samples;
        assert_true(now - sound_ms <= QUIET_MS);
    }

    assert_int_equal(over_count, hung_up ? 0 : 1);
    assert_int_equal(stale_count, 0);
}

static void
run_all(void **state, int outside)
{
    size_t place, what;

    for (place = 0; place < sizeof(places) / sizeof(places[0]); place++) {
        for (what = 0; what < sizeof(happenings) / sizeof(happenings[0]);
             what++)
        {
            (void) teardown(state);
            (void) setup(state);
            answered = 0;
            model_dead = 0;

            if (outside) {
                create_outside(GREETING);
            } else {
                create(GREETING, "[]");
            }
            bridges = 1;
            fake.says = "when are you open";

            places[place]();
            if (talk->state != TALK_OVER) {
                happenings[what]();
            }
            expect_end(happenings[what] == hangs_up_now);
            expect_history();
        }
    }
}

static int
setup_any(void **state)
{
    (void) setup(state);
    create("", "[]");
    return 0;
}

static void
each_place_and_each_event_with_embedded_services(void **state)
{
    run_all(state, 0);
}

static void
each_place_and_each_event_with_services_outside(void **state)
{
    run_all(state, 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            each_place_and_each_event_with_embedded_services, setup_any,
            teardown),
        cmocka_unit_test_setup_teardown(
            each_place_and_each_event_with_services_outside, setup_any,
            teardown),
    };

    log_open(LOG_ERROR, "talk_matrix");

    return cmocka_run_group_tests(tests, NULL, NULL);
}
