/* SPDX-License-Identifier: BSD-2-Clause */

#include <stdio.h>
#include <string.h>

#include "dialogue/builtin_flow.h"

#define DAY_MIN 1440

/* Appointments the caller has: told, moved, canceled. */

static void
own_cancel(builtin_t *b)
{
    cJSON *args = cJSON_CreateObject();

    cJSON_AddStringToObject(args, "appointment_id",
                            b->d.owns[b->d.own].id);
    builtin_call(b, BUILTIN_TOOL_CANCEL, args);
}

void
builtin_own_next(builtin_t *b)
{
    builtin_tool_e      tool;
    builtin_dialogue_t *d = &b->d;

    tool = d->task == BUILTIN_TASK_MOVE ? BUILTIN_TOOL_MOVE
                                        : BUILTIN_TOOL_CANCEL;
    if (!builtin_can(b, tool) || !builtin_can(b, BUILTIN_TOOL_LIST)) {
        builtin_say(b, "I'm sorry, I can't change that on the phone.");
        builtin_offer_message(b);
        return;
    }
    if (!d->own_known) {
        builtin_call(b, BUILTIN_TOOL_LIST, NULL);
        return;
    }
    if (d->own_count == 0) {
        builtin_ask(b, BUILTIN_ASK_BOOK_NEW);
        return;
    }
    if (d->own < 0) {
        builtin_set_state(b, BUILTIN_STATE_BOOKING);
        builtin_ask(b, BUILTIN_ASK_WHICH);
        return;
    }
    if (d->task == BUILTIN_TASK_MOVE) {
        builtin_book_next(b);
        return;
    }

    builtin_set_state(b, BUILTIN_STATE_CONFIRMATION);
    if (d->confirmed) {
        own_cancel(b);
    } else {
        builtin_ask(b, BUILTIN_ASK_CONFIRM);
    }
}

static int32_t
start_of(const cJSON *item)
{
    return builtin_start_parse(cJSON_GetObjectItem(item, "start"));
}

static void
own_read(builtin_dialogue_t *d, const cJSON *result)
{
    const char  *text;
    const cJSON *item;

    d->own_count = 0;
    cJSON_ArrayForEach(item, cJSON_GetObjectItem(result, "appointments"))
    {
        builtin_own_t *own = &d->owns[d->own_count];

        own->start = start_of(item);
        text = cJSON_GetStringValue(cJSON_GetObjectItem(item, "id"));
        if (d->own_count == BUILTIN_OWN_MAX || own->start == 0
            || text == NULL || strlen(text) >= sizeof(own->id))
        {
            continue;
        }
        snprintf(own->id, sizeof(own->id), "%s", text);
        text = cJSON_GetStringValue(cJSON_GetObjectItem(item, "service"));
        snprintf(own->service, sizeof(own->service), "%s",
                 text != NULL ? text : "");
        if (++d->own_count == BUILTIN_OWN_MAX) {
            break;
        }
    }
}

/* "You have an appointment tomorrow morning at nine." */
static void
own_tell(builtin_t *b)
{
    char                start[128];
    builtin_dialogue_t *d = &b->d;

    if (d->own_count == 0) {
        builtin_say(b, "I can't find any %s for this number.",
                    builtin_noun(b));
        return;
    }
    for (int i = 0; i < d->own_count; i++) {
        const char *service = d->owns[i].service[0] != '\0'
                                  ? d->owns[i].service
                                  : builtin_noun(b);

        builtin_spoken_start(start, sizeof(start), d->owns[i].start, b->now);
        builtin_say(b, "%s %s: %s.", i == 0 ? "You have one" : "Another",
                    start, service);
    }
}

/* The only one, or the one on the day that was named. */
static void
own_settle(builtin_dialogue_t *d)
{
    int     found = -1, count = 0;
    int32_t day = d->when.old;

    if (d->task == BUILTIN_TASK_CANCEL && day == BUILTIN_NO_DAY) {
        day = d->when.day;
    }
    if (day != BUILTIN_NO_DAY) {
        for (int i = 0; i < d->own_count; i++) {
            if (d->owns[i].start / DAY_MIN == day
                && (d->task != BUILTIN_TASK_CANCEL || d->when.minute < 0
                    || d->owns[i].start % 720 == d->when.minute % 720))
            {
                found = i;
                count++;
            }
        }
    }
    d->own = count == 1          ? found
             : d->own_count == 1 ? 0
                                 : -1;
}

void
builtin_own_result(builtin_t *b, const cJSON *result)
{
    builtin_dialogue_t *d = &b->d;

    if (!cJSON_IsTrue(cJSON_GetObjectItem(result, "ok"))) {
        d->todo &= ~BUILTIN_TODO_LIST;
        builtin_say(b, "I'm sorry, I can't see the calendar right now.");
        builtin_offer_message(b);
        return;
    }

    own_read(d, result);
    if (d->todo & BUILTIN_TODO_LIST) {
        d->todo &= ~BUILTIN_TODO_LIST;
        own_tell(b);
        if (d->task == BUILTIN_TASK_NONE && d->todo == 0) {
            builtin_done(b);
        } else {
            builtin_next(b);
        }
        return;
    }

    d->own_known = 1;
    if (d->own_count == 0) {
        builtin_say(b, "I can't find any %s for this number.",
                    builtin_noun(b));
        if (d->task == BUILTIN_TASK_CANCEL) {
            builtin_task(b, BUILTIN_TASK_NONE);
            builtin_ask(b, BUILTIN_ASK_MORE);
        } else {
            builtin_ask(b, BUILTIN_ASK_BOOK_NEW);
        }
        return;
    }

    own_settle(d);
    if (d->task == BUILTIN_TASK_MOVE && d->own >= 0) {
        /* Only said when the new time is still open. */
        if (d->when.day == BUILTIN_NO_DAY && d->when.minute < 0) {
            char start[128];

            builtin_spoken_start(start, sizeof(start),
                                 d->owns[d->own].start, b->now);
            builtin_say(b, "I see it, %s.", start);
        } else if (d->when.day == BUILTIN_NO_DAY) {
            /* "move it to ten": the same day */
            d->when.day = d->owns[d->own].start / DAY_MIN;
        } else if (d->when.minute < 0 && d->when.part == BUILTIN_PART_ANY
                   && !d->when.week)
        {
            d->when.minute = (int16_t) (d->owns[d->own].start % DAY_MIN);
        }
    }
    builtin_next(b);
}

/* Which of several: "the first one", "the one on Monday". */
void
builtin_own_pick(builtin_t *b, const builtin_heard_t *heard)
{
    builtin_dialogue_t   *d = &b->d;
    int                   pick = heard->pick, found = -1, count = 0;
    const builtin_when_t *w = &heard->when;

    if (pick < 0) {
        pick = d->own_count;
    }
    if (pick > 0 && pick <= d->own_count) {
        d->own = pick - 1;
        return;
    }
    for (int i = 0; i < d->own_count; i++) {
        int32_t at = d->owns[i].start;

        if ((w->day != BUILTIN_NO_DAY && at / DAY_MIN != w->day)
            || (w->minute >= 0 && at % 720 != w->minute % 720)
            || (w->day == BUILTIN_NO_DAY && w->minute < 0))
        {
            continue;
        }
        found = i;
        count++;
    }
    if (count == 1) {
        d->own = found;
    }
}

void
builtin_cancel_result(builtin_t *b, const cJSON *result)
{
    char    start[128];
    int32_t at;

    if (!cJSON_IsTrue(cJSON_GetObjectItem(result, "ok"))) {
        builtin_task(b, BUILTIN_TASK_NONE);
        builtin_say(b, "I'm sorry, I could not cancel it.");
        builtin_offer_message(b);
        return;
    }

    at = start_of(result);
    if (at == 0 && b->d.own >= 0) {
        at = b->d.owns[b->d.own].start;
    }
    builtin_spoken_start(start, sizeof(start), at, b->now);
    builtin_say(b, "It's canceled. Your %s %s is off.", builtin_noun(b),
                start);
    builtin_done(b);
}
