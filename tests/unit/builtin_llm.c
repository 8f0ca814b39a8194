/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "builtin_fake.h"
#include "dialogue/builtin_llm.h"

#define COUNT(a)     (sizeof(a) / sizeof((a)[0]))
#define MESSAGES_MAX 64

/* The engine as a call uses it: a history that grows, and events. */
typedef struct {
    fake_t        fake;
    llm_t         llm;
    llm_config_t  config;
    llm_message_t messages[MESSAGES_MAX];
    char          texts[MESSAGES_MAX][1600];
    char          ids[MESSAGES_MAX][64];
    char          names[MESSAGES_MAX][64];
    size_t        count;
    uint32_t      request;
    /* of the request being answered */
    char said[4000];
    char tool[64], id[64], args[600];
    int  done;
} desk_t;

static void
on_text(void *data, uint32_t request, const char *text, size_t len)
{
    desk_t *d = data;

    assert_int_equal(request, d->request);
    assert_int_equal(d->done, 0);
    assert_true(len > 0);
    strncat(d->said, text, len);
}

static void
on_tool(void *data, uint32_t request, const char *id, const char *name,
        const char *args)
{
    desk_t *d = data;

    assert_int_equal(request, d->request);
    assert_int_equal(d->done, 0);
    snprintf(d->tool, sizeof(d->tool), "%s", name);
    snprintf(d->id, sizeof(d->id), "%s", id);
    snprintf(d->args, sizeof(d->args), "%s", args);
    for (size_t i = 0; i < d->count; i++) {
        assert_string_not_equal(d->ids[i], id);
    }
}

static void
on_done(void *data, uint32_t request)
{
    desk_t *d = data;

    assert_int_equal(request, d->request);
    d->done++;
}

static void
on_error(void *data, uint32_t request, const fault_t *fault)
{
    (void) data;
    (void) request;
    (void) fault;
    fail();
}

static const llm_events_t events = { on_text, on_tool, NULL, on_done,
                                     on_error };
static const char *const  services[] = { "cleaning", "checkup" };
static const char *const  tools[] = {
     "get_available_slots", "book_appointment", "reschedule_appointment",
     "cancel_appointment", "list_my_appointments", "save_contact_name",
     "search_knowledge", "get_business_hours", "capture_lead", "end_call"
};

static void
desk_open(desk_t *d, const char *state)
{
    d->config.client_name = "Bright Smile Dental";
    d->config.timezone = "America/New_York";
    d->config.caller_phone = "+14155550100";
    d->config.contact_name = "";
    d->config.language = "en-US";
    d->config.services = services;
    d->config.service_count = COUNT(services);
    d->config.tools = tools;
    d->config.tool_count = COUNT(tools);
    d->config.state = state;
    d->llm.provider = &llm_builtin;
    d->llm.events = &events;
    d->llm.data = d;
    d->llm.config = &d->config;
    assert_int_equal(llm_builtin.open(&d->llm), 0);
}

static void
desk_init(desk_t *d)
{
    memset(d, 0, sizeof(*d));
    fake_init(&d->fake);
    desk_open(d, NULL);
}

static void
add(desk_t *d, llm_role_e role, const char *text, const char *name,
    const char *id, int interrupted)
{
    llm_message_t *m = &d->messages[d->count];

    assert_true(d->count < MESSAGES_MAX);
    snprintf(d->texts[d->count], sizeof(d->texts[0]), "%s", text);
    snprintf(d->names[d->count], sizeof(d->names[0]), "%s", name);
    snprintf(d->ids[d->count], sizeof(d->ids[0]), "%s", id);
    m->role = role;
    m->text = d->texts[d->count];
    m->name = name[0] != '\0' ? d->names[d->count] : NULL;
    m->id = id[0] != '\0' ? d->ids[d->count] : NULL;
    m->interrupted = interrupted != 0;
    d->count++;
}

static void
ask(desk_t *d)
{
    llm_request_t what = { d->messages, d->count, FAKE_NOW_MS };

    d->request++;
    d->said[0] = d->tool[0] = '\0';
    d->done = 0;
    assert_int_equal(llm_builtin.request(&d->llm, d->request, &what), 0);
    assert_int_equal(d->done, 1);
}

/* Answers tools until the engine has said all; heard: of the last reply. */
static void
ask_all(desk_t *d, const char *heard)
{
    char said[4000] = "";

    for (int rounds = 0; rounds < 8; rounds++) {
        ask(d);
        strcat(said, said[0] != '\0' && d->said[0] != '\0' ? " " : "");
        strcat(said, d->said);
        if (d->tool[0] == '\0') {
            break;
        }
        add(d, LLM_TOOL_CALL, d->args, d->tool, d->id, 0);
        add(d, LLM_TOOL_RESULT, fake_tool(&d->fake, d->tool, d->args),
            d->tool, d->id, 0);
        if (strcmp(d->tool, "end_call") == 0) {
            break;
        }
    }
    strcpy(d->said, said);
    if (strcmp(d->tool, "end_call") == 0) {
        return; /* its result is the last message */
    }
    if (heard == NULL) {
        add(d, LLM_ASSISTANT, said, "", "", 0);
    } else if (heard[0] != '\0') {
        add(d, LLM_ASSISTANT, heard, "", "", 1);
    }
}

static void
say(desk_t *d, const char *text)
{
    add(d, LLM_USER, text, "", "", 0);
    ask_all(d, NULL);
}

static void
a_call_is_held_through_the_interface(void **state)
{
    desk_t d;

    (void) state;
    desk_init(&d);
    add(&d, LLM_SYSTEM, "You answer the phone.", "", "", 0);
    add(&d, LLM_ASSISTANT, "Bright Smile Dental, how can I help?", "", "",
        0);
    say(&d, "what are your hours and can i book a cleaning tomorrow at ten");
    assert_non_null(strstr(d.said, "We are open Monday to Friday"));
    assert_non_null(strstr(d.said, "May I have your name"));
    say(&d, "it's anna");
    say(&d, "yes");
    assert_non_null(strstr(d.said, "Shall I book it?"));
    say(&d, "yes please");
    assert_non_null(strstr(d.said, "all set"));
    assert_int_equal(d.fake.booked, 1);
    say(&d, "no thanks bye");
    assert_non_null(strstr(d.said, "Goodbye!"));
    assert_string_equal(d.tool, "end_call");
    assert_non_null(strstr(d.args, "caller_done"));
    /* After the result of end_call there is nothing to say. */
    ask(&d);
    assert_string_equal(d.said, "");
    assert_string_equal(d.tool, "");
    llm_builtin.close(&d.llm);
}

static void
who_was_not_greeted_is(void **state)
{
    desk_t d;

    (void) state;
    desk_init(&d);
    add(&d, LLM_SYSTEM, "You answer the phone.", "", "", 0);
    ask(&d);
    assert_string_equal(d.said, "Thank you for calling Bright Smile Dental. "
                                "How can I help you?");
    llm_builtin.close(&d.llm);
}

static void
another_process_goes_on_from_the_state(void **state)
{
    char  *saved;
    desk_t d;

    (void) state;
    desk_init(&d);
    say(&d, "book a cleaning tomorrow at ten i'm tom");
    say(&d, "yes");
    saved = llm_builtin.save(&d.llm);
    assert_non_null(saved);
    llm_builtin.close(&d.llm);

    desk_open(&d, saved);
    say(&d, "yes");
    assert_int_equal(d.fake.booked, 1);
    llm_builtin.close(&d.llm);
    free(saved);
}

static void
yes_to_what_was_not_heard_books_nothing(void **state)
{
    desk_t d;

    (void) state;
    desk_init(&d);
    say(&d, "book a cleaning tomorrow at ten i'm tom");
    add(&d, LLM_USER, "yes", "", "", 0);
    ask_all(&d, "Let me");
    say(&d, "yes");
    assert_int_equal(d.fake.booked, 0);
    assert_non_null(strstr(d.said, "Shall I book it?"));

    /* Nothing of the reply came through: it is not in the history. */
    add(&d, LLM_USER, "sorry", "", "", 0);
    ask_all(&d, "");
    say(&d, "yes");
    assert_int_equal(d.fake.booked, 0);
    say(&d, "yes");
    assert_int_equal(d.fake.booked, 1);
    llm_builtin.close(&d.llm);
}

static void
a_turn_that_grew_is_answered_anew(void **state)
{
    desk_t d;

    (void) state;
    desk_init(&d);
    add(&d, LLM_ASSISTANT, "How can I help?", "", "", 0);
    add(&d, LLM_USER, "i'd like to book a cleaning", "", "", 0);
    ask(&d);
    assert_non_null(strstr(d.said, "What day"));
    /* The caller went on; the answer was never played. */
    d.count--;
    add(&d, LLM_USER, "i'd like to book a cleaning tomorrow at ten i'm tom",
        "", "", 0);
    ask_all(&d, NULL);
    assert_non_null(strstr(d.said, "calling from?"));
    say(&d, "yes");
    assert_non_null(strstr(d.said, "for Tom. Shall I book it?"));
    llm_builtin.close(&d.llm);
}

static void
a_booking_is_made_once_even_if_the_turn_grows(void **state)
{
    desk_t d;

    (void) state;
    desk_init(&d);
    say(&d, "book a cleaning tomorrow at ten i'm tom");
    say(&d, "yes");
    add(&d, LLM_USER, "yes", "", "", 0);
    ask(&d);
    assert_string_equal(d.tool, "book_appointment");
    /* The tool ran, then the caller was heard again. */
    add(&d, LLM_TOOL_CALL, d.args, d.tool, d.id, 0);
    add(&d, LLM_TOOL_RESULT, fake_tool(&d.fake, d.tool, d.args), d.tool,
        d.id, 0);
    say(&d, "yes please");
    assert_int_equal(d.fake.booked, 1);
    assert_non_null(strstr(d.said, "all set"));
    llm_builtin.close(&d.llm);
}

static void
a_doubtful_word_is_asked_again(void **state)
{
    desk_t d;

    (void) state;
    desk_init(&d);
    add(&d, LLM_USER, "parking", "", "", 0);
    d.messages[d.count - 1].doubtful = 1;
    ask_all(&d, NULL);
    assert_non_null(strstr(d.said, "didn't catch"));
    say(&d, "parking please");
    assert_non_null(strstr(d.said, "free parking"));
    llm_builtin.close(&d.llm);
}

static void
speech_while_a_booking_is_written_waits(void **state)
{
    char   id[64];
    desk_t d;

    (void) state;
    desk_init(&d);
    say(&d, "book a cleaning tomorrow at ten i'm tom");
    say(&d, "yes");
    add(&d, LLM_USER, "yes", "", "", 0);
    ask(&d);
    assert_string_equal(d.tool, "book_appointment");
    snprintf(id, sizeof(id), "%s", d.id);
    add(&d, LLM_TOOL_CALL, d.args, d.tool, id, 0);
    say(&d, "hello are you there");
    assert_non_null(strstr(d.said, "One moment"));
    assert_string_equal(d.tool, "");
    add(&d, LLM_TOOL_RESULT,
        fake_tool(&d.fake, "book_appointment",
                  "{\"start\":\"2026-11-21T10:00\",\"name\":\"Tom\"}"),
        "book_appointment", id, 0);
    ask_all(&d, NULL);
    assert_non_null(strstr(d.said, "all set"));
    assert_int_equal(d.fake.booked, 1);
    llm_builtin.close(&d.llm);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_is_held_through_the_interface),
        cmocka_unit_test(who_was_not_greeted_is),
        cmocka_unit_test(another_process_goes_on_from_the_state),
        cmocka_unit_test(yes_to_what_was_not_heard_books_nothing),
        cmocka_unit_test(a_turn_that_grew_is_answered_anew),
        cmocka_unit_test(a_booking_is_made_once_even_if_the_turn_grows),
        cmocka_unit_test(a_doubtful_word_is_asked_again),
        cmocka_unit_test(speech_while_a_booking_is_written_waits),
    };

    return cmocka_run_group_tests_name("builtin_llm", tests, NULL, NULL);
}
