/* SPDX-License-Identifier: BSD-2-Clause */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dialogue/builtin_flow.h"

#define DAY_MIN 1440
#define NEAR_MIN 120 /* a free time that near is about the one wanted */

/* An appointment in the making: service, time, name, number, then "yes". */

static void book_look(builtin_t *b);
static void offers_choose(builtin_t *b);

/* "2026-11-21T09:00" */
static void
print_start(char *text, size_t size, int32_t start)
{
    int y, m, d;

    builtin_day_split(start / DAY_MIN, &y, &m, &d);
    snprintf(text, size, "%04d-%02d-%02dT%02d:%02d", y, m, d,
             start % DAY_MIN / 60, start % 60);
}

/* Local minutes since 1970, or 0. */
static int32_t
parse_start(const cJSON *item)
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
    return builtin_day_of(y, m, d) * DAY_MIN + hour * 60 + minute;
}

static int
parse_starts(const cJSON *list, int32_t *starts, int max)
{
    int          count = 0;
    const cJSON *item;

    cJSON_ArrayForEach (item, list) {
        int32_t start = parse_start(item);

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
static void
look_anew(builtin_t *b)
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
    look_anew(b);
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

static int
compare_times(const void *a, const void *b)
{
    int32_t x = *(const int32_t *) a, y = *(const int32_t *) b;

    return (x > y) - (x < y);
}

static void
offer(builtin_t *b, int32_t start)
{
    for (int i = 0; i < b->d.offer_count; i++) {
        if (b->d.offers[i] == start) {
            return;
        }
    }
    if (b->d.offer_count < BUILTIN_OFFERS_MAX) {
        b->d.offers[b->d.offer_count++] = start;
    }
}

/* None of the times offered suits. */
void
builtin_book_refuse(builtin_t *b, const builtin_when_t *when)
{
    int                 count = 0;
    int32_t             low, high, found[BUILTIN_SLOTS_MAX];
    builtin_dialogue_t *d = &b->d;

    low = high = d->offers[0];
    for (int i = 1; i < d->offer_count; i++) {
        low = d->offers[i] < low ? d->offers[i] : low;
        high = d->offers[i] > high ? d->offers[i] : high;
    }
    d->offer_count = 0;
    d->start = 0;

    for (int i = 0; i < d->slot_count; i++) {
        if ((when->later && d->slots[i] > high)
            || (when->earlier && d->slots[i] < low))
        {
            found[count++] = d->slots[i];
        }
    }
    if (count > 0) {
        qsort(found, (size_t) count, sizeof(found[0]), compare_times);
        if (when->earlier && count > 2) {
            memmove(found, &found[count - 2], 2 * sizeof(found[0]));
        }
        offer(b, found[0]);
        offer(b, found[count > 1 ? 1 : 0]);
        return;
    }
    if (when->later && low > 0) {
        /* Nothing later that day: the day after. */
        d->when.day = high / DAY_MIN + 1;
        d->when.minute = -1;
        d->when.week = 0;
        look_anew(b);
        return;
    }

    if (when->earlier) {
        builtin_say(b, "I have nothing earlier, I'm afraid.");
    } else {
        builtin_say(b, "No problem.");
    }
    memset(&d->when, 0, sizeof(d->when));
    d->when.day = BUILTIN_NO_DAY;
    d->when.old = BUILTIN_NO_DAY;
    d->when.minute = -1;
    look_anew(b);
}

/* ---- the next step ---- */

static void
book_write(builtin_t *b)
{
    char   start[32], notes[48], guests[24];
    cJSON *args = cJSON_CreateObject();

    print_start(start, sizeof(start), b->d.start);
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
    builtin_day_split(w->day, &y, &m, &d);
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

/* ---- what is free ---- */

/* Two of the free times: near the one wanted, else spread a little. */
static void
offers_choose(builtin_t *b)
{
    int                 late = -1;
    builtin_dialogue_t *d = &b->d;

    d->offer_count = 0;
    if (d->slot_count == 0) {
        return;
    }
    if (d->when.minute < 0) {
        qsort(d->slots, (size_t) d->slot_count, sizeof(d->slots[0]),
              compare_times);
    }

    offer(b, d->slots[0]);
    if (d->when.minute < 0 && d->when.part == BUILTIN_PART_ANY
        && !d->when.earliest && d->slots[0] % DAY_MIN < 12 * 60)
    {
        for (int i = 1; i < d->slot_count && late < 0; i++) {
            if (d->slots[i] % DAY_MIN >= 13 * 60
                && d->slots[i] / DAY_MIN == d->slots[0] / DAY_MIN)
            {
                late = i;
            }
        }
    }
    if (late < 0) {
        late = d->slot_count > 1 ? 1 : 0;
    }
    offer(b, d->slots[late]);
    qsort(d->offers, (size_t) d->offer_count, sizeof(d->offers[0]),
          compare_times);
}

/* Drops what is before "after three" or after "before five". */
static void
slots_bound(builtin_dialogue_t *d)
{
    int kept = 0;

    if (d->when.minute < 0 || (!d->when.after && !d->when.before)) {
        return;
    }
    for (int i = 0; i < d->slot_count; i++) {
        int minute = d->slots[i] % DAY_MIN;

        if (d->when.after ? minute >= d->when.minute
                          : minute <= d->when.minute)
        {
            d->slots[kept++] = d->slots[i];
        }
    }
    d->slot_count = kept;
}

static const char *
part_words(builtin_part_e part)
{
    static const char *const words[] = {
        "", " morning", " afternoon", " evening"
    };

    return words[part];
}

/* Nothing is free on the day that was wanted. */
static void
slots_none(builtin_t *b, const cJSON *result)
{
    char                day[96];
    builtin_dialogue_t *d = &b->d;
    const builtin_when_t *w = &d->when;

    d->closed = cJSON_IsTrue(cJSON_GetObjectItem(result, "closed")) != 0;
    if (!d->closed && !d->widened && w->part != BUILTIN_PART_ANY
        && w->minute < 0)
    {
        d->widened = 1;
        builtin_next(b);
        return;
    }

    builtin_spoken_on_day(day, sizeof(day), w->day, b->now);
    if (w->earliest || w->anytime || w->week) {
        /* The next that is free is just what was asked for. */
    } else if (d->closed) {
        builtin_say(b, "We're closed %s.", day);
    } else {
        builtin_say(b, "I have nothing free %s.", day);
    }

    d->slot_count = parse_starts(cJSON_GetObjectItem(result, "next_slots"),
                                 d->slots, BUILTIN_SLOTS_MAX);
    offers_choose(b);
    if (d->offer_count > 0) {
        builtin_ask(b, BUILTIN_ASK_CHOICE);
        return;
    }
    builtin_say(b, "I'm sorry, there is nothing free in the next weeks.");
    builtin_offer_message(b);
}

/* 1 when the very time that was wanted is free: no need to offer any. */
static int
slots_exact(builtin_t *b)
{
    int                 nearest = DAY_MIN;
    builtin_dialogue_t *d = &b->d;

    for (int i = 0; i < d->slot_count; i++) {
        int off = abs(d->slots[i] % DAY_MIN - d->when.minute);

        if (off == 0 && d->slots[i] / DAY_MIN == d->when.day) {
            builtin_book_choose(b, d->slots[i]);
            return 1;
        }
        nearest = off < nearest ? off : nearest;
    }

    /* "at seven" may have meant the evening. */
    if (d->when.guessed && !d->flipped && nearest > NEAR_MIN) {
        d->flipped = 1;
        d->when.minute = (int16_t) ((d->when.minute + 720) % DAY_MIN);
        d->slot_count = 0;
        return 1;
    }
    return 0;
}

void
builtin_slots_result(builtin_t *b, const cJSON *result)
{
    char                time[64], day[96];
    builtin_dialogue_t *d = &b->d;

    if (!cJSON_IsTrue(cJSON_GetObjectItem(result, "ok"))) {
        builtin_say(b, "I'm sorry, I can't see the calendar right now.");
        builtin_offer_message(b);
        return;
    }

    d->looked = 1;
    d->slot_count = parse_starts(cJSON_GetObjectItem(result, "slots"),
                                 d->slots, BUILTIN_SLOTS_MAX);
    slots_bound(d);
    if (d->slot_count == 0) {
        slots_none(b, result);
        return;
    }
    if (d->when.minute >= 0 && !d->when.after && !d->when.before) {
        if (slots_exact(b)) {
            builtin_next(b);
            return;
        }
        builtin_spoken_time(time, sizeof(time), d->when.minute, 0);
        builtin_say(b, "I'm sorry, %s is not free.", time);
    }
    if (d->widened && d->when.part != BUILTIN_PART_ANY) {
        builtin_spoken_on_day(day, sizeof(day), d->when.day, b->now);
        builtin_say(b, "I have nothing %s%s.",
                    strcmp(day, "today") == 0 ? "this" : day,
                    part_words(d->when.part));
    }
    offers_choose(b);
    builtin_ask(b, BUILTIN_ASK_CHOICE);
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
    look_anew(b);
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

    b->d.offer_count = parse_starts(cJSON_GetObjectItem(result,
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

    at = parse_start(cJSON_GetObjectItem(result, "start"));
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

/* ---- the caller's number, in pieces ---- */

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
