/* SPDX-License-Identifier: BSD-2-Clause */

#include <stdio.h>
#include <string.h>

#include "dialogue/builtin_turn.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Answers to the question that is open. */

static builtin_step_e
answer_choice(builtin_t *b, builtin_turn_t *turn)
{
    int                   pick = turn->heard.pick;
    const builtin_when_t *w = &turn->heard.when;

    if (b->d.offer_count == 0) {
        return BUILTIN_PASSED;
    }
    if (pick < 0) {
        pick = b->d.offer_count;
    }
    if (pick > 0 && pick <= b->d.offer_count) {
        builtin_book_choose(b, b->d.offers[pick - 1]);
        return BUILTIN_USED;
    }
    if (w->later || w->earlier || w->other_day || says_no(turn)) {
        builtin_book_refuse(b, w);
        return BUILTIN_USED;
    }
    if (w->anytime || turn->heard.unsure) {
        builtin_book_choose(b, b->d.offers[0]);
        return BUILTIN_USED;
    }
    if (says_yes(turn)) {
        if (b->d.offer_count == 1) {
            builtin_book_choose(b, b->d.offers[0]);
            return BUILTIN_USED;
        }
        builtin_say(b, "Gladly. Which one?");
        builtin_ask(b, BUILTIN_ASK_CHOICE);
        return BUILTIN_TAKEN;
    }
    return BUILTIN_PASSED;
}

/* The caller names what is wrong, but not yet what is right. */
static builtin_step_e
answer_change(builtin_t *b, builtin_turn_t *turn)
{
    static const struct {
        const char *pattern;
        char        what;
    } parts[] = {
        { "name", 'n' },
        { "number|phone", 'p' },
        { "day|date", 'd' },
        { "time|hour", 't' },
        { "service|treatment|kind|type", 's' },
    };
    char                what = '\0';
    builtin_words_t     ws;
    builtin_dialogue_t *d = &b->d;

    builtin_words(&ws, turn->text);
    for (size_t i = 0; i < COUNT(parts) && what == '\0'; i++) {
        if (builtin_words_find(&ws, 0, ws.count, parts[i].pattern, NULL)
            >= 0)
        {
            what = parts[i].what;
        }
    }

    switch (what) {
    case 'n':
        d->name[0] = '\0';
        builtin_ask(b, BUILTIN_ASK_NAME);
        return BUILTIN_TAKEN;

    case 'p':
        d->phone[0] = d->digits[0] = '\0';
        d->phone_done = 0;
        builtin_ask(b, BUILTIN_ASK_PHONE);
        return BUILTIN_TAKEN;

    case 's':
        d->service = -1;
        return BUILTIN_USED;

    case 't':
        builtin_say(b, "What time would you like?");
        d->ask = BUILTIN_ASK_DAY;
        return BUILTIN_TAKEN;

    case 'd':
        builtin_say(b, "Which day would you like?");
        d->ask = BUILTIN_ASK_DAY;
        return BUILTIN_TAKEN;

    default:
        return BUILTIN_PASSED;
    }
}

/*
 * A yes that may be acted upon: "okay, bye", "the first one works" and "yeah,
 * I need to book an appointment" are none.
 */
static int
agrees_surely(const builtin_turn_t *turn)
{
    builtin_words_t ws;

    if (!says_yes(turn) || turn->heard.pick != 0
        || (says(turn, BUILTIN_GOODBYE) && !turn->heard.agrees))
    {
        return 0;
    }
    if ((turn->said & BUILTIN_BIT(BUILTIN_BOOKING)) == 0) {
        return 1;
    }
    builtin_words(&ws, turn->text);
    return turn->heard.agrees
           && builtin_words_find(&ws, 0, ws.count,
                                 "i|we|you * need|want|like|have|looking|"
                                 "calling|trying|hoping|love",
                                 NULL)
                  < 0;
}

static builtin_step_e
answer_confirm(builtin_t *b, builtin_turn_t *turn)
{
    if (turn->changed) {
        return BUILTIN_USED; /* asked again, with what is new */
    }
    if (b->d.todo != 0 || says_task(turn)) {
        return BUILTIN_PASSED;
    }
    if (agrees_surely(turn)) {
        b->d.confirmed = 1;
        return BUILTIN_USED;
    }
    if (!says_no(turn)) {
        return BUILTIN_PASSED;
    }
    if (b->d.task == BUILTIN_TASK_CANCEL) {
        builtin_say(b, "All right, it stays as it is.");
        builtin_task(b, BUILTIN_TASK_NONE);
        builtin_ask(b, BUILTIN_ASK_MORE);
        return BUILTIN_TAKEN;
    }
    if (b->d.task == BUILTIN_TASK_LEAD) {
        builtin_say(b, "No problem. What shall I tell them?");
        b->d.reason[0] = '\0';
        b->d.ask = BUILTIN_ASK_REASON;
        builtin_set_state(b, BUILTIN_STATE_LEAD_CAPTURE);
        return BUILTIN_TAKEN;
    }
    if (b->d.task == BUILTIN_TASK_MOVE) {
        builtin_when_t none = { .day = BUILTIN_NO_DAY, .minute = -1 };

        builtin_book_refuse(b, &none);
        return BUILTIN_USED;
    }
    builtin_set_state(b, BUILTIN_STATE_BOOKING);
    if (answer_change(b, turn) == BUILTIN_PASSED) {
        builtin_ask(b, BUILTIN_ASK_CHANGE);
    }
    return BUILTIN_TAKEN;
}

static builtin_step_e
answer_phone(builtin_t *b, builtin_turn_t *turn)
{
    builtin_words_t     ws;
    builtin_dialogue_t *d = &b->d;
    int                 own;

    builtin_words(&ws, turn->text);
    own = b->caller_phone[0] != '\0' && !b->unheard
          && builtin_words_find(&ws, 0, ws.count,
                                "this|same|that|calling|current one?|"
                                "number|from|phone",
                                NULL)
                 >= 0;
    if (d->ask == BUILTIN_ASK_PHONE_RIGHT) {
        if (says_yes(turn)) {
            d->phone_done = 1;
            return BUILTIN_USED;
        }
        if (says_no(turn)) {
            d->phone[0] = d->digits[0] = '\0';
            builtin_say(b, "I'm sorry. Please tell me the number again.");
            d->ask = BUILTIN_ASK_PHONE;
            return BUILTIN_TAKEN;
        }
        return BUILTIN_PASSED;
    }
    if (d->ask == BUILTIN_ASK_OWN_PHONE && says_no(turn)) {
        builtin_ask(b, BUILTIN_ASK_PHONE);
        return BUILTIN_TAKEN;
    }
    if ((d->ask == BUILTIN_ASK_OWN_PHONE && says_yes(turn))
        || (own && !says(turn, BUILTIN_NO)))
    {
        snprintf(d->phone, sizeof(d->phone), "%s", b->caller_phone);
        d->phone_done = 1;
        return BUILTIN_USED;
    }
    return BUILTIN_PASSED;
}

static builtin_step_e
answer_message(builtin_t *b, builtin_turn_t *turn)
{
    if (says_yes(turn)) {
        builtin_task(b, BUILTIN_TASK_LEAD);
        return BUILTIN_USED;
    }
    if (!says_no(turn)) {
        return BUILTIN_PASSED;
    }
    b->d.misses = 0;
    builtin_say(b, "All right.");
    if (in_task(b) && b->d.state != BUILTIN_STATE_TRANSFER_ATTEMPT) {
        /* It was offered because this led nowhere. */
        builtin_task(b, BUILTIN_TASK_NONE);
    } else if (in_task(b)) {
        builtin_set_state(b, BUILTIN_STATE_BOOKING);
        return BUILTIN_USED;
    }
    builtin_set_state(b, BUILTIN_STATE_INTENT);
    builtin_ask(b, BUILTIN_ASK_MORE);
    return BUILTIN_TAKEN;
}

static builtin_step_e
answer_service(builtin_t *b, builtin_turn_t *turn)
{
    int pick = turn->heard.pick;

    if (pick > 0 && (size_t) pick <= b->service_count) {
        b->d.service = pick - 1;
        return BUILTIN_USED;
    }
    if (pick < 0) {
        b->d.service = (int) (b->service_count < 4 ? b->service_count : 4)
                       - 1;
        return BUILTIN_USED;
    }
    if (turn->heard.unsure || turn->heard.when.anytime) {
        /* What a person would book for somebody who does not know. */
        b->d.service = 0;
        for (size_t i = 0; i < b->service_count; i++) {
            if (strcasestr(b->services[i], "check") != NULL
                || strcasestr(b->services[i], "consult") != NULL
                || strcasestr(b->services[i], "exam") != NULL)
            {
                b->d.service = (int) i;
                break;
            }
        }
        return BUILTIN_USED;
    }
    return BUILTIN_PASSED;
}

builtin_step_e
builtin_take_answer(builtin_t *b, builtin_turn_t *turn)
{
    builtin_dialogue_t *d = &b->d;

    switch (d->ask) {
    case BUILTIN_ASK_CHOICE:
        return d->start > 0 ? BUILTIN_PASSED : answer_choice(b, turn);

    case BUILTIN_ASK_CONFIRM:
        return answer_confirm(b, turn);

    case BUILTIN_ASK_CHANGE:
        return turn->changed ? BUILTIN_USED : answer_change(b, turn);

    case BUILTIN_ASK_OWN_PHONE:
    case BUILTIN_ASK_PHONE:
    case BUILTIN_ASK_PHONE_RIGHT:
        return answer_phone(b, turn);

    case BUILTIN_ASK_MESSAGE:
        return answer_message(b, turn);

    case BUILTIN_ASK_SERVICE:
        return d->service >= 0 ? BUILTIN_USED : answer_service(b, turn);

    case BUILTIN_ASK_DAY:
        if (turn->heard.unsure && !turn->changed) {
            d->when.earliest = 1;
            return BUILTIN_USED;
        }
        return BUILTIN_PASSED;

    case BUILTIN_ASK_WHICH:
        builtin_own_pick(b, &turn->heard);
        if (d->own < 0 && says_no(turn)) {
            builtin_say(b, "All right, I'll leave it.");
            builtin_task(b, BUILTIN_TASK_NONE);
            builtin_ask(b, BUILTIN_ASK_MORE);
            return BUILTIN_TAKEN;
        }
        return d->own >= 0 ? BUILTIN_USED : BUILTIN_PASSED;

    case BUILTIN_ASK_BOOK_NEW:
        if (says_yes(turn)) {
            builtin_when_t wish = d->when;

            builtin_task(b, BUILTIN_TASK_BOOK);
            d->when = wish;
            return BUILTIN_USED;
        }
        if (says_no(turn)) {
            builtin_task(b, BUILTIN_TASK_NONE);
            builtin_ask(b, BUILTIN_ASK_MORE);
            return BUILTIN_TAKEN;
        }
        return BUILTIN_PASSED;

    default:
        return BUILTIN_PASSED;
    }
}
