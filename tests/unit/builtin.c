/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "builtin_fake.h"
#include "builtin_phrases.h"
#include "builtin_callers.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* One call: the engine, its tools, and how it is set up. */
typedef struct {
    fake_t           fake;
    builtin_t       *b;
    builtin_config_t config;
    char             said[4000];
    int              ended;
} talk_t;

/* What the caller says; words that must be in the answer; the state after. */
typedef struct {
    const char *caller;
    const char *answer;
    const char *state; /* NULL: any */
} line_t;

static const char *const dental[] = { "cleaning", "checkup", "whitening" };
static const char *const bistro[] = { "table reservation" };

static void
talk_init(talk_t *t)
{
    memset(t, 0, sizeof(*t));
    fake_init(&t->fake);
    t->config.client_name = "Bright Smile Dental";
    t->config.timezone = "America/New_York";
    t->config.caller_phone = "+14155550100";
    t->config.contact_name = "";
    t->config.services = dental;
    t->config.service_count = COUNT(dental);
}

static void
talk_begin(talk_t *t)
{
    assert_int_equal(builtin_create(&t->b, &t->config), 0);
}

/* Another process takes over: only the state is left. */
static void
talk_move(talk_t *t)
{
    char            *state = builtin_save(t->b), *again;
    builtin_config_t config = t->config;

    assert_non_null(state);
    builtin_destroy(t->b);
    config.state = state;
    assert_int_equal(builtin_create(&t->b, &config), 0);
    again = builtin_save(t->b);
    assert_string_equal(again, state);
    free(again);
    free(state);
}

static void
talk_hear(talk_t *t, const char *text)
{
    fake_hear(&t->fake, t->b, text, t->said, sizeof(t->said), &t->ended);
}

static void
talk_lines(talk_t *t, const line_t *lines, size_t count, int moving)
{
    for (size_t i = 0; i < count; i++) {
        talk_hear(t, lines[i].caller);
        if (strstr(t->said, lines[i].answer) == NULL
            || (lines[i].state != NULL
                && strcmp(builtin_state(t->b), lines[i].state) != 0))
        {
            print_message("caller: %s\nsaid: %s [%s]\nwant: %s [%s]\n",
                          lines[i].caller, t->said, builtin_state(t->b),
                          lines[i].answer,
                          lines[i].state != NULL ? lines[i].state : "any");
            fail();
        }
        if (moving) {
            talk_move(t);
        }
    }
}

/* The whole conversation, once in one process and once in many. */
#define TALK(t, lines)                             \
    do {                                           \
        talk_t copy = *(t);                        \
        talk_begin(&copy);                         \
        talk_lines(&copy, lines, COUNT(lines), 1); \
        builtin_destroy(copy.b);                   \
        talk_begin(t);                             \
        talk_lines(t, lines, COUNT(lines), 0);     \
        builtin_destroy((t)->b);                   \
    } while (0)

static void
a_caller_asks_for_hours_and_books(void **state)
{
    static const line_t lines[] = {
        { "hi what are your opening hours",
          "Monday to Friday from nine to five, and Saturday and Sunday from "
          "nine to one",
          "FAQ" },
        { "i'd like to book an appointment for tomorrow morning",
          "a cleaning, a checkup or a whitening?", "BOOKING" },
        { "a cleaning please",
          "I have nine or nine thirty tomorrow morning. Which suits you?",
          "BOOKING" },
        { "nine thirty", "your name", "BOOKING" },
        { "my name is john smith", "the number you are calling from?",
          "BOOKING" },
        { "yes please",
          "a cleaning tomorrow morning at nine thirty, for John Smith. "
          "Shall I book it?",
          "CONFIRMATION" },
        { "yes", "I've booked", "WRAP_UP" },
        { "no thank you goodbye", "Goodbye!", "ENDED" },
    };
    talk_t t;

    (void) state;
    talk_init(&t);
    TALK(&t, lines);
    assert_int_equal(t.fake.booked, 1);
    assert_string_equal(t.fake.start, "2026-11-21T09:30");
    assert_string_equal(t.fake.service, "cleaning");
    assert_string_equal(t.fake.name, "John Smith");
    assert_string_equal(t.fake.phone, "+14155550100");
    assert_int_equal(t.fake.names, 1);
    assert_int_equal(t.ended, 1);
    assert_string_equal(t.fake.last_tool, "end_call");
    assert_non_null(strstr(t.fake.last_args, "caller_done"));
}

static void
hours_and_a_booking_in_one_breath(void **state)
{
    static const line_t lines[] = {
        { "hi what are your opening hours and can i book a cleaning for "
          "tomorrow morning",
          "from nine to one. I have nine or nine thirty tomorrow morning.",
          "BOOKING" },
    };
    talk_t t;

    (void) state;
    talk_init(&t);
    TALK(&t, lines);
}

static void
all_in_one_sentence(void **state)
{
    static const line_t lines[] = {
        { "hi this is anna lee i'd like to book a whitening on monday at "
          "three my number is two one two five five five oh one four four",
          "two one two, five five five, zero one four four. Is that right?",
          "BOOKING" },
        { "yes", "a whitening on Monday afternoon at three, for Anna Lee",
          "CONFIRMATION" },
        { "yes book it", "all set", "WRAP_UP" },
    };
    talk_t t;

    (void) state;
    talk_init(&t);
    TALK(&t, lines);
    assert_string_equal(t.fake.start, "2026-11-23T15:00");
    assert_string_equal(t.fake.phone, "+12125550144");
}

static void
a_known_contact_is_not_asked_for_a_name(void **state)
{
    static const line_t lines[] = {
        { "book a checkup tomorrow at ten", "calling from?", "BOOKING" },
        { "sure", "for Carla Diaz", "CONFIRMATION" },
        { "go ahead", "all set", "WRAP_UP" },
    };
    talk_t t;

    (void) state;
    talk_init(&t);
    t.config.contact_name = "Carla Diaz";
    TALK(&t, lines);
    assert_string_equal(t.fake.name, "Carla Diaz");
    assert_int_equal(t.fake.names, 0);
}

static void
a_number_comes_in_pieces(void **state)
{
    static const line_t lines[] = {
        { "book a checkup tomorrow at ten", "name", NULL },
        { "tom", "calling from?", NULL },
        { "no", "What number", NULL },
        { "four one five", "Go on.", NULL },
        { "five five five", "Go on.", NULL },
        { "two six seven one",
          "four one five, five five five, two six seven one. Is that right?",
          NULL },
        { "no the last four are two six seven two",
          "four one five, five five five, two six seven two. Is that right?",
          NULL },
        { "no", "again", NULL },
        { "double five five oh one nine nine",
          "four one five, five five five, zero one nine nine", NULL },
        { "yes that's right", "Shall I book it?", "CONFIRMATION" },
        { "yes", "all set", "WRAP_UP" },
    };
    talk_t t;

    (void) state;
    talk_init(&t);
    TALK(&t, lines);
    assert_string_equal(t.fake.phone, "+14155550199");
}

static void
a_caller_without_a_number_is_asked_for_it(void **state)
{
    static const line_t lines[] = {
        { "book a checkup tomorrow at ten", "name", NULL },
        { "it's maria garcia", "What number", NULL },
        { "five five five oh one nine nine", "area code", NULL },
        { "four one five",
          "four one five, five five five, zero one nine nine. Is that right?",
          NULL },
        { "yes", "Shall I book it?", "CONFIRMATION" },
        { "yes", "all set", "WRAP_UP" },
    };
    talk_t t;

    (void) state;
    talk_init(&t);
    t.config.caller_phone = "";
    TALK(&t, lines);
    assert_string_equal(t.fake.phone, "+14155550199");
}

static void
digits_said_twice_are_taken_as_they_are(void **state)
{
    static const line_t lines[] = {
        { "i'd like to leave a message", "What is it about?", NULL },
        { "it's about my bill", "name", NULL },
        { "my name is thomas baker", "What number", NULL },
        { "three three four oh six nine eight two", "Go on.", NULL },
        { "three three four oh six nine eight two",
          "That's three, three four zero, six nine eight two.", NULL },
    };
    talk_t t;

    (void) state;
    talk_init(&t);
    t.config.caller_phone = "";
    TALK(&t, lines);
}

static void
everything_can_be_corrected_before_it_is_booked(void **state)
{
    static const line_t lines[] = {
        { "book a cleaning tomorrow at ten my name is carl jones",
          "calling from?", NULL },
        { "yes", "tomorrow morning at ten, for Carl Jones", "CONFIRMATION" },
        { "no at eleven", "tomorrow morning at eleven", "CONFIRMATION" },
        { "yes but on monday", "on Monday morning at eleven",
          "CONFIRMATION" },
        { "no the name is anna jones", "for Anna Jones", "CONFIRMATION" },
        { "make it a whitening", "a whitening on Monday", "CONFIRMATION" },
        { "no", "What should I change", "BOOKING" },
        { "the time", "What time", "BOOKING" },
        { "half past two", "on Monday afternoon at two thirty",
          "CONFIRMATION" },
        { "no", "What should I change", "BOOKING" },
        { "the name", "your name", "BOOKING" },
        { "peter brown", "for Peter Brown", "CONFIRMATION" },
        { "yes please", "all set", "WRAP_UP" },
    };
    talk_t t;

    (void) state;
    talk_init(&t);
    TALK(&t, lines);
    assert_int_equal(t.fake.booked, 1);
    assert_string_equal(t.fake.start, "2026-11-23T14:30");
    assert_string_equal(t.fake.name, "Peter Brown");
    assert_string_equal(t.fake.service, "whitening");
}

static void
questions_are_answered_in_the_middle(void **state)
{
    static const line_t lines[] = {
        { "i need a cleaning", "What day", "BOOKING" },
        { "are you open on sunday", "Yes, on Sunday we're open", NULL },
        { "do you have parking", "free parking behind the building. What day",
          "BOOKING" },
        { "monday morning", "I have nine or nine thirty on Monday morning",
          NULL },
        { "how much is it by the way what are your prices",
          "ninety dollars. I have nine or nine thirty on Monday morning",
          "BOOKING" },
        { "can you repeat that", "I have nine or nine thirty", "BOOKING" },
        { "hold on a second", "take your time", "BOOKING" },
        { "the second one", "your name", NULL },
        { "what's your address", "twelve Main Street. May I have your name",
          NULL },
        { "sue", "calling from?", NULL },
        { "yes", "Monday morning at nine thirty, for Sue", "CONFIRMATION" },
        { "do you take credit cards", "Shall I book it?", "CONFIRMATION" },
        { "yes", "all set", "WRAP_UP" },
    };
    talk_t t;

    (void) state;
    talk_init(&t);
    TALK(&t, lines);
    assert_int_equal(t.fake.booked, 1);
}

static void
what_is_not_free_is_replaced(void **state)
{
    static const line_t lines[] = {
        { "book a cleaning tomorrow at ten",
          "ten is not free. I have nine thirty or ten thirty tomorrow "
          "morning",
          "BOOKING" },
        { "neither", "What day", "BOOKING" },
        { "tomorrow evening",
          "nothing tomorrow evening. I have nine or nine thirty tomorrow "
          "morning",
          "BOOKING" },
        { "something later", "ten thirty or eleven tomorrow morning", NULL },
        { "something earlier", "nine or nine thirty", NULL },
        { "the latter", "your name", NULL },
    };
    talk_t t;

    (void) state;
    talk_init(&t);
    t.fake.taken[1][20] = 1;
    TALK(&t, lines);
}

static void
a_full_or_closed_day_leads_to_the_next(void **state)
{
    static const line_t lines[] = {
        { "book a cleaning for sunday",
          "We're closed on Sunday. I have nine or nine thirty on Monday",
          "BOOKING" },
        { "tomorrow then", "nothing free tomorrow. I have nine", "BOOKING" },
        { "as soon as possible", "I have ten thirty or eleven this morning",
          "BOOKING" },
    };
    talk_t t;

    (void) state;
    talk_init(&t);
    t.fake.close[6] = t.fake.open[6] = 0;
    memset(t.fake.taken[1], 1, sizeof(t.fake.taken[1]));
    memset(&t.fake.taken[3][26], 1, 20);
    TALK(&t, lines);
}

static void
a_time_taken_meanwhile_is_not_said_to_be_booked(void **state)
{
    static const line_t before[] = {
        { "book a cleaning tomorrow at ten i'm tom", "calling from?", NULL },
        { "yes", "Shall I book it?", "CONFIRMATION" },
    };
    static const line_t after[] = {
        { "yes", "just taken", "BOOKING" },
        { "the first one", "Shall I book it?", "CONFIRMATION" },
        { "yes", "all set", "WRAP_UP" },
    };
    talk_t t;

    (void) state;
    talk_init(&t);
    talk_begin(&t);
    talk_lines(&t, before, COUNT(before), 0);
    t.fake.taken[1][20] = 1;
    talk_lines(&t, after, COUNT(after), 0);
    assert_int_equal(t.fake.booked, 1);
    builtin_destroy(t.b);
}

static void
a_table_in_the_evening(void **state)
{
    static const line_t lines[] = {
        { "i'd like to book a table for four tomorrow at seven", "your name",
          "BOOKING" },
        { "marco rossi", "calling from?", NULL },
        { "yes",
          "a table reservation for four tomorrow evening at seven, for Marco "
          "Rossi",
          "CONFIRMATION" },
        { "actually for six people", "for six tomorrow evening at seven",
          "CONFIRMATION" },
        { "perfect", "all set", "WRAP_UP" },
    };
    talk_t t;

    (void) state;
    talk_init(&t);
    t.config.services = bistro;
    t.config.service_count = 1;
    for (int d = 0; d < 7; d++) {
        t.fake.open[d] = 22;
        t.fake.close[d] = 44;
    }
    TALK(&t, lines);
    assert_string_equal(t.fake.start, "2026-11-21T19:00");
    assert_non_null(strstr(t.fake.last_args, "For 6"));
}

static void
own_add(talk_t *t, const char *id, const char *start, const char *service)
{
    int n = t->fake.own_count++;

    snprintf(t->fake.owns[n].id, sizeof(t->fake.owns[n].id), "%s", id);
    snprintf(t->fake.owns[n].start, sizeof(t->fake.owns[n].start), "%s",
             start);
    snprintf(t->fake.owns[n].service, sizeof(t->fake.owns[n].service), "%s",
             service);
}

static void
an_appointment_is_told_and_moved(void **state)
{
    static const line_t lines[] = {
        { "when is my appointment", "on Monday morning at ten: cleaning",
          "WRAP_UP" },
        { "i need to reschedule my appointment", "What day and time",
          "BOOKING" },
        { "do you have anything on tuesday", "on Tuesday", "BOOKING" },
        { "the first one",
          "from Monday morning at ten to Tuesday morning at nine. Is that "
          "right?",
          "CONFIRMATION" },
        { "no at two", "to Tuesday afternoon at two", "CONFIRMATION" },
        { "yes", "is now on Tuesday afternoon at two", "WRAP_UP" },
    };
    talk_t t;

    (void) state;
    talk_init(&t);
    own_add(&t, "id-1", "2026-11-23T10:00", "cleaning");
    TALK(&t, lines);
    assert_int_equal(t.fake.moved, 1);
    assert_string_equal(t.fake.start, "2026-11-24T14:00");
}

static void
an_appointment_is_moved_in_one_sentence(void **state)
{
    static const line_t lines[] = {
        { "can i move my appointment from monday to wednesday at two",
          "from Monday morning at ten to Wednesday afternoon at two",
          "CONFIRMATION" },
        { "yes that's right", "It's done", "WRAP_UP" },
    };
    talk_t t;

    (void) state;
    talk_init(&t);
    own_add(&t, "id-1", "2026-11-23T10:00", "cleaning");
    own_add(&t, "id-2", "2026-11-27T10:00", "checkup");
    TALK(&t, lines);
    assert_int_equal(t.fake.moved, 1);
    assert_non_null(strstr(t.fake.last_args, "id-1"));
}

static void
an_appointment_is_canceled_only_after_a_yes(void **state)
{
    static const line_t lines[] = {
        { "i need to cancel my appointment", "Which one", "BOOKING" },
        { "the one on friday", "Shall I cancel it?", "CONFIRMATION" },
        { "no", "stays as it is", "INTENT" },
        { "cancel my appointment on monday",
          "on Monday morning at ten. Shall I cancel it?", "CONFIRMATION" },
        { "what are your hours", "Shall I cancel it?", "CONFIRMATION" },
        { "yes cancel it", "It's canceled", "WRAP_UP" },
    };
    talk_t t;

    (void) state;
    talk_init(&t);
    own_add(&t, "id-1", "2026-11-23T10:00", "cleaning");
    own_add(&t, "id-2", "2026-11-27T10:00", "checkup");
    TALK(&t, lines);
    assert_int_equal(t.fake.canceled, 1);
    assert_int_equal(t.fake.owns[0].gone, 1);
    assert_int_equal(t.fake.owns[1].gone, 0);
}

static void
nothing_to_move_may_become_a_booking(void **state)
{
    static const line_t lines[] = {
        { "i'd like to move my appointment to tuesday at two",
          "can't find any appointment for this number. Shall I book a new",
          "BOOKING" },
        { "yes please", "a cleaning, a checkup or a whitening", "BOOKING" },
        { "checkup", "your name", "BOOKING" },
        { "john", "calling from?", NULL },
        { "yes", "a checkup on Tuesday afternoon at two, for John", NULL },
    };
    talk_t t;

    (void) state;
    talk_init(&t);
    TALK(&t, lines);
}

static void
a_person_is_not_there_but_a_message_is_taken(void **state)
{
    static const line_t lines[] = {
        { "can i speak to the manager",
          "can't put you through right now. Shall I take a message?",
          "TRANSFER_ATTEMPT" },
        { "yes please", "What is it about?", "LEAD_CAPTURE" },
        { "it's about the bill I got last week", "your name",
          "LEAD_CAPTURE" },
        { "anna smith", "calling from?", "LEAD_CAPTURE" },
        { "yes", "Shall I send it?", "CONFIRMATION" },
        { "yes", "I've passed it on", "WRAP_UP" },
        { "thanks", "Goodbye", "ENDED" },
    };
    talk_t t;

    (void) state;
    talk_init(&t);
    TALK(&t, lines);
    assert_int_equal(t.fake.leads, 1);
    assert_string_equal(t.fake.name, "Anna Smith");
    assert_string_equal(t.fake.phone, "+14155550100");
    assert_string_equal(t.fake.reason,
                        "it's about the bill I got last week");
}

static void
a_message_may_come_with_its_reason(void **state)
{
    static const line_t lines[] = {
        { "could you tell the doctor that i will be late tomorrow",
          "your name", "LEAD_CAPTURE" },
        { "tom baker", "calling from?", "LEAD_CAPTURE" },
        { "no use two one two five five five oh one nine nine",
          "two one two, five five five", "LEAD_CAPTURE" },
        { "yes", "Shall I send it?", "CONFIRMATION" },
        { "no", "What shall I tell them?", "LEAD_CAPTURE" },
        { "that i can not come at all", "Shall I send it?", "CONFIRMATION" },
        { "yes", "passed it on", "WRAP_UP" },
    };
    talk_t t;

    (void) state;
    talk_init(&t);
    TALK(&t, lines);
    assert_string_equal(t.fake.reason, "that i can not come at all");
    assert_string_equal(t.fake.phone, "+12125550199");
}

static void
what_is_not_understood_three_times_ends_politely(void **state)
{
    static const line_t lines[] = {
        { "", "Sorry, I didn't catch that.", "INTENT" },
        { "of the", "book, to ask a question, or to leave", "INTENT" },
        { "", "Shall I take a message?", "INTENT" },
        { "hm", "Goodbye!", "ENDED" },
    };
    static const line_t rescued[] = {
        { "book a cleaning", "What day", "BOOKING" },
        { "of the", "didn't catch that. What day", "BOOKING" },
        { "the of", "You can say tomorrow morning", "BOOKING" },
        { "", "Shall I take a message?", "BOOKING" },
        { "tomorrow at ten", "your name", "BOOKING" },
        { "", "didn't catch that. May I have your name", "BOOKING" },
    };
    talk_t t;

    (void) state;
    talk_init(&t);
    TALK(&t, lines);
    assert_int_equal(t.ended, 1);
    assert_non_null(strstr(t.fake.last_args, "not_understood"));
    TALK(&t, rescued);
}

static void
a_caller_may_change_their_mind(void **state)
{
    static const line_t lines[] = {
        { "book a cleaning tomorrow at ten", "your name", "BOOKING" },
        { "never mind", "I'll leave it", "INTENT" },
        { "yes", "What can I do for you?", "INTENT" },
        { "book a cleaning on monday at ten", "your name", "BOOKING" },
        { "bye", "nothing is booked. Thank you for calling", "ENDED" },
        { "wait do you have parking", "free parking", "FAQ" },
        { "okay bye", "Goodbye!", "ENDED" },
    };
    talk_t t;

    (void) state;
    talk_init(&t);
    TALK(&t, lines);
    assert_int_equal(t.fake.booked, 0);
}

static void
broken_tools_are_admitted(void **state)
{
    static const line_t lines[] = {
        { "what are your hours", "can't look up our hours", NULL },
        { "book a cleaning tomorrow at ten", "can't see the calendar", NULL },
        { "no", "anything else", NULL },
        { "i'd like to cancel my appointment", "can't see the calendar",
          NULL },
        { "yes", "What is it about?", "LEAD_CAPTURE" },
        { "my tooth hurts a lot", "your name", NULL },
        { "tom", "calling from?", NULL },
        { "yes", "Shall I send it?", NULL },
        { "yes", "could not save your message", NULL },
    };
    talk_t t;

    (void) state;
    talk_init(&t);
    t.fake.broken = 1;
    /* In the message the tool fails, too, and nothing is called done. */
    TALK(&t, lines);
    assert_int_equal(t.fake.booked + t.fake.leads, 0);
}

static void
tools_the_agent_may_not_use_are_not_called(void **state)
{
    static const char *const few[] = { "search_knowledge" };
    static const line_t      lines[] = {
             { "book a cleaning tomorrow at ten", "can't book that", NULL },
             { "what are your opening hours", "don't have that information",
               NULL },
             { "do you have parking", "free parking", "FAQ" },
             { "can i leave a message", "can't take a message", NULL },
             { "bye", "Goodbye!", "ENDED" },
    };
    talk_t t;

    (void) state;
    talk_init(&t);
    t.config.tools = few;
    t.config.tool_count = 1;
    TALK(&t, lines);
    assert_string_equal(t.fake.last_tool, "search_knowledge");
    assert_int_equal(t.ended, 1);
}

/* Noise that came out as a word or two starts nothing; a plain wish does. */
static void
what_is_doubtful_must_be_plain(void **state)
{
    talk_t t;

    (void) state;
    talk_init(&t);
    talk_begin(&t);
    builtin_doubt(t.b);
    talk_hear(&t, "parking");
    assert_non_null(strstr(t.said, "didn't catch"));
    builtin_doubt(t.b);
    talk_hear(&t, "laura seventy the garage was white");
    assert_null(strstr(t.said, "parking"));
    talk_hear(&t, "parking");
    assert_non_null(strstr(t.said, "free parking"));
    builtin_doubt(t.b);
    talk_hear(&t, "i'd like to book a cleaning tomorrow at ten i'm tom");
    assert_non_null(strstr(t.said, "calling from?"));
    talk_hear(&t, "yes");
    assert_non_null(strstr(t.said, "Shall I book it?"));
    builtin_doubt(t.b);
    talk_hear(&t, "yes what are the prices");
    assert_int_equal(t.fake.booked, 0);
    builtin_destroy(t.b);
}

/* What the caller did not hear is not answered by "yes". */
static void
a_question_that_was_not_heard_is_asked_again(void **state)
{
    static const line_t lines[] = {
        { "book a cleaning tomorrow at ten i'm tom", "calling from?", NULL },
        { "yes", "Shall I book it?", "CONFIRMATION" },
    };
    talk_t t;

    (void) state;
    talk_init(&t);
    talk_begin(&t);
    talk_lines(&t, lines, COUNT(lines), 0);

    builtin_interrupted(t.b, "Let me check:");
    talk_hear(&t, "yes");
    assert_int_equal(t.fake.booked, 0);
    assert_non_null(strstr(t.said, "Shall I book it?"));

    /* Nearly all of it was heard. */
    builtin_interrupted(t.b, "Sorry, I didn't catch that. Let me check: a "
                             "cleaning tomorrow morning at ten, for Tom. "
                             "Shall I");
    talk_hear(&t, "yes");
    assert_int_equal(t.fake.booked, 1);
    builtin_destroy(t.b);
}

static void
an_offer_that_was_not_heard_is_not_taken(void **state)
{
    talk_t t;

    (void) state;
    talk_init(&t);
    talk_begin(&t);
    talk_hear(&t, "book a cleaning for tomorrow morning");
    builtin_interrupted(t.b, "I have");
    talk_hear(&t, "the second one");
    assert_non_null(strstr(t.said, "I have nine or nine thirty"));
    builtin_interrupted(t.b, "");
    talk_hear(&t, "nine thirty please");
    assert_non_null(strstr(t.said, "your name"));
    builtin_destroy(t.b);
}

static void
a_turn_can_be_taken_back_until_something_is_written(void **state)
{
    static const line_t lines[] = {
        { "a cleaning tomorrow at ten i'm tom", "calling from?", NULL },
        { "yes", "Shall I book it?", "CONFIRMATION" },
    };
    talk_t t;

    (void) state;
    talk_init(&t);
    talk_begin(&t);
    assert_int_equal(builtin_undo(t.b), -ENOENT);
    talk_hear(&t, "i'd like to book");
    assert_int_equal(builtin_undo(t.b), 0);
    assert_string_equal(builtin_state(t.b), "GREETING");
    talk_lines(&t, lines, COUNT(lines), 0);
    talk_hear(&t, "yes");
    assert_int_equal(t.fake.booked, 1);
    assert_int_equal(builtin_undo(t.b), -EBUSY);
    builtin_destroy(t.b);
}

static void
a_result_of_another_call_changes_nothing(void **state)
{
    talk_t                 t;
    const builtin_reply_t *reply;

    (void) state;
    talk_init(&t);
    talk_begin(&t);
    reply = builtin_hear(t.b, "what are your hours", FAKE_NOW_MS);
    assert_string_equal(reply->tool, "get_business_hours");
    reply = builtin_tool_result(t.b, "other", "get_business_hours", "{}",
                                FAKE_NOW_MS);
    assert_string_equal(reply->say, "");
    assert_string_not_equal(builtin_pending(t.b), "");
    reply = builtin_tool_result(t.b, builtin_pending(t.b), NULL, "not json",
                                FAKE_NOW_MS);
    assert_non_null(strstr(reply->say, "can't look up our hours"));
    builtin_destroy(t.b);
}

static void
a_damaged_state_starts_over(void **state)
{
    static const char *const states[] = {
        "",
        "{",
        "[]",
        "null",
        "7",
        "{\"version\":99}",
        "{\"version\":1,\"state\":\"NOWHERE\",\"ask\":7,\"own\":900}",
        "{\"version\":1,\"state\":\"CONFIRMATION\",\"ask\":\"confirm\","
        "\"task\":\"cancel\",\"own\":3}",
        "{\"version\":1,\"ask\":\"choice\",\"service\":77,\"start\":-5,"
        "\"when.part\":99,\"when.minute\":1e300}",
    };
    talk_t t;

    (void) state;
    for (size_t i = 0; i < COUNT(states); i++) {
        talk_init(&t);
        t.config.state = states[i];
        talk_begin(&t);
        talk_hear(&t, "yes");
        assert_true(t.said[0] != '\0');
        talk_hear(&t, "what are your hours");
        assert_non_null(strstr(t.said, "We are open"));
        builtin_destroy(t.b);
    }
}

/* Only what agrees books; whatever else is said, nothing is written. */
static void
only_a_yes_books(void **state)
{
    static const line_t before[] = {
        { "book a cleaning tomorrow at ten i'm zoe", "calling from?", NULL },
        { "yes", "Shall I book it?", "CONFIRMATION" },
    };
#define SET(phrases)            \
    {                           \
        phrases, COUNT(phrases) \
    }
    static const struct {
        const char *const *phrases;
        size_t             count;
    } sets[] = {
        SET(say_booking), SET(say_reschedule), SET(say_cancel),
        SET(say_list), SET(say_hours), SET(say_faq), SET(say_transfer),
        SET(say_message), SET(say_no), SET(say_goodbye), SET(say_repeat),
        SET(say_greeting), SET(say_name), SET(say_phone), SET(say_time),
        SET(callers_booking), SET(callers_reschedule), SET(callers_cancel),
        SET(callers_list), SET(callers_hours), SET(callers_faq),
        SET(callers_transfer), SET(callers_message), SET(callers_no),
        SET(callers_goodbye), SET(callers_repeat), SET(callers_greeting),
        SET(callers_name), SET(callers_phone), SET(callers_time),
        SET(callers_other)
    };
#undef SET
    int    wrong = 0, agreed = 0;
    char  *saved;
    talk_t t;

    (void) state;
    talk_init(&t);
    talk_begin(&t);
    talk_lines(&t, before, COUNT(before), 0);
    saved = builtin_save(t.b);
    builtin_destroy(t.b);

    t.config.state = saved;
    for (size_t i = 0; i < COUNT(sets); i++) {
        for (size_t j = 0; j < sets[i].count; j++) {
            talk_begin(&t);
            talk_hear(&t, sets[i].phrases[j]);
            builtin_destroy(t.b);
            if (t.fake.booked > 0) {
                print_message("booked by: %s\n", sets[i].phrases[j]);
                wrong++;
                fake_init(&t.fake);
            }
        }
    }
    for (size_t j = 0; j < COUNT(say_yes); j++) {
        talk_begin(&t);
        talk_hear(&t, say_yes[j]);
        builtin_destroy(t.b);
        if (t.fake.booked > 0) {
            agreed++;
        } else {
            print_message("not taken for a yes: %s [%s]\n", say_yes[j],
                          t.said);
        }
        fake_init(&t.fake);
    }
    free(saved);
    assert_int_equal(wrong, 0);
    assert_true((size_t) agreed * 100 >= 95 * COUNT(say_yes));
}

static uint32_t
next_random(uint32_t *seed)
{
    *seed = *seed * 1664525U + 1013904223U;
    return *seed >> 8;
}

/* Any words in any order: it answers, ends, and writes only after a yes. */
static void
random_talk_ends_and_does_no_harm(void **state)
{
    static const char *const words[] = {
        "yes", "no", "book", "an", "appointment", "tomorrow", "at", "nine",
        "thirty", "cleaning", "my", "name", "is", "anna", "smith", "five",
        "oh", "double", "cancel", "move", "the", "second", "one", "hours",
        "parking", "do", "you", "have", "manager", "speak", "to", "message",
        "repeat", "what", "monday", "half", "past", "later", "another", "day",
        "never", "mind", "bye", "thanks", "i", "want", "\xc3\xa9t\xc3\xa9",
        "11/23", "9:30am", "+1", "415-555-2671", "?", "'", "'s", "november",
        "third", "quarter", "in", "two", "weeks", "for", "four", "people",
        "\xe2\x80\x99", "\xff", "a", "m", "last", "are", "same", "number"
    };
    char     text[700];
    uint32_t seed = 11;
    long     heard = 0;

    (void) state;
    while (heard < 100000) {
        talk_t t;
        int    turns = 0;

        talk_init(&t);
        if (next_random(&seed) % 2 == 0) {
            own_add(&t, "id-1", "2026-11-23T10:00", "cleaning");
        }
        talk_begin(&t);
        do {
            size_t   len = 0;
            uint32_t count = next_random(&seed) % 12;

            text[0] = '\0';
            if (next_random(&seed) % 40 == 0) {
                count = 90;
            }
            for (uint32_t k = 0; k < count; k++) {
                const char *word = words[next_random(&seed) % COUNT(words)];

                if (len + strlen(word) + 2 < sizeof(text)) {
                    len += (size_t) sprintf(text + len, "%s ", word);
                }
            }
            if (next_random(&seed) % 20 == 0) {
                for (size_t k = 0; k < len; k++) {
                    text[k] = (char) (next_random(&seed) % 255 + 1);
                }
            }
            if (next_random(&seed) % 10 == 0) {
                builtin_interrupted(t.b, text);
            }
            talk_hear(&t, text);
            assert_true(t.said[0] != '\0');
            assert_null(strstr(t.said, "(tools without end)"));
            if (next_random(&seed) % 16 == 0) {
                talk_move(&t);
            }
            heard++;
            turns++;
        } while (!t.ended && turns < 200);
        assert_true(turns < 200);
        builtin_destroy(t.b);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_caller_asks_for_hours_and_books),
        cmocka_unit_test(hours_and_a_booking_in_one_breath),
        cmocka_unit_test(all_in_one_sentence),
        cmocka_unit_test(a_known_contact_is_not_asked_for_a_name),
        cmocka_unit_test(a_number_comes_in_pieces),
        cmocka_unit_test(a_caller_without_a_number_is_asked_for_it),
        cmocka_unit_test(digits_said_twice_are_taken_as_they_are),
        cmocka_unit_test(everything_can_be_corrected_before_it_is_booked),
        cmocka_unit_test(questions_are_answered_in_the_middle),
        cmocka_unit_test(what_is_not_free_is_replaced),
        cmocka_unit_test(a_full_or_closed_day_leads_to_the_next),
        cmocka_unit_test(a_time_taken_meanwhile_is_not_said_to_be_booked),
        cmocka_unit_test(a_table_in_the_evening),
        cmocka_unit_test(an_appointment_is_told_and_moved),
        cmocka_unit_test(an_appointment_is_moved_in_one_sentence),
        cmocka_unit_test(an_appointment_is_canceled_only_after_a_yes),
        cmocka_unit_test(nothing_to_move_may_become_a_booking),
        cmocka_unit_test(a_person_is_not_there_but_a_message_is_taken),
        cmocka_unit_test(a_message_may_come_with_its_reason),
        cmocka_unit_test(what_is_not_understood_three_times_ends_politely),
        cmocka_unit_test(a_caller_may_change_their_mind),
        cmocka_unit_test(broken_tools_are_admitted),
        cmocka_unit_test(tools_the_agent_may_not_use_are_not_called),
        cmocka_unit_test(what_is_doubtful_must_be_plain),
        cmocka_unit_test(a_question_that_was_not_heard_is_asked_again),
        cmocka_unit_test(an_offer_that_was_not_heard_is_not_taken),
        cmocka_unit_test(a_turn_can_be_taken_back_until_something_is_written),
        cmocka_unit_test(a_result_of_another_call_changes_nothing),
        cmocka_unit_test(a_damaged_state_starts_over),
        cmocka_unit_test(only_a_yes_books),
        cmocka_unit_test(random_talk_ends_and_does_no_harm),
    };

    return cmocka_run_group_tests_name("builtin", tests, NULL, NULL);
}
