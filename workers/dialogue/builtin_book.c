/* SPDX-License-Identifier: BSD-2-Clause */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dialogue/builtin_flow.h"

#define DAY_MIN 1440

/* An appointment in the making: service, time, name, number, then "yes". */

static void book_look(builtin_t *b);

/* "2026-11-21T09:00" */
void
builtin_start_print(char *text, size_t size, int32_t start)
{
    int y, m, d;

    zone_day_split(start / DAY_MIN, &y, &m, &d);
    snprintf(text, size, "%04d-%02d-%02dT%02d:%02d", y, m, d,
             start % DAY_MIN / 60, start % 60);
}

/* Local minutes since 1970, or 0. */
int32_t
builtin_start_parse(const cJSON *item)
{
    int         y, m, d, hour, minute;
    const char *text = cJSON_GetStringValue(item);

    if (text == NULL
        || sscanf(text, "%4d-%2d-%2dT%2d:%2d", &y, &m, &d, &hour, &minute)
               != 5
        || y < 1970 || y > 3000 || m < 1 || m > 12 || d < 1 || d > 31
        || hour < 0 || hour > 23 || minute < 0 || minute > 59)
    {
        return 0;
    }
    return zone_day_of(y, m, d) * DAY_MIN + hour * 60 + minute;
}

int
builtin_starts_parse(const cJSON *list, int32_t *starts, int max)
{
    int          count = 0;
    const cJSON *item;

    cJSON_ArrayForEach(item, list)
    {
        int32_t start = builtin_start_parse(item);

        if (start > 0 && count < max) {
            starts[count++] = start;
        }
    }
    return count;
}

void
builtin_book_reset(builtin_t *b)
{
    builtin_dialogue_t *d = &b->d;

    d->service = -1;
    d->party = 0;
    memset(&d->when, 0, sizeof(d->when));
    d->when.day = BUILTIN_NO_DAY;
    d->when.old = BUILTIN_NO_DAY;
    d->when.minute = -1;
    d->start = 0;
    d->confirmed = 0;
    d->looked = d->widened = d->flipped = d->missed = d->closed = 0;
    d->slot_count = d->offer_count = 0;
    d->last_offer = 0;
    d->own = -1;
    d->own_count = 0;
    d->own_known = 0;
    d->digits[0] = '\0';
}

/* What was found before no longer counts. */
void
builtin_look_anew(builtin_t *b)
{
    b->d.looked = b->d.widened = b->d.flipped = 0;
    b->d.missed = b->d.closed = 0;
    b->d.slot_count = b->d.offer_count = 0;
    b->d.last_offer = 0;
    b->d.start = 0;
    b->d.confirmed = 0;
}

/* A wish about day and time, added to what is known. */
void
builtin_book_when(builtin_t *b, const builtin_when_t *when)
{
    builtin_when_t *w = &b->d.when;

    if (b->d.start > 0 && when->minute >= 0 && when->day == BUILTIN_NO_DAY) {
        w->day = b->d.start / DAY_MIN; /* "no, at ten": the same day */
    } else if (b->d.offer_count > 0 && when->day == BUILTIN_NO_DAY
               && (when->minute >= 0 || when->part != BUILTIN_PART_ANY))
    {
        w->day = b->d.offers[0] / DAY_MIN;
    }
    if (b->d.start > 0 && when->day != BUILTIN_NO_DAY && when->minute < 0
        && when->part == BUILTIN_PART_ANY && !when->week)
    {
        w->minute = (int16_t) (b->d.start % DAY_MIN); /* "no, on Monday" */
        w->guessed = 0;
    }

    if (when->day != BUILTIN_NO_DAY) {
        w->day = when->day;
        w->week = when->week;
        w->earliest = 0;
    }
    if (when->part != BUILTIN_PART_ANY) {
        w->part = when->part;
        /* "in the afternoon" after "at three" only says more. */
        if (w->minute >= 0 && when->minute < 0) {
            if (w->guessed && when->part == BUILTIN_PART_MORNING) {
                w->minute = (int16_t) (w->minute % 720);
            } else if (w->guessed) {
                w->minute = (int16_t) (w->minute % 720 + 720);
            } else {
                w->minute = -1;
            }
            w->guessed = 0;
        }
    }
    if (when->minute >= 0) {
        w->minute = when->minute;
        w->guessed = when->guessed;
        w->after = when->after;
        w->before = when->before;
        if (when->part == BUILTIN_PART_ANY) {
            /* "tomorrow morning", then "at nine" */
            if (w->guessed && w->part == BUILTIN_PART_MORNING
                && w->minute < 720)
            {
                w->guessed = 0;
            }
            if (w->guessed && w->part > BUILTIN_PART_MORNING
                && w->minute < 720)
            {
                w->minute = (int16_t) (w->minute + 720);
                w->guessed = 0;
            }
            w->part = BUILTIN_PART_ANY;
        }
    }
    if (when->earliest) {
        w->earliest = 1;
        w->minute = -1;
        w->day = when->day;
        w->part = when->part;
    }
    if (when->anytime && when->minute < 0) {
        w->anytime = 1;
        w->minute = -1;
        w->part = when->part;
    }
    builtin_look_anew(b);
}

void
builtin_book_choose(builtin_t *b, int32_t start)
{
    b->d.start = start;
    b->d.offer_count = 0;
    b->d.confirmed = 0;
    b->d.when.day = start / DAY_MIN;
    b->d.when.minute = (int16_t) (start % DAY_MIN);
    b->d.when.part = BUILTIN_PART_ANY;
    b->d.when.guessed = b->d.when.after = b->d.when.before = 0;
    b->d.when.earliest = b->d.when.week = 0;
}

/* ---- the next step ---- */

static void
book_write(builtin_t *b)
{
    char   start[32], notes[48], guests[24];
    cJSON *args = cJSON_CreateObject();

    builtin_start_print(start, sizeof(start), b->d.start);
    cJSON_AddStringToObject(args, "start", start);
    if (b->d.task == BUILTIN_TASK_MOVE) {
        if (b->d.own >= 0) {
            cJSON_AddStringToObject(args, "appointment_id",
                                    b->d.owns[b->d.own].id);
        }
        builtin_call(b, BUILTIN_TOOL_MOVE, args);
        return;
    }

    if (b->d.service >= 0) {
        cJSON_AddStringToObject(args, "service", b->services[b->d.service]);
    }
    cJSON_AddStringToObject(args, "name", b->d.name);
    if (b->d.phone[0] != '\0') {
        cJSON_AddStringToObject(args, "phone", b->d.phone);
    }
    if (b->d.party > 0) {
        builtin_spoken_number(guests, sizeof(guests), b->d.party);
        snprintf(notes, sizeof(notes), "For %d (%s)", b->d.party, guests);
        cJSON_AddStringToObject(args, "notes", notes);
    }
    builtin_call(b, BUILTIN_TOOL_BOOK, args);
}

void
builtin_book_next(builtin_t *b)
{
    builtin_dialogue_t *d = &b->d;

    if (!builtin_can(b, BUILTIN_TOOL_SLOTS)
        || !builtin_can(b, d->task == BUILTIN_TASK_MOVE ? BUILTIN_TOOL_MOVE
                                                        : BUILTIN_TOOL_BOOK))
    {
        builtin_say(b, "I'm sorry, I can't book that on the phone.");
        builtin_offer_message(b);
        return;
    }

    if (d->service < 0 && b->service_count == 1) {
        d->service = 0;
    }
    if (d->task == BUILTIN_TASK_BOOK && d->service < 0
        && b->service_count > 1)
    {
        builtin_set_state(b, BUILTIN_STATE_BOOKING);
        builtin_ask(b, BUILTIN_ASK_SERVICE);
        return;
    }
    if (d->start == 0) {
        builtin_set_state(b, BUILTIN_STATE_BOOKING);
        book_look(b);
        return;
    }
    if (d->task == BUILTIN_TASK_BOOK && builtin_person(b)) {
        return;
    }

    builtin_set_state(b, BUILTIN_STATE_CONFIRMATION);
    if (d->confirmed) {
        book_write(b);
    } else {
        builtin_ask(b, BUILTIN_ASK_CONFIRM);
    }
}

static void
book_look(builtin_t *b)
{
    int             y, m, d;
    char            date[40], time[24];
    cJSON          *args;
    int32_t         today = b->now / DAY_MIN;
    builtin_when_t *w = &b->d.when;

    if (b->d.offer_count > 0) {
        builtin_ask(b, BUILTIN_ASK_CHOICE);
        return;
    }
    if (w->day == BUILTIN_NO_DAY && (w->earliest || w->anytime)) {
        w->day = today;
    }
    if (w->day != BUILTIN_NO_DAY && w->day < today) {
        if (w->week) {
            w->day = today;
        } else {
            builtin_say(b, "That day is already past.");
            w->day = BUILTIN_NO_DAY;
        }
    }
    if (w->day == BUILTIN_NO_DAY) {
        builtin_ask(b, BUILTIN_ASK_DAY);
        return;
    }

    args = cJSON_CreateObject();
    zone_day_split(w->day, &y, &m, &d);
    snprintf(date, sizeof(date), "%04d-%02d-%02d", y, m, d);
    cJSON_AddStringToObject(args, "date", date);
    cJSON_AddStringToObject(args, "part",
                            builtin_part_names[w->minute >= 0
                                                       || b->d.widened
                                                   ? BUILTIN_PART_ANY
                                                   : w->part]);
    if (w->minute >= 0) {
        snprintf(time, sizeof(time), "%02d:%02d", w->minute / 60,
                 w->minute % 60);
        cJSON_AddStringToObject(args, "time", time);
    }
    builtin_call(b, BUILTIN_TOOL_SLOTS, args);
}

/* ---- it was asked to be written ---- */

/* What is said about a refusal, by its code. */
static const struct {
    const char *error;
    const char *text;
} refusals[] = {
    { "taken", "I'm sorry, that time was just taken." },
    { "closed", "I'm sorry, we're closed at that time." },
    { "past", "I'm sorry, that time has already passed." },
    { "too_far", "I'm sorry, I can't book that far ahead." },
    { "invalid", "I'm sorry, that time does not work." },
    { "none", "I'm sorry, I can't find that appointment any more." },
};

static void
book_refused(builtin_t *b, const cJSON *result)
{
    const char *error, *text = NULL;

    error = cJSON_GetStringValue(cJSON_GetObjectItem(result, "error"));
    for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
        if (error != NULL && strcmp(refusals[i].error, error) == 0) {
            text = refusals[i].text;
        }
    }
    builtin_look_anew(b);
    if (text == NULL) {
        builtin_set_state(b, BUILTIN_STATE_BOOKING);
        builtin_say(b, "I'm sorry, I could not book that.");
        builtin_offer_message(b);
        return;
    }

    builtin_set_state(b, BUILTIN_STATE_BOOKING);
    builtin_say(b, "%s", text);
    if (strcmp(error, "none") == 0) {
        builtin_task(b, BUILTIN_TASK_NONE);
        builtin_ask(b, BUILTIN_ASK_MORE);
        return;
    }

    b->d.offer_count = builtin_starts_parse(cJSON_GetObjectItem(result,
                                                                "alternatives"),
                                            b->d.offers, BUILTIN_OFFERS_MAX);
    memcpy(b->d.slots, b->d.offers, sizeof(b->d.offers));
    b->d.slot_count = b->d.offer_count;
    if (b->d.offer_count > 0) {
        builtin_ask(b, BUILTIN_ASK_CHOICE);
        return;
    }
    b->d.when.day = BUILTIN_NO_DAY;
    b->d.when.minute = -1;
    builtin_ask(b, BUILTIN_ASK_DAY);
}

void
builtin_book_result(builtin_t *b, const cJSON *result)
{
    char    service[128], start[160];
    int32_t at;

    if (!cJSON_IsTrue(cJSON_GetObjectItem(result, "ok"))) {
        book_refused(b, result);
        return;
    }

    at = builtin_start_parse(cJSON_GetObjectItem(result, "start"));
    builtin_spoken_start(start, sizeof(start), at > 0 ? at : b->d.start,
                         b->now);
    builtin_say_service(b, service, sizeof(service));
    if (b->d.task == BUILTIN_TASK_MOVE) {
        builtin_say(b, "It's done. Your %s is now %s.", builtin_noun(b),
                    start);
    } else {
        builtin_say(b, "You're all set. I've booked %s %s.", service, start);
    }
    b->d.confirmed = 0;
    b->d.start = 0;
    builtin_done(b);
}
