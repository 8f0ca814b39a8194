/* SPDX-License-Identifier: BSD-2-Clause */

#include <stdio.h>
#include <string.h>

#include "dialogue/builtin_flow.h"

/* Who is calling: the name, and the number in pieces. */

/* Name and number; 1 while something is still to be asked. */
int
builtin_person(builtin_t *b)
{
    cJSON              *args;
    builtin_dialogue_t *d = &b->d;

    if (d->name[0] == '\0' && b->contact_name[0] != '\0') {
        snprintf(d->name, sizeof(d->name), "%s", b->contact_name);
        d->name_saved = 1;
    }
    if (d->name[0] == '\0') {
        builtin_ask(b, BUILTIN_ASK_NAME);
        return 1;
    }
    if (!d->name_saved && builtin_can(b, BUILTIN_TOOL_NAME)) {
        d->name_saved = 1;
        args = cJSON_CreateObject();
        cJSON_AddStringToObject(args, "name", d->name);
        builtin_call(b, BUILTIN_TOOL_NAME, args);
        return 1;
    }
    if (!d->phone_done) {
        builtin_ask(b, d->phone[0] != '\0' ? BUILTIN_ASK_PHONE_RIGHT
                       : d->ask == BUILTIN_ASK_PHONE
                               || b->caller_phone[0] == '\0'
                           ? BUILTIN_ASK_PHONE
                           : BUILTIN_ASK_OWN_PHONE);
        return 1;
    }
    return 0;
}

static void
phone_join(builtin_dialogue_t *d, const builtin_digits_t *said)
{
    size_t have = strlen(d->digits), more = strlen(said->text);
    char   both[2 * BUILTIN_DIGITS_BYTES];

    if (said->plus || have + more > 15) {
        snprintf(d->digits, sizeof(d->digits), "%s", said->text);
        d->phone_plus = said->plus;
        return;
    }
    /* The area code that was left out at first. */
    if (have == 7 && more == 3) {
        snprintf(both, sizeof(both), "%s%s", said->text, d->digits);
    } else if (said->last && have > more) {
        snprintf(both, sizeof(both), "%.*s%s", (int) (have - more),
                 d->digits, said->text);
    } else {
        snprintf(both, sizeof(both), "%s%s", d->digits, said->text);
    }
    snprintf(d->digits, sizeof(d->digits), "%.*s",
             (int) sizeof(d->digits) - 1, both);
}

void
builtin_phone_said(builtin_t *b, const builtin_digits_t *digits)
{
    int                 rc;
    char                read[256];
    builtin_dialogue_t *d = &b->d;

    /* Said again just the same: then that is what it is. */
    if (d->ask == BUILTIN_ASK_PHONE && strlen(digits->text) >= 7
        && strcmp(d->insisted, digits->text) == 0)
    {
        snprintf(d->phone, sizeof(d->phone), "%s", digits->text);
        d->phone_done = 0;
        builtin_ask(b, BUILTIN_ASK_PHONE_RIGHT);
        return;
    }
    snprintf(d->insisted, sizeof(d->insisted), "%s", digits->text);

    /* A whole number takes the place of what was there. */
    if (d->ask != BUILTIN_ASK_PHONE && !digits->last) {
        d->digits[0] = '\0';
        d->phone_plus = 0;
    } else if (strlen(digits->text) >= 10) {
        d->digits[0] = '\0';
    }
    phone_join(d, digits);
    d->phone[0] = '\0';
    d->phone_done = 0;
    rc = builtin_dial(d->phone, sizeof(d->phone), d->digits, d->phone_plus,
                      b->caller_phone);
    if (rc == 1) {
        builtin_ask(b, BUILTIN_ASK_PHONE_RIGHT);
        return;
    }

    d->phone[0] = '\0';
    d->ask = BUILTIN_ASK_PHONE;
    if (rc < 0) {
        d->digits[0] = '\0';
        d->phone_plus = 0;
        builtin_say(b, "I'm sorry, that does not sound like a number.");
        builtin_say(b, "Please start again with the area code.");
    } else if (strlen(d->digits) == 7) {
        builtin_say(b, "And the area code, please?");
    } else {
        builtin_spoken_digits(read, sizeof(read), digits->text);
        builtin_say(b, "%c%s. Go on.", read[0] - 'a' + 'A', read + 1);
    }
}
