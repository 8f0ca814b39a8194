/* SPDX-License-Identifier: BSD-2-Clause */

#include <stdio.h>
#include <string.h>

#include "dialogue/builtin_turn.h"

#define DAY_MIN 1440

/* Steps that take a part of what was said, and leave the rest to others. */

builtin_step_e
builtin_take_questions(builtin_t *b, builtin_turn_t *turn)
{
    builtin_dialogue_t *d = &b->d;
    unsigned            before = d->todo;

    if (says(turn, BUILTIN_HOURS)) {
        d->todo |= BUILTIN_TODO_HOURS;
        d->hours_day = turn->heard.hours_when.week
                           ? BUILTIN_NO_DAY
                           : turn->heard.hours_when.day;
        d->hours_yes = turn->heard.asks_open;
    }
    if (says(turn, BUILTIN_FAQ) && turn->heard.query[0] != '\0') {
        d->todo |= BUILTIN_TODO_SEARCH;
        d->search_miss = 0;
        memcpy(d->query, turn->heard.query, sizeof(d->query));
    } else if (says(turn, BUILTIN_FAQ) && !in_task(b)
               && turn->heard.main == BUILTIN_FAQ)
    {
        builtin_say(b, "Of course. What would you like to know?");
        d->ask = BUILTIN_ASK_HELP;
        return BUILTIN_TAKEN;
    }
    if (says(turn, BUILTIN_LIST) && d->task != BUILTIN_TASK_MOVE
        && d->task != BUILTIN_TASK_CANCEL
        && !says(turn, BUILTIN_RESCHEDULE) && !says(turn, BUILTIN_CANCEL))
    {
        d->todo |= BUILTIN_TODO_LIST;
    }
    if (d->todo == before) {
        return BUILTIN_PASSED;
    }
    if (!in_task(b) && (d->todo & BUILTIN_TODO_LIST) == 0) {
        builtin_set_state(b, BUILTIN_STATE_FAQ);
    }
    return BUILTIN_USED;
}

/* "tell the doctor that I will be late": what comes after "that". */
static void
reason_of(builtin_t *b, const char *text)
{
    size_t          end;
    builtin_words_t ws;

    builtin_words(&ws, text);
    if (builtin_words_find(&ws, 0, ws.count,
                           "tell|let|inform|ask|call|know|message * "
                           "that|about|saying|regarding|because",
                           &end)
            >= 0
        && end + 1 < ws.count)
    {
        snprintf(b->d.reason, sizeof(b->d.reason), "%.255s", text);
    }
}

builtin_step_e
builtin_take_task(builtin_t *b, builtin_turn_t *turn)
{
    builtin_task_e task = BUILTIN_TASK_NONE;

    if (says(turn, BUILTIN_TRANSFER) && !says(turn, BUILTIN_MESSAGE)) {
        if (b->d.ask == BUILTIN_ASK_MESSAGE
            && b->d.state == BUILTIN_STATE_TRANSFER_ATTEMPT)
        {
            builtin_say(b, "I'm sorry, nobody can come to the phone.");
        } else {
            builtin_say(b, "I'm sorry, I can't put you through right now.");
        }
        b->d.todo = 0;
        builtin_set_state(b, BUILTIN_STATE_TRANSFER_ATTEMPT);
        builtin_offer_message(b);
        return BUILTIN_TAKEN;
    }

    if (says(turn, BUILTIN_RESCHEDULE)) {
        task = BUILTIN_TASK_MOVE;
    } else if (says(turn, BUILTIN_CANCEL)) {
        task = BUILTIN_TASK_CANCEL;
    } else if (says(turn, BUILTIN_MESSAGE)) {
        task = BUILTIN_TASK_LEAD;
    } else if (says(turn, BUILTIN_BOOKING)) {
        task = BUILTIN_TASK_BOOK;
    } else if (!in_task(b) && !says_task(turn)
               && (turn->heard.when.day != BUILTIN_NO_DAY
                   || turn->heard.when.minute >= 0))
    {
        /* "tomorrow at nine", out of the blue */
        task = BUILTIN_TASK_BOOK;
    }
    if (task == BUILTIN_TASK_NONE) {
        return BUILTIN_PASSED;
    }
    if (task == b->d.task) {
        return BUILTIN_USED;
    }

    builtin_task(b, task);
    if (task == BUILTIN_TASK_LEAD) {
        reason_of(b, turn->text);
        builtin_say(b, "Of course, I'll take a message.");
    }
    return BUILTIN_USED;
}

builtin_step_e
builtin_take_facts(builtin_t *b, builtin_turn_t *turn)
{
    builtin_step_e      step = BUILTIN_PASSED;
    builtin_dialogue_t *d = &b->d;
    builtin_heard_t    *h = &turn->heard;

    if (h->has_name
        && (d->ask == BUILTIN_ASK_NAME || h->name.certain)
        && strcmp(d->name, h->name.text) != 0)
    {
        memcpy(d->name, h->name.text, sizeof(d->name));
        d->name_saved = 0;
        turn->changed = 1;
        step = BUILTIN_USED;
    } else if (h->has_name && strcmp(d->name, h->name.text) == 0) {
        step = BUILTIN_USED;
    }
    if (h->party > 0 && d->task == BUILTIN_TASK_BOOK) {
        turn->changed |= h->party != d->party;
        d->party = h->party;
        step = BUILTIN_USED;
    }
    if (h->service >= 0 && d->task == BUILTIN_TASK_BOOK
        && !says(turn, BUILTIN_FAQ))
    {
        turn->changed |= h->service != d->service;
        d->service = h->service;
        step = BUILTIN_USED;
    }

    if (h->has_digits && in_task(b) && d->task != BUILTIN_TASK_CANCEL) {
        d->misses = d->stalls = 0;
        if (d->ask == BUILTIN_ASK_PHONE || d->ask == BUILTIN_ASK_PHONE_RIGHT
            || d->ask == BUILTIN_ASK_OWN_PHONE
            || d->ask == BUILTIN_ASK_CONFIRM)
        {
            builtin_phone_said(b, &h->digits);
            return BUILTIN_TAKEN;
        }
        /* Given before it was asked for: read back when it is due. */
        if (builtin_dial(d->phone, sizeof(d->phone), h->digits.text,
                         h->digits.plus, b->caller_phone)
            != 1)
        {
            d->phone[0] = '\0';
        }
        d->phone_done = 0;
        step = BUILTIN_USED;
    }
    if (step == BUILTIN_USED && d->task == BUILTIN_TASK_NONE && h->has_name
        && !says_task(turn))
    {
        cJSON *args;

        d->name_saved = 1;
        if (builtin_can(b, BUILTIN_TOOL_NAME)) {
            args = cJSON_CreateObject();
            cJSON_AddStringToObject(args, "name", d->name);
            builtin_call(b, BUILTIN_TOOL_NAME, args);
        } else {
            builtin_say(b, "Hello %s.", d->name);
            builtin_ask(b, BUILTIN_ASK_HELP);
        }
        d->misses = d->stalls = 0;
        return BUILTIN_TAKEN;
    }
    return step;
}

/* The offered time that is named, or 0. */
static int32_t
offer_named(const builtin_t *b, const builtin_when_t *w)
{
    const builtin_dialogue_t *d = &b->d;

    if (w->minute < 0) {
        return 0;
    }
    for (int i = 0; i < d->offer_count; i++) {
        int minute = d->offers[i] % DAY_MIN;

        if (w->day != BUILTIN_NO_DAY && w->day != d->offers[i] / DAY_MIN) {
            continue;
        }
        if (minute == w->minute
            || (w->part == BUILTIN_PART_ANY && w->guessed
                && minute % 720 == w->minute % 720)
            || (w->part == BUILTIN_PART_ANY
                && minute == (w->minute + 720) % DAY_MIN
                && w->minute >= 12 * 60 + 60 && w->minute < 19 * 60))
        {
            return d->offers[i];
        }
    }
    return 0;
}

builtin_step_e
builtin_take_when(builtin_t *b, builtin_turn_t *turn)
{
    int32_t               start;
    builtin_dialogue_t   *d = &b->d;
    const builtin_when_t *w = &turn->heard.when;

    if (builtin_when_empty(w)
        || (d->task != BUILTIN_TASK_BOOK && d->task != BUILTIN_TASK_MOVE
            && d->task != BUILTIN_TASK_CANCEL)
        || d->ask == BUILTIN_ASK_WHICH)
    {
        return BUILTIN_PASSED;
    }
    if (w->invalid && w->day == BUILTIN_NO_DAY) {
        builtin_say(b, "That day does not exist, I'm afraid.");
        d->ask = BUILTIN_ASK_DAY;
        builtin_ask_again(b);
        return BUILTIN_TAKEN;
    }
    if (d->task == BUILTIN_TASK_CANCEL) {
        if (d->own < 0 && !d->own_known) {
            d->when = *w;
            return BUILTIN_USED;
        }
        return BUILTIN_PASSED;
    }
    /* "move my appointment on Monday": that is the one to be moved. */
    if (d->task == BUILTIN_TASK_MOVE && !d->own_known
        && w->old != BUILTIN_NO_DAY && w->day == BUILTIN_NO_DAY
        && w->minute < 0)
    {
        d->when.old = w->old;
        return BUILTIN_USED;
    }
    if (w->old != BUILTIN_NO_DAY) {
        d->when.old = w->old;
    }

    if (d->ask == BUILTIN_ASK_CHOICE && d->offer_count > 0) {
        start = offer_named(b, w);
        if (start > 0) {
            builtin_book_choose(b, start);
            turn->changed = 1;
            return BUILTIN_USED;
        }
        if (w->day == BUILTIN_NO_DAY && w->minute < 0
            && w->part == BUILTIN_PART_ANY
            && (!w->earliest || turn->heard.pick != 0))
        {
            return BUILTIN_PASSED; /* "later", "either": an answer */
        }
    }
    if (d->start > 0) {
        /* What is chosen already is said again, or changed. */
        if ((w->day == BUILTIN_NO_DAY || w->day == d->start / DAY_MIN)
            && (w->minute < 0 || w->minute % 720 == d->start % 720)
            && (w->part == BUILTIN_PART_ANY
                || (w->part == BUILTIN_PART_MORNING)
                       == (d->start % DAY_MIN < 720)))
        {
            return w->day != BUILTIN_NO_DAY || w->minute >= 0
                       ? BUILTIN_USED
                       : BUILTIN_PASSED;
        }
    }
    if (w->day == BUILTIN_NO_DAY && w->minute < 0
        && w->part == BUILTIN_PART_ANY && !w->earliest
        && !(w->anytime && d->ask == BUILTIN_ASK_DAY))
    {
        return BUILTIN_PASSED;
    }
    builtin_book_when(b, w);
    turn->changed = 1;
    return BUILTIN_USED;
}
