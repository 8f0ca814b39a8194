/* SPDX-License-Identifier: BSD-2-Clause */

#include <string.h>

#include "dialogue/builtin_reader.h"
#include "base/zone.h"

#define DAY_MIN 1440

/* Days, as they are said: by name, by number, by how far off they are. */

static const char *const months[] = {
    "january", "february", "march", "april", "may", "june", "july", "august",
    "september", "october", "november", "december"
};

size_t
builtin_read_near_day(builtin_reader_t *r, size_t i)
{
    size_t used;

    used = reader_phrase(r, i, "the? day after tomorrow");
    if (used > 0) {
        builtin_add_day(r, i, r->today + 2);
        return used;
    }
    used = reader_phrase(r, i, "a? week from|on today|now");
    if (used > 0) {
        builtin_add_day(r, i, r->today + 7);
        return used;
    }
    used = reader_phrase(r, i, "a? week from|on? tomorrow");
    if (used > 0) {
        builtin_add_day(r, i, r->today + 8);
        return used;
    }
    if (reader_phrase(r, i, "today|tonight|todays") > 0) {
        builtin_add_day(r, i, r->today);
        if (reader_is(r, i, "tonight")) {
            r->when->part = BUILTIN_PART_EVENING;
        }
        return 1;
    }
    if (reader_phrase(r, i, "tomorrow|tomorrows|tomorrow's") > 0) {
        builtin_add_day(r, i, r->today + 1);
        return 1;
    }
    if (reader_phrase(r, i, "this morning|afternoon|evening") > 0) {
        builtin_add_day(r, i, r->today);
        return 1; /* the part is read next */
    }
    return 0;
}

static int32_t
add_months(int32_t day, int count)
{
    int year, month, mday, last;

    zone_day_split(day, &year, &month, &mday);
    month += count;
    year += (month - 1) / 12;
    month = (month - 1) % 12 + 1;
    last = zone_month_days(year, month);
    return zone_day_of(year, month, mday < last ? mday : last);
}

/* "two", "a", "a couple of": how many, and the words. */
static int
some(const builtin_reader_t *r, size_t i, size_t *used)
{
    int n;

    n = i < r->to ? builtin_words_number(r->ws, i, used) : -1;
    if (n >= 0) {
        return n <= 366 ? n : -1;
    }
    *used = reader_phrase(r, i, "a couple of?");
    if (*used > 0) {
        return 2;
    }
    *used = reader_phrase(r, i, "a few");
    if (*used > 0) {
        return 3;
    }
    *used = 1;
    return reader_among(r, i, "a|an|one") ? 1 : -1;
}

/* "in two weeks", "three days from now" */
size_t
builtin_read_in_some(builtin_reader_t *r, size_t i)
{
    int     n, has_in, minutes;
    size_t  used, at;
    int32_t later;

    has_in = reader_among(r, i, "in|within");
    at = i + (size_t) has_in;
    n = -1;
    minutes = 0;
    used = reader_phrase(r, at, "half an hour|our");
    if (used > 0) {
        minutes = 30;
        at += used;
    } else {
        n = some(r, at, &used);
        at += used;
        if (n < 0 || at >= r->to) {
            return 0;
        }
        if (reader_among(r, at, "hour|hours")) {
            minutes = n * 60;
        } else if (reader_among(r, at, "minute|minutes")) {
            minutes = n;
        } else if (!reader_among(r, at,
                                 "day|days|week|weeks|month|months|fortnight"))
        {
            return 0;
        }
        at++;
    }
    /* "week's time" */
    if (!has_in && reader_phrase(r, at, "from now|today") == 0) {
        return 0;
    }

    if (minutes > 0) {
        later = (r->now + minutes + 4) / 5 * 5;
        builtin_add_day(r, i, later / DAY_MIN);
        builtin_add_time(r, i, later % DAY_MIN, 1);
    } else if (reader_among(r, at - 1, "day|days")) {
        builtin_add_day(r, i, r->today + n);
    } else if (reader_among(r, at - 1, "week|weeks")) {
        builtin_add_day(r, i, r->today + 7 * n);
    } else if (reader_is(r, at - 1, "fortnight")) {
        builtin_add_day(r, i, r->today + 14 * n);
    } else {
        builtin_add_day(r, i, add_months(r->today, n));
    }
    return at - i + (has_in ? 0 : 2);
}

static void
add_date(builtin_reader_t *r, size_t i, int year, int month, int mday)
{
    int32_t day;

    if (month < 1 || month > 12 || mday < 1
        || mday > zone_month_days(year > 0 ? year : 2024, month))
    {
        r->when->invalid = 1;
        return;
    }
    if (year > 0) {
        builtin_add_day(r, i, zone_day_of(year, month, mday));
        return;
    }

    /* Without a year: the next such day. */
    zone_day_split(r->today, &year, &(int){ 0 }, &(int){ 0 });
    for (int n = 0; n < 9; n++, year++) {
        day = zone_day_of(year, month, mday);
        if (day >= r->today && mday <= zone_month_days(year, month)) {
            builtin_add_day(r, i, day);
            return;
        }
    }
}

/* 2026-11-21, 11/21, 11/21/2026, 21.11.2026 */
size_t
builtin_read_typed_day(builtin_reader_t *r, size_t i)
{
    int                   a, b, c;
    const builtin_word_t *w = &r->ws->at[i];

    if (!w->digits || i + 1 >= r->to || w->joint == '\0' || w->joint == ':'
        || w->number < 0 || w[1].number < 0)
    {
        return 0;
    }

    a = w->number;
    b = w[1].number;
    c = i + 2 < r->to && w[1].joint == w->joint ? w[2].number : -1;
    if (w->joint == '-' && a >= 2000 && a < 2200 && c > 0) {
        add_date(r, i, a, b, c);
        return 3;
    }
    if (w->joint == '.' && c > 0) {
        add_date(r, i, c < 100 ? 2000 + c : c, b, a);
        return 3;
    }
    if (w->joint != '/' || a > 31 || b > 31) {
        return 0;
    }
    if (c > 0) {
        c = c < 100 ? 2000 + c : c;
    }
    if (a > 12) {
        add_date(r, i, c, b, a);
    } else {
        add_date(r, i, c, a, b);
    }
    return c > 0 ? 3 : 2;
}

static int
month_named(const builtin_reader_t *r, size_t i)
{
    static const char *const briefs[] = {
        "jan", "feb", "", "apr", "", "jun", "jul", "aug", "sept", "oct",
        "nov", "dec"
    };

    if (i >= r->to) {
        return 0;
    }
    for (int m = 0; m < 12; m++) {
        const char *word = r->ws->at[i].text;

        if (strcmp(word, months[m]) == 0
            || (m != 2 && m != 4 && builtin_word_like(word, months[m]))
            || (briefs[m][0] != '\0' && strcmp(word, briefs[m]) == 0))
        {
            return m + 1;
        }
    }
    return 0;
}

/* "twenty twenty seven", 2027 */
static int
year_at(const builtin_reader_t *r, size_t i, size_t *used)
{
    int    a, b;
    size_t ua, ub;

    *used = 0;
    a = i < r->to ? builtin_words_number(r->ws, i, &ua) : -1;
    if (a >= 2020 && a < 2100) {
        *used = ua;
        return a;
    }
    if (a != 20) {
        return 0;
    }
    b = i + ua < r->to ? builtin_words_number(r->ws, i + ua, &ub) : -1;
    if (b < 20 || b > 99) {
        return 0;
    }
    *used = ua + ub;
    return 2000 + b;
}

/* "november the twenty third", "november 23" */
size_t
builtin_read_month_first(builtin_reader_t *r, size_t i)
{
    int    month, mday, year;
    size_t at, used, more;

    month = month_named(r, i);
    if (month == 0) {
        return 0;
    }

    at = i + 1 + (size_t) reader_is(r, i + 1, "the");
    if (at >= r->to) {
        return 0;
    }
    mday = builtin_words_ordinal(r->ws, at, &used);
    if (mday < 0) {
        mday = builtin_words_number(r->ws, at, &used);
        if (mday < 1 || mday > 31 || r->ws->at[at].joint == ':'
            || reader_among(r, at + used, "am|pm|o'clock"))
        {
            return 0;
        }
    }
    at += used;
    year = year_at(r, at, &more);
    add_date(r, i, year, month, mday);
    return at + more - i;
}

/* "the twenty third of november", "the twenty third", "on the third" */
size_t
builtin_read_month_day(builtin_reader_t *r, size_t i)
{
    int     mday, month, year, y, m, d;
    size_t  at, used, more;
    int32_t day;

    at = i + (size_t) reader_is(r, i, "the");
    if (at >= r->to) {
        return 0;
    }
    mday = builtin_words_ordinal(r->ws, at, &used);
    if (mday < 0 && at == i && r->ws->at[at].joint == '\0') {
        /* "23 november" */
        mday = builtin_words_number(r->ws, at, &used);
        if (month_named(r, at + used) == 0) {
            return 0;
        }
    }
    if (mday < 1 || mday > 31) {
        return 0;
    }

    at += used;
    used = reader_phrase(r, at, "of");
    month = month_named(r, at + used);
    if (month > 0) {
        at += used + 1;
        year = year_at(r, at, &more);
        add_date(r, i, year, month, mday);
        return at + more - i;
    }

    /* A number alone: small ones count other things, too. */
    if (at == i + 1 && mday < 13) {
        return 0;
    }
    if (mday < 4
        && (!reader_is(r, i - 1, "on")
            || reader_among(r, at, "one|time|appointment|slot|option|available|"
                                   "visit|thing|choice|opening")))
    {
        return 0;
    }
    if (reader_among(r, at, "one|time|street|avenue|floor|option|visit")) {
        return 0;
    }

    used = reader_phrase(r, at, "of this|the month");
    zone_day_split(r->today, &y, &m, &d);
    for (int n = 0; n < 13; n++) {
        day = zone_day_of(y, m, mday);
        if (mday <= zone_month_days(y, m) && day >= r->today) {
            builtin_add_day(r, i, day);
            break;
        }
        y += m == 12;
        m = m % 12 + 1;
    }
    return at + used - i;
}

static void
add_week(builtin_reader_t *r, size_t i, int32_t monday)
{
    builtin_add_day(r, i, monday);
    if (r->day_count > 0) {
        r->days[r->day_count - 1].week = 1;
    }
}

size_t
builtin_read_week(builtin_reader_t *r, size_t i)
{
    size_t  used;
    int     y, m, d;
    int32_t monday = r->today - zone_weekday(r->today);

    used = reader_phrase(r, i, "a week next?|on|from");
    if (used > 0 && i + used < r->to
        && builtin_weekday_named(r->ws->at[i + used].text) >= 0)
    {
        int to = builtin_weekday_named(r->ws->at[i + used].text);

        builtin_add_day(r, i,
                        r->today + 8
                            + (to - zone_weekday(r->today) + 6) % 7);
        return used + 1;
    }
    used = reader_phrase(r, i, "the? week after next");
    if (used > 0) {
        add_week(r, i, monday + 14);
        return used;
    }
    used = reader_phrase(r, i, "next|following week|weeks|week's");
    if (used > 0) {
        /* "next week on Wednesday" is read by its weekday. */
        for (size_t at = i + used; at < r->to && at < i + used + 3; at++) {
            int day = builtin_weekday_named(r->ws->at[at].text);

            if (day >= 0) {
                builtin_add_day(r, i, monday + 7 + day);
                return at + 1 - i;
            }
        }
        add_week(r, i, monday + 7);
        return used;
    }
    used = reader_phrase(r, i, "next weekend");
    if (used > 0) {
        builtin_add_day(r, i, monday + 12);
        return used;
    }
    used = reader_phrase(r, i, "the|this|on? weekend|weekends");
    if (used > 0) {
        int wday = zone_weekday(r->today);

        builtin_add_day(r, i, wday == 6 ? r->today : monday + 5);
        return used;
    }
    used = reader_phrase(r, i, "the? end of the|this week");
    if (used > 0) {
        monday += zone_weekday(r->today) > 4 ? 7 : 0;
        builtin_add_day(r, i, monday + 4);
        return used;
    }
    used = reader_phrase(r, i, "later this week");
    if (used > 0) {
        add_week(r, i, r->today + 1);
        return used;
    }
    used = reader_phrase(r, i, "this week");
    if (used > 0
        && !(i + used < r->to
             && builtin_weekday_named(r->ws->at[i + used].text) >= 0))
    {
        add_week(r, i, r->today);
        return used;
    }
    used = reader_phrase(r, i, "next month");
    if (used > 0) {
        zone_day_split(r->today, &y, &m, &d);
        add_week(r, i, zone_day_of(y + (m == 12), m % 12 + 1, 1));
        return used;
    }
    return 0;
}

size_t
builtin_read_weekday(builtin_reader_t *r, size_t i)
{
    int         is_this, is_next, to, today;
    size_t      at = i, used;
    int32_t     day;
    const char *word;

    is_this = reader_is(r, at, "this");
    is_next = reader_is(r, at, "next");
    at += (size_t) (is_this || is_next || reader_among(r, at, "coming|on"));
    is_this |= reader_is(r, at, "this");
    is_next |= reader_is(r, at, "next");
    at += (size_t) (at > i && reader_among(r, at, "this|next|coming"));
    if (at >= r->to) {
        return 0;
    }

    word = r->ws->at[at].text;
    to = builtin_weekday_named(word);
    if (to < 0 || (strlen(word) == 3 && to != 4 && at == i && !r->bare)) {
        return 0;
    }

    today = zone_weekday(r->today);
    if (is_next) {
        /* Of the week that begins next Monday. */
        day = r->today - today + 7 + to;
    } else if (is_this) {
        day = r->today + (to - today + 7) % 7;
    } else {
        day = r->today + (to - today + 6) % 7 + 1;
    }
    at++;

    used = reader_phrase(r, at, "week $");
    if (used > 0) {
        day += 7;
        at += used;
    } else if (reader_phrase(r, at, "next week") > 0) {
        day = r->today - today + 7 + to;
        at += 2;
    }

    /* "Monday the twenty third": the number says which Monday. */
    used = reader_phrase(r, at, "the");
    if (at + used < r->to) {
        size_t more;
        int    mday = builtin_words_ordinal(r->ws, at + used, &more);

        if (mday > 0 && month_named(r, at) == 0) {
            for (int n = 0; n < 53; n++) {
                int y, m, d;

                zone_day_split(day + 7 * n, &y, &m, &d);
                if (d == mday) {
                    builtin_add_day(r, i, day + 7 * n);
                    used += more + reader_phrase(r, at + used + more, "of");
                    used += month_named(r, at + used) > 0;
                    return at + used - i;
                }
            }
        }
    }
    /* "Monday november twenty third": the date after it is exact. */
    used = builtin_read_month_first(r, at);
    if (used > 0) {
        return at + used - i;
    }
    builtin_add_day(r, i, day);
    return at - i;
}
