/* SPDX-License-Identifier: BSD-2-Clause */

#include <string.h>

#include "dialogue/builtin_when.h"
#include "dialogue/builtin_zone.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define DAY_MIN 1440
#define MENTIONS_MAX 8

/* Why a mention may not be the one that is meant. */
typedef enum {
    MARK_NONE,
    MARK_FROM, /* left behind, or the beginning of a range */
    MARK_TO,   /* the one that is wanted */
    MARK_NOT   /* refused */
} mark_e;

typedef struct {
    int32_t  value;
    mark_e   mark;
    unsigned corrected:1; /* after "no", "sorry", "actually" */
    unsigned clear:1;     /* a time with its half of the day */
    unsigned after:1;
    unsigned before:1;
    unsigned week:1;
} mention_t;

typedef struct {
    const builtin_words_t *ws;
    size_t                 from, to;
    int32_t                today, now;
    int                    bare;
    builtin_when_t        *when;
    mention_t              days[MENTIONS_MAX];
    mention_t              times[MENTIONS_MAX];
    size_t                 day_count, time_count;
} reader_t;

typedef size_t (*read_pt)(reader_t *r, size_t i);

static size_t read_near_day(reader_t *r, size_t i);
static size_t read_in_some(reader_t *r, size_t i);
static size_t read_typed_day(reader_t *r, size_t i);
static size_t read_month_day(reader_t *r, size_t i);
static size_t read_week(reader_t *r, size_t i);
static size_t read_weekday(reader_t *r, size_t i);
static size_t read_month_first(reader_t *r, size_t i);
static size_t read_wish(reader_t *r, size_t i);
static size_t read_part(reader_t *r, size_t i);
static size_t read_clock(reader_t *r, size_t i);
static size_t read_relative_clock(reader_t *r, size_t i);
static void   when_settle(reader_t *r);

const char *const builtin_part_names[] = {
    "any", "morning", "afternoon", "evening"
};

/* The first that takes words at a place has them. */
static const read_pt readers[] = {
    read_near_day, read_in_some, read_typed_day, read_month_first,
    read_month_day, read_week, read_weekday, read_wish,
    read_relative_clock, read_clock, read_part
};

static const char *const weekdays[] = {
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday",
    "sunday"
};

static const char *const months[] = {
    "january", "february", "march", "april", "may", "june", "july", "august",
    "september", "october", "november", "december"
};

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

void
builtin_when(builtin_when_t *when, const builtin_words_t *ws, size_t from,
             size_t to, int32_t now, int bare)
{
    reader_t r;

    memset(when, 0, sizeof(*when));
    when->day = BUILTIN_NO_DAY;
    when->old = BUILTIN_NO_DAY;
    when->minute = -1;

    memset(&r, 0, sizeof(r));
    r.ws = ws;
    r.from = from;
    r.to = to;
    r.now = now;
    r.today = now / DAY_MIN;
    r.bare = bare;
    r.when = when;

    for (size_t i = from; i < to;) {
        size_t used = 0;

        for (size_t j = 0; j < COUNT(readers) && used == 0; j++) {
            used = readers[j](&r, i);
        }
        i += used > 0 ? used : 1;
    }
    when_settle(&r);
}

int
builtin_when_empty(const builtin_when_t *w)
{
    return w->day == BUILTIN_NO_DAY && w->old == BUILTIN_NO_DAY
           && w->minute < 0 && w->part == BUILTIN_PART_ANY && !w->earliest
           && !w->anytime && !w->later && !w->earlier && !w->other_day
           && !w->invalid;
}

int
builtin_weekday_named(const char *word)
{
    static const char *const briefs[] = {
        "mon", "tues", "wed", "thurs", "fri", "sat", "sun"
    };
    char   one[BUILTIN_WORD_BYTES];
    size_t len = strlen(word);

    /* "mondays", "monday's" */
    memcpy(one, word, len + 1);
    if (len > 7 && one[len - 1] == 's') {
        one[len - 1] = '\0';
        if (one[len - 2] == '\'') {
            one[len - 2] = '\0';
        }
    }
    for (int i = 0; i < 7; i++) {
        if (strcmp(one, weekdays[i]) == 0 || strcmp(one, briefs[i]) == 0) {
            return i;
        }
    }
    for (int i = 0; i < 7; i++) {
        if (builtin_word_like(one, weekdays[i])) {
            return i;
        }
    }
    return strcmp(one, "thu") == 0 ? 3 : strcmp(one, "tue") == 0 ? 1 : -1;
}

static int
word_is(const reader_t *r, size_t i, const char *wanted)
{
    return i >= r->from && i < r->to && builtin_word_is(r->ws, i, wanted);
}

static int
word_among(const reader_t *r, size_t i, const char *set)
{
    return i >= r->from && i < r->to && builtin_word_among(r->ws, i, set);
}

/* Words of a fixed phrase at i, or 0. */
static size_t
phrase(const reader_t *r, size_t i, const char *pattern)
{
    size_t end;

    if (i < r->to
        && builtin_words_match(r->ws, r->from, r->to, i, pattern, &end))
    {
        return end - i;
    }
    return 0;
}

/* What the words before i say about what is at i. */
static void
mention_mark(const reader_t *r, size_t i, mention_t *m)
{
    size_t back = 0;

    while (i-- > r->from && back++ < 3) {
        if (word_among(r, i, "the|at|on|for|this|next|day|is|it")) {
            continue;
        }
        if (word_among(r, i, "not|than|except|besides")) {
            m->mark = MARK_NOT;
        } else if (word_among(r, i, "from|instead")) {
            m->mark = MARK_FROM;
        } else if (word_among(r, i, "to|till|until")) {
            m->mark = MARK_TO;
        } else if (word_among(r, i, "between|after|since")) {
            m->after = 1;
        } else if (word_among(r, i, "before|by")) {
            m->before = 1;
        } else if (word_among(r, i, "no|sorry|actually|rather|mean|make")) {
            m->corrected = 1;
        }
        return;
    }
}

static void
add_day(reader_t *r, size_t i, int32_t day)
{
    mention_t *m;

    if (r->day_count == MENTIONS_MAX) {
        return;
    }
    m = &r->days[r->day_count++];
    m->value = day;
    mention_mark(r, i, m);
}

static void
add_time(reader_t *r, size_t i, int minute, int clear)
{
    mention_t *m;

    if (r->time_count == MENTIONS_MAX) {
        return;
    }
    m = &r->times[r->time_count++];
    m->value = minute;
    m->clear = clear != 0;
    mention_mark(r, i, m);
}

/* ---- days ---- */

static size_t
read_near_day(reader_t *r, size_t i)
{
    size_t used;

    used = phrase(r, i, "the? day after tomorrow");
    if (used > 0) {
        add_day(r, i, r->today + 2);
        return used;
    }
    used = phrase(r, i, "a? week from|on today|now");
    if (used > 0) {
        add_day(r, i, r->today + 7);
        return used;
    }
    used = phrase(r, i, "a? week from|on? tomorrow");
    if (used > 0) {
        add_day(r, i, r->today + 8);
        return used;
    }
    if (phrase(r, i, "today|tonight|todays") > 0) {
        add_day(r, i, r->today);
        if (word_is(r, i, "tonight")) {
            r->when->part = BUILTIN_PART_EVENING;
        }
        return 1;
    }
    if (phrase(r, i, "tomorrow|tomorrows|tomorrow's") > 0) {
        add_day(r, i, r->today + 1);
        return 1;
    }
    if (phrase(r, i, "this morning|afternoon|evening") > 0) {
        add_day(r, i, r->today);
        return 1; /* the part is read next */
    }
    return 0;
}

static int32_t
add_months(int32_t day, int count)
{
    int year, month, mday, last;

    builtin_day_split(day, &year, &month, &mday);
    month += count;
    year += (month - 1) / 12;
    month = (month - 1) % 12 + 1;
    last = builtin_month_days(year, month);
    return builtin_day_of(year, month, mday < last ? mday : last);
}

/* "two", "a", "a couple of": how many, and the words. */
static int
some(const reader_t *r, size_t i, size_t *used)
{
    int n;

    n = i < r->to ? builtin_words_number(r->ws, i, used) : -1;
    if (n >= 0) {
        return n <= 366 ? n : -1;
    }
    *used = phrase(r, i, "a couple of?");
    if (*used > 0) {
        return 2;
    }
    *used = phrase(r, i, "a few");
    if (*used > 0) {
        return 3;
    }
    *used = 1;
    return word_among(r, i, "a|an|one") ? 1 : -1;
}

/* "in two weeks", "three days from now" */
static size_t
read_in_some(reader_t *r, size_t i)
{
    int     n, has_in, minutes;
    size_t  used, at;
    int32_t later;

    has_in = word_among(r, i, "in|within");
    at = i + (size_t) has_in;
    n = -1;
    minutes = 0;
    used = phrase(r, at, "half an hour|our");
    if (used > 0) {
        minutes = 30;
        at += used;
    } else {
        n = some(r, at, &used);
        at += used;
        if (n < 0 || at >= r->to) {
            return 0;
        }
        if (word_among(r, at, "hour|hours")) {
            minutes = n * 60;
        } else if (word_among(r, at, "minute|minutes")) {
            minutes = n;
        } else if (!word_among(r, at,
                               "day|days|week|weeks|month|months|fortnight"))
        {
            return 0;
        }
        at++;
    }
    /* "week's time" */
    if (!has_in && phrase(r, at, "from now|today") == 0) {
        return 0;
    }

    if (minutes > 0) {
        later = (r->now + minutes + 4) / 5 * 5;
        add_day(r, i, later / DAY_MIN);
        add_time(r, i, later % DAY_MIN, 1);
    } else if (word_among(r, at - 1, "day|days")) {
        add_day(r, i, r->today + n);
    } else if (word_among(r, at - 1, "week|weeks")) {
        add_day(r, i, r->today + 7 * n);
    } else if (word_is(r, at - 1, "fortnight")) {
        add_day(r, i, r->today + 14 * n);
    } else {
        add_day(r, i, add_months(r->today, n));
    }
    return at - i + (has_in ? 0 : 2);
}

static void
add_date(reader_t *r, size_t i, int year, int month, int mday)
{
    int32_t day;

    if (month < 1 || month > 12 || mday < 1
        || mday > builtin_month_days(year > 0 ? year : 2024, month))
    {
        r->when->invalid = 1;
        return;
    }
    if (year > 0) {
        add_day(r, i, builtin_day_of(year, month, mday));
        return;
    }

    /* Without a year: the next such day. */
    builtin_day_split(r->today, &year, &(int){ 0 }, &(int){ 0 });
    for (int n = 0; n < 9; n++, year++) {
        day = builtin_day_of(year, month, mday);
        if (day >= r->today && mday <= builtin_month_days(year, month)) {
            add_day(r, i, day);
            return;
        }
    }
}

/* 2026-11-21, 11/21, 11/21/2026, 21.11.2026 */
static size_t
read_typed_day(reader_t *r, size_t i)
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
month_named(const reader_t *r, size_t i)
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
year_at(const reader_t *r, size_t i, size_t *used)
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
static size_t
read_month_first(reader_t *r, size_t i)
{
    int    month, mday, year;
    size_t at, used, more;

    month = month_named(r, i);
    if (month == 0) {
        return 0;
    }

    at = i + 1 + (size_t) word_is(r, i + 1, "the");
    if (at >= r->to) {
        return 0;
    }
    mday = builtin_words_ordinal(r->ws, at, &used);
    if (mday < 0) {
        mday = builtin_words_number(r->ws, at, &used);
        if (mday < 1 || mday > 31 || r->ws->at[at].joint == ':'
            || word_among(r, at + used, "am|pm|o'clock"))
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
static size_t
read_month_day(reader_t *r, size_t i)
{
    int     mday, month, year, y, m, d;
    size_t  at, used, more;
    int32_t day;

    at = i + (size_t) word_is(r, i, "the");
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
    used = phrase(r, at, "of");
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
        && (!word_is(r, i - 1, "on")
            || word_among(r, at, "one|time|appointment|slot|option|available|"
                                 "visit|thing|choice|opening")))
    {
        return 0;
    }
    if (word_among(r, at, "one|time|street|avenue|floor|option|visit")) {
        return 0;
    }

    used = phrase(r, at, "of this|the month");
    builtin_day_split(r->today, &y, &m, &d);
    for (int n = 0; n < 13; n++) {
        day = builtin_day_of(y, m, mday);
        if (mday <= builtin_month_days(y, m) && day >= r->today) {
            add_day(r, i, day);
            break;
        }
        y += m == 12;
        m = m % 12 + 1;
    }
    return at + used - i;
}

static void
add_week(reader_t *r, size_t i, int32_t monday)
{
    add_day(r, i, monday);
    if (r->day_count > 0) {
        r->days[r->day_count - 1].week = 1;
    }
}

static size_t
read_week(reader_t *r, size_t i)
{
    size_t  used;
    int     y, m, d;
    int32_t monday = r->today - builtin_weekday(r->today);

    used = phrase(r, i, "a week next?|on|from");
    if (used > 0 && i + used < r->to
        && builtin_weekday_named(r->ws->at[i + used].text) >= 0)
    {
        int to = builtin_weekday_named(r->ws->at[i + used].text);

        add_day(r, i,
                r->today + (to - builtin_weekday(r->today) + 6) % 7 + 8);
        return used + 1;
    }
    used = phrase(r, i, "the? week after next");
    if (used > 0) {
        add_week(r, i, monday + 14);
        return used;
    }
    used = phrase(r, i, "next|following week|weeks|week's");
    if (used > 0) {
        /* "next week on Wednesday" is read by its weekday. */
        for (size_t at = i + used; at < r->to && at < i + used + 3; at++) {
            int day = builtin_weekday_named(r->ws->at[at].text);

            if (day >= 0) {
                add_day(r, i, monday + 7 + day);
                return at + 1 - i;
            }
        }
        add_week(r, i, monday + 7);
        return used;
    }
    used = phrase(r, i, "next weekend");
    if (used > 0) {
        add_day(r, i, monday + 12);
        return used;
    }
    used = phrase(r, i, "the|this|on? weekend|weekends");
    if (used > 0) {
        int wday = builtin_weekday(r->today);

        add_day(r, i, wday == 6 ? r->today : monday + 5);
        return used;
    }
    used = phrase(r, i, "the? end of the|this week");
    if (used > 0) {
        add_day(r, i, builtin_weekday(r->today) > 4 ? monday + 11
                                                    : monday + 4);
        return used;
    }
    used = phrase(r, i, "later this week");
    if (used > 0) {
        add_week(r, i, r->today + 1);
        return used;
    }
    used = phrase(r, i, "this week");
    if (used > 0 && !(i + used < r->to
                      && builtin_weekday_named(r->ws->at[i + used].text)
                             >= 0))
    {
        add_week(r, i, r->today);
        return used;
    }
    used = phrase(r, i, "next month");
    if (used > 0) {
        builtin_day_split(r->today, &y, &m, &d);
        add_week(r, i, builtin_day_of(y + (m == 12), m % 12 + 1, 1));
        return used;
    }
    return 0;
}

static size_t
read_weekday(reader_t *r, size_t i)
{
    int         is_this, is_next, to, today;
    size_t      at = i, used;
    int32_t     day;
    const char *word;

    is_this = word_is(r, at, "this");
    is_next = word_is(r, at, "next");
    at += (size_t) (is_this || is_next || word_among(r, at, "coming|on"));
    is_this |= word_is(r, at, "this");
    is_next |= word_is(r, at, "next");
    at += (size_t) (at > i && word_among(r, at, "this|next|coming"));
    if (at >= r->to) {
        return 0;
    }

    word = r->ws->at[at].text;
    to = builtin_weekday_named(word);
    if (to < 0 || (strlen(word) == 3 && to != 4 && at == i && !r->bare)) {
        return 0;
    }

    today = builtin_weekday(r->today);
    if (is_next) {
        /* Of the week that begins next Monday. */
        day = r->today - today + 7 + to;
    } else if (is_this) {
        day = r->today + (to - today + 7) % 7;
    } else {
        day = r->today + (to - today + 6) % 7 + 1;
    }
    at++;

    used = phrase(r, at, "week $");
    if (used > 0) {
        day += 7;
        at += used;
    } else if (phrase(r, at, "next week") > 0) {
        day = r->today - today + 7 + to;
        at += 2;
    }

    /* "Monday the twenty third": the number says which Monday. */
    used = phrase(r, at, "the");
    if (at + used < r->to) {
        size_t more;
        int    mday = builtin_words_ordinal(r->ws, at + used, &more);

        if (mday > 0 && month_named(r, at) == 0) {
            for (int n = 0; n < 53; n++) {
                int y, m, d;

                builtin_day_split(day + 7 * n, &y, &m, &d);
                if (d == mday) {
                    add_day(r, i, day + 7 * n);
                    used += more + phrase(r, at + used + more, "of");
                    used += month_named(r, at + used) > 0;
                    return at + used - i;
                }
            }
        }
    }
    /* "Monday november twenty third": the date after it is exact. */
    used = read_month_first(r, at);
    if (used > 0) {
        return at + used - i;
    }
    add_day(r, i, day);
    return at - i;
}

/* ---- wishes ---- */

static size_t
read_wish(reader_t *r, size_t i)
{
    static const struct {
        const char *pattern;
        char        wish;
    } wishes[] = {
        { "as soon|early as possible|you can", 'e' },
        { "soon|sooner as possible", 'e' },
        { "first|next|soonest|earliest available|free|possible", 'e' },
        { "earliest|soonest|asap|immediately", 'e' },
        { "first thing", 'e' },
        { "right away|now", 'e' },
        { "next opening|appointment|slot|time", 'e' },
        { "anytime|whenever|anything", 'a' },
        { "any time|day|slot|hour|one", 'a' },
        { "does not matter", 'a' },
        { "do not mind|care", 'a' },
        { "no preference", 'a' },
        { "either one?|time?|is?|works?", 'a' },
        { "whatever|whichever", 'a' },
        { "up to you", 'a' },
        { "another|different|other day|date", 'd' },
        { "some other day|date", 'd' },
        { "different day|days", 'd' },
        { "later on? in the week", 'd' },
        { "later|latest", 'l' },
        { "another|different|other times|time|slot|slots", 'l' },
        { "something|anything else|different|other", 'l' },
        { "earlier|sooner", 'b' },
    };

    for (size_t n = 0; n < COUNT(wishes); n++) {
        size_t used = phrase(r, i, wishes[n].pattern);

        if (used == 0) {
            continue;
        }
        /* "anything else?" asks, "later" may be a farewell. */
        if (phrase(r, i, "later") > 0
            && word_among(r, i - 1, "you|back|see|ya|call"))
        {
            return 0;
        }
        if (wishes[n].wish == 'a' && word_is(r, i, "anything")
            && !word_among(r, i + 1, "$|tomorrow|is|works|on|in")
            && i + 1 != r->to)
        {
            return 0;
        }
        r->when->earliest |= wishes[n].wish == 'e';
        r->when->anytime |= wishes[n].wish == 'a';
        r->when->other_day |= wishes[n].wish == 'd';
        r->when->later |= wishes[n].wish == 'l';
        r->when->earlier |= wishes[n].wish == 'b';
        return used;
    }
    return 0;
}

static size_t
read_part(reader_t *r, size_t i)
{
    builtin_part_e part;
    size_t         used;

    used = phrase(r, i, "after lunch|noon|midday");
    if (used > 0) {
        r->when->part = BUILTIN_PART_AFTERNOON;
        return used;
    }
    used = phrase(r, i, "before lunch|noon|midday");
    if (used > 0) {
        r->when->part = BUILTIN_PART_MORNING;
        return used;
    }
    used = phrase(r, i, "after work");
    if (used > 0) {
        add_time(r, i, 17 * 60, 1);
        return used;
    }
    used = phrase(r, i, "after school");
    if (used > 0) {
        add_time(r, i, 15 * 60, 1);
        return used;
    }

    if (phrase(r, i, "morning|mornings") > 0) {
        part = BUILTIN_PART_MORNING;
    } else if (phrase(r, i, "afternoon|afternoons") > 0) {
        part = BUILTIN_PART_AFTERNOON;
    } else if (phrase(r, i, "evening|evenings|night|nights") > 0) {
        part = BUILTIN_PART_EVENING;
    } else {
        return 0;
    }
    /* Greetings are not times. */
    if (word_among(r, i - 1, "good|nice|lovely|great")) {
        return 1;
    }
    if (word_is(r, i - 1, "not")) {
        return 1;
    }
    r->when->part = part;
    return 1;
}

/* ---- times of the day ---- */

/* An hour at i: 0 to 23, or -1. */
static int
hour_at(const reader_t *r, size_t i, size_t *used)
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
half_at(const reader_t *r, size_t i, size_t *used)
{
    static const struct {
        const char *pattern;
        int         half;
    } halves[] = {
        { "am", 1 }, { "pm", 2 }, { "in the? morning", 1 },
        { "in the? afternoon", 2 }, { "in the? evening", 2 },
        { "at night", 2 }, { "tonight", 2 }, { "p $", 2 }, { "a $", 1 }
    };

    for (size_t n = 0; n < COUNT(halves); n++) {
        *used = phrase(r, i, halves[n].pattern);
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
static size_t
read_relative_clock(reader_t *r, size_t i)
{
    int    minutes, hour, half, later;
    size_t at = i, used, more;

    used = phrase(r, at, "half past|after?");
    if (used == 1 && (r->to <= at + 1 || r->ws->at[at + 1].number < 1)) {
        return 0;
    }
    if (used > 0) {
        minutes = 30;
        at += used;
        later = 1;
    } else {
        used = phrase(r, at, "a? quarter|corner");
        minutes = 15;
        if (used == 0) {
            minutes = i < r->to ? builtin_words_number(r->ws, at, &used) : -1;
            if (minutes < 1 || minutes > 29) {
                return 0;
            }
            more = phrase(r, at + used, "minutes|minute");
            used += more;
            if (more == 0 && minutes % 5 != 0) {
                return 0;
            }
            if (word_among(r, i - 1, "from|between")) {
                return 0;
            }
        }
        at += used;
        if (!word_among(r, at, "past|after|to|till|before|of|until")) {
            return 0;
        }
        later = word_among(r, at, "past|after");
        at++;
    }

    hour = hour_at(r, at, &used);
    if (hour < 1 || hour > 12) {
        /* Recognizers write "half past two" as they hear it. */
        if (!word_among(r, at, "to|too|for|ate|won")) {
            return 0;
        }
        hour = word_is(r, at, "for") ? 4 : word_is(r, at, "ate") ? 8
               : word_is(r, at, "won") ? 1
                                       : 2;
        used = 1;
    }
    at += used;
    at += phrase(r, at, "o'clock");
    half = half_at(r, at, &used);
    if (!later) {
        hour = hour == 1 ? 12 : hour - 1;
        minutes = 60 - minutes;
    }
    add_time(r, i, to_minute(hour, minutes, half), half != 0);
    return at + used - i;
}

/* The minutes after an hour: "thirty", "oh five", or -1. */
static int
minutes_at(const reader_t *r, size_t i, size_t *used)
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
    if (word_among(r, i, "oh|o|zero")) {
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

static size_t
read_clock(reader_t *r, size_t i)
{
    int    hour, minutes, half, oclock;
    size_t at = i, used, more;

    if (phrase(r, i, "noon|midday|lunchtime") > 0) {
        add_time(r, i, 12 * 60, 1);
        return 1;
    }
    used = phrase(r, i, "lunch time");
    if (used > 0) {
        add_time(r, i, 12 * 60, 1);
        return used;
    }

    hour = hour_at(r, at, &used);
    if (hour < 0) {
        /* "at eight" heard as "at ate" */
        if (!word_is(r, i - 1, "at") || !word_among(r, i, "ate|won|to|too|for")
            || (i + 1 < r->to && !word_among(r, i + 1, "am|pm|o'clock|thirty")))
        {
            return 0;
        }
        hour = word_is(r, i, "for") ? 4 : word_is(r, i, "ate") ? 8
               : word_is(r, i, "won") ? 1
                                      : 2;
        used = 1;
    }
    /* "the second one" */
    if (hour == 1 && word_is(r, i, "one")
        && (word_among(r, i - 1,
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
    } else if (phrase(r, at, "hundred hours?") > 0) {
        at += phrase(r, at, "hundred hours?");
        minutes = 0;
    }
    oclock = phrase(r, at, "o'clock|sharp|ish") > 0;
    at += (size_t) oclock;
    half = half_at(r, at, &more);
    at += more;

    if (hour > 12 && minutes < 0) {
        return 0;
    }
    if (minutes < 0 && !oclock && half == 0) {
        /* A number alone. */
        if (word_among(r, at, counted) || hour == 0) {
            return 0;
        }
        if (!word_among(r, i - 1, before_hour)
            && !(word_is(r, i - 1, "for")
                 && !word_among(r, i - 2, "table|reservation|party|us|room|"
                                          "booth|dinner|lunch"))
            && !(word_is(r, i - 1, "to") && word_among(r, i - 2,
                                                        "it|that|appointment|"
                                                        "time|back|up"))
            && !(word_is(r, i - 1, "it") && word_is(r, i - 2, "make"))
            && !r->bare)
        {
            return 0;
        }
        if (word_is(r, i - 1, "or") && r->time_count == 0 && !r->bare) {
            return 0;
        }
        if (word_among(r, i - 1, "party|of|for") && !r->bare
            && word_is(r, at, "at"))
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
    add_time(r, i, to_minute(hour, minutes > 0 ? minutes : 0, half),
             half != 0 || hour > 12 || hour == 0);
    return at - i;
}

/* ---- what is meant of all that was said ---- */

static const mention_t *
mention_choose(const mention_t *m, size_t count, int *old)
{
    const mention_t *best = NULL;

    *old = -1;
    for (size_t i = 0; i < count; i++) {
        if (m[i].mark == MARK_NOT) {
            continue;
        }
        if (best == NULL || m[i].corrected
            || (m[i].mark == MARK_TO && best->mark != MARK_TO))
        {
            if (best != NULL && m[i].mark == MARK_TO) {
                *old = (int) (best - m);
            }
            best = &m[i];
        }
    }
    return best;
}

/* An hour said without its half of the day, in a business's sense. */
static void
minute_settle(builtin_when_t *w, const mention_t *m)
{
    w->minute = (int16_t) m->value;
    if (m->clear) {
        return;
    }

    if (w->part == BUILTIN_PART_MORNING) {
        return;
    }
    if (w->part != BUILTIN_PART_ANY) {
        if (w->minute < 720) {
            w->minute = (int16_t) (w->minute + 720);
        }
        return;
    }

    if (w->minute < 7 * 60) {
        w->minute = (int16_t) (w->minute + 720);
    }
    w->guessed = w->minute < 720 || w->minute >= 17 * 60;
}

static void
when_settle(reader_t *r)
{
    int              old;
    const mention_t *m;
    builtin_when_t  *w = r->when;

    m = mention_choose(r->days, r->day_count, &old);
    if (m != NULL) {
        if (m->mark == MARK_FROM) {
            w->old = m->value;
        } else {
            w->day = m->value;
            w->week = m->week;
        }
        if (old >= 0) {
            w->old = r->days[old].value;
        }
    }

    m = mention_choose(r->times, r->time_count, &old);
    if (m != NULL) {
        minute_settle(w, m);
        w->after = m->after;
        w->before = m->before;
        /* "between two and four" */
        if (r->time_count > 1 && r->times[0].after && m == &r->times[0]) {
            w->after = 1;
        }
    }
}
