/* SPDX-License-Identifier: BSD-2-Clause */

#include "dialogue/builtin_reader.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Times of the day, by the hour and relative to it. */

/* What follows a number that is not an hour. */
static const char counted[] =
    "people|persons|person|guests|guest|adults|kids|children|of|days|day|"
    "weeks|week|months|month|years|year|hours|hour|minutes|minute|times|"
    "dollars|percent|appointments|friends|seats|chairs|tables|point|"
    "hundred|thousand|blocks|miles|teeth|o|oh|zero|double|triple";

/* What comes before an hour. */
static const char before_hour[] =
    "at|around|about|by|till|until|after|before|say|maybe|or|make|between|"
    "past|approximately|roughly";

/* An hour at i: 0 to 23, or -1. */
static int
hour_at(const builtin_reader_t *r, size_t i, size_t *used)
{
    int n;

    n = i < r->to ? builtin_words_number(r->ws, i, used) : -1;
    if (n >= 0 && n <= 23
        && (n <= 12 || r->ws->at[i].digits || r->ws->at[i].joint == ':'))
    {
        return n;
    }
    return -1;
}

/* The half of the day that follows: 1 for am, 2 for pm; *used words. */
static int
half_at(const builtin_reader_t *r, size_t i, size_t *used)
{
    static const struct {
        const char *pattern;
        int         half;
    } halves[] = {
        { "am", 1 },
        { "pm", 2 },
        { "in the? morning", 1 },
        { "in the? afternoon", 2 },
        { "in the? evening", 2 },
        { "at night", 2 },
        { "tonight", 2 },
        { "p $", 2 },
        { "a $", 1 },
    };

    for (size_t n = 0; n < COUNT(halves); n++) {
        *used = reader_phrase(r, i, halves[n].pattern);
        if (*used > 0) {
            /* What also tells a day or part stays to be read. */
            *used = n < 2 ? *used : 0;
            return halves[n].half;
        }
    }
    *used = 0;
    return 0;
}

static int
to_minute(int hour, int minute, int half)
{
    if (half == 1 && hour == 12) {
        hour = 0;
    }
    if (half == 2 && hour < 12) {
        hour += 12;
    }
    return hour * 60 + minute;
}

/* "half past nine", "quarter to ten", "ten to nine" */
size_t
builtin_read_relative_clock(builtin_reader_t *r, size_t i)
{
    int    minutes, hour, half, later;
    size_t at = i, used, more;

    used = reader_phrase(r, at, "half past|after?");
    if (used == 1 && (r->to <= at + 1 || r->ws->at[at + 1].number < 1)) {
        return 0;
    }
    if (used > 0) {
        minutes = 30;
        at += used;
        later = 1;
    } else {
        used = reader_phrase(r, at, "a? quarter|corner");
        minutes = 15;
        if (used == 0) {
            minutes = i < r->to ? builtin_words_number(r->ws, at, &used) : -1;
            if (minutes < 1 || minutes > 29) {
                return 0;
            }
            more = reader_phrase(r, at + used, "minutes|minute");
            used += more;
            if (more == 0 && minutes % 5 != 0) {
                return 0;
            }
            if (reader_among(r, i - 1, "from|between")) {
                return 0;
            }
        }
        at += used;
        if (!reader_among(r, at, "past|after|to|till|before|of|until")) {
            return 0;
        }
        later = reader_among(r, at, "past|after");
        at++;
    }

    hour = hour_at(r, at, &used);
    if (hour < 1 || hour > 12) {
        /* Recognizers write "half past two" as they hear it. */
        if (!reader_among(r, at, "to|too|for|ate|won")) {
            return 0;
        }
        hour = reader_is(r, at, "for") ? 4 : reader_is(r, at, "ate") ? 8
                                         : reader_is(r, at, "won")   ? 1
                                                                     : 2;
        used = 1;
    }
    at += used;
    at += reader_phrase(r, at, "o'clock");
    half = half_at(r, at, &used);
    if (!later) {
        hour = hour == 1 ? 12 : hour - 1;
        minutes = 60 - minutes;
    }
    builtin_add_time(r, i, to_minute(hour, minutes, half), half != 0);
    return at + used - i;
}

/* The minutes after an hour: "thirty", "oh five", or -1. */
static int
minutes_at(const builtin_reader_t *r, size_t i, size_t *used)
{
    int    n;
    size_t more;

    if (i >= r->to) {
        return -1;
    }
    if (r->ws->at[i - 1].joint == ':' && r->ws->at[i].digits) {
        *used = 1;
        return r->ws->at[i].number < 60 ? r->ws->at[i].number : -1;
    }
    if (reader_among(r, i, "oh|o|zero")) {
        n = i + 1 < r->to ? builtin_words_number(r->ws, i + 1, &more) : -1;
        *used = 1 + more;
        return n > 0 && n < 10 ? n : -1;
    }
    n = builtin_words_number(r->ws, i, used);
    if (n < 10 || n > 59 || r->ws->at[i].ordinal
        || r->ws->at[i + *used - 1].ordinal)
    {
        return -1;
    }
    /* "twenty third" is a date. */
    if (builtin_words_ordinal(r->ws, i, &more) > 0) {
        return -1;
    }
    return n;
}

size_t
builtin_read_clock(builtin_reader_t *r, size_t i)
{
    int    hour, minutes, half, oclock;
    size_t at = i, used, more;

    if (reader_phrase(r, i, "noon|midday|lunchtime") > 0) {
        builtin_add_time(r, i, 12 * 60, 1);
        return 1;
    }
    used = reader_phrase(r, i, "lunch time");
    if (used > 0) {
        builtin_add_time(r, i, 12 * 60, 1);
        return used;
    }

    hour = hour_at(r, at, &used);
    if (hour < 0) {
        /* "at eight" heard as "at ate" */
        if (!reader_is(r, i - 1, "at")
            || !reader_among(r, i, "ate|won|to|too|for")
            || (i + 1 < r->to
                && !reader_among(r, i + 1, "am|pm|o'clock|thirty")))
        {
            return 0;
        }
        hour = reader_is(r, i, "for") ? 4 : reader_is(r, i, "ate") ? 8
                                        : reader_is(r, i, "won")   ? 1
                                                                   : 2;
        used = 1;
    }
    /* "the second one" */
    if (hour == 1 && reader_is(r, i, "one")
        && (reader_among(r, i - 1,
                         "the|that|this|which|last|no|any|later|earlier|other|"
                         "another|each|every|either|earliest|good|new|next")
            || (i > r->from && r->ws->at[i - 1].ordinal)))
    {
        return 0;
    }
    /* 415-555 is no time. */
    if (r->ws->at[i].joint != '\0' && r->ws->at[i].joint != ':'
        && r->ws->at[i].joint != '.')
    {
        return 0;
    }

    at += used;
    minutes = minutes_at(r, at, &more);
    if (minutes >= 0) {
        at += more;
    } else if (reader_phrase(r, at, "hundred hours?") > 0) {
        at += reader_phrase(r, at, "hundred hours?");
        minutes = 0;
    }
    oclock = reader_phrase(r, at, "o'clock|sharp|ish") > 0;
    at += (size_t) oclock;
    half = half_at(r, at, &more);
    at += more;

    if (hour > 12 && minutes < 0) {
        return 0;
    }
    if (minutes < 0 && !oclock && half == 0) {
        /* A number alone. */
        if (reader_among(r, at, counted) || hour == 0) {
            return 0;
        }
        if (!reader_among(r, i - 1, before_hour)
            && !(reader_is(r, i - 1, "for")
                 && !reader_among(r, i - 2, "table|reservation|party|us|room|"
                                            "booth|dinner|lunch"))
            && !(reader_is(r, i - 1, "to")
                 && reader_among(r, i - 2,
                                 "it|that|appointment|time|back|up"))
            && !(reader_is(r, i - 1, "it") && reader_is(r, i - 2, "make"))
            && !r->bare)
        {
            return 0;
        }
        if (reader_is(r, i - 1, "or") && r->time_count == 0 && !r->bare) {
            return 0;
        }
        if (reader_among(r, i - 1, "party|of|for") && !r->bare
            && reader_is(r, at, "at"))
        {
            return 0;
        }
    }
    /* Digits go on: this is a telephone number. */
    if (at < r->to && r->ws->at[at].number >= 0 && !r->ws->at[at].ordinal
        && half == 0 && !oclock && r->ws->at[at].number < 10)
    {
        return 0;
    }
    builtin_add_time(r, i, to_minute(hour, minutes > 0 ? minutes : 0, half),
                     half != 0 || hour > 12 || hour == 0);
    return at - i;
}
