/* SPDX-License-Identifier: BSD-2-Clause */

#include <string.h>

#include "dialogue/builtin_reader.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define DAY_MIN  1440

static size_t read_wish(builtin_reader_t *r, size_t i);
static size_t read_part(builtin_reader_t *r, size_t i);
static void   when_settle(builtin_reader_t *r);

const char *const builtin_part_names[] = {
    "any", "morning", "afternoon", "evening"
};

/* The first that takes words at a place has them. */
static const builtin_read_pt readers[] = {
    builtin_read_near_day, builtin_read_in_some, builtin_read_typed_day,
    builtin_read_month_first, builtin_read_month_day, builtin_read_week,
    builtin_read_weekday, read_wish, builtin_read_relative_clock,
    builtin_read_clock, read_part
};

static const char *const weekdays[] = {
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday",
    "sunday"
};

void
builtin_when(builtin_when_t *when, const builtin_words_t *ws, size_t from,
             size_t to, int32_t now, int bare)
{
    builtin_reader_t r;

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
    return strcmp(one, "thu") == 0 ? 3 : strcmp(one, "tue") == 0 ? 1
                                                                 : -1;
}

/* What the words before i say about what is at i. */
static void
mention_mark(const builtin_reader_t *r, size_t i, builtin_mention_t *m)
{
    size_t back = 0;

    while (i-- > r->from && back++ < 3) {
        if (reader_among(r, i, "the|at|on|for|this|next|day|is|it")) {
            continue;
        }
        if (reader_among(r, i, "not|than|except|besides")) {
            m->mark = BUILTIN_MARK_NOT;
        } else if (reader_among(r, i, "from|instead")) {
            m->mark = BUILTIN_MARK_FROM;
        } else if (reader_among(r, i, "to|till|until")) {
            m->mark = BUILTIN_MARK_TO;
        } else if (reader_among(r, i, "between|after|since")) {
            m->after = 1;
        } else if (reader_among(r, i, "before|by")) {
            m->before = 1;
        } else if (reader_among(r, i, "no|sorry|actually|rather|mean|make")) {
            m->corrected = 1;
        }
        return;
    }
}

void
builtin_add_day(builtin_reader_t *r, size_t i, int32_t day)
{
    builtin_mention_t *m;

    if (r->day_count == BUILTIN_MENTIONS_MAX) {
        return;
    }
    m = &r->days[r->day_count++];
    m->value = day;
    mention_mark(r, i, m);
}

void
builtin_add_time(builtin_reader_t *r, size_t i, int minute, int clear)
{
    builtin_mention_t *m;

    if (r->time_count == BUILTIN_MENTIONS_MAX) {
        return;
    }
    m = &r->times[r->time_count++];
    m->value = minute;
    m->clear = clear != 0;
    mention_mark(r, i, m);
}

/* ---- wishes ---- */

static size_t
read_wish(builtin_reader_t *r, size_t i)
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
        size_t used = reader_phrase(r, i, wishes[n].pattern);

        if (used == 0) {
            continue;
        }
        /* "anything else?" asks, "later" may be a farewell. */
        if (reader_phrase(r, i, "later") > 0
            && reader_among(r, i - 1, "you|back|see|ya|call"))
        {
            return 0;
        }
        if (wishes[n].wish == 'a' && reader_is(r, i, "anything")
            && !reader_among(r, i + 1, "$|tomorrow|is|works|on|in")
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
read_part(builtin_reader_t *r, size_t i)
{
    builtin_part_e part;
    size_t         used;

    used = reader_phrase(r, i, "after lunch|noon|midday");
    if (used > 0) {
        r->when->part = BUILTIN_PART_AFTERNOON;
        return used;
    }
    used = reader_phrase(r, i, "before lunch|noon|midday");
    if (used > 0) {
        r->when->part = BUILTIN_PART_MORNING;
        return used;
    }
    used = reader_phrase(r, i, "after work");
    if (used > 0) {
        builtin_add_time(r, i, 17 * 60, 1);
        return used;
    }
    used = reader_phrase(r, i, "after school");
    if (used > 0) {
        builtin_add_time(r, i, 15 * 60, 1);
        return used;
    }

    if (reader_phrase(r, i, "morning|mornings") > 0) {
        part = BUILTIN_PART_MORNING;
    } else if (reader_phrase(r, i, "afternoon|afternoons") > 0) {
        part = BUILTIN_PART_AFTERNOON;
    } else if (reader_phrase(r, i, "evening|evenings|night|nights") > 0) {
        part = BUILTIN_PART_EVENING;
    } else {
        return 0;
    }
    /* Greetings are not times. */
    if (reader_among(r, i - 1, "good|nice|lovely|great")) {
        return 1;
    }
    if (reader_is(r, i - 1, "not")) {
        return 1;
    }
    r->when->part = part;
    return 1;
}

/* ---- what is meant of all that was said ---- */

static const builtin_mention_t *
mention_choose(const builtin_mention_t *m, size_t count, int *old)
{
    const builtin_mention_t *best = NULL;

    *old = -1;
    for (size_t i = 0; i < count; i++) {
        if (m[i].mark == BUILTIN_MARK_NOT) {
            continue;
        }
        if (best == NULL || m[i].corrected
            || (m[i].mark == BUILTIN_MARK_TO && best->mark != BUILTIN_MARK_TO))
        {
            if (best != NULL && m[i].mark == BUILTIN_MARK_TO) {
                *old = (int) (best - m);
            }
            best = &m[i];
        }
    }
    return best;
}

/* An hour said without its half of the day, in a business's sense. */
static void
minute_settle(builtin_when_t *w, const builtin_mention_t *m)
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
when_settle(builtin_reader_t *r)
{
    int                      old;
    const builtin_mention_t *m;
    builtin_when_t          *w = r->when;

    m = mention_choose(r->days, r->day_count, &old);
    if (m != NULL) {
        if (m->mark == BUILTIN_MARK_FROM) {
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
