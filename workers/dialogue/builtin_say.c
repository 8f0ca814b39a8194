/* SPDX-License-Identifier: BSD-2-Clause */

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "dialogue/builtin_flow.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/*
 * The sentences of the engine. The first words of each are short and say
 * what matters: speech begins with them.
 */

static void ask_service(builtin_t *b);
static void ask_day(builtin_t *b);
static void ask_choice(builtin_t *b);
static void ask_confirm(builtin_t *b);
static void ask_which(builtin_t *b);
static void ask_phone_right(builtin_t *b);

/* clang-format off */
/* What is asked as it stands; what depends on the task has a function. */
static const struct {
    const char *question;
    const char *simpler; /* after it was not understood twice */
    void (*ask)(builtin_t *b);
} questions[] = {
    [BUILTIN_ASK_NOTHING] = { "How can I help you?", NULL, NULL },
    [BUILTIN_ASK_HELP] = {
        "How can I help you?",
        "Would you like to book, to ask a question, or to leave a message?",
        NULL },
    [BUILTIN_ASK_SERVICE] = { NULL, NULL, ask_service },
    [BUILTIN_ASK_DAY] = {
        NULL, "Which day? You can say tomorrow morning, or Monday at ten.",
        ask_day },
    [BUILTIN_ASK_CHOICE] = { NULL, NULL, ask_choice },
    [BUILTIN_ASK_NAME] = { "May I have your name, please?",
                           "Just your first and last name, please.", NULL },
    [BUILTIN_ASK_OWN_PHONE] = {
        "Shall I use the number you are calling from?",
        "Is the number you are calling from all right? Yes or no?", NULL },
    [BUILTIN_ASK_PHONE] = { "What number can we reach you at?",
                            "Please tell me the number digit by digit.",
                            NULL },
    [BUILTIN_ASK_PHONE_RIGHT] = { NULL, NULL, ask_phone_right },
    [BUILTIN_ASK_CONFIRM] = { NULL, NULL, ask_confirm },
    [BUILTIN_ASK_CHANGE] = {
        "What should I change: the day, the time or the name?",
        "Please say the day, the time or the name.", NULL },
    [BUILTIN_ASK_WHICH] = { NULL, NULL, ask_which },
    [BUILTIN_ASK_BOOK_NEW] = { "Shall I book a new one?",
                               "A new one, yes or no?", NULL },
    [BUILTIN_ASK_REASON] = { "What is it about?",
                             "In a few words, what is it about?", NULL },
    [BUILTIN_ASK_MESSAGE] = { "Shall I take a message?",
                              "A message, yes or no?", NULL },
    [BUILTIN_ASK_MORE] = { "Is there anything else I can help you with?",
                           "Can I do anything else for you, yes or no?",
                           NULL },
};
/* clang-format on */

_Static_assert(COUNT(questions) == BUILTIN_ASK_COUNT, "a row a question");

/* Adds a sentence to the reply. What is beyond the buffer is cut. */
void
builtin_say(builtin_t *b, const char *format, ...)
{
    int     n;
    size_t  len = strlen(b->say);
    va_list args;

    if (len > 0 && len + 2 < sizeof(b->say)) {
        b->say[len++] = ' ';
        b->say[len] = '\0';
    }
    va_start(args, format);
    n = vsnprintf(b->say + len, sizeof(b->say) - len, format, args);
    va_end(args);
    if (n < 0) {
        b->say[len] = '\0';
    }
}

/* Opens a question and says it. */
void
builtin_ask(builtin_t *b, builtin_ask_e ask)
{
    b->d.ask = ask;
    if (ask == BUILTIN_ASK_MORE && b->d.asked_more) {
        builtin_say(b, "Anything else?");
        return;
    }
    b->d.asked_more |= ask == BUILTIN_ASK_MORE;
    if (questions[ask].ask != NULL) {
        questions[ask].ask(b);
    } else {
        builtin_say(b, "%s", questions[ask].question);
    }
}

void
builtin_ask_again(builtin_t *b)
{
    builtin_ask(b, b->d.ask);
}

void
builtin_ask_simpler(builtin_t *b)
{
    if (questions[b->d.ask].simpler != NULL) {
        builtin_say(b, "%s", questions[b->d.ask].simpler);
    } else {
        builtin_ask_again(b);
    }
}

static int
holds(const char *text, const char *part)
{
    return strcasestr(text, part) != NULL;
}

/* What this business books: tables are reserved. */
const char *
builtin_noun(const builtin_t *b)
{
    for (size_t i = 0; i < b->service_count; i++) {
        if (holds(b->services[i], "table") || holds(b->services[i], "reserv")
            || holds(b->services[i], "dinner"))
        {
            return "reservation";
        }
    }
    return "appointment";
}

static const char *
article(const char *word)
{
    return strchr("aeiouAEIOU", word[0]) != NULL ? "an" : "a";
}

/* "a cleaning", "an appointment", "a table for four" */
void
builtin_say_service(const builtin_t *b, char *text, size_t size)
{
    char        name[64], guests[32];
    const char *noun = builtin_noun(b);

    snprintf(name, sizeof(name), "%s", noun);
    if (b->d.service >= 0 && (size_t) b->d.service < b->service_count) {
        snprintf(name, sizeof(name), "%s", b->services[b->d.service]);
        /* Unless it is written in capitals throughout. */
        if (!isupper((unsigned char) name[1])) {
            name[0] = (char) tolower((unsigned char) name[0]);
        }
    }
    if (b->d.party > 0) {
        builtin_spoken_number(guests, sizeof(guests), b->d.party);
        snprintf(text, size, "%s %s for %s", article(name), name, guests);
    } else {
        snprintf(text, size, "%s %s", article(name), name);
    }
}

static void
ask_service(builtin_t *b)
{
    char   list[256] = "";
    size_t len = 0, shown;

    shown = b->service_count < 4 ? b->service_count : 4;
    for (size_t i = 0; i < shown; i++) {
        const char *service = b->services[i];
        int         n;

        n = snprintf(list + len, sizeof(list) - len, "%s%s %c%s",
                     i == 0           ? ""
                     : i + 1 == shown ? " or "
                                      : ", ",
                     article(service),
                     isupper((unsigned char) service[1])
                         ? service[0]
                         : tolower((unsigned char) service[0]),
                     service + 1);
        if (n < 0 || (size_t) n >= sizeof(list) - len) {
            break;
        }
        len += (size_t) n;
    }
    builtin_say(b, "%s %s?",
                shown < b->service_count ? "What is it for, say"
                                         : "Is it for",
                list);
}

static void
ask_day(builtin_t *b)
{
    if (b->d.when.minute >= 0 || b->d.when.part != BUILTIN_PART_ANY) {
        builtin_say(b, "On which day?");
    } else if (b->d.task == BUILTIN_TASK_MOVE) {
        builtin_say(b, "What day and time would you like instead?");
    } else {
        builtin_say(b, "What day would suit you?");
    }
}

/* Is every time offered on one day, and in one part of it? */
static int
offers_alike(const builtin_t *b, int minutes)
{
    for (int i = 1; i < b->d.offer_count; i++) {
        if (b->d.offers[i] / minutes != b->d.offers[0] / minutes) {
            return 0;
        }
    }
    return 1;
}

/* "I have nine or nine thirty tomorrow morning." */
static void
ask_choice(builtin_t *b)
{
    int     one_day = offers_alike(b, 1440), one_half, n = b->d.offer_count;
    int     at_noon;
    char    list[256] = "", time[96], day[96];
    size_t  len = 0;
    int32_t first = b->d.offers[0];

    one_half = offers_alike(b, 720);
    at_noon = one_half && first % 1440 == 720;
    for (int i = 0; i < n; i++) {
        if (one_day) {
            builtin_spoken_time(time, sizeof(time), b->d.offers[i] % 1440,
                                !one_half);
        } else {
            builtin_spoken_start(time, sizeof(time), b->d.offers[i], b->now);
        }
        len += (size_t) snprintf(list + len, sizeof(list) - len, "%s%s",
                                 i == 0      ? ""
                                 : i + 1 < n ? ", "
                                             : " or ",
                                 time);
    }

    if (n == 1) {
        builtin_spoken_start(time, sizeof(time), first, b->now);
        builtin_say(b, "I have %s. Does that suit you?", time);
    } else if (!one_day) {
        builtin_say(b, "I have %s. Which suits you?", list);
    } else {
        const char *part = first % 1440 < 720       ? "morning"
                           : first % 1440 < 17 * 60 ? "afternoon"
                                                    : "evening";

        builtin_spoken_on_day(day, sizeof(day), first / 1440, b->now);
        if (strcmp(day, "today") == 0 && one_half && !at_noon) {
            snprintf(day, sizeof(day), "this");
        }
        if (!one_half || at_noon || strchr(day, ',') != NULL) {
            part = "";
        }
        builtin_say(b, "I have %s %s%s%s. Which suits you?", list, day,
                    part[0] != '\0' ? " " : "", part);
    }
}

static void
ask_phone_right(builtin_t *b)
{
    char digits[256];

    builtin_spoken_digits(digits, sizeof(digits), b->d.phone);
    builtin_say(b, "That's %s. Is that right?", digits);
}

/* "from on Monday" */
static const char *
without_on(const char *start)
{
    return strncmp(start, "on ", 3) == 0 ? start + 3 : start;
}

static void
ask_confirm(builtin_t *b)
{
    char service[128], start[128], old[128];

    builtin_say_service(b, service, sizeof(service));
    builtin_spoken_start(start, sizeof(start), b->d.start, b->now);
    if (b->d.task == BUILTIN_TASK_LEAD) {
        builtin_say(b, "I'll pass on your message, and we'll call you "
                       "back. Shall I send it?");
        return;
    }
    if (b->d.task == BUILTIN_TASK_BOOK) {
        builtin_say(b, "Let me check: %s %s, for %s. Shall I book it?",
                    service, start, b->d.name);
        return;
    }

    builtin_spoken_start(old, sizeof(old), b->d.owns[b->d.own].start,
                         b->now);
    if (b->d.task == BUILTIN_TASK_CANCEL) {
        builtin_say(b, "You have one %s. Shall I cancel it?", old);
    } else {
        builtin_say(b, "So I move it from %s to %s. Is that right?",
                    without_on(old), without_on(start));
    }
}

static void
ask_which(builtin_t *b)
{
    int    n = b->d.own_count;
    char   list[400] = "", start[128];
    size_t len = 0;

    for (int i = 0; i < n; i++) {
        builtin_spoken_start(start, sizeof(start), b->d.owns[i].start,
                             b->now);
        len += (size_t) snprintf(list + len, sizeof(list) - len, "%s%s",
                                 i == 0      ? ""
                                 : i + 1 < n ? ", "
                                             : " or ",
                                 without_on(start));
        if (len >= sizeof(list)) {
            break;
        }
    }
    builtin_say(b, "Which one: %s?", list);
}
