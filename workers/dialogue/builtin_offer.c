/* SPDX-License-Identifier: BSD-2-Clause */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dialogue/builtin_flow.h"

#define DAY_MIN  1440
#define NEAR_MIN 120 /* a free time that near is about the one wanted */

/* What is free, and which of it is offered. */

static void offers_choose(builtin_t *b);

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
        builtin_look_anew(b);
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
    builtin_look_anew(b);
}

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
    char                  day[96];
    builtin_dialogue_t   *d = &b->d;
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

    d->slot_count = builtin_starts_parse(
        cJSON_GetObjectItem(result, "next_slots"), d->slots,
        BUILTIN_SLOTS_MAX);
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
    d->slot_count = builtin_starts_parse(cJSON_GetObjectItem(result, "slots"),
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
